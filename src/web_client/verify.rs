//! Comparing what a hub serves to browsers with what a release is: every file and page, every form, every header.
//!
//! Invariant: nothing passes that was not fetched and compared; a hub asked this way sees what it sees of a browser, but it
//! can still tell the two apart, so this finds a hub that serves other code to all, not one that does so to a chosen few.

use std::time::Duration;

use futures_util::{StreamExt as _, stream};
use kentongan_protocol::account::Origin;
use kentongan_protocol::ids::IdentityKey;
use kentongan_protocol::primitives::sha256;
use rand_core::Rng;
use reqwest::header::{
    ACCEPT, ACCEPT_ENCODING, ACCEPT_LANGUAGE, CONTENT_ENCODING, CONTENT_TYPE, HeaderMap,
};

use super::headers;
use super::manifest::{Line, Manifest, signed};
use crate::base64url::{decode_array, encode};

/// Where a hub serves its manifest; its signature is beside it, with `.sig`.
pub const MANIFEST: &str = "/.well-known/kentongan/web-manifest";
/// What a phone says it is, so that the hub answers as it answers phones.
const PHONE: &str = "Mozilla/5.0 (Linux; Android 10; K) AppleWebKit/537.36 (KHTML, like Gecko) \
                     Chrome/140.0.0.0 Mobile Safari/537.36";
/// More than any file of a release, in bytes.
const LIMIT: usize = 16 << 20;
/// Requests at once.
const AT_ONCE: usize = 8;

/// Why the manifest is believed.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Vouched {
    /// This key signed it.
    Signed(IdentityKey),
    /// It is the one that this program was built with.
    Same,
    /// Nothing vouches for it.
    Nobody,
}

/// Something that is not as the release has it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Difference {
    /// A path, a header, or the manifest; may quote the hub.
    pub what: String,
    /// What is wrong with it.
    pub why: String,
}

/// What was found.
#[derive(Debug)]
pub struct Report {
    /// The release that the hub says it serves; may be anything while nobody vouches for it.
    pub version: String,
    /// Who says so.
    pub vouched: Vouched,
    /// Answers that were compared.
    pub compared: usize,
    /// What differs; nothing where all is well.
    pub differences: Vec<Difference>,
}

/// What a manifest is judged by.
#[derive(Clone, Copy, Debug, Default)]
pub struct Trust<'a> {
    /// The key of releases, or of a builder.
    pub key: Option<IdentityKey>,
    /// The manifest of this very program, believed where no such signature is served.
    pub own: Option<&'a [u8]>,
}

/// Why nothing could be compared.
#[derive(Debug, thiserror::Error)]
pub enum Failed {
    /// The hub does not answer.
    #[error("the hub at {0} cannot be reached: check the address and the connection")]
    Unreachable(String),
    /// It has no manifest that can be read.
    #[error(
        "{0} serves no manifest of its web client that can be read: it was built without one, is an older hub, or hides it"
    )]
    NoManifest(String),
}

/// Fetches everything that the hub's manifest lists, and compares.
pub async fn verify(hub: &Origin, trust: Trust<'_>, rng: &mut impl Rng) -> Result<Report, Failed> {
    let unreachable = || Failed::Unreachable(hub.as_str().to_owned());
    let browser = Browser { http: client().ok_or_else(unreachable)?, hub: hub.as_str().to_owned() };
    let served = browser.ask(&Ask::file(MANIFEST)).await.map_err(|_| unreachable())?;
    let no_manifest = || Failed::NoManifest(hub.as_str().to_owned());
    let manifest = Manifest::parse(&served.body).filter(|_| served.status == 200);
    let manifest = manifest.ok_or_else(no_manifest)?;
    let signature = browser.ask(&Ask::file(&format!("{MANIFEST}.sig"))).await;
    let signature = signature.ok().filter(|answer| answer.status == 200);
    let (vouched, mut differences) = vouch(&served.body, signature.as_ref(), trust);

    let asks: Vec<_> = manifest.files.iter().flat_map(|line| asks(line, rng)).collect();
    let compared = asks.len();
    let importmap = Some(manifest.importmap.as_str());
    let found: Vec<_> = stream::iter(asks)
        .map(|(line, ask)| browser.compare(line, ask, importmap))
        .buffered(AT_ONCE)
        .collect()
        .await;
    for difference in found.into_iter().flatten() {
        if !differences.contains(&difference) {
            differences.push(difference);
        }
    }
    Ok(Report { version: manifest.version, vouched, compared, differences })
}

