//! The arguments that make up what is written: a text and files, alike for posts, replies and corrections.

use std::path::PathBuf;

use super::failure::Failure;
use super::files;
use crate::client::payload::PostBody;

/// A text and files.
#[derive(Debug, clap::Args)]
pub(super) struct Content {
    /// The text; without it, --file or stdin
    text: Option<String>,
    /// Read the text from this file; - is stdin
    #[arg(long, value_name = "FILE", conflicts_with = "text")]
    file: Option<PathBuf>,
    /// Attach a file; say it once for each
    #[arg(long, value_name = "FILE", num_args = 1..)]
    pub(super) attach: Vec<PathBuf>,
}

impl Content {
    /// The text, where one is given; stdin only where `--file -` says so.
    pub(super) fn given(&mut self) -> Result<Option<String>, Failure> {
        match (self.text.take(), self.file.as_deref()) {
            (None, None) => Ok(None),
            (text, file) => files::text(text, file, false).map(Some),
        }
    }

    /// What is to be written, without its files, which are looked at but not sent yet.
    pub(super) fn read(&mut self, title: Option<String>) -> Result<PostBody, Failure> {
        files::check(&self.attach)?;
        let body = files::text(self.text.take(), self.file.as_deref(), !self.attach.is_empty())?;
        Ok(PostBody { title, body, ..PostBody::default() })
    }
}
