//! What a device keeps of records, and what it has not told them yet.
//!
//! Invariant: a letter counts once, whoever's records it stands in; none counts under the name of one that came in.

use std::collections::btree_map::Entry as Slot;

use kentongan_protocol::ids::AccountId;
use kentongan_protocol::letter::Kind;
use serde::{Deserialize, Serialize};
use serde_json::Value;

use super::entries::{Entry, Mark, MarkDraft, Sent};
use crate::base64url::B64;
use crate::client::device::{Local, SentLetter};

/// A letter of a co-publisher to a member.
#[derive(Clone, Serialize, Deserialize)]
pub struct Colleague {
    /// In whose record it is.
    pub by: B64<32>,
    /// What it says.
    pub letter: SentLetter,
}

/// The draft of a mark, or that there is none any more.
#[derive(Clone, Serialize, Deserialize)]
pub struct SavedMark {
    /// When it was written, by its author's clock.
    pub at_ms: u64,
    /// The draft.
    pub draft: Option<MarkDraft>,
    /// Whether it is known to be in the record.
    pub recorded: bool,
}

/// How far a record was read.
#[derive(Clone, Default, Serialize, Deserialize)]
pub struct Place {
    /// The first segment that was not full.
    pub segment: u32,
    /// The highest version of it that was seen; 0 before the first.
    pub version: u64,
    /// Why what the hub served last was not believed.
    pub refused: Option<String>,
}

/// Which entries go into a record of this account.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Part {
    /// What nobody else reads: letters to the desk, drafts of marks.
    Own,
    /// What other publishers read too: letters to members.
    Desk,
}

impl Local {
    /// Letters from this account and its co-publishers to members, each once.
    pub fn outgoing(&self) -> impl Iterator<Item = (B64<32>, &SentLetter)> {
        let own = self.sent.iter().filter(|(_, letter)| letter.to.is_some());
        let came_in = |id: &B64<32>| self.letters.contains_key(id) || self.sent.contains_key(id);
        let others = self.colleagues.iter().filter(move |(id, _)| !came_in(id));
        let others = others.map(|(id, colleague)| (*id, &colleague.letter));
        own.map(|(id, letter)| (*id, letter)).chain(others)
    }

    /// Which co-publisher sent a letter; none for this account.
    pub(in crate::client) fn author(&self, letter: &B64<32>) -> Option<AccountId> {
        let colleague = self.colleagues.get(letter).filter(|_| !self.sent.contains_key(letter));
        colleague.map(|colleague| AccountId(colleague.by.0))
    }

    /// Entries of a part that are not known to be in a record, oldest first.
    pub(super) fn unrecorded(&self, part: Part) -> Vec<Value> {
        let desk = part == Part::Desk;
        let letters = self.sent.iter().filter(|(_, l)| !l.recorded && l.to.is_some() == desk);
        let mut letters: Vec<_> = letters.collect();
        letters.sort_by_key(|(id, letter)| (letter.received_ms, **id));
        let letters = letters.into_iter().map(|(id, letter)| Entry::sent(*id, letter));
        let marks = self.marks.iter().filter(|_| !desk).flat_map(|(work, pupils)| {
            let new = pupils.iter().filter(|(_, mark)| !mark.recorded);
            new.map(|(pupil, mark)| {
                let draft = mark.draft.clone();
                Entry::Mark(Mark { work: *work, pupil: *pupil, at_ms: mark.at_ms, draft })
            })
        });
        letters.chain(marks).map(|entry| entry.to_value()).collect()
    }

    /// Takes in an entry of a record of this account's own, which is therefore recorded.
    pub(super) fn take_own(&mut self, part: Part, entry: &Value) {
        match Entry::of(entry) {
            Some(Entry::Sent(sent)) if belongs(&sent, part) => {
                let (id, letter) = sent.into_letter();
                match self.sent.get(&id).map(|held| held.recorded) {
                    Some(true) => {}
                    Some(false) => {
                        self.sent.get_mut(&id).into_iter().for_each(|held| held.recorded = true);
                    }
                    None => self.sent.insert(id, letter),
                }
            }
            Some(Entry::Mark(mark)) if part == Part::Own => self.take_mark(mark),
            _ => {}
        }
    }

    fn take_mark(&mut self, mark: Mark) {
        let Mark { work, pupil, at_ms, draft } = mark;
        let saved = SavedMark { at_ms, draft, recorded: true };
        match self.marks.entry(work).or_default().entry(pupil) {
            Slot::Vacant(new) => drop(new.insert(saved)),
            Slot::Occupied(mut held) if held.get().at_ms < at_ms => drop(held.insert(saved)),
            Slot::Occupied(mut held) => held.get_mut().recorded |= held.get().at_ms == at_ms,
        }
    }

    /// Takes in an entry of a co-publisher's record, if they published when they say that they sent it.
    pub(super) fn take_colleagues(
        &mut self,
        by: &AccountId,
        entry: &Value,
        published_at: impl Fn(u64) -> bool,
    ) {
        let Some(Entry::Sent(sent)) = Entry::of(entry) else { return };
        if !belongs(&sent, Part::Desk) || !published_at(sent.sent_ms) {
            return;
        }
        let (id, letter) = sent.into_letter();
        if let Some(from) = &letter.content.from {
            self.note_name(by.0, &from.name);
        }
        if !self.colleagues.contains_key(&id) {
            self.colleagues.insert(id, Colleague { by: B64(by.0), letter });
        }
    }
}

/// Whether publishers send such a letter to members, or else members to the desk.
fn belongs(sent: &Sent, part: Part) -> bool {
    let is = |kinds: &[Kind]| kinds.iter().any(|kind| kind.word() == sent.kind);
    match (part, sent.to) {
        (Part::Own, None) => is(&[Kind::Reply, Kind::Submission]),
        (Part::Desk, Some(_)) => is(&[Kind::Reply, Kind::Return, Kind::Assignment]),
        _ => false,
    }
}
