//! Links into an audience: the URL fragment, the publisher's statement, the joiner's request (section 4).
//!
//! The fragment carries the seed and never reaches a server; the other two carry none of it.

use base64ct::{Base64UrlUnpadded, Encoding};
use zeroize::Zeroizing;

use crate::bytes::{Malformed, Reader, Writer};
use crate::ids::{AudienceId, CharterHash, IdentityKey};
use crate::keys::{CohortKey, Delta};
use crate::primitives::{BadSignature, IdentitySecret, Seed, hash, verify};

/// What following a link does.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum LinkKind {
    /// Joins at once, from a deposit.
    Open,
    /// Asks a publisher to be admitted.
    Approval,
}

impl LinkKind {
    fn read(r: &mut Reader<'_>) -> Result<Self, Malformed> {
        match r.u8()? {
            1 => Ok(Self::Open),
            2 => Ok(Self::Approval),
            _ => Err(Malformed::Value),
        }
    }

    const fn code(self) -> u8 {
        match self {
            Self::Open => 1,
            Self::Approval => 2,
        }
    }
}

/// What a link's URL carries after `#`: the seed, and the charter it was made under.
pub struct Fragment {
    /// Open or approval.
    pub kind: LinkKind,
    /// The audience.
    pub audience: AudienceId,
    /// The link's secret.
    pub seed: Seed,
    /// The revision it was made under; a client refuses a chain without `charter_hash` there.
    pub revision: u64,
    /// That revision's hash.
    pub charter_hash: CharterHash,
}

impl Fragment {
    /// The 147 characters of base64url.
    #[must_use]
    pub fn to_text(&self) -> Zeroizing<String> {
        let bytes = Writer::with_capacity(110)
            .u8(1)
            .u8(self.kind.code())
            .put(self.audience.as_bytes())
            .put(self.seed.expose())
            .u64(self.revision)
            .put(self.charter_hash.as_bytes());
        let bytes = Zeroizing::new(bytes.done());
        let checksum = fragment_checksum(&bytes);
        let whole = Zeroizing::new([bytes.as_slice(), &checksum].concat());
        Zeroizing::new(Base64UrlUnpadded::encode_string(&whole))
    }

    /// Reads what followed `#`; refuses padding, unused bits that are set and a wrong checksum.
    pub fn parse(text: &str) -> Result<Self, Malformed> {
        let bytes = Base64UrlUnpadded::decode_vec(text).map_err(|_| Malformed::Value)?;
        let bytes = Zeroizing::new(bytes);
        let (body, checksum) = bytes.split_last_chunk::<4>().ok_or(Malformed::Truncated)?;
        let mut r = Reader::new(body);
        let version = r.u8()?;
        r.expect(version == 1 && *checksum == fragment_checksum(body))?;
        let fragment = Self {
            kind: LinkKind::read(&mut r)?,
            audience: r.array()?.into(),
            seed: Seed::from_bytes(&Zeroizing::new(r.array()?)),
            revision: r.u64()?,
            charter_hash: r.array()?.into(),
        };
        r.finish()?;
        Ok(fragment)
    }
}

/// The first four bytes of `H("fragment", body)`, against links cut off by a messenger.
fn fragment_checksum(body: &[u8]) -> [u8; 4] {
    let [a, b, c, d, ..] = hash("fragment", body);
    [a, b, c, d]
}

/// A publisher's statement that a link exists, `Link` in the spec.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Link {
    /// The audience.
    pub audience: AudienceId,
    /// The link's public key.
    pub link_pk: IdentityKey,
    /// Open or approval.
    pub kind: LinkKind,
    /// How many accounts may join by it.
    pub max_uses: u32,
    /// First millisecond in which it is no longer good.
    pub expires_ms: u64,
}

impl Link {
    /// Reads the 79 bytes.
    pub fn parse(bytes: &[u8]) -> Result<Self, Malformed> {
        let mut r = Reader::new(bytes);
        let link = Self::read(&mut r)?;
        r.finish()?;
        Ok(link)
    }

    pub(crate) fn read(r: &mut Reader<'_>) -> Result<Self, Malformed> {
        r.version()?;
        Ok(Self {
            audience: r.array()?.into(),
            link_pk: r.array()?.into(),
            kind: LinkKind::read(r)?,
            max_uses: r.u32()?,
            expires_ms: r.u64()?,
        })
    }

    /// The 79 bytes.
    #[must_use]
    pub fn encode(&self) -> Vec<u8> {
        Writer::with_capacity(79)
            .u16(crate::VERSION)
            .put(self.audience.as_bytes())
            .put(self.link_pk.as_bytes())
            .u8(self.kind.code())
            .u32(self.max_uses)
            .u64(self.expires_ms)
            .done()
    }

    /// `Sign(publisher ik, "link", Link)`.
    #[must_use]
    pub fn sign(&self, publisher: &IdentitySecret) -> [u8; 64] {
        publisher.sign("link", &self.encode())
    }

