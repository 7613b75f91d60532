//! Live events: the server-sent stream of docs/api.md, read line by line.

use std::pin::Pin;

use bytes::Bytes;
use futures_util::{Stream, StreamExt as _};
use serde::Deserialize;

use super::{Api, Event};
use crate::base64url::B64;
use crate::client::Error;

/// The longest event: ids and a word.
const EVENT_LIMIT: usize = 64 << 10;

/// Events as they come.
pub struct Events {
    stream: Pin<Box<dyn Stream<Item = reqwest::Result<Bytes>> + Send>>,
    buffer: Vec<u8>,
}

impl Api {
    /// Listens, from after the event `last` if given.
    pub async fn events(&self, last: Option<&str>) -> Result<Events, Error> {
        let url = self.url("/v1/events");
        let make = |http: &reqwest::Client| match last {
            Some(last) => http.get(&url).header("last-event-id", last),
            None => http.get(&url),
        };
        let stream = self.send(make).await?.bytes_stream().boxed();
        Ok(Events { stream, buffer: Vec::new() })
    }
}

impl Events {
    /// The next event; `None` when the hub ended the stream or the connection broke.
    pub async fn next(&mut self) -> Option<Event> {
        loop {
            while let Some(block) = take_block(&mut self.buffer) {
                if let Some(event) = parse(&block) {
                    return Some(event);
                }
            }
            if self.buffer.len() > EVENT_LIMIT {
                return None;
            }
            self.buffer.extend_from_slice(&self.stream.next().await?.ok()?);
        }
    }
}

/// The lines up to the next empty one.
fn take_block(buffer: &mut Vec<u8>) -> Option<String> {
    let end = buffer.windows(2).position(|two| two == b"\n\n")?;
    let block: Vec<u8> = buffer.drain(..end + 2).collect();
    Some(String::from_utf8_lossy(&block).into_owned())
}

fn parse(block: &str) -> Option<Event> {
    #[derive(Deserialize, Default)]
    struct Data {
        audience: Option<B64<32>>,
        subject: Option<B64<32>>,
    }
    let field = |name: &str| {
        block.lines().find_map(|line| {
            Some(line.strip_prefix(name)?.strip_prefix(':')?.trim_start().to_owned())
        })
    };
    let data: Data = serde_json::from_str(&field("data")?).unwrap_or_default();
    let (audience, subject) = (data.audience, data.subject);
    Some(Event { id: field("id"), kind: field("event")?, audience, subject })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::base64url::encode;

    #[test]
    fn events_are_read_out_of_pieces_and_comments_passed_over() {
        let subject = encode([7; 32]);
        let mut buffer = format!(": here\n\nid: 4\nevent: post\ndata: {{\"audience\":null,\"subject\":\"{subject}\"}}\n\nid: 5")
            .into_bytes();
        assert_eq!(take_block(&mut buffer).and_then(|b| parse(&b)), None, "a comment");
        let event = take_block(&mut buffer).and_then(|b| parse(&b)).expect("whole");
        assert_eq!((event.id.as_deref(), event.kind.as_str()), (Some("4"), "post"));
        assert_eq!((event.audience, event.subject), (None, Some(B64([7; 32]))));
        assert_eq!(take_block(&mut buffer), None, "not whole yet");
    }
}
