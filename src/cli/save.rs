//! `kentongan save`: an attachment onto disk.

use std::path::PathBuf;

use clap::Args;
use kentongan_protocol::ids::AudienceId;
use serde_json::json;

use super::output::{Output, size, visible_line};
use super::{Failure, find};
use crate::client::Client;
use crate::client::payload::Attachment;

/// Save an attachment of a post or letter
#[derive(Args, Debug)]
#[command(
    after_help = "Examples:\n  kentongan save 90ab12\n  kentongan save 90ab12 2 --into ~/Downloads\n\nNothing is ever overwritten."
)]
pub(super) struct Save {
    /// The start of the post's or letter's id
    from: String,
    /// Which of its attachments
    #[arg(default_value_t = 1, value_parser = clap::value_parser!(u16).range(1..))]
    number: u16,
    /// The folder to save into
    #[arg(long, value_name = "DIR", default_value = ".")]
    into: PathBuf,
}

impl Save {
    pub(super) async fn run(self, client: &mut Client, out: Output) -> Result<(), Failure> {
        let (audience, attachments) = self.attachments(client).await?;
        let attachment = attachments.get(usize::from(self.number) - 1).ok_or_else(|| {
            Failure::Refused(format!(
                "it has {} attachments, no number {}",
                attachments.len(),
                self.number
            ))
        })?;
        let target = self.into.join(attachment.file_name());
        let bar = out.bar(attachment.size, "Downloading", true);
        let saved = client
            .save_attachment(&audience, attachment, &target, &|n| bar.set_position(n))
            .await?;
        bar.finish_and_clear();
        let text = format!("{}  {}", visible_line(&target.display().to_string()), size(saved));
        out.result(&json!({ "path": target, "size": saved, "type": attachment.r#type }), &text);
        Ok(())
    }

    async fn attachments(
        &self,
        client: &mut Client,
    ) -> Result<(AudienceId, Vec<Attachment>), Failure> {
        if let Ok((audience, id)) = find::letter(client, &self.from) {
            let letters = client.letters();
            let line = letters.iter().find(|line| line.id == id);
            return Ok((
                audience,
                line.map(|l| l.letter.content.attachments.clone()).unwrap_or_default(),
            ));
        }
        let (audience, post) = find::post(client, &self.from).await?;
        let view = client
            .post(&audience, &post)
            .ok_or_else(|| Failure::Refused("the post is gone".into()))?;
        Ok((audience, view.content.attachments.clone()))
    }
}
