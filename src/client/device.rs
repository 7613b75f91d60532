//! What one installed client remembers and never uploads: its own chain, what it saw of others', what it opened.
//!
//! Invariant: the place of a post in the own chain is written down before the post is sent.

mod drafts;
mod shelf;
mod volumes;

use std::collections::BTreeMap;

use kentongan_protocol::ids::{IdentityKey, PostId};
use kentongan_protocol::post::ChainMemory;
use rand_core::CryptoRng;
use serde::{Deserialize, Serialize};

use super::payload::{Attachment, LetterBody, PostBody};
use super::records::{Colleague, Place, SavedMark};
use crate::base64url::{B64, Bytes64, encode};

pub use drafts::{AssignmentDraft, WorkDraft};
pub use shelf::Shelf;
pub(super) use volumes::Older;

/// The document, sealed to the login card like the vault.
#[derive(Serialize, Deserialize)]
pub struct Device {
    /// The chain id of this installation.
    pub chain: B64<16>,
    /// The highest vault version the hub is known to have.
    pub vault_version: u64,
    /// The session.
    pub session: Option<String>,
    /// Letters of the own mailbox are read up to here.
    pub letters_after: i64,
    /// Letters that had no answer, oldest first.
    #[serde(default)]
    pub unanswered: Vec<SealedLetter>,
    /// Uploads for what has not gone out yet, oldest first.
    #[serde(default)]
    pub uploads: Vec<Upload>,
    /// How many volumes stand beside this document.
    #[serde(default)]
    pub volumes: u32,
    /// What is remembered of each audience.
    pub audiences: BTreeMap<B64<32>, Local>,
}

/// What is remembered of one audience.
#[derive(Default, Serialize, Deserialize)]
pub struct Local {
    /// Genesis.
    pub genesis: Bytes64,
    /// Charters and their signatures, from revision 0.
    pub charters: Vec<(Bytes64, Bytes64)>,
    /// Where the own chain is.
    pub own: Own,
    /// Posts for later that had no answer yet.
    #[serde(default)]
    pub scheduled: Vec<Waiting>,
    /// Posts are settled up to this position.
    pub posts_after: i64,
    /// Letters to the desk are read up to here.
    pub desk_after: i64,
    /// `ik ‖ chain` → posts seen of it, by `seq`.
    pub chains: BTreeMap<B64<48>, BTreeMap<u64, Seen>>,
    /// Opened posts.
    pub posts: Shelf<SavedPost>,
    /// Refused posts and letters, kept as evidence.
    pub refused: BTreeMap<B64<32>, Evidence>,
    /// Opened letters.
    pub letters: Shelf<SavedLetter>,
    /// Sent letters that others read: homework and private replies.
    #[serde(default)]
    pub sent: Shelf<SentLetter>,
    /// What co-publishers sent to members, by their records.
    #[serde(default)]
    pub colleagues: Shelf<Colleague>,
    /// Work → pupil → the newest draft of a mark.
    #[serde(default)]
    pub marks: BTreeMap<B64<32>, BTreeMap<B64<32>, SavedMark>>,
    /// How far each record was read, by the id of its first segment.
    #[serde(default)]
    pub records: BTreeMap<B64<16>, Place>,
    /// Work → what is not handed in yet.
    #[serde(default)]
    pub drafts: BTreeMap<B64<32>, WorkDraft>,
    /// Assignments that are not given yet: a copy under the id of what it is a copy of.
    #[serde(default)]
    pub assignments: BTreeMap<B64<32>, AssignmentDraft>,
    /// Account → the names it gave itself, newest last.
    pub names: BTreeMap<B64<32>, Vec<String>>,
}

/// The own chain in one audience.
#[derive(Default, Serialize, Deserialize)]
pub struct Own {
    /// The number of the last post that the hub took.
    pub seq: u64,
    /// Its id; zero before the first.
    pub prev: Option<B64<32>>,
    /// A post on its way: sent again as it is until the hub has answered.
    pub pending: Option<Pending>,
}

/// A post on its way; what it says is kept, so that it can be sealed again under a newer charter.
#[derive(Clone, Serialize, Deserialize)]
pub struct Pending {
    /// The byte of the kind.
    pub kind: u8,
    /// The post it belongs to or means; zero for none.
    pub thread: B64<32>,
    /// The content, as JSON.
    pub payload: Bytes64,
    /// As it was sealed and perhaps sent.
    pub sealed: Option<Sealed>,
}

