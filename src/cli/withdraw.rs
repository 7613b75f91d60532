//! `kentongan withdraw`: taking a post back.

use kentongan_protocol::post::Kind;
use serde_json::json;

use super::failure::Failure;
use super::session::Session;
use super::{ask, assign, fetching, names, show};
use crate::base64url::encode;
use crate::client::payload::PostBody;

/// Take a post back
#[derive(Debug, clap::Args)]
#[command(after_help = "\
Example:
  kentongan withdraw 3

A publisher may withdraw any post, a member their own replies. It deletes nothing that was read already; a post that
still waits for its time reaches nobody.")]
pub(super) struct Args {
    /// Its number in the inbox, or the beginning of its id
    post: String,
    /// Say yes
    #[arg(long)]
    yes: bool,
}

/// Seals and sends the withdrawal.
pub(super) async fn run(args: Args, session: &Session) -> Result<(), Failure> {
    let (mut client, numbers) = fetching::open(session).await?;
    let (audience, post) = names::post_or_work(&client, &numbers, &args.post)?;
    if client.post(&audience, &post).is_none() {
        return assign::withdraw(&mut client, &audience, &post, args.yes, session).await;
    }
    let waits = client.post(&audience, &post).is_some_and(|view| view.post.release_ms.is_some());
    let headline =
        client.post(&audience, &post).map(|view| show::headline(&view)).unwrap_or_default();
    ask::confirm(
        &format!("\"{headline}\" is withdrawn for everybody, for good"),
        args.yes,
        "--yes",
    )?;
    if waits {
        client.take_back(&post).await?;
        let document = json!({ "post": encode(post.0), "withdrawal": null });
        return session.output.show(&document, "It is taken back. It reached nobody.");
    }
    let sent = client.send(&audience, Kind::Withdrawal, Some(post), &PostBody::default()).await?;
    session.output.show(
        &json!({ "post": encode(post.0), "withdrawal": encode(sent.post.0) }),
        "It is withdrawn. Whoever has read it has read it.",
    )
}
