//! What teachers do with assignments after they were given, and what others see of it.

use std::collections::{BTreeMap, BTreeSet};

use kentongan::client::api::AttachmentFor;
use kentongan::client::device::AssignmentDraft;
use kentongan::client::homework::{CourseWork, Scale, State, Verdict};
use kentongan::client::payload::{From, Homework, PostBody};
use kentongan::client::{Client, Joined, Source};
use kentongan_protocol::ids::{AccountId, AudienceId, PostId};
use kentongan_protocol::link::LinkKind;
use kentongan_protocol::post::Kind;

use crate::homework::{Class, finished, hand_in, says, why};
use crate::hub::{DAY, TestHub};
use crate::line::Line;
use crate::people::{Person, work as workers};
use crate::support::databases;

fn account(person: &Person) -> AccountId {
    person.client.vault().account()
}

fn silent(_: u64) {}

#[tokio::test]
async fn an_assignment_to_chosen_pupils_is_changed_and_each_of_them_has_what_they_were_given_last()
{
    for hub in TestHub::each().await {
        let mut class = Class::on(&hub).await;
        let (ani, budi) = (account(&class.ani), account(&class.budi));
        let homework = Homework { points: Some(10), ..Homework::default() };
        let extra = PostBody { homework, ..says("Latihan tambahan") };
        let work = class.sari.client.new_work();
        for pupil in [&ani, &budi] {
            class.sari.client.assign_to(&class.id, &work, pupil, &extra).await.expect("sent");
        }
        class.everybody_looks(&hub).await;

        let homework = Homework { points: Some(20), attempts: Some(2), ..Homework::default() };
        let newer = PostBody { homework, ..says("Nomor 1 saja") };
        let only_ani = BTreeSet::from([ani]);
        let sari = &mut class.sari.client;
        sari.change_work(&class.id, &work, &newer, Some(&only_ani), &silent).await.expect("sent");
        class.everybody_looks(&hub).await;
        let asked = class.ani.client.work(&class.id, &work).expect("still hers");
        assert_eq!((asked.content.body.as_str(), asked.terms.attempts), ("Nomor 1 saja", 2));
        let left_out = class.budi.client.work(&class.id, &work).expect("remembered");
        assert_eq!(
            (left_out.state, left_out.content.body.as_str()),
            (CourseWork::Deleted, "Latihan tambahan")
        );
        let refused = why(hand_in(&mut class.budi, &hub, &class.id, &work).await);
        assert!(refused.contains("taken back"), "{refused}");
        let board = class.sari.client.board(&class.id, &work).await.expect("a board");
        assert_eq!(board.iter().map(|p| p.account).collect::<Vec<_>>(), [ani]);
        hand_in(&mut class.ani, &hub, &class.id, &work).await.expect("handed in");
        class.everybody_looks(&hub).await;
        assert_eq!(class.anis(&work).state(false), State::TurnedIn);

        // The same again, with Budi: Ani has it already and gets no second letter.
        let both = BTreeSet::from([ani, budi]);
        let before = class.sari.client.local(&class.id).expect("known").sent.len();
        let sari = &mut class.sari.client;
        sari.change_work(&class.id, &work, &newer, Some(&both), &silent).await.expect("sent");
        let after = class.sari.client.local(&class.id).expect("known").sent.len();
        assert_eq!(after, before + 1);
        class.everybody_looks(&hub).await;
        let asked = class.budi.client.work(&class.id, &work).expect("his again");
        assert_eq!(
            (asked.state, asked.terms.scale.clone()),
            (CourseWork::Published, Scale::Points(20))
        );

        class.sari.client.withdraw_work(&class.id, &work, &silent).await.expect("sent");
        class.everybody_looks(&hub).await;
        for person in [&class.sari, &class.ani, &class.budi] {
            let state = person.client.work(&class.id, &work).expect("remembered").state;
            assert_eq!(state, CourseWork::Deleted);
        }
        assert_eq!(class.anis(&work).state(false), State::TurnedIn, "what is in is still hers");
        let pupil = &mut class.ani.client;
        let refused = why(pupil.withdraw_work(&class.id, &work, &silent).await);
        assert!(refused.contains("only its teachers"), "{refused}");
    }
}

