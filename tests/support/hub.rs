//! A real hub in this process, the people who use it over HTTP, and a class of theirs.
//!
//! Invariant: time stands still at [`NOW`] until a story moves it, and every run of a story draws the same keys.

use std::sync::Arc;

use kentongan::base64url::{B64, encode};
use kentongan::config::Config;
use kentongan::entropy::Entropy;
use kentongan::http::serve;
use kentongan::hub::{Clock, Hub};
use kentongan_protocol::account::{AccountSecrets, Origin, sign_login};
use kentongan_protocol::ids::{AccountId, IdentityKey};
use kentongan_protocol::primitives::{Seed, hash};
use rand_chacha::ChaCha20Rng;
use rand_core::SeedableRng;
use reqwest::{Client, Method, RequestBuilder};
use serde_json::{Value, json};
use tempfile::TempDir;
use tokio::net::TcpListener;
use tokio::sync::oneshot;

use crate::support::{TestDatabase, databases};

/// The hub's time when a story begins.
pub(crate) const NOW: u64 = 1_790_000_300_000;
/// A moment five minutes before, when charters and bundles begin.
pub(crate) const BEFORE: u64 = 1_790_000_000_000;
/// Milliseconds.
pub(crate) const DAY: u64 = 24 * 60 * 60 * 1000;

/// A generator that depends on nothing but `name`.
pub(crate) fn rng(name: &str) -> ChaCha20Rng {
    ChaCha20Rng::from_seed(hash("test", name.as_bytes()))
}

/// A hub listening on this machine, gone when dropped.
pub(crate) struct TestHub {
    /// The hub.
    pub(crate) hub: Arc<Hub>,
    /// Where it listens; also its origin.
    pub(crate) origin: String,
    /// To look into its tables.
    pub(crate) database: TestDatabase,
    client: Client,
    _stop: oneshot::Sender<()>,
    _data: TempDir,
}

impl TestHub {
    /// One hub on each database.
    pub(crate) async fn each() -> Vec<Self> {
        let mut hubs = Vec::new();
        for database in databases().await {
            hubs.push(Self::on(database, |_| ()).await);
        }
        hubs
    }

    /// A hub on `database`, with some settings changed.
    pub(crate) async fn on(database: TestDatabase, change: impl FnOnce(&mut Config)) -> Self {
        // Fails where an earlier hub of this process did it.
        drop(rustls::crypto::ring::default_provider().install_default());
        let data = tempfile::tempdir().expect("a temporary folder");
        let listener = TcpListener::bind("127.0.0.1:0").await.expect("a free port");
        let origin = format!("http://{}", listener.local_addr().expect("an address"));
        let mut config = Config::load(None).expect("the default settings");
        config.data = data.path().to_owned();
        config.database = database.url.clone();
        config.origin.clone_from(&origin);
        change(&mut config);
        let clock = Clock::fixed(i64::try_from(NOW).expect("a time"));
        let hub = Hub::open(config, clock, Entropy::seeded(1)).await.expect("the hub starts");
        let (stop, stopped) = oneshot::channel();
        let stopped = async { drop(stopped.await) };
        tokio::spawn(serve(hub.clone(), listener, stopped));
        Self { hub, origin, database, client: Client::new(), _stop: stop, _data: data }
    }

    /// Lets time pass.
    pub(crate) fn wait(&self, ms: u64) {
        self.hub.clock.advance(ms.try_into().expect("a time"));
    }

    /// The hub's time.
    pub(crate) fn now(&self) -> u64 {
        self.hub.now_ms().unsigned_abs()
    }

    /// Somebody without an account.
    pub(crate) fn nobody(&self) -> Actor {
        let mut rng = rng("nobody");
        Actor {
            name: "nobody".into(),
            keys: AccountSecrets::random(&mut rng),
            vault_seed: Seed::random(&mut rng),
            session: None,
            origin: self.origin.clone(),
            client: self.client.clone(),
        }
    }

    /// Somebody who registers and signs in.
    pub(crate) async fn actor(&self, name: &str) -> Actor {
        let mut rng = rng(name);
        let mut actor = Actor {
            name: name.into(),
            keys: AccountSecrets::random(&mut rng),
            vault_seed: Seed::random(&mut rng),
            ..self.nobody()
        };
        actor.register(1, self.now()).await.expect(201);
        actor.sign_in().await;
        actor
    }

    /// Several.
    pub(crate) async fn actors<const N: usize>(&self, names: [&str; N]) -> [Actor; N] {
        let mut actors = Vec::new();
        for name in names {
            actors.push(self.actor(name).await);
        }
        actors.try_into().unwrap_or_else(|_| unreachable!("one for each name"))
    }
}

/// A person with keys and a client.
pub(crate) struct Actor {
    /// What the story calls them.
    pub(crate) name: String,
    /// Their keys.
    pub(crate) keys: AccountSecrets,
    /// What their own readers' keys come from.
    pub(crate) vault_seed: Seed,
    session: Option<String>,
    origin: String,
    client: Client,
}

impl Actor {
    /// Their account.
    pub(crate) fn account(&self) -> AccountId {
        self.keys.account()
    }

