//! What an account holds of one audience: where trust begins, and the keys it has.
//!
//! Invariant: a key is never overwritten; two versions merge to all of both.

use std::collections::BTreeMap;

use kentongan_protocol::ids::{ExchangeKey, IdentityKey};
use kentongan_protocol::keys::{CohortKey, CohortSecret, ReaderKey};
use kentongan_protocol::primitives::ExchangeSecret;
use kentongan_protocol::vault::VaultError;
use serde::{Deserialize, Serialize};

use super::{Others, Secret32, carry};
use crate::base64url::{B64, Bytes64};

/// A revision and its hash.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Pin {
    /// The revision.
    pub revision: u64,
    /// `charter_hash`.
    pub hash: B64<32>,
}

/// What an account holds of one audience.
#[derive(Serialize, Deserialize)]
pub struct Keys {
    /// The owner's own name for it.
    pub label: String,
    /// Where trust in its charters begins.
    pub pinned: Pin,
    /// The highest revision seen; never gone back from.
    pub seen: Pin,
    /// Whether its owner agreed that the operator reads along; counts in hosted audiences only.
    pub hosting_consented: bool,
    /// How often its owner came and left, odd after leaving: of two devices the one that did so last counts.
    #[serde(default)]
    turns: u32,
    /// `S_i` → `s_i`, of publishers.
    pub cohorts: BTreeMap<B64<32>, Secret32>,
    /// Desk key → its secret, old ones too, of publishers.
    pub desks: BTreeMap<B64<32>, Secret32>,
    /// Link key → what it was made of, of publishers.
    pub links: BTreeMap<B64<32>, LinkSeed>,
    /// `S` → the account's own reader's key.
    pub readers: BTreeMap<B64<32>, Reader>,
    /// What other clients keep here; carried along.
    #[serde(flatten)]
    pub others: Others,
}

/// What a link was made of.
#[derive(Serialize, Deserialize)]
pub struct LinkSeed {
    /// Open, or for approval.
    pub open: bool,
    /// The seed.
    pub seed: Secret32,
    /// The charter it pins.
    pub pin: Pin,
    /// Whether it must never let anybody in again.
    pub retired: bool,
}

/// A reader's key under one `S`.
#[derive(Serialize, Deserialize)]
pub struct Reader {
    d: Secret32,
    /// What is shown when writing: `Membership ‖ signature ‖ …`.
    pub proof: Bytes64,
}

impl Reader {
    /// A reader's key and the proof that goes with it.
    #[must_use]
    pub fn new(d: &ReaderKey, proof: Vec<u8>) -> Self {
        Self { d: Secret32::new(&d.to_bytes()), proof: Bytes64(proof) }
    }

    /// `d`.
    pub fn key(&self) -> Result<ReaderKey, VaultError> {
        ReaderKey::from_bytes(self.d.expose()).map_err(|_| VaultError::Damaged)
    }
}

impl Keys {
    /// Of an audience just met, whose charters are trusted from `pinned` on.
    #[must_use]
    pub fn new(label: String, pinned: Pin) -> Self {
        Self {
            label,
            pinned,
            seen: pinned,
            hosting_consented: false,
            turns: 0,
            cohorts: BTreeMap::new(),
            desks: BTreeMap::new(),
            links: BTreeMap::new(),
            readers: BTreeMap::new(),
            others: Others::new(),
        }
    }

    /// Takes in everything of another version, as [`Vault::merge`](super::Vault::merge) does.
    pub(super) fn merge(&mut self, other: Self, newer: bool) {
        if other.seen.revision > self.seen.revision {
            self.seen = other.seen;
        }
        self.hosting_consented |= other.hosting_consented;
        self.turns = self.turns.max(other.turns);
        absorb(&mut self.cohorts, other.cohorts);
        absorb(&mut self.desks, other.desks);
        absorb(&mut self.readers, other.readers);
        for (link, seed) in other.links {
            let retired = seed.retired;
            self.links.entry(link).or_insert(seed).retired |= retired;
        }
        carry(&mut self.others, other.others, newer);
    }

    /// Whether its owner left it.
    #[must_use]
    pub const fn left(&self) -> bool {
        self.turns % 2 == 1
    }

    /// Its owner left it, or came again.
    pub fn set_left(&mut self, left: bool) {
        self.turns = self.turns.saturating_add(u32::from(left != self.left()));
    }

    /// Keeps `s` under `S`.
    pub fn add_cohort(&mut self, s: &CohortSecret) -> CohortKey {
        let public = s.public();
        let secret = || Secret32::new(&s.to_bytes());
        self.cohorts.entry(B64(*public.as_bytes())).or_insert_with(secret);
        public
    }

    /// Keeps a desk's secret.
    pub fn add_desk(&mut self, desk: &ExchangeSecret) -> ExchangeKey {
        let public = desk.public();
        self.desks.entry(B64(public.0)).or_insert_with(|| Secret32::new(&desk.to_bytes()));
        public
    }

    /// `s` of this `S`.
    #[must_use]
    pub fn cohort(&self, key: &CohortKey) -> Option<CohortSecret> {
        CohortSecret::from_bytes(self.cohorts.get(&B64(*key.as_bytes()))?.expose()).ok()
    }

    /// The secret of this desk.
    #[must_use]
    pub fn desk(&self, key: &ExchangeKey) -> Option<ExchangeSecret> {
        self.desks.get(&B64(key.0)).map(|secret| ExchangeSecret::from_bytes(secret.expose()))
    }

    /// The seed of a link that still may let people in.
    #[must_use]
    pub fn live_link(&self, link: &IdentityKey) -> Option<&LinkSeed> {
        self.links.get(&B64(link.0)).filter(|link| !link.retired)
    }
}

fn absorb<V>(held: &mut BTreeMap<B64<32>, V>, other: BTreeMap<B64<32>, V>) {
    for (key, value) in other {
        held.entry(key).or_insert(value);
    }
}
