//! The desk as a shared inbox: letters are taken and put away, and a new one opens its conversation again.

use kentongan::base64url::encode;
use kentongan::fetch_scalars;
use kentongan_protocol::charter::{Role, Staff};
use kentongan_protocol::letter::{Kind, Letter};
use reqwest::Method;
use serde_json::{Value, json};

use crate::class::Class;
use crate::hub::{Actor, Answer, TestHub};
use crate::letters::{letter, letter_at, send};

async fn care(who: &Actor, letter: &Letter, body: &Value) -> Answer {
    who.put_json(&format!("/v1/letters/{}/desk", encode(letter.id())), body).await
}

/// The letters on the desk in a state, and how each stands.
async fn desk(who: &Actor, class: &Class, query: &str) -> Vec<(String, String, Value)> {
    let items = who.get(&class.path(&format!("/letters{query}"))).await.expect(200).items();
    let text = |value: &Value| value.as_str().expect("a text").to_owned();
    let stands =
        |item: &Value| (text(&item["letter"]), text(&item["state"]), item["assignee"].clone());
    items.iter().map(stands).collect()
}

async fn told(hub: &TestHub) -> usize {
    let mut tx = hub.hub.db.read().await.expect("a transaction");
    let sql = "select subject from events where kind = 'desk' and staff";
    fetch_scalars!(tx, Vec<u8>, sql).expect("events").len()
}

/// A class of two publishers and two pupils, each of whom wrote to the desk.
struct Office {
    class: Class,
    teacher: Actor,
    head: Actor,
    sari: Actor,
    budi: Actor,
    of_sari: Letter,
    of_budi: Letter,
}

impl Office {
    async fn on(hub: &TestHub) -> Self {
        let [teacher, head, sari, budi] = hub.actors(["Bu Rini", "Pak Joko", "Sari", "Budi"]).await;
        let staff = Staff { role: Role::Publisher, ik: head.ik() };
        let class = Class::found_with(&teacher, |terms| terms.staff.push(staff)).await;
        class.enrol(&teacher, &[&sari, &budi]).await;
        let [of_sari, of_budi] =
            [&sari, &budi].map(|pupil| letter(&class, pupil, class.desk.public(), Kind::Reply));
        let office = Self { class, teacher, head, sari, budi, of_sari, of_budi };
        office.write(&office.sari, &office.of_sari).await;
        office.write(&office.budi, &office.of_budi).await;
        office
    }

