//! The life of an assignment: every step of it, and every step that is refused.

use kentongan::client::homework::{CourseWork, HandedIn, Refusal, State, Submission, Verdict};
use kentongan::client::payload::{Homework, PostBody};
use kentongan::client::{Addressee, Error, Joined, ProblemKind};
use kentongan_protocol::ids::{AudienceId, PostId};
use kentongan_protocol::letter;
use kentongan_protocol::link::LinkKind;
use kentongan_protocol::post::Kind;

use crate::hub::{DAY, TestHub};
use crate::line::Line;
use crate::people::{Person, work as workers};
use crate::support::databases;

/// A teacher, two pupils and their class.
pub(crate) struct Class {
    pub(crate) sari: Person,
    pub(crate) ani: Person,
    pub(crate) budi: Person,
    pub(crate) id: AudienceId,
}

impl Class {
    pub(crate) async fn on(hub: &TestHub) -> Self {
        Self::at(hub, &hub.origin).await
    }

    pub(crate) async fn at(hub: &TestHub, origin: &str) -> Self {
        let mut sari = Person::at(hub, origin, "Bu Sari").await;
        let mut ani = Person::at(hub, origin, "Ani").await;
        let mut budi = Person::at(hub, origin, "Budi").await;
        let id = sari.found_class("VII B").await;
        let link = sari.link(&id, LinkKind::Open).await;
        for pupil in [&mut ani, &mut budi] {
            assert_eq!(pupil.follow(&link).await, Joined::Member);
        }
        Self { sari, ani, budi, id }
    }

    /// Gives homework that is due in a day, with whatever else it asks for, to everybody.
    pub(crate) async fn assign(&mut self, hub: &TestHub, homework: Homework) -> PostId {
        let homework = Homework { due_ms: Some(hub.now() + DAY), points: Some(100), ..homework };
        let content = PostBody { homework, ..says("Kerjakan halaman 12") };
        let sent = self.sari.client.send(&self.id, Kind::Assignment, None, &content).await;
        self.everybody_looks(hub).await;
        sent.expect("sent").post
    }

    pub(crate) async fn everybody_looks(&mut self, hub: &TestHub) {
        workers(hub).await;
        hub.wait(1);
        let chain = self.sari.client.sync(&self.id).await.expect("charters");
        self.sari.client.fetch(&self.id).await.expect("a publisher");
        self.sari.client.fetch_desk(&chain).await.expect("the desk");
        for pupil in [&mut self.ani, &mut self.budi] {
            pupil.client.fetch(&self.id).await.expect("told");
            pupil.client.fetch_letters().await.expect("mailbox");
        }
    }

    /// Ani's work as she and her teacher have it, which is the same.
    pub(crate) fn anis(&self, work: &PostId) -> Submission {
        let asked = self.ani.client.work(&self.id, work).expect("given");
        let own = self.ani.client.own_submission(&asked);
        let asked = self.sari.client.work(&self.id, work).expect("given");
        let account = self.ani.client.vault().account();
        let known = self.sari.client.submissions(&asked).remove(&account);
        assert_eq!(known.unwrap_or_else(|| Submission::of(&asked.terms, [])), own);
        own
    }

    pub(crate) async fn give_back(&mut self, hub: &TestHub, work: &PostId, verdict: Verdict) {
        let account = self.ani.client.vault().account();
        let told = self.sari.client.give_back(&self.id, work, &account, verdict).await;
        told.expect("returned");
        self.everybody_looks(hub).await;
    }
}

pub(crate) fn says(text: &str) -> PostBody {
    PostBody { body: text.into(), ..PostBody::default() }
}

pub(crate) fn finished(at: u64, text: &str) -> PostBody {
    let homework = Homework { finished_ms: Some(at), ..Homework::default() };
    PostBody { homework, ..says(text) }
}

pub(crate) async fn hand_in(
    pupil: &mut Person,
    hub: &TestHub,
    class: &AudienceId,
    work: &PostId,
) -> Result<HandedIn, Error> {
    hub.wait(1);
    pupil.client.hand_in(class, work, &finished(hub.now(), "3/4")).await
}

pub(crate) fn why<T>(refused: Result<T, Error>) -> String {
    refused.map(|_| ()).expect_err("it may not be").to_string()
}

