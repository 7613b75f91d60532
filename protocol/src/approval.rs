//! Approvals: other publishers signing a post before it goes out (section 6).
//!
//! An approval counts by its signature alone; a hub can withhold one and cannot make one.

use std::collections::HashSet;

use crate::bytes::{Malformed, Reader, Writer};
use crate::charter::Charter;
use crate::ids::{IdentityKey, PostId};
use crate::post::Header;
use crate::primitives::{BadSignature, IdentitySecret, verify};

/// A publisher's signature on somebody else's post.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Approval {
    /// Who approves.
    pub ik: IdentityKey,
    signature: [u8; 64],
}

impl Approval {
    /// The length in bytes.
    pub const LEN: usize = 96;

    /// `ik ‖ Sign(ik, "approval", post_id)`.
    #[must_use]
    pub fn sign(publisher: &IdentitySecret, post: &PostId) -> Self {
        Self { ik: publisher.public(), signature: publisher.sign("approval", &post.0) }
    }

    /// Reads exactly 96 bytes.
    pub fn parse(bytes: &[u8]) -> Result<Self, Malformed> {
        let mut r = Reader::new(bytes);
        let approval = Self { ik: IdentityKey(r.array()?), signature: r.array()? };
        r.finish()?;
        Ok(approval)
    }

    /// The bytes.
    #[must_use]
    pub fn encode(&self) -> Vec<u8> {
        Writer::with_capacity(Self::LEN).put(&self.ik.0).put(&self.signature).done()
    }

    /// Whether `ik` signed this post.
    pub fn verify(&self, post: &PostId) -> Result<(), BadSignature> {
        verify(&self.ik, "approval", &post.0, &self.signature)
    }

    /// Whether this counts: by a publisher of the named charter other than the author, and genuine.
    #[must_use]
    pub fn counts(&self, charter: &Charter, author: &IdentityKey, post: &PostId) -> bool {
        self.ik != *author && charter.is_publisher(&self.ik) && self.verify(post).is_ok()
    }
}

/// How many approvals a post with this header needs under the charter it names.
#[must_use]
pub fn needed(charter: &Charter, header: &Header) -> u8 {
    let waits = header.kind.needs_approval() && charter.is_publisher(&header.ik);
    if waits { charter.approvals } else { 0 }
}

/// The most approvals that are looked at: no charter has more publishers, and each costs a signature.
pub const MAX_GIVEN: usize = 255;

/// How many approvals the post still lacks under the charter it names; zero: it may go out.
///
/// Approvals that do not count are passed over, and so are a publisher's second one and all after [`MAX_GIVEN`].
#[must_use]
pub fn missing(charter: &Charter, header: &Header, post: &PostId, given: &[Approval]) -> u8 {
    let mut lacking = needed(charter, header);
    let mut publishers = HashSet::new();
    for approval in given.iter().take(MAX_GIVEN) {
        if lacking == 0 {
            break;
        }
        if !publishers.contains(&approval.ik) && approval.counts(charter, &header.ik, post) {
            publishers.insert(approval.ik);
            lacking -= 1;
        }
    }
    lacking
}
