//! What a reader checks before it shows a post, in the order of section 5.
//!
//! Nothing is returned unless every check holds. What is not wrong but must be said, a gap or
//! a thread one cannot get, comes back beside the content.

use zeroize::Zeroizing;

use super::capsule::mask;
use super::reveal::{Unreadable, reveal};
use super::rules::{ThreadPost, fits, may_write};
use super::{Header, MessageSecret, Post, Tbs};
use crate::approval::{self, Approval};
use crate::chain::Chain;
use crate::charter::{Charter, Hosting};
use crate::ids::PostId;
use crate::keys::{CohortSecret, ReaderKey};
use crate::membership::WriterProof;
use crate::primitives::point;

/// A post as it reaches one reader: what was signed, the wrap of the reader's cohort, the body.
#[derive(Clone, Copy)]
pub struct Delivered<'a> {
    /// What was signed.
    pub tbs: &'a Tbs,
    /// By the author.
    pub signature: &'a [u8; 64],
    /// `w_i` of the cohort the reader's key is for.
    pub wrap: &'a [u8; 32],
    /// The ciphertext; it may have come separately.
    pub body: &'a [u8],
}

impl Post {
    /// What a reader of one cohort needs; `None` where the post has no wrap for it.
    #[must_use]
    pub fn delivered(&self, cohort: usize) -> Option<Delivered<'_>> {
        let (tbs, signature, body) = (&self.tbs, &self.signature, self.body.as_slice());
        self.wraps.get(cohort).map(|wrap| Delivered { tbs, signature, wrap, body })
    }
}

/// With what a reader opens a post.
#[derive(Clone, Copy)]
pub enum Key<'a> {
    /// A member: its own slot as the hub transformed it, and the `d` that goes with its token.
    Member {
        /// `E'_j`.
        slot: &'a [u8; 32],
        /// `d`.
        d: &'a ReaderKey,
    },
    /// A publisher, who opens the capsule itself, also before a post has its approvals.
    Publisher(
        /// `s_i`.
        &'a CohortSecret,
    ),
}

/// The post that `thread` names, as far as the reader knows it.
#[derive(Clone, Copy)]
pub enum Thread {
    /// Opened before.
    Known(ThreadPost),
    /// The reader cannot get it; or the post names none.
    Unavailable,
}

/// What a reader remembers of `(ik, chain)` in this audience around a post's `seq`; nothing of
/// a chain it never saw.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct ChainMemory {
    /// The post seen first with this very `seq`.
    pub same: Option<PostId>,
    /// `seq` and id of the nearest post seen before this `seq`.
    pub before: Option<(u64, PostId)>,
    /// `seq` and `prev` of the nearest post seen after this `seq`.
    pub after: Option<(u64, PostId)>,
}

/// How a post continues what the reader saw of its chain.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Continuity {
    /// Nothing earlier of this chain was seen: it may start anywhere.
    First,
    /// It follows the post before, or was seen before.
    Follows,
    /// Posts between this and the nearest earlier one were not seen.
    Gap {
        /// How many.
        missing: u64,
    },
}

/// What a reader knows when it opens a post.
#[derive(Clone, Copy)]
pub struct Reading<'a> {
    /// The audience's charters, checked from its id on.
    pub charters: &'a Chain,
    /// Whether the reader agreed to an operator who can read; asked for hosted audiences only.
    pub hosting_consented: bool,
    /// What came beside a member's post.
    pub member: Option<&'a WriterProof>,
    /// What the reader saw of the author's chain.
    pub memory: ChainMemory,
    /// The post that `thread` names.
    pub thread: Thread,
    /// The approvals that came with the post.
    pub approvals: &'a [Approval],
    /// The cohort, by its place in the named charter, for which the reader has a key.
    pub cohort: usize,
    /// That key.
    pub key: Key<'a>,
}

/// A post that may be shown.
pub struct Opened {
    /// The post's id.
    pub id: PostId,
    /// UTF-8 JSON whose `type` is the kind's word.
    pub payload: Zeroizing<Vec<u8>>,
    /// What opens this post to anyone, and proves to a publisher what was sent.
    pub m: MessageSecret,
    /// What must be said beside the content.
    pub notices: Notices,
}

/// What must be said beside a post's content.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Notices {
    /// The charter has changed since: a post first seen now was sent under earlier rules.
    pub earlier_rules: bool,
    /// How it continues its chain.
    pub continuity: Continuity,
    /// The post it names as thread could not be had.
    pub thread_unavailable: bool,
    /// Approvals it still waits for; above zero only for publishers.
    pub approvals_missing: u8,
}

/// Why a reader does not show a post; for the reader's own log.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum ReadRefused {
    /// It names a charter that is not in the audience's chain.
    Charter,
    /// `sent_ms` is outside the named charter's validity.
    SentTime,
    /// The operator can read this audience, and the reader has not agreed to that.
    Hosting,
    /// The author may not write this kind of post.
    Author,
    /// The signature does not verify.
    Signature,
    /// Another post of this `seq` was seen first; keep both as evidence.
    Fork,
    /// It does not follow the post seen before it, or the one after does not follow it; keep both.
    Previous,
    /// It does not fit the thread it names.
    Thread,
    /// Approvals are missing.
    Approvals,
    /// It is not the post the permalink names.
    Identity,
    /// The slot is vacant or no point.
    Slot,
    /// It does not open: see there.
    Unreadable(Unreadable),
}

