//! Due times told to the hub: only where an admin allows it, for reminders that reach exactly those who owe the work.

use kentongan::base64url::encode;
use kentongan::fetch_scalars;
use kentongan_protocol::charter::{Role, Staff};
use kentongan_protocol::ids::PostId;
use kentongan_protocol::letter::{Draft, Kind as LetterKind, seal};
use kentongan_protocol::post::{Kind, Post};
use serde_json::{Value, json};

use crate::class::Class;
use crate::hub::{Actor, Answer, DAY, TestHub, rng};
use crate::letters::send;
use crate::pen::{Pen, path};
use crate::posts::work;

const HOUR: u64 = 60 * 60 * 1000;

/// Says whether the class's publishers may tell the hub due times.
async fn allow(admin: &Actor, class: &Class, allowed: bool) -> Answer {
    admin.put_json(&class.path("/due-times"), &json!({ "allowed": allowed })).await
}

/// Tells the hub when a work is due, and when to remind.
async fn due(who: &Actor, work: &Post, due_ms: u64, remind_ms: u64) -> Answer {
    let body = json!({ "due_ms": due_ms, "remind_ms": remind_ms });
    who.put_json(&path(work, "/due"), &body).await
}

/// Hands in a work.
pub(crate) async fn hand_in(hub: &TestHub, teacher: &Actor, class: &Class, who: &Actor, of: &Post) {
    let payload = json!({ "type": "submission", "text": "3/4" }).to_string();
    let draft = Draft {
        audience: class.audience(),
        to: class.desk.public(),
        thread: of.id(),
        kind: LetterKind::Submission,
        sent_ms: hub.now(),
        payload: payload.as_bytes(),
    };
    let mut rng = rng(&format!("{} hands in {}", who.name, encode(of.id())));
    let letter = seal(&draft, &who.keys.ik, &mut rng).expect("a letter");
    let proof = class.writer_proof(teacher, 0, who);
    send(who, &letter, Some(&proof)).await.expect(201);
}

/// An assignment.
pub(crate) async fn assign(pen: &mut Pen<'_>, class: &Class, text: &str) -> Post {
    pen.write(class, Kind::Assignment, PostId::ZERO, text).await
}

/// Whom the hub reminded, by account, in the order in which it did.
pub(crate) async fn reminded(hub: &TestHub, of: &Post) -> Vec<Vec<u8>> {
    let mut tx = hub.hub.db.read().await.expect("a transaction");
    let sql = "select account from events where kind = 'reminder' and subject = $1 order by id";
    fetch_scalars!(tx, Vec<u8>, sql, &of.id().0[..]).expect("events")
}

fn accounts(people: &[&Actor]) -> Vec<Vec<u8>> {
    let mut ids: Vec<_> = people.iter().map(|person| person.account().0.to_vec()).collect();
    ids.sort();
    ids
}

