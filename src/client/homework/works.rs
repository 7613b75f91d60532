//! Assignments as a pupil or a teacher has them: posts of kind 2, and letters of kind 7 to chosen pupils.

use std::collections::{BTreeMap, BTreeSet};

use kentongan_protocol::charter::Charter;
use kentongan_protocol::ids::{AccountId, AudienceId, IdentityKey, LetterId, PostId};
use kentongan_protocol::letter::Kind;

use super::{Deed, Entry, Given, Giving, Submission, Terms};
use crate::base64url::B64;
use crate::client::device::{Local, SavedLetter, SentLetter};
use crate::client::payload::{Homework, PostBody};
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
    /// What it says, as it was changed last; also where it was taken back since.
    pub content: &'a PostBody,
    /// What it asks for, field for field.
    pub homework: &'a Homework,
    /// When it was given.
    pub given_ms: u64,
    /// When it was changed or taken back last; when it was given where it never was.
    pub changed_ms: u64,
    /// Whether this account is a teacher there.
    pub teaching: bool,
    /// The pupils who have it, for its teacher; none where it is everybody's.
    pub chosen: Option<BTreeSet<AccountId>>,
}

impl Client {
    /// Every assignment this account knows of, by due time, those without one last.
    #[must_use]
    pub fn works(&self) -> Vec<Work<'_>> {
        let mut works = Vec::new();
        for audience in self.audience_ids() {
            let teaching = self.teaches(&audience);
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
        let (audience, word) = (*audience, Kind::Assignment.word());
        let teaching = self.teaches(&audience);
        let local = self.local(&audience).filter(|_| self.audience_ids().contains(&audience))?;
        if local.posts.contains_key(&B64(id.0)) {
            let post = self.post(&audience, id).filter(|view| view.post.kind == word);
            return post.map(|view| of_post(audience, &view, teaching));
        }
        let mut letters = Letters::new();
        for (to, giving) in givings(local).filter(|(_, g)| work_of(g) == Some(B64(id.0))) {
            letters.entry(to).or_default().push(giving);
        }
        chosen(audience, B64(id.0), letters, teaching)
    }

    /// Whether this account is a publisher by the newest charter it has, which was checked when it came.
    fn teaches(&self, audience: &AudienceId) -> bool {
        let charter = self.local(audience).and_then(|local| local.charters.last());
        let charter = charter.and_then(|(bytes, _)| Charter::parse(&bytes.0).ok());
        charter.is_some_and(|charter| charter.is_publisher(&self.ik()))
    }

    /// What one pupil is asked for: of chosen pupils each has what their own letters say.
    #[must_use]
    pub fn terms_of(&self, work: &Work<'_>, pupil: &AccountId) -> Terms {
        let given = work.chosen.as_ref().and_then(|_| self.given(&work.audience, &work.id, pupil));
        given.map_or_else(|| work.terms.clone(), |given| Terms::of(&given.content.homework))
    }

    /// What a teacher here gave one pupil of an assignment to chosen ones.
    #[must_use]
    pub fn given(
        &self,
        audience: &AudienceId,
        work: &PostId,
        pupil: &AccountId,
    ) -> Option<Given<'_>> {
        let to = Some(B64(pupil.0));
        let letters = givings(self.local(audience)?)
            .filter(|(_, giving)| work_of(giving) == Some(B64(work.0)));
        Given::of(letters.filter(|(of, _)| *of == to).map(|(_, giving)| giving))
    }

    /// What a submission says that was sent from here or came to the desk.
    #[must_use]
    pub fn submitted(&self, audience: &AudienceId, letter: &LetterId) -> Option<&PostBody> {
        let (local, id) = (self.local(audience)?, B64(letter.0));
        let sent = local.sent.get(&id).map(|letter| &letter.content);
        sent.or_else(|| local.letters.get(&id).map(|letter| &letter.content))
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
        let of = |(pupil, letters)| (pupil, Submission::of(&self.terms_of(work, &pupil), letters));
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
        terms: Terms::of(view.homework),
        content: view.said,
        homework: view.homework,
        given_ms: view.post.sent_ms,
        changed_ms: view.changed_ms,
        teaching,
        chosen: None,
    }
}

/// Letters of kind 7 that teachers here sent, with whom they went to, and those that came to this account, with nobody.
fn givings(local: &Local) -> impl Iterator<Item = (Option<B64<32>>, Giving<'_>)> {
    let giving = |id: B64<32>, received_ms, content| {
        let letter = LetterId(id.0);
        Giving { letter, received_ms, content }
    };
    let word = Kind::Assignment.word();
    let received = local.letters.iter().filter(move |(_, l)| !l.desk && l.kind == word);
    let received = received.map(move |(id, l)| (None, giving(*id, self::received(l), &l.content)));
    let sent = local.outgoing().filter(move |(_, l)| l.kind == word);
    let sent = sent.map(move |(id, l)| (l.to, giving(id, l.received_ms, &l.content)));
    received.chain(sent)
}

fn work_of(giving: &Giving<'_>) -> Option<B64<32>> {
    giving.content.homework.work
}

/// Assignments to chosen pupils: one for each shared id, which no post has.
fn of_letters(audience: AudienceId, local: &Local, teaching: bool) -> Vec<Work<'_>> {
    let mut works = BTreeMap::<_, Letters<'_>>::new();
    for (to, giving) in givings(local) {
        if let Some(id) = work_of(&giving).filter(|id| !local.posts.contains_key(id)) {
            works.entry(id).or_default().entry(to).or_default().push(giving);
        }
    }
    works.into_iter().filter_map(|(id, letters)| chosen(audience, id, letters, teaching)).collect()
}

/// Letters of one work, by whom they went to.
type Letters<'a> = BTreeMap<Option<B64<32>>, Vec<Giving<'a>>>;

/// What came to this account is its own; who gave it to others is its teacher.
fn chosen(
    audience: AudienceId,
    id: B64<32>,
    mut letters: Letters<'_>,
    teaching: bool,
) -> Option<Work<'_>> {
    let own = letters.remove(&None);
    let has = |letters: &Vec<Giving<'_>>| {
        Given::of(letters.iter().copied()).is_some_and(|given| !given.withdrawn)
    };
    let have = letters.iter().filter(|(_, letters)| has(letters));
    let have: BTreeSet<_> = have.filter_map(|(to, _)| Some(AccountId(to.as_ref()?.0))).collect();
    let gave = !letters.is_empty();
    let given = match own.filter(|_| !gave) {
        Some(own) => Given::of(own),
        None => Given::of(letters.into_values().flatten()),
    }?;
    let withdrawn = if gave { have.is_empty() } else { given.withdrawn };
    Some(Work {
        audience,
        id: PostId(id.0),
        state: if withdrawn { CourseWork::Deleted } else { CourseWork::Published },
        terms: Terms::of(&given.content.homework),
        content: given.content,
        homework: &given.content.homework,
        given_ms: given.given_ms,
        changed_ms: given.changed_ms,
        teaching,
        chosen: gave.then_some(have),
    })
}

#[cfg(test)]
mod tests;
