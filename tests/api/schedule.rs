//! Posts that wait for their time: unseen until then, out within moments of it, and lapsed where they no longer can be.

use kentongan::base64url::encode;
use kentongan::fetch_scalars;
use kentongan_protocol::approval::Approval;
use kentongan_protocol::charter::{History, Role, Staff};
use kentongan_protocol::ids::{ChainId, PostId};
use kentongan_protocol::post::{Kind, Position, Post};
use reqwest::Method;
use serde_json::{Value, json};

use crate::class::Class;
use crate::hub::{Actor, Answer, DAY, TestHub, octets};
use crate::pen::{Pen, bytes32, open, path, slot};
use crate::posts::{listed, work};

const HOUR: u64 = 60 * 60 * 1000;

/// A client with a chain that nothing was written in.
fn fresh(author: &Actor, number: u8) -> Pen<'_> {
    let position = Position { chain: ChainId([number; 16]), seq: 1, prev: PostId::ZERO };
    Pen { author, proof: None, position }
}

async fn send(pen: &Pen<'_>, class: &Class, post: &Post, release_ms: impl ToString) -> Answer {
    let path = class.path(&format!("/posts?release_ms={}", release_ms.to_string()));
    Answer::to(octets(pen.author.request(Method::POST, &path), post.encode())).await
}

/// An announcement that waits until `release_ms`.
async fn schedule(author: &Actor, class: &Class, number: u8, text: &str, release_ms: u64) -> Post {
    let pen = fresh(author, number);
    let post = pen.seal(class, Kind::Announcement, PostId::ZERO, text);
    let answer = send(&pen, class, &post, release_ms).await.expect(201).json();
    assert_eq!(answer["state"], "scheduled");
    post
}

async fn item(who: &Actor, class: &Class, post: &Post) -> Value {
    let items = who.get(&class.path("/posts")).await.expect(200).items();
    let mut items = items.into_iter();
    items.find(|item| bytes32(&item["post"]) == Some(post.id().0)).expect("in the list")
}

/// Whom the news went to that posts lapsed: an account, or nobody in particular for the staff.
async fn told_of_lapses(hub: &TestHub) -> Vec<Option<Vec<u8>>> {
    let mut tx = hub.hub.db.read().await.expect("a transaction");
    let sql = "select account from events where kind = 'lapsed' order by id";
    fetch_scalars!(tx, Option<Vec<u8>>, sql).expect("events")
}

