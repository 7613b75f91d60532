//! The web client as it was built: the files a hub serves to browsers, in every form it serves them.
//!
//! Invariant: a client is there whole or not at all; nothing in its files depends on the hub or on who asks.

pub mod headers;
pub mod manifest;
pub mod verify;

use std::borrow::Cow;
use std::collections::BTreeMap;
use std::sync::LazyLock;

use bytes::Bytes;
use serde::{Deserialize, Serialize};

use crate::base64url::{decode_array, encode};
use kentongan_protocol::ids::IdentityKey;
use kentongan_protocol::primitives::sha256;

/// The folder that `npm run build` makes: in the binary, but for debug builds, which read it when they start.
#[derive(rust_embed::Embed)]
#[folder = "web/dist/app"]
#[allow_missing = true]
struct Built;

/// One file, plain and compressed; immutable.
#[derive(Clone, Debug)]
pub struct File {
    /// As it is.
    pub plain: Bytes,
    /// With brotli, where that is smaller.
    pub br: Option<Bytes>,
    /// With gzip, likewise.
    pub gzip: Option<Bytes>,
    /// SHA-256 of the plain bytes, base64url: a name for this version of it.
    pub hash: String,
}

/// What pages that the hub renders itself refer to, by names under `/assets/`.
#[derive(Clone, Debug, Serialize)]
pub struct Look {
    /// The style sheet.
    pub style: String,
    /// Its `sha384-…`, for the `integrity` attribute.
    pub integrity: String,
    /// The mark, an SVG.
    pub mark: String,
}

/// A language the pages come in.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Language {
    /// Indonesian, the reference.
    Id,
    /// English.
    En,
}

impl Language {
    /// Both.
    pub const ALL: [Self; 2] = [Self::Id, Self::En];

    /// Its BCP 47 tag.
    #[must_use]
    pub const fn tag(self) -> &'static str {
        match self {
            Self::Id => "id",
            Self::En => "en",
        }
    }
}

/// The shells of one language: the static documents that the script draws in.
#[derive(Clone, Debug)]
pub struct Shells {
    /// Of `/`: readable without a script.
    pub welcome: File,
    /// Of every other page.
    pub screen: File,
}

/// Everything that was built.
#[derive(Clone, Debug)]
pub struct WebClient {
    assets: BTreeMap<String, File>,
    shells: [Shells; 2],
    /// The service worker.
    pub worker: File,
    /// What makes the page installable.
    pub webmanifest: File,
    /// How other pages come to look like it.
    pub look: Look,
    /// The CSP source of the import map in the shells, `sha256-…`.
    pub importmap: String,
    /// What is served, in its canonical bytes ([`manifest::Manifest`]).
    pub manifest: Bytes,
    /// The signature over these bytes of whoever built them.
    pub signature: Option<[u8; 64]>,
    /// The key that signed.
    pub signer: Option<IdentityKey>,
}

/// `assets.json`, as `web/build.mjs` writes it.
#[derive(Deserialize)]
struct Assets {
    style: String,
    mark: String,
    worker: String,
    importmap: String,
    files: BTreeMap<String, String>,
}

impl WebClient {
    /// The client that this binary has in it; `None` where it was built without.
    #[must_use]
    pub fn built() -> Option<&'static Self> {
        static BUILT: LazyLock<Option<WebClient>> = LazyLock::new(|| {
            WebClient::read(|name| {
                Some(match Built::get(name)?.data {
                    Cow::Borrowed(bytes) => Bytes::from_static(bytes),
                    Cow::Owned(bytes) => bytes.into(),
                })
            })
        });
        BUILT.as_ref()
    }

    /// Puts a client together from the files of a build; `None` where one is missing or is not what a build makes.
    pub fn read(get: impl Fn(&str) -> Option<Bytes>) -> Option<Self> {
        let listed: Assets = serde_json::from_slice(&get("assets.json")?).ok()?;
        let file = |name: &str| {
            let plain = get(name)?;
            let hash = encode(sha256(&plain));
            let form = |ending: &str| get(&format!("{name}.{ending}"));
            Some(File { plain, br: form("br"), gzip: form("gzip"), hash })
        };
        let shells = |language: Language| {
            let shell = |kind: &str| file(&format!("{kind}.{}.html", language.tag()));
            Some(Shells { welcome: shell("welcome")?, screen: shell("screen")? })
        };
        let assets = listed.files.keys().map(|name| Some((name.clone(), file(name)?)));
        let integrity = listed.files.get(&listed.style)?.clone();
        let text = |name: &str| String::from_utf8(get(name)?.into()).ok();
        Some(Self {
            assets: assets.collect::<Option<_>>()?,
            shells: [shells(Language::Id)?, shells(Language::En)?],
            worker: file(&listed.worker)?,
            webmanifest: file("manifest.webmanifest")?,
            look: Look { style: listed.style, integrity, mark: listed.mark },
            importmap: listed.importmap,
            manifest: get("web-manifest.json")?,
            signature: text("web-manifest.sig").and_then(|text| decode_array(&text)),
            signer: text("web-manifest.key").and_then(|text| manifest::parse_key(&text)),
        })
    }

    /// A file under `/assets/`.
    #[must_use]
    pub fn asset(&self, name: &str) -> Option<&File> {
        self.assets.get(name)
    }

    /// The shells in this language.
    #[must_use]
    pub const fn shells(&self, language: Language) -> &Shells {
        match language {
            Language::Id => &self.shells[0],
            Language::En => &self.shells[1],
        }
    }
}