#[tokio::test]
async fn a_change_that_reached_one_pupil_only_leaves_each_with_terms_of_their_own() {
    for hub in TestHub::each().await {
        let mut class = Class::on(&hub).await;
        let (ani, budi) = (account(&class.ani), account(&class.budi));
        let due = |at| PostBody {
            homework: Homework { due_ms: Some(at), ..Homework::default() },
            ..says("Latihan")
        };
        let (work, soon) = (class.sari.client.new_work(), due(hub.now() + 1_000));
        for pupil in [&ani, &budi] {
            class.sari.client.assign_to(&class.id, &work, pupil, &soon).await.expect("sent");
        }
        hub.wait(1);
        // It broke off before Budi had it.
        let later = due(hub.now() + DAY);
        class.sari.client.assign_to(&class.id, &work, &ani, &later).await.expect("sent");
        hub.wait(5_000);
        class.everybody_looks(&hub).await;
        let board = class.sari.client.board(&class.id, &work).await.expect("a board");
        let missing = board.iter().map(|p| p.submission.missing(hub.now())).collect::<Vec<_>>();
        assert_eq!(missing, [false, true], "Budi has the old due time, and both sides say so");
        let asked = class.budi.client.work(&class.id, &work).expect("given");
        assert!(class.budi.client.own_submission(&asked).missing(hub.now()));
        assert!(!class.anis(&work).missing(hub.now()));
    }
}

#[tokio::test]
async fn what_is_asked_of_the_class_is_changed_and_stays_when_the_text_is_corrected_later() {
    for hub in TestHub::each().await {
        let mut class = Class::on(&hub).await;
        let work = class.assign(&hub, Homework::default()).await;
        let words = vec!["Baik".to_owned(), "Cukup".to_owned()];
        let homework = Homework { words, attempts: Some(3), ..Homework::default() };
        let changed = PostBody { homework, ..says("Halaman 13") };
        let sari = &mut class.sari.client;
        sari.change_work(&class.id, &work, &changed, None, &silent).await.expect("sent");
        hub.wait(1);
        let sent = sari.send(&class.id, Kind::Correction, Some(work), &says("Halaman 14")).await;
        sent.expect("corrected");
        class.everybody_looks(&hub).await;
        for person in [&class.sari, &class.ani] {
            let asked = person.client.work(&class.id, &work).expect("given");
            assert_eq!(asked.content.body, "Halaman 14");
            assert_eq!((asked.terms.due_ms, asked.terms.attempts), (None, 3));
            assert!(matches!(&asked.terms.scale, Scale::Words(words) if words.len() == 2));
            assert!(asked.changed_ms > asked.given_ms);
        }
        hub.wait(1);
        let nothing = says("Bebas");
        let sari = &mut class.sari.client;
        sari.change_work(&class.id, &work, &nothing, None, &silent).await.expect("sent");
        class.everybody_looks(&hub).await;
        let asked = class.ani.client.work(&class.id, &work).expect("given");
        assert_eq!((&asked.terms.scale, asked.terms.attempts), (&Scale::Free, 1));
        let sari = &mut class.sari.client;
        sari.withdraw_work(&class.id, &work, &silent).await.expect("withdrawn");
        class.everybody_looks(&hub).await;
        let refused =
            class.sari.client.change_work(&class.id, &work, &nothing, None, &silent).await;
        assert!(why(refused).contains("taken back"));
    }
}

#[tokio::test]
async fn a_guardian_hands_in_with_the_childs_account_and_it_is_recorded_so() {
    for hub in TestHub::each().await {
        let mut class = Class::on(&hub).await;
        let work = class.assign(&hub, Homework::default()).await;
        hub.wait(1);
        // On the guardian's phone: the child's account, by the child's card.
        let mut phone = class.ani.on_another_device(&hub).await;
        phone.client.fetch(&class.id).await.expect("posts");
        let mut content = finished(hub.now(), "3/4");
        content.homework.guardian = Some(From { name: "Ibu Ratna".into() });
        let taken = phone.client.hand_in(&class.id, &work, &content).await.expect("handed in");
        class.everybody_looks(&hub).await;
        let said = class.sari.client.submitted(&class.id, &taken.letter).expect("on the desk");
        assert_eq!(said.homework.guardian.as_ref().map(|g| g.name.as_str()), Some("Ibu Ratna"));
        assert_eq!(said.from.as_ref().map(|from| from.name.as_str()), Some("Ani"));
        let asked = class.sari.client.work(&class.id, &work).expect("given");
        let anis = &class.sari.client.submissions(&asked)[&account(&class.ani)];
        assert_eq!(anis.state(false), State::TurnedIn);
    }
}

