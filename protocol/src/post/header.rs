//! The header of a post: 197 bytes in the clear, which the hub needs in order to judge it.

use crate::bytes::{Malformed, Reader, Writer};
use crate::ids::{AudienceId, ChainId, CharterHash, IdentityKey, PostId};
use crate::primitives::hash;
use crate::{SUITE, VERSION};

/// What a post is.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Kind {
    /// Something everyone is told.
    Announcement = 1,
    /// Something everyone is asked to do.
    Assignment = 2,
    /// An answer in the thread of an announcement or assignment.
    Reply = 3,
    /// Takes the place of an earlier post.
    Correction = 4,
    /// Takes an earlier post back.
    Withdrawal = 5,
}

impl Kind {
    /// Reads the byte of the header.
    pub const fn from_u8(byte: u8) -> Result<Self, Malformed> {
        Ok(match byte {
            1 => Self::Announcement,
            2 => Self::Assignment,
            3 => Self::Reply,
            4 => Self::Correction,
            5 => Self::Withdrawal,
            _ => return Err(Malformed::Value),
        })
    }

    /// The payload's `type`.
    #[must_use]
    pub const fn word(self) -> &'static str {
        match self {
            Self::Announcement => "announcement",
            Self::Assignment => "assignment",
            Self::Reply => "reply",
            Self::Correction => "correction",
            Self::Withdrawal => "withdrawal",
        }
    }

    /// Whether the post begins a thread that replies may join.
    #[must_use]
    pub const fn is_root(self) -> bool {
        matches!(self, Self::Announcement | Self::Assignment)
    }

    /// Whether a publisher's post of this kind waits for approvals (section 6).
    #[must_use]
    pub const fn needs_approval(self) -> bool {
        matches!(self, Self::Announcement | Self::Assignment | Self::Correction)
    }
}

/// The header of a post.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Header {
    /// The audience.
    pub audience: AudienceId,
    /// The charter under whose keys and rules it is written.
    pub charter: CharterHash,
    /// The author.
    pub ik: IdentityKey,
    /// The author's installed client.
    pub chain: ChainId,
    /// The number of the post in `(ik, chain)`, from 1.
    pub seq: u64,
    /// The post before it in `(ik, chain)`; zero for the first.
    pub prev: PostId,
    /// What it is.
    pub kind: Kind,
    /// Zero for announcements and assignments; the thread's root for replies; else the post meant.
    pub thread: PostId,
    /// When, by the author's clock.
    pub sent_ms: u64,
}

impl Header {
    /// The length in bytes.
    pub const LEN: usize = 197;

    /// Reads exactly these bytes.
    pub fn parse(bytes: &[u8]) -> Result<Self, Malformed> {
        let mut r = Reader::new(bytes);
        let header = Self::read(&mut r)?;
        r.finish()?;
        Ok(header)
    }

    pub(super) fn read(r: &mut Reader<'_>) -> Result<Self, Malformed> {
        r.version()?;
        let suite = r.u16()?;
        r.expect(suite == SUITE)?;
        Ok(Self {
            audience: AudienceId(r.array()?),
            charter: CharterHash(r.array()?),
            ik: IdentityKey(r.array()?),
            chain: ChainId(r.array()?),
            seq: r.u64()?,
            prev: PostId(r.array()?),
            kind: Kind::from_u8(r.u8()?)?,
            thread: PostId(r.array()?),
            sent_ms: r.u64()?,
        })
    }

    /// The bytes, 197 of them.
    #[must_use]
    pub fn encode(&self) -> Vec<u8> {
        Writer::with_capacity(Self::LEN)
            .u16(VERSION)
            .u16(SUITE)
            .put(&self.audience.0)
            .put(&self.charter.0)
            .put(&self.ik.0)
            .put(&self.chain.0)
            .u64(self.seq)
            .put(&self.prev.0)
            .u8(self.kind as u8)
            .put(&self.thread.0)
            .u64(self.sent_ms)
            .done()
    }

    /// `h0 = H("header", hdr)`.
    #[must_use]
    pub fn hash(&self) -> [u8; 32] {
        hash("header", &self.encode())
    }
}
