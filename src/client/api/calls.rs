//! One function per route of docs/api.md that an account needs.

use bytes::Bytes;
use futures_util::StreamExt as _;
use reqwest::header::{ETAG, HeaderMap, HeaderValue, IF_NONE_MATCH, RANGE};
use reqwest::{Method, Response, StatusCode};
use serde::Deserialize;
use serde::de::DeserializeOwned;
use serde_json::{Value, json};
use tokio::io::{AsyncWrite, AsyncWriteExt as _};

use super::rows::{
    Approved, AudienceRow, BundleRow, CharterRow, CohortRow, Deposited, DeskRow, DueRow, DueTimes,
    Enrolments, HubInfo, JoinBody, Known, LetterRow, LetterTaken, LinkRow, MailState, Me,
    MemberRow, OwnAudience, Page, PostRow, PostTaken, RequestRow, Status,
};
use super::{Api, json as read_json};
use crate::base64url::encode;
use crate::client::{Error, ProblemKind};

/// The header a membership travels in.
pub const MEMBERSHIP: &str = "kentongan-membership";

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
            reqwest::header::HeaderName::from_static("kentongan-version"),
            HeaderValue::from(version),
        )]);
        self.write_octets(Method::PUT, &path, &headers, &vault).await.map(drop)
    }

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

    /// Takes a scheduled post back.
    pub async fn take_back(&self, post: &[u8; 32]) -> Result<(), Error> {
        self.delete(&format!("/v1/posts/{}/schedule", encode(post))).await
    }

    /// Sends an approval.
    pub async fn approve(&self, post: &[u8; 32], approval: Vec<u8>) -> Result<Approved, Error> {
        let path = format!("/v1/posts/{}/approvals", encode(post));
        let none = HeaderMap::new();
        read_json(self.write_octets(Method::POST, &path, &none, &approval.into()).await?).await
    }

    /// Sends a receipt: `delivered`, `read` or `acknowledged`.
    pub async fn receipt(&self, post: &[u8; 32], receipt: &str) -> Result<(), Error> {
        let url = self.url(&format!("/v1/posts/{}/receipts/{receipt}", encode(post)));
        self.send(|http| http.put(&url)).await.map(drop)
    }

    /// Sends a letter.
    pub async fn put_letter(&self, letter: Bytes, proof: &[u8]) -> Result<LetterTaken, Error> {
        let answer = self.write_octets(Method::POST, "/v1/letters", &shown(proof), &letter).await?;
        read_json(answer).await
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

    /// A letter's bytes.
    pub async fn letter(&self, letter: &[u8; 32]) -> Result<Bytes, Error> {
        Ok(self.octets(&format!("/v1/letters/{}", encode(letter))).await?.1)
    }

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

    /// Every item of a list, page by page.
    async fn all<T: DeserializeOwned>(&self, path: &str) -> Result<Vec<T>, Error> {
        let mut page: Page<T, Value> = self.get(&format!("{path}?limit=200")).await?;
        let mut all = page.items;
        let mut before = Value::Null;
        while let Some(next) = page.next.filter(|next| *next != before) {
            let after = next.as_str().map_or_else(|| next.to_string(), ToOwned::to_owned);
            before = next;
            page = self.get(&format!("{path}?limit=200&after={after}")).await?;
            all.extend(page.items);
        }
        Ok(all)
    }
}

async fn versioned(response: Response) -> Result<(u64, Bytes), Error> {
    let version = response.headers().get(ETAG).and_then(|v| v.to_str().ok());
    let version = version.and_then(|v| v.trim_matches('"').parse().ok());
    let version = version.ok_or(Error::Answer("a vault without a version"))?;
    Ok((version, super::whole(response).await?))
}

fn shown(proof: &[u8]) -> HeaderMap {
    let value = HeaderValue::from_str(&encode(proof));
    match value {
        Ok(value) if !proof.is_empty() => {
            HeaderMap::from_iter([(reqwest::header::HeaderName::from_static(MEMBERSHIP), value)])
        }
        _ => HeaderMap::new(),
    }
}