/// Who stands behind these bytes, and what is wrong where that is not who should.
fn vouch(bytes: &[u8], signature: Option<&Answer>, trust: Trust<'_>) -> (Vouched, Vec<Difference>) {
    let own = trust.own.and_then(Manifest::parse);
    let same_version =
        own.zip(Manifest::parse(bytes)).is_some_and(|(own, its)| own.version == its.version);
    let same = trust.own == Some(bytes);
    let told = signature.and_then(|answer| std::str::from_utf8(&answer.body).ok());
    let why = match (trust.key, signature) {
        (Some(key), Some(_)) => match told.and_then(decode_array) {
            Some(signature) if signed(bytes, &signature, &key) => {
                return (Vouched::Signed(key), Vec::new());
            }
            _ if same => return (Vouched::Same, Vec::new()),
            _ => "is not signed by the key that is believed here",
        },
        _ if same => return (Vouched::Same, Vec::new()),
        _ if same_version => "is not the one that this program of the same version was built with",
        (Some(_), None) => "has no signature, and this program is of another version",
        (None, _) => {
            "cannot be judged: this program is of another version and knows no key; give --key"
        }
    };
    let difference = Difference { what: "the manifest".into(), why: why.into() };
    (Vouched::Nobody, vec![difference])
}

/// One request, as a browser makes it.
struct Ask {
    path: String,
    accept: &'static str,
    encodings: &'static str,
    language: Option<String>,
}

impl Ask {
    fn file(path: &str) -> Self {
        Self { path: path.into(), accept: "*/*", encodings: "identity", language: None }
    }
}

/// The requests for one line: a file in every form; a page as its readers come to it, and by its listed address.
fn asks<'a>(line: &'a Line, rng: &mut impl Rng) -> Vec<(&'a Line, Ask)> {
    let forms = ["identity", "gzip", "gzip, deflate, br"];
    let Some((path, language)) = line.path.split_once("?lang=") else {
        let ask = |encodings| Ask { encodings, ..Ask::file(&line.path) };
        return forms.map(|form| (line, ask(form))).into();
    };
    let accept = "text/html,application/xhtml+xml,application/xml;q=0.9,*/*;q=0.8";
    let bare = forms.map(|form| (path, form, Some(language.to_owned())));
    let listed = (line.path.as_str(), forms[2], None);
    bare.into_iter()
        .chain([listed])
        .map(|(path, encodings, language)| {
            let path = with_ids(path, rng);
            (line, Ask { path, accept, encodings, language })
        })
        .collect()
}

/// The path with ids that nobody has in place of `{name}`.
fn with_ids(path: &str, rng: &mut impl Rng) -> String {
    let parts = path.split('/').map(|part| {
        let Some((_, rest)) = part.strip_prefix('{').and_then(|part| part.split_once('}')) else {
            return part.to_owned();
        };
        let mut id = [0; 32];
        rng.fill_bytes(&mut id);
        format!("{}{rest}", encode(id))
    });
    parts.collect::<Vec<_>>().join("/")
}

/// What the hub answered.
struct Answer {
    status: u16,
    headers: HeaderMap,
    body: Vec<u8>,
}

/// As far as a hub sees, one.
struct Browser {
    http: reqwest::Client,
    hub: String,
}

