//! The hash, key derivation, signature and group operations of section 1, each under its label.
//!
//! Every use of a key or hash is separated by a label framed with lengths, so that no input of one
//! operation can be taken for an input of another.

use curve25519_dalek::{
    ristretto::{CompressedRistretto, RistrettoPoint},
    scalar::Scalar,
    traits::Identity,
};
use ed25519_dalek::{Signature, Signer, SigningKey, VerifyingKey};
use hkdf::Hkdf;
use rand_core::CryptoRng;
use sha2::{Digest, Sha256, Sha512};
use zeroize::{Zeroize, ZeroizeOnDrop, Zeroizing};

use crate::bytes::{Malformed, Writer};
use crate::ids::{ExchangeKey, IdentityKey};

/// A signature that is not the signer's, or not one at all.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct BadSignature;

impl core::fmt::Display for BadSignature {
    fn fmt(&self, f: &mut core::fmt::Formatter<'_>) -> core::fmt::Result {
        f.write_str("the signature does not verify")
    }
}

impl core::error::Error for BadSignature {}

/// `Label(L)`: the ASCII bytes of `"kentongan/v1 " + L`.
fn label(name: &str) -> Vec<u8> {
    [b"kentongan/v1 ", name.as_bytes()].concat()
}

/// `Framed(L, x)`: the label with its length, then `x` with its length.
#[must_use]
pub fn framed(name: &str, x: &[u8]) -> Vec<u8> {
    Writer::with_capacity(24 + name.len() + x.len()).op8(&label(name)).op32(x).done()
}

/// `H(L, x)`: SHA-256 of `Framed(L, x)`.
#[must_use]
pub fn hash(name: &str, x: &[u8]) -> [u8; 32] {
    // A link's fragment, with its seed, is hashed too.
    sha256(&Zeroizing::new(framed(name, x)))
}

/// SHA-256, where the spec asks for it without a label.
#[must_use]
pub fn sha256(x: &[u8]) -> [u8; 32] {
    Sha256::digest(x).into()
}

/// `KDF(salt, ikm, L, ctx, N)`: HKDF-SHA-256 over `Framed(L, ctx) ‖ u16(N)`; no salt is 32 zero bytes.
#[must_use]
pub fn kdf<const N: usize>(
    salt: Option<&[u8; 32]>,
    ikm: &[u8],
    name: &str,
    ctx: &[u8],
) -> Zeroizing<[u8; N]> {
    let length = u16::try_from(N).expect("outputs are a few dozen bytes");
    let info = [framed(name, ctx).as_slice(), &length.to_be_bytes()].concat();
    let mut out = Zeroizing::new([0; N]);
    Hkdf::<Sha256>::new(Some(salt.unwrap_or(&[0; 32])), ikm)
        .expand(&info, out.as_mut())
        .expect("outputs are far below HKDF's 8160 bytes");
    out
}

/// `Scalar(L, x)`: `HashToScalar` of RFC 9497 for ristretto255-SHA512 with `DST = Label(L)`.
///
/// `None` where the result is zero, on which the spec aborts; it has probability 2⁻²⁵².
#[must_use]
pub fn hash_to_scalar(name: &str, x: &[u8]) -> Option<Scalar> {
    hash_to_scalar_raw(&label(name), x)
}

/// `HashToScalar` under a tag that is no label, at most 255 bytes: for published vectors only.
#[must_use]
pub fn hash_to_scalar_raw(dst: &[u8], x: &[u8]) -> Option<Scalar> {
    nonzero(Scalar::from_bytes_mod_order_wide(&expand_message_xmd(x, dst)))
}

/// `expand_message_xmd` of RFC 9380 section 5.3.1 with SHA-512 and 64 bytes of output.
///
/// One block of output is one SHA-512 digest, so `b_1` is the whole result.
fn expand_message_xmd(x: &[u8], dst: &[u8]) -> Zeroizing<[u8; 64]> {
    let dst_len = [u8::try_from(dst.len()).expect("labels are short")];
    let mut b0 = Sha512::new()
        .chain_update([0; 128])
        .chain_update(x)
        .chain_update([0, 64, 0])
        .chain_update(dst)
        .chain_update(dst_len)
        .finalize();
    let b1 = Sha512::new()
        .chain_update(b0)
        .chain_update([1])
        .chain_update(dst)
        .chain_update(dst_len)
        .finalize();
    b0.as_mut_slice().zeroize();
    Zeroizing::new(b1.into())
}

fn nonzero(s: Scalar) -> Option<Scalar> {
    (s != Scalar::ZERO).then_some(s)
}

/// `point(b)`: a canonical ristretto255 encoding that is not the identity.
pub fn point(b: &[u8; 32]) -> Result<RistrettoPoint, Malformed> {
    CompressedRistretto(*b)
        .decompress()
        .filter(|p| *p != RistrettoPoint::identity())
        .ok_or(Malformed::Value)
}

/// `scalar(b)`: 32 bytes little-endian, below ℓ and not zero.
pub fn scalar(b: &[u8; 32]) -> Result<Scalar, Malformed> {
    Option::<Scalar>::from(Scalar::from_canonical_bytes(*b))
        .and_then(nonzero)
        .ok_or(Malformed::Value)
}

