//! `kentongan post`: one message to all of one or several audiences.

use std::io::{IsTerminal as _, Read as _};
use std::path::PathBuf;

use clap::Args;
use kentongan_protocol::post::Kind;
use serde_json::json;

use super::output::Output;
use super::{Failure, attachments, find};
use crate::client::Client;
use crate::client::api::AttachmentFor;
use crate::client::payload::PostBody;

/// Send a message to all of an audience
#[derive(Args, Debug)]
#[command(
    after_help = "Examples:\n  kentongan post --to 'VII B' 'Tomorrow at eight, bring a jacket'\n  \
    kentongan post --to 'VII B' --to 'VII C' --assignment --title 'Fractions' --file task.txt --attach page-12.jpg\n  \
    date | kentongan post --to 4c1e90"
)]
pub(super) struct Post {
    #[command(flatten)]
    text: Text,
    /// An audience, by name or the start of its id; repeat for several
    #[arg(long, value_name = "AUDIENCE", required = true)]
    to: Vec<String>,
    /// A title
    #[arg(long, value_name = "TITLE")]
    title: Option<String>,
    /// Something everyone is asked to do
    #[arg(long)]
    assignment: bool,
    /// Files to send along
    #[arg(long, value_name = "FILE", num_args = 1..)]
    attach: Vec<PathBuf>,
}

/// What is to be said.
#[derive(Args, Debug)]
pub(super) struct Text {
    /// The text; without it and --file, standard input
    #[arg(conflicts_with = "file")]
    text: Option<String>,
    /// A file with the text
    #[arg(long, value_name = "FILE")]
    file: Option<PathBuf>,
}

impl Text {
    /// The text, from where it was said to be.
    pub(super) fn read(self) -> Result<String, Failure> {
        let text = match (self.text, self.file) {
            (Some(text), _) => text,
            (None, Some(file)) => std::fs::read_to_string(&file)
                .map_err(|error| Failure::Refused(format!("{}: {error}", file.display())))?,
            (None, None) if std::io::stdin().is_terminal() => {
                return Err(Failure::Usage(
                    "say what to send: as an argument, with --file, or on standard input".into(),
                ));
            }
            (None, None) => {
                let mut text = String::new();
                let read = std::io::stdin().read_to_string(&mut text);
                read.map_err(|_| Failure::Refused("standard input is not text in UTF-8".into()))?;
                text
            }
        };
        if text.trim().is_empty() {
            return Err(Failure::Usage("there is nothing to send: the text is empty".into()));
        }
        Ok(text)
    }
}

impl Post {
    pub(super) async fn run(self, client: &mut Client, out: Output) -> Result<(), Failure> {
        let kind = if self.assignment { Kind::Assignment } else { Kind::Announcement };
        let mut audiences = Vec::new();
        for name in &self.to {
            audiences.push((name, find::audience(client, name)?));
        }
        let body = self.text.read()?;
        client.upkeep().await?;
        let (mut items, mut text, mut failed) = (Vec::new(), Vec::new(), Vec::new());
        for (name, audience) in audiences {
            let sent = async {
                let attachments = attachments::upload(
                    client,
                    &audience,
                    &self.attach,
                    AttachmentFor::Audience,
                    out,
                )
                .await?;
                let content = PostBody {
                    title: self.title.clone(),
                    body: body.clone(),
                    attachments,
                    ..PostBody::default()
                };
                Ok::<_, Failure>(client.send(&audience, kind, None, &content).await?)
            };
            match sent.await {
                Ok(sent) => {
                    let post = hex::encode(sent.post.0);
                    let waits = if sent.pending { "  waits for approval" } else { "" };
                    text.push(format!("{}  {name}{waits}\n", find::short(&sent.post.0)));
                    items.push(json!({ "audience": hex::encode(audience.0), "post": post, "pending": sent.pending }));
                }
                Err(Failure::Refused(why) | Failure::Usage(why)) => {
                    failed.push(format!("{name}: {why}"));
                }
            }
        }
        out.result(&json!({ "items": items }), &text.concat());
        if failed.is_empty() { Ok(()) } else { Err(Failure::Refused(failed.join("; "))) }
    }
}
