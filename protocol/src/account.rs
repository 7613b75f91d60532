//! Accounts: three key pairs, the signed bundle that publishes them, and logging in (section 2).
//!
//! A [`KeyBundle`] that exists keeps the rules of section 2; who owns it is known once it verifies.

use rand_core::CryptoRng;

use crate::bytes::{Malformed, Reader, Writer};
use crate::ids::{AccountId, ExchangeKey, IdentityKey};
use crate::primitives::{BadSignature, ExchangeSecret, IdentitySecret, verify};

/// The longest a bundle is valid: 90 days, in milliseconds.
pub const BUNDLE_MAX_MS: u64 = 90 * 24 * 60 * 60 * 1000;

/// The public keys of an account for a while, `KeyBundle` in the spec.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct KeyBundle {
    seq: u64,
    ik: IdentityKey,
    xk: ExchangeKey,
    ek: ExchangeKey,
    not_before_ms: u64,
    not_after_ms: u64,
}

impl KeyBundle {
    /// The bundle number `seq` (from 1), valid from `not_before_ms` until before `not_after_ms`.
    ///
    /// Refuses `seq` 0, an empty validity and one longer than [`BUNDLE_MAX_MS`].
    pub fn new(
        seq: u64,
        ik: IdentityKey,
        xk: ExchangeKey,
        ek: ExchangeKey,
        not_before_ms: u64,
        not_after_ms: u64,
    ) -> Result<Self, Malformed> {
        let long = not_after_ms.checked_sub(not_before_ms).ok_or(Malformed::Value)?;
        if seq == 0 || long == 0 || long > BUNDLE_MAX_MS {
            return Err(Malformed::Value);
        }
        Ok(Self { seq, ik, xk, ek, not_before_ms, not_after_ms })
    }

    /// Reads the 122 bytes of a bundle, by the rules of [`KeyBundle::new`].
    pub fn parse(bytes: &[u8]) -> Result<Self, Malformed> {
        let mut r = Reader::new(bytes);
        r.version()?;
        let seq = r.u64()?;
        let (ik, xk, ek) = (r.array()?.into(), r.array()?.into(), r.array()?.into());
        let (not_before_ms, not_after_ms) = (r.u64()?, r.u64()?);
        r.finish()?;
        Self::new(seq, ik, xk, ek, not_before_ms, not_after_ms)
    }

    /// The 122 bytes.
    #[must_use]
    pub fn encode(&self) -> Vec<u8> {
        Writer::with_capacity(122)
            .u16(crate::VERSION)
            .u64(self.seq)
            .put(self.ik.as_bytes())
            .put(self.xk.as_bytes())
            .put(self.ek.as_bytes())
            .u64(self.not_before_ms)
            .u64(self.not_after_ms)
            .done()
    }

    /// `Sign(ik, "key-bundle", KeyBundle)`; only the secret of this bundle's `ik` makes one that verifies.
    #[must_use]
    pub fn sign(self, ik: &IdentitySecret) -> SignedBundle {
        SignedBundle { bundle: self, signature: ik.sign("key-bundle", &self.encode()) }
    }

    /// The number of this bundle; a hub accepts exactly the next one.
    #[must_use]
    pub const fn seq(&self) -> u64 {
        self.seq
    }

    /// The account that owns it.
    #[must_use]
    pub fn account(&self) -> AccountId {
        AccountId::of(&self.ik)
    }

    /// The identity key, which signs.
    #[must_use]
    pub const fn ik(&self) -> IdentityKey {
        self.ik
    }

    /// The key letters are sealed to (section 7).
    #[must_use]
    pub const fn xk(&self) -> ExchangeKey {
        self.xk
    }

    /// The enrolment key (section 4).
    #[must_use]
    pub const fn ek(&self) -> ExchangeKey {
        self.ek
    }

    /// The first valid millisecond.
    #[must_use]
    pub const fn not_before_ms(&self) -> u64 {
        self.not_before_ms
    }

    /// The first millisecond no longer valid.
    #[must_use]
    pub const fn not_after_ms(&self) -> u64 {
        self.not_after_ms
    }

    /// Whether the bundle is valid at `ms`.
    #[must_use]
    pub fn valid_at(&self, ms: u64) -> bool {
        (self.not_before_ms..self.not_after_ms).contains(&ms)
    }
}

