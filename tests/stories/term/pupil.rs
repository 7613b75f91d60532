//! A pupil through a term: what they do with each assignment, and what must come of it.
//!
//! Invariant: an act succeeds if and only if the model says that it may, and the model has it exactly then.

use std::collections::BTreeMap;

use kentongan::client::api::AttachmentFor;
use kentongan::client::homework::Refusal;
use kentongan::client::payload::{Attachment, From, Homework, PostBody};
use kentongan::client::{Addressee, Error, ProblemKind, REMOVED, Source};
use kentongan_protocol::ids::{AccountId, AudienceId};
use kentongan_protocol::letter::Kind;
use rand_chacha::ChaCha20Rng;
use rand_core::Rng as _;

use super::model::{Letter, Row, Standing, Taken, Terms, Text};
use super::scan::written;
use super::stage::Stage;
use super::teacher::Given;
use crate::hub::{TestHub, rng};
use crate::people::Person;

/// Somebody in a class.
pub(super) struct Pupil {
    pub(super) person: Person,
    pub(super) name: String,
    pub(super) number: [usize; 2],
    /// What they were asked, and what became of it, by the number of the assignment.
    pub(super) terms: BTreeMap<usize, Terms>,
    pub(super) rows: BTreeMap<usize, Row>,
    pub(super) present: bool,
    /// Finished without a line, to be sent when there is one.
    offline: Vec<(usize, u64)>,
    /// Handed in, and not heard of since.
    unanswered: Option<(usize, PostBody)>,
    rng: ChaCha20Rng,
    pub(super) tally: Tally,
}

/// What was done, so that a term cannot become shorter unseen.
#[derive(Clone, Debug, Default)]
pub(super) struct Tally {
    pub(super) handed_in: usize,
    pub(super) again: usize,
    pub(super) late: usize,
    pub(super) offline: usize,
    pub(super) lost: usize,
    pub(super) too_late: usize,
    pub(super) taken_back: usize,
    /// What was tried and may not be.
    pub(super) refused: Vec<Refusal>,
    pub(super) files: usize,
    pub(super) returns: usize,
    pub(super) reminders: usize,
}

/// True in so many of a hundred cases.
pub(super) fn chance(rng: &mut ChaCha20Rng, percent: u64) -> bool {
    rng.next_u64() % 100 < percent
}

impl Pupil {
    pub(super) async fn new(stage: &Stage, seed: &str, number: [usize; 2]) -> Self {
        let name = written("Murid", &number);
        let person = Person::at(&stage.hub, &stage.line.origin, &name).await;
        Self {
            person,
            name,
            number,
            terms: BTreeMap::new(),
            rows: BTreeMap::new(),
            present: true,
            offline: Vec::new(),
            unanswered: None,
            rng: rng(&format!("{seed} {number:?}")),
            tally: Tally::default(),
        }
    }

    pub(super) fn account(&self) -> AccountId {
        self.person.client.vault().account()
    }

    pub(super) fn standing(&self, no: usize, now: u64) -> (Standing, Option<usize>) {
        let row = self.rows.get(&no).cloned().unwrap_or_default();
        row.standing(&self.terms[&no], now)
    }

    pub(super) async fn look(&mut self, class: &AudienceId) {
        if self.present {
            let fetched = self.person.client.fetch(class).await.expect("a member");
            assert_eq!((fetched.waiting, fetched.refused.len()), (0, 0), "{}", self.name);
            let letters = self.person.client.fetch_letters().await.expect("mailbox");
            assert!(letters.refused.is_empty());
        }
    }

    /// A day's work on what is to be done; some of it waits until there is a line.
    pub(super) async fn work(&mut self, stage: &Stage, class: &AudienceId, due: &[(usize, Given)]) {
        let now = stage.hub.now();
        let finished = std::mem::take(&mut self.offline);
        let me = self.number[1];
        for (no, given) in due.iter().filter(|(_, given)| given.has(me)) {
            let row = self.rows.entry(*no).or_default().clone();
            let Some(terms) = self.terms.get(no).cloned() else { continue };
            let may = row.may_hand_in(&terms, now);
            if let Some((_, at)) = finished.iter().find(|(waits, _)| waits == no) {
                if may.is_ok() {
                    self.tally.offline += 1;
                    self.hand_in(stage, class, *no, given, *at).await;
                }
            } else if may.is_ok() {
                match self.rng.next_u64() % 100 {
                    0..80 => self.hand_in(stage, class, *no, given, now).await,
                    80..94 => self.offline.push((*no, now)),
                    _ => {}
                }
            } else if row.reclaimable(&terms, now).is_ok() && chance(&mut self.rng, 36) {
                self.reclaim(stage, class, *no, given).await;
            } else if chance(&mut self.rng, 15) {
                self.try_in_vain(stage, class, *no, given).await;
            }
        }
    }

