//! The vault: an account's secrets as a JSON document with its version, sealed to the login card (protocol section 2).
//!
//! Invariant: nothing in it is ever overwritten by something else of the same name; two versions merge to all of both.

use std::collections::BTreeMap;

use kentongan_protocol::account::AccountSecrets;
use kentongan_protocol::card::LoginCard;
use kentongan_protocol::ids::{AccountId, AudienceId, ExchangeKey, IdentityKey};
use kentongan_protocol::keys::{CohortKey, CohortSecret, ReaderKey};
use kentongan_protocol::primitives::{ExchangeSecret, IdentitySecret, Seed};
use kentongan_protocol::vault::{self as sealed, VaultError};
use rand_core::CryptoRng;
use serde::de::Error as _;
use serde::{Deserialize, Deserializer, Serialize, Serializer};
use zeroize::{Zeroize, ZeroizeOnDrop, Zeroizing};

use crate::base64url::{B64, Bytes64, encode};

/// 32 secret bytes; erased when dropped, not printable.
#[derive(Zeroize, ZeroizeOnDrop)]
pub struct Secret32([u8; 32]);

impl Secret32 {
    /// The secret of these bytes.
    #[must_use]
    pub fn new(bytes: &[u8; 32]) -> Self {
        Self(*bytes)
    }

    /// The bytes.
    #[must_use]
    pub fn expose(&self) -> &[u8; 32] {
        &self.0
    }

    /// Another copy, for another place that keeps it.
    #[must_use]
    pub fn copy(&self) -> Self {
        Self(self.0)
    }
}

impl Serialize for Secret32 {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.serialize_str(&Zeroizing::new(encode(self.0)))
    }
}

impl<'de> Deserialize<'de> for Secret32 {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let text = Zeroizing::new(String::deserialize(deserializer)?);
        let bytes = crate::base64url::decode_array(&text).map(Zeroizing::new);
        bytes.map(|b| Self(*b)).ok_or_else(|| D::Error::custom("expected 32 bytes"))
    }
}

/// The document.
#[derive(Serialize, Deserialize)]
pub struct Vault {
    /// Counts up by one with each change that the hub took.
    pub version: u64,
    /// The hub this account lives on, as an origin.
    pub hub: String,
    /// The hub's key, pinned at first sight.
    pub hub_key: Option<B64<32>>,
    /// The name its owner writes under, if any.
    pub name: Option<String>,
    ik: Secret32,
    xk: Secret32,
    ek: Secret32,
    own_seed: Secret32,
    hedge_seed: Secret32,
    /// The number of the newest bundle sent.
    pub bundle_seq: u64,
    /// When that bundle ends.
    pub bundle_until_ms: u64,
    /// The highest bundle number seen of other accounts.
    pub contacts: BTreeMap<B64<32>, u64>,
    /// Every audience this account has keys of.
    pub audiences: BTreeMap<B64<32>, Keys>,
    /// What other clients keep here; carried along.
    #[serde(flatten)]
    pub others: Others,
}

/// Fields of other clients, by name.
type Others = BTreeMap<String, serde_json::Value>;

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
    /// Whether its owner left it.
    pub left: bool,
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

impl Vault {
    /// A new account's, of version 0: no hub has it yet.
    #[must_use]
    pub fn random(hub: &str, name: Option<String>, rng: &mut impl CryptoRng) -> Self {
        let keys = AccountSecrets::random(rng);
        Self {
            version: 0,
            hub: hub.to_owned(),
            hub_key: None,
            name,
            ik: Secret32::new(&keys.ik.to_bytes()),
            xk: Secret32::new(&keys.xk.to_bytes()),
            ek: Secret32::new(&keys.ek.to_bytes()),
            own_seed: Secret32::new(Seed::random(rng).expose()),
            hedge_seed: Secret32::new(Seed::random(rng).expose()),
            bundle_seq: 0,
            bundle_until_ms: 0,
            contacts: BTreeMap::new(),
            audiences: BTreeMap::new(),
            others: Others::new(),
        }
    }

