//! Posts, as rules ask about them.

use kentongan::fetch_scalar;
use kentongan::store::fan_out::LateSlot;
use kentongan::store::posts::{self, ListRow, Listing, NewPost};
use kentongan::store::receipts::Said;
use kentongan::store::{Db, Tx, approvals, fan_out, receipts};

use crate::school::{
    BYTES, CAPSULE, CHANNEL, CLASS, Id, NOON, NOTHING, RINI_IK, SARI, announce, announcement,
    charter, founded, hash, ik, pack, second_writer, some,
};
use crate::support::databases;

const TRIP: Id = [0x61; 32];
const TEST: Id = [0x62; 32];
const ANSWER: Id = [0x63; 32];
const FIX: Id = [0x64; 32];
const AS_STAFF: Id = [0x65; 32];

conforms!(
    a_post_is_kept_as_it_was_sent,
    no_two_posts_share_an_id_a_position_or_a_place_in_a_chain,
    a_chain_goes_on_from_its_last_post_in_whatever_state,
    a_members_posts_are_counted_back_from_the_newest,
    a_pending_post_is_released_at_a_new_place_or_lapses,
    a_scheduled_post_is_let_out_once_at_a_new_place_or_lapses,
    scheduled_posts_are_kept_until_they_have_been_let_out,
    the_greatest_correction_is_the_latest_by_its_time_then_its_id,
    old_posts_go_with_all_that_hangs_on_them_but_for_the_last_of_a_chain,
);

async fn state(tx: &mut Tx, post: Id) -> (String, i64) {
    let row = posts::post(tx, &post).await.expect("a look-up").expect("a post");
    (row.state, row.position)
}

/// The ids of a list's posts.
pub(crate) fn ids(rows: &[ListRow]) -> Vec<Vec<u8>> {
    rows.iter().map(|row| row.post.clone()).collect()
}

/// A stretch of the class's list.
pub(crate) fn wanted(after: i64, limit: i64) -> Listing<'static> {
    Listing { audience: &CLASS, after, limit, thread: None }
}

#[tokio::test]
async fn positions_are_given_in_turn_and_keep_other_writers_out() {
    for test in databases().await {
        let mut tx = founded(&test.db).await;
        assert_eq!(posts::next_position(&mut tx, &NOTHING).await, Ok(None));
        assert_eq!(posts::next_position(&mut tx, &CLASS).await, Ok(Some(1)));
        tx.commit().await.unwrap();
        let mut tx = test.db.write().await.unwrap();
        assert_eq!(posts::next_position(&mut tx, &CLASS).await, Ok(Some(2)));
        assert_eq!(posts::next_position(&mut tx, &CLASS).await, Ok(Some(3)));
        if let Some(mut second) = second_writer(&test.db).await {
            assert_eq!(posts::next_position(&mut second, &CHANNEL).await, Ok(Some(1)));
            let shut = posts::next_position(&mut second, &CLASS).await.unwrap_err();
            assert!(shut.is_transient(), "{shut:?}");
        }
        drop(tx);
        let mut tx = test.db.write().await.unwrap();
        assert_eq!(posts::next_position(&mut tx, &CLASS).await, Ok(Some(2)), "none is lost");
        assert_eq!(posts::next_position(&mut tx, &CHANNEL).await, Ok(Some(1)));
    }
}

async fn a_post_is_kept_as_it_was_sent(db: &Db) {
    let tx = &mut founded(db).await;
    assert!(posts::post(tx, &TRIP).await.unwrap().is_none());
    assert_eq!(posts::bytes(tx, &TRIP).await, Ok(None));
    assert_eq!(posts::capsule(tx, &TRIP).await, Ok(None));
    let reply = NewPost {
        ik: &ik(SARI),
        account: &SARI,
        revision: 4,
        kind: 3,
        publisher: false,
        writer_proof: Some(b"proof"),
        ..announcement(&ANSWER, 2)
    };
    posts::insert(tx, &announcement(&TRIP, 1)).await.unwrap();
    posts::insert(tx, &reply).await.unwrap();
    let row = posts::post(tx, &ANSWER).await.unwrap().unwrap();
    assert_eq!((&row.audience[..], &row.ik[..]), (&CLASS[..], &ik(SARI)[..]));
    assert_eq!((row.position, row.revision, row.kind), (2, 4, 3));
    assert_eq!((row.publisher, &row.state[..]), (false, "accepted"));
    assert!(posts::post(tx, &TRIP).await.unwrap().unwrap().publisher);
    assert_eq!(posts::bytes(tx, &TRIP).await, Ok(Some((BYTES.to_vec(), None))));
    let with_proof = Some((BYTES.to_vec(), some(b"proof")));
    assert_eq!(posts::bytes(tx, &ANSWER).await, Ok(with_proof));
    assert_eq!(posts::capsule(tx, &TRIP).await, Ok(some(&CAPSULE)));
}