#[tokio::test]
async fn work_is_handed_in_taken_back_handed_in_returned_and_done_again() {
    for hub in TestHub::each().await {
        let mut class = Class::on(&hub).await;
        let work = class.assign(&hub, Homework::default()).await;
        assert_eq!(class.anis(&work).state(false), State::New);
        assert_eq!(class.anis(&work).state(true), State::Created);

        let first = hand_in(&mut class.ani, &hub, &class.id, &work).await.expect("handed in");
        assert_eq!((first.attempt, first.late, first.receipt), (1, false, true));
        class.everybody_looks(&hub).await;
        assert_eq!(class.anis(&work).state(false), State::TurnedIn);
        let twice = hand_in(&mut class.ani, &hub, &class.id, &work).await;
        assert_eq!(why(twice), Refusal::AlreadyIn.to_string());

        class.ani.client.reclaim(&class.id, &work).await.expect("taken back");
        class.everybody_looks(&hub).await;
        assert_eq!(class.anis(&work).state(false), State::ReclaimedByStudent);
        assert_eq!(
            why(class.ani.client.reclaim(&class.id, &work).await),
            Refusal::NotIn.to_string()
        );

        hub.wait(DAY + 1_000);
        let again = hand_in(&mut class.ani, &hub, &class.id, &work).await.expect("handed in");
        assert_eq!((again.attempt, again.late), (1, true), "taking back uses no attempt up");
        class.everybody_looks(&hub).await;
        let again = Verdict { redo: true, feedback: "Nomor 3 lagi".into(), ..Verdict::default() };
        class.give_back(&hub, &work, again).await;
        assert_eq!(class.anis(&work).state(false), State::Returned);

        let second = hand_in(&mut class.ani, &hub, &class.id, &work).await.expect("asked to");
        assert_eq!(second.attempt, 2);
        class.everybody_looks(&hub).await;
        let mark = Verdict { mark: Some("87,5".into()), ..Verdict::default() };
        class.give_back(&hub, &work, mark).await;
        let done = class.anis(&work);
        assert_eq!((done.mark.as_deref(), done.redo, done.returns.len()), (Some("87.5"), false, 2));
        let third = hand_in(&mut class.ani, &hub, &class.id, &work).await;
        assert_eq!(why(third), Refusal::NoAttemptsLeft.to_string());
        assert!(done.refused.is_empty(), "{:?}", done.refused);
        let care = class.sari.client.desk(&class.id).await.expect("the desk");
        let open = |letter| care.get::<[u8; 32]>(letter).is_some_and(|care| care.state == "open");
        assert!(!open(&first.letter.0) && !open(&second.letter.0), "what was returned is put away");
    }
}

#[tokio::test]
async fn after_the_cut_off_nothing_is_taken_until_more_time_is_given() {
    for hub in TestHub::each().await {
        let mut class = Class::on(&hub).await;
        let cutoff_ms = Some(hub.now() + 2 * DAY);
        let work = class.assign(&hub, Homework { cutoff_ms, ..Homework::default() }).await;
        let early = hand_in(&mut class.budi, &hub, &class.id, &work).await;
        early.expect("in time");
        hub.wait(2 * DAY);
        assert!(class.anis(&work).missing(hub.now()));
        let late = hand_in(&mut class.ani, &hub, &class.id, &work).await;
        assert_eq!(why(late), Refusal::Closed.to_string());
        let back = class.budi.client.reclaim(&class.id, &work).await;
        assert_eq!(why(back), Refusal::Closed.to_string(), "it could not be handed in again");

        // A client that does not mind sends it all the same: the hub cannot tell, both sides can.
        let (desk, kind) = (Addressee::Desk, letter::Kind::Submission);
        let late = finished(hub.now(), "terlambat");
        let sent = class.ani.client.send_letter(&class.id, desk, kind, Some(work), &late).await;
        sent.expect("delivered");
        class.everybody_looks(&hub).await;
        let refused = class.anis(&work);
        assert_eq!(refused.state(false), State::New);
        assert_eq!(refused.refused.iter().map(|r| r.1).collect::<Vec<_>>(), [Refusal::Closed]);

        let more = Verdict { extended_until_ms: Some(hub.now() + DAY), ..Verdict::default() };
        class.give_back(&hub, &work, more).await;
        let taken = class.anis(&work);
        assert_eq!((taken.state(false), taken.late()), (State::TurnedIn, false), "nothing is lost");

        let board = class.sari.client.board(&class.id, &work).await.expect("a board");
        let names: Vec<_> = board.iter().map(|p| p.name.as_deref().unwrap_or_default()).collect();
        assert_eq!(names, ["Ani", "Budi"]);
        let other = class.assign(&hub, Homework::default()).await;
        class.give_back(&hub, &other, Verdict { excused: Some(true), ..Verdict::default() }).await;
        hub.wait(2 * DAY);
        let board = class.sari.client.board(&class.id, &other).await.expect("a board");
        let missing: Vec<_> = board.iter().map(|p| p.submission.missing(hub.now())).collect();
        assert_eq!(missing, [false, true], "Ani is excused");
    }
}