    /// The age file.
    #[must_use]
    pub fn seal(&self, card: &LoginCard) -> Vec<u8> {
        seal_json(self, card)
    }

    /// Reads an age file; a document that is not a vault is damage.
    pub fn open(file: &[u8], card: &LoginCard) -> Result<Self, VaultError> {
        open_json(file, card)
    }

    /// The account's secret keys.
    #[must_use]
    pub fn keys(&self) -> AccountSecrets {
        AccountSecrets {
            ik: self.ik(),
            xk: ExchangeSecret::from_bytes(self.xk.expose()),
            ek: ExchangeSecret::from_bytes(self.ek.expose()),
        }
    }

    /// The identity secret.
    #[must_use]
    pub fn ik(&self) -> IdentitySecret {
        IdentitySecret::from_bytes(self.ik.expose())
    }

    /// The account's name on any hub.
    #[must_use]
    pub fn account(&self) -> AccountId {
        AccountId::of(&self.ik().public())
    }

    /// The seed that own reader's keys come from.
    #[must_use]
    pub fn vault_seed(&self) -> Seed {
        Seed::from_bytes(self.own_seed.expose())
    }

    /// The seed that hedges weak randomness.
    #[must_use]
    pub fn hedge_seed(&self) -> Seed {
        Seed::from_bytes(self.hedge_seed.expose())
    }

    /// What is held of an audience.
    #[must_use]
    pub fn audience(&self, audience: &AudienceId) -> Option<&Keys> {
        self.audiences.get(&B64(audience.0))
    }

