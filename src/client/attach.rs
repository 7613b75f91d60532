//! Attachments: sealed on this machine's disk, streamed to the hub and back (protocol section 7).
//!
//! Invariant: a file appears under its name only when the whole of it was the one its sender sealed.

use std::fs::File;
use std::path::Path;

use kentongan_protocol::attachment::{AttachmentError, AttachmentKey};
use kentongan_protocol::ids::AudienceId;
use tempfile::NamedTempFile;

use super::api::AttachmentFor;
use super::payload::Attachment;
use super::{Client, Error, Progress, uploads};
use crate::base64url::B64;

/// A file to attach.
pub struct Source<'a> {
    /// Where it is.
    pub path: &'a Path,
    /// Its media type, `application/octet-stream` if not known.
    pub media_type: &'a str,
}

impl Client {
    /// Seals a file and uploads it; what comes back belongs into the post or letter. Until the hub has taken that, the
    /// same file for the same readers stays the same attachment.
    pub async fn attach(
        &mut self,
        audience: &AudienceId,
        source: Source<'_>,
        reader: AttachmentFor,
        progress: Progress<'_>,
    ) -> Result<Attachment, Error> {
        let name = source.path.file_name().map(|name| name.to_string_lossy().into_owned());
        let name = name.ok_or_else(|| Error::cannot("an attachment has to be a file"))?;
        let file = uploads::file_hash(audience, reader, source.path, &name).await?;
        if let Some(uploaded) = self.uploaded(audience, &file).await? {
            return Ok(uploaded);
        }
        let key = AttachmentKey::random(&mut self.rng());
        let text = key.to_text().to_string();
        let (path, dir) = (source.path.to_owned(), self.home.dir().to_owned());
        let sealing = tokio::task::spawn_blocking(move || {
            let input = File::open(&path).map_err(Error::file(&path))?;
            let mut blob = NamedTempFile::new_in(&dir).map_err(Error::file(&dir))?;
            let sealed = key.seal(input, &mut blob).map_err(Error::file(&path))?;
            Ok::<_, Error>((blob, sealed))
        });
        let (blob, sealed) =
            sealing.await.map_err(|_| Error::cannot("sealing the file was cut off"))??;
        self.api.put_attachment(&audience.0, &sealed.sha256, reader, blob.path(), progress).await?;
        let attachment = Attachment {
            identity: text,
            sha256: B64(sealed.sha256),
            name,
            r#type: source.media_type.to_owned(),
            size: sealed.size,
        };
        self.note_upload(file, attachment.clone()).await?;
        Ok(attachment)
    }

    /// Downloads an attachment, checks and opens it, and puts it at `target`, where nothing may be yet.
    pub async fn save_attachment(
        &mut self,
        audience: &AudienceId,
        attachment: &Attachment,
        target: &Path,
        progress: Progress<'_>,
    ) -> Result<u64, Error> {
        let key = attachment.key()?;
        let dir = self.home.dir().to_owned();
        let blob = NamedTempFile::new_in(&dir).map_err(Error::file(&dir))?;
        let file = blob.reopen().map_err(Error::file(blob.path()))?;
        let mut file = tokio::fs::File::from_std(file);
        let limit = sealed_at_most(attachment.size);
        self.api.attachment(&audience.0, &attachment.sha256.0, limit, &mut file, progress).await?;
        tokio::io::AsyncWriteExt::flush(&mut file).await.map_err(Error::file(blob.path()))?;
        let (sha256, target) = (attachment.sha256.0, target.to_owned());
        let opening = tokio::task::spawn_blocking(move || {
            let folder =
                target.parent().filter(|p| !p.as_os_str().is_empty()).unwrap_or(Path::new("."));
            let mut plain = NamedTempFile::new_in(folder).map_err(Error::file(folder))?;
            let input = blob.reopen().map_err(Error::file(blob.path()))?;
            let size = key.open(&sha256, input, &mut plain).map_err(|error| match error {
                AttachmentError::Io(error) => Error::File(target.clone(), error),
                refused => Error::distrust(refused),
            })?;
            plain.persist_noclobber(&target).map_err(|error| Error::File(target, error.error))?;
            Ok(size)
        });
        opening.await.map_err(|_| Error::cannot("opening the file was cut off"))?
    }
}

/// The most bytes that an age file of `size` bytes for one recipient takes: header, and 16 bytes each 64 KiB.
const fn sealed_at_most(size: u64) -> u64 {
    size.saturating_add(size / 4096).saturating_add(4096)
}
