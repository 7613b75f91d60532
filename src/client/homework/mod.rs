//! Homework: what is asked, and where each pupil's work stands.
//!
//! Invariant: where a work stands is computed from opened posts and letters alone, by the same rules for teacher and
//! pupil; the hub has no say in it but for the times at which letters came in.

mod actions;
mod assign;
mod assignments;
mod board;
mod drafts;
mod entries;
mod given;
mod marks;
mod proof;
mod remind;
mod submission;
mod works;

pub use actions::{HandedIn, Verdict, Written};
pub use board::Pupil;
pub use entries::{Deed, Entry, Terms};
pub use given::{Given, Giving};
pub use marks::{BadMark, Scale, mark};
pub use proof::{SavedReceipt, VerifiedReceipt};
pub use submission::{HandIn, Phase, Refusal, State, Submission};
pub use works::{CourseWork, Work};