    async fn write(&self, pupil: &Actor, letter: &Letter) {
        let proof = self.class.writer_proof(&self.teacher, 0, pupil);
        send(pupil, letter, Some(&proof)).await.expect(201);
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn letters_are_taken_and_put_away_for_all_publishers() {
    for hub in TestHub::each().await {
        let office = Office::on(&hub).await;
        let Office { class, teacher, head, of_sari, of_budi, .. } = &office;
        let (sari, budi) = (encode(of_sari.id()), encode(of_budi.id()));
        let open = |letter: &String| (letter.clone(), "open".to_owned(), Value::Null);
        assert_eq!(desk(teacher, class, "").await, [open(&sari), open(&budi)]);
        assert_eq!(desk(head, class, "?state=open&limit=1").await, [open(&sari)]);

        let mine = json!({ "state": "assigned", "assignee": head.id() });
        care(teacher, of_sari, &mine).await.expect(204);
        care(head, of_sari, &mine).await.expect(204);
        assert_eq!(told(&hub).await, 1, "what is as it was is no news");
        let assigned = (sari.clone(), "assigned".to_owned(), json!(head.id()));
        assert_eq!(desk(teacher, class, "?state=assigned").await, [assigned]);
        assert_eq!(desk(teacher, class, "?state=open").await, [open(&budi)]);

        hub.wait(5);
        care(head, of_sari, &json!({ "state": "resolved" })).await.expect(204);
        let item = head.get(&class.path("/letters?state=resolved")).await.items().remove(0);
        assert_eq!(
            (&item["assignee"], &item["changed_by"]),
            (&json!(head.id()), &json!(head.id()))
        );
        assert_eq!(item["changed_ms"], hub.now());
        care(teacher, of_sari, &json!({ "state": "open" })).await.expect(204);
        assert_eq!(desk(teacher, class, "").await, [open(&sari), open(&budi)]);
        assert_eq!(told(&hub).await, 3);
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_new_letter_opens_its_own_conversation_again_and_no_other() {
    for hub in TestHub::each().await {
        let office = Office::on(&hub).await;
        let Office { class, teacher, of_sari, of_budi, sari, .. } = &office;
        let join = letter(class, sari, class.desk.public(), Kind::Profile);
        office.write(sari, &join).await;
        for letter in [of_sari, of_budi, &join] {
            care(teacher, letter, &json!({ "state": "resolved" })).await.expect(204);
        }
        let before = told(&hub).await;
        hub.wait(1_000);
        let again = letter_at(class, sari, class.desk.public(), Kind::Reply, hub.now());
        office.write(sari, &again).await;
        office.write_again(sari, &again).await;
        let states: Vec<_> = desk(teacher, class, "").await.into_iter().map(|l| l.1).collect();
        assert_eq!(states, ["open", "resolved", "resolved", "open"]);
        assert_eq!(told(&hub).await, before + 1);
        // A profile is about no post and opens nothing.
        let profile = letter_at(class, sari, class.desk.public(), Kind::Profile, hub.now());
        office.write(sari, &profile).await;
        assert_eq!(told(&hub).await, before + 1);
    }
}

impl Office {
    async fn write_again(&self, pupil: &Actor, letter: &Letter) {
        let proof = self.class.writer_proof(&self.teacher, 0, pupil);
        send(pupil, letter, Some(&proof)).await.expect(200);
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn nobody_but_a_publisher_touches_a_letter_on_the_desk() {
    for hub in TestHub::each().await {
        let office = Office::on(&hub).await;
        let Office { class, teacher, sari, budi, of_sari, .. } = &office;
        let eve = hub.actor("Eve").await;
        let resolved = json!({ "state": "resolved" });
        care(sari, of_sari, &resolved).await.expect(403).problem("not-allowed");
        for outsider in [budi, &eve] {
            care(outsider, of_sari, &resolved).await.expect(404).problem("not-found");
        }
        care(&hub.nobody(), of_sari, &resolved).await.expect(401).problem("unauthenticated");
        for bad in [
            json!({}),
            json!({ "state": "done" }),
            json!({ "state": "assigned" }),
            json!({ "state": "open", "assignee": teacher.id() }),
            json!({ "state": "resolved", "assignee": teacher.id() }),
            json!({ "state": "assigned", "assignee": sari.id() }),
            json!({ "state": "assigned", "assignee": eve.id() }),
            json!({ "state": "assigned", "assignee": "AA" }),
            json!({ "state": "open", "note": 1 }),
        ] {
            care(teacher, of_sari, &bad).await.expect(400).problem("invalid-request");
        }
        let unknown =
            teacher.request(Method::PUT, &format!("/v1/letters/{}/desk", encode([9; 32])));
        Answer::to(unknown.json(&resolved)).await.expect(404).problem("not-found");
        for bad in ["?state=done", "?state=", "?what=1", "?after=x"] {
            let answer = teacher.get(&class.path(&format!("/letters{bad}"))).await;
            answer.expect(400).problem("invalid-request");
        }
        // What went to one account lies on no desk.
        let mark = letter(class, teacher, sari.keys.xk.public(), Kind::Return);
        send(teacher, &mark, None).await.expect(201);
        for party in [teacher, sari] {
            care(party, &mark, &resolved).await.expect(403).problem("not-allowed");
        }
        assert_eq!(told(&hub).await, 0);
    }
}
