//! Earlier posts for those who join late: as the charter says; given up where they cannot be made, and made when an operator has
//! them tried again.

use kentongan::jobs::{self, Times};
use kentongan::{execute, fetch_scalars, posts};
use kentongan_protocol::charter::History;

use crate::class::Class;
use crate::hub::TestHub;
use crate::pen::{Pen, open, path, slot};
use crate::posts::{listed, work};

#[tokio::test(flavor = "multi_thread")]
async fn late_joiners_get_earlier_posts_where_the_charter_says_so() {
    for hub in TestHub::each().await {
        let [teacher, sari, dewi, tono] = hub.actors(["Bu Rini", "Sari", "Dewi", "Tono"]).await;
        let class = Class::found(&teacher).await;
        class.enrol(&teacher, &[&sari]).await;
        let mut pen = Pen::of(&teacher);
        let early = pen.announce(&class, "sebelum").await;
        work(&hub).await;
        class.enrol(&teacher, &[&dewi, &tono]).await;
        let late = pen.announce(&class, "sesudah").await;
        assert_eq!(listed(&dewi, &class).await, [early.id().0, late.id().0]);
        dewi.get(&path(&early, "/slot")).await.expect(404).problem("slot-not-ready");
        work(&hub).await;
        for member in [&sari, &dewi, &tono] {
            let d = class.enrolled_key(0, member);
            for (post, text) in [(&early, "sebelum"), (&late, "sesudah")] {
                let own = slot(member, post).await;
                assert_eq!(open(&class, post, 0, &own, &d).as_deref(), Ok(text));
            }
        }
        let status = teacher.get(&path(&early, "/status")).await.json();
        assert_eq!(status["recipients"], serde_json::json!({ "total": 3, "ready": 3 }));
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn late_joiners_get_nothing_earlier_where_the_charter_says_so() {
    for hub in TestHub::each().await {
        let [teacher, sari, dewi] = hub.actors(["Bu Rini", "Sari", "Dewi"]).await;
        let class = Class::found_with(&teacher, |terms| terms.history = History::FromJoining).await;
        class.enrol(&teacher, &[&sari]).await;
        let mut pen = Pen::of(&teacher);
        let early = pen.announce(&class, "sebelum").await;
        class.enrol(&teacher, &[&dewi]).await;
        let late = pen.announce(&class, "sesudah").await;
        work(&hub).await;
        assert_eq!(listed(&dewi, &class).await, [late.id().0]);
        for rest in ["", "/slot"] {
            dewi.get(&path(&early, rest)).await.expect(404).problem("not-found");
        }
        assert_eq!(listed(&sari, &class).await.len(), 2);
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_charter_that_opens_history_opens_it_for_those_who_are_there() {
    for hub in TestHub::each().await {
        let [teacher, sari, dewi] = hub.actors(["Bu Rini", "Sari", "Dewi"]).await;
        let mut class =
            Class::found_with(&teacher, |terms| terms.history = History::FromJoining).await;
        class.enrol(&teacher, &[&sari]).await;
        let early = Pen::of(&teacher).announce(&class, "sebelum").await;
        class.enrol(&teacher, &[&dewi]).await;
        work(&hub).await;
        dewi.get(&path(&early, "/slot")).await.expect(404).problem("not-found");
        let mut terms = class.next_terms();
        terms.history = History::SameKey;
        class.revise(&teacher, terms).await.expect(201);
        work(&hub).await;
        let (own, d) = (slot(&dewi, &early).await, class.enrolled_key(0, &dewi));
        assert_eq!(open(&class, &early, 0, &own, &d).as_deref(), Ok("sebelum"));
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn what_a_late_joiner_could_not_be_given_is_given_when_it_is_tried_again() {
    for hub in TestHub::each().await {
        let [teacher, sari, dewi] = hub.actors(["Bu Rini", "Sari", "Dewi"]).await;
        let class = Class::found(&teacher).await;
        class.enrol(&teacher, &[&sari]).await;
        let early = Pen::of(&teacher).announce(&class, "sebelum Dewi").await;
        work(&hub).await;
        assert_eq!(posts::retry_history(&hub.hub).await.expect("a look"), 0);

        class.enrol(&teacher, &[&dewi]).await;
        let mut tx = hub.hub.db.write().await.expect("a transaction");
        let pages = fetch_scalars!(tx, Vec<u8>, "select sealed from token_pages").expect("one");
        execute!(tx, "update token_pages set sealed = $1", &[0_u8; 64][..]).expect("an update");
        tx.commit().await.expect("a commit");
        let drained = jobs::drain(&hub.hub, Times::Once).await.expect("the queue answers");
        assert_eq!((drained.failures.len(), &drained.failures[0].0[..]), (1, "history"));

        let mut tx = hub.hub.db.write().await.expect("a transaction");
        execute!(tx, "update token_pages set sealed = $1", pages[0].as_slice()).expect("an update");
        tx.commit().await.expect("a commit");
        assert_eq!(posts::retry_history(&hub.hub).await.expect("put back"), 1);
        assert_eq!(posts::retry_history(&hub.hub).await.expect("a look"), 0);
        work(&hub).await;
        let d = class.enrolled_key(0, &dewi);
        let opened = open(&class, &early, 0, &slot(&dewi, &early).await, &d);
        assert_eq!(opened.as_deref(), Ok("sebelum Dewi"));
    }
}
