//! The Kentongan protocol, version 1: one encryption by the sender, one ciphertext per recipient
//! made by a hub that cannot read it.
//!
//! The crate mirrors `docs/protocol.md` section by section and keeps its symbols (`E`, `S`, `d`,
//! `t`, `m`). It holds bytes, keys and proofs and nothing else: no I/O, no clock and, but for what
//! age draws when it seals, no randomness of its own; times and generators are arguments. Whatever
//! parses has been checked, and whatever is secret is zeroized when dropped and cannot be printed.
//!
//! | section | module |
//! |---|---|
//! | 1 Conventions | [`bytes`], [`primitives`], [`ids`], [`keys`] |
//! | 2 Accounts | [`account`], [`card`], [`vault`] |
//! | 3 Audiences and charters | [`charter`], [`chain`] |
//! | 4 Enrolment | [`token`], [`link`], [`membership`] |
//! | 5 Posts | [`post`], [`pad`], [`transform`] |
//! | 6 Approvals, permalinks | [`approval`], [`permalink`] |
//! | 7 Letters | [`letter`], [`receipt`], [`attachment`] |
//! | *Records* of `docs/payload.md` | [`record`] |
#![deny(unsafe_code)]

pub mod account;
pub mod approval;
pub mod attachment;
pub mod bytes;
pub mod card;
pub mod chain;
pub mod charter;
pub mod ids;
pub mod keys;
pub mod letter;
pub mod link;
pub mod membership;
pub mod pad;
mod payload;
pub mod permalink;
pub mod post;
pub mod primitives;
pub mod receipt;
pub mod record;
pub mod token;
pub mod transform;
pub mod vault;

/// Members under one cohort key: the unit of rotation, of a background job and of a stored pack.
pub const COHORT: usize = 4096;

/// The only version of every structure in this protocol.
pub(crate) const VERSION: u16 = 1;

/// The only cipher suite: everything in `docs/protocol.md`.
pub const SUITE: u16 = 1;
