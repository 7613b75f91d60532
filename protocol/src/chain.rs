//! An audience's Genesis and the chain of its signed charters (section 3).
//!
//! A [`Chain`] is never empty and every revision in it has been checked against Genesis or the
//! revision before; it only grows, one revision at a time, in time linear in what is appended.

mod genesis;

use std::collections::HashMap;

use crate::bytes::{Malformed, Reader, Writer};
use crate::charter::{Charter, Role};
use crate::ids::{AudienceId, CharterHash, IdentityKey};
use crate::keys::CohortKey;
use crate::primitives::verify;

pub use genesis::Genesis;

/// A charter and the signatures it travels with; whether they are enough its [`Chain`] knows.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct SignedCharter {
    /// The charter.
    pub charter: Charter,
    /// Each signer's place in the list of the revision before, and `Sign(ik, "charter", Charter)`.
    pub signatures: Vec<(u8, [u8; 64])>,
}

impl SignedCharter {
    /// Reads the signatures block `u8 k ‖ k × (u8 index ‖ signature)` that goes with `charter`.
    pub fn parse(charter: Charter, signatures: &[u8]) -> Result<Self, Malformed> {
        let mut r = Reader::new(signatures);
        let signatures =
            (0..r.u8()?).map(|_| Ok((r.u8()?, r.array()?))).collect::<Result<_, Malformed>>()?;
        r.finish()?;
        Ok(Self { charter, signatures })
    }

    /// The signatures block; of more than 255 signatures, which no chain accepts, the first 255.
    #[must_use]
    pub fn encode_signatures(&self) -> Vec<u8> {
        let k = u8::try_from(self.signatures.len()).unwrap_or(u8::MAX);
        let w = Writer::with_capacity(1 + 65 * usize::from(k)).u8(k);
        let signatures = self.signatures.iter().take(k.into());
        signatures.fold(w, |w, (index, signature)| w.u8(*index).put(signature)).done()
    }
}

/// Why a charter does not join a chain.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum ChainError {
    /// It is of another audience.
    Audience,
    /// It is not the next revision.
    Revision,
    /// It does not follow the revision before.
    Previous,
    /// It begins no later than the revision before.
    Begins,
    /// Hosting or host changed, which makes another audience.
    Hosting,
    /// A cohort was moved or removed, or a key that had left returned.
    Cohorts,
    /// Too few signers, out of order, or not admins of the revision before.
    Signers,
    /// A signature does not verify.
    Signature,
    /// It is as valid as the different charter of the same revision: stop, and show both.
    Fork,
    /// Now is not inside its validity.
    NotValidNow,
    /// The chain does not have the pinned hash at the pinned revision.
    Pin,
}

impl core::fmt::Display for ChainError {
    fn fmt(&self, f: &mut core::fmt::Formatter<'_>) -> core::fmt::Result {
        f.write_str(match self {
            Self::Audience => "the charter belongs to another audience",
            Self::Revision => "the charter is not the next revision",
            Self::Previous => "the charter does not follow the one before",
            Self::Begins => "the charter begins no later than the one before",
            Self::Hosting => "hosting cannot change within an audience",
            Self::Cohorts => "a cohort was moved, removed or brought back",
            Self::Signers => "too few admins of the charter before have signed",
            Self::Signature => "a signature on the charter does not verify",
            Self::Fork => "there are two valid charters of one revision",
            Self::NotValidNow => "the charter is not valid now",
            Self::Pin => "the audience's history is not the one the link was made in",
        })
    }
}

impl core::error::Error for ChainError {}

/// What became of a charter that was offered to a chain and is in it now.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Appended {
    /// It is the newest revision.
    New,
    /// It was there before; the signatures it came with this time were not looked at.
    Known,
}

/// An audience's charters from the first to the newest.
#[derive(Clone, Debug)]
pub struct Chain {
    genesis: Genesis,
    revisions: Vec<SignedCharter>,
    /// The revision in which each cohort key first appeared, also of those that left.
    first_seen: HashMap<[u8; 32], u64>,
}

impl Chain {
    /// Begins with revision 0, signed by the keys of `genesis`.
    pub fn begin(genesis: Genesis, first: SignedCharter) -> Result<Self, ChainError> {
        let charter = &first.charter;
        if charter.revision != 0 {
            return Err(ChainError::Revision);
        }
        check_first(&genesis, &first)?;
        let first_seen = charter.cohorts.iter().map(|s| (*s.as_bytes(), 0)).collect();
        Ok(Self { genesis, revisions: vec![first], first_seen })
    }

    /// Begins as a hub does: only while revision 0 is valid.
    pub fn accept_first(
        genesis: Genesis,
        first: SignedCharter,
        now_ms: u64,
    ) -> Result<Self, ChainError> {
        if !first.charter.valid_at(now_ms) {
            return Err(ChainError::NotValidNow);
        }
        Self::begin(genesis, first)
    }

