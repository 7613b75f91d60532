//! What is written here and not sent yet: work to hand in, assignments to give.
//!
//! Invariant: a draft goes in the same write that notes what became of it as sent, or stays.

use std::path::PathBuf;

use serde::{Deserialize, Serialize};

use crate::client::payload::PostBody;

/// Work that has not been handed in yet.
#[derive(Clone, Default, Serialize, Deserialize)]
pub struct WorkDraft {
    /// What is written so far.
    pub note: String,
    /// Files of this machine that go with it.
    pub files: Vec<PathBuf>,
    /// When its author said that it is finished: it is on its way since.
    pub finished_ms: Option<u64>,
    /// The guardian who hands it in for its author.
    #[serde(default)]
    pub guardian: Option<String>,
}

/// An assignment that is not given yet.
#[derive(Clone, Default, Serialize, Deserialize)]
pub struct AssignmentDraft {
    /// What it will say; its files are sealed for its class already.
    pub content: PostBody,
    /// Files of this machine that go with it.
    pub files: Vec<PathBuf>,
    /// Whether what it is a copy of was for chosen pupils: they are chosen anew.
    #[serde(default)]
    pub for_chosen: bool,
}