/// A scalar drawn uniformly from `rng`, never zero.
#[must_use]
pub fn random_scalar(rng: &mut impl CryptoRng) -> Scalar {
    loop {
        let mut wide = Zeroizing::new([0; 64]);
        rng.fill_bytes(wide.as_mut());
        if let Some(s) = nonzero(Scalar::from_bytes_mod_order_wide(&wide)) {
            return s;
        }
    }
}

/// `Verify(pk, L, x, sig)`: strict, as one implementation of every client and hub must agree on it.
///
/// S < ℓ, A and R canonical and not of small order, the cofactorless equation.
pub fn verify(pk: &IdentityKey, name: &str, x: &[u8], sig: &[u8; 64]) -> Result<(), BadSignature> {
    verify_raw(pk.as_bytes(), &framed(name, x), sig)
}

/// `Verify` over bytes without a label: for published vectors only, nothing of this protocol is
/// signed without one.
pub fn verify_raw(pk: &[u8; 32], message: &[u8], sig: &[u8; 64]) -> Result<(), BadSignature> {
    let key = VerifyingKey::from_bytes(pk).map_err(|_| BadSignature)?;
    // dalek accepts a non-canonical A; `Verify` does not. R is compared as bytes, so it is canonical.
    if key.to_edwards().compress().as_bytes() != pk {
        return Err(BadSignature);
    }
    key.verify_strict(message, &Signature::from_bytes(sig)).map_err(|_| BadSignature)
}

/// An Ed25519 secret key: an account's identity, a link's, or a hub's.
#[derive(ZeroizeOnDrop)]
pub struct IdentitySecret(SigningKey);

impl IdentitySecret {
    /// A fresh key.
    #[must_use]
    pub fn random(rng: &mut impl CryptoRng) -> Self {
        let mut seed = Zeroizing::new([0; 32]);
        rng.fill_bytes(seed.as_mut());
        Self::from_bytes(&seed)
    }

    /// The key of these 32 secret bytes (RFC 8032's seed).
    #[must_use]
    pub fn from_bytes(seed: &[u8; 32]) -> Self {
        Self(SigningKey::from_bytes(seed))
    }

    /// The 32 secret bytes, for the vault.
    #[must_use]
    pub fn to_bytes(&self) -> Zeroizing<[u8; 32]> {
        Zeroizing::new(self.0.to_bytes())
    }

    /// The public key `ik`.
    #[must_use]
    pub fn public(&self) -> IdentityKey {
        IdentityKey(self.0.verifying_key().to_bytes())
    }

    /// `Sign(sk, L, x)`: Ed25519 over `Framed(L, x)`.
    #[must_use]
    pub fn sign(&self, name: &str, x: &[u8]) -> [u8; 64] {
        self.0.sign(&framed(name, x)).to_bytes()
    }
}

/// An X25519 secret key: `xk`, `ek`, a desk's or a batch's `x`.
#[derive(ZeroizeOnDrop)]
pub struct ExchangeSecret(Zeroizing<[u8; 32]>);

impl ExchangeSecret {
    /// A fresh key.
    #[must_use]
    pub fn random(rng: &mut impl CryptoRng) -> Self {
        let mut secret = Zeroizing::new([0; 32]);
        rng.fill_bytes(secret.as_mut());
        Self(secret)
    }

    /// The key of these 32 secret bytes; they are clamped when used, as RFC 7748 says.
    #[must_use]
    pub fn from_bytes(secret: &[u8; 32]) -> Self {
        Self(Zeroizing::new(*secret))
    }

    /// The 32 secret bytes, for the vault.
    #[must_use]
    pub fn to_bytes(&self) -> Zeroizing<[u8; 32]> {
        self.0.clone()
    }

    /// The public key.
    #[must_use]
    pub fn public(&self) -> ExchangeKey {
        ExchangeKey(x25519_dalek::x25519(*self.0, x25519_dalek::X25519_BASEPOINT_BYTES))
    }

    /// `X25519(self, peer)`; `None` on an all-zero result, on which the spec aborts.
    #[must_use]
    pub fn agree(&self, peer: &ExchangeKey) -> Option<Zeroizing<[u8; 32]>> {
        let shared = Zeroizing::new(x25519_dalek::x25519(*self.0, peer.0));
        (!bool::from(subtle::ConstantTimeEq::ct_eq(shared.as_slice(), &[0; 32]))).then_some(shared)
    }
}

/// 32 random bytes kept in the vault, called *seed* in the spec.
#[derive(ZeroizeOnDrop)]
pub struct Seed(Zeroizing<[u8; 32]>);

impl Seed {
    /// A fresh seed.
    #[must_use]
    pub fn random(rng: &mut impl CryptoRng) -> Self {
        let mut seed = Zeroizing::new([0; 32]);
        rng.fill_bytes(seed.as_mut());
        Self(seed)
    }

    /// The seed of these bytes.
    #[must_use]
    pub fn from_bytes(seed: &[u8; 32]) -> Self {
        Self(Zeroizing::new(*seed))
    }

    /// The bytes, for the vault and for derivations.
    #[must_use]
    pub fn expose(&self) -> &[u8; 32] {
        &self.0
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn erases_itself<T: ZeroizeOnDrop>() {}

    /// Which is a matter of features: that this compiles is the test.
    #[test]
    fn what_secrets_pass_through_erases_itself() {
        erases_itself::<Sha256>();
        erases_itself::<Sha512>();
        erases_itself::<SigningKey>();
        erases_itself::<chacha20poly1305::ChaCha20Poly1305>();
    }
}
