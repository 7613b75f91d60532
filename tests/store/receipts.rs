//! Receipts.

use kentongan::store::receipts::{self, Said};
use kentongan::store::{Db, Tx, posts};

use crate::school::{BUDI, DEWI, Id, NOON, NOTHING, SARI, announcement, founded};

const TRIP: Id = [0x61; 32];

conforms!(of_what_a_member_says_the_first_time_stays,);

async fn counts(tx: &mut Tx, post: Id) -> [i64; 3] {
    let counts = receipts::counts(tx, &post).await.expect("counts");
    [counts.delivered, counts.read, counts.acknowledged]
}

async fn of_what_a_member_says_the_first_time_stays(db: &Db) {
    let said =
        |delivered_ms, read_ms, acknowledged_ms| Said { delivered_ms, read_ms, acknowledged_ms };
    let tx = &mut founded(db).await;
    posts::insert(tx, &announcement(&TRIP, 1)).await.unwrap();
    assert_eq!(counts(tx, TRIP).await, [0, 0, 0]);
    receipts::put(tx, &TRIP, &SARI, &said(Some(NOON), None, None)).await.unwrap();
    receipts::put(tx, &TRIP, &BUDI, &said(Some(NOON), Some(NOON), None)).await.unwrap();
    receipts::put(tx, &TRIP, &DEWI, &said(None, None, Some(NOON))).await.unwrap();
    assert_eq!(counts(tx, TRIP).await, [2, 1, 1]);
    let later = said(Some(NOON + 9), Some(NOON + 9), None);
    receipts::put(tx, &TRIP, &SARI, &later).await.unwrap();
    receipts::put(tx, &TRIP, &SARI, &said(None, None, None)).await.unwrap();
    assert_eq!(counts(tx, TRIP).await, [2, 2, 1], "nothing is said twice or unsaid");
    assert_eq!(counts(tx, NOTHING).await, [0, 0, 0]);
    let sql = "select delivered_ms, read_ms, acknowledged_ms from receipts where account = $1";
    let times =
        kentongan::fetch_one!(tx, (Option<i64>, Option<i64>, Option<i64>), sql, SARI.as_slice());
    assert_eq!(times, Ok((Some(NOON), Some(NOON + 9), None)));
    let of_nothing = receipts::put(tx, &NOTHING, &SARI, &said(Some(1), None, None)).await;
    assert!(of_nothing.is_err(), "there is no such post");
}