#[tokio::test]
async fn exactly_those_missing_are_reminded_and_nothing_else_changes() {
    for hub in TestHub::each().await {
        let mut class = Class::on(&hub).await;
        let work = class.assign(&hub, Homework::default()).await;
        hand_in(&mut class.ani, &hub, &class.id, &work).await.expect("handed in");
        hub.wait(2 * DAY);
        class.everybody_looks(&hub).await;
        let board = class.sari.client.board(&class.id, &work).await.expect("a board");
        let missing = board.iter().filter(|pupil| pupil.submission.missing(hub.now()));
        let missing: Vec<_> = missing.map(|pupil| pupil.account).collect();
        assert_eq!(missing, [account(&class.budi)]);
        class.sari.client.remind(&class.id, &work, &missing, &silent).await.expect("reminded");
        class.everybody_looks(&hub).await;
        let told = |person: &Person| {
            let asked = person.client.work(&class.id, &work).expect("given");
            let states = person.client.own_submission(&asked).state(false);
            (person.client.reminders(&asked).len(), states)
        };
        assert_eq!(told(&class.ani), (0, State::TurnedIn));
        assert_eq!(told(&class.budi), (1, State::New));
        let asked = class.sari.client.work(&class.id, &work).expect("given");
        let reminded = class.sari.client.reminded(&asked);
        assert_eq!(reminded.into_keys().collect::<Vec<_>>(), missing);
    }
}

#[tokio::test]
async fn who_joins_late_is_given_what_was_asked_before_where_history_is_on() {
    for hub in TestHub::each().await {
        let mut class = Class::on(&hub).await;
        let work = class.assign(&hub, Homework::default()).await;
        let correction = PostBody {
            homework: Homework { points: Some(10), ..Homework::default() },
            ..says("Halaman 13")
        };
        let sari = &mut class.sari.client;
        sari.change_work(&class.id, &work, &correction, None, &silent).await.expect("sent");
        let link = class.sari.link(&class.id, LinkKind::Open).await;
        let mut citra = Person::new(&hub, "Citra").await;
        assert_eq!(citra.follow(&link).await, Joined::Member);
        workers(&hub).await;
        citra.client.fetch(&class.id).await.expect("the history");
        let asked = citra.client.work(&class.id, &work).expect("given before she came");
        assert_eq!(
            (asked.content.body.as_str(), &asked.terms.scale),
            ("Halaman 13", &Scale::Points(10))
        );
        hand_in(&mut citra, &hub, &class.id, &work).await.expect("handed in");
        class.everybody_looks(&hub).await;
        let board = class.sari.client.board(&class.id, &work).await.expect("a board");
        let states: Vec<_> =
            board.iter().map(|p| (p.name.as_deref(), p.submission.state(false))).collect();
        let new = State::New;
        let expected = [(Some("Ani"), new), (Some("Budi"), new), (Some("Citra"), State::TurnedIn)];
        assert_eq!(states, expected);
    }
}

#[tokio::test]
async fn a_return_brings_its_files_to_its_pupil_alone() {
    for hub in TestHub::each().await {
        let mut class = Class::on(&hub).await;
        let work = class.assign(&hub, Homework::default()).await;
        hand_in(&mut class.ani, &hub, &class.id, &work).await.expect("handed in");
        class.everybody_looks(&hub).await;
        let path = class.sari.folder.path().join("koreksi.jpg");
        std::fs::write(&path, b"merah").expect("a file");
        let (ani, source) = (account(&class.ani), Source { path: &path, media_type: "image/jpeg" });
        let sari = &mut class.sari.client;
        let file = sari.attach(&class.id, source, AttachmentFor::Account(ani.0), &silent).await;
        let attachments = vec![file.expect("uploaded")];
        class.give_back(&hub, &work, Verdict { attachments, ..Verdict::default() }).await;
        let letter = class.anis(&work).returns[0];
        let letters = class.ani.client.letters();
        let line = letters.iter().find(|line| line.id == letter).expect("in her mailbox");
        let file = line.letter.content.attachments[0].clone();
        drop(letters);
        let target = class.ani.folder.path().join("koreksi.jpg");
        let saved = class.ani.client.save_attachment(&class.id, &file, &target, &silent).await;
        saved.expect("hers");
        assert_eq!(std::fs::read(&target).expect("a file"), b"merah");
        let target = class.budi.folder.path().join("koreksi.jpg");
        let others = class.budi.client.save_attachment(&class.id, &file, &target, &silent).await;
        assert!(others.is_err(), "not even with its key");
    }
}

