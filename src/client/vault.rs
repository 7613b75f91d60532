//! The vault: an account's secrets as a JSON document with its version, sealed to the login card (protocol section 2).
//!
//! Invariant: nothing in it is ever overwritten by something else of the same name; two versions merge to all of both.

mod keys;
mod secret;

use std::collections::BTreeMap;

use kentongan_protocol::account::AccountSecrets;
use kentongan_protocol::card::LoginCard;
use kentongan_protocol::ids::{AccountId, AudienceId};
use kentongan_protocol::primitives::{ExchangeSecret, IdentitySecret, Seed};
use kentongan_protocol::vault::{self as sealed, VaultError};
use rand_core::CryptoRng;
use serde::{Deserialize, Serialize};
use zeroize::Zeroizing;

pub use keys::{Keys, LinkSeed, Pin, Reader};
pub use secret::Secret32;

use crate::base64url::B64;

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
    use kentongan_protocol::keys::CohortSecret;
    use rand_chacha::{ChaCha20Rng, rand_core::SeedableRng};

    use super::*;
    use crate::base64url::encode;

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