async fn no_two_posts_share_an_id_a_position_or_a_place_in_a_chain(db: &Db) {
    for (post, constraint) in [
        (NewPost { seq: 2, ..announcement(&FIX, 1) }, "posts(audience, position)"),
        (NewPost { seq: 1, ..announcement(&FIX, 2) }, "posts(audience, ik, chain, seq)"),
        (announcement(&TRIP, 2), "posts(post)"),
    ] {
        let tx = &mut founded(db).await;
        posts::insert(tx, &announcement(&TRIP, 1)).await.unwrap();
        let elsewhere = NewPost { audience: &CHANNEL, ..announcement(&TEST, 1) };
        posts::insert(tx, &elsewhere).await.unwrap();
        let error = posts::insert(tx, &post).await.unwrap_err();
        assert!(error.is_conflict(constraint), "{error:?}");
    }
}

async fn a_chain_goes_on_from_its_last_post_in_whatever_state(db: &Db) {
    let tx = &mut founded(db).await;
    let chain = [7; 16];
    assert_eq!(posts::last_of_chain(tx, &CLASS, &RINI_IK, &chain).await, Ok(None));
    posts::insert(tx, &announcement(&TRIP, 1)).await.unwrap();
    let pending = NewPost { state: "pending", ..announcement(&TEST, 2) };
    posts::insert(tx, &pending).await.unwrap();
    let other = NewPost { chain: &[8; 16], seq: 1, ..announcement(&FIX, 3) };
    posts::insert(tx, &other).await.unwrap();
    let last = posts::last_of_chain(tx, &CLASS, &RINI_IK, &chain).await;
    assert_eq!(last, Ok(Some((2, TEST.to_vec()))));
    posts::lapse(tx, &CLASS).await.unwrap();
    assert_eq!(posts::last_of_chain(tx, &CLASS, &RINI_IK, &chain).await, last);
    let other = posts::last_of_chain(tx, &CLASS, &RINI_IK, &[8; 16]).await;
    assert_eq!(other, Ok(Some((1, FIX.to_vec()))));
    assert_eq!(posts::last_of_chain(tx, &CLASS, &ik(SARI), &chain).await, Ok(None));
    assert_eq!(posts::last_of_chain(tx, &CHANNEL, &RINI_IK, &chain).await, Ok(None));
}

async fn a_members_posts_are_counted_back_from_the_newest(db: &Db) {
    let sari = ik(SARI);
    let reply = |post, position| NewPost {
        ik: &sari,
        account: &SARI,
        kind: 3,
        publisher: false,
        ..announcement(post, position)
    };
    let tx = &mut founded(db).await;
    for (position, post) in (1..).zip([&TRIP, &TEST, &ANSWER]) {
        posts::insert(tx, &reply(post, position)).await.unwrap();
    }
    posts::insert(tx, &NewPost { kind: 5, ..reply(&FIX, 4) }).await.unwrap();
    posts::insert(tx, &NewPost { publisher: true, ..reply(&AS_STAFF, 5) }).await.unwrap();
    let mut found = Vec::new();
    for (kind, since_ms, nth) in
        [(3, NOON, 1), (3, NOON, 3), (3, NOON, 4), (3, NOON + 1, 3), (5, NOON, 1)]
    {
        let one = posts::nth_newest_of_member(tx, &CLASS, &sari, kind, since_ms, nth).await;
        found.push(one.unwrap());
    }
    assert_eq!(found, [Some(NOON + 3), Some(NOON + 1), None, None, Some(NOON + 4)]);
    let elsewhere = posts::nth_newest_of_member(tx, &CHANNEL, &sari, 3, 0, 1).await;
    assert_eq!(elsewhere, Ok(None));
}

