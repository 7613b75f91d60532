//! What an account says to its hub: requests, problems, and sessions begun again when they end; one function per route of
//! docs/api.md that an account needs, in a file per noun.
//!
//! Invariant: logins are signed for the origin this client connects to, never for one it was told; no redirect is followed.

mod accounts;
mod attachments;
mod audiences;
mod events;
mod letters;
mod members;
mod posts;
mod rows;
mod upload;

use std::time::Duration;

use bytes::Bytes;
use futures_util::StreamExt as _;
use kentongan_protocol::account::{Origin, sign_login};
use kentongan_protocol::primitives::IdentitySecret;
use reqwest::header::{CONTENT_TYPE, HeaderMap, HeaderName, HeaderValue};
use reqwest::{Method, RequestBuilder, Response, StatusCode};
use serde::de::DeserializeOwned;
use serde::{Deserialize, Serialize};
use serde_json::Value;
use tokio::sync::Mutex;
use zeroize::Zeroizing;

pub use attachments::AttachmentFor;
pub use events::Events;
pub use rows::*;

use super::error::{Error, HubProblem, ProblemKind};
use crate::base64url::{B64, encode};

/// The most bytes read of any answer but an attachment: more than every limit of docs/api.md.
const ANSWER_LIMIT: usize = 32 << 20;
/// A connection that nobody used for so long is not used again: a hub ends it after 75 seconds, perhaps while a request is on
/// its way.
const IDLE: Duration = Duration::from_mins(1);
const OCTETS: &str = "application/octet-stream";
/// The header a membership travels in.
const MEMBERSHIP: HeaderName = HeaderName::from_static("kentongan-membership");

/// Makes ring the TLS library of this process; to be called once, before the first [`Api`].
pub fn install_tls() {
    // Already installed is as good.
    let _ = rustls::crypto::ring::default_provider().install_default();
}

/// A hub, and the account that speaks to it.
pub struct Api {
    http: reqwest::Client,
    origin: Origin,
    ik: Option<IdentitySecret>,
    session: Mutex<Option<Zeroizing<String>>>,
}

/// Where a hub is, out of what a person typed: `https://hub.example` with or without a slash at the end.
pub fn origin(typed: &str) -> Result<Origin, Error> {
    let bad = || {
        Error::cannot(
            "a hub's address looks like https://hub.example: give it with --hub or KENTONGAN_HUB",
        )
    };
    let url = reqwest::Url::parse(typed.trim()).map_err(|_| bad())?;
    let plain = url.path() == "/" && url.query().is_none() && url.username().is_empty();
    let origin = Origin::parse(&url.origin().ascii_serialization()).map_err(|_| bad())?;
    if plain { Ok(origin) } else { Err(bad()) }
}

impl Api {
    /// Speaks to the hub at `origin` as nobody in particular.
    pub fn new(origin: Origin) -> Result<Self, Error> {
        let http = reqwest::Client::builder()
            .redirect(reqwest::redirect::Policy::none())
            .connect_timeout(Duration::from_secs(10))
            .read_timeout(Duration::from_mins(1))
            .pool_idle_timeout(IDLE)
            .user_agent(concat!("kentongan/", env!("CARGO_PKG_VERSION")))
            .build()
            .map_err(|_| Error::cannot("this machine's certificates cannot be read"))?;
        Ok(Self { http, origin, ik: None, session: Mutex::new(None) })
    }

    /// Speaks as the account of `ik`, in a session kept from earlier if there is one.
    #[must_use]
    pub fn signed_in(self, ik: IdentitySecret, session: Option<String>) -> Self {
        Self { ik: Some(ik), session: Mutex::new(session.map(Zeroizing::new)), ..self }
    }

    /// The hub's address.
    #[must_use]
    pub const fn origin(&self) -> &Origin {
        &self.origin
    }

    /// The session, to keep for later.
    pub async fn session(&self) -> Option<Zeroizing<String>> {
        self.session.lock().await.clone()
    }

    fn url(&self, path: &str) -> String {
        format!("{}{path}", self.origin.as_str())
    }

    /// Sends what `make` makes, signed in where there is an account; once more if the session had ended.
    async fn send(
        &self,
        make: impl Fn(&reqwest::Client) -> RequestBuilder,
    ) -> Result<Response, Error> {
        if self.ik.is_none() {
            return self.attempt(make(&self.http)).await;
        }
        let token = self.token(None).await?;
        match self.attempt(make(&self.http).bearer_auth(token.as_str())).await {
            Err(error) if error.is(&ProblemKind::Unauthenticated) => {
                let token = self.token(Some(&token)).await?;
                self.attempt(make(&self.http).bearer_auth(token.as_str())).await
            }
            answer => answer,
        }
    }