/// A bundle with the signature it travels with.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct SignedBundle {
    /// The bundle.
    pub bundle: KeyBundle,
    /// `Sign(ik, "key-bundle", KeyBundle)`.
    pub signature: [u8; 64],
}

impl SignedBundle {
    /// Whether the bundle's own `ik` signed it.
    pub fn verify(&self) -> Result<(), BadSignature> {
        verify(&self.bundle.ik, "key-bundle", &self.bundle.encode(), &self.signature)
    }
}

/// The three secret keys of an account; they live in its vault and nowhere else.
pub struct AccountSecrets {
    /// Ed25519: signs for the account.
    pub ik: IdentitySecret,
    /// X25519: opens letters.
    pub xk: ExchangeSecret,
    /// X25519: recovers reader's keys from tokens made by a publisher.
    pub ek: ExchangeSecret,
}

impl AccountSecrets {
    /// A new account.
    #[must_use]
    pub fn random(rng: &mut impl CryptoRng) -> Self {
        Self {
            ik: IdentitySecret::random(rng),
            xk: ExchangeSecret::random(rng),
            ek: ExchangeSecret::random(rng),
        }
    }

    /// The account these keys own.
    #[must_use]
    pub fn account(&self) -> AccountId {
        AccountId::of(&self.ik.public())
    }

    /// The signed bundle of these keys, by the rules of [`KeyBundle::new`].
    pub fn bundle(
        &self,
        seq: u64,
        not_before_ms: u64,
        not_after_ms: u64,
    ) -> Result<SignedBundle, Malformed> {
        let (ik, xk, ek) = (self.ik.public(), self.xk.public(), self.ek.public());
        Ok(KeyBundle::new(seq, ik, xk, ek, not_before_ms, not_after_ms)?.sign(&self.ik))
    }
}

/// Where a hub lives, as RFC 6454 serialises it in ASCII: `https://hub.example`.
///
/// A client takes it from the address it is connected to, never from what it received: so a login
/// at one hub is worth nothing at another.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Origin(String);

impl Origin {
    /// Reads scheme, host and port; refuses a path, user, capital or anything beyond 255 ASCII bytes.
    pub fn parse(text: &str) -> Result<Self, Malformed> {
        let host = text
            .strip_prefix("https://")
            .or_else(|| text.strip_prefix("http://"))
            .ok_or(Malformed::Value)?;
        let plain = |b: u8| b.is_ascii_lowercase() || b.is_ascii_digit() || b"-._:[]".contains(&b);
        if host.is_empty() || text.len() > 255 || !host.bytes().all(plain) {
            return Err(Malformed::Value);
        }
        Ok(Self(text.to_owned()))
    }

    /// The text.
    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

/// What is signed to log in: `op8(origin) ‖ challenge`.
#[must_use]
pub fn login_message(origin: &Origin, challenge: &[u8; 32]) -> Vec<u8> {
    Writer::default().op8(origin.0.as_bytes()).put(challenge).done()
}

/// `Sign(ik, "login", …)`: answers a hub's challenge, which is good once and for two minutes.
#[must_use]
pub fn sign_login(ik: &IdentitySecret, origin: &Origin, challenge: &[u8; 32]) -> [u8; 64] {
    ik.sign("login", &login_message(origin, challenge))
}

/// Whether `ik` answered this challenge for this hub.
pub fn verify_login(
    ik: &IdentityKey,
    origin: &Origin,
    challenge: &[u8; 32],
    signature: &[u8; 64],
) -> Result<(), BadSignature> {
    verify(ik, "login", &login_message(origin, challenge), signature)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_bundle_is_numbered_from_one_and_valid_for_at_most_90_days() {
        let bundle = |seq, from, until| {
            let (ik, key) = (IdentityKey([1; 32]), ExchangeKey([2; 32]));
            KeyBundle::new(seq, ik, key, key, from, until)
        };
        assert!(bundle(0, 5, 6).is_err());
        assert!(bundle(1, 5, 5).is_err());
        assert!(bundle(1, 6, 5).is_err());
        assert!(bundle(1, 5, 6 + BUNDLE_MAX_MS).is_err());
        let longest = bundle(1, 5, 5 + BUNDLE_MAX_MS).expect("a bundle");
        let valid = [4, 5, 4 + BUNDLE_MAX_MS, 5 + BUNDLE_MAX_MS].map(|ms| longest.valid_at(ms));
        assert_eq!(valid, [false, true, true, false]);
    }
}
