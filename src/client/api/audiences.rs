//! The routes about audiences: their charters and cohorts, and whether due times may be told.

use reqwest::Method;
use serde_json::json;

use super::Api;
use super::rows::{AudienceRow, CharterRow, CohortRow, DueTimes, Enrolments, OwnAudience, Page};
use crate::base64url::encode;
use crate::client::Error;

impl Api {
    /// Makes an audience.
    pub async fn create_audience(
        &self,
        genesis: &[u8],
        charter: &[u8],
        signatures: &[u8],
    ) -> Result<(), Error> {
        let body = json!({
            "genesis": encode(genesis), "charter": encode(charter), "signatures": encode(signatures),
        });
        self.write(Method::POST, "/v1/audiences", &body).await.map(drop)
    }

    /// The account's audiences, as the hub has them.
    pub async fn audiences(&self) -> Result<Vec<OwnAudience>, Error> {
        self.all("/v1/audiences").await
    }

    /// An audience's Genesis.
    pub async fn audience(&self, audience: &[u8; 32]) -> Result<AudienceRow, Error> {
        self.get(&format!("/v1/audiences/{}", encode(audience))).await
    }

    /// Charters from the revision `after` on.
    pub async fn charters(
        &self,
        audience: &[u8; 32],
        after: u64,
    ) -> Result<Page<CharterRow>, Error> {
        self.get(&format!("/v1/audiences/{}/charters?after={after}&limit=200", encode(audience)))
            .await
    }

    /// Sends a revision, with enrolments that belong to it.
    pub async fn put_charter(
        &self,
        audience: &[u8; 32],
        charter: &[u8],
        signatures: &[u8],
        enrolments: Option<&Enrolments>,
    ) -> Result<(), Error> {
        let mut body = json!({ "charter": encode(charter), "signatures": encode(signatures) });
        if let Some(enrolments) = enrolments {
            body["x"] = json!(enrolments.x);
            body["members"] = json!(enrolments.members);
        }
        let path = format!("/v1/audiences/{}/charters", encode(audience));
        self.write(Method::POST, &path, &body).await.map(drop)
    }

    /// Every cohort, retired ones too.
    pub async fn cohorts(&self, audience: &[u8; 32]) -> Result<Vec<CohortRow>, Error> {
        self.all(&format!("/v1/audiences/{}/cohorts", encode(audience))).await
    }

    /// Whether publishers of an audience may tell the hub due times.
    pub async fn due_times_allowed(&self, audience: &[u8; 32]) -> Result<bool, Error> {
        let path = format!("/v1/audiences/{}/due-times", encode(audience));
        Ok(self.get::<DueTimes>(&path).await?.allowed)
    }

    /// Allows that, or forbids it.
    pub async fn allow_due_times(&self, audience: &[u8; 32], allowed: bool) -> Result<(), Error> {
        let path = format!("/v1/audiences/{}/due-times", encode(audience));
        self.write(Method::PUT, &path, &json!({ "allowed": allowed })).await.map(drop)
    }
}
