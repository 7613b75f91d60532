//! What posts and letters say, as JSON: written by whoever sealed them, so none of it is trusted.

mod homework;

use kentongan_protocol::attachment::AttachmentKey;
use serde::{Deserialize, Serialize};

use super::Error;
use super::vault::{Pin, Secret32};
use crate::base64url::B64;

pub use homework::Homework;

/// The content of a post.
#[derive(Clone, Default, Serialize, Deserialize)]
pub struct PostBody {
    /// The kind's word.
    pub r#type: String,
    /// A title.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub title: Option<String>,
    /// The text.
    #[serde(default)]
    pub body: String,
    /// Who the author says they are.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub from: Option<From>,
    /// What the author calls the audience.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub audience: Option<String>,
    /// Files.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub attachments: Vec<Attachment>,
    /// How much it matters; usual where absent.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub priority: Option<Priority>,
    /// Where something is.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub place: Option<Box<Place>>,
    /// The language of title and body, BCP 47.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub language: Option<String>,
    /// The same in other languages.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub versions: Vec<Version>,
    /// In a reply to the desk: one message that its writer discloses.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub report: Option<Box<Report>>,
    /// What it says about homework.
    #[serde(flatten)]
    pub homework: Homework,
}

/// How much a post matters to its readers.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Priority {
    /// It can wait.
    Quiet,
    /// It cannot.
    Urgent,
    /// A word of a newer client, taken as usual.
    #[serde(other)]
    Usual,
}

/// Where something is.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Place {
    /// In words.
    pub name: String,
    /// `lat,lon` in degrees.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub geo: Option<String>,
}

/// The same content in another language.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Version {
    /// BCP 47.
    pub language: String,
    /// A title.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub title: Option<String>,
    /// The text.
    pub body: String,
}

/// One message disclosed to publishers, with what opens it (protocol section 6).
#[derive(Clone, Serialize, Deserialize)]
pub struct Report {
    /// Which.
    pub post: B64<32>,
    /// Its `m`, which opens it to whoever has this.
    pub m: B64<32>,
}

/// The content of a letter; the same, but for the audience's name.
pub type LetterBody = PostBody;

/// Who the author says they are.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct From {
    /// Their name.
    pub name: String,
}

impl PostBody {
    /// Whether it says about homework what another letter of the kind does, whoever says so.
    pub(super) fn says_as(&self, other: &Self) -> bool {
        let files = |of: &Self| of.attachments.iter().map(|one| one.sha256).collect::<Vec<_>>();
        self.body == other.body && self.homework == other.homework && files(self) == files(other)
    }
}

/// A file beside a post or letter.
#[derive(Clone, Serialize, Deserialize)]
pub struct Attachment {
    /// `AGE-SECRET-KEY-1…`: opens it.
    pub identity: String,
    /// Of the sealed file.
    pub sha256: B64<32>,
    /// Its name; untrusted.
    pub name: String,
    /// Its media type.
    pub r#type: String,
    /// Its size in bytes, unsealed.
    pub size: u64,
}

impl Attachment {
    /// The key that opens it.
    pub fn key(&self) -> Result<AttachmentKey, Error> {
        AttachmentKey::parse(&self.identity)
            .map_err(|_| Error::distrust("the attachment's key is malformed: ask for it again"))
    }

    /// Its name as a file of the current folder: no path, nothing hidden, never empty, and no longer than a file system
    /// takes.
    #[must_use]
    pub fn file_name(&self) -> String {
        let last = self.name.rsplit(['/', '\\']).next().unwrap_or_default();
        let mut kept: String =
            last.chars().filter(|c| !c.is_control() && !reverses(*c)).take(120).collect();
        kept.truncate(kept.floor_char_boundary(LONGEST_NAME));
        match kept.trim_start_matches('.').trim() {
            "" => "attachment".to_owned(),
            name => name.to_owned(),
        }
    }
}

