//! Earlier posts for those who join late: given up where they cannot be made, and made when an operator has them tried again.

use kentongan::jobs::{self, Times};
use kentongan::{execute, fetch_scalars, posts};

use crate::class::Class;
use crate::hub::TestHub;
use crate::pen::{Pen, open, slot};
use crate::posts::work;

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
