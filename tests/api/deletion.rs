//! An account that goes: out of everything at once, for good, and what others were given stays with them.

use kentongan::base64url::{B64, encode};
use kentongan::{fetch_scalar, fetch_scalars};
use kentongan_protocol::bytes::Writer;
use kentongan_protocol::charter::{Role, Staff};
use kentongan_protocol::letter::Kind as LetterKind;
use kentongan_protocol::primitives::sha256;
use reqwest::Method;
use serde_json::{Value, json};

use crate::class::Class;
use crate::hub::{Actor, Answer, TestHub, octets};
use crate::letters::{letter, send};
use crate::pen::{Pen, open, path, slot};
use crate::posts::{listed, work};

const MINUTE: u64 = 60_000;

/// The signed wish, as of `at_ms`.
fn farewell(hub: &TestHub, who: &Actor, at_ms: u64) -> Value {
    let statement = Writer::default().op8(hub.origin.as_bytes()).u64(at_ms).done();
    json!({ "at_ms": at_ms, "signature": B64(who.keys.ik.sign("account-delete", &statement)) })
}

async fn ask(who: &Actor, query: &str, body: &Value) -> Answer {
    let request = who.request(Method::DELETE, &format!("/v1/account{query}"));
    Answer::to(request.json(body)).await
}

async fn delete(hub: &TestHub, who: &Actor, query: &str) -> Answer {
    ask(who, query, &farewell(hub, who, hub.now())).await
}

async fn count(hub: &TestHub, sql: &'static str, who: &Actor) -> i64 {
    let mut tx = hub.hub.db.read().await.expect("a transaction");
    fetch_scalar!(tx, i64, sql, who.account().as_ref()).expect("a count")
}

fn attachment(class: &Class, blob: &str) -> String {
    class.path(&format!("/attachments/{}", encode(sha256(blob.as_bytes()))))
}

