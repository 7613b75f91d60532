//! What somebody sent, told to their other devices and to the colleagues at their desk; and hubs that would hide it.

use kentongan::base64url::B64;
use kentongan::client::homework::{State, Submission, Verdict};
use kentongan::client::payload::{Homework, PostBody};
use kentongan::client::records::MarkDraft;
use kentongan::client::{Addressee, Joined};
use kentongan::store::Db;
use kentongan_protocol::charter::Role;
use kentongan_protocol::ids::{AccountId, AudienceId, LetterId, PostId};
use kentongan_protocol::letter;
use kentongan_protocol::link::LinkKind;
use kentongan_protocol::post::Kind;

use crate::distrust::tamper;
use crate::hub::{DAY, TestHub};
use crate::line::Line;
use crate::people::{Person, work as workers};
use crate::support::databases;

/// A teacher, a colleague who publishes too, a pupil and their class.
struct Class {
    sari: Person,
    agus: Person,
    ani: Person,
    id: AudienceId,
}

impl Class {
    async fn on(hub: &TestHub) -> Self {
        Self::at(hub, &hub.origin).await
    }

    async fn at(hub: &TestHub, origin: &str) -> Self {
        let mut sari = Person::at(hub, origin, "Bu Sari").await;
        let mut agus = Person::at(hub, origin, "Pak Agus").await;
        let mut ani = Person::at(hub, origin, "Ani").await;
        let id = sari.found_class("VII B").await;
        let link = sari.link(&id, LinkKind::Open).await;
        let account = agus.client.vault().account();
        sari.client.add_staff(&id, &account, Role::Publisher).await.expect("added");
        assert_eq!(agus.follow(&link).await, Joined::Publisher);
        assert_eq!(ani.follow(&link).await, Joined::Member);
        Self { sari, agus, ani, id }
    }

    async fn assign(&mut self, hub: &TestHub) -> PostId {
        let homework = Homework { due_ms: Some(hub.now() + DAY), ..Homework::default() };
        let content = PostBody { homework, ..says("Kerjakan halaman 12") };
        let sent = self.sari.client.send(&self.id, Kind::Assignment, None, &content).await;
        workers(hub).await;
        look(&mut self.ani, &self.id).await;
        sent.expect("sent").post
    }

    async fn hand_in(&mut self, hub: &TestHub, work: &PostId) -> LetterId {
        hub.wait(1);
        let homework = Homework { finished_ms: Some(hub.now()), ..Homework::default() };
        let content = PostBody { homework, ..says("3/4") };
        let taken = self.ani.client.hand_in(&self.id, work, &content).await.expect("handed in");
        self.ani.client.write_records(&self.id).await.expect("recorded");
        taken.letter
    }

    fn anis(&self) -> AccountId {
        self.ani.client.vault().account()
    }
}

fn says(text: &str) -> PostBody {
    PostBody { body: text.into(), ..PostBody::default() }
}

/// A pupil fetches all there is.
async fn look(pupil: &mut Person, class: &AudienceId) {
    pupil.client.fetch(class).await.expect("a member");
    pupil.client.fetch_letters().await.expect("mailbox");
}

/// A teacher fetches all there is.
async fn attend(teacher: &mut Person, class: &AudienceId) {
    teacher.client.fetch(class).await.expect("a publisher");
    let chain = teacher.client.sync(class).await.expect("charters");
    teacher.client.fetch_desk(&chain).await.expect("the desk");
}

fn own(pupil: &Person, class: &AudienceId, work: &PostId) -> Submission {
    pupil.client.own_submission(&pupil.client.work(class, work).expect("given"))
}

fn seen_by(teacher: &Person, class: &AudienceId, work: &PostId, pupil: &AccountId) -> Submission {
    let known = teacher.client.work(class, work).expect("given");
    teacher.client.submissions(&known).remove(pupil).expect("handed in")
}

fn refusals(person: &Person, class: &AudienceId) -> Vec<String> {
    person.client.refused_records(class).into_iter().map(|(_, why)| why).collect()
}