#[tokio::test]
async fn nobody_takes_back_what_is_not_theirs_nor_returns_from_another_class() {
    for hub in TestHub::each().await {
        let mut class = Class::on(&hub).await;
        let work = class.assign(&hub, Homework::default()).await;
        let anis = hand_in(&mut class.ani, &hub, &class.id, &work).await.expect("handed in");
        hub.wait(1);
        let reclaim = Some(kentongan::base64url::B64(anis.letter.0));
        let homework = Homework { reclaim, ..Homework::default() };
        let takes = PostBody { homework, ..PostBody::default() };
        let (desk, kind) = (Addressee::Desk, letter::Kind::Submission);
        let sent = class.budi.client.send_letter(&class.id, desk, kind, Some(work), &takes).await;
        sent.expect("delivered: the hub cannot read it");
        class.everybody_looks(&hub).await;
        assert_eq!(class.anis(&work).state(false), State::TurnedIn);
        let asked = class.sari.client.work(&class.id, &work).expect("given");
        let budis = class.sari.client.submissions(&asked);
        let budis = &budis[&class.budi.client.vault().account()];
        assert_eq!(budis.refused.iter().map(|r| r.1).collect::<Vec<_>>(), [Refusal::NotIn]);

        // Another teacher of Ani's names her work in a return of their own class.
        let mut joko = Person::new(&hub, "Pak Joko").await;
        let other = joko.found_class("Paduan suara").await;
        let link = joko.link(&other, LinkKind::Open).await;
        class.ani.follow(&link).await;
        hub.wait(1);
        let submission = Some(kentongan::base64url::B64(anis.letter.0));
        let homework = Homework { submission, mark: Some("0".into()), ..Homework::default() };
        let mark = PostBody { homework, ..says("Buruk") };
        let to = Addressee::Account(class.ani.client.vault().account());
        let kind = letter::Kind::Return;
        joko.client.send_letter(&other, to, kind, Some(work), &mark).await.expect("his own class");
        let foreign = joko.client.send_letter(&class.id, to, kind, Some(work), &mark).await;
        assert!(foreign.is_err(), "he is no publisher there");
        class.everybody_looks(&hub).await;
        let anis = class.anis(&work);
        assert_eq!((anis.state(false), anis.mark), (State::TurnedIn, None));
    }
}

#[tokio::test]
async fn a_pupil_who_was_removed_hands_nothing_in_and_what_was_taken_back_asks_for_nothing() {
    for hub in TestHub::each().await {
        let mut class = Class::on(&hub).await;
        let work = class.assign(&hub, Homework::default()).await;
        hand_in(&mut class.budi, &hub, &class.id, &work).await.expect("handed in");
        for pupil in [&class.ani, &class.budi] {
            let account = pupil.client.vault().account();
            class.sari.client.remove(&class.id, &account).await.expect("removed");
        }
        let refused = hand_in(&mut class.ani, &hub, &class.id, &work).await;
        let refused = refused.map(|_| ()).expect_err("she is no member any more");
        assert!(refused.is(&ProblemKind::Refused), "{refused}");
        let board = class.sari.client.board(&class.id, &work).await.expect("a board");
        let left: Vec<_> = board.iter().map(|p| (p.name.as_deref(), p.removed)).collect();
        assert_eq!(left, [(Some("Budi"), true)], "what he handed in stays");
        let (kind, none) = (Kind::Withdrawal, PostBody::default());
        class.sari.client.send(&class.id, kind, Some(work), &none).await.expect("withdrawn");
        class.everybody_looks(&hub).await;
        let state = class.sari.client.work(&class.id, &work).expect("kept").state;
        assert_eq!(state, CourseWork::Deleted);
    }
}