async fn a_pending_post_is_released_at_a_new_place_or_lapses(db: &Db) {
    let tx = &mut founded(db).await;
    let pending = |post, position| NewPost { state: "pending", ..announcement(post, position) };
    posts::insert(tx, &pending(&TRIP, 1)).await.unwrap();
    posts::insert(tx, &pending(&TEST, 2)).await.unwrap();
    posts::insert(tx, &NewPost { audience: &CHANNEL, ..pending(&FIX, 1) }).await.unwrap();
    posts::release(tx, &TRIP, 3, NOON + 30).await.unwrap();
    posts::release(tx, &TRIP, 4, NOON + 40).await.unwrap();
    assert_eq!(state(tx, TRIP).await, ("accepted".into(), 3), "released once");
    let rows = posts::list_for_staff(tx, &wanted(2, 9)).await.unwrap();
    assert_eq!((rows.len(), rows[0].accepted_ms), (1, NOON + 30));

    assert_eq!(posts::lapse(tx, &CLASS).await, Ok(1));
    assert_eq!(posts::lapse(tx, &CLASS).await, Ok(0));
    assert_eq!(state(tx, TEST).await, ("lapsed".into(), 2));
    posts::release(tx, &TEST, 5, NOON + 50).await.unwrap();
    assert_eq!(state(tx, TEST).await, ("lapsed".into(), 2), "for good");
    assert_eq!(state(tx, TRIP).await, ("accepted".into(), 3));
    assert_eq!(state(tx, FIX).await, ("pending".into(), 1), "another audience's");
}

/// A post that waits for its time, in a chain of its own.
fn scheduled<'a>(post: &'a Id, position: i64, chain: &'a [u8; 16]) -> NewPost<'a> {
    let release_ms = Some(NOON + 500);
    NewPost { state: "scheduled", seq: 1, chain, release_ms, ..announcement(post, position) }
}

async fn a_scheduled_post_is_let_out_once_at_a_new_place_or_lapses(db: &Db) {
    let tx = &mut founded(db).await;
    assert!(posts::scheduled(tx, &CLASS).await.unwrap().is_empty());
    charter(tx, CLASS, 1, NOON).await;
    let later = NewPost { revision: 1, ..scheduled(&TRIP, 3, &[3; 16]) };
    posts::insert(tx, &later).await.unwrap();
    posts::insert(tx, &scheduled(&TEST, 2, &[2; 16])).await.unwrap();
    posts::insert(tx, &scheduled(&ANSWER, 1, &[1; 16])).await.unwrap();
    posts::insert(tx, &announcement(&FIX, 4)).await.unwrap();
    let abroad = NewPost { audience: &CHANNEL, ..scheduled(&AS_STAFF, 1, &[1; 16]) };
    posts::insert(tx, &abroad).await.unwrap();
    let rows = posts::scheduled(tx, &CLASS).await.unwrap();
    let order: Vec<_> = rows.iter().map(|row| (&row.post[..], &row.charter[..])).collect();
    let named: [(&[u8], &[u8]); 3] =
        [(&ANSWER, b"charter "), (&TEST, b"charter "), (&TRIP, b"charter .")];
    assert_eq!(order, named, "each with the charter it names");
    assert_eq!(rows[0].ik, RINI_IK);
    assert_eq!(posts::lapse(tx, &CLASS).await, Ok(0), "they wait for their time, not approvals");

    posts::let_out(tx, &ANSWER, 5, true, NOON + 500).await.unwrap();
    posts::let_out(tx, &ANSWER, 9, false, NOON + 900).await.unwrap();
    posts::let_out(tx, &TEST, 6, false, NOON + 500).await.unwrap();
    posts::lapse_scheduled(tx, &TRIP, "author-left").await.unwrap();
    for post in [ANSWER, TRIP, FIX] {
        posts::lapse_scheduled(tx, &post, "too-late").await.unwrap();
    }
    posts::let_out(tx, &TRIP, 9, true, NOON).await.unwrap();
    assert_eq!(state(tx, ANSWER).await, ("accepted".into(), 5), "let out once");
    assert_eq!(state(tx, TEST).await, ("pending".into(), 6), "it waits for approvals now");
    assert_eq!(state(tx, TRIP).await, ("lapsed".into(), 3), "for good");
    assert_eq!(state(tx, FIX).await, ("accepted".into(), 4), "it was never scheduled");
    let lapsed = posts::post(tx, &TRIP).await.unwrap().unwrap();
    assert_eq!(
        (lapsed.release_ms, lapsed.lapse_reason),
        (Some(NOON + 500), Some("author-left".into()))
    );
    assert_eq!(posts::lapse(tx, &CLASS).await, Ok(1));
    let rows = posts::list_for_staff(tx, &wanted(5, 9)).await.unwrap();
    assert_eq!((ids(&rows), rows[0].accepted_ms), (vec![TEST.to_vec()], NOON + 500));
    assert_eq!(rows[0].lapse_reason.as_deref(), Some("charter-changed"));
    assert_eq!(rows[0].release_ms, Some(NOON + 500));
    assert!(posts::scheduled(tx, &CLASS).await.unwrap().is_empty());
    assert_eq!(posts::scheduled(tx, &CHANNEL).await.unwrap().len(), 1);
}