/// A post for later on its way to the hub, the only one of its chain.
#[derive(Clone, Serialize, Deserialize)]
pub struct Waiting {
    /// Its chain.
    pub chain: B64<16>,
    /// When the hub is to release it.
    pub release_ms: u64,
    /// What it says, and how it was sealed.
    pub post: Pending,
}

/// A sealed post that may or may not have reached the hub.
#[derive(Clone, Serialize, Deserialize)]
pub struct Sealed {
    /// Its id.
    pub post: B64<32>,
    /// Its bytes.
    pub bytes: Bytes64,
    /// The membership shown with it; empty for publishers.
    pub proof: Bytes64,
}

/// A sealed letter that may or may not have reached the hub.
#[derive(Clone, Serialize, Deserialize)]
pub struct SealedLetter {
    /// A hash of what it says and to whom.
    pub said: B64<32>,
    /// Its id.
    pub letter: B64<32>,
    /// Its bytes.
    pub bytes: Bytes64,
    /// The membership shown with it; empty for publishers.
    pub proof: Bytes64,
    /// What is kept of it once the hub has taken it.
    #[serde(default)]
    pub keep: Option<Box<Keep>>,
}

/// What is kept of a letter on its way.
#[derive(Clone, Serialize, Deserialize)]
pub struct Keep {
    /// Its audience.
    pub audience: B64<32>,
    /// The rest.
    pub letter: SentLetter,
}

/// A letter that this account sent: sealed to others, nothing else could tell what it said.
#[derive(Clone, Serialize, Deserialize)]
pub struct SentLetter {
    /// To whom; none for the desk.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub to: Option<B64<32>>,
    /// The kind's word.
    pub kind: String,
    /// The work it is about; zero for an assignment.
    pub thread: B64<32>,
    /// When, by its author's clock.
    #[serde(default)]
    pub sent_ms: u64,
    /// When it came in, by the hub's clock.
    pub received_ms: u64,
    /// The hub's signature for that, of a submission.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub receipt: Option<B64<64>>,
    /// The content.
    pub content: LetterBody,
    /// Whether it is known to be in the record.
    #[serde(default)]
    pub recorded: bool,
}

/// A file that was sealed and uploaded, and not sent yet.
#[derive(Clone, Serialize, Deserialize)]
pub struct Upload {
    /// A hash of what it is, and for whom.
    pub file: B64<32>,
    /// What goes into the post or letter.
    pub attachment: Attachment,
}

/// A post of somebody's chain.
#[derive(Clone, Copy, Serialize, Deserialize)]
pub struct Seen {
    /// Its id.
    pub post: B64<32>,
    /// The one it says was before it.
    pub prev: B64<32>,
}

/// An opened post.
#[derive(Clone, Serialize, Deserialize)]
#[expect(clippy::struct_excessive_bools, reason = "each is a fact of its own")]
pub struct SavedPost {
    /// Where it stands in the audience's list.
    pub position: i64,
    /// The kind's word.
    pub kind: String,
    /// The post it belongs to or means; zero for none.
    pub thread: B64<32>,
    /// Its author.
    pub ik: B64<32>,
    /// Whether its charter lists the author as publisher.
    pub by_publisher: bool,
    /// When, by the author's clock.
    pub sent_ms: u64,
    /// Whether it waits for approvals or its time; only publishers see such.
    pub pending: bool,
    /// When it goes out, as long as it waits for that.
    #[serde(default)]
    pub release_ms: Option<u64>,
    /// Why it will never go out, in a word of docs/api.md.
    #[serde(default)]
    pub lapsed: Option<String>,
    /// Whether it was sent under an earlier charter than the one known when it came.
    pub earlier_rules: bool,
    /// Posts of its chain that were not seen before it.
    pub gap: u64,
    /// Whether its thread could not be had.
    pub thread_unavailable: bool,
    /// The content.
    pub content: PostBody,
    /// Whether the owner acknowledged it.
    pub acknowledged: bool,
    /// Whether the hub knows that it was delivered.
    pub delivered: bool,
}

/// What was refused, and why.
#[derive(Clone, Serialize, Deserialize)]
pub struct Evidence {
    /// Why.
    pub reason: String,
    /// The bytes as the hub served them.
    pub bytes: Bytes64,
}