impl core::fmt::Display for ReadRefused {
    fn fmt(&self, f: &mut core::fmt::Formatter<'_>) -> core::fmt::Result {
        f.write_str(match self {
            Self::Charter => "the post names an unknown charter",
            Self::SentTime => "the post's time is outside its charter's",
            Self::Hosting => "the operator can read this audience, which was not agreed to",
            Self::Author => "the author may not write this kind of post",
            Self::Signature => "the signature does not verify",
            Self::Fork => "there is another post in the same place",
            Self::Previous => "the post does not follow the one before it",
            Self::Thread => "the post does not fit the thread it names",
            Self::Approvals => "approvals are missing",
            Self::Identity => "the post is not the one the link names",
            Self::Slot => "the hub has nothing for this reader",
            Self::Unreadable(e) => return e.fmt(f),
        })
    }
}

impl core::error::Error for ReadRefused {}

impl From<Unreadable> for ReadRefused {
    fn from(e: Unreadable) -> Self {
        Self::Unreadable(e)
    }
}

impl Reading<'_> {
    /// Makes every check of section 5 in its order and opens the post.
    pub fn open(&self, post: &Delivered<'_>) -> Result<Opened, ReadRefused> {
        let header = &post.tbs.header;
        let charter = named_charter(self.charters, self.hosting_consented, header)?;
        self.authorised(header, charter)?;
        post.tbs.verify(post.signature).map_err(|_| ReadRefused::Signature)?;
        let id = post.tbs.id();
        let continuity = self.memory.continuity(header, id)?;
        let thread_unavailable = self.thread_fits(header)?;
        let approvals_missing = approval::missing(charter, header, &id, self.approvals);
        // Publishers read a pending post in order to approve it.
        let may_be_pending = matches!(self.key, Key::Publisher(_));
        ensure(approvals_missing == 0 || may_be_pending, ReadRefused::Approvals)?;
        let m = self.unwrap(post, charter)?;
        let payload = reveal(post.tbs, &m, post.body)?;
        let earlier_rules = charter.hash() != self.charters.current().hash();
        let notices = Notices { earlier_rules, continuity, thread_unavailable, approvals_missing };
        Ok(Opened { id, payload, m, notices })
    }

    fn authorised(&self, header: &Header, charter: &Charter) -> Result<(), ReadRefused> {
        let is_member = || self.member.is_some_and(|p| p.check(charter, &header.ik).is_ok());
        let may = may_write(header, charter, self.thread.known().as_ref(), is_member);
        ensure(may, ReadRefused::Author)
    }

    /// Whether the thread is unavailable; refuses one that is known and does not fit.
    fn thread_fits(&self, header: &Header) -> Result<bool, ReadRefused> {
        let known = self.thread.known();
        let unavailable = !header.kind.is_root() && !header.thread.is_zero() && known.is_none();
        ensure(unavailable || fits(header, known.as_ref()), ReadRefused::Thread)?;
        Ok(unavailable)
    }

    /// `P = d·point(E'_j)` or `s_i·E`, and `m = w_i ⊕ KDF(-, encode(P), "wrap", …)`.
    fn unwrap(
        &self,
        post: &Delivered<'_>,
        charter: &Charter,
    ) -> Result<MessageSecret, ReadRefused> {
        let cohort = charter.cohorts.get(self.cohort).ok_or(ReadRefused::Slot)?;
        let (encoded, scalar) = match self.key {
            Key::Member { slot, d } => (slot, &d.0),
            Key::Publisher(s) => (&post.tbs.capsule, &s.0),
        };
        let p = Zeroizing::new(point(encoded).map_err(|_| ReadRefused::Slot)? * scalar);
        let mask = mask(&p, &post.tbs.header.hash(), &post.tbs.capsule, cohort.as_bytes());
        Ok(MessageSecret::unwrap(post.wrap, &mask))
    }
}

/// The charter a post names, if its time and its hosting are as they must be.
pub(crate) fn named_charter<'a>(
    charters: &'a Chain,
    hosting_consented: bool,
    header: &Header,
) -> Result<&'a Charter, ReadRefused> {
    let charter = charters.by_hash(&header.charter).ok_or(ReadRefused::Charter)?;
    ensure(header.audience == charter.audience, ReadRefused::Charter)?;
    ensure(charter.valid_at(header.sent_ms), ReadRefused::SentTime)?;
    ensure(charter.hosting == Hosting::Blind || hosting_consented, ReadRefused::Hosting)?;
    Ok(charter)
}

impl Thread {
    const fn known(&self) -> Option<ThreadPost> {
        match self {
            Self::Known(post) => Some(*post),
            Self::Unavailable => None,
        }
    }
}

impl ChainMemory {
    /// How a post with this header and id continues the chain, or why it cannot.
    pub fn continuity(&self, header: &Header, id: PostId) -> Result<Continuity, ReadRefused> {
        let Some(before) = header.seq.checked_sub(1) else { return Err(ReadRefused::Previous) };
        ensure(self.same.is_none_or(|seen| seen == id), ReadRefused::Fork)?;
        ensure((before == 0) == header.prev.is_zero(), ReadRefused::Previous)?;
        if let Some((seq, prev)) = self.after {
            ensure(seq.checked_sub(1) != Some(header.seq) || prev == id, ReadRefused::Previous)?;
        }
        match self.before {
            Some((seq, seen)) if seq == before => {
                ensure(seen == header.prev, ReadRefused::Previous).map(|()| Continuity::Follows)
            }
            Some((seq, _)) => Ok(Continuity::Gap { missing: before.saturating_sub(seq) }),
            None if self.same.is_some() || before == 0 => Ok(Continuity::Follows),
            None => Ok(Continuity::First),
        }
    }
}

pub(crate) fn ensure(holds: bool, otherwise: ReadRefused) -> Result<(), ReadRefused> {
    if holds { Ok(()) } else { Err(otherwise) }
}