#[tokio::test(flavor = "multi_thread")]
async fn a_post_waits_unseen_and_goes_out_at_its_time_to_those_who_are_there_then() {
    for hub in TestHub::each().await {
        let [teacher, sari, budi, ani] = hub.actors(["Bu Rini", "Sari", "Budi", "Ani"]).await;
        let class = Class::found_with(&teacher, |terms| terms.history = History::FromJoining).await;
        class.enrol(&teacher, &[&sari, &budi]).await;
        let at = hub.now() + 3 * HOUR;
        let post = schedule(&teacher, &class, 9, "upacara hari Senin", at).await;
        let now = Pen::of(&teacher).announce(&class, "sekarang").await;
        work(&hub).await;

        assert_eq!(listed(&sari, &class).await, [now.id().0]);
        for rest in ["", "/slot", "/status"] {
            sari.get(&path(&post, rest)).await.expect(404).problem("not-found");
        }
        hub.nobody().get(&format!("/v1/permalinks/{}", encode(post.id()))).await.expect(404);
        let waiting = item(&teacher, &class, &post).await;
        assert_eq!((&waiting["state"], &waiting["release_ms"]), (&"scheduled".into(), &at.into()));
        let status = teacher.get(&path(&post, "/status")).await.expect(200).json();
        assert_eq!(status["cohorts"], json!({ "total": 1, "ready": 0, "failed": 0 }));
        assert_eq!((&status["state"], &status["release_ms"]), (&"scheduled".into(), &at.into()));

        // Budi leaves and Ani comes; the charter is renewed under the same keys.
        teacher.delete(&class.path(&format!("/members/{}", budi.id()))).await.expect(204);
        class.enrol(&teacher, &[&ani]).await;
        let mut class = class;
        let terms = class.next_terms();
        class.revise(&teacher, terms).await.expect(201);
        hub.wait(3 * HOUR - 1_001);
        work(&hub).await;
        assert_eq!(item(&teacher, &class, &post).await["state"], "scheduled");

        hub.wait(1_001);
        work(&hub).await;
        let out = item(&teacher, &class, &post).await;
        assert_eq!((&out["state"], &out["accepted_ms"]), (&"accepted".into(), &at.into()));
        assert_eq!(out["position"], 3, "after everything that was seen before");
        assert_eq!(listed(&sari, &class).await, [now.id().0, post.id().0]);
        assert_eq!(listed(&ani, &class).await, [post.id().0], "her slot was there at its time");
        for member in [&sari, &ani] {
            let d = class.enrolled_key(0, member);
            let opened = open(&class, &post, 0, &slot(member, &post).await, &d);
            assert_eq!(opened.as_deref(), Ok("upacara hari Senin"));
        }
        budi.get(&path(&post, "/slot")).await.expect(404);
        let status = teacher.get(&path(&post, "/status")).await.json();
        assert_eq!(status["recipients"], json!({ "total": 2, "ready": 2 }));
        teacher.delete(&path(&post, "/schedule")).await.expect(409).problem("conflict");
        assert_eq!(told_of_lapses(&hub).await, []);
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_hub_that_was_away_releases_what_is_overdue() {
    for hub in TestHub::each().await {
        let [teacher, sari] = hub.actors(["Bu Rini", "Sari"]).await;
        let class = Class::found(&teacher).await;
        class.enrol(&teacher, &[&sari]).await;
        let second = schedule(&teacher, &class, 2, "kedua", hub.now() + 2 * HOUR).await;
        let first = schedule(&teacher, &class, 1, "pertama", hub.now() + HOUR).await;
        hub.wait(2 * DAY);
        work(&hub).await;
        assert_eq!(listed(&sari, &class).await, [first.id().0, second.id().0], "in their order");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn what_can_no_longer_be_released_lapses_and_its_author_hears_why() {
    for hub in TestHub::each().await {
        let [teacher, head, sari] = hub.actors(["Bu Rini", "Pak Joko", "Sari"]).await;
        let publisher = Staff { role: Role::Publisher, ik: head.ik() };
        let mut class = Class::found_with(&teacher, |terms| terms.staff.push(publisher)).await;
        class.enrol(&teacher, &[&sari]).await;
        let at = hub.now() + HOUR;
        let of_head = schedule(&head, &class, 1, "dari kepala sekolah", at).await;
        let kept = schedule(&teacher, &class, 2, "dari guru", at).await;

        // A publisher leaves: at once, with what waits of his, and he hears although he is no longer staff.
        let mut terms = class.next_terms();
        terms.staff.pop();
        class.revise(&teacher, terms).await.expect(201);
        let lapsed = item(&teacher, &class, &of_head).await;
        assert_eq!(
            (&lapsed["state"], &lapsed["lapse_reason"]),
            (&"lapsed".into(), &"not-publisher".into())
        );
        assert_eq!(told_of_lapses(&hub).await, [None, Some(head.account().0.to_vec())]);
        assert_eq!(item(&teacher, &class, &kept).await["state"], "scheduled");

        // More approvals are wanted than it was sealed for.
        let mut terms = class.next_terms();
        terms.staff.push(publisher);
        class.revise(&teacher, terms).await.expect(201);
        let mut terms = class.next_terms();
        terms.approvals = 1;
        class.revise(&teacher, terms).await.expect(201);
        assert_eq!(item(&teacher, &class, &kept).await["lapse_reason"], "approvals-raised");

        // The keys it was sealed to are replaced.
        let third = schedule(&teacher, &class, 3, "kunci lama", at).await;
        let terms = class.rotated(0);
        class.revise(&teacher, terms).await.expect(201);
        assert_eq!(item(&teacher, &class, &third).await["lapse_reason"], "keys-changed");

        // Nobody writes under an expired charter, and a hub that was away so long finds one.
        let fourth = schedule(&teacher, &class, 4, "terlambat", at).await;
        hub.wait(100 * DAY);
        work(&hub).await;
        let mut teacher = teacher;
        teacher.sign_in().await;
        assert_eq!(item(&teacher, &class, &fourth).await["lapse_reason"], "charter-expired");
        assert_eq!(told_of_lapses(&hub).await.len(), 5);
        let status = teacher.get(&path(&fourth, "/status")).await.json();
        assert_eq!(status["lapse_reason"], "charter-expired");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn its_author_or_an_admin_takes_it_back_before_its_time() {
    for hub in TestHub::each().await {
        let names = ["Bu Rini", "Pak Joko", "Bu Tuti", "Sari", "Eve"];
        let [teacher, head, tuti, sari, eve] = hub.actors(names).await;
        let class = Class::found_with(&teacher, |terms| {
            for who in [&head, &tuti] {
                terms.staff.push(Staff { role: Role::Publisher, ik: who.ik() });
            }
        })
        .await;
        class.enrol(&teacher, &[&sari]).await;
        let at = hub.now() + HOUR;
        let first = schedule(&head, &class, 1, "satu", at).await;
        let second = schedule(&head, &class, 2, "dua", at).await;
        let schedule_of = |post: &Post| path(post, "/schedule");
        for outsider in [&sari, &eve] {
            outsider.delete(&schedule_of(&first)).await.expect(404).problem("not-found");
        }
        tuti.delete(&schedule_of(&first)).await.expect(403).problem("not-allowed");
        head.delete(&schedule_of(&first)).await.expect(204);
        head.delete(&schedule_of(&first)).await.expect(204);
        teacher.delete(&schedule_of(&second)).await.expect(204);
        assert_eq!(item(&tuti, &class, &first).await["lapse_reason"], "taken-back");
        assert_eq!(told_of_lapses(&hub).await, [None, None]);
        // Sent again it is what it was: taken back.
        let again = send(&fresh(&head, 1), &class, &first, at).await.expect(200).json();
        assert_eq!(again["state"], "lapsed");
        hub.wait(2 * HOUR);
        work(&hub).await;
        assert_eq!(listed(&sari, &class).await, [[0; 32]; 0]);
        let now = Pen::of(&head).announce(&class, "langsung").await;
        head.delete(&schedule_of(&now)).await.expect(409).problem("conflict");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn approvals_are_given_while_it_waits_or_after() {
    for hub in TestHub::each().await {
        let [teacher, head, sari] = hub.actors(["Bu Rini", "Pak Joko", "Sari"]).await;
        let class = Class::found_with(&teacher, |terms| {
            terms.staff.push(Staff { role: Role::Publisher, ik: head.ik() });
            terms.approvals = 1;
        })
        .await;
        class.enrol(&teacher, &[&sari]).await;
        let at = hub.now() + HOUR;
        let early = schedule(&teacher, &class, 1, "disetujui", at).await;
        let late = schedule(&teacher, &class, 2, "belum", at).await;
        let approve = async |post: &Post| {
            let approval = Approval::sign(&head.keys.ik, &post.id()).encode();
            head.post_octets(&path(post, "/approvals"), approval).await
        };
        let given = approve(&early).await.expect(201).json();
        assert_eq!(given, json!({ "state": "scheduled", "approvals": 1, "needed": 1 }));
        work(&hub).await;
        assert_eq!(listed(&sari, &class).await, [[0; 32]; 0], "approved, and not yet its time");
        hub.wait(HOUR);
        work(&hub).await;
        assert_eq!(listed(&sari, &class).await, [early.id().0]);
        assert_eq!(item(&teacher, &class, &late).await["state"], "pending");
        assert_eq!(approve(&late).await.expect(201).json()["state"], "accepted");
        work(&hub).await;
        assert_eq!(listed(&sari, &class).await, [early.id().0, late.id().0]);
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn only_a_publishers_post_of_its_own_chain_waits_and_not_for_ever() {
    for hub in TestHub::each().await {
        let [teacher, sari] = hub.actors(["Bu Rini", "Sari"]).await;
        let class = Class::found(&teacher).await;
        class.enrol(&teacher, &[&sari]).await;
        let now = hub.now();
        let pen = fresh(&teacher, 1);
        let post = pen.seal(&class, Kind::Announcement, PostId::ZERO, "nanti");
        let ends = class.charter().not_after_ms;
        for bad in [0, now - 1, now, ends, now + 93 * DAY, i64::MAX.unsigned_abs()] {
            send(&pen, &class, &post, bad).await.expect(400).problem("invalid-request");
        }
        for bad in ["-1", "x", "", "9223372036854775808", "1e15"] {
            send(&pen, &class, &post, bad).await.expect(400).problem("invalid-request");
        }
        let mut second = fresh(&teacher, 2);
        second.announce(&class, "pertama").await;
        let follows = second.seal(&class, Kind::Announcement, PostId::ZERO, "kedua");
        let answer = send(&second, &class, &follows, now + HOUR).await;
        answer.expect(400).problem("invalid-request");
        let root = Pen::of(&teacher).announce(&class, "utas").await;
        let reply = pen.seal(&class, Kind::Reply, root.id(), "jawab");
        send(&pen, &class, &reply, now + HOUR).await.expect(403).problem("not-allowed");
        let proof = class.writer_proof(&teacher, 0, &sari);
        let of_sari = Pen::with(&sari, &proof).seal(&class, Kind::Reply, root.id(), "saya");
        let path = class.path(&format!("/posts?release_ms={}", now + HOUR));
        let request = octets(sari.request(Method::POST, &path), of_sari.encode());
        let request = request.header("kentongan-membership", encode(proof.encode()));
        Answer::to(request).await.expect(403).problem("not-allowed");
        send(&pen, &class, &post, ends - 1).await.expect(201);
        send(&pen, &class, &post, now + HOUR).await.expect(200);
        assert_eq!(item(&teacher, &class, &post).await["release_ms"], ends - 1, "as at first");
    }
}
