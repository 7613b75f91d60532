//! `kentongan withdraw`: takes a post back, as far as that is possible.

use clap::Args;
use kentongan_protocol::post::Kind;
use serde_json::json;

use super::output::Output;
use super::{Failure, find};
use crate::client::Client;
use crate::client::payload::PostBody;

/// Take a post back: readers no longer see it, though some may have read it
#[derive(Args, Debug)]
#[command(after_help = "Example:\n  kentongan withdraw 90ab12")]
pub(super) struct Withdraw {
    /// The start of the post's id
    post: String,
}

impl Withdraw {
    pub(super) async fn run(self, client: &mut Client, out: Output) -> Result<(), Failure> {
        let (audience, post) = find::post(client, &self.post).await?;
        let sent =
            client.send(&audience, Kind::Withdrawal, Some(post), &PostBody::default()).await?;
        let document =
            json!({ "post": hex::encode(sent.post.0), "withdraws": hex::encode(post.0) });
        out.result(&document, "Withdrawn. Who had read it already has read it.");
        Ok(())
    }
}