/// An opened letter.
#[derive(Clone, Serialize, Deserialize)]
pub struct SavedLetter {
    /// Whether it came to the desk.
    pub desk: bool,
    /// The kind's word.
    pub kind: String,
    /// The post it is about; zero for none.
    pub thread: B64<32>,
    /// Its author.
    pub ik: B64<32>,
    /// When, by the author's clock.
    pub sent_ms: u64,
    /// When it came in, by the hub's.
    pub received_ms: i64,
    /// The content; secrets are not kept here.
    pub content: LetterBody,
}

impl Device {
    /// A new installation.
    #[must_use]
    pub fn random(rng: &mut impl CryptoRng) -> Self {
        let mut chain = [0; 16];
        rng.fill_bytes(&mut chain);
        Self {
            chain: B64(chain),
            vault_version: 0,
            session: None,
            letters_after: 0,
            unanswered: Vec::new(),
            uploads: Vec::new(),
            volumes: 0,
            audiences: BTreeMap::new(),
        }
    }
}

impl Local {
    /// What was seen of `(ik, chain)` around `seq`.
    #[must_use]
    pub fn memory(&self, ik: &IdentityKey, chain: &[u8; 16], seq: u64) -> ChainMemory {
        let Some(seen) = self.chains.get(&chain_key(ik, chain)) else {
            return ChainMemory::default();
        };
        ChainMemory {
            same: seen.get(&seq).map(|s| PostId(s.post.0)),
            before: seen.range(..seq).next_back().map(|(seq, s)| (*seq, PostId(s.post.0))),
            after: seen
                .range(seq.saturating_add(1)..)
                .next()
                .map(|(seq, s)| (*seq, PostId(s.prev.0))),
        }
    }

    /// Remembers a post of a chain; of two with one number the first stays.
    pub fn remember(&mut self, ik: &IdentityKey, chain: &[u8; 16], seq: u64, seen: Seen) {
        self.chains.entry(chain_key(ik, chain)).or_default().entry(seq).or_insert(seen);
    }

    /// Notes the name an account gives itself; whether it is another than before.
    pub fn note_name(&mut self, account: [u8; 32], name: &str) -> bool {
        let names = self.names.entry(B64(account)).or_default();
        if names.last().is_some_and(|last| last == name) {
            return false;
        }
        names.push(name.to_owned());
        names.len() > 1
    }

    /// The name an account last gave itself: its own claim.
    #[must_use]
    pub fn name(&self, account: &[u8; 32]) -> Option<&str> {
        self.names.get(&B64(*account))?.last().map(String::as_str)
    }
}

fn chain_key(ik: &IdentityKey, chain: &[u8; 16]) -> B64<48> {
    let mut key = [0; 48];
    key[..32].copy_from_slice(&ik.0);
    key[32..].copy_from_slice(chain);
    B64(key)
}

/// The text under which posts, letters, accounts and audiences are named: base64url.
#[must_use]
pub fn id_text(id: &B64<32>) -> String {
    encode(id.0)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_first_post_of_a_number_stays_and_neighbours_are_found() {
        let (ik, chain) = (IdentityKey([1; 32]), [2; 16]);
        let mut local = Local::default();
        let seen = |n: u8| Seen { post: B64([n; 32]), prev: B64([n - 1; 32]) };
        for n in [2, 5] {
            local.remember(&ik, &chain, n.into(), seen(n));
        }
        local.remember(&ik, &chain, 5, seen(9));
        let memory = local.memory(&ik, &chain, 3);
        assert_eq!(memory.before, Some((2, PostId([2; 32]))));
        assert_eq!(memory.after, Some((5, PostId([4; 32]))));
        assert_eq!(local.memory(&ik, &chain, 5).same, Some(PostId([5; 32])));
        assert_eq!(local.memory(&ik, &[3; 16], 5), ChainMemory::default());
    }

    #[test]
    fn a_changed_name_is_noticed() {
        let mut local = Local::default();
        assert!(!local.note_name([1; 32], "Sari"));
        assert!(!local.note_name([1; 32], "Sari"));
        assert!(local.note_name([1; 32], "Bu Guru"));
        assert_eq!(local.name(&[1; 32]), Some("Bu Guru"));
    }
}
