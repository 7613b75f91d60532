//! The manifest of the web client: what a hub of a release serves to browsers, byte for byte, and who vouches for it.
//!
//! Invariant: a manifest has one form in bytes, the one that `web/build.mjs` writes; any other is refused.

use kentongan_protocol::ids::IdentityKey;
use kentongan_protocol::primitives::verify;
use serde::{Deserialize, Serialize};

use super::WebClient;
use crate::base64url::decode_array;

/// The label under which manifests are signed (protocol section 1).
pub const LABEL: &str = "web-manifest";

/// The release key in this binary, base64url; comments where there is none.
const PINNED: &str = include_str!("../../config/web-key");

/// What a release serves: canonical JSON without spaces, fields in this order, files sorted by path.
#[derive(Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Manifest {
    /// The release.
    pub version: String,
    /// The CSP source of the shells' import map.
    pub importmap: String,
    /// All of them.
    pub files: Vec<Line>,
}

/// One thing that is served.
#[derive(Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Line {
    /// Its path and query; `{name}` stands for an id.
    pub path: String,
    /// SHA-256 of it, in hexadecimal.
    pub sha256: String,
    /// SHA-256 of its form with brotli.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub br: Option<String>,
    /// SHA-256 of its form with gzip.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub gzip: Option<String>,
}

impl Line {
    /// Whether it is a page: those answer in every language.
    #[must_use]
    pub fn is_page(&self) -> bool {
        self.path.contains("?lang=")
    }
}

impl Manifest {
    /// Reads a manifest exactly.
    #[must_use]
    pub fn parse(bytes: &[u8]) -> Option<Self> {
        let manifest: Self = serde_json::from_slice(bytes).ok()?;
        let sorted = manifest.files.is_sorted_by(|a, b| a.path < b.path);
        let rooted = manifest.files.iter().all(|line| line.path.starts_with('/'));
        let canonical = serde_json::to_vec(&manifest).is_ok_and(|own| own == bytes);
        (sorted && rooted && canonical).then_some(manifest)
    }
}

/// Whether `key` signed these bytes as a manifest.
#[must_use]
pub fn signed(bytes: &[u8], signature: &[u8; 64], key: &IdentityKey) -> bool {
    verify(key, LABEL, bytes, signature).is_ok()
}

/// The key that this binary believes: of releases, or of whoever built it while there is none.
#[must_use]
pub fn pinned_key() -> Option<IdentityKey> {
    parse_key(PINNED).or_else(|| WebClient::built()?.signer)
}

/// A public key in text: one line of base64url, beside comments.
#[must_use]
pub fn parse_key(text: &str) -> Option<IdentityKey> {
    let lines =
        text.lines().map(str::trim).filter(|line| !line.is_empty() && !line.starts_with('#'));
    match lines.collect::<Vec<_>>()[..] {
        [key] => decode_array(key).map(IdentityKey),
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use kentongan_protocol::primitives::IdentitySecret;

    use super::*;
    use crate::base64url::encode;

    const ONE: &str =
        r#"{"version":"1","importmap":"sha256-x","files":[{"path":"/a","sha256":"00","br":"01"}]}"#;

    #[test]
    fn a_manifest_has_one_form() {
        let manifest = Manifest::parse(ONE.as_bytes()).expect("a manifest");
        assert_eq!((manifest.files[0].br.as_deref(), &manifest.files[0].gzip), (Some("01"), &None));
        let swapped = r#"{"version":"1","importmap":"x","files":[{"path":"/b","sha256":"00"},{"path":"/a","sha256":"00"}]}"#;
        let elsewhere = ONE.replace("/a", ".evil.example/a");
        for other in [&format!("{ONE}\n"), &ONE.replace(":[", ": ["), swapped, &elsewhere, "{}", ""]
        {
            assert_eq!(Manifest::parse(other.as_bytes()), None, "{other}");
        }
        let twice = ONE.replace("}]", r#"},{"path":"/a","sha256":"00"}]"#);
        assert_eq!(Manifest::parse(twice.as_bytes()), None, "a path has one hash");
    }

    #[test]
    fn only_the_release_key_signs_and_only_manifests() {
        let (key, other) =
            (IdentitySecret::from_bytes(&[1; 32]), IdentitySecret::from_bytes(&[2; 32]));
        let signature = key.sign(LABEL, ONE.as_bytes());
        assert!(signed(ONE.as_bytes(), &signature, &key.public()));
        assert!(!signed(ONE.as_bytes(), &signature, &other.public()));
        assert!(!signed(b"{}", &signature, &key.public()));
        assert!(!signed(ONE.as_bytes(), &key.sign("post", ONE.as_bytes()), &key.public()));
    }

    #[test]
    fn a_key_is_one_line_beside_comments() {
        let key = encode([7; 32]);
        assert_eq!(parse_key(&format!("# ours\n{key}\n")), Some(IdentityKey([7; 32])));
        assert_eq!(parse_key(&format!("{key}\n{key}\n")), None);
        assert_eq!(parse_key("# none yet\n"), None);
    }
}
