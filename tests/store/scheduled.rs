//! Posts that wait for their time.

use kentongan::store::posts::{self, NewPost};
use kentongan::store::{Db, Tx};

use crate::posts::{ids, wanted};
use crate::school::{
    CHANNEL, CLASS, Id, MELATI, NOON, NOTHING, RINI_IK, SARI, announcement, charter, founded, seat,
};

const TRIP: Id = [0x61; 32];
const TEST: Id = [0x62; 32];
const FAIR: Id = [0x63; 32];

conforms!(
    what_waits_is_found_with_the_charter_it_names,
    what_is_due_is_found_in_the_order_of_its_times,
    what_waits_goes_out_once_or_lapses_once,
    what_waits_is_not_old_and_what_waited_has_no_next,
);

fn scheduled(post: &Id, position: i64) -> NewPost<'_> {
    NewPost { state: "scheduled", release_ms: Some(NOON + 100), ..announcement(post, position) }
}

async fn stands(tx: &mut Tx, post: Id) -> (String, i64, Option<String>) {
    let row = posts::post(tx, &post).await.expect("a look-up").expect("a post");
    assert_eq!(row.release_ms, Some(NOON + 100));
    (row.state, row.position, row.lapse_reason)
}

async fn what_waits_is_found_with_the_charter_it_names(db: &Db) {
    let tx = &mut founded(db).await;
    charter(tx, CLASS, 1, NOON + 10).await;
    posts::insert(tx, &NewPost { revision: 1, ..scheduled(&TEST, 1) }).await.unwrap();
    posts::insert(tx, &scheduled(&TRIP, 2)).await.unwrap();
    posts::insert(tx, &announcement(&FAIR, 3)).await.unwrap();
    let rows = posts::scheduled(tx, &CLASS).await.unwrap();
    let found: Vec<_> = rows.iter().map(|row| (row.post[0], row.charter.len())).collect();
    assert_eq!(found, [(TEST[0], 9), (TRIP[0], 8)]);
    assert_eq!(rows[0].ik, RINI_IK);
    for elsewhere in [CHANNEL, NOTHING] {
        assert!(posts::scheduled(tx, &elsewhere).await.unwrap().is_empty());
    }
}

async fn what_is_due_is_found_in_the_order_of_its_times(db: &Db) {
    let tx = &mut founded(db).await;
    for (post, position, at) in [(&TRIP, 1, 200), (&TEST, 2, 100), (&FAIR, 3, 200)] {
        let release_ms = Some(NOON + at);
        posts::insert(tx, &NewPost { release_ms, ..scheduled(post, position) }).await.unwrap();
    }
    let due = async |tx: &mut Tx, at, limit| {
        let due = posts::due(tx, NOON + at, limit).await.unwrap();
        due.iter().map(|post| post[0]).collect::<Vec<_>>()
    };
    assert!(due(tx, 99, 9).await.is_empty());
    assert_eq!(due(tx, 100, 9).await, [TEST[0]]);
    assert_eq!(due(tx, 200, 9).await, [TEST[0], TRIP[0], FAIR[0]]);
    assert_eq!(due(tx, 200, 2).await, [TEST[0], TRIP[0]]);
    posts::let_out(tx, &TEST, 4, true, NOON + 200).await.unwrap();
    posts::lapse_scheduled(tx, &TRIP, "taken-back").await.unwrap();
    assert_eq!(due(tx, 200, 9).await, [FAIR[0]], "what waits no more is not due");
}

async fn what_waits_goes_out_once_or_lapses_once(db: &Db) {
    let tx = &mut founded(db).await;
    seat(tx, MELATI, SARI, NOON).await;
    for (post, position) in [(&TRIP, 1), (&TEST, 2), (&FAIR, 3)] {
        posts::insert(tx, &scheduled(post, position)).await.unwrap();
    }
    let staff = posts::list_for_staff(tx, &wanted(0, 9)).await.unwrap();
    assert_eq!(ids(&staff), [TRIP.to_vec(), TEST.to_vec(), FAIR.to_vec()]);
    assert_eq!(staff[0].release_ms, Some(NOON + 100));
    assert!(posts::list_for_member(tx, &wanted(0, 9), &SARI, true).await.unwrap().is_empty());
    assert_eq!(posts::lapse(tx, &CLASS).await, Ok(0), "it does not wait for approvals");

    posts::let_out(tx, &TRIP, 4, true, NOON + 100).await.unwrap();
    posts::let_out(tx, &TRIP, 9, false, NOON + 900).await.unwrap();
    assert_eq!(stands(tx, TRIP).await, ("accepted".into(), 4, None));
    posts::let_out(tx, &TEST, 5, false, NOON + 100).await.unwrap();
    assert_eq!(stands(tx, TEST).await, ("pending".into(), 5, None));
    posts::lapse_scheduled(tx, &FAIR, "keys-changed").await.unwrap();
    posts::lapse_scheduled(tx, &FAIR, "taken-back").await.unwrap();
    posts::lapse_scheduled(tx, &TRIP, "taken-back").await.unwrap();
    posts::let_out(tx, &FAIR, 6, true, NOON + 100).await.unwrap();
    assert_eq!(stands(tx, FAIR).await, ("lapsed".into(), 3, Some("keys-changed".into())));
    assert_eq!(stands(tx, TRIP).await.0, "accepted");
    assert_eq!(posts::lapse(tx, &CLASS).await, Ok(1));
    let reason = Some("charter-changed".into());
    assert_eq!(stands(tx, TEST).await, ("lapsed".into(), 5, reason));
    let staff = posts::list_for_staff(tx, &wanted(3, 9)).await.unwrap();
    assert_eq!((staff[0].accepted_ms, staff[0].lapse_reason.clone()), (NOON + 100, None));
}

async fn what_waits_is_not_old_and_what_waited_has_no_next(db: &Db) {
    let tx = &mut founded(db).await;
    posts::insert(tx, &NewPost { chain: &[8; 16], ..scheduled(&TRIP, 1) }).await.unwrap();
    posts::insert(tx, &announcement(&TEST, 2)).await.unwrap();
    assert_eq!(posts::prune(tx, NOON + 999, 9).await, Ok(0), "one waits, one is its chain's last");
    posts::let_out(tx, &TRIP, 3, true, NOON + 100).await.unwrap();
    assert_eq!(posts::prune(tx, NOON + 999, 9).await, Ok(1), "nothing follows in its chain");
    assert!(posts::post(tx, &TRIP).await.unwrap().is_none());
}
