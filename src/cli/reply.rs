//! `kentongan reply`: to everyone in the thread, or privately to the publishers.

use std::path::PathBuf;

use clap::Args;
use kentongan_protocol::ids::PostId;
use kentongan_protocol::letter;
use kentongan_protocol::post::Kind;
use serde_json::json;

use super::output::Output;
use super::post::Text;
use super::{Failure, attachments, find};
use crate::client::api::AttachmentFor;
use crate::client::payload::PostBody;
use crate::client::{Addressee, Client};

/// Reply to a post
#[derive(Args, Debug)]
#[command(
    after_help = "Examples:\n  kentongan reply 90ab12 'Is page 12 included?'\n  kentongan reply 90ab12 --private 'Ani is ill today'"
)]
pub(super) struct Reply {
    /// The start of the post's id
    post: String,
    #[command(flatten)]
    text: Text,
    /// To the publishers only
    #[arg(long)]
    private: bool,
    /// Files to send along
    #[arg(long, value_name = "FILE", num_args = 1..)]
    attach: Vec<PathBuf>,
}

impl Reply {
    pub(super) async fn run(self, client: &mut Client, out: Output) -> Result<(), Failure> {
        let (audience, post) = find::post(client, &self.post).await?;
        let body = self.text.read()?;
        let view = client
            .post(&audience, &post)
            .ok_or_else(|| Failure::Refused("the post is gone".into()))?;
        // A reply to a reply stays in the thread of its root.
        let is_reply = view.post.kind == "reply";
        let root = if is_reply { PostId(view.post.thread.0) } else { post };
        let reader = if self.private { AttachmentFor::Desk } else { AttachmentFor::Audience };
        if !self.private {
            let chain = client.sync(&audience).await?;
            client.require_replies(&chain)?;
        }
        let attachments = attachments::upload(client, &audience, &self.attach, reader, out).await?;
        let content = PostBody { body, attachments, ..PostBody::default() };
        if self.private {
            let kind = letter::Kind::Reply;
            let sent =
                client.send_letter(&audience, Addressee::Desk, kind, Some(root), &content).await?;
            out.result(&json!({ "letter": hex::encode(sent.letter.0) }), "Sent to the publishers.");
        } else {
            let sent = client.send(&audience, Kind::Reply, Some(root), &content).await?;
            out.result(
                &json!({ "post": hex::encode(sent.post.0) }),
                "Sent to everyone in the thread.",
            );
        }
        Ok(())
    }
}
