//! The routes about posts: sending, fetching, approving, receipts, threads and due times.

use bytes::Bytes;
use reqwest::Method;
use reqwest::header::HeaderMap;
use serde_json::json;

use super::rows::{Approved, DueRow, Page, PostRow, PostTaken, Status};
use super::{Api, json as read_json, shown};
use crate::base64url::encode;
use crate::client::{Error, ProblemKind};

impl Api {
    /// Sends a post, with the membership a member shows.
    pub async fn put_post(
        &self,
        audience: &[u8; 32],
        post: Bytes,
        proof: &[u8],
    ) -> Result<PostTaken, Error> {
        let path = format!("/v1/audiences/{}/posts", encode(audience));
        read_json(self.write_octets(Method::POST, &path, &shown(proof), &post).await?).await
    }

    /// Sends a publisher's post, to be held until `release_ms`.
    pub async fn put_post_at(
        &self,
        audience: &[u8; 32],
        post: Bytes,
        release_ms: u64,
    ) -> Result<PostTaken, Error> {
        let path = format!("/v1/audiences/{}/posts?release_ms={release_ms}", encode(audience));
        let none = HeaderMap::new();
        read_json(self.write_octets(Method::POST, &path, &none, &post).await?).await
    }

    /// Posts after a position.
    pub async fn posts(&self, audience: &[u8; 32], after: i64) -> Result<Page<PostRow>, Error> {
        self.get(&format!("/v1/audiences/{}/posts?after={after}&limit=200", encode(audience))).await
    }

    /// A post's bytes.
    pub async fn post(&self, post: &[u8; 32]) -> Result<Bytes, Error> {
        Ok(self.octets(&format!("/v1/posts/{}", encode(post))).await?.1)
    }

    /// The account's own 32 bytes of a post.
    pub async fn slot(&self, post: &[u8; 32]) -> Result<[u8; 32], Error> {
        let (_, bytes) = self.octets(&format!("/v1/posts/{}/slot", encode(post))).await?;
        bytes.as_ref().try_into().map_err(|_| Error::Answer("a slot of another length"))
    }

    /// How far a post is.
    pub async fn status(&self, post: &[u8; 32]) -> Result<Status, Error> {
        self.get(&format!("/v1/posts/{}/status", encode(post))).await
    }

    /// Sends a receipt: `delivered`, `read` or `acknowledged`.
    pub async fn receipt(&self, post: &[u8; 32], receipt: &str) -> Result<(), Error> {
        let url = self.url(&format!("/v1/posts/{}/receipts/{receipt}", encode(post)));
        self.send(|http| http.put(&url)).await.map(drop)
    }

    /// Sends an approval.
    pub async fn approve(&self, post: &[u8; 32], approval: Vec<u8>) -> Result<Approved, Error> {
        let path = format!("/v1/posts/{}/approvals", encode(post));
        let none = HeaderMap::new();
        read_json(self.write_octets(Method::POST, &path, &none, &approval.into()).await?).await
    }

    /// Takes a scheduled post back.
    pub async fn take_back(&self, post: &[u8; 32]) -> Result<(), Error> {
        self.delete(&format!("/v1/posts/{}/schedule", encode(post))).await
    }

    /// Opens, slows (`every_s` seconds between two replies of a member) or closes the thread under a post.
    pub async fn put_thread(
        &self,
        post: &[u8; 32],
        state: &str,
        every_s: Option<u32>,
    ) -> Result<(), Error> {
        let mut body = json!({ "state": state });
        if let Some(every_s) = every_s {
            body["every_s"] = every_s.into();
        }
        let path = format!("/v1/posts/{}/thread", encode(post));
        self.write(Method::PUT, &path, &body).await.map(drop)
    }

    /// When a post is due, as the hub was told; none where it was not.
    pub async fn due(&self, post: &[u8; 32]) -> Result<Option<DueRow>, Error> {
        match self.get(&format!("/v1/posts/{}/due", encode(post))).await {
            Ok(row) => Ok(Some(row)),
            Err(error) if error.is(&ProblemKind::NotFound) => Ok(None),
            Err(error) => Err(error),
        }
    }

    /// Tells the hub when a post is due and when to remind.
    pub async fn put_due(&self, post: &[u8; 32], due_ms: u64, remind_ms: u64) -> Result<(), Error> {
        let body = json!({ "due_ms": due_ms, "remind_ms": remind_ms });
        self.write(Method::PUT, &format!("/v1/posts/{}/due", encode(post)), &body).await.map(drop)
    }

    /// Has the hub forget when a post is due.
    pub async fn delete_due(&self, post: &[u8; 32]) -> Result<(), Error> {
        self.delete(&format!("/v1/posts/{}/due", encode(post))).await
    }
}
