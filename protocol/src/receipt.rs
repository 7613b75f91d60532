//! Receipts: the hub's word for when a submission came in (section 7).
//!
//! The hub cannot read what it vouches for; its key is pinned by clients at first sight.

use crate::bytes::Writer;
use crate::ids::{IdentityKey, LetterId};
use crate::primitives::{BadSignature, IdentitySecret, verify};

/// A hub's signed hand-in time of one letter.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Receipt {
    /// The letter.
    pub letter: LetterId,
    /// When it came in, by the hub's clock.
    pub received_ms: u64,
    /// `Sign(hub key, "receipt", letter_id ‖ received_ms)`.
    pub signature: [u8; 64],
}

impl Receipt {
    /// Signs with the hub's key.
    #[must_use]
    pub fn sign(hub: &IdentitySecret, letter: LetterId, received_ms: u64) -> Self {
        let signature = hub.sign("receipt", &statement(&letter, received_ms));
        Self { letter, received_ms, signature }
    }

    /// Whether this hub signed it.
    pub fn verify(&self, hub: &IdentityKey) -> Result<(), BadSignature> {
        verify(hub, "receipt", &statement(&self.letter, self.received_ms), &self.signature)
    }
}

fn statement(letter: &LetterId, received_ms: u64) -> Vec<u8> {
    Writer::with_capacity(40).put(&letter.0).u64(received_ms).done()
}