    /// Checks `next` against the revision before it and appends it.
    ///
    /// A charter that is already there is [`Appended::Known`]; a different one of a revision that is
    /// already there is a [`ChainError::Fork`] if it is valid, and the chain stays as it was.
    pub fn append(&mut self, next: &SignedCharter) -> Result<Appended, ChainError> {
        match self.by_revision(next.charter.revision) {
            Some(known) if known.charter.hash() == next.charter.hash() => Ok(Appended::Known),
            Some(_) => Err(self.check(next).err().unwrap_or(ChainError::Fork)),
            None => {
                self.check(next)?;
                for s in &next.charter.cohorts {
                    self.first_seen.entry(*s.as_bytes()).or_insert(next.charter.revision);
                }
                self.revisions.push(next.clone());
                Ok(Appended::New)
            }
        }
    }

    /// Appends as a hub does: a new charter only while it is valid, also after the last one expired.
    pub fn accept(&mut self, next: &SignedCharter, now_ms: u64) -> Result<Appended, ChainError> {
        let known = self.by_hash(&next.charter.hash()).is_some();
        if !known && !next.charter.valid_at(now_ms) {
            return Err(ChainError::NotValidNow);
        }
        self.append(next)
    }

    fn check(&self, next: &SignedCharter) -> Result<(), ChainError> {
        let charter = &next.charter;
        let Some(revision) = charter.revision.checked_sub(1) else {
            return check_first(&self.genesis, next);
        };
        let before = &self.by_revision(revision).ok_or(ChainError::Revision)?.charter;
        let rules = [
            (charter.audience == before.audience, ChainError::Audience),
            (charter.prev == before.hash(), ChainError::Previous),
            (charter.not_before_ms > before.not_before_ms, ChainError::Begins),
            (charter.hosting == before.hosting, ChainError::Hosting),
            (self.cohorts_follow(before, charter), ChainError::Cohorts),
        ];
        rules.into_iter().try_for_each(|(holds, e)| if holds { Ok(()) } else { Err(e) })?;
        check_signers(next, before.threshold, |index| {
            before.staff.get(index).filter(|s| s.role == Role::Admin).map(|s| &s.ik)
        })
    }

    /// Whether each entry stays where it was or is a key that no earlier revision had.
    fn cohorts_follow(&self, before: &Charter, charter: &Charter) -> bool {
        let new = |s: &CohortKey| {
            self.first_seen.get(s.as_bytes()).is_none_or(|first| *first >= charter.revision)
        };
        charter.cohorts.len() >= before.cohorts.len()
            && charter
                .cohorts
                .iter()
                .enumerate()
                .all(|(i, s)| before.cohorts.get(i) == Some(s) || new(s))
    }

    /// The audience.
    #[must_use]
    pub fn audience(&self) -> AudienceId {
        self.current().audience
    }

    /// The audience's first signers.
    #[must_use]
    pub const fn genesis(&self) -> &Genesis {
        &self.genesis
    }

    /// All revisions from 0 on.
    #[must_use]
    pub fn revisions(&self) -> &[SignedCharter] {
        &self.revisions
    }

    /// The newest revision, expired or not.
    #[must_use]
    pub fn current(&self) -> &Charter {
        &self.revisions.last().expect("a chain begins with revision 0").charter
    }

    /// The charter with this hash.
    #[must_use]
    pub fn by_hash(&self, hash: &CharterHash) -> Option<&Charter> {
        self.revisions.iter().rev().map(|r| &r.charter).find(|c| c.hash() == *hash)
    }

    /// The charter of this revision, with its signatures.
    #[must_use]
    pub fn by_revision(&self, revision: u64) -> Option<&SignedCharter> {
        self.revisions.get(usize::try_from(revision).ok()?)
    }

    /// The charter in force at `ms`: the highest revision begun by then, unless it had expired.
    ///
    /// An earlier revision that lasts longer is not in force again: its rules were replaced.
    #[must_use]
    pub fn in_force_at(&self, ms: u64) -> Option<&Charter> {
        let begun = self.revisions.partition_point(|r| r.charter.not_before_ms <= ms);
        let newest = &self.revisions.get(begun.checked_sub(1)?)?.charter;
        newest.valid_at(ms).then_some(newest)
    }

    /// Refuses a chain that does not have the `hash` a link pins at the `revision` it pins.
    pub fn check_pin(&self, revision: u64, hash: &CharterHash) -> Result<(), ChainError> {
        match self.by_revision(revision) {
            Some(pinned) if pinned.charter.hash() == *hash => Ok(()),
            _ => Err(ChainError::Pin),
        }
    }
}

fn check_first(genesis: &Genesis, first: &SignedCharter) -> Result<(), ChainError> {
    if first.charter.audience != genesis.audience() {
        return Err(ChainError::Audience);
    }
    check_signers(first, genesis.threshold, |index| genesis.keys.get(index))
}

/// At least `threshold` signers, strictly ascending by place, every one of them valid.
fn check_signers<'a>(
    signed: &SignedCharter,
    threshold: u8,
    signer_at: impl Fn(usize) -> Option<&'a IdentityKey>,
) -> Result<(), ChainError> {
    let SignedCharter { charter, signatures } = signed;
    if signatures.len() < threshold.into() || !signatures.is_sorted_by(|a, b| a.0 < b.0) {
        return Err(ChainError::Signers);
    }
    let bytes = charter.encode();
    for (index, signature) in signatures {
        let ik = signer_at((*index).into()).ok_or(ChainError::Signers)?;
        verify(ik, "charter", &bytes, signature).map_err(|_| ChainError::Signature)?;
    }
    Ok(())
}