#[tokio::test(flavor = "multi_thread")]
async fn exactly_those_who_handed_nothing_in_are_reminded_once() {
    for hub in TestHub::each().await {
        let names = ["Bu Rini", "Sari", "Budi", "Ani", "Dewi"];
        let [teacher, sari, budi, ani, dewi] = hub.actors(names).await;
        let class = Class::found(&teacher).await;
        class.enrol(&teacher, &[&sari, &budi, &ani, &dewi]).await;
        allow(&teacher, &class, true).await.expect(204);
        let pen = &mut Pen::of(&teacher);
        let fractions = assign(pen, &class, "pecahan").await;
        let poem = assign(pen, &class, "puisi").await;
        let at = hub.now() + 3 * HOUR;
        due(&teacher, &fractions, at, at - HOUR).await.expect(204);
        let told = sari.get(&path(&fractions, "/due")).await.expect(200).json();
        assert_eq!(told, json!({ "due_ms": at, "remind_ms": at - HOUR, "reminded_ms": null }));
        sari.get(&path(&poem, "/due")).await.expect(404).problem("not-found");
        work(&hub).await;

        hand_in(&hub, &teacher, &class, &sari, &fractions).await;
        hand_in(&hub, &teacher, &class, &budi, &poem).await;
        teacher.delete(&class.path(&format!("/members/{}", dewi.id()))).await.expect(204);
        hub.wait(2 * HOUR - 1);
        work(&hub).await;
        assert!(reminded(&hub, &fractions).await.is_empty(), "not before its time");
        hub.wait(1);
        work(&hub).await;
        work(&hub).await;
        assert_eq!(reminded(&hub, &fractions).await, accounts(&[&budi, &ani]));
        assert!(reminded(&hub, &poem).await.is_empty(), "of this the hub knows no due time");
        let told = teacher.get(&path(&fractions, "/due")).await.expect(200).json();
        assert_eq!(told["reminded_ms"], at - HOUR);

        // Corrected, it is due again, and those are reminded who still owe it.
        due(&teacher, &fractions, at, at - HOUR).await.expect(204);
        due(&teacher, &fractions, at + DAY, at + HOUR).await.expect(204);
        hand_in(&hub, &teacher, &class, &ani, &fractions).await;
        hub.wait(2 * HOUR);
        work(&hub).await;
        let all = [accounts(&[&budi, &ani]), accounts(&[&budi])].concat();
        assert_eq!(reminded(&hub, &fractions).await, all);
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn nobody_is_reminded_of_what_is_gone_forbidden_or_late() {
    for hub in TestHub::each().await {
        let [teacher, sari] = hub.actors(["Bu Rini", "Sari"]).await;
        let class = Class::found(&teacher).await;
        class.enrol(&teacher, &[&sari]).await;
        allow(&teacher, &class, true).await.expect(204);
        let pen = &mut Pen::of(&teacher);
        let at = hub.now() + 2 * HOUR;
        let mut works = Vec::new();
        for text in ["ditarik", "dihapus", "terlambat", "dilarang"] {
            let given = assign(pen, &class, text).await;
            due(&teacher, &given, at, at - HOUR).await.expect(204);
            works.push(given);
        }
        pen.write(&class, Kind::Withdrawal, works[0].id(), "").await;
        teacher.delete(&path(&works[1], "/due")).await.expect(204);
        teacher.delete(&path(&works[1], "/due")).await.expect(204);
        due(&teacher, &works[0], at + HOUR, at).await.expect(409).problem("conflict");
        work(&hub).await;
        // The hub was down until it was late.
        hub.wait(2 * HOUR);
        work(&hub).await;
        for given in &works {
            assert!(reminded(&hub, given).await.is_empty());
        }

        let later = at + 3 * HOUR;
        due(&teacher, &works[3], later, later - HOUR).await.expect(204);
        allow(&teacher, &class, false).await.expect(204);
        let seen = sari.get(&class.path("/due-times")).await.expect(200).json();
        assert_eq!(seen, json!({ "allowed": false }));
        sari.get(&path(&works[3], "/due")).await.expect(404).problem("not-found");
        due(&teacher, &works[3], later, later - HOUR).await.expect(409).problem("conflict");
        allow(&teacher, &class, true).await.expect(204);
        hub.wait(2 * HOUR);
        work(&hub).await;
        assert!(reminded(&hub, &works[3]).await.is_empty(), "what was forgotten stays forgotten");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn work_that_goes_out_later_is_reminded_of_if_it_is_out_by_then() {
    for hub in TestHub::each().await {
        let [teacher, sari] = hub.actors(["Bu Rini", "Sari"]).await;
        let class = Class::found(&teacher).await;
        class.enrol(&teacher, &[&sari]).await;
        allow(&teacher, &class, true).await.expect(204);
        let at = hub.now() + DAY;
        let mut works = Vec::new();
        for (number, out) in [(1, at - 2 * HOUR), (2, at - 2 * HOUR)] {
            let mut pen = Pen::of(&teacher);
            pen.position.chain.0 = [number; 16];
            let given = pen.seal(&class, Kind::Assignment, PostId::ZERO, "besok");
            let path = class.path(&format!("/posts?release_ms={out}"));
            teacher.post_octets(&path, given.encode()).await.expect(201);
            due(&teacher, &given, at, at - HOUR).await.expect(204);
            works.push(given);
        }
        teacher.delete(&path(&works[1], "/schedule")).await.expect(204);
        due(&teacher, &works[1], at + 1, at).await.expect(409).problem("conflict");
        hub.wait(22 * HOUR);
        work(&hub).await;
        hub.wait(HOUR);
        work(&hub).await;
        assert_eq!(reminded(&hub, &works[0]).await, accounts(&[&sari]));
        assert!(reminded(&hub, &works[1]).await.is_empty(), "it was taken back");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn an_admin_allows_it_and_a_publisher_tells_times_that_make_sense() {
    for hub in TestHub::each().await {
        let [admin, teacher, sari] = hub.actors(["Pak Joko", "Bu Rini", "Sari"]).await;
        let mut class = Class::found_with(&admin, |terms| {
            terms.staff.push(Staff { role: Role::Publisher, ik: teacher.ik() });
        })
        .await;
        class.enrol(&teacher, &[&sari]).await;
        let pen = &mut Pen::of(&teacher);
        let given = assign(pen, &class, "tugas").await;
        let news = pen.announce(&class, "kabar").await;
        work(&hub).await;
        let now = hub.now();
        due(&teacher, &given, now + HOUR, now + 1).await.expect(409).problem("conflict");
        allow(&teacher, &class, true).await.expect(403).problem("not-allowed");
        allow(&sari, &class, true).await.expect(403).problem("not-allowed");
        for who in [&admin, &teacher, &sari] {
            let seen = who.get(&class.path("/due-times")).await.expect(200).json();
            assert_eq!(seen, json!({ "allowed": false }), "unless somebody says so");
        }
        allow(&admin, &class, true).await.expect(204);
        let seen = sari.get(&class.path("/due-times")).await.expect(200).json();
        assert_eq!(seen, json!({ "allowed": true }), "members are told");

        due(&sari, &given, now + HOUR, now + 1).await.expect(403).problem("not-allowed");
        due(&teacher, &news, now + HOUR, now + 1).await.expect(409).problem("conflict");
        for (due_ms, remind_ms) in [
            (now, now),
            (now + HOUR, now),
            (now + HOUR, now + HOUR + 1),
            (now + 401 * DAY, now + HOUR),
            (0, 0),
        ] {
            due(&teacher, &given, due_ms, remind_ms).await.expect(400).problem("invalid-request");
        }
        let odd: [Value; 4] = [
            json!({ "due_ms": i64::MIN, "remind_ms": i64::MIN }),
            json!({ "due_ms": i64::MAX, "remind_ms": now + 1 }),
            json!({ "due_ms": now + HOUR }),
            json!({ "due_ms": now + HOUR, "remind_ms": now + 1, "title": "x" }),
        ];
        for body in odd {
            let answer = teacher.put_json(&path(&given, "/due"), &body).await;
            answer.expect(400).problem("invalid-request");
        }
        due(&teacher, &given, now + HOUR, now + HOUR).await.expect(204);

        // In an audience of more than one cohort nobody is reminded.
        allow(&admin, &class, false).await.expect(204);
        let second = kentongan_protocol::keys::CohortSecret::random(&mut rng("a second cohort"));
        class.cohorts.push(second);
        let mut terms = class.next_terms();
        terms.cohorts.push(class.s(1));
        class.revise(&admin, terms).await.expect(201);
        allow(&admin, &class, true).await.expect(409).problem("conflict");
    }
}
