//! Delegation tokens: how `t` comes to the hub and `d` to the member, with `t·d = s` (section 4).
//!
//! No function here gives one party what another must not have: the hub's take no `s`, `d` or seed,
//! the member's no `s`, and the publisher's devices keep nothing after a batch.

use curve25519_dalek::scalar::Scalar;
use rand_core::CryptoRng;
use zeroize::{Zeroize, Zeroizing};

use crate::ids::{AccountId, AudienceId, ExchangeKey};
use crate::keys::{CohortKey, CohortSecret, Delta, Deposit, LinkScalar, ReaderKey, Token};
use crate::primitives::{ExchangeSecret, IdentitySecret, Seed, hash_to_scalar, kdf};

/// A key agreement or scalar came out as zero, which happens only with a key made for it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Degenerate;

impl core::fmt::Display for Degenerate {
    fn fmt(&self, f: &mut core::fmt::Formatter<'_>) -> core::fmt::Result {
        f.write_str("a key is of a kind that would give away what it protects")
    }
}

impl core::error::Error for Degenerate {}

/// A publisher's fresh X25519 pair `(x, X)` for one batch of enrolments; drop it after uploading.
pub struct Batch {
    x: ExchangeSecret,
    public: ExchangeKey,
}

impl Batch {
    /// A fresh pair.
    #[must_use]
    pub fn random(rng: &mut impl CryptoRng) -> Self {
        Self::from_secret(ExchangeSecret::random(rng))
    }

    /// The batch of this `x`, which must be fresh.
    #[must_use]
    pub fn from_secret(x: ExchangeSecret) -> Self {
        Self { public: x.public(), x }
    }

    /// `X`, which the hub keeps beside each token of the batch.
    #[must_use]
    pub const fn public(&self) -> ExchangeKey {
        self.public
    }

    /// `t` for each member of one cohort, in their order, with a single inversion for all.
    ///
    /// A member whose `ek` is degenerate gets an error in its place and spoils nobody else's. The
    /// caller has checked each bundle and who admitted the account: see section 4.
    #[must_use]
    pub fn enrol(
        &self,
        audience: &AudienceId,
        s: &CohortSecret,
        members: &[(AccountId, ExchangeKey)],
    ) -> Vec<Result<Token, Degenerate>> {
        let cohort = s.public();
        // The keys lie in one list that is erased, and nowhere else: a list of results would keep
        // copies of those moved out of it. One in the place of a missing d keeps the product of all
        // of them invertible.
        let mut keys = Zeroizing::new(Vec::with_capacity(members.len()));
        let enrol = |(account, ek): &(AccountId, ExchangeKey)| {
            let ss = self.x.agree(ek).ok_or(Degenerate);
            let d =
                ss.and_then(|ss| token_scalar(&ss, audience, &cohort, &self.public, ek, account));
            keys.push(d.as_ref().map_or(Scalar::ONE, |d| d.0));
            d.map(drop)
        };
        let enrolled: Vec<_> = members.iter().map(enrol).collect();
        Scalar::invert_batch_alloc(&mut keys).zeroize();
        let token =
            |(member, inverse): (Result<(), _>, &Scalar)| member.map(|()| Token(s.0 * inverse));
        enrolled.into_iter().zip(keys.iter()).map(token).collect()
    }
}

/// The member's side of [`Batch::enrol`]: `d` from its enrolment secret and the slot's `X`.
pub fn reader_key(
    ek: &ExchangeSecret,
    batch: &ExchangeKey,
    audience: &AudienceId,
    cohort: &CohortKey,
    account: &AccountId,
) -> Result<ReaderKey, Degenerate> {
    let ss = ek.agree(batch).ok_or(Degenerate)?;
    token_scalar(&ss, audience, cohort, batch, &ek.public(), account)
}

/// `Scalar("token", ss ‖ audience ‖ S ‖ X ‖ ek ‖ account)`.
fn token_scalar(
    ss: &[u8; 32],
    audience: &AudienceId,
    cohort: &CohortKey,
    batch: &ExchangeKey,
    ek: &ExchangeKey,
    account: &AccountId,
) -> Result<ReaderKey, Degenerate> {
    let mut input = Zeroizing::new([0; 6 * 32]);
    let fields = [ss, audience.as_bytes(), cohort.as_bytes(), &batch.0, &ek.0, account.as_bytes()];
    for (place, field) in input.chunks_exact_mut(32).zip(fields) {
        place.copy_from_slice(field);
    }
    hash_to_scalar("token", input.as_slice()).map(ReaderKey).ok_or(Degenerate)
}

/// A link's signing key: the secret is `KDF(-, seed, "link-sign", audience, 32)`.
#[must_use]
pub fn link_key(seed: &Seed, audience: &AudienceId) -> IdentitySecret {
    IdentitySecret::from_bytes(&kdf(None, seed.expose(), "link-sign", audience.as_bytes()))
}

/// `d_link = Scalar("link", seed ‖ audience ‖ S)`: an open link's share for one cohort.
pub fn link_scalar(
    seed: &Seed,
    audience: &AudienceId,
    cohort: &CohortKey,
) -> Result<LinkScalar, Degenerate> {
    let input = Zeroizing::new([*seed.expose(), audience.0, *cohort.as_bytes()]);
    hash_to_scalar("link", input.as_flattened()).map(LinkScalar).ok_or(Degenerate)
}

/// `t_link = s·d_link⁻¹`: what a publisher deposits for an open link and one cohort it may fill.
#[must_use]
pub fn deposit(s: &CohortSecret, d_link: &LinkScalar) -> Deposit {
    let inverse = Zeroizing::new(d_link.0.invert());
    Deposit(s.0 * *inverse)
}

/// `d = Scalar("self", KDF(-, vault seed, "self", audience ‖ S, 64))`: the joiner's own.
pub fn own_reader_key(
    vault_seed: &Seed,
    audience: &AudienceId,
    cohort: &CohortKey,
) -> Result<ReaderKey, Degenerate> {
    let context = [audience.0, *cohort.as_bytes()];
    let wide = kdf::<64>(None, vault_seed.expose(), "self", context.as_flattened());
    hash_to_scalar("self", wide.as_slice()).map(ReaderKey).ok_or(Degenerate)
}

/// `δ = d_link·d⁻¹`: what the joiner tells the hub, which learns neither factor from it.
#[must_use]
pub fn delta(d_link: &LinkScalar, d: &ReaderKey) -> Delta {
    let inverse = Zeroizing::new(d.0.invert());
    Delta(d_link.0 * *inverse)
}

/// `t = t_link·δ = s·d⁻¹`: the hub makes the joiner's token from a deposit.
#[must_use]
pub fn token_from_link(t_link: &Deposit, delta: &Delta) -> Token {
    Token(t_link.0 * delta.0)
}