    async fn content(&mut self, class: &AudienceId, no: usize, finished_ms: u64) -> PostBody {
        let sent = self.rows[&no].letters.len();
        let numbers = [self.number[0], self.number[1], no, sent];
        let guardian = chance(&mut self.rng, 5).then(|| From { name: written("Ibu", &numbers) });
        let homework = Homework { finished_ms: Some(finished_ms), guardian, ..Homework::default() };
        let mut attachments = Vec::new();
        if chance(&mut self.rng, 20) {
            let size = if chance(&mut self.rng, 5) { 150_000 } else { 2_000 };
            let file = attach(&mut self.person, class, AttachmentFor::Desk, &numbers, size).await;
            attachments.push(file);
            self.tally.files += 1;
        }
        PostBody {
            body: written("Jawaban", &numbers),
            attachments,
            homework,
            ..PostBody::default()
        }
    }

    async fn hand_in(
        &mut self,
        stage: &Stage,
        class: &AudienceId,
        no: usize,
        given: &Given,
        finished: u64,
    ) {
        let content = self.content(class, no, finished).await;
        let taken = self.person.client.hand_in(class, &given.id, &content).await;
        let taken = taken.expect("the model says it may be");
        let now = stage.hub.now();
        self.note(no, now, Letter::HandIn(finished), &content);
        let (standing, _) = self.standing(no, now);
        let told = (taken.attempt, taken.late, taken.received_ms, taken.receipt);
        assert_eq!(told, (standing.attempt, standing.late, now, true), "{} {no}", self.name);
        self.tally.handed_in += 1;
        self.tally.late += usize::from(taken.late);
        self.tally.again += usize::from(self.rows[&no].letters.len() > 1);
    }

    fn note(&mut self, no: usize, at: u64, letter: Letter, content: &PostBody) {
        let taken = Taken { at, letter, text: Text::of(content) };
        self.rows.entry(no).or_default().letters.push(taken);
    }

    async fn reclaim(&mut self, stage: &Stage, class: &AudienceId, no: usize, given: &Given) {
        let now = stage.hub.now();
        let of = self.rows[&no].reclaimable(&self.terms[&no], now).expect("asked before");
        let taken = self.person.client.reclaim(class, &given.id).await.expect("taken back");
        assert_eq!(taken, now);
        self.note(no, now, Letter::Reclaim(of), &PostBody::default());
        self.tally.taken_back += 1;
    }

    /// What may not be is refused here; a client that does not mind sends it all the same, and it does not count.
    async fn try_in_vain(&mut self, stage: &Stage, class: &AudienceId, no: usize, given: &Given) {
        let now = stage.hub.now();
        let content = PostBody {
            homework: Homework { finished_ms: Some(now), ..Homework::default() },
            ..PostBody::default()
        };
        let (row, terms) = (&self.rows[&no], &self.terms[&no]);
        let why = row.may_hand_in(terms, now).expect_err("the model says it may not be");
        let reclaimable = row.reclaimable(terms, now);
        let refused = self.person.client.hand_in(class, &given.id, &content).await;
        self.refused(no, why, refused.map(drop));
        if let Err(why) = reclaimable {
            let refused = self.person.client.reclaim(class, &given.id).await;
            self.refused(no, why, refused.map(drop));
        }
        if chance(&mut self.rng, 50) {
            let content = self.content(class, no, now).await;
            let (desk, kind) = (Addressee::Desk, Kind::Submission);
            let client = &mut self.person.client;
            let sent = client.send_letter(class, desk, kind, Some(given.id), &content).await;
            sent.expect("the hub cannot tell");
            self.note(no, now, Letter::HandIn(now), &content);
            self.tally.too_late += 1;
        }
    }

