//! Posts: a teacher writes once, every member opens its own slot, and nobody anybody else's.

use kentongan::base64url::encode;
use kentongan::jobs::{self, queue::Times};
use kentongan_protocol::charter::{Replies, Role, Staff};
use kentongan_protocol::ids::PostId;
use kentongan_protocol::permalink::{Linked, Permalink};
use kentongan_protocol::post::{Kind, ReadRefused, Standing, ThreadPost};

use crate::class::Class;
use crate::hub::{Actor, TestHub};
use crate::pen::{Pen, bytes32, open, open_reply, path, slot};

/// Runs every job that is due, each twice; none may fail.
pub(crate) async fn work(hub: &TestHub) {
    let drained = jobs::drain(&hub.hub, Times::Twice).await.expect("the queue answers");
    assert_eq!(drained.failures, []);
}

/// The ids in a member's or publisher's list.
pub(crate) async fn listed(reader: &Actor, class: &Class) -> Vec<[u8; 32]> {
    let items = reader.get(&class.path("/posts")).await.expect(200).items();
    items.iter().map(|item| bytes32(&item["post"]).expect("an id")).collect()
}

#[tokio::test(flavor = "multi_thread")]
async fn every_member_opens_its_own_slot_and_nobody_elses() {
    for hub in TestHub::each().await {
        let [teacher, sari, budi, stranger] = hub.actors(["Bu Rini", "Sari", "Budi", "Eve"]).await;
        let class = Class::found(&teacher).await;
        class.enrol(&teacher, &[&sari, &budi]).await;

        let post = Pen::of(&teacher).announce(&class, "vaksin hari Senin").await;
        sari.get(&path(&post, "/slot")).await.expect(404).problem("slot-not-ready");
        let item = sari.get(&class.path("/posts")).await.items().remove(0);
        assert!(item["slot"].is_null(), "the post can be fetched before its slot");
        work(&hub).await;

        for member in [&sari, &budi] {
            let own = slot(member, &post).await;
            let item = member.get(&class.path("/posts")).await.items().remove(0);
            assert_eq!(bytes32(&item["slot"]), Some(own));
            let octets = member.get(&path(&post, "")).await.expect(200);
            assert_eq!(octets.body, post.encode());
            let d = class.enrolled_key(0, member);
            assert_eq!(open(&class, &post, 0, &own, &d).as_deref(), Ok("vaksin hari Senin"));
        }
        let of_sari = slot(&sari, &post).await;
        let of_budi = class.enrolled_key(0, &budi);
        assert!(matches!(
            open(&class, &post, 0, &of_sari, &of_budi),
            Err(ReadRefused::Unreadable(_))
        ));

        stranger.get(&class.path("/posts")).await.expect(403).problem("not-allowed");
        for rest in ["", "/slot", "/status"] {
            stranger.get(&path(&post, rest)).await.expect(404).problem("not-found");
        }
        teacher.get(&path(&post, "/slot")).await.expect(403).problem("not-allowed");
        sari.get(&path(&post, "/status")).await.expect(403).problem("not-allowed");
        let status = teacher.get(&path(&post, "/status")).await.expect(200).json();
        assert_eq!(status["cohorts"], serde_json::json!({ "total": 1, "ready": 1, "failed": 0 }));
        assert_eq!(status["recipients"], serde_json::json!({ "total": 2, "ready": 2 }));
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_repeated_post_is_answered_as_before_and_stored_once() {
    for hub in TestHub::each().await {
        let [mut teacher] = hub.actors(["Bu Rini"]).await;
        let class = Class::found(&teacher).await;
        let mut pen = Pen::of(&teacher);
        let post = pen.seal(&class, Kind::Announcement, PostId::ZERO, "satu kali");
        let first = pen.send(&class, &post).await.expect(201).json();
        assert_eq!(first["state"], "accepted");
        pen.announce(&class, "lagi").await;
        // Its chain has gone on and its charter has expired: it is still answered as the first time.
        hub.wait(100 * crate::hub::DAY);
        teacher.sign_in().await;
        let again = Pen::of(&teacher).send_bytes(&class, post.encode()).await.expect(200).json();
        assert_eq!(first, again);
        assert_eq!(listed(&teacher, &class).await.len(), 2);
        work(&hub).await;
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_chain_has_no_gap_no_repeat_and_no_other_past() {
    for hub in TestHub::each().await {
        let [teacher, head] = hub.actors(["Bu Rini", "Pak Joko"]).await;
        let staff = Staff { role: Role::Publisher, ik: head.ik() };
        let class = Class::found_with(&teacher, |terms| terms.staff.push(staff)).await;
        let mut pen = Pen::of(&teacher);
        let first = pen.announce(&class, "pertama").await;
        // Another publisher has a chain of its own.
        Pen::of(&head).announce(&class, "dari kepala sekolah").await;

        let next = pen.position;
        for (seq, prev) in [
            (3, first.id()),
            (1, PostId::ZERO),
            (2, PostId::ZERO),
            (2, PostId([7; 32])),
            (0, first.id()),
        ] {
            (pen.position.seq, pen.position.prev) = (seq, prev);
            let post = pen.seal(&class, Kind::Announcement, PostId::ZERO, "salah urutan");
            pen.send(&class, &post).await.expect(422).problem("refused");
        }
        pen.position = next;
        pen.announce(&class, "kedua").await;
        let items = teacher.get(&class.path("/posts")).await.items();
        let positions: Vec<_> = items.iter().map(|item| item["position"].as_i64()).collect();
        assert_eq!(positions, [Some(1), Some(2), Some(3)], "what is refused takes no position");
        assert_eq!(listed(&head, &class).await.len(), 3);
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn two_posts_at_once_leave_one_in_their_place() {
    for hub in TestHub::each().await {
        let [teacher] = hub.actors(["Bu Rini"]).await;
        let class = Class::found(&teacher).await;
        let pen = Pen::of(&teacher);
        let rivals: Vec<_> = (0..8)
            .map(|n| pen.seal(&class, Kind::Announcement, PostId::ZERO, &format!("calon {n}")))
            .collect();
        let sent = rivals.iter().map(|post| pen.send_bytes(&class, post.encode()));
        let answers = futures_util::future::join_all(sent).await;
        let stored: Vec<_> = answers.iter().map(|answer| answer.status).collect();
        assert_eq!(stored.iter().filter(|status| **status == 201).count(), 1, "{stored:?}");
        assert!(stored.iter().all(|status| [201, 422].contains(status)), "{stored:?}");
        assert_eq!(listed(&teacher, &class).await.len(), 1);
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn bad_bytes_are_refused_and_leave_nothing() {
    for hub in TestHub::each().await {
        let [teacher, stranger] = hub.actors(["Bu Rini", "Eve"]).await;
        let class = Class::found(&teacher).await;
        let pen = Pen::of(&teacher);
        let good = pen.seal(&class, Kind::Announcement, PostId::ZERO, "baik").encode();
        let trailing = [&good[..], &[0]].concat();
        let mut other_version = good.clone();
        other_version[1] = 2;
        let bad = [Vec::new(), good[..good.len() - 1].to_vec(), trailing, other_version];
        for bytes in bad {
            pen.send_bytes(&class, bytes).await.expect(422).problem("refused");
        }
        for n in (0..good.len()).step_by(37) {
            let mut flipped = good.clone();
            flipped[n] ^= 1;
            let answer = pen.send_bytes(&class, flipped).await;
            assert!([422, 409].contains(&answer.status), "byte {n}: {}", answer.status);
        }
        let large = pen.send_bytes(&class, vec![0; kentongan::posts::LIMIT + 1]).await;
        large.expect(413).problem("too-large");
        let json = serde_json::json!({});
        let answer = teacher.post_json(&class.path("/posts"), &json).await;
        answer.expect(415).problem("unsupported-media-type");
        let elsewhere = format!("/v1/audiences/{}/posts", encode([9; 32]));
        let answer = teacher.post_octets(&elsewhere, good.clone()).await;
        answer.expect(404).problem("not-found");
        let answer = stranger.post_octets(&class.path("/posts"), good).await;
        answer.expect(403).problem("not-allowed");
        for query in ["?after=x", "?thread=AA", "?limit=-", "?what=1"] {
            let answer = teacher.get(&class.path(&format!("/posts{query}"))).await;
            answer.expect(400).problem("invalid-request");
        }
        assert!(listed(&teacher, &class).await.is_empty());
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_superseded_charter_asks_for_another_sealing() {
    for hub in TestHub::each().await {
        let [teacher] = hub.actors(["Bu Rini"]).await;
        let mut class = Class::found(&teacher).await;
        let pen = Pen::of(&teacher);
        let old = pen.seal(&class, Kind::Announcement, PostId::ZERO, "piagam lama");
        let terms = class.next_terms();
        class.revise(&teacher, terms).await.expect(201);
        let answer = pen.send_bytes(&class, old.encode()).await;
        answer.expect(409).problem("charter-superseded");
        let new = pen.seal(&class, Kind::Announcement, PostId::ZERO, "piagam baru");
        pen.send_bytes(&class, new.encode()).await.expect(201);
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn members_reply_with_their_membership_and_take_back_their_own() {
    for hub in TestHub::each().await {
        let [teacher, sari, budi] = hub.actors(["Bu Rini", "Sari", "Budi"]).await;
        let class = Class::found(&teacher).await;
        class.enrol(&teacher, &[&sari, &budi]).await;
        let root = Pen::of(&teacher).announce(&class, "siapa ikut?").await;
        let proof = class.writer_proof(&teacher, 0, &sari);
        let mut pen = Pen::with(&sari, &proof);
        let reply = pen.seal(&class, Kind::Reply, root.id(), "saya");
        Pen::of(&sari).send(&class, &reply).await.expect(422).problem("refused");
        let of_budi = Pen::with(&sari, &class.writer_proof(&teacher, 0, &budi));
        of_budi.send_bytes(&class, reply.encode()).await.expect(422).problem("refused");
        pen.send(&class, &reply).await.expect(201);
        let announcement = pen.seal(&class, Kind::Announcement, PostId::ZERO, "libur!");
        pen.send(&class, &announcement).await.expect(422).problem("refused");
        work(&hub).await;

        let octets = budi.get(&path(&reply, "")).await.expect(200);
        assert_eq!(octets.headers["kentongan-membership"], encode(proof.encode()));
        let thread = class.path(&format!("/posts?thread={}", encode(root.id())));
        let items = budi.get(&thread).await.items();
        assert_eq!(items.len(), 2);
        assert_eq!(items[1]["proof"], encode(proof.encode()));
        let meant = ThreadPost {
            kind: Kind::Announcement,
            author: teacher.ik(),
            by_publisher: true,
            standing: Standing::Accepted,
        };
        let (own, d) = (slot(&budi, &reply).await, class.enrolled_key(0, &budi));
        assert_eq!(open_reply(&class, &reply, meant, &proof, &own, &d).as_deref(), Ok("saya"));

        let mut other = Pen::with(&budi, &class.writer_proof(&teacher, 0, &budi));
        let theirs = other.seal(&class, Kind::Withdrawal, reply.id(), "");
        other.send(&class, &theirs).await.expect(422).problem("refused");
        pen.write(&class, Kind::Withdrawal, reply.id(), "").await;
        assert_eq!(budi.get(&thread).await.items().len(), 3);
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn replies_are_limited_by_the_hour() {
    for database in crate::support::databases().await {
        let hub = TestHub::on(database, |config| config.limits.replies_per_hour = 2).await;
        let [teacher, sari] = hub.actors(["Bu Rini", "Sari"]).await;
        let class = Class::found(&teacher).await;
        class.enrol(&teacher, &[&sari]).await;
        let root = Pen::of(&teacher).announce(&class, "diskusi").await;
        let mut pen = Pen::with(&sari, &class.writer_proof(&teacher, 0, &sari));
        pen.write(&class, Kind::Reply, root.id(), "satu").await;
        hub.wait(60_000);
        pen.write(&class, Kind::Reply, root.id(), "dua").await;
        let third = pen.seal(&class, Kind::Reply, root.id(), "tiga");
        let answer = pen.send(&class, &third).await.expect(429);
        assert_eq!(answer.headers["retry-after"], "3540");
        answer.problem("rate-limited");
        hub.wait(3_540_000);
        pen.send(&class, &third).await.expect(201);
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn no_replies_where_the_charter_wants_none() {
    for hub in TestHub::each().await {
        let [teacher, sari] = hub.actors(["Bu Rini", "Sari"]).await;
        let class = Class::found_with(&teacher, |terms| terms.replies = Replies::None).await;
        class.enrol(&teacher, &[&sari]).await;
        let mut pen = Pen::of(&teacher);
        let root = pen.announce(&class, "hanya untuk dibaca").await;
        let own = pen.seal(&class, Kind::Reply, root.id(), "tambahan");
        pen.send(&class, &own).await.expect(422).problem("refused");
        let mut member = Pen::with(&sari, &class.writer_proof(&teacher, 0, &sari));
        let reply = member.seal(&class, Kind::Reply, root.id(), "halo");
        member.send(&class, &reply).await.expect(422).problem("refused");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_permalink_opens_without_an_account_and_tells_of_corrections() {
    for hub in TestHub::each().await {
        let [teacher, sari] = hub.actors(["Bu Rini", "Sari"]).await;
        let class = Class::found(&teacher).await;
        class.enrol(&teacher, &[&sari]).await;
        let mut pen = Pen::of(&teacher);
        let (post, m) =
            pen.seal_with_secret(&class, Kind::Announcement, PostId::ZERO, "untuk umum");
        pen.send(&class, &post).await.expect(201);
        let path = format!("/v1/permalinks/{}", encode(post.id()));
        let shown = hub.nobody().get(&path).await.expect(200).json();
        assert!(shown["corrected_by"].is_null() && shown["withdrawn_by"].is_null());
        assert_eq!(shown["post"], encode(post.encode()));

        let chain = kentongan_protocol::chain::Chain::begin(
            class.genesis.clone(),
            class.charters[0].clone(),
        )
        .expect("a chain");
        let linked = Linked {
            tbs: post.tbs(),
            signature: post.signature(),
            body: post.body(),
            approvals: &[],
        };
        let opened = Permalink { post: post.id(), m }.open(&chain, false, &linked);
        let payload = opened.expect("it opens").payload;
        assert!(String::from_utf8_lossy(&payload).contains("untuk umum"));

        let corrections = [
            pen.write(&class, Kind::Correction, post.id(), "ralat").await,
            pen.write(&class, Kind::Correction, post.id(), "ralat lagi").await,
        ];
        let greatest = corrections.iter().map(|post| post.id().0).max().expect("two");
        let withdrawal = pen.write(&class, Kind::Withdrawal, post.id(), "").await;
        let shown = hub.nobody().get(&path).await.expect(200).json();
        assert_eq!(bytes32(&shown["corrected_by"]), Some(greatest), "all of one moment");
        assert_eq!(bytes32(&shown["withdrawn_by"]), Some(withdrawal.id().0));

        let mut member = Pen::with(&sari, &class.writer_proof(&teacher, 0, &sari));
        let reply = member.write(&class, Kind::Reply, post.id(), "bukan untuk umum").await;
        let path = format!("/v1/permalinks/{}", encode(reply.id()));
        hub.nobody().get(&path).await.expect(404).problem("not-found");
    }
}