    /// Takes in everything of another version; what both have stays as it is here, but for what only grows, and for
    /// other clients' fields, of which the newer version's count.
    pub fn merge(&mut self, other: Self) {
        let newer = other.version >= self.version;
        self.version = self.version.max(other.version);
        self.hub_key = self.hub_key.or(other.hub_key);
        if newer {
            // Only the page changes names.
            self.name.clone_from(&other.name);
        }
        if other.bundle_seq > self.bundle_seq {
            (self.bundle_seq, self.bundle_until_ms) = (other.bundle_seq, other.bundle_until_ms);
        }
        for (account, seq) in other.contacts {
            let seen = self.contacts.entry(account).or_default();
            *seen = seq.max(*seen);
        }
        for (audience, keys) in other.audiences {
            match self.audiences.get_mut(&audience) {
                Some(held) => held.merge(keys, newer),
                None => drop(self.audiences.insert(audience, keys)),
            }
        }
        carry(&mut self.others, other.others, newer);
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
            left: false,
            cohorts: BTreeMap::new(),
            desks: BTreeMap::new(),
            links: BTreeMap::new(),
            readers: BTreeMap::new(),
            others: Others::new(),
        }
    }

    fn merge(&mut self, other: Self, newer: bool) {
        if other.seen.revision > self.seen.revision {
            self.seen = other.seen;
        }
        self.hosting_consented |= other.hosting_consented;
        self.left &= other.left;
        absorb(&mut self.cohorts, other.cohorts);
        absorb(&mut self.desks, other.desks);
        absorb(&mut self.readers, other.readers);
        for (link, seed) in other.links {
            let retired = seed.retired;
            self.links.entry(link).or_insert(seed).retired |= retired;
        }
        carry(&mut self.others, other.others, newer);
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

/// This client changes none of these, so what a newer version says of them is what their owner last did.
fn carry(held: &mut Others, other: Others, newer: bool) {
    for (field, value) in other {
        if newer || !held.contains_key(&field) {
            held.insert(field, value);
        }
    }
}

/// A document as an age file for the card.
pub(crate) fn seal_json(document: &impl Serialize, card: &LoginCard) -> Vec<u8> {
    let json = serde_json::to_vec(document).expect("our documents have text keys only");
    sealed::seal(&Zeroizing::new(json), card)
}

/// The document in an age file.
pub(crate) fn open_json<T: for<'de> Deserialize<'de>>(
    file: &[u8],
    card: &LoginCard,
) -> Result<T, VaultError> {
    serde_json::from_slice(&sealed::open(file, card)?).map_err(|_| VaultError::Damaged)
}

#[cfg(test)]
mod tests {
    use rand_chacha::{ChaCha20Rng, rand_core::SeedableRng};

    use super::*;

    fn rng() -> ChaCha20Rng {
        ChaCha20Rng::seed_from_u64(7)
    }

    #[test]
    fn it_opens_with_its_card_only_and_says_which_is_wrong() {
        let mut rng = rng();
        let card = LoginCard::random(&mut rng);
        let vault = Vault::random("http://hub.example", None, &mut rng);
        let mut file = vault.seal(&card);
        let opened = Vault::open(&file, &card).unwrap_or_else(|e| panic!("its own card: {e}"));
        assert_eq!(opened.account(), vault.account());
        let other = Vault::open(&file, &LoginCard::random(&mut rng)).err();
        assert_eq!(other, Some(VaultError::WrongCard));
        *file.last_mut().expect("bytes") ^= 1;
        assert_eq!(Vault::open(&file, &card).err(), Some(VaultError::Damaged));
    }

    #[test]
    fn what_other_clients_keep_is_carried_through_reading_merging_and_writing() {
        let mut rng = rng();
        let card = LoginCard::random(&mut rng);
        let audience = B64([1; 32]);
        let mut vault = Vault::random("http://hub.example", None, &mut rng);
        let pin = Pin { revision: 0, hash: B64([9; 32]) };
        vault.audiences.insert(audience, Keys::new("VII B".into(), pin));
        let written = |vault: &Vault, language: &str, colour: &str| {
            let mut document = serde_json::to_value(vault).expect("JSON");
            document["settings"] = serde_json::json!({ "language": language });
            document["audiences"][encode(audience.0)]["colour"] = colour.into();
            let file = seal_json(&document, &card);
            Vault::open(&file, &card).unwrap_or_else(|e| panic!("read: {e}"))
        };
        let mut here = written(&vault, "id", "red");
        vault.version += 1;
        let there = written(&vault, "en", "blue");
        let mut older = written(&vault, "su", "green");
        older.version = 0;
        older.others.insert("future".into(), 7.into());

        here.merge(there);
        here.merge(older);

        let again = Vault::open(&here.seal(&card), &card).unwrap_or_else(|e| panic!("read: {e}"));
        assert_eq!(again.others["settings"]["language"], "en", "as the newest has it");
        assert_eq!(again.others["future"], 7);
        assert_eq!(again.audiences[&audience].others["colour"], "blue");
    }

    #[test]
    fn two_versions_merge_to_all_of_both_and_overwrite_nothing() {
        let mut rng = rng();
        let pin = |revision| Pin { revision, hash: B64([9; 32]) };
        let (mut a, mut b) =
            (Vault::random("h", None, &mut rng), Vault::random("h", None, &mut rng));
        let (s, other) = (CohortSecret::random(&mut rng), CohortSecret::random(&mut rng));
        let mut mine = Keys::new("VII B".into(), pin(0));
        let key = mine.add_cohort(&s);
        a.audiences.insert(B64([1; 32]), mine);
        let mut theirs = Keys::new("another name".into(), pin(3));
        theirs.cohorts.insert(B64(*key.as_bytes()), Secret32::new(&other.to_bytes()));
        let added = theirs.add_cohort(&other);
        b.audiences.insert(B64([1; 32]), theirs);
        b.audiences.insert(B64([2; 32]), Keys::new("new".into(), pin(0)));
        (b.bundle_seq, b.version) = (4, 9);
        b.name = Some("Rina".into());

        a.merge(b);

        let keys = &a.audiences[&B64([1; 32])];
        assert_eq!((keys.label.as_str(), keys.seen.revision), ("VII B", 3));
        assert_eq!(keys.cohort(&key).map(|s| s.public()), Some(key), "not overwritten");
        assert!(keys.cohort(&added).is_some() && a.audiences.contains_key(&B64([2; 32])));
        assert_eq!((a.bundle_seq, a.version), (4, 9));
        assert_eq!(a.name.as_deref(), Some("Rina"), "changed on another device");
    }
}