async fn scheduled_posts_are_kept_until_they_have_been_let_out(db: &Db) {
    let tx = &mut founded(db).await;
    posts::insert(tx, &scheduled(&TRIP, 1, &[1; 16])).await.unwrap();
    posts::insert(tx, &scheduled(&TEST, 2, &[2; 16])).await.unwrap();
    assert_eq!(posts::prune(tx, NOON + 99, 9).await, Ok(0));
    posts::let_out(tx, &TRIP, 3, true, NOON + 3).await.unwrap();
    assert_eq!(posts::prune(tx, NOON + 3, 9).await, Ok(0), "counted from when it was let out");
    assert_eq!(posts::prune(tx, NOON + 99, 9).await, Ok(1), "no post follows in its chain");
    assert!(posts::post(tx, &TRIP).await.unwrap().is_none());
    assert_eq!(state(tx, TEST).await.0, "scheduled");
}

async fn the_greatest_correction_is_the_latest_by_its_time_then_its_id(db: &Db) {
    let fix = |post, position, sent_ms| NewPost {
        kind: 4,
        thread: &TRIP,
        sent_ms,
        ..announcement(post, position)
    };
    let [low, high, other] = [[0x71; 32], [0x72; 32], [0x73; 32]];
    let tx = &mut founded(db).await;
    posts::insert(tx, &announcement(&TRIP, 1)).await.unwrap();
    assert_eq!(posts::greatest_about(tx, &TRIP, 4).await, Ok(None));
    posts::insert(tx, &fix(&high, 2, NOON + 9)).await.unwrap();
    posts::insert(tx, &fix(&low, 3, NOON + 9)).await.unwrap();
    let pending = NewPost { state: "pending", ..fix(&FIX, 4, NOON + 99) };
    posts::insert(tx, &pending).await.unwrap();
    let abroad = NewPost { audience: &CHANNEL, ..fix(&other, 5, NOON + 99) };
    posts::insert(tx, &abroad).await.unwrap();
    assert_eq!(posts::greatest_about(tx, &TRIP, 4).await, Ok(some(&high)));
    assert_eq!(posts::greatest_about(tx, &TRIP, 5).await, Ok(None));
    posts::release(tx, &FIX, 6, NOON).await.unwrap();
    assert_eq!(posts::greatest_about(tx, &TRIP, 4).await, Ok(some(&FIX)));
}

async fn old_posts_go_with_all_that_hangs_on_them_but_for_the_last_of_a_chain(db: &Db) {
    let tx = &mut founded(db).await;
    for (position, post) in (1..).zip([TRIP, TEST, ANSWER]) {
        announce(tx, post, position).await;
        fan_out::finish(tx, &post, 0, &pack(1, 1), 1, NOON).await.unwrap();
        let late = LateSlot { post: &post, position: 0, slot: 5, transformed: [1; 32] };
        fan_out::insert_late(tx, &[late]).await.unwrap();
        approvals::insert(tx, &post, &hash(0), b"approval", NOON).await.unwrap();
        let said = Said { delivered_ms: Some(NOON), read_ms: None, acknowledged_ms: Some(NOON) };
        receipts::put(tx, &post, &SARI, &said).await.unwrap();
    }
    let other = NewPost { chain: &[8; 16], ..announcement(&FIX, 4) };
    posts::insert(tx, &other).await.unwrap();
    assert_eq!(posts::prune(tx, NOON + 1, 9).await, Ok(0));
    assert_eq!(posts::prune(tx, NOON + 99, 1).await, Ok(1));
    assert_eq!(posts::prune(tx, NOON + 99, 9).await, Ok(1));
    assert_eq!(posts::prune(tx, NOON + 99, 9).await, Ok(0));
    let rest = posts::list_for_staff(tx, &wanted(0, 9)).await.unwrap();
    assert_eq!(ids(&rest), [ANSWER, FIX]);
    for (sql, left) in [
        ("select count(*) from post_cohorts", 2),
        ("select count(*) from packs", 1),
        ("select count(*) from late_slots", 1),
        ("select count(*) from approvals", 1),
        ("select count(*) from receipts", 1),
    ] {
        assert_eq!(fetch_scalar!(tx, i64, sql), Ok(left), "{sql}");
    }
    let last = posts::last_of_chain(tx, &CLASS, &RINI_IK, &[7; 16]).await;
    assert_eq!(last, Ok(Some((3, ANSWER.to_vec()))));
}