#[tokio::test(flavor = "multi_thread")]
async fn a_member_goes_and_nothing_of_its_own_stays() {
    for hub in TestHub::each().await {
        let [teacher, sari, budi] = hub.actors(["Bu Rini", "Sari", "Budi"]).await;
        let class = Class::found(&teacher).await;
        class.enrol(&teacher, &[&sari, &budi]).await;
        let mut pen = Pen::of(&teacher);
        let before = pen.announce(&class, "sebelum").await;
        work(&hub).await;
        Answer::to(budi.request(Method::PUT, &path(&before, "/receipts/acknowledged"))).await;
        let request = budi.request(Method::PUT, "/v1/vaults/AAAAAAAAAAAAAAAAAAAAAA");
        let request = request.header("kentongan-version", "1");
        Answer::to(octets(request, "an age file")).await.expect(204);
        let given = attachment(&class, "handed in");
        budi.put_octets(&format!("{given}?for=desk"), "handed in").await.expect(201);
        let work_of_budi = letter(&class, &budi, class.desk.public(), LetterKind::Submission);
        let proof = class.writer_proof(&teacher, 0, &budi);
        send(&budi, &work_of_budi, Some(&proof)).await.expect(201);
        let mark = letter(&class, &teacher, budi.keys.xk.public(), LetterKind::Return);
        send(&teacher, &mark, None).await.expect(201);
        hub.wait(1);
        let kept = attachment(&class, "nobody has its key");
        budi.put_octets(&format!("{kept}?for=desk"), "nobody has its key").await.expect(201);

        delete(&hub, &budi, "").await.expect(204);
        budi.get("/v1/audiences").await.expect(401).problem("unauthenticated");
        for sql in [
            "select count(*) from accounts where account = $1",
            "select count(*) from sessions where account = $1",
            "select count(*) from vaults where account = $1",
            "select count(*) from receipts where account = $1",
            "select count(*) from letters where to_account = $1",
            "select count(*) from events where account = $1",
            "select count(*) from members where account = $1 and removed_ms is null",
        ] {
            assert_eq!(count(&hub, sql, &budi).await, 0, "{sql}");
        }
        hub.nobody().get("/v1/vaults/AAAAAAAAAAAAAAAAAAAAAA").await.expect(404);

        // What it handed in is its teacher's to read, and the file with it; the other file goes.
        let desk = teacher.get(&class.path("/letters")).await.expect(200).items();
        assert_eq!(desk[0]["letter"], encode(work_of_budi.id()));
        work(&hub).await;
        teacher.get(&given).await.expect(200);
        teacher.get(&kept).await.expect(404).problem("not-found");
        let folder = hub.hub.config.data.join("attachments").join(hex::encode(class.audience()));
        assert_eq!(std::fs::read_dir(folder).expect("a folder").count(), 1);

        // What comes after is not made for it.
        let after = pen.announce(&class, "sesudah").await;
        work(&hub).await;
        let status = teacher.get(&path(&after, "/status")).await.json();
        assert_eq!(status["recipients"], json!({ "total": 1, "ready": 1 }));
        let d = class.enrolled_key(0, &sari);
        let opened = open(&class, &after, 0, &slot(&sari, &after).await, &d);
        assert_eq!(opened.as_deref(), Ok("sesudah"));

        // It never comes again, whatever is signed with its key.
        budi.register(1, hub.now()).await.expect(409).problem("conflict");
        budi.register(2, hub.now()).await.expect(409).problem("conflict");
        let members = teacher.get(&class.path("/members")).await.items();
        let gone = members.iter().find(|m| m["account"] == budi.id()).expect("its publishers know");
        assert_eq!(gone["removed_ms"], hub.now());
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn only_its_own_fresh_signature_deletes_an_account() {
    for hub in TestHub::each().await {
        let [sari, budi] = hub.actors(["Sari", "Budi"]).await;
        let now = hub.now();
        for (who, at_ms) in [
            (&budi, now),
            (&sari, now - 11 * MINUTE),
            (&sari, now + 11 * MINUTE),
            (&sari, 0),
            (&sari, u64::MAX),
        ] {
            ask(&sari, "", &farewell(&hub, who, at_ms)).await.expect(422).problem("refused");
        }
        let mut other_time = farewell(&hub, &sari, now);
        other_time["at_ms"] = (now + 1).into();
        ask(&sari, "", &other_time).await.expect(422).problem("refused");
        for body in [json!({}), json!({ "at_ms": -1, "signature": B64([0; 64]) }), json!([])] {
            ask(&sari, "", &body).await.expect(400).problem("invalid-request");
        }
        let good = farewell(&hub, &sari, now);
        ask(&sari, "?abandon=perhaps", &good).await.expect(400).problem("invalid-request");
        sari.delete("/v1/account").await.expect(415).problem("unsupported-media-type");
        ask(&hub.nobody(), "", &good).await.expect(401).problem("unauthenticated");
        ask(&sari, "", &farewell(&hub, &sari, now - 9 * MINUTE)).await.expect(204);
        ask(&sari, "", &good).await.expect(401).problem("unauthenticated");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn the_last_admin_hands_over_or_says_that_it_abandons() {
    for hub in TestHub::each().await {
        let [teacher, head, sari] = hub.actors(["Bu Rini", "Pak Joko", "Sari"]).await;
        // Alone in an audience nobody is left behind.
        let alone = hub.actor("Sendiri").await;
        Class::found(&alone).await;
        delete(&hub, &alone, "").await.expect(204);

        let mut class = Class::found_with(&teacher, |terms| {
            terms.staff.push(Staff { role: Role::Publisher, ik: head.ik() });
        })
        .await;
        class.enrol(&teacher, &[&sari]).await;
        let link = class.open_link(&teacher, "poster").await;
        let post = Pen::of(&teacher).announce(&class, "masih ada").await;
        work(&hub).await;
        delete(&hub, &teacher, "").await.expect(409).problem("conflict");
        delete(&hub, &teacher, "?abandon=false").await.expect(409).problem("conflict");
        teacher.get("/v1/audiences").await.expect(200);

        let mut terms = class.next_terms();
        terms.staff[1].role = Role::Admin;
        class.revise(&teacher, terms).await.expect(201);
        delete(&hub, &teacher, "").await.expect(204);
        assert_eq!(listed(&sari, &class).await, [post.id().0], "what was sent stays");
        let shown = sari.get(&class.path(&link.path(""))).await.expect(200).json();
        assert_eq!(shown["open"], false, "its links are closed");
        // An admin who is gone is none who could take over.
        delete(&hub, &head, "").await.expect(409).problem("conflict");
        delete(&hub, &head, "?abandon=true").await.expect(204);
        assert_eq!(listed(&sari, &class).await, [post.id().0]);
        let mut tx = hub.hub.db.read().await.expect("a transaction");
        let sql = "select account from deleted_accounts";
        assert_eq!(fetch_scalars!(tx, Vec<u8>, sql).expect("a list").len(), 3);
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_register_with_somebody_deleted_in_it_is_not_imported() {
    for hub in TestHub::each().await {
        let [sari] = hub.actors(["Sari"]).await;
        delete(&hub, &sari, "").await.expect(204);
        let from = hub.now() - MINUTE;
        let signed = sari.keys.bundle(1, from, from + MINUTE * 60).expect("a bundle");
        let refused = kentongan::accounts::import(&hub.hub, &[signed]).await;
        assert!(matches!(refused, Err(kentongan::problem::Problem::Conflict(_))));
        assert_eq!(count(&hub, "select count(*) from accounts where account = $1", &sari).await, 0);
    }
}
