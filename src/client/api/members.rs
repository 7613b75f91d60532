//! The routes about who is in an audience: links, requests, enrolments and roles.

use reqwest::Method;
use serde::Deserialize;
use serde_json::json;

use super::rows::{Deposited, Enrolments, JoinBody, LinkRow, Me, MemberRow, RequestRow};
use super::{Api, json as read_json};
use crate::base64url::encode;
use crate::client::Error;

impl Api {
    /// Makes a link known.
    pub async fn put_link(
        &self,
        audience: &[u8; 32],
        link: &[u8],
        signature: &[u8; 64],
        deposits: &[Deposited],
    ) -> Result<(), Error> {
        let body = json!({
            "link": encode(link), "signature": encode(signature), "deposits": deposits,
        });
        let path = format!("/v1/audiences/{}/links", encode(audience));
        self.write(Method::POST, &path, &body).await.map(drop)
    }

    /// An audience's links.
    pub async fn links(&self, audience: &[u8; 32]) -> Result<Vec<LinkRow>, Error> {
        self.all(&format!("/v1/audiences/{}/links", encode(audience))).await
    }

    /// One link.
    pub async fn link(&self, audience: &[u8; 32], link: &[u8; 32]) -> Result<LinkRow, Error> {
        self.get(&format!("/v1/audiences/{}/links/{}", encode(audience), encode(link))).await
    }

    /// Adds deposits to an open link.
    pub async fn put_deposits(
        &self,
        audience: &[u8; 32],
        link: &[u8; 32],
        deposits: &[Deposited],
    ) -> Result<(), Error> {
        let path = format!("/v1/audiences/{}/links/{}/deposits", encode(audience), encode(link));
        self.write(Method::PUT, &path, &json!({ "deposits": deposits })).await.map(drop)
    }

    /// Closes a link.
    pub async fn revoke_link(&self, audience: &[u8; 32], link: &[u8; 32]) -> Result<(), Error> {
        self.delete(&format!("/v1/audiences/{}/links/{}", encode(audience), encode(link))).await
    }

    /// Asks to join; whether one is in at once.
    pub async fn join(&self, audience: &[u8; 32], body: &JoinBody) -> Result<bool, Error> {
        #[derive(Deserialize)]
        struct Answer {
            state: String,
        }
        let path = format!("/v1/audiences/{}/requests", encode(audience));
        let answer: Answer = read_json(self.write(Method::POST, &path, body).await?).await?;
        Ok(answer.state == "admitted")
    }

    /// Requests that nobody has decided.
    pub async fn requests(&self, audience: &[u8; 32]) -> Result<Vec<RequestRow>, Error> {
        self.all(&format!("/v1/audiences/{}/requests", encode(audience))).await
    }

    /// Declines a request, or takes the own one back.
    pub async fn decline(&self, audience: &[u8; 32], account: &[u8; 32]) -> Result<(), Error> {
        self.delete(&format!("/v1/audiences/{}/requests/{}", encode(audience), encode(account)))
            .await
    }

    /// Enrols a batch: all or none.
    pub async fn enrol(&self, audience: &[u8; 32], enrolments: &Enrolments) -> Result<(), Error> {
        let path = format!("/v1/audiences/{}/members", encode(audience));
        self.write(Method::POST, &path, enrolments).await.map(drop)
    }

    /// Every member, removed ones too.
    pub async fn members(&self, audience: &[u8; 32]) -> Result<Vec<MemberRow>, Error> {
        self.all(&format!("/v1/audiences/{}/members", encode(audience))).await
    }

    /// Gives a member another membership for its present slot.
    pub async fn put_role(
        &self,
        audience: &[u8; 32],
        account: &[u8; 32],
        membership: &[u8],
        signature: &[u8; 64],
    ) -> Result<(), Error> {
        let body = json!({
            "membership": encode(membership), "membership_signature": encode(signature),
        });
        let path = format!("/v1/audiences/{}/members/{}/role", encode(audience), encode(account));
        self.write(Method::PUT, &path, &body).await.map(drop)
    }

    /// The account's own slots.
    pub async fn me(&self, audience: &[u8; 32]) -> Result<Me, Error> {
        self.get(&format!("/v1/audiences/{}/members/me", encode(audience))).await
    }

    /// Removes a member, or the account itself.
    pub async fn remove(&self, audience: &[u8; 32], account: &[u8; 32]) -> Result<(), Error> {
        self.delete(&format!("/v1/audiences/{}/members/{}", encode(audience), encode(account)))
            .await
    }
}