    /// Whether `publisher` signed it; that they are one, the charter says.
    pub fn verify(&self, publisher: &IdentityKey, sig: &[u8; 64]) -> Result<(), BadSignature> {
        verify(publisher, "link", &self.encode(), sig)
    }
}

/// What a joiner through an open link claims: a slot of this cohort, by this share.
pub struct Claim {
    /// `S`.
    pub cohort: CohortKey,
    /// `δ`, from which and the link's deposit the hub makes the joiner's token.
    pub delta: Delta,
}

/// A joiner's request, `Request` in the spec; kind 1 exactly when there is a claim.
pub struct Request {
    /// The audience.
    pub audience: AudienceId,
    /// The link's public key.
    pub link_pk: IdentityKey,
    /// The claim through an open link; none through an approval link, which only asks.
    pub claim: Option<Claim>,
    /// The joiner.
    pub ik: IdentityKey,
    /// When.
    pub at_ms: u64,
}

impl Request {
    /// Open exactly when something is claimed.
    #[must_use]
    pub const fn kind(&self) -> LinkKind {
        if self.claim.is_some() { LinkKind::Open } else { LinkKind::Approval }
    }

    /// Reads the 171 bytes; `S` and `δ` must be good in kind 1 and zero in kind 2.
    pub fn parse(bytes: &[u8]) -> Result<Self, Malformed> {
        let mut r = Reader::new(bytes);
        r.version()?;
        let kind = LinkKind::read(&mut r)?;
        let (audience, link_pk) = (r.array()?.into(), r.array()?.into());
        let s: [u8; 32] = r.array()?;
        let ik = r.array()?.into();
        let delta = Zeroizing::new(r.array()?);
        let at_ms = r.u64()?;
        r.finish()?;
        let claim = match kind {
            LinkKind::Open => Some(Claim {
                cohort: CohortKey::from_bytes(&s)?,
                delta: Delta::from_bytes(&delta)?,
            }),
            LinkKind::Approval if s == [0; 32] && *delta == [0; 32] => None,
            LinkKind::Approval => return Err(Malformed::Value),
        };
        Ok(Self { audience, link_pk, claim, ik, at_ms })
    }

    /// The 171 bytes.
    #[must_use]
    pub fn encode(&self) -> Vec<u8> {
        let zero = || ([0; 32], Zeroizing::new([0; 32]));
        let claimed = |c: &Claim| (*c.cohort.as_bytes(), c.delta.to_bytes());
        let (s, delta) = self.claim.as_ref().map_or_else(zero, claimed);
        Writer::with_capacity(171)
            .u16(crate::VERSION)
            .u8(self.kind().code())
            .put(self.audience.as_bytes())
            .put(self.link_pk.as_bytes())
            .put(&s)
            .put(self.ik.as_bytes())
            .put(delta.as_slice())
            .u64(self.at_ms)
            .done()
    }

    /// `Sign(…, "join", Request)`: once with the link's key, once with the joiner's.
    #[must_use]
    pub fn sign(&self, secret: &IdentitySecret) -> [u8; 64] {
        secret.sign("join", &self.encode())
    }

    /// Whether both the link and the joiner signed it.
    pub fn verify(&self, by_link: &[u8; 64], by_joiner: &[u8; 64]) -> Result<(), BadSignature> {
        let bytes = self.encode();
        verify(&self.link_pk, "join", &bytes, by_link)?;
        verify(&self.ik, "join", &bytes, by_joiner)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Where `S` and `δ` stand in a Request.
    const S: usize = 67;
    const DELTA: usize = 131;

    fn request(kind: u8, s: [u8; 32], delta: [u8; 32]) -> Result<LinkKind, Malformed> {
        let bytes = Writer::default().u16(1).u8(kind).put(&[3; 64]).put(&s).put(&[4; 32]);
        let bytes = bytes.put(&delta).u64(5).done();
        assert_eq!((&bytes[S..S + 32], &bytes[DELTA..DELTA + 32]), (&s[..], &delta[..]));
        let request = Request::parse(&bytes)?;
        assert_eq!(request.encode(), bytes);
        Ok(request.kind())
    }

    #[test]
    fn only_an_open_link_claims_a_slot_and_it_must() {
        let (none, mut one) = ([0; 32], [0; 32]);
        one[0] = 1;
        let s = *crate::keys::CohortSecret::from_bytes(&one).expect("one").public().as_bytes();
        assert_eq!(request(1, s, one), Ok(LinkKind::Open));
        assert_eq!(request(2, none, none), Ok(LinkKind::Approval));
        for (kind, s, delta) in [
            (1, none, one),
            (1, s, none),
            (1, s, [0xff; 32]),
            (1, [0xff; 32], one),
            (2, s, none),
            (2, none, one),
            (0, none, none),
            (3, s, one),
        ] {
            assert_eq!(request(kind, s, delta), Err(Malformed::Value));
        }
    }
}
