//! What stands in a segment of a record, field for field as in `docs/payload.md`.
//!
//! Invariant: nothing that a segment has is ever dropped from it, known to this client or not.

use serde::{Deserialize, Serialize};
use serde_json::Value;
use zeroize::Zeroizing;

use crate::base64url::B64;
use crate::client::device::SentLetter;
use crate::client::payload::{Attachment, LetterBody};

/// A segment whose JSON is longer than this, in bytes, takes nothing more.
const FULL: usize = 48 * 1024;

/// A segment, opened.
#[derive(Clone, Default, Serialize, Deserialize)]
pub(super) struct Document {
    /// Counts up by one with each change; the hub says the same.
    pub(super) version: u64,
    /// Oldest first.
    pub(super) entries: Vec<Value>,
}

impl Document {
    /// The JSON.
    pub(super) fn to_bytes(&self) -> Zeroizing<Vec<u8>> {
        Zeroizing::new(serde_json::to_vec(self).expect("JSON has text keys only"))
    }

    /// Whether a segment of this JSON takes nothing more.
    pub(super) const fn full(json: &[u8]) -> bool {
        json.len() > FULL
    }
}

/// An entry that this client knows.
#[derive(Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub(super) enum Entry {
    /// A letter that was sent.
    Sent(Box<Sent>),
    /// A draft of a mark, or that there is none any more.
    Mark(Mark),
}

/// A letter that the hub took.
#[derive(Serialize, Deserialize)]
#[expect(clippy::struct_field_names, reason = "as docs/payload.md has them")]
pub(super) struct Sent {
    letter: B64<32>,
    /// None for the desk.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(super) to: Option<B64<32>>,
    /// The kind's word.
    pub(super) kind: String,
    thread: B64<32>,
    pub(super) sent_ms: u64,
    received_ms: u64,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    receipt: Option<B64<64>>,
    content: LetterBody,
}

/// A draft of a mark; the newest of a work and pupil counts.
#[derive(Serialize, Deserialize)]
pub(super) struct Mark {
    pub(super) work: B64<32>,
    pub(super) pupil: B64<32>,
    pub(super) at_ms: u64,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(super) draft: Option<MarkDraft>,
}

/// A mark that its teacher has not given yet.
#[derive(Clone, Default, Serialize, Deserialize)]
pub struct MarkDraft {
    /// The mark, as it is written.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub mark: Option<String>,
    /// The feedback.
    #[serde(default)]
    pub body: String,
    /// Whether it is to be done again.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub redo: bool,
    /// Files that go with it.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub attachments: Vec<Attachment>,
}

impl Entry {
    /// Reads an entry; `None` where a later client, or nobody, wrote it so.
    pub(super) fn of(value: &Value) -> Option<Self> {
        Self::deserialize(value).ok()
    }

    /// The entry of a letter.
    pub(super) fn sent(letter: B64<32>, sent: &SentLetter) -> Self {
        Self::Sent(Box::new(Sent {
            letter,
            to: sent.to,
            kind: sent.kind.clone(),
            thread: sent.thread,
            sent_ms: sent.sent_ms,
            received_ms: sent.received_ms,
            receipt: sent.receipt,
            content: sent.content.clone(),
        }))
    }

    /// As it stands in the segment.
    pub(super) fn to_value(&self) -> Value {
        serde_json::to_value(self).expect("our entries have text keys only")
    }
}

impl Sent {
    /// The letter, which is in a record.
    pub(super) fn into_letter(self) -> (B64<32>, SentLetter) {
        let letter = SentLetter {
            to: self.to,
            kind: self.kind,
            thread: self.thread,
            sent_ms: self.sent_ms,
            received_ms: self.received_ms,
            receipt: self.receipt,
            content: self.content,
            recorded: true,
        };
        (self.letter, letter)
    }
}
