//! `kentongan approve`: another publisher's post may go out.

use clap::Args;
use serde_json::json;

use super::output::Output;
use super::{Failure, find};
use crate::client::Client;

/// Approve another publisher's post
#[derive(Args, Debug)]
#[command(after_help = "Example:\n  kentongan read 90ab12 && kentongan approve 90ab12")]
pub(super) struct Approve {
    /// The start of the post's id
    post: String,
}

impl Approve {
    pub(super) async fn run(self, client: &mut Client, out: Output) -> Result<(), Failure> {
        let (audience, post) = find::post(client, &self.post).await?;
        let approved = client.approve(&audience, &post).await?;
        let text =
            format!("{} of {} approvals: {}.", approved.approvals, approved.needed, approved.state);
        out.result(&json!({ "post": hex::encode(post.0), "status": approved }), &text);
        Ok(())
    }
}
