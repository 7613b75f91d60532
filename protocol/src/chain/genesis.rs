//! Genesis: the bytes whose hash names an audience, and the keys that may begin it (section 3).
//!
//! Whoever knows the name can check the first charter against it: nobody has to vouch for it.

use std::collections::HashSet;

use crate::bytes::{Malformed, Reader, Writer};
use crate::ids::{AudienceId, IdentityKey};
use crate::primitives::hash;

/// The first signers of an audience; its hash is the audience's name.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Genesis {
    nonce: [u8; 16],
    pub(super) threshold: u8,
    pub(super) keys: Vec<IdentityKey>,
}

impl Genesis {
    /// An audience whose first charter `threshold` of `keys` must sign: 1 to 32 distinct keys.
    pub fn new(nonce: [u8; 16], threshold: u8, keys: Vec<IdentityKey>) -> Result<Self, Malformed> {
        let distinct: HashSet<_> = keys.iter().collect();
        let holds = distinct.len() == keys.len()
            && keys.len() <= 32
            && (1..=keys.len()).contains(&threshold.into());
        if holds { Ok(Self { nonce, threshold, keys }) } else { Err(Malformed::Value) }
    }

    /// Reads a Genesis, by the rules of [`Genesis::new`].
    pub fn parse(bytes: &[u8]) -> Result<Self, Malformed> {
        let mut r = Reader::new(bytes);
        r.version()?;
        let (nonce, threshold) = (r.array()?, r.u8()?);
        let keys = (0..r.u8()?).map(|_| r.array().map(IdentityKey)).collect::<Result<_, _>>()?;
        r.finish()?;
        Self::new(nonce, threshold, keys)
    }

    /// The bytes.
    #[must_use]
    pub fn encode(&self) -> Vec<u8> {
        let n = u8::try_from(self.keys.len()).expect("checked: at most 32");
        let w = Writer::with_capacity(20 + 32 * self.keys.len())
            .u16(crate::VERSION)
            .put(&self.nonce)
            .u8(self.threshold)
            .u8(n);
        self.keys.iter().fold(w, |w, ik| w.put(ik.as_bytes())).done()
    }

    /// `H("genesis", Genesis)`.
    #[must_use]
    pub fn audience(&self) -> AudienceId {
        AudienceId(hash("genesis", &self.encode()))
    }
}
