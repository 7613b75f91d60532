//! A post: one message to all of an audience, encrypted once (section 5).
//!
//! A [`Post`] that exists has the exact layout and the right lengths; whether it may be stored is
//! [`Post::accept`]'s question, whether it may be shown [`Reading::open`]'s.

mod accept;
mod capsule;
mod header;
mod open;
mod reveal;
mod rules;
mod seal;

use crate::bytes::{Malformed, Reader, Writer};
use crate::ids::PostId;
use crate::pad::{MAX_SEALED, MIN_SEALED};
use crate::primitives::{BadSignature, hash, sha256, verify};

pub use accept::{Accepted, CLOCK_SKEW_MS, HubState, Refused};
pub use capsule::MessageSecret;
pub use header::{Header, Kind};
pub use open::{
    ChainMemory, Continuity, Delivered, Key, Notices, Opened, ReadRefused, Reading, Thread,
};
pub(crate) use open::{ensure, named_charter};
pub use reveal::{Unreadable, reveal};
pub(crate) use rules::may_write;
pub use rules::{Standing, ThreadPost};
pub use seal::{Draft, Position, SealRefused, seal};

/// What the author signs: everything but the wraps and the body, and hashes of those.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Tbs {
    /// Who writes what kind of post where.
    pub header: Header,
    /// `E`, the capsule.
    pub capsule: [u8; 32],
    /// `A`, the commitment of the proof of knowledge.
    pub commitment: [u8; 32],
    /// `z`, its response.
    pub response: [u8; 32],
    /// `W`, the hash of the wraps.
    pub wraps_hash: [u8; 32],
    /// The length of the body.
    pub body_len: u32,
    /// The SHA-256 of the body.
    pub body_hash: [u8; 32],
}

impl Tbs {
    /// The length in bytes.
    pub const LEN: usize = Header::LEN + 4 * 32 + 4 + 32;

    /// Reads exactly these bytes; the body they speak of has 272 bytes to 1 MiB + 16.
    pub fn parse(bytes: &[u8]) -> Result<Self, Malformed> {
        let mut r = Reader::new(bytes);
        let tbs = Self {
            header: Header::read(&mut r)?,
            capsule: r.array()?,
            commitment: r.array()?,
            response: r.array()?,
            wraps_hash: r.array()?,
            body_len: r.u32()?,
            body_hash: r.array()?,
        };
        r.finish()?;
        if !(MIN_SEALED..=MAX_SEALED).contains(&(tbs.body_len as usize)) {
            return Err(Malformed::Value);
        }
        Ok(tbs)
    }

    /// The bytes.
    #[must_use]
    pub fn encode(&self) -> Vec<u8> {
        Writer::with_capacity(Self::LEN)
            .put(&self.header.encode())
            .put(&self.capsule)
            .put(&self.commitment)
            .put(&self.response)
            .put(&self.wraps_hash)
            .u32(self.body_len)
            .put(&self.body_hash)
            .done()
    }

    /// `post_id = H("post", tbs)`.
    #[must_use]
    pub fn id(&self) -> PostId {
        PostId(hash("post", &self.encode()))
    }

    /// Whether the header's author signed this.
    pub fn verify(&self, signature: &[u8; 64]) -> Result<(), BadSignature> {
        verify(&self.header.ik, "post", &self.encode(), signature)
    }

    /// Whether these bytes are the body that was signed.
    #[must_use]
    pub fn has_body(&self, body: &[u8]) -> bool {
        usize::try_from(self.body_len) == Ok(body.len()) && sha256(body) == self.body_hash
    }
}

/// A post as it travels from its author to the hub.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Post {
    tbs: Tbs,
    wraps: Vec<[u8; 32]>,
    body: Vec<u8>,
    signature: [u8; 64],
}

impl Post {
    /// Reads exactly these bytes: 1 to 65,535 wraps, a body of 272 bytes to 1 MiB + 16.
    pub fn parse(bytes: &[u8]) -> Result<Self, Malformed> {
        let mut r = Reader::new(bytes);
        let header = Header::read(&mut r)?;
        let (capsule, commitment, response) = (r.array()?, r.array()?, r.array()?);
        let c = usize::from(r.u16()?);
        r.expect(c > 0)?;
        let wraps = r.take(32 * c)?.as_chunks().0.to_vec();
        let body = r.op32(MAX_SEALED)?.to_vec();
        r.expect(body.len() >= MIN_SEALED)?;
        let signature = r.array()?;
        r.finish()?;
        let tbs = Tbs {
            header,
            capsule,
            commitment,
            response,
            wraps_hash: wraps_hash(&wraps),
            body_len: body_len(&body),
            body_hash: sha256(&body),
        };
        Ok(Self { tbs, wraps, body, signature })
    }

    /// The bytes.
    #[must_use]
    pub fn encode(&self) -> Vec<u8> {
        let c = u16::try_from(self.wraps.len()).expect("a charter has at most 65,535 cohorts");
        Writer::with_capacity(Tbs::LEN + 32 * self.wraps.len() + self.body.len() + 64)
            .put(&self.tbs.header.encode())
            .put(&self.tbs.capsule)
            .put(&self.tbs.commitment)
            .put(&self.tbs.response)
            .u16(c)
            .put(self.wraps.as_flattened())
            .op32(&self.body)
            .put(&self.signature)
            .done()
    }

    /// `post_id`.
    #[must_use]
    pub fn id(&self) -> PostId {
        self.tbs.id()
    }

    /// What is signed.
    #[must_use]
    pub const fn tbs(&self) -> &Tbs {
        &self.tbs
    }

    /// Who writes what kind of post where.
    #[must_use]
    pub const fn header(&self) -> &Header {
        &self.tbs.header
    }

    /// `w_i`, one per cohort of the charter, in its order.
    #[must_use]
    pub fn wraps(&self) -> &[[u8; 32]] {
        &self.wraps
    }

    /// The ciphertext of the padded payload.
    #[must_use]
    pub fn body(&self) -> &[u8] {
        &self.body
    }

    /// The author's signature over [`Tbs`].
    #[must_use]
    pub const fn signature(&self) -> &[u8; 64] {
        &self.signature
    }
}

/// `W`.
fn wraps_hash(wraps: &[[u8; 32]]) -> [u8; 32] {
    sha256(wraps.as_flattened())
}

fn body_len(body: &[u8]) -> u32 {
    u32::try_from(body.len()).expect("bodies are at most 1 MiB + 16")
}
