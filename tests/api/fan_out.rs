//! Fan-out: in runs of cohorts, around removals and rotations, and what cannot be done shows and is tried again.

use kentongan::jobs::{self, queue::Times};
use kentongan::{execute, fetch_scalars};
use kentongan_protocol::ids::PostId;
use kentongan_protocol::keys::CohortSecret;
use kentongan_protocol::post::Kind;

use crate::class::Class;
use crate::hub::{TestHub, rng};
use crate::pen::{Pen, open, path, slot};
use crate::posts::work;

#[tokio::test(flavor = "multi_thread")]
async fn who_is_removed_gets_no_slot_and_is_served_none() {
    for hub in TestHub::each().await {
        let [teacher, sari, budi] = hub.actors(["Bu Rini", "Sari", "Budi"]).await;
        let class = Class::found(&teacher).await;
        class.enrol(&teacher, &[&sari, &budi]).await;
        let mut pen = Pen::of(&teacher);
        let before = pen.announce(&class, "masih bersama").await;
        work(&hub).await;
        let during = pen.announce(&class, "tinggal satu").await;
        let removal = class.path(&format!("/members/{}", budi.id()));
        teacher.delete(&removal).await.expect(204);
        work(&hub).await;
        let status = teacher.get(&path(&during, "/status")).await.json();
        assert_eq!(status["recipients"], serde_json::json!({ "total": 1, "ready": 1 }));
        budi.get(&class.path("/posts")).await.expect(403).problem("not-allowed");
        for post in [&before, &during] {
            for rest in ["", "/slot"] {
                budi.get(&path(post, rest)).await.expect(404).problem("not-found");
            }
        }
        let proof = class.writer_proof(&teacher, 0, &budi);
        let mut expelled = Pen::with(&budi, &proof);
        let reply = expelled.seal(&class, Kind::Reply, before.id(), "masih di sini");
        expelled.send(&class, &reply).await.expect(403).problem("not-allowed");
        slot(&sari, &during).await;
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_large_audience_is_worked_on_in_runs_of_cohorts() {
    for database in crate::support::databases().await {
        let hub = TestHub::on(database, |config| config.workers.cohorts_per_job = 2).await;
        let [teacher, sari, budi] = hub.actors(["Bu Rini", "Sari", "Budi"]).await;
        let more: Vec<_> =
            (1..5).map(|n| CohortSecret::random(&mut rng(&format!("cohort {n}")))).collect();
        let keys: Vec<_> = more.iter().map(CohortSecret::public).collect();
        let mut class = Class::found_with(&teacher, |terms| terms.cohorts.extend(keys)).await;
        class.cohorts.extend(more);
        for (cohort, member) in [(0, &sari), (4, &budi)] {
            let body = class.enrolment(&teacher, cohort, &[member]);
            teacher.post_json(&class.path("/members"), &body).await.expect(201);
        }
        let post = Pen::of(&teacher).announce(&class, "untuk semua").await;
        let drained = jobs::drain(&hub.hub, Times::Twice).await.expect("the queue answers");
        assert_eq!((drained.ran.get("fan-out"), drained.failures), (Some(&3), Vec::new()));
        for (cohort, member) in [(0, &sari), (4, &budi)] {
            let (own, d) = (slot(member, &post).await, class.enrolled_key(cohort, member));
            assert_eq!(open(&class, &post, cohort, &own, &d).as_deref(), Ok("untuk semua"));
        }
        let status = teacher.get(&path(&post, "/status")).await.json();
        assert_eq!(status["cohorts"], serde_json::json!({ "total": 5, "ready": 5, "failed": 0 }));
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_fan_out_that_cannot_be_done_shows_with_its_reason() {
    for hub in TestHub::each().await {
        let [teacher, sari] = hub.actors(["Bu Rini", "Sari"]).await;
        let class = Class::found(&teacher).await;
        class.enrol(&teacher, &[&sari]).await;
        let mut tx = hub.hub.db.write().await.expect("a transaction");
        let pages = fetch_scalars!(tx, Vec<u8>, "select sealed from token_pages").expect("one");
        execute!(tx, "update token_pages set sealed = $1", &[0_u8; 64][..]).expect("an update");
        tx.commit().await.expect("a commit");
        let post = Pen::of(&teacher).announce(&class, "rusak").await;
        let drained = jobs::drain(&hub.hub, Times::Once).await.expect("the queue answers");
        assert_eq!(drained.failures.len(), 1);
        let status = teacher.get(&path(&post, "/status")).await.expect(200).json();
        assert_eq!(status["cohorts"], serde_json::json!({ "total": 1, "ready": 0, "failed": 1 }));
        assert_eq!(status["reasons"].as_array().map(Vec::len), Some(1));
        sari.get(&path(&post, "/slot")).await.expect(404).problem("slot-not-ready");

        // Tried again before it is mended it fails again; after that it is made ready, and nothing is left to try.
        let posts = async || kentongan::posts::failed(&hub.hub).await.expect("the failed ones");
        let retry =
            async |id: PostId| kentongan::posts::retry(&hub.hub, &id).await.expect("put back");
        assert_eq!((posts().await, retry(post.id()).await), (vec![post.id()], Some(1)));
        assert_eq!(posts().await, []);
        let drained = jobs::drain(&hub.hub, Times::Once).await.expect("the queue answers");
        assert_eq!(drained.failures.len(), 1);
        let mut tx = hub.hub.db.write().await.expect("a transaction");
        execute!(tx, "update token_pages set sealed = $1", pages[0].as_slice()).expect("an update");
        tx.commit().await.expect("a commit");
        assert_eq!(retry(post.id()).await, Some(1));
        assert_eq!(retry(post.id()).await, Some(0));
        let drained = jobs::drain(&hub.hub, Times::Twice).await.expect("the queue answers");
        assert_eq!(drained.failures, []);
        let status = teacher.get(&path(&post, "/status")).await.expect(200).json();
        assert_eq!(status["cohorts"], serde_json::json!({ "total": 1, "ready": 1, "failed": 0 }));
        sari.get(&path(&post, "/slot")).await.expect(200);
        assert_eq!((retry(post.id()).await, retry(PostId([1; 32])).await), (Some(0), None));
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn after_a_rotation_members_read_what_they_had_and_what_comes() {
    for hub in TestHub::each().await {
        let [teacher, sari] = hub.actors(["Bu Rini", "Sari"]).await;
        let mut class = Class::found(&teacher).await;
        class.enrol(&teacher, &[&sari]).await;
        let mut pen = Pen::of(&teacher);
        let old = pen.announce(&class, "kunci lama").await;
        work(&hub).await;
        let before = slot(&sari, &old).await;
        let on_its_way = pen.announce(&class, "masih di jalan").await;
        let terms = class.rotated(0);
        class.revise(&teacher, terms.clone()).await.expect(409).problem("fan-out-running");
        work(&hub).await;
        class.revise(&teacher, terms).await.expect(201);
        assert_eq!(slot(&sari, &old).await, before, "also while it waits to be enrolled again");
        slot(&sari, &on_its_way).await;

        class.enrol(&teacher, &[&sari]).await;
        let new = pen.announce(&class, "kunci baru").await;
        work(&hub).await;
        assert_eq!(slot(&sari, &old).await, before);
        let (own, d) = (slot(&sari, &new).await, class.enrolled_key(0, &sari));
        assert_eq!(open(&class, &new, 0, &own, &d).as_deref(), Ok("kunci baru"));
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn workers_that_stand_still_do_not_keep_a_key_from_being_rotated() {
    for hub in TestHub::each().await {
        let [teacher, sari] = hub.actors(["Bu Rini", "Sari"]).await;
        let mut class = Class::found(&teacher).await;
        class.enrol(&teacher, &[&sari]).await;
        let lost = Pen::of(&teacher).announce(&class, "tersusul").await;
        let terms = class.rotated(0);
        class.revise(&teacher, terms.clone()).await.expect(409).problem("fan-out-running");
        hub.wait(10 * 60 * 1000);
        class.revise(&teacher, terms).await.expect(201);
        work(&hub).await;
        sari.get(&path(&lost, "/slot")).await.expect(404).problem("not-found");
        let status = teacher.get(&path(&lost, "/status")).await.json();
        assert_eq!(status["recipients"], serde_json::json!({ "total": 0, "ready": 0 }));
    }
}
