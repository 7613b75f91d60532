//! The header of a letter: 155 bytes in the clear, which the hub needs in order to deliver it.

use crate::VERSION;
use crate::bytes::{Malformed, Reader, Writer};
use crate::ids::{AudienceId, ExchangeKey, IdentityKey, PostId};

/// What a letter is.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Kind {
    /// A private answer, by a member to the desk or by a publisher to a member.
    Reply = 1,
    /// Homework handed in.
    Submission = 2,
    /// Homework given back, with a mark or feedback.
    Return = 3,
    /// What a member says of itself.
    Profile = 4,
    /// Keys, between publishers.
    Secrets = 5,
    /// The name of somebody who asks to be admitted.
    Join = 6,
    /// Homework for one member.
    Assignment = 7,
}

impl Kind {
    /// Reads the byte of the header.
    pub const fn from_u8(byte: u8) -> Result<Self, Malformed> {
        Ok(match byte {
            1 => Self::Reply,
            2 => Self::Submission,
            3 => Self::Return,
            4 => Self::Profile,
            5 => Self::Secrets,
            6 => Self::Join,
            7 => Self::Assignment,
            _ => return Err(Malformed::Value),
        })
    }

    /// The payload's `type`.
    #[must_use]
    pub const fn word(self) -> &'static str {
        match self {
            Self::Reply => "reply",
            Self::Submission => "submission",
            Self::Return => "return",
            Self::Profile => "profile",
            Self::Secrets => "secrets",
            Self::Join => "join",
            Self::Assignment => "assignment",
        }
    }

    /// Whether a letter of this kind is about a post, which its `thread` names.
    #[must_use]
    pub const fn is_about_post(self) -> bool {
        matches!(self, Self::Reply | Self::Submission | Self::Return)
    }
}

/// The header of a letter, `lhdr`.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Header {
    /// The audience.
    pub audience: AudienceId,
    /// The audience's desk, or an account's `xk`.
    pub to: ExchangeKey,
    /// The author.
    pub ik: IdentityKey,
    /// The post meant by replies, submissions and returns; else zero.
    pub thread: PostId,
    /// What it is.
    pub kind: Kind,
    /// Tells apart letters that are otherwise the same.
    pub nonce: [u8; 16],
    /// When, by the author's clock.
    pub sent_ms: u64,
}

impl Header {
    /// The length in bytes.
    pub const LEN: usize = 155;

    pub(super) fn read(r: &mut Reader<'_>) -> Result<Self, Malformed> {
        r.version()?;
        let header = Self {
            audience: AudienceId(r.array()?),
            to: ExchangeKey(r.array()?),
            ik: IdentityKey(r.array()?),
            thread: PostId(r.array()?),
            kind: Kind::from_u8(r.u8()?)?,
            nonce: r.array()?,
            sent_ms: r.u64()?,
        };
        r.expect(header.thread.is_zero() != header.kind.is_about_post())?;
        Ok(header)
    }

    /// The bytes, 155 of them.
    #[must_use]
    pub fn encode(&self) -> Vec<u8> {
        Writer::with_capacity(Self::LEN)
            .u16(VERSION)
            .put(&self.audience.0)
            .put(&self.to.0)
            .put(&self.ik.0)
            .put(&self.thread.0)
            .u8(self.kind as u8)
            .put(&self.nonce)
            .u64(self.sent_ms)
            .done()
    }
}