#[tokio::test]
async fn a_pupils_second_device_has_what_the_first_handed_in_and_its_receipt() {
    for hub in TestHub::each().await {
        let mut class = Class::on(&hub).await;
        let work = class.assign(&hub).await;
        let letter = class.hand_in(&hub, &work).await;
        let mut phone = class.ani.on_another_device(&hub).await;
        look(&mut phone, &class.id).await;
        assert_eq!(own(&phone, &class.id, &work), own(&class.ani, &class.id, &work));
        assert_eq!(own(&phone, &class.id, &work).state(false), State::TurnedIn);
        let receipt = phone.client.receipt(&class.id, &letter).expect("the hub signed");
        let told = phone.client.verify_receipt(&receipt).expect("the same hub");
        assert_eq!((told.letter, told.about), (letter, Some((class.id, work))));

        // What one device takes back is taken back on both, and both write into one record.
        hub.wait(1);
        phone.client.reclaim(&class.id, &work).await.expect("taken back");
        phone.client.write_records(&class.id).await.expect("recorded");
        look(&mut class.ani, &class.id).await;
        assert_eq!(own(&class.ani, &class.id, &work).state(false), State::ReclaimedByStudent);
        class.hand_in(&hub, &work).await;
        look(&mut phone, &class.id).await;
        assert_eq!(own(&phone, &class.id, &work), own(&class.ani, &class.id, &work));
        assert!(own(&phone, &class.id, &work).refused.is_empty());
    }
}

#[tokio::test]
async fn what_one_teacher_returns_the_other_has_and_both_count_alike() {
    for hub in TestHub::each().await {
        let mut class = Class::on(&hub).await;
        let (work, ani) = (class.assign(&hub).await, class.anis());
        class.hand_in(&hub, &work).await;
        attend(&mut class.agus, &class.id).await;
        hub.wait(1);
        let mark =
            Verdict { mark: Some("85".into()), feedback: "Rapi".into(), ..Verdict::default() };
        class.agus.client.give_back(&class.id, &work, &ani, mark).await.expect("returned");
        class.agus.client.write_records(&class.id).await.expect("recorded");

        let mut laptop = class.sari.on_another_device(&hub).await;
        for teacher in [&mut class.sari, &mut laptop] {
            attend(teacher, &class.id).await;
            let seen = seen_by(teacher, &class.id, &work, &ani);
            assert_eq!((seen.state(false), seen.mark.as_deref()), (State::Returned, Some("85")));
            assert_eq!(seen, seen_by(&class.agus, &class.id, &work, &ani));
        }
        look(&mut class.ani, &class.id).await;
        assert_eq!(own(&class.ani, &class.id, &work), seen_by(&laptop, &class.id, &work, &ani));

        // An assignment to chosen pupils is on the board of whoever did not give it.
        let extra = class.sari.client.new_work();
        let given = class.sari.client.assign_to(&class.id, &extra, &ani, &says("Latihan")).await;
        given.expect("sent");
        class.sari.client.write_records(&class.id).await.expect("recorded");
        attend(&mut class.agus, &class.id).await;
        let board = class.agus.client.board(&class.id, &extra).await.expect("a board");
        assert_eq!(board.iter().map(|p| p.name.as_deref()).collect::<Vec<_>>(), [Some("Ani")]);
    }
}

#[tokio::test]
async fn what_is_answered_from_the_desk_is_seen_with_who_answered() {
    for hub in TestHub::each().await {
        let mut class = Class::on(&hub).await;
        let (work, ani) = (class.assign(&hub).await, class.anis());
        let (desk, kind) = (Addressee::Desk, letter::Kind::Reply);
        let asked = says("Nomor 7 juga?");
        let sent = class.ani.client.send_letter(&class.id, desk, kind, Some(work), &asked).await;
        sent.expect("sent");
        attend(&mut class.agus, &class.id).await;
        hub.wait(1);
        let to = Addressee::Account(ani);
        let answer = says("Tidak usah.");
        let sent = class.agus.client.send_letter(&class.id, to, kind, Some(work), &answer).await;
        sent.expect("sent");
        class.agus.client.write_records(&class.id).await.expect("recorded");

        attend(&mut class.sari, &class.id).await;
        let lines = class.sari.client.letters();
        let question = lines.iter().find(|l| l.letter.content.body == "Nomor 7 juga?");
        let answers = class.sari.client.answers(question.expect("on the desk"));
        let told: Vec<_> = answers.iter().map(|a| (a.name, a.content.body.as_str())).collect();
        assert_eq!(told, [(Some("Pak Agus"), "Tidak usah.")]);

        // Ani's phone has the answer, and what she said to it.
        hub.wait(1);
        class.ani.client.fetch_letters().await.expect("mailbox");
        let thanks = says("Baik, Pak.");
        let sent = class.ani.client.send_letter(&class.id, desk, kind, Some(work), &thanks).await;
        sent.expect("sent");
        class.ani.client.write_records(&class.id).await.expect("recorded");
        let mut phone = class.ani.on_another_device(&hub).await;
        look(&mut phone, &class.id).await;
        let lines = phone.client.letters();
        let answers = phone.client.answers(&lines[0]);
        let told: Vec<_> = answers.iter().map(|a| (a.own, a.content.body.as_str())).collect();
        assert_eq!(told, [(true, "Baik, Pak.")]);
    }
}

