//! Live events: who hears which, in what order.

use std::time::Duration;

use futures_util::FutureExt as _;
use kentongan::store::events::{self, Changes, NewEvent};
use kentongan::store::{Db, Tx, members};

use crate::school::{
    BUDI, CHANNEL, CLASS, DEWI, Id, MAWAR, MELATI, NOON, NOTHING, RINI, SARI, founded, seat,
    second_writer,
};
use crate::support::databases;

conforms!(
    everybody_hears_what_is_for_them,
    events_are_read_on_from_the_last_one_known,
    old_events_go_and_no_id_comes_again,
);

fn event(subject: &[u8]) -> NewEvent<'_> {
    NewEvent {
        at_ms: NOON,
        kind: "post",
        audience: &CLASS,
        account: None,
        s_key: None,
        staff: false,
        subject,
    }
}

/// The subjects an account hears of.
async fn heard(tx: &mut Tx, account: Id) -> Vec<String> {
    let events = events::since(tx, &account, 0, 99).await.expect("events");
    events.into_iter().map(|event| String::from_utf8(event.subject).expect("a word")).collect()
}

async fn everybody_hears_what_is_for_them(db: &Db) {
    let tx = &mut founded(db).await;
    seat(tx, MELATI, SARI, NOON).await;
    seat(tx, MAWAR, BUDI, NOON).await;
    seat(tx, MAWAR, DEWI, NOON).await;
    members::remove(tx, &CLASS, &DEWI, NOON).await.unwrap();
    for event in [
        NewEvent { at_ms: NOON - 1, ..event(b"before") },
        NewEvent { at_ms: NOON - 1, s_key: Some(&MELATI), ..event(b"melati before") },
        event(b"all"),
        NewEvent { audience: &CHANNEL, ..event(b"channel") },
        NewEvent { staff: true, ..event(b"staff") },
        NewEvent { s_key: Some(&MELATI), ..event(b"melati") },
        NewEvent { account: Some(&DEWI), ..event(b"dewi") },
        NewEvent { account: Some(&RINI), staff: true, ..event(b"rini") },
    ] {
        events::insert(tx, &event).await.unwrap();
    }
    assert_eq!(heard(tx, RINI).await, ["before", "all", "channel", "staff", "rini"]);
    assert_eq!(heard(tx, SARI).await, ["all", "melati"]);
    assert_eq!(heard(tx, BUDI).await, ["all"], "nothing from before he joined");
    assert_eq!(heard(tx, DEWI).await, ["dewi"], "removed, and told so");
    assert_eq!(heard(tx, NOTHING).await, [""; 0]);
    events::insert_each(tx, &event(b"each"), &[SARI.to_vec(), DEWI.to_vec()]).await.unwrap();
    events::insert_each(tx, &event(b"none"), &[]).await.unwrap();
    assert_eq!(heard(tx, RINI).await.len(), 5, "not for the staff");
    assert_eq!(heard(tx, SARI).await, ["all", "melati", "each"]);
    assert_eq!(heard(tx, BUDI).await, ["all"]);
    assert_eq!(heard(tx, DEWI).await, ["dewi", "each"]);
}

async fn events_are_read_on_from_the_last_one_known(db: &Db) {
    let tx = &mut founded(db).await;
    assert_eq!(events::last(tx).await, Ok(0));
    for subject in ["a", "b", "c"] {
        events::insert(tx, &event(subject.as_bytes())).await.unwrap();
    }
    let page = events::since(tx, &RINI, 0, 2).await.unwrap();
    assert_eq!((page.len(), &page[0].kind[..], &page[0].subject[..]), (2, "post", &b"a"[..]));
    assert_eq!(page[0].audience, CLASS);
    assert!(0 < page[0].id && page[0].id < page[1].id);
    let rest = events::since(tx, &RINI, page[1].id, 2).await.unwrap();
    assert_eq!((rest.len(), &rest[0].subject[..]), (1, &b"c"[..]));
    assert_eq!(events::last(tx).await, Ok(rest[0].id));
    assert!(events::since(tx, &RINI, rest[0].id, 2).await.unwrap().is_empty());
}

async fn old_events_go_and_no_id_comes_again(db: &Db) {
    let tx = &mut founded(db).await;
    for at_ms in [NOON, NOON + 1, NOON + 2] {
        events::insert(tx, &NewEvent { at_ms, ..event(b"old") }).await.unwrap();
    }
    let last = events::last(tx).await.unwrap();
    assert_eq!(events::prune(tx, NOON, 9).await, Ok(0));
    assert_eq!(events::prune(tx, NOON + 2, 1).await, Ok(1));
    assert_eq!(events::since(tx, &RINI, 0, 9).await.unwrap().len(), 2, "the oldest goes first");
    assert_eq!(events::prune(tx, NOON + 9, 9).await, Ok(2));
    events::insert(tx, &event(b"new")).await.unwrap();
    let next = events::since(tx, &RINI, last, 9).await.unwrap();
    assert_eq!(next.len(), 1, "a cursor from before still works");
}

#[tokio::test]
async fn ids_become_visible_in_the_order_they_count() {
    for test in databases().await {
        founded(&test.db).await.commit().await.unwrap();
        let mut tx = test.db.write().await.unwrap();
        events::insert(&mut tx, &event(b"first")).await.unwrap();
        if let Some(mut second) = second_writer(&test.db).await {
            let shut = events::insert(&mut second, &event(b"overtakes")).await.unwrap_err();
            assert!(shut.is_transient(), "{shut:?}");
        }
        tx.commit().await.unwrap();
        let mut tx = test.db.write().await.unwrap();
        events::insert(&mut tx, &event(b"second")).await.unwrap();
        assert_eq!(heard(&mut tx, RINI).await, ["first", "second"]);
    }
}

#[tokio::test]
async fn a_listener_hears_of_an_event_when_it_is_committed() {
    for test in databases().await {
        founded(&test.db).await.commit().await.unwrap();
        let mut changes = test.db.changes();
        if let Changes::Postgres(..) = changes {
            changes.wait().await; // begins to listen
        }
        let mut tx = test.db.write().await.unwrap();
        events::insert(&mut tx, &event(b"rolled back")).await.unwrap();
        drop(tx);
        let mut tx = test.db.write().await.unwrap();
        events::insert(&mut tx, &event(b"said")).await.unwrap();
        assert!(changes.wait().now_or_never().is_none(), "not before the commit");
        tx.commit().await.unwrap();
        let heard = tokio::time::timeout(Duration::from_secs(10), changes.wait()).await;
        assert!(heard.is_ok(), "heard in time");
        let mut tx = test.db.read().await.unwrap();
        assert_eq!(self::heard(&mut tx, RINI).await, ["said"]);
    }
}
