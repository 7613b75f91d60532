//! `kentongan approve`: a second publisher's signature under a post that waits for it.

use serde_json::json;

use super::failure::Failure;
use super::format::{count, of};
use super::session::Session;
use super::{drums, fetching, names};
use crate::base64url::encode;

/// Sign another publisher's post
#[derive(Debug, clap::Args)]
#[command(after_help = "\
Examples:
  kentongan inbox           shows which posts wait for approvals
  kentongan read 3          read before you sign
  kentongan approve 3")]
pub(super) struct Args {
    /// Its number in the inbox, or the beginning of its id
    post: String,
}

/// Signs it.
pub(super) async fn run(args: Args, session: &Session) -> Result<(), Failure> {
    let (mut client, numbers) = fetching::open(session).await?;
    let (audience, post) = names::post(&client, &numbers, &args.post)?;
    let approved = client.approve(&audience, &post).await?;
    let amount = of(count(approved.approvals), count(approved.needed));
    let text = if approved.state == "pending" {
        format!("Signed: {amount} approvals.")
    } else {
        format!("{} Signed: {amount} approvals; it goes out now.", drums::teak().apply_to("●"))
    };
    let mut document = json!(approved);
    document["post"] = json!(encode(post.0));
    session.output.show(&document, &text)
}