#[tokio::test]
async fn drafts_of_marks_are_on_all_devices_of_their_teacher_and_on_no_others() {
    for hub in TestHub::each().await {
        let mut class = Class::on(&hub).await;
        let (work, ani) = (class.assign(&hub).await, class.anis());
        class.hand_in(&hub, &work).await;
        attend(&mut class.sari, &class.id).await;
        let draft = |mark: &str| {
            let mark = Some(mark.to_owned());
            Some(MarkDraft { mark, body: "Rapi".into(), ..MarkDraft::default() })
        };
        class.sari.client.keep_mark(&class.id, &work, &ani, draft("80")).await.expect("kept");
        class.sari.client.write_records(&class.id).await.expect("recorded");
        let mut laptop = class.sari.on_another_device(&hub).await;
        attend(&mut laptop, &class.id).await;
        let mark = |teacher: &Person| {
            let drafts = teacher.client.marks(&class.id, &work);
            drafts.get(&ani).and_then(|draft| draft.mark.clone())
        };
        assert_eq!(mark(&laptop).as_deref(), Some("80"));
        assert_eq!(seen_by(&laptop, &class.id, &work, &ani).mark, None, "a draft is no mark");

        // Written on both without a word between them: the newer counts on both.
        class.sari.client.keep_mark(&class.id, &work, &ani, draft("85")).await.expect("kept");
        hub.wait(1_000);
        laptop.client.keep_mark(&class.id, &work, &ani, draft("90")).await.expect("kept");
        for _ in 0..2 {
            attend(&mut laptop, &class.id).await;
            attend(&mut class.sari, &class.id).await;
        }
        assert_eq!(
            (mark(&laptop).as_deref(), mark(&class.sari).as_deref()),
            (Some("90"), Some("90"))
        );
        attend(&mut class.agus, &class.id).await;
        assert_eq!(mark(&class.agus), None);

        let verdict = Verdict::from(laptop.client.marks(&class.id, &work)[&ani].clone());
        laptop.client.give_back(&class.id, &work, &ani, verdict).await.expect("returned");
        laptop.client.write_records(&class.id).await.expect("recorded");
        attend(&mut class.sari, &class.id).await;
        assert_eq!((mark(&laptop), mark(&class.sari)), (None, None));
        assert_eq!(seen_by(&class.sari, &class.id, &work, &ani).mark.as_deref(), Some("90"));
    }
}

