//! The message secret `m`, the capsule `E` that commits to it, and what is derived from both.

use chacha20poly1305::{ChaCha20Poly1305, KeyInit};
use curve25519_dalek::{RistrettoPoint, scalar::Scalar};
use subtle::ConstantTimeEq;
use zeroize::{Zeroize, ZeroizeOnDrop, Zeroizing};

use super::Tbs;
use crate::primitives::{hash_to_scalar, kdf, point, scalar, sha256};

/// `m`: opens one post and proves what was sent in it; permalinks and abuse reports disclose it.
#[derive(ZeroizeOnDrop)]
pub struct MessageSecret(Zeroizing<[u8; 32]>);

impl MessageSecret {
    /// The secret of these bytes.
    #[must_use]
    pub fn from_bytes(m: &[u8; 32]) -> Self {
        Self(Zeroizing::new(*m))
    }

    /// The bytes, to keep or disclose.
    #[must_use]
    pub fn expose(&self) -> &[u8; 32] {
        &self.0
    }

    /// `m`, hedged: unpredictable while either the salt or the account's seed is.
    pub(super) fn derive(salt: &[u8; 32], hedge: &[u8], h0: &[u8; 32], payload: &[u8]) -> Self {
        Self(kdf(Some(salt), hedge, "message", &[*h0, sha256(payload)].concat()))
    }

    /// `e`; `None` on zero, on which the spec aborts.
    pub(super) fn exponent(&self, h0: &[u8; 32]) -> Option<Scalar> {
        hash_to_scalar("capsule", Zeroizing::new([*self.0, *h0].concat()).as_slice())
    }

    /// Whether the capsule of `tbs` commits to this secret: `Scalar("capsule", m ‖ h0)·G = E`.
    #[must_use]
    pub fn opens(&self, tbs: &Tbs) -> bool {
        self.exponent(&tbs.header.hash()).is_some_and(|mut e| {
            let capsule = RistrettoPoint::mul_base(&e).compress();
            e.zeroize();
            capsule.as_bytes().ct_eq(&tbs.capsule).into()
        })
    }

    /// `m ⊕ mask`: makes a wrap of the secret.
    pub(super) fn wrap(&self, mask: &[u8; 32]) -> [u8; 32] {
        core::array::from_fn(|i| self.0[i] ^ mask[i])
    }

    /// `w ⊕ mask`: makes the secret of a wrap.
    pub(super) fn unwrap(w: &[u8; 32], mask: &[u8; 32]) -> Self {
        Self(Zeroizing::new(core::array::from_fn(|i| w[i] ^ mask[i])))
    }

    /// The AEAD that seals the body; every post has its own key, so the nonce is zero.
    pub(super) fn body_cipher(&self, h0: &[u8; 32], capsule: &[u8; 32]) -> ChaCha20Poly1305 {
        let key = kdf::<32>(None, self.0.as_slice(), "body", &[*h0, *capsule].concat());
        ChaCha20Poly1305::new((&*key).into())
    }
}

/// `KDF(-, encode(P), "wrap", h0 ‖ E ‖ S_i, 32)` for `P = e·S_i`.
pub(super) fn mask(
    p: &RistrettoPoint,
    h0: &[u8; 32],
    capsule: &[u8; 32],
    cohort: &[u8; 32],
) -> Zeroizing<[u8; 32]> {
    let encoded = Zeroizing::new(p.compress().to_bytes());
    kdf(None, encoded.as_slice(), "wrap", &[*h0, *capsule, *cohort].concat())
}

/// `Scalar("proof", h0 ‖ E ‖ A ‖ W)`.
pub(super) fn challenge(
    h0: &[u8; 32],
    capsule: &[u8; 32],
    commitment: &[u8; 32],
    wraps_hash: &[u8; 32],
) -> Option<Scalar> {
    hash_to_scalar("proof", &[*h0, *capsule, *commitment, *wraps_hash].concat())
}

/// `E`, if the author proves to know its exponent: `z·G = A + Scalar("proof", …)·E`, all canonical
/// and neither point the identity.
pub(super) fn proven_capsule(tbs: &Tbs) -> Option<RistrettoPoint> {
    let e = point(&tbs.capsule).ok()?;
    let a = point(&tbs.commitment).ok()?;
    let z = scalar(&tbs.response).ok()?;
    let c = challenge(&tbs.header.hash(), &tbs.capsule, &tbs.commitment, &tbs.wraps_hash)?;
    (RistrettoPoint::vartime_double_scalar_mul_basepoint(&-c, &e, &z) == a).then_some(e)
}
