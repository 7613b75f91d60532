//! `kentongan correct`: another text in place of a post's.

use clap::Args;
use kentongan_protocol::post::Kind;
use serde_json::json;

use super::output::Output;
use super::post::Text;
use super::{Failure, find};
use crate::client::Client;
use crate::client::payload::PostBody;

/// Correct a post: readers see the new text, and that it was corrected
#[derive(Args, Debug)]
#[command(after_help = "Example:\n  kentongan correct 90ab12 'Tomorrow at NINE, bring a jacket'")]
pub(super) struct Correct {
    /// The start of the post's id
    post: String,
    #[command(flatten)]
    text: Text,
    /// Another title [default: the one it has]
    #[arg(long, value_name = "TITLE")]
    title: Option<String>,
}

impl Correct {
    pub(super) async fn run(self, client: &mut Client, out: Output) -> Result<(), Failure> {
        let (audience, post) = find::post(client, &self.post).await?;
        let view = client
            .post(&audience, &post)
            .ok_or_else(|| Failure::Refused("the post is gone".into()))?;
        let content = PostBody {
            title: self.title.or_else(|| view.content.title.clone()),
            body: self.text.read()?,
            attachments: view.content.attachments.clone(),
            ..PostBody::default()
        };
        let sent = client.send(&audience, Kind::Correction, Some(post), &content).await?;
        let document = json!({ "post": hex::encode(sent.post.0), "corrects": hex::encode(post.0), "pending": sent.pending });
        out.result(
            &document,
            if sent.pending { "Corrected; waits for approval." } else { "Corrected." },
        );
        Ok(())
    }
}
