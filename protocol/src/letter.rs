//! A letter: one message to one recipient, or to an audience's desk (section 7).
//!
//! A [`Letter`] that exists has the exact layout and the right lengths; whether it may be delivered
//! is [`Letter::accept`]'s question, whether it may be shown [`Letter::open`]'s.

mod accept;
mod header;
mod open;
mod rules;
mod seal;

use crate::bytes::{Malformed, Reader, Writer};
use crate::ids::LetterId;
use crate::pad::MAX_SEALED;
use crate::primitives::{BadSignature, hash, sha256, verify};

pub use accept::{HubState, Recipient, Refused};
pub use header::{Header, Kind};
pub use open::{Mailbox, Opened, ReadRefused, Reading};
pub use seal::{Draft, SealRefused, seal};

/// A letter as it travels.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Letter {
    header: Header,
    enc: [u8; 32],
    ct: Vec<u8>,
    signature: [u8; 64],
}

impl Letter {
    /// Reads exactly these bytes; a ciphertext of at most 1 MiB + 16.
    pub fn parse(bytes: &[u8]) -> Result<Self, Malformed> {
        let mut r = Reader::new(bytes);
        let letter = Self {
            header: Header::read(&mut r)?,
            enc: r.array()?,
            ct: r.op32(MAX_SEALED)?.to_vec(),
            signature: r.array()?,
        };
        r.finish()?;
        Ok(letter)
    }

    /// The bytes.
    #[must_use]
    pub fn encode(&self) -> Vec<u8> {
        Writer::with_capacity(Header::LEN + 32 + 4 + self.ct.len() + 64)
            .put(&self.header.encode())
            .put(&self.enc)
            .op32(&self.ct)
            .put(&self.signature)
            .done()
    }

    /// Who writes what kind of letter to whom.
    #[must_use]
    pub const fn header(&self) -> &Header {
        &self.header
    }

    /// `letter_id`.
    #[must_use]
    pub fn id(&self) -> LetterId {
        LetterId(hash("letter-id", &self.signed()))
    }

    /// Whether the header's author signed this.
    pub fn verify(&self) -> Result<(), BadSignature> {
        verify(&self.header.ik, "letter", &self.signed(), &self.signature)
    }

    /// `lhdr ‖ enc ‖ SHA-256(ct)`.
    fn signed(&self) -> Vec<u8> {
        Writer::with_capacity(Header::LEN + 64)
            .put(&self.header.encode())
            .put(&self.enc)
            .put(&sha256(&self.ct))
            .done()
    }
}
