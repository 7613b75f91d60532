//! Assignments as a pupil or a teacher has them: posts of kind 2, and letters of kind 7 to chosen pupils.

use std::collections::{BTreeMap, BTreeSet};

use kentongan_protocol::ids::{AccountId, AudienceId, IdentityKey, LetterId, PostId};
use kentongan_protocol::letter::Kind;

use super::{Deed, Entry, Submission, Terms};
use crate::base64url::B64;
use crate::client::device::{Local, SavedLetter, SentLetter};
use crate::client::payload::PostBody;
use crate::client::{Client, PostView, Shown};

/// The state of an assignment in the field's words.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum CourseWork {
    /// Pupils do not have it yet.
    Draft,
    /// They have it.
    Published,
    /// It was taken back.
    Deleted,
}

impl CourseWork {
    /// The word for machines.
    #[must_use]
    pub const fn word(self) -> &'static str {
        match self {
            Self::Draft => "DRAFT",
            Self::Published => "PUBLISHED",
            Self::Deleted => "DELETED",
        }
    }
}

/// An assignment.
#[derive(Clone)]
pub struct Work<'a> {
    /// Its class.
    pub audience: AudienceId,
    /// Its post's id, or the one that letters to chosen pupils share; `thread` of every letter about it.
    pub id: PostId,
    /// Its state.
    pub state: CourseWork,
    /// What it asks for.
    pub terms: Terms,
    /// What it says, as it was corrected last.
    pub content: &'a PostBody,
    /// When it was given.
    pub given_ms: u64,
    /// Whether this account is a teacher there.
    pub teaching: bool,
    /// The pupils it was given to, for its teacher; none where it is everybody's.
    pub chosen: Option<BTreeSet<AccountId>>,
}

impl Client {
    /// Every assignment this account knows of, by due time, those without one last.
    #[must_use]
    pub fn works(&self) -> Vec<Work<'_>> {
        let mut works = Vec::new();
        for audience in self.audience_ids() {
            let me = self.ik();
            let chain = self.kept_chain(&audience);
            let teaching = chain.is_some_and(|chain| chain.current().is_publisher(&me));
            let posts = self.posts(&audience).into_iter();
            let posts = posts.filter(|view| view.post.kind == Kind::Assignment.word());
            works.extend(posts.map(|view| of_post(audience, &view, teaching)));
            if let Some(local) = self.local(&audience) {
                works.extend(of_letters(audience, local, teaching));
            }
        }
        works.sort_by_key(|work| (work.terms.due_ms.unwrap_or(u64::MAX), work.given_ms, work.id.0));
        works
    }

    /// One assignment.
    #[must_use]
    pub fn work(&self, audience: &AudienceId, id: &PostId) -> Option<Work<'_>> {
        self.works().into_iter().find(|work| work.audience == *audience && work.id == *id)
    }

    /// Where this account's own work stands, as far as this installation knows.
    #[must_use]
    pub fn own_submission(&self, work: &Work<'_>) -> Submission {
        let Some(local) = self.local(&work.audience) else { return Submission::default() };
        let sent = local.sent.iter().filter(|(_, letter)| about(letter, work, Kind::Submission));
        let sent = sent.map(|(id, letter)| submitted(*id, letter.received_ms, &letter.content));
        let returned = local.letters.iter().filter(|(_, letter)| {
            !letter.desk && letter.thread.0 == work.id.0 && letter.kind == Kind::Return.word()
        });
        let returned =
            returned.map(|(id, letter)| given_back(*id, received(letter), &letter.content));
        Submission::of(&work.terms, sent.chain(returned))
    }

    /// Where the work of everybody stands who has handed in, or whom a teacher told something about it here.
    #[must_use]
    pub fn submissions(&self, work: &Work<'_>) -> BTreeMap<AccountId, Submission> {
        let Some(local) = self.local(&work.audience) else { return BTreeMap::new() };
        let mut letters = BTreeMap::<AccountId, Vec<Entry>>::new();
        for (id, letter) in &local.letters {
            let submission = letter.desk && letter.kind == Kind::Submission.word();
            if submission && letter.thread.0 == work.id.0 {
                let author = AccountId::of(&IdentityKey(letter.ik.0));
                let entry = submitted(*id, received(letter), &letter.content);
                letters.entry(author).or_default().push(entry);
            }
        }
        for (id, letter) in local.outgoing() {
            if let (Some(to), true) = (letter.to, about(letter, work, Kind::Return)) {
                let entry = given_back(id, letter.received_ms, &letter.content);
                letters.entry(AccountId(to.0)).or_default().push(entry);
            }
        }
        let of = |(pupil, letters)| (pupil, Submission::of(&work.terms, letters));
        letters.into_iter().map(of).collect()
    }
}

fn about(letter: &SentLetter, work: &Work<'_>, kind: Kind) -> bool {
    letter.thread.0 == work.id.0 && letter.kind == kind.word()
}

fn received(letter: &SavedLetter) -> u64 {
    u64::try_from(letter.received_ms).unwrap_or_default()
}

fn submitted(id: B64<32>, received_ms: u64, content: &PostBody) -> Entry {
    Entry { letter: LetterId(id.0), received_ms, deed: Deed::of_submission(content) }
}

fn given_back(id: B64<32>, received_ms: u64, content: &PostBody) -> Entry {
    Entry { letter: LetterId(id.0), received_ms, deed: Deed::of_return(content) }
}

fn of_post<'a>(audience: AudienceId, view: &PostView<'a>, teaching: bool) -> Work<'a> {
    let state = match view.shown {
        Shown::Withdrawn(_) => CourseWork::Deleted,
        _ if view.post.lapsed.is_some() => CourseWork::Deleted,
        _ if view.post.pending => CourseWork::Draft,
        _ => CourseWork::Published,
    };
    Work {
        audience,
        id: view.id,
        state,
        terms: Terms::of(view.homework()),
        content: view.content,
        given_ms: view.post.sent_ms,
        teaching,
        chosen: None,
    }
}

/// Assignments to chosen pupils: one for each shared id, which no post has; the first letter of it counts.
fn of_letters(audience: AudienceId, local: &Local, teaching: bool) -> Vec<Work<'_>> {
    let mut works = BTreeMap::<B64<32>, Work<'_>>::new();
    let received = local.letters.values().filter(|l| !l.desk && l.kind == Kind::Assignment.word());
    let received = received.map(|l| (self::received(l), None, &l.content));
    let sent = local.outgoing().filter(|(_, l)| l.kind == Kind::Assignment.word());
    let sent = sent.map(|(_, l)| (l.received_ms, l.to, &l.content));
    let mut all: Vec<_> = received.chain(sent).collect();
    all.sort_by_key(|(received_ms, ..)| *received_ms);
    for (given_ms, to, content) in all {
        let Some(id) = content.homework.work.filter(|id| !local.posts.contains_key(id)) else {
            continue;
        };
        let work = works.entry(id).or_insert_with(|| Work {
            audience,
            id: PostId(id.0),
            state: CourseWork::Published,
            terms: Terms::of(&content.homework),
            content,
            given_ms,
            teaching,
            chosen: to.map(|_| BTreeSet::new()),
        });
        if let (Some(chosen), Some(to)) = (&mut work.chosen, to) {
            chosen.insert(AccountId(to.0));
        }
    }
    works.into_values().collect()
}
