//! `kentongan ack`: understood.

use clap::Args;

use super::output::Output;
use super::read::done;
use super::{Failure, find};
use crate::client::Client;

/// Tell the publishers that you have understood a post
#[derive(Args, Debug)]
#[command(after_help = "Example:\n  kentongan ack 90ab12")]
pub(super) struct Ack {
    /// The start of the post's id
    post: String,
}

impl Ack {
    pub(super) async fn run(self, client: &mut Client, out: Output) -> Result<(), Failure> {
        let (audience, post) = find::post(client, &self.post).await?;
        client.acknowledge(&audience, &post).await?;
        out.result(&done(&post.0, "acknowledged"), "Understood.");
        Ok(())
    }
}
