//! The routes about accounts: bundles, vaults, the mail address, what the hub knows, and the end.

use bytes::Bytes;
use reqwest::header::{ETAG, HeaderMap, HeaderName, HeaderValue, IF_NONE_MATCH};
use reqwest::{Method, Response, StatusCode};
use serde_json::{Value, json};

use super::rows::{BundleRow, HubInfo, Known, MailState, Page};
use super::{Api, whole};
use crate::base64url::encode;
use crate::client::Error;

impl Api {
    /// What the hub says of itself.
    pub async fn hub(&self) -> Result<HubInfo, Error> {
        self.get("/v1/hub").await
    }

    /// Sends a bundle; needs no session, for the first makes the account.
    pub async fn put_bundle(&self, bundle: &[u8], signature: &[u8; 64]) -> Result<(), Error> {
        let body = json!({ "bundle": encode(bundle), "signature": encode(signature) });
        let request = self.http.post(self.url("/v1/bundles")).json(&body);
        self.attempt(request).await.map(drop)
    }

    /// Another account's bundle.
    pub async fn bundle(&self, account: &[u8; 32]) -> Result<BundleRow, Error> {
        self.get(&format!("/v1/accounts/{}/bundle", encode(account))).await
    }

    /// The vault of a login card and its version.
    pub async fn vault(&self, vault_id: &[u8; 16]) -> Result<(u64, Bytes), Error> {
        let request = self.http.get(self.url(&format!("/v1/vaults/{}", encode(vault_id))));
        versioned(self.attempt(request).await?).await
    }

    /// A vault and its version, asked for in the session; `None` where it still has the version that is `known`.
    pub async fn vault_since(
        &self,
        vault_id: &[u8; 16],
        known: Option<u64>,
    ) -> Result<Option<(u64, Bytes)>, Error> {
        let url = self.url(&format!("/v1/vaults/{}", encode(vault_id)));
        let make = |http: &reqwest::Client| match known {
            Some(version) => http.get(&url).header(IF_NONE_MATCH, format!("\"{version}\"")),
            None => http.get(&url),
        };
        let response = self.send(make).await?;
        if response.status() == StatusCode::NOT_MODIFIED {
            return Ok(None);
        }
        versioned(response).await.map(Some)
    }

    /// Writes exactly the next version of the vault.
    pub async fn put_vault(
        &self,
        vault_id: &[u8; 16],
        version: u64,
        vault: Bytes,
    ) -> Result<(), Error> {
        let path = format!("/v1/vaults/{}", encode(vault_id));
        let headers = HeaderMap::from_iter([(
            HeaderName::from_static("kentongan-version"),
            HeaderValue::from(version),
        )]);
        self.write_octets(Method::PUT, &path, &headers, &vault).await.map(drop)
    }

    /// What the hub knows about the account: the newest rows of every table.
    pub async fn known(&self) -> Result<Known, Error> {
        self.get("/v1/account/rows").await
    }

    /// Every row of one table that concerns the account.
    pub async fn known_rows(&self, table: &str) -> Result<Vec<Value>, Error> {
        let named = |c: char| c.is_ascii_lowercase() || c == '_';
        if !table.chars().all(named) {
            return Err(Error::cannot(
                "no table has that name: `kentongan account known` lists them",
            ));
        }
        let (mut rows, mut after) = (Vec::new(), 0_i64);
        loop {
            let path = format!("/v1/account/rows?table={table}&limit=200&after={after}");
            let page: Page<Value> = self.get(&path).await?;
            rows.extend(page.items);
            match page.next.filter(|next| *next > after) {
                Some(next) => after = next,
                None => return Ok(rows),
            }
        }
    }

    /// Deletes the account, by a signed request.
    pub async fn delete_account(
        &self,
        at_ms: u64,
        signature: &[u8; 64],
        abandon: bool,
    ) -> Result<(), Error> {
        let body = json!({ "at_ms": at_ms, "signature": encode(signature) });
        let path = format!("/v1/account?abandon={abandon}");
        self.write(Method::DELETE, &path, &body).await.map(drop)
    }

    /// Where the account's mail address stands.
    pub async fn email(&self) -> Result<MailState, Error> {
        self.get("/v1/email").await
    }

    /// Gives the hub a mail address, by a signed request.
    pub async fn put_email(
        &self,
        address: &str,
        language: &str,
        at_ms: u64,
        signature: &[u8; 64],
    ) -> Result<(), Error> {
        let body = json!({
            "address": address,
            "language": language,
            "at_ms": at_ms,
            "signature": encode(signature),
        });
        self.write(Method::PUT, "/v1/email", &body).await.map(drop)
    }

    /// Takes the mail address off the hub.
    pub async fn delete_email(&self) -> Result<(), Error> {
        self.delete("/v1/email").await
    }
}

async fn versioned(response: Response) -> Result<(u64, Bytes), Error> {
    let version = response.headers().get(ETAG).and_then(|v| v.to_str().ok());
    let version = version.and_then(|v| v.trim_matches('"').parse().ok());
    let version = version.ok_or(Error::Answer("a vault without a version"))?;
    Ok((version, whole(response).await?))
}