    /// Their identity key.
    pub(crate) fn ik(&self) -> IdentityKey {
        self.keys.ik.public()
    }

    /// The account as paths and JSON have it.
    pub(crate) fn id(&self) -> String {
        encode(self.account())
    }

    /// Puts a bundle of these keys, good for sixty days from shortly before `now_ms`.
    pub(crate) async fn register(&self, seq: u64, now_ms: u64) -> Answer {
        let from = now_ms - (NOW - BEFORE);
        let signed = self.keys.bundle(seq, from, from + 60 * DAY).expect("a bundle");
        let body = json!({
            "bundle": encode(signed.bundle.encode()),
            "signature": B64(signed.signature),
        });
        self.post_json("/v1/bundles", &body).await
    }

    /// Begins a session.
    pub(crate) async fn sign_in(&mut self) {
        let challenge = self.post_json("/v1/challenges", &json!({})).await.expect(201).json();
        let challenge: B64<32> =
            serde_json::from_value(challenge["challenge"].clone()).expect("a challenge");
        let origin = Origin::parse(&self.origin).expect("an origin");
        let body = json!({
            "ik": B64(self.ik().0),
            "challenge": challenge,
            "signature": B64(sign_login(&self.keys.ik, &origin, &challenge.0)),
        });
        let session = self.post_json("/v1/sessions", &body).await.expect(201).json();
        self.session = session["token"].as_str().map(Into::into);
    }

    /// A request as this person, to go on with.
    pub(crate) fn request(&self, method: Method, path: &str) -> RequestBuilder {
        let request = self.client.request(method, format!("{}{path}", self.origin));
        match &self.session {
            Some(token) => request.bearer_auth(token),
            None => request,
        }
    }

    /// `GET`
    pub(crate) async fn get(&self, path: &str) -> Answer {
        Answer::to(self.request(Method::GET, path)).await
    }

    /// `DELETE`
    pub(crate) async fn delete(&self, path: &str) -> Answer {
        Answer::to(self.request(Method::DELETE, path)).await
    }

    /// `POST` of JSON.
    pub(crate) async fn post_json(&self, path: &str, body: &Value) -> Answer {
        Answer::to(self.request(Method::POST, path).json(body)).await
    }

    /// `PUT` of JSON.
    pub(crate) async fn put_json(&self, path: &str, body: &Value) -> Answer {
        Answer::to(self.request(Method::PUT, path).json(body)).await
    }

    /// `POST` of octets.
    pub(crate) async fn post_octets(&self, path: &str, body: impl Into<Vec<u8>>) -> Answer {
        Answer::to(octets(self.request(Method::POST, path), body)).await
    }

    /// `PUT` of octets.
    pub(crate) async fn put_octets(&self, path: &str, body: impl Into<Vec<u8>>) -> Answer {
        Answer::to(octets(self.request(Method::PUT, path), body)).await
    }
}

/// A request with a body of octets.
pub(crate) fn octets(request: RequestBuilder, body: impl Into<Vec<u8>>) -> RequestBuilder {
    request.header("content-type", "application/octet-stream").body(body.into())
}

/// What the hub answered.
#[derive(Debug)]
pub(crate) struct Answer {
    /// The status.
    pub(crate) status: u16,
    /// The problem's word, as docs/api.md lists them; empty where all is well.
    pub(crate) problem: String,
    /// The headers.
    pub(crate) headers: reqwest::header::HeaderMap,
    /// The body.
    pub(crate) body: Vec<u8>,
}

impl Answer {
    /// Sends `request`.
    pub(crate) async fn to(request: RequestBuilder) -> Self {
        let response = request.send().await.expect("the hub answers");
        let (status, headers) = (response.status().as_u16(), response.headers().clone());
        let body = response.bytes().await.expect("a whole body").to_vec();
        let kind = headers.get("content-type").and_then(|v| v.to_str().ok()).unwrap_or_default();
        let problem = if kind == "application/problem+json" {
            let problem: Value = serde_json::from_slice(&body).expect("a problem");
            assert_eq!(problem["status"], status, "a problem repeats its status");
            let kind = problem["type"].as_str().expect("a type");
            kind.strip_prefix("urn:kentongan:problem:").expect("a type of ours").into()
        } else {
            String::new()
        };
        Self { status, problem, headers, body }
    }

    /// Goes on where the status is this one.
    #[track_caller]
    pub(crate) fn expect(self, status: u16) -> Self {
        assert_eq!(self.status, status, "{}", String::from_utf8_lossy(&self.body));
        self
    }

    /// Ends where the problem is this one.
    #[track_caller]
    pub(crate) fn problem(self, word: &str) {
        assert_eq!(self.problem, word, "{}", String::from_utf8_lossy(&self.body));
    }

    /// The body as JSON.
    #[track_caller]
    pub(crate) fn json(&self) -> Value {
        serde_json::from_slice(&self.body).expect("JSON")
    }

    /// The items of a list.
    #[track_caller]
    pub(crate) fn items(&self) -> Vec<Value> {
        self.json()["items"].as_array().expect("a list").clone()
    }
}