#[tokio::test]
async fn a_class_that_was_put_away_is_so_on_every_device_and_other_settings_stay() {
    for hub in TestHub::each().await {
        let mut class = Class::on(&hub).await;
        let mut there = class.sari.on_another_device(&hub).await;
        class.sari.client.archive(&class.id, true).await.expect("put away");
        assert!(class.sari.client.archived(&class.id));
        there.client.refresh().await.expect("the vault");
        assert!(there.client.archived(&class.id));
        there.client.archive(&class.id, false).await.expect("taken out");
        class.sari.client.refresh().await.expect("the vault");
        assert!(!class.sari.client.archived(&class.id));
    }
}

#[tokio::test]
async fn last_years_assignments_are_copied_once_with_their_files() {
    for hub in TestHub::each().await {
        let mut class = Class::on(&hub).await;
        let path = class.sari.folder.path().join("soal.pdf");
        std::fs::write(&path, b"1 + 1").expect("a file");
        let source = Source { path: &path, media_type: "application/pdf" };
        let sari = &mut class.sari.client;
        let file = sari.attach(&class.id, source, AttachmentFor::Audience, &silent).await;
        let homework = Homework { points: Some(10), ..Homework::default() };
        let attachments = vec![file.expect("uploaded")];
        let asked = PostBody { homework, attachments, ..says("Nomor 1") };
        let sent = sari.send(&class.id, Kind::Assignment, None, &asked).await.expect("sent");
        sari.fetch(&class.id).await.expect("a publisher");
        let next = class.sari.found_class("VII B 2027").await;

        let sari = &mut class.sari.client;
        assert!(!sari.copied(&next).contains(&sent.post));
        let copy = sari.work(&class.id, &sent.post).expect("given").copy();
        let resealed = sari.reseal(&class.id, &next, &copy.attachments, &silent).await;
        let resealed = resealed.expect("sealed anew").remove(0);
        assert_ne!(resealed.sha256, copy.attachments[0].sha256);
        assert_eq!((resealed.name.as_str(), resealed.size), ("soal.pdf", 5));
        let copy = PostBody { attachments: vec![resealed.clone()], ..copy };
        sari.send(&next, Kind::Assignment, None, &copy).await.expect("sent");
        sari.fetch(&next).await.expect("a publisher");
        assert!(sari.copied(&next).contains(&sent.post), "so it is not copied again");

        let link = class.sari.link(&next, LinkKind::Open).await;
        class.ani.follow(&link).await;
        workers(&hub).await;
        class.ani.client.fetch(&next).await.expect("posts");
        let works = class.ani.client.works();
        let work = works.iter().find(|work| work.audience == next).expect("copied");
        assert_eq!((&*work.content.body, &work.terms.scale), ("Nomor 1", &Scale::Points(10)));
        drop(works);
        let target = class.ani.folder.path().join("soal.pdf");
        class.ani.client.save_attachment(&next, &resealed, &target, &silent).await.expect("saved");
        assert_eq!(std::fs::read(&target).expect("a file"), b"1 + 1");
    }
}

/// What `kentongan assign --copy-from … --draft --for-chosen` does with one of last year's assignments.
async fn copy_as_draft(sari: &mut Client, from: &AudienceId, to: &AudienceId, work: &PostId) {
    if sari.copied(to).contains(work) {
        return;
    }
    let given = sari.work(from, work).expect("given");
    let (content, for_chosen) = (given.copy(), given.chosen.is_some());
    let attachments = sari.reseal(from, to, &content.attachments, &silent).await.expect("sealed");
    let content = PostBody { attachments, ..content };
    let draft = AssignmentDraft { content, files: Vec::new(), for_chosen };
    sari.keep_assignment(to, work, draft).await.expect("kept");
}

