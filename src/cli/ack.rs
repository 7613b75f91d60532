//! `kentongan ack`: telling the publishers that a post was understood.

use serde_json::json;

use super::failure::Failure;
use super::session::Session;
use super::{drums, fetching, names};
use crate::base64url::encode;

/// Tell the publishers that you understood a post
#[derive(Debug, clap::Args)]
#[command(after_help = "\
Example:
  kentongan ack 3")]
pub(super) struct Args {
    /// Its number in the inbox, or the beginning of its id
    post: String,
}

/// Sends the receipt.
pub(super) async fn run(args: Args, session: &Session) -> Result<(), Failure> {
    let (mut client, mut numbers) = fetching::open(session).await?;
    let (audience, post) = names::post(&client, &numbers, &args.post)?;
    if client.post(&audience, &post).is_some_and(|view| view.own) {
        return Err(super::session::cannot(
            "that post is your own: its readers acknowledge it; see `kentongan status`",
        ));
    }
    client.acknowledge(&audience, &post).await?;
    numbers.note_read(&client, &[post.0])?;
    session.output.show(
        &json!({ "post": encode(post.0), "acknowledged": true }),
        &format!("{} Understood; its publishers are told.", drums::leaf().apply_to("◉")),
    )
}