#[tokio::test]
async fn many_letters_fill_segments_and_a_new_device_has_them_all_once() {
    for hub in TestHub::each().await {
        let mut class = Class::on(&hub).await;
        let work = class.assign(&hub).await;
        let (desk, kind) = (Addressee::Desk, letter::Kind::Reply);
        let mut phone = class.ani.on_another_device(&hub).await;
        for number in 0..9 {
            // Two devices take turns, and neither looks what the other wrote.
            let writer = if number % 2 == 0 { &mut class.ani } else { &mut phone };
            let long = says(&format!("{number} {}", "panjang ".repeat(2_000)));
            let sent = writer.client.send_letter(&class.id, desk, kind, Some(work), &long).await;
            sent.expect("sent");
            writer.client.write_records(&class.id).await.expect("recorded");
        }
        // Both at once: one of them is told that the other was first, and writes again.
        for writer in [&mut class.ani, &mut phone] {
            let more = says("x");
            let sent = writer.client.send_letter(&class.id, desk, kind, Some(work), &more).await;
            sent.expect("sent");
        }
        let (one, other) = tokio::join!(
            class.ani.client.write_records(&class.id),
            phone.client.write_records(&class.id)
        );
        one.and(other).expect("both are recorded");
        let mut third = class.ani.on_another_device(&hub).await;
        for device in [&mut third, &mut phone, &mut class.ani] {
            look(device, &class.id).await;
            let local = device.client.local(&class.id).expect("joined");
            assert!(local.sent.values().all(|sent| sent.recorded));
            let mut numbers: Vec<_> =
                local.sent.values().map(|s| s.content.body[..1].to_owned()).collect();
            numbers.sort();
            assert_eq!(numbers.concat(), "012345678xx");
            let place = local.records.values().next().expect("read");
            assert_eq!((place.segment, place.refused.as_ref()), (2, None), "48 KiB are full");
        }
    }
}

#[tokio::test]
async fn what_was_sent_just_before_the_device_died_is_recorded_when_it_lives_again() {
    for database in databases().await {
        let line = Line::lay().await;
        let origin = line.origin.clone();
        let hub = TestHub::on(database, |config| config.origin = origin).await;
        line.connect(&hub.origin);
        let mut class = Class::at(&hub, &line.origin).await;
        let work = class.assign(&hub).await;
        hub.wait(1);
        let homework = Homework { finished_ms: Some(hub.now()), ..Homework::default() };
        let content = PostBody { homework, ..says("3/4") };
        class.ani.client.hand_in(&class.id, &work, &content).await.expect("handed in");
        // It dies before a word of it is recorded.
        class.ani = class.ani.restart(&hub);
        let mut phone = class.ani.on_another_device(&hub).await;
        look(&mut phone, &class.id).await;
        assert_eq!(own(&phone, &class.id, &work).state(false), State::New);
        // It dies again, between the hub's writing and its answer.
        line.lose_answers_to("PUT /v1/vaults");
        class.ani.client.write_records(&class.id).await.expect_err("nobody answered");
        line.lose_answers_to("nothing");
        class.ani = class.ani.restart(&hub);
        look(&mut class.ani, &class.id).await;
        look(&mut phone, &class.id).await;
        assert_eq!(own(&phone, &class.id, &work), own(&class.ani, &class.id, &work));
        assert_eq!(own(&phone, &class.id, &work).state(false), State::TurnedIn);
        let local = phone.client.local(&class.id).expect("joined");
        let place = local.records.values().next().expect("read");
        assert_eq!((local.sent.len(), place.version), (1, 1), "written once");
    }
}

/// A column of the vaults of a person's records, but for the vault of their login card, as the operator writes them.
fn records_of(hub: &TestHub, person: &Person) -> String {
    let blob = |bytes: &[u8]| match &hub.database.db {
        Db::Sqlite { .. } => format!("x'{}'", hex::encode(bytes)),
        Db::Postgres(_) => format!("'\\x{}'::bytea", hex::encode(bytes)),
    };
    format!(
        "account = {} and vault_id <> {}",
        blob(&person.client.vault().account().0),
        blob(&person.client.card().vault_id().0)
    )
}

