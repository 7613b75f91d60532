//! The routes about letters and desks.

use bytes::Bytes;
use reqwest::Method;
use serde_json::json;

use super::rows::{DeskRow, LetterRow, LetterTaken, Page};
use super::{Api, json as read_json, shown};
use crate::base64url::encode;
use crate::client::Error;

impl Api {
    /// Sends a letter.
    pub async fn put_letter(&self, letter: Bytes, proof: &[u8]) -> Result<LetterTaken, Error> {
        let answer = self.write_octets(Method::POST, "/v1/letters", &shown(proof), &letter).await?;
        read_json(answer).await
    }

    /// Letters of the own mailbox after a position, or of an audience's desk.
    pub async fn letters(
        &self,
        desk: Option<&[u8; 32]>,
        after: i64,
    ) -> Result<Page<LetterRow>, Error> {
        let mailbox = desk.map(|a| format!("/v1/audiences/{}/letters", encode(a)));
        let mailbox = mailbox.unwrap_or_else(|| "/v1/letters".into());
        self.get(&format!("{mailbox}?after={after}&limit=200")).await
    }

    /// A letter's bytes.
    pub async fn letter(&self, letter: &[u8; 32]) -> Result<Bytes, Error> {
        Ok(self.octets(&format!("/v1/letters/{}", encode(letter))).await?.1)
    }

    /// Every letter on an audience's desk, with how it stands.
    pub async fn desk(&self, audience: &[u8; 32]) -> Result<Vec<DeskRow>, Error> {
        self.all(&format!("/v1/audiences/{}/letters", encode(audience))).await
    }

    /// Says how a letter stands on its desk: `open`, `assigned` (to a publisher) or `resolved`.
    pub async fn put_desk(
        &self,
        letter: &[u8; 32],
        state: &str,
        assignee: Option<&[u8; 32]>,
    ) -> Result<(), Error> {
        let mut body = json!({ "state": state });
        if let Some(assignee) = assignee {
            body["assignee"] = encode(assignee).into();
        }
        let path = format!("/v1/letters/{}/desk", encode(letter));
        self.write(Method::PUT, &path, &body).await.map(drop)
    }
}