fn client() -> Option<reqwest::Client> {
    let client = reqwest::Client::builder()
        .redirect(reqwest::redirect::Policy::none())
        .connect_timeout(Duration::from_secs(10))
        .timeout(Duration::from_mins(1))
        .user_agent(PHONE);
    client.build().ok()
}

impl Browser {
    /// Fetches, at most [`LIMIT`] bytes.
    async fn ask(&self, ask: &Ask) -> Result<Answer, &'static str> {
        let mut request = self.http.get(format!("{}{}", self.hub, ask.path));
        request = request.header(ACCEPT, ask.accept).header(ACCEPT_ENCODING, ask.encodings);
        if let Some(language) = &ask.language {
            request = request.header(ACCEPT_LANGUAGE, language);
        }
        let mut response = request.send().await.map_err(|_| "could not be fetched")?;
        let (status, headers) = (response.status().as_u16(), response.headers().clone());
        let mut body = Vec::new();
        while let Some(piece) = response.chunk().await.map_err(|_| "ended too early")? {
            if body.len() + piece.len() > LIMIT {
                return Err("is larger than any file of a release");
            }
            body.extend_from_slice(&piece);
        }
        Ok(Answer { status, headers, body })
    }

    /// What of one answer is not as it should be.
    async fn compare(&self, line: &Line, ask: Ask, importmap: Option<&str>) -> Vec<Difference> {
        let differs = |why: &str| Difference { what: line.path.clone(), why: why.into() };
        let answer = match self.ask(&ask).await {
            Ok(answer) => answer,
            Err(why) => return vec![differs(why)],
        };
        let mut found = Vec::new();
        if answer.status != 200 {
            found.push(differs(&format!("answers {} in place of 200", answer.status)));
        } else if let Some(why) = other_bytes(line, &answer) {
            found.push(differs(&why));
        }
        if line.is_page() || line.path == "/worker.js" {
            found.extend(other_headers(line, &answer.headers, importmap));
        }
        found
    }
}

/// Whether these are other bytes than the line's, in the form they came in.
fn other_bytes(line: &Line, answer: &Answer) -> Option<String> {
    let form = answer.headers.get(CONTENT_ENCODING).map(|value| value.to_str().unwrap_or("?"));
    let expected = match form {
        None => Some(&line.sha256),
        Some("br") => line.br.as_ref(),
        Some("gzip") => line.gzip.as_ref(),
        Some(_) => None,
    };
    let named = form.map(|form| format!(" (in its form with {form})")).unwrap_or_default();
    match expected {
        Some(hash) if *hash == hex::encode(sha256(&answer.body)) => None,
        Some(_) => Some(format!("has other bytes than the release{named}")),
        None => Some(format!("comes in a form that the release does not have{named}")),
    }
}

/// The headers that are missing, twice there, or other than this program's.
fn other_headers(line: &Line, headers: &HeaderMap, importmap: Option<&str>) -> Vec<Difference> {
    let mut expected = headers::of_pages(importmap);
    if line.is_page() {
        expected.push((CONTENT_TYPE.as_str(), "text/html; charset=utf-8".into()));
    }
    let mut found = Vec::new();
    for (name, value) in expected {
        let why = match headers.get_all(name).iter().collect::<Vec<_>>()[..] {
            [] => "is missing",
            [one] if *one == value => continue,
            [_] => "says something else",
            [..] => "is there more than once",
        };
        found.push(Difference { what: format!("{name} of {}", line.path), why: why.into() });
    }
    found
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn ids_are_nobodys_and_the_rest_stays() {
        let mut rng = crate::entropy::Entropy::seeded(1).rng();
        let path = with_ids("/audiences/{a}/invite", &mut rng);
        let parts: Vec<_> = path.split('/').collect();
        assert_eq!((parts[1], parts[3]), ("audiences", "invite"));
        assert!(decode_array::<32>(parts[2]).is_some());
        assert_ne!(path, with_ids("/audiences/{a}/invite", &mut rng));
    }
}