#[tokio::test]
async fn an_assignment_that_was_taken_back_is_not_handed_in() {
    for hub in TestHub::each().await {
        let mut class = Class::on(&hub).await;
        let work = class.assign(&hub, Homework::default()).await;
        let correction = says("Kerjakan halaman 13");
        let kind = Kind::Correction;
        class.sari.client.send(&class.id, kind, Some(work), &correction).await.expect("corrected");
        class.everybody_looks(&hub).await;
        let asked = class.ani.client.work(&class.id, &work).expect("given");
        assert_eq!(asked.content.body, "Kerjakan halaman 13");
        assert!(asked.terms.due_ms.is_some(), "a correction of the text leaves the rest");
        hub.wait(1);
        let kind = Kind::Withdrawal;
        let none = PostBody::default();
        class.sari.client.send(&class.id, kind, Some(work), &none).await.expect("withdrawn");
        class.everybody_looks(&hub).await;
        let refused = why(hand_in(&mut class.ani, &hub, &class.id, &work).await);
        assert!(refused.contains("taken back"), "{refused}");
    }
}

#[tokio::test]
async fn chosen_pupils_get_a_letter_and_the_others_nothing() {
    for hub in TestHub::each().await {
        let mut class = Class::on(&hub).await;
        let ani = class.ani.client.vault().account();
        let homework = Homework { attempts: Some(2), ..Homework::default() };
        let extra = PostBody { homework, ..says("Latihan tambahan") };
        let work = class.sari.client.new_work();
        class.sari.client.assign_to(&class.id, &work, &ani, &extra).await.expect("sent");
        class.everybody_looks(&hub).await;
        assert!(class.budi.client.works().is_empty());
        let asked = class.ani.client.work(&class.id, &work).expect("given to her");
        assert_eq!((asked.content.body.as_str(), asked.terms.attempts), ("Latihan tambahan", 2));
        for attempt in [1, 2] {
            let taken = hand_in(&mut class.ani, &hub, &class.id, &work).await.expect("handed in");
            assert_eq!(taken.attempt, attempt);
            class.everybody_looks(&hub).await;
            let seen = Verdict { feedback: "Bagus".into(), ..Verdict::default() };
            class.give_back(&hub, &work, seen).await;
        }
        let third = hand_in(&mut class.ani, &hub, &class.id, &work).await;
        assert_eq!(why(third), Refusal::NoAttemptsLeft.to_string());
        let board = class.sari.client.board(&class.id, &work).await.expect("a board");
        assert_eq!(board.len(), 1, "Budi was not asked");
        assert_eq!(class.anis(&work).returns.len(), 2);
    }
}

#[tokio::test]
async fn an_answer_that_is_lost_hands_in_once_and_the_receipt_is_had_all_the_same() {
    for database in databases().await {
        let line = Line::lay().await;
        let origin = line.origin.clone();
        let hub = TestHub::on(database, |config| config.origin = origin).await;
        line.connect(&hub.origin);
        let mut class = Class::at(&hub, &line.origin).await;
        let work = class.assign(&hub, Homework::default()).await;
        hub.wait(1);
        let answer = finished(hub.now(), "3/4");
        line.lose_answers_to("/letters ");
        let lost = class.ani.client.hand_in(&class.id, &work, &answer).await;
        assert!(matches!(lost, Err(Error::Unreachable(_))), "nobody answered");
        line.lose_answers_to("nothing");

        class.ani = class.ani.restart(&hub);
        hub.wait(DAY);
        let other = hand_in(&mut class.ani, &hub, &class.id, &work).await;
        assert_eq!(why(other), Refusal::AlreadyIn.to_string(), "the first one had arrived");
        let same = class.ani.client.hand_in(&class.id, &work, &answer).await;
        let same = same.expect("it is the same");
        assert!(!same.late, "the hub's word for when it came in");
        class.everybody_looks(&hub).await;
        assert_eq!(class.anis(&work).refused, []);

        let receipt = class.ani.client.receipt(&class.id, &same.letter).expect("kept");
        let verdict = Verdict { mark: Some("90".into()), ..Verdict::default() };
        let ani = class.ani.client.vault().account();
        line.lose_answers_to("/letters ");
        let lost = class.sari.client.give_back(&class.id, &work, &ani, verdict.clone()).await;
        assert!(matches!(lost, Err(Error::Unreachable(_))), "nobody answered");
        line.lose_answers_to("nothing");
        class.give_back(&hub, &work, verdict).await;
        assert_eq!(class.anis(&work).returns.len(), 1, "it is told once");

        let told = class.sari.client.verify_receipt(&receipt).expect("the same hub");
        assert_eq!(told.about, Some((class.id, work)), "she has opened that letter");
        let mut forged = receipt.clone();
        forged.received_ms -= 1;
        assert!(why(class.ani.client.verify_receipt(&forged)).contains("did not sign"));
    }
}
