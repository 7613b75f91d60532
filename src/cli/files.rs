//! Files that go with a post or letter, and text that comes from a file or from stdin.

use std::io::{IsTerminal as _, Read as _};
use std::path::{Path, PathBuf};

use kentongan_protocol::ids::AudienceId;

use super::drums::progress;
use super::failure::{Failure, file};
use super::output::Output;
use crate::client::api::AttachmentFor;
use crate::client::payload::Attachment;
use crate::client::{Client, Source};

/// A text: given, in a file (`-` is stdin), or on stdin.
pub(super) fn text(
    given: Option<String>,
    from: Option<&Path>,
    attached: bool,
) -> Result<String, Failure> {
    let text = match (given, from) {
        (Some(text), _) => text,
        (None, Some(path)) if path != Path::new("-") => {
            std::fs::read_to_string(path).map_err(file(path))?
        }
        // With a file attached, no text is a text too.
        (None, None) if std::io::stdin().is_terminal() && attached => String::new(),
        (None, None) if std::io::stdin().is_terminal() => {
            return Err(Failure::usage(
                "the text is missing: give it in quotes, with --file FILE, or on stdin",
            ));
        }
        (None, _) => {
            let mut text = String::new();
            std::io::stdin().read_to_string(&mut text).map_err(file(Path::new("stdin")))?;
            text
        }
    };
    let text = text.trim_end().to_owned();
    if text.is_empty() && !attached {
        return Err(Failure::usage(
            "the text is empty: give it in quotes, with --file FILE, or on stdin",
        ));
    }
    Ok(text)
}

/// Refuses before anything is sent if a file cannot be attached.
pub(super) fn check(files: &[PathBuf]) -> Result<(), Failure> {
    for path in files {
        let found = std::fs::metadata(path).map_err(|error| {
            let path = path.display();
            Failure::usage(format!(
                "{path} cannot be attached: {error} (the text goes before --attach)"
            ))
        })?;
        if !found.is_file() {
            return Err(Failure::usage(format!(
                "{} is not a file: attach the files in it one by one",
                path.display()
            )));
        }
    }
    Ok(())
}

/// Seals and uploads files for these readers.
pub(super) async fn upload(
    client: &mut Client,
    audience: &AudienceId,
    files: &[PathBuf],
    readers: AttachmentFor,
    output: Output,
) -> Result<Vec<Attachment>, Failure> {
    let mut attachments = Vec::with_capacity(files.len());
    for path in files {
        let size = std::fs::metadata(path).map_err(file(path))?.len();
        let name = path.file_name().unwrap_or_default().to_string_lossy().into_owned();
        let bar = progress(output.draws(), &super::clean::line(&name), size, true);
        let source = Source { path, media_type: media_type(path) };
        let attached = client
            .attach(audience, source, readers, &|bytes| bar.set_position(bytes.min(size)))
            .await;
        bar.finish_and_clear();
        attachments.push(attached?);
    }
    Ok(attachments)
}

/// What a file's ending says about it; readers decide by themselves what they make of it.
fn media_type(path: &Path) -> &'static str {
    let ending = path.extension().and_then(|e| e.to_str()).unwrap_or_default().to_lowercase();
    match ending.as_str() {
        "jpg" | "jpeg" => "image/jpeg",
        "png" => "image/png",
        "webp" => "image/webp",
        "gif" => "image/gif",
        "pdf" => "application/pdf",
        "txt" | "md" => "text/plain",
        "csv" => "text/csv",
        "mp3" => "audio/mpeg",
        "ogg" | "opus" => "audio/ogg",
        "m4a" => "audio/mp4",
        "mp4" => "video/mp4",
        "docx" => "application/vnd.openxmlformats-officedocument.wordprocessingml.document",
        "xlsx" => "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
        "pptx" => "application/vnd.openxmlformats-officedocument.presentationml.presentation",
        "odt" => "application/vnd.oasis.opendocument.text",
        "zip" => "application/zip",
        _ => "application/octet-stream",
    }
}