#[tokio::test]
async fn a_hub_that_serves_old_or_foreign_records_is_not_believed_and_nothing_is_lost() {
    for hub in TestHub::each().await {
        let mut class = Class::on(&hub).await;
        let (work, ani) = (class.assign(&hub).await, class.anis());
        class.hand_in(&hub, &work).await;
        attend(&mut class.agus, &class.id).await;
        let mark = Verdict { mark: Some("85".into()), ..Verdict::default() };
        class.agus.client.give_back(&class.id, &work, &ani, mark).await.expect("returned");
        class.agus.client.write_records(&class.id).await.expect("recorded");
        attend(&mut class.sari, &class.id).await;
        let known = seen_by(&class.sari, &class.id, &work, &ani);
        assert_eq!(known.mark.as_deref(), Some("85"));

        let agus = records_of(&hub, &class.agus);
        for (lie, why) in [
            ("version = version + 1", "another version"),
            ("version = 0", "older record"),
            ("vault = (select vault from vaults where {ani} limit 1), version = 7", "damaged"),
        ] {
            let lie = lie.replace("{ani}", &records_of(&hub, &class.ani));
            tamper(&hub, &format!("update vaults set {lie} where {agus}")).await;
            attend(&mut class.sari, &class.id).await;
            let said = refusals(&class.sari, &class.id);
            assert!(said.len() == 1 && said[0].contains(why), "{lie}: {said:?}");
            assert_eq!(seen_by(&class.sari, &class.id, &work, &ani), known, "{lie}");
        }
        tamper(&hub, &format!("delete from vaults where {agus}")).await;
        attend(&mut class.sari, &class.id).await;
        assert!(refusals(&class.sari, &class.id)[0].contains("hides"));
        assert_eq!(seen_by(&class.sari, &class.id, &work, &ani), known);

        // Their author is not deceived into writing over it, and says what is the matter.
        let more = Verdict { mark: Some("90".into()), ..Verdict::default() };
        class.agus.client.give_back(&class.id, &work, &ani, more).await.expect("returned");
        let refused = class.agus.client.write_records(&class.id).await.expect_err("hidden");
        assert!(refused.to_string().contains("hides a record"), "{refused}");
        let local = class.agus.client.local(&class.id).expect("joined");
        assert_eq!(local.sent.values().filter(|sent| !sent.recorded).count(), 1, "noted for later");
    }
}

#[tokio::test]
async fn nobody_writes_into_the_record_of_another() {
    for hub in TestHub::each().await {
        let mut class = Class::on(&hub).await;
        let (work, ani) = (class.assign(&hub).await, class.anis());
        class.hand_in(&hub, &work).await;
        attend(&mut class.agus, &class.id).await;
        // Pak Agus knows where Bu Sari's record would lie and how it would be sealed, and is there first.
        let keys = class.agus.client.vault().audience(&class.id).expect("a publisher");
        let desk = keys.desks.values().next().expect("the desk");
        let sari = class.sari.client.vault().account();
        let segment = kentongan_protocol::record::Segment::of(desk.expose(), &class.id, &sari, 0);
        let forged = serde_json::json!({ "version": 1, "entries": [{ "sent": {
            "letter": B64([9; 32]), "to": B64(ani.0), "kind": "return", "thread": B64(work.0),
            "sent_ms": hub.now(), "received_ms": hub.now(),
            "content": { "type": "return", "body": "", "mark": "0" },
        }}]});
        let file = segment.seal(forged.to_string().as_bytes(), &class.agus.client.vault().ik());
        let api = class.agus.client.api();
        api.put_vault(&segment.id().0, 1, file.into()).await.expect("the hub cannot tell");

        attend(&mut class.sari, &class.id).await;
        assert_eq!(seen_by(&class.sari, &class.id, &work, &ani).mark, None);
        assert!(refusals(&class.sari, &class.id)[0].contains("damaged"));
        // In his own record he may say what he sent, but not under the name of what came in, nor before his time.
        let letter = class
            .sari
            .client
            .letters()
            .iter()
            .find(|l| l.letter.kind == "submission")
            .expect("on the desk")
            .id;
        let segment = kentongan_protocol::record::Segment::of(
            desk.expose(),
            &class.id,
            &class.agus.client.vault().account(),
            0,
        );
        let mut lies = forged.clone();
        lies["entries"][0]["sent"]["letter"] = serde_json::json!(B64(letter.0));
        lies["entries"][0]["sent"]["received_ms"] = 0.into();
        let mut early = forged["entries"][0].clone();
        early["sent"]["sent_ms"] = 0.into();
        lies["entries"].as_array_mut().expect("a list").push(early);
        let file = segment.seal(lies.to_string().as_bytes(), &class.agus.client.vault().ik());
        api.put_vault(&segment.id().0, 1, file.into()).await.expect("his own");
        attend(&mut class.sari, &class.id).await;
        let seen = seen_by(&class.sari, &class.id, &work, &ani);
        assert_eq!((seen.state(false), seen.mark), (State::TurnedIn, None));
    }
}
