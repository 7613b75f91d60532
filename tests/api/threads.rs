//! Threads that publishers slow or close: members' replies wait or stop, and everybody can still take back their own.

use kentongan::fetch_scalars;
use kentongan_protocol::ids::PostId;
use kentongan_protocol::post::{Kind, Post};
use serde_json::{Value, json};

use crate::class::Class;
use crate::hub::{Actor, Answer, TestHub};
use crate::pen::{Pen, bytes32, path};
use crate::posts::work;

async fn set(who: &Actor, post: &Post, body: &Value) -> Answer {
    who.put_json(&path(post, "/thread"), body).await
}

async fn stands(who: &Actor, class: &Class, post: &Post) -> (Value, Value) {
    let items = who.get(&class.path("/posts")).await.expect(200).items();
    let mut items = items.into_iter();
    let item = items.find(|item| bytes32(&item["post"]) == Some(post.id().0)).expect("listed");
    (item["thread_state"].clone(), item["every_s"].clone())
}

async fn reply(pen: &mut Pen<'_>, class: &Class, root: &Post, text: &str) -> Answer {
    let post = pen.seal(class, Kind::Reply, root.id(), text);
    pen.send(class, &post).await
}

#[tokio::test(flavor = "multi_thread")]
async fn a_closed_thread_takes_no_replies_of_members_until_it_is_open_again() {
    for hub in TestHub::each().await {
        let [teacher, sari] = hub.actors(["Bu Rini", "Sari"]).await;
        let class = Class::found(&teacher).await;
        class.enrol(&teacher, &[&sari]).await;
        let proof = class.writer_proof(&teacher, 0, &sari);
        let (mut of_teacher, mut of_sari) = (Pen::of(&teacher), Pen::with(&sari, &proof));
        let root = of_teacher.announce(&class, "siapa ikut?").await;
        let other = of_teacher.announce(&class, "lain").await;
        let first = of_sari.write(&class, Kind::Reply, root.id(), "saya").await;
        work(&hub).await;
        assert_eq!(stands(&sari, &class, &root).await, (json!("open"), Value::Null));
        assert_eq!(stands(&sari, &class, &first).await, (Value::Null, Value::Null));

        set(&teacher, &root, &json!({ "state": "closed" })).await.expect(204);
        set(&teacher, &root, &json!({ "state": "closed" })).await.expect(204);
        for reader in [&sari, &teacher] {
            assert_eq!(stands(reader, &class, &root).await, (json!("closed"), Value::Null));
        }
        let refused = reply(&mut of_sari, &class, &root, "juga").await;
        refused.expect(409).problem("thread-closed");
        // Publishers write on, other threads are as they were, and she takes back what she wrote.
        reply(&mut of_teacher, &class, &root, "cukup").await.expect(201);
        reply(&mut of_sari, &class, &other, "di sini").await.expect(201);
        of_sari.write(&class, Kind::Withdrawal, first.id(), "").await;

        set(&teacher, &root, &json!({ "state": "open" })).await.expect(204);
        reply(&mut of_sari, &class, &root, "terima kasih").await.expect(201);
        let mut tx = hub.hub.db.read().await.expect("a transaction");
        let sql =
            "select subject from events where kind = 'thread' and account is null and not staff";
        let told = fetch_scalars!(tx, Vec<u8>, sql).expect("events");
        assert_eq!(told, [root.id().0.to_vec(), root.id().0.to_vec()], "each change once");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn in_a_slow_thread_each_member_replies_once_in_a_while() {
    for hub in TestHub::each().await {
        let [teacher, sari, budi] = hub.actors(["Bu Rini", "Sari", "Budi"]).await;
        let class = Class::found(&teacher).await;
        class.enrol(&teacher, &[&sari, &budi]).await;
        let (of_sari, of_budi) =
            (class.writer_proof(&teacher, 0, &sari), class.writer_proof(&teacher, 0, &budi));
        let (mut of_sari, mut of_budi) = (Pen::with(&sari, &of_sari), Pen::with(&budi, &of_budi));
        let root = Pen::of(&teacher).announce(&class, "tanya jawab").await;
        set(&teacher, &root, &json!({ "state": "slow", "every_s": 60 })).await.expect(204);
        work(&hub).await;
        assert_eq!(stands(&sari, &class, &root).await, (json!("slow"), json!(60)));
        reply(&mut of_sari, &class, &root, "satu").await.expect(201);
        reply(&mut of_budi, &class, &root, "saya").await.expect(201);
        hub.wait(15_500);
        let early = reply(&mut of_sari, &class, &root, "dua").await.expect(429);
        assert_eq!(early.headers["retry-after"], "45");
        early.problem("rate-limited");
        hub.wait(44_499);
        let early = reply(&mut of_sari, &class, &root, "dua").await.expect(429);
        assert_eq!(early.headers["retry-after"], "1");
        hub.wait(1);
        reply(&mut of_sari, &class, &root, "dua").await.expect(201);
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn only_publishers_and_only_the_thread_of_a_post_that_went_out() {
    for hub in TestHub::each().await {
        let [teacher, sari, eve] = hub.actors(["Bu Rini", "Sari", "Eve"]).await;
        let class = Class::found(&teacher).await;
        class.enrol(&teacher, &[&sari]).await;
        let mut pen = Pen::of(&teacher);
        let root = pen.announce(&class, "utas").await;
        let answer = pen.write(&class, Kind::Reply, root.id(), "jawaban").await;
        let closed = json!({ "state": "closed" });
        set(&sari, &root, &closed).await.expect(403).problem("not-allowed");
        set(&eve, &root, &closed).await.expect(404).problem("not-found");
        set(&teacher, &answer, &closed).await.expect(409).problem("conflict");
        let unknown = pen.seal(&class, Kind::Announcement, PostId::ZERO, "belum dikirim");
        set(&teacher, &unknown, &closed).await.expect(404).problem("not-found");
        for bad in [
            json!({}),
            json!({ "state": "shut" }),
            json!({ "state": "slow" }),
            json!({ "state": "slow", "every_s": 0 }),
            json!({ "state": "slow", "every_s": -1 }),
            json!({ "state": "slow", "every_s": 604_801 }),
            json!({ "state": "slow", "every_s": 1e12 }),
            json!({ "state": "closed", "every_s": 60 }),
            json!({ "state": "open", "every_s": 60 }),
        ] {
            set(&teacher, &root, &bad).await.expect(400).problem("invalid-request");
        }
        assert_eq!(stands(&teacher, &class, &root).await.0, "open");
    }
}