    /// The session's token; signs in where there is none, or only the `ended` one.
    async fn token(&self, ended: Option<&str>) -> Result<Zeroizing<String>, Error> {
        let mut session = self.session.lock().await;
        match session.as_ref().filter(|token| Some(token.as_str()) != ended) {
            Some(token) => Ok(token.clone()),
            None => Ok(session.insert(self.login().await?).clone()),
        }
    }

    async fn login(&self) -> Result<Zeroizing<String>, Error> {
        #[derive(Deserialize)]
        struct Challenge {
            challenge: B64<32>,
        }
        #[derive(Deserialize)]
        struct Session {
            token: String,
        }
        let Some(ik) = &self.ik else { return Err(Error::cannot("sign in first")) };
        let challenges = self.http.post(self.url("/v1/challenges"));
        let Challenge { challenge } = json(self.attempt(challenges).await?).await?;
        let body = serde_json::json!({
            "ik": encode(ik.public().0),
            "challenge": challenge,
            "signature": encode(sign_login(ik, &self.origin, &challenge.0)),
        });
        let sessions = self.http.post(self.url("/v1/sessions")).json(&body);
        let Session { token } = json(self.attempt(sessions).await?).await?;
        Ok(Zeroizing::new(token))
    }

    async fn attempt(&self, request: RequestBuilder) -> Result<Response, Error> {
        let unreachable = |_| Error::Unreachable(self.origin.as_str().to_owned());
        let response = request.send().await.map_err(unreachable)?;
        // Only who said what it has is told that it has it.
        if response.status().is_success() || response.status() == StatusCode::NOT_MODIFIED {
            return Ok(response);
        }
        Err(problem(response).await)
    }

    async fn get<T: DeserializeOwned>(&self, path: &str) -> Result<T, Error> {
        json(self.send(|http| http.get(self.url(path))).await?).await
    }

    async fn octets(&self, path: &str) -> Result<(HeaderMap, Bytes), Error> {
        let response = self.send(|http| http.get(self.url(path))).await?;
        let headers = response.headers().clone();
        Ok((headers, whole(response).await?))
    }

    async fn write(
        &self,
        method: Method,
        path: &str,
        body: &impl Serialize,
    ) -> Result<Response, Error> {
        let make = |http: &reqwest::Client| http.request(method.clone(), self.url(path)).json(body);
        self.send(make).await
    }

    async fn write_octets(
        &self,
        method: Method,
        path: &str,
        headers: &HeaderMap,
        body: &Bytes,
    ) -> Result<Response, Error> {
        let make = |http: &reqwest::Client| {
            let request = http.request(method.clone(), self.url(path)).headers(headers.clone());
            request.header(CONTENT_TYPE, OCTETS).body(body.clone())
        };
        self.send(make).await
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

    async fn delete(&self, path: &str) -> Result<(), Error> {
        self.send(|http| http.delete(self.url(path))).await.map(drop)
    }
}

/// The header with the membership that a member shows; none for who shows none.
fn shown(proof: &[u8]) -> HeaderMap {
    let value = HeaderValue::from_str(&encode(proof)).ok().filter(|_| !proof.is_empty());
    value.into_iter().map(|value| (MEMBERSHIP, value)).collect()
}

async fn problem(response: Response) -> Error {
    #[derive(Deserialize)]
    struct Body {
        r#type: String,
        detail: String,
    }
    match json::<Body>(response).await {
        Ok(body) => HubProblem { kind: ProblemKind::of(&body.r#type), detail: body.detail }.into(),
        Err(_) => Error::Answer("a failure without a reason"),
    }
}

async fn json<T: DeserializeOwned>(response: Response) -> Result<T, Error> {
    let body = whole(response).await?;
    serde_json::from_slice(&body).map_err(|_| Error::Answer("JSON of another form"))
}

/// The body, unless it is larger than any that this API has.
async fn whole(response: Response) -> Result<Bytes, Error> {
    let mut body = Vec::new();
    let mut stream = response.bytes_stream();
    while let Some(piece) = stream.next().await {
        let piece = piece.map_err(|_| Error::Answer("a body that breaks off"))?;
        if body.len() + piece.len() > ANSWER_LIMIT {
            return Err(Error::Answer("a body larger than any limit"));
        }
        body.extend_from_slice(&piece);
    }
    Ok(body.into())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_origin_is_read_as_people_type_it() {
        let of = |typed| origin(typed).ok().map(|o| o.as_str().to_owned());
        assert_eq!(of("https://Hub.Example/"), Some("https://hub.example".into()));
        assert_eq!(of("http://127.0.0.1:8080"), Some("http://127.0.0.1:8080".into()));
        assert_eq!(of("https://hub.example:443"), Some("https://hub.example".into()));
        for bad in
            ["hub.example", "https://hub.example/x", "https://u@hub.example", "file:///x", ""]
        {
            assert_eq!(of(bad), None, "{bad}");
        }
    }
}