#[tokio::test]
async fn a_year_of_drafts_that_broke_off_goes_on_and_pupils_hear_only_of_what_is_given() {
    for database in databases().await {
        let line = Line::lay().await;
        let origin = line.origin.clone();
        let hub = TestHub::on(database, |config| config.origin = origin).await;
        line.connect(&hub.origin);
        let mut class = Class::at(&hub, &line.origin).await;
        let path = class.sari.folder.path().join("soal.pdf");
        std::fs::write(&path, b"1 + 1").expect("a file");
        let source = Source { path: &path, media_type: "application/pdf" };
        let sari = &mut class.sari.client;
        let file = sari.attach(&class.id, source, AttachmentFor::Audience, &silent).await;
        let asked = PostBody { attachments: vec![file.expect("uploaded")], ..says("Nomor 1") };
        let for_all =
            sari.send(&class.id, Kind::Assignment, None, &asked).await.expect("sent").post;
        let for_ani = sari.new_work();
        let ani = class.ani.client.vault().account();
        sari.assign_to(&class.id, &for_ani, &ani, &asked).await.expect("sent");
        class.everybody_looks(&hub).await;
        let next = class.sari.found_class("VII B 2027").await;
        let link = class.sari.link(&next, LinkKind::Open).await;
        for pupil in [&mut class.ani, &mut class.budi] {
            pupil.follow(&link).await;
        }

        // It breaks off after the files of the first are at the hub, and is begun again.
        let sari = &mut class.sari.client;
        let first =
            sari.reseal(&class.id, &next, &asked.attachments, &silent).await.expect("sealed");
        class.sari = class.sari.restart(&hub);
        let sari = &mut class.sari.client;
        for work in [&for_all, &for_ani, &for_all, &for_ani] {
            copy_as_draft(sari, &class.id, &next, work).await;
        }
        let drafts: BTreeMap<_, _> = sari
            .assignment_drafts(&next)
            .map(|(id, draft)| (id, (draft.content.clone(), draft.for_chosen)))
            .collect();
        assert_eq!(drafts.len(), 2, "each once");
        assert_eq!((drafts[&for_all].1, drafts[&for_ani].1), (false, true));
        let again = &drafts[&for_all].0.attachments[0];
        assert_eq!(again.sha256, first[0].sha256, "and nothing uploaded twice");
        sari.fetch(&next).await.expect("a publisher");
        assert!(sari.works().iter().all(|work| work.audience != next), "nothing is given");

        let content = &drafts[&for_all].0;
        assert!(sari.missing_file(&next, content).await.expect("asked").is_none());
        sari.give_assignment(&next, &for_all, content).await.expect("given");
        // What was for Ani is for both now; the answer to the second letter is lost.
        let content = &drafts[&for_ani].0;
        let both = [ani, class.budi.client.vault().account()];
        sari.give_assignment_to(&next, &for_ani, &both[..1], content, &silent)
            .await
            .expect("given");
        line.lose_answers_to("/letters ");
        let lost = sari.give_assignment_to(&next, &for_ani, &both, content, &silent).await;
        assert!(lost.is_err());
        line.lose_answers_to("nothing");
        class.sari = class.sari.restart(&hub);
        let sari = &mut class.sari.client;
        sari.give_assignment_to(&next, &for_ani, &both, content, &silent).await.expect("given");
        assert_eq!(sari.assignment_drafts(&next).count(), 0);
        sari.fetch(&next).await.expect("a publisher");
        assert!([for_all, for_ani].iter().all(|work| sari.copied(&next).contains(work)));
        let sent = sari.local(&next).expect("known").sent.len();
        assert_eq!(sent, 2, "a letter each");

        workers(&hub).await;
        for pupil in [&mut class.ani, &mut class.budi] {
            pupil.client.fetch(&next).await.expect("posts");
            pupil.client.fetch_letters().await.expect("letters");
            let works = pupil.client.works();
            let works: Vec<_> = works.iter().filter(|work| work.audience == next).collect();
            assert_eq!(works.len(), 2);
            let file = works[0].content.attachments[0].clone();
            let target = pupil.folder.path().join("soal.pdf");
            pupil.client.save_attachment(&next, &file, &target, &silent).await.expect("saved");
            assert_eq!(std::fs::read(&target).expect("a file"), b"1 + 1");
        }
    }
}

#[tokio::test]
async fn a_draft_whose_answer_is_lost_is_given_once_and_is_a_draft_no_more() {
    for database in databases().await {
        let line = Line::lay().await;
        let origin = line.origin.clone();
        let hub = TestHub::on(database, |config| config.origin = origin).await;
        line.connect(&hub.origin);
        let mut class = Class::at(&hub, &line.origin).await;
        let id = class.sari.client.new_work();
        let draft = AssignmentDraft { content: says("Nomor 1"), ..AssignmentDraft::default() };
        class.sari.client.keep_assignment(&class.id, &id, draft).await.expect("kept");
        class.sari = class.sari.restart(&hub);
        let sari = &mut class.sari.client;
        let content = sari.assignment_drafts(&class.id).next().expect("kept").1.content.clone();
        line.lose_answers_to("/posts ");
        let lost = sari.give_assignment(&class.id, &id, &content).await;
        assert!(why(lost).contains("goes out with the next command"));
        line.lose_answers_to("nothing");
        class.sari = class.sari.restart(&hub);
        class.everybody_looks(&hub).await;
        let sari = &class.sari.client;
        assert_eq!(sari.assignment_drafts(&class.id).count(), 0);
        assert_eq!((sari.works().len(), class.ani.client.works().len()), (1, 1));
    }
}
