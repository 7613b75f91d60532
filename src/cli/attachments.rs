//! Files that go with posts and letters: uploading with progress, and their media types by name.

use std::path::{Path, PathBuf};

use kentongan_protocol::ids::AudienceId;

use super::Failure;
use super::output::Output;
use crate::client::api::AttachmentFor;
use crate::client::payload::Attachment;
use crate::client::{Client, Source};

/// Seals and uploads files for those who will read them.
pub(super) async fn upload(
    client: &mut Client,
    audience: &AudienceId,
    files: &[PathBuf],
    reader: AttachmentFor,
    out: Output,
) -> Result<Vec<Attachment>, Failure> {
    let mut attachments = Vec::new();
    for path in files {
        let size = std::fs::metadata(path)
            .map_err(|error| Failure::Refused(format!("{}: {error}", path.display())))?;
        let bar = out.bar(size.len(), "Uploading", true);
        let source = Source { path, media_type: media_type(path) };
        let attached = client.attach(audience, source, reader, &|n| bar.set_position(n)).await?;
        bar.finish_and_clear();
        attachments.push(attached);
    }
    Ok(attachments)
}

/// What schools and agencies send; anything else is octets.
fn media_type(path: &Path) -> &'static str {
    let ending = path.extension().and_then(|e| e.to_str()).unwrap_or_default().to_ascii_lowercase();
    match ending.as_str() {
        "jpg" | "jpeg" => "image/jpeg",
        "png" => "image/png",
        "webp" => "image/webp",
        "gif" => "image/gif",
        "pdf" => "application/pdf",
        "txt" => "text/plain",
        "mp3" => "audio/mpeg",
        "ogg" | "opus" => "audio/ogg",
        "m4a" => "audio/mp4",
        "mp4" => "video/mp4",
        "docx" => "application/vnd.openxmlformats-officedocument.wordprocessingml.document",
        "xlsx" => "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
        "pptx" => "application/vnd.openxmlformats-officedocument.presentationml.presentation",
        _ => "application/octet-stream",
    }
}
