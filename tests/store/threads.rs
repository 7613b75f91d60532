//! Threads that were slowed or closed.

use kentongan::store::posts::{self, NewPost};
use kentongan::store::threads::{self, ThreadRow};
use kentongan::store::{Db, Tx};

use crate::posts::{ids, wanted};
use crate::school::{
    BUDI, CHANNEL, CLASS, Id, MELATI, NOON, NOTHING, RINI, RINI_IK, SARI, announce, announcement,
    founded, ik, seat,
};

const TRIP: Id = [0x61; 32];
const ANSWER: Id = [0x62; 32];
const LATER: Id = [0x63; 32];

conforms!(a_thread_stands_as_was_said_last, the_last_reply_is_an_authors_own_in_one_thread);

fn row(state: &str, every_s: Option<i64>) -> ThreadRow {
    ThreadRow { state: state.into(), every_s }
}

async fn in_the_lists(tx: &mut Tx) -> [(Option<String>, Option<i64>); 2] {
    let staff = posts::list_for_staff(tx, &wanted(0, 1)).await.expect("a list").remove(0);
    let member = posts::list_for_member(tx, &wanted(0, 1), &SARI, false).await;
    let member = member.expect("a list").remove(0);
    [(staff.thread_state, staff.every_s), (member.thread_state, member.every_s)]
}

async fn a_thread_stands_as_was_said_last(db: &Db) {
    let tx = &mut founded(db).await;
    seat(tx, MELATI, SARI, NOON).await;
    announce(tx, TRIP, 1).await;
    assert_eq!(threads::of(tx, &TRIP).await, Ok(None));
    let open = (Some("open".into()), None);
    assert_eq!(in_the_lists(tx).await, [open.clone(), open]);
    for said in [row("slow", Some(60)), row("closed", None), row("slow", Some(9))] {
        threads::put(tx, &TRIP, &said, &RINI, NOON).await.unwrap();
        assert_eq!(threads::of(tx, &TRIP).await, Ok(Some(said)));
    }
    let slow = (Some("slow".into()), Some(9));
    assert_eq!(in_the_lists(tx).await, [slow.clone(), slow]);
    let reply = NewPost { kind: 3, thread: &TRIP, ..announcement(&ANSWER, 2) };
    posts::insert(tx, &reply).await.unwrap();
    let rows = posts::list_for_staff(tx, &wanted(1, 9)).await.unwrap();
    assert_eq!(ids(&rows), [ANSWER.to_vec()]);
    assert_eq!(rows[0].thread_state, None, "a reply has no thread of its own");
    assert!(threads::put(tx, &NOTHING, &row("closed", None), &RINI, NOON).await.is_err());
}

async fn the_last_reply_is_an_authors_own_in_one_thread(db: &Db) {
    let tx = &mut founded(db).await;
    let (sari, budi) = (ik(SARI), ik(BUDI));
    posts::insert(tx, &announcement(&TRIP, 1)).await.unwrap();
    let reply = |post, position, ik, kind| NewPost {
        ik,
        kind,
        thread: &TRIP,
        publisher: false,
        ..announcement(post, position)
    };
    posts::insert(tx, &reply(&ANSWER, 2, &sari, 3)).await.unwrap();
    posts::insert(tx, &reply(&LATER, 3, &sari, 3)).await.unwrap();
    posts::insert(tx, &reply(&[0x64; 32], 4, &sari, 5)).await.unwrap();
    let last = async |tx: &mut Tx, audience: Id, thread: Id, ik: &Id| {
        threads::last_reply(tx, &audience, &thread, ik).await
    };
    assert_eq!(last(tx, CLASS, TRIP, &sari).await, Ok(NOON + 3), "a withdrawal is no reply");
    assert_eq!(last(tx, CLASS, TRIP, &budi).await, Ok(0));
    assert_eq!(last(tx, CLASS, TRIP, &RINI_IK).await, Ok(0), "the root is none either");
    assert_eq!(last(tx, CLASS, ANSWER, &sari).await, Ok(0));
    assert_eq!(last(tx, CHANNEL, TRIP, &sari).await, Ok(0));
}