    fn refused(&mut self, no: usize, why: Refusal, tried: Result<(), Error>) {
        let told = tried.expect_err("the model says that it may not be").to_string();
        assert!(told.contains(&why.to_string()), "{} {no}: {told}, not {why}", self.name);
        self.tally.refused.push(why);
    }

    /// Who was removed is told so, and hands nothing in any more.
    pub(super) async fn is_out(&mut self, class: &AudienceId, due: &[(usize, Given)], now: u64) {
        let fetched = self.person.client.fetch(class).await.expect("told so");
        assert_eq!((fetched.state.as_str(), fetched.new.len()), (REMOVED, 0));
        let may = |(no, given): &&(usize, Given)| {
            let (row, terms) = (self.rows.get(no).cloned().unwrap_or_default(), self.terms.get(no));
            given.has(self.number[1]) && terms.is_some_and(|t| row.may_hand_in(t, now).is_ok())
        };
        let Some((_, given)) = due.iter().find(may) else { return };
        let homework = Homework { finished_ms: Some(now), ..Homework::default() };
        let content =
            PostBody { body: written("Masih", &self.number), homework, ..PostBody::default() };
        let refused = self.person.client.hand_in(class, &given.id, &content).await;
        let refused = refused.expect_err("no member any more");
        assert!(refused.is(&ProblemKind::Refused), "{refused}");
    }

    /// Hands something in, of which no answer comes.
    pub(super) async fn hand_in_unheard(
        &mut self,
        stage: &Stage,
        class: &AudienceId,
        due: &[(usize, Given)],
    ) {
        let now = stage.hub.now();
        let may = |(no, given): &&(usize, Given)| {
            let row = self.rows.get(no).cloned().unwrap_or_default();
            let terms = self.terms.get(no).filter(|_| given.has(self.number[1]));
            terms.is_some_and(|terms| row.may_hand_in(terms, now).is_ok())
        };
        let Some((no, given)) = due.iter().find(may) else { return };
        self.rows.entry(*no).or_default();
        let content = self.content(class, *no, now).await;
        let lost = self.person.client.hand_in(class, &given.id, &content).await;
        assert!(lost.is_err(), "its answer was lost");
        self.note(*no, now, Letter::HandIn(now), &content);
        self.unanswered = Some((*no, content));
        self.tally.lost += 1;
    }

    /// Hands the same in again, which is in already.
    pub(super) async fn hear_of_it(&mut self, class: &AudienceId, due: &[(usize, Given)]) {
        let Some((no, content)) = self.unanswered.take() else { return };
        let given = &due.iter().find(|(other, _)| *other == no).expect("still to do").1;
        let taken = self.person.client.hand_in(class, &given.id, &content).await;
        let first = self.rows[&no].letters.last().expect("it was noted").at;
        assert_eq!(taken.expect("it came").received_ms, first, "once, and when it first came");
        self.tally.handed_in += 1;
    }

    /// Their device is switched off and on.
    pub(super) fn restart(self, hub: &TestHub) -> Self {
        Self { person: self.person.restart(hub), ..self }
    }

    /// Their other device sees the same, by their login card and what the hub has.
    pub(super) async fn on_another_device(self, hub: &TestHub, class: &AudienceId) -> Self {
        let mut pupil = Self { person: self.person.on_another_device(hub).await, ..self };
        pupil.look(class).await;
        pupil
    }
}

/// A file whose name and content say the mark, sealed and uploaded.
pub(super) async fn attach(
    person: &mut Person,
    class: &AudienceId,
    reader: AttachmentFor,
    numbers: &[usize],
    size: usize,
) -> Attachment {
    let path = person.folder.path().join(format!("{}.jpg", written("foto", numbers)));
    let text = written("isi", numbers);
    std::fs::write(&path, text.repeat(size / text.len())).expect("a file");
    let source = Source { path: &path, media_type: "image/jpeg" };
    let attached = person.client.attach(class, source, reader, &|_| {}).await;
    std::fs::remove_file(&path).expect("written before");
    attached.expect("uploaded")
}
