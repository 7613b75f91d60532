//! Files uploaded for a post or letter that the hub has not taken yet: said again, they are the same attachments.
//!
//! Invariant: a file is only ever the same attachment as before for the same readers, under the same name and while the
//! hub still has it.

use std::fs::File;
use std::io::{BufRead as _, BufReader};
use std::path::Path;

use kentongan_protocol::ids::AudienceId;
use kentongan_protocol::primitives::hash;
use sha2::{Digest as _, Sha256};

use super::api::AttachmentFor;
use super::device::Upload;
use super::payload::Attachment;
use super::{Client, Error, ProblemKind};
use crate::base64url::B64;

/// Uploads that are remembered; who leaves more unsent has given the oldest up.
const REMEMBERED: usize = 32;

/// A hash of what a file is, and for whom.
pub(super) async fn file_hash(
    audience: &AudienceId,
    reader: AttachmentFor,
    path: &Path,
    name: &str,
) -> Result<B64<32>, Error> {
    let path = path.to_owned();
    let hashing = tokio::task::spawn_blocking(move || {
        let file = File::open(&path).map_err(Error::file(&path))?;
        let (mut file, mut sha256) = (BufReader::with_capacity(64 << 10, file), Sha256::new());
        loop {
            let piece = file.fill_buf().map_err(Error::file(&path))?;
            if piece.is_empty() {
                return Ok::<[u8; 32], Error>(sha256.finalize().into());
            }
            sha256.update(piece);
            let read = piece.len();
            file.consume(read);
        }
    });
    let content = hashing.await.map_err(|_| Error::cannot("reading the file was cut off"))??;
    let (kind, account) = match reader {
        AttachmentFor::Audience => (0, [0; 32]),
        AttachmentFor::Desk => (1, [0; 32]),
        AttachmentFor::Account(account) => (2, account),
    };
    let fields = [&audience.0[..], &[kind], &account, &content, name.as_bytes()];
    Ok(B64(hash("client upload", &fields.concat())))
}

impl Client {
    /// The attachment that this file is already, if it was uploaded for something that never went out.
    pub(super) async fn uploaded(
        &self,
        audience: &AudienceId,
        file: &B64<32>,
    ) -> Result<Option<Attachment>, Error> {
        let Some(held) = self.device.uploads.iter().find(|upload| upload.file == *file) else {
            return Ok(None);
        };
        match self.api.has_attachment(&audience.0, &held.attachment.sha256.0).await {
            Ok(()) => Ok(Some(held.attachment.clone())),
            Err(error) if error.is(&ProblemKind::NotFound) => Ok(None),
            Err(error) => Err(error),
        }
    }

    /// Remembers an upload until what it goes with is taken.
    pub(super) async fn note_upload(
        &mut self,
        file: B64<32>,
        attachment: Attachment,
    ) -> Result<(), Error> {
        let uploads = &mut self.device.uploads;
        uploads.retain(|other| other.file != file);
        uploads.push(Upload { file, attachment });
        let given_up = uploads.len().saturating_sub(REMEMBERED);
        uploads.drain(..given_up);
        self.save_device().await
    }

    /// Forgets uploads that are on their way in a post or letter: the same file is another attachment from now on.
    pub(super) async fn forget_uploads(&mut self, sent: &[Attachment]) -> Result<(), Error> {
        let gone = |upload: &Upload| sent.iter().any(|a| a.sha256 == upload.attachment.sha256);
        let before = self.device.uploads.len();
        self.device.uploads.retain(|upload| !gone(upload));
        if self.device.uploads.len() == before { Ok(()) } else { self.save_device().await }
    }
}