/// Most file systems take 255 bytes; in many scripts a letter is three.
const LONGEST_NAME: usize = 240;

/// Marks that change the direction of what follows: with one, `…gpj.exe` looks like `…exe.jpg`.
const fn reverses(c: char) -> bool {
    matches!(c, '\u{61c}' | '\u{200e}'..='\u{200f}' | '\u{202a}'..='\u{202e}' | '\u{2066}'..='\u{2069}')
}

/// The content of a letter of kind 5: keys from one publisher to another.
#[derive(Serialize, Deserialize)]
pub struct Secrets {
    /// `secrets`.
    pub r#type: String,
    /// What the sender calls the audience.
    #[serde(default)]
    pub audience: String,
    /// Who the sender says they are.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub from: Option<From>,
    /// The charter in force when it was sent: where the trust of somebody begins who hears of the audience by this letter.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub pin: Option<Pin>,
    /// `s_i`.
    #[serde(default)]
    pub cohorts: Vec<Secret32>,
    /// Secrets of the desk.
    #[serde(default)]
    pub desks: Vec<Secret32>,
    /// Links.
    #[serde(default)]
    pub links: Vec<SharedLink>,
}

/// A link's seed, between publishers.
#[derive(Serialize, Deserialize)]
pub struct SharedLink {
    /// Open, or for approval.
    pub open: bool,
    /// The seed.
    pub seed: Secret32,
    /// The revision it was made under.
    pub revision: u64,
    /// That revision's hash.
    pub charter_hash: B64<32>,
}

/// Reads an opened post's or letter's payload.
pub(crate) fn read(payload: &[u8]) -> Result<PostBody, Error> {
    serde_json::from_slice(payload)
        .map_err(|_| Error::distrust("its content is not in a form this client knows"))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn named(name: &str) -> String {
        Attachment {
            identity: String::new(),
            sha256: B64([0; 32]),
            name: name.into(),
            r#type: "image/jpeg".into(),
            size: 1,
        }
        .file_name()
    }

    #[test]
    fn a_hostile_file_name_stays_in_the_folder() {
        assert_eq!(named("../../.bashrc"), "bashrc");
        assert_eq!(named("C:\\x\\foto 1.jpg"), "foto 1.jpg");
        assert_eq!(named("..."), "attachment");
        assert_eq!(named("a\u{1b}[2Jb.txt"), "a[2Jb.txt");
        assert_eq!(named("foto\u{202e}gpj.exe"), "fotogpj.exe");
    }

    #[test]
    fn a_long_name_in_any_script_fits_a_file_system() {
        assert_eq!(named(&"ꦏ".repeat(200)), "ꦏ".repeat(80), "three bytes each");
        assert_eq!(named(&"x".repeat(200)), "x".repeat(120));
    }

    #[test]
    fn what_the_browser_writes_besides_is_read_and_a_newer_priority_is_usual() {
        let body = read(
            r#"{"type":"announcement","body":"Senin.","priority":"urgent","language":"id",
                "place":{"name":"Balai desa","geo":"-7.79,110.36"},
                "versions":[{"language":"en","title":"Vaccination","body":"Monday."}]}"#
                .as_bytes(),
        )
        .expect("read");
        assert_eq!(body.priority, Some(Priority::Urgent));
        assert_eq!(body.place.map(|p| p.name).as_deref(), Some("Balai desa"));
        assert_eq!(body.versions[0].title.as_deref(), Some("Vaccination"));
        let later = read(br#"{"type":"announcement","priority":"cosmic"}"#).expect("read");
        assert_eq!(later.priority, Some(Priority::Usual));
    }

    #[test]
    fn unknown_fields_of_a_newer_client_do_not_hurt() {
        let body = read(br#"{"type":"announcement","body":"x","due":{"ms":1}}"#).expect("read");
        assert_eq!((body.body.as_str(), body.title), ("x", None));
    }
}
