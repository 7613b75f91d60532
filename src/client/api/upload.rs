//! Uploads of sealed files, in as many parts as the network allows: each goes on where the hub says it is.
//!
//! Invariant: what the hub has is asked, never guessed; a file is done when the hub has the whole.

use std::io::SeekFrom;
use std::path::Path;
use std::time::Duration;

use futures_util::StreamExt as _;
use reqwest::header::{CONTENT_LENGTH, CONTENT_RANGE, CONTENT_TYPE};
use tokio::io::AsyncSeekExt as _;
use tokio_util::io::ReaderStream;

use super::{Api, AttachmentFor, OCTETS};
use crate::base64url::encode;
use crate::client::{Error, ProblemKind};

/// Tries in a row in which nothing more arrived, and the pause after the first, doubled after each: six seconds in all.
const TRIES: u32 = 5;
const PAUSE: Duration = Duration::from_millis(200);

/// What the hub has of a file.
enum Has {
    Whole,
    UpTo(u64),
}

/// A file on its way.
struct Upload<'a> {
    url: String,
    file: &'a Path,
    size: u64,
    progress: &'a (dyn Fn(u64) + Send + Sync),
}

impl Api {
    /// Uploads a sealed file, telling `progress` how many bytes have gone; goes on after the network broke off.
    pub async fn put_attachment(
        &self,
        audience: &[u8; 32],
        sha256: &[u8; 32],
        reader: AttachmentFor,
        file: &Path,
        progress: &(dyn Fn(u64) + Send + Sync),
    ) -> Result<(), Error> {
        let reader = match reader {
            AttachmentFor::Audience => "audience".to_owned(),
            AttachmentFor::Desk => "desk".to_owned(),
            AttachmentFor::Account(account) => encode(account),
        };
        let path = format!("/v1/audiences/{}/attachments/{}", encode(audience), encode(sha256));
        let url = self.url(&format!("{path}?for={reader}"));
        let size = tokio::fs::metadata(file).await.map_err(Error::file(file))?.len();
        let upload = Upload { url, file, size, progress };
        let (mut reached, mut tries) = (0, 0);
        loop {
            let from = match self.upload_offset(&path).await {
                Ok(Has::Whole) => return Ok(()),
                Ok(Has::UpTo(from)) => Ok(from),
                Err(error) => Err(error),
            };
            if let Ok(from @ 1..) = from
                && from > reached
            {
                (reached, tries) = (from, 0);
            }
            let sent = match from {
                Ok(from) => self.send_from(&upload, from).await,
                Err(error) => Err(error),
            };
            match sent {
                Ok(()) => return Ok(()),
                Err(error) if tries < TRIES && may_pass(&error) => {
                    tokio::time::sleep(PAUSE * 2_u32.pow(tries)).await;
                    tries += 1;
                }
                Err(error) => return Err(error),
            }
        }
    }

    /// How much the hub has of the caller's upload.
    async fn upload_offset(&self, path: &str) -> Result<Has, Error> {
        // An answer to HEAD has no problem in it: a session that ended is noticed here.
        self.email().await?;
        let token = self.token(None).await?;
        let unreachable = |_| Error::Unreachable(self.origin.as_str().to_owned());
        let request = self.http.head(self.url(path)).bearer_auth(token.as_str());
        let response = request.send().await.map_err(unreachable)?;
        if response.status().is_success() {
            return Ok(Has::Whole);
        }
        let offset = response.headers().get("upload-offset").and_then(|v| v.to_str().ok());
        Ok(Has::UpTo(offset.and_then(|offset| offset.parse().ok()).unwrap_or(0)))
    }

    /// Sends all from `from` on, as one part.
    async fn send_from(&self, upload: &Upload<'_>, from: u64) -> Result<(), Error> {
        let Upload { url, file, size, progress } = upload;
        if from >= *size {
            return Err(Error::Answer("an upload of another length"));
        }
        let token = self.token(None).await?;
        let mut opened = tokio::fs::File::open(file).await.map_err(Error::file(file))?;
        opened.seek(SeekFrom::Start(from)).await.map_err(Error::file(file))?;
        let (sent, mut seen) = tokio::sync::mpsc::unbounded_channel();
        let mut total = from;
        let stream = ReaderStream::with_capacity(opened, 64 << 10).inspect(move |piece| {
            total += piece.as_ref().map_or(0, |piece| piece.len() as u64);
            // Nobody listens any more once the answer is there.
            let _ = sent.send(total);
        });
        let request = self.http.put(url).bearer_auth(token.as_str());
        let request = request
            .header(CONTENT_TYPE, OCTETS)
            .header(CONTENT_LENGTH, size - from)
            .header(CONTENT_RANGE, format!("bytes {from}-{}/{size}", size - 1));
        let answer = self.attempt(request.body(reqwest::Body::wrap_stream(stream)));
        let watch = async {
            while let Some(bytes) = seen.recv().await {
                progress(bytes);
            }
        };
        tokio::join!(answer, watch).0.map(drop)
    }
}

/// Whether going on may help: the network broke off, or the hub still has the end of what broke off in its hands.
fn may_pass(error: &Error) -> bool {
    matches!(error, Error::Unreachable(_))
        || error.is(&ProblemKind::Unavailable)
        || error.is(&ProblemKind::Conflict)
}
