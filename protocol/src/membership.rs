//! Memberships: what a member shows when it writes, and when that is good (section 4).
//!
//! Nobody learns from one who else is a member: it names its holder and its issuer only.

use crate::bytes::{Malformed, Reader, Writer};
use crate::charter::Charter;
use crate::ids::{AudienceId, IdentityKey};
use crate::keys::CohortKey;
use crate::link::{Link, LinkKind};
use crate::primitives::{BadSignature, IdentitySecret, verify};

/// In what capacity somebody receives; the rights are the same.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum MemberRole {
    /// For themselves.
    Member,
    /// For a pupil; only a publisher can say so.
    Guardian,
}

/// The statement that an account is a member, `Membership` in the spec.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Membership {
    /// The audience.
    pub audience: AudienceId,
    /// The member.
    pub ik: IdentityKey,
    /// Member or guardian.
    pub role: MemberRole,
    /// `S`: the membership ends when the charter drops it.
    pub cohort: CohortKey,
    /// When it was issued.
    pub at_ms: u64,
    /// The publisher or open link that signs it.
    pub issuer: IdentityKey,
}

impl Membership {
    /// Reads the 139 bytes.
    pub fn parse(bytes: &[u8]) -> Result<Self, Malformed> {
        let mut r = Reader::new(bytes);
        let membership = Self::read(&mut r)?;
        r.finish()?;
        Ok(membership)
    }

    fn read(r: &mut Reader<'_>) -> Result<Self, Malformed> {
        r.version()?;
        Ok(Self {
            audience: r.array()?.into(),
            ik: r.array()?.into(),
            role: match r.u8()? {
                1 => MemberRole::Member,
                2 => MemberRole::Guardian,
                _ => return Err(Malformed::Value),
            },
            cohort: CohortKey::from_bytes(&r.array()?)?,
            at_ms: r.u64()?,
            issuer: r.array()?.into(),
        })
    }

    /// The 139 bytes.
    #[must_use]
    pub fn encode(&self) -> Vec<u8> {
        Writer::with_capacity(139)
            .u16(crate::VERSION)
            .put(self.audience.as_bytes())
            .put(self.ik.as_bytes())
            .u8(match self.role {
                MemberRole::Member => 1,
                MemberRole::Guardian => 2,
            })
            .put(self.cohort.as_bytes())
            .u64(self.at_ms)
            .put(self.issuer.as_bytes())
            .done()
    }

    /// `Sign(issuer, "membership", Membership)`.
    #[must_use]
    pub fn sign(&self, issuer: &IdentitySecret) -> [u8; 64] {
        issuer.sign("membership", &self.encode())
    }

    /// Whether the issuer it names signed it.
    pub fn verify(&self, signature: &[u8; 64]) -> Result<(), BadSignature> {
        verify(&self.issuer, "membership", &self.encode(), signature)
    }
}

/// The publisher's word for the link that issued a membership.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct LinkProof {
    /// The link.
    pub link: Link,
    /// Who signed it.
    pub publisher: IdentityKey,
    /// `Sign(publisher, "link", Link)`.
    pub signature: [u8; 64],
}

/// What a member sends beside its post or letter.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct WriterProof {
    /// The membership.
    pub membership: Membership,
    /// `Sign(issuer, "membership", Membership)`.
    pub signature: [u8; 64],
    /// The link that issued it; none where a publisher did.
    pub by_link: Option<LinkProof>,
}

/// Why a membership gives no right to write.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum MembershipError {
    /// It, or its link, is of another audience.
    Audience,
    /// It is somebody else's.
    Writer,
    /// The charter no longer has its cohort's key.
    Cohort,
    /// No publisher of the charter stands behind it.
    Issuer,
    /// Its link may not issue it: another link, an approval link, expired, or for a guardian.
    Link,
    /// A signature does not verify.
    Signature,
}

impl core::fmt::Display for MembershipError {
    fn fmt(&self, f: &mut core::fmt::Formatter<'_>) -> core::fmt::Result {
        f.write_str(match self {
            Self::Audience => "the membership is of another audience",
            Self::Writer => "the membership is somebody else's",
            Self::Cohort => "the membership ended when its cohort's key was replaced",
            Self::Issuer => "no publisher stands behind the membership",
            Self::Link => "the link could not issue this membership",
            Self::Signature => "a signature on the membership does not verify",
        })
    }
}

impl core::error::Error for MembershipError {}

impl From<BadSignature> for MembershipError {
    fn from(_: BadSignature) -> Self {
        Self::Signature
    }
}

impl WriterProof {
    /// Reads `Membership ‖ signature ‖ u8 f`, and `Link ‖ publisher ik ‖ signature` where f is 1.
    pub fn parse(bytes: &[u8]) -> Result<Self, Malformed> {
        let mut r = Reader::new(bytes);
        let (membership, signature) = (Membership::read(&mut r)?, r.array()?);
        let by_link = match r.u8()? {
            0 => None,
            1 => Some(LinkProof {
                link: Link::read(&mut r)?,
                publisher: r.array()?.into(),
                signature: r.array()?,
            }),
            _ => return Err(Malformed::Value),
        };
        r.finish()?;
        Ok(Self { membership, signature, by_link })
    }

    /// The bytes: 204, or 379 with a link.
    #[must_use]
    pub fn encode(&self) -> Vec<u8> {
        let w = Writer::with_capacity(379).put(&self.membership.encode()).put(&self.signature);
        match &self.by_link {
            None => w.u8(0),
            Some(LinkProof { link, publisher, signature }) => {
                w.u8(1).put(&link.encode()).put(publisher.as_bytes()).put(signature)
            }
        }
        .done()
    }

    /// Whether it lets `writer` write under `charter`, the one its post names or its letter falls under.
    pub fn check(&self, charter: &Charter, writer: &IdentityKey) -> Result<(), MembershipError> {
        let membership = &self.membership;
        if membership.audience != charter.audience {
            return Err(MembershipError::Audience);
        }
        if membership.ik != *writer {
            return Err(MembershipError::Writer);
        }
        charter.cohort_index(&membership.cohort).ok_or(MembershipError::Cohort)?;
        let publisher = match &self.by_link {
            None => &membership.issuer,
            Some(proof) => proof.check(membership)?,
        };
        if !charter.is_publisher(publisher) {
            return Err(MembershipError::Issuer);
        }
        Ok(membership.verify(&self.signature)?)
    }
}

impl LinkProof {
    /// Whether this link could issue `membership`; returns who answers for it.
    fn check(&self, membership: &Membership) -> Result<&IdentityKey, MembershipError> {
        let Self { link, publisher, signature } = self;
        if link.audience != membership.audience {
            return Err(MembershipError::Audience);
        }
        let issues = link.kind == LinkKind::Open
            && link.link_pk == membership.issuer
            && membership.role == MemberRole::Member
            && membership.at_ms < link.expires_ms;
        if !issues {
            return Err(MembershipError::Link);
        }
        link.verify(publisher, signature)?;
        Ok(publisher)
    }
}
