//! The scalars and points of blind fan-out: cohort keys `s`, `S`, tokens `t` and readers' keys `d`.
//!
//! For every member `t·d = s` (mod ℓ). The hub holds `t`, the member `d`, publishers `s`; none of
//! these types can be printed, and each is erased when dropped.

use curve25519_dalek::{RistrettoPoint, scalar::Scalar};
use rand_core::CryptoRng;
use zeroize::{Zeroize, ZeroizeOnDrop, Zeroizing};

use crate::bytes::Malformed;
use crate::primitives::{point, random_scalar, scalar};

/// Defines a secret scalar, never zero.
macro_rules! secret_scalar {
    ($(#[$doc:meta])* $name:ident) => {
        $(#[$doc])*
        #[derive(ZeroizeOnDrop)]
        pub struct $name(pub(crate) Scalar);

        impl $name {
            /// Reads 32 bytes little-endian; refuses zero and anything not below ℓ.
            pub fn from_bytes(b: &[u8; 32]) -> Result<Self, Malformed> {
                scalar(b).map(Self)
            }

            /// The 32 secret bytes, little-endian.
            #[must_use]
            pub fn to_bytes(&self) -> Zeroizing<[u8; 32]> {
                Zeroizing::new(self.0.to_bytes())
            }
        }
    };
}

secret_scalar!(
    /// `s`: opens every post to a cohort; only publishers hold it (section 3).
    CohortSecret
);
secret_scalar!(
    /// `t`: lets the hub turn a capsule into the member's own; useless for reading (section 4).
    Token
);
secret_scalar!(
    /// `d`: what a member alone knows, and opens its own slot with (section 4).
    ReaderKey
);
secret_scalar!(
    /// `d_link`: an open link's share for one cohort, from the link's seed (section 4).
    LinkScalar
);
secret_scalar!(
    /// `t_link`: what a publisher leaves with the hub for an open link; useless for reading (section 4).
    Deposit
);
secret_scalar!(
    /// `δ`: what turns a deposit into a joiner's token; with the link's seed it gives `d` (section 4).
    Delta
);

impl CohortSecret {
    /// A fresh `s`.
    #[must_use]
    pub fn random(rng: &mut impl CryptoRng) -> Self {
        Self(random_scalar(rng))
    }

    /// `S = s·G`.
    #[must_use]
    pub fn public(&self) -> CohortKey {
        CohortKey::of(RistrettoPoint::mul_base(&self.0))
    }

    /// `t = s·d⁻¹`.
    #[must_use]
    pub fn token_for(&self, d: &ReaderKey) -> Token {
        let mut inverse = d.0.invert();
        let token = Token(self.0 * inverse);
        inverse.zeroize();
        token
    }
}

/// `S`: a cohort's public key, canonical and not the identity.
#[derive(Clone, Copy)]
pub struct CohortKey {
    bytes: [u8; 32],
    point: RistrettoPoint,
}

impl CohortKey {
    /// Decodes 32 bytes; refuses what is not canonical and the identity.
    pub fn from_bytes(bytes: &[u8; 32]) -> Result<Self, Malformed> {
        Ok(Self { bytes: *bytes, point: point(bytes)? })
    }

    /// The key of a point that is not the identity.
    pub(crate) fn of(point: RistrettoPoint) -> Self {
        Self { bytes: point.compress().to_bytes(), point }
    }

    /// The encoding.
    #[must_use]
    pub const fn as_bytes(&self) -> &[u8; 32] {
        &self.bytes
    }

    /// The point.
    #[must_use]
    pub const fn point(&self) -> &RistrettoPoint {
        &self.point
    }
}

impl PartialEq for CohortKey {
    fn eq(&self, other: &Self) -> bool {
        self.bytes == other.bytes
    }
}

impl Eq for CohortKey {}

impl core::fmt::Debug for CohortKey {
    fn fmt(&self, f: &mut core::fmt::Formatter<'_>) -> core::fmt::Result {
        write!(f, "CohortKey({:02x}{:02x}{:02x}…)", self.bytes[0], self.bytes[1], self.bytes[2])
    }
}
