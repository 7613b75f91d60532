//! Names of things: 32-byte hashes and keys, each its own type so that none is taken for another.

/// Defines a public 32-byte name with the conversions every one of them has.
macro_rules! id32 {
    ($(#[$doc:meta])* $name:ident) => {
        $(#[$doc])*
        #[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
        pub struct $name(pub [u8; 32]);

        impl $name {
            /// 32 zero bytes, the spec's "none".
            pub const ZERO: Self = Self([0; 32]);

            /// The bytes.
            #[must_use]
            pub const fn as_bytes(&self) -> &[u8; 32] {
                &self.0
            }

            /// Whether this is the spec's "none".
            #[must_use]
            pub fn is_zero(&self) -> bool {
                *self == Self::ZERO
            }
        }

        impl core::fmt::Debug for $name {
            fn fmt(&self, f: &mut core::fmt::Formatter<'_>) -> core::fmt::Result {
                f.write_str(concat!(stringify!($name), "("))?;
                for byte in &self.0[..6] {
                    write!(f, "{byte:02x}")?;
                }
                f.write_str("…)")
            }
        }

        impl From<[u8; 32]> for $name {
            fn from(bytes: [u8; 32]) -> Self {
                Self(bytes)
            }
        }

        impl AsRef<[u8]> for $name {
            fn as_ref(&self) -> &[u8] {
                &self.0
            }
        }
    };
}

id32!(
    /// An account: `H("account", ik)` (section 2).
    AccountId
);
id32!(
    /// An audience: `H("genesis", Genesis)`, self-certifying (section 3).
    AudienceId
);
id32!(
    /// A charter: `H("charter", Charter)` (section 3).
    CharterHash
);
id32!(
    /// A post: `H("post", tbs)` (section 5); zero where a post is meant and there is none.
    PostId
);
id32!(
    /// A letter: `H("letter-id", …)` (section 7).
    LetterId
);
id32!(
    /// An Ed25519 identity key `ik` as it travels; whether it is a valid key shows when it verifies.
    IdentityKey
);
id32!(
    /// An X25519 public key as it travels: `xk`, `ek`, a desk or a batch's `X`.
    ExchangeKey
);

impl AccountId {
    /// The account that owns `ik`.
    #[must_use]
    pub fn of(ik: &IdentityKey) -> Self {
        Self(crate::primitives::hash("account", &ik.0))
    }
}

/// A sender's chain of posts: 16 random bytes per installed client (section 5).
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct ChainId(pub [u8; 16]);
