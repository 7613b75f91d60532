//! The routes about attachments, but for [uploads](super::upload).

use futures_util::StreamExt as _;
use reqwest::header::RANGE;
use tokio::io::{AsyncWrite, AsyncWriteExt as _};

use super::Api;
use crate::base64url::encode;
use crate::client::Error;

/// For whom an attachment is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum AttachmentFor {
    /// Everyone in the audience.
    Audience,
    /// The audience's publishers.
    Desk,
    /// One account.
    Account([u8; 32]),
}

impl Api {
    /// Whether the hub has an attachment for this account; [`ProblemKind::NotFound`](crate::client::ProblemKind) if not.
    pub async fn has_attachment(
        &self,
        audience: &[u8; 32],
        sha256: &[u8; 32],
    ) -> Result<(), Error> {
        let path = format!("/v1/audiences/{}/attachments/{}", encode(audience), encode(sha256));
        // Its first byte: what is refused to a HEAD comes without the reason.
        self.send(|http| http.get(self.url(&path)).header(RANGE, "bytes=0-0")).await.map(drop)
    }

    /// Downloads a sealed file, telling `progress` how many bytes have come; at most `limit` of them.
    pub async fn attachment(
        &self,
        audience: &[u8; 32],
        sha256: &[u8; 32],
        limit: u64,
        into: &mut (impl AsyncWrite + Unpin),
        progress: &(dyn Fn(u64) + Send + Sync),
    ) -> Result<(), Error> {
        let path = format!("/v1/audiences/{}/attachments/{}", encode(audience), encode(sha256));
        let response = self.send(|http| http.get(self.url(&path))).await?;
        let mut stream = response.bytes_stream();
        let mut total = 0;
        while let Some(piece) = stream.next().await {
            let piece = piece.map_err(|_| Error::Answer("an attachment that breaks off"))?;
            total += piece.len() as u64;
            if total > limit {
                return Err(Error::distrust("the attachment is larger than its sender said"));
            }
            let written = into.write_all(&piece).await;
            written.map_err(|error| Error::File("the temporary file".into(), error))?;
            progress(total);
        }
        Ok(())
    }
}
