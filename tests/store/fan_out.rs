//! How far each cohort of a post is, its pack, and what late joiners were given.

use kentongan::store::fan_out::{self, EarlierRow, LateSlot};
use kentongan::store::posts::{self, NewPost};
use kentongan::store::{Db, Tx, tokens};

use crate::school::{
    BUDI, CAPSULE, CHANNEL, CLASS, DEWI, Id, MAWAR, MELATI, NOON, NOTHING, SARI, announce,
    announcement, founded, pack, rotate, seat, some, unseat,
};

const TRIP: Id = [0x61; 32];
const TEST: Id = [0x62; 32];
const LATER: Id = [0x63; 32];

conforms!(
    a_post_is_made_for_the_slots_given_when_it_is_accepted,
    a_post_for_a_thousand_cohorts_gets_a_line_for_each_in_order,
    a_cohort_is_ready_once_and_may_be_after_it_failed,
    failed_cohorts_are_put_back_to_wait_again,
    reasons_are_told_once_each,
    a_fan_out_is_running_while_an_accepted_post_waits_for_the_key,
    progress_counts_members_who_are_to_get_it_and_who_can_have_it,
    a_member_has_its_place_in_a_post,
    late_joiners_may_be_given_earlier_posts_of_their_key,
    a_slot_has_one_holder_for_ever,
);

async fn waiting(tx: &mut Tx, post: Id) -> Vec<(i64, i64)> {
    let rows = fan_out::unready(tx, &post, 0, 99).await.expect("cohorts");
    rows.iter().map(|row| (row.position, row.slots)).collect()
}

/// Cohorts, ready and failed ones, recipients and those reached.
async fn progress(tx: &mut Tx, post: Id) -> [i64; 5] {
    let row = fan_out::progress(tx, &post).await.expect("a look-up").expect("a line");
    [row.cohorts, row.ready, row.failed, row.recipients, row.reached]
}

async fn a_post_is_made_for_the_slots_given_when_it_is_accepted(db: &Db) {
    let tx = &mut founded(db).await;
    tokens::take_slots(tx, &CLASS, &MELATI, 7, 4096).await.unwrap();
    announce(tx, TRIP, 1).await;
    tokens::take_slots(tx, &CLASS, &MELATI, 2, 4096).await.unwrap();
    assert_eq!(waiting(tx, TRIP).await, [(0, 7), (1, 0)]);
    assert_eq!(fan_out::slots(tx, &TRIP).await, Ok(7));
    assert_eq!(fan_out::slots(tx, &NOTHING).await, Ok(0));
    let rows = fan_out::unready(tx, &TRIP, 1, 1).await.unwrap();
    assert_eq!((rows.len(), rows[0].position, &rows[0].s_key[..]), (1, 1, &MAWAR[..]));
    assert!(fan_out::unready(tx, &TRIP, 2, 9).await.unwrap().is_empty());

    fan_out::finish(tx, &TRIP, 1, &[], 0, NOON).await.unwrap();
    tokens::take_slots(tx, &CLASS, &MAWAR, 3, 4096).await.unwrap();
    fan_out::cover(tx, &TRIP, &CLASS).await.unwrap();
    assert_eq!(waiting(tx, TRIP).await, [(0, 9)]);
    assert_eq!(fan_out::slots(tx, &TRIP).await, Ok(9), "what is ready stays as it was made");
    posts::insert(tx, &announcement(&TEST, 2)).await.unwrap();
    fan_out::insert(tx, &TEST, &CLASS, &[NOTHING]).await.unwrap();
    assert_eq!(waiting(tx, TEST).await, [(0, 0)], "an unknown key has no slots");
    let again = fan_out::insert(tx, &TEST, &CLASS, &[MELATI]).await.unwrap_err();
    assert!(again.is_conflict("post_cohorts(post, position)"), "{again:?}");
}

async fn a_post_for_a_thousand_cohorts_gets_a_line_for_each_in_order(db: &Db) {
    let key = |n: u16| std::array::from_fn(|i| n.to_be_bytes().get(i).copied().unwrap_or(9));
    let keys: Vec<Id> = (0..1_024).map(key).collect();
    let tx = &mut founded(db).await;
    posts::insert(tx, &announcement(&TRIP, 1)).await.unwrap();
    fan_out::insert(tx, &TRIP, &CLASS, &keys).await.unwrap();
    let rows = fan_out::unready(tx, &TRIP, 1_000, 20).await.unwrap();
    let order: Vec<_> = rows.iter().map(|row| (row.position, &row.s_key[..])).collect();
    let expected: Vec<_> = (1_000..1_020).zip(keys[1_000..].iter().map(|s| &s[..])).collect();
    assert_eq!(order, expected);
    assert_eq!(progress(tx, TRIP).await, [1_024, 0, 0, 0, 0]);
}

async fn a_cohort_is_ready_once_and_may_be_after_it_failed(db: &Db) {
    let tx = &mut founded(db).await;
    seat(tx, MELATI, SARI, NOON).await;
    announce(tx, TRIP, 1).await;
    assert_eq!(fan_out::fail(tx, &TRIP, 0, 2, "no paper").await, Ok(2));
    assert_eq!(fan_out::fail(tx, &TRIP, 0, 2, "no ink").await, Ok(0));
    assert_eq!(waiting(tx, TRIP).await, [(0, 1), (1, 0)], "a failed one may be tried again");
    assert_eq!(fan_out::reasons(tx, &TRIP).await, Ok(vec!["no paper".to_owned()]));
    assert_eq!(fan_out::finish(tx, &TRIP, 0, &pack(10, 1), 1, NOON).await, Ok(true));
    assert_eq!(fan_out::finish(tx, &TRIP, 0, &pack(20, 1), 9, NOON).await, Ok(false));
    assert_eq!(fan_out::finish(tx, &TRIP, 2, &[], 0, NOON).await, Ok(false), "none such");
    assert_eq!(fan_out::finish(tx, &NOTHING, 0, &[], 0, NOON).await, Ok(false), "it is gone");
    assert_eq!(fan_out::fail(tx, &TRIP, 0, 1, "late").await, Ok(0), "ready is ready");
    assert_eq!(waiting(tx, TRIP).await, [(1, 0)]);
    assert_eq!(progress(tx, TRIP).await, [2, 1, 1, 1, 1]);
    let place = fan_out::place(tx, &TRIP, &SARI).await.unwrap().unwrap();
    assert_eq!(place.transformed, some(&[10; 32]), "the first pack stays");
}

async fn failed_cohorts_are_put_back_to_wait_again(db: &Db) {
    let tx = &mut founded(db).await;
    let keys = [[4; 32], [3; 32], [2; 32], [1; 32]];
    for (position, post) in (1..).zip([TEST, TRIP, LATER]) {
        posts::insert(tx, &announcement(&post, position)).await.unwrap();
        fan_out::insert(tx, &post, &CLASS, &keys).await.unwrap();
    }
    assert_eq!(fan_out::posts_failed(tx).await, Ok(vec![]));
    assert_eq!(fan_out::put_back(tx, &TRIP).await, Ok(vec![]));
    fan_out::finish(tx, &TRIP, 1, &[], 0, NOON).await.unwrap();
    fan_out::fail(tx, &TEST, 0, 4, "no paper").await.unwrap();
    fan_out::fail(tx, &TRIP, 0, 3, "no paper").await.unwrap();
    assert_eq!(fan_out::posts_failed(tx).await, Ok(vec![TRIP.to_vec(), TEST.to_vec()]), "by id");
    assert_eq!(fan_out::put_back(tx, &TRIP).await, Ok(vec![0, 2]), "ready is ready");
    assert_eq!(fan_out::put_back(tx, &TRIP).await, Ok(vec![]));
    assert_eq!(fan_out::posts_failed(tx).await, Ok(vec![TEST.to_vec()]));
    assert_eq!(fan_out::reasons(tx, &TRIP).await, Ok(vec![]));
    assert_eq!(progress(tx, TRIP).await, [4, 1, 0, 0, 0]);
    assert_eq!(progress(tx, TEST).await, [4, 0, 4, 0, 0]);
    assert_eq!(fan_out::running(tx, &CLASS, &keys[2], 0).await, Ok(true), "it waits again");
}

async fn reasons_are_told_once_each(db: &Db) {
    let tx = &mut founded(db).await;
    posts::insert(tx, &announcement(&TRIP, 1)).await.unwrap();
    fan_out::insert(tx, &TRIP, &CLASS, &[[1; 32], [2; 32], [3; 32], [4; 32]]).await.unwrap();
    assert_eq!(fan_out::reasons(tx, &TRIP).await, Ok(vec![]));
    fan_out::fail(tx, &TRIP, 1, 2, "zinc").await.unwrap();
    fan_out::fail(tx, &TRIP, 3, 9, "air").await.unwrap();
    let told = fan_out::reasons(tx, &TRIP).await;
    assert_eq!(told, Ok(vec!["air".to_owned(), "zinc".to_owned()]));
    fan_out::finish(tx, &TRIP, 3, &[], 0, NOON).await.unwrap();
    assert_eq!(fan_out::reasons(tx, &TRIP).await, Ok(vec!["zinc".to_owned()]));
    assert_eq!(progress(tx, TRIP).await, [4, 1, 2, 0, 0]);
}

async fn a_fan_out_is_running_while_an_accepted_post_waits_for_the_key(db: &Db) {
    let tx = &mut founded(db).await;
    assert_eq!(fan_out::running(tx, &CLASS, &MELATI, 0).await, Ok(false));
    let pending = NewPost { state: "pending", ..announcement(&TEST, 2) };
    posts::insert(tx, &pending).await.unwrap();
    fan_out::insert(tx, &TEST, &CLASS, &[MELATI]).await.unwrap();
    assert_eq!(fan_out::running(tx, &CLASS, &MELATI, 0).await, Ok(false), "it may never count");
    announce(tx, TRIP, 1).await;
    assert_eq!(fan_out::running(tx, &CLASS, &MELATI, NOON).await, Ok(true));
    assert_eq!(fan_out::running(tx, &CLASS, &MELATI, NOON + 1).await, Ok(false), "too old");
    assert_eq!(fan_out::running(tx, &CHANNEL, &MELATI, 0).await, Ok(false));
    fan_out::finish(tx, &TRIP, 0, &[], 0, NOON).await.unwrap();
    assert_eq!(fan_out::running(tx, &CLASS, &MELATI, 0).await, Ok(false));
    assert_eq!(fan_out::running(tx, &CLASS, &MAWAR, 0).await, Ok(true));
    fan_out::fail(tx, &TRIP, 1, 1, "no paper").await.unwrap();
    assert_eq!(fan_out::running(tx, &CLASS, &MAWAR, 0).await, Ok(false));
}

async fn progress_counts_members_who_are_to_get_it_and_who_can_have_it(db: &Db) {
    let tx = &mut founded(db).await;
    assert_eq!(progress(tx, NOTHING).await, [0; 5]);
    seat(tx, MELATI, SARI, NOON).await;
    seat(tx, MELATI, BUDI, NOON).await;
    seat(tx, MAWAR, DEWI, NOON).await;
    announce(tx, TRIP, 1).await;
    assert_eq!(progress(tx, TRIP).await, [2, 0, 0, 3, 0]);
    fan_out::finish(tx, &TRIP, 0, &pack(1, 2), 2, NOON).await.unwrap();
    assert_eq!(progress(tx, TRIP).await, [2, 1, 0, 3, 2]);
    unseat(tx, MELATI, SARI, NOON).await;
    unseat(tx, MAWAR, DEWI, NOON).await;
    assert_eq!(progress(tx, TRIP).await, [2, 1, 0, 2, 2], "a pack is not made again");
    let late = LateSlot { post: &TRIP, position: 0, slot: 2, transformed: [5; 32] };
    fan_out::insert_late(tx, &[late]).await.unwrap();
    assert_eq!(progress(tx, TRIP).await, [2, 1, 0, 3, 3]);
}

async fn a_member_has_its_place_in_a_post(db: &Db) {
    let place = async |tx: &mut Tx, account: Id| {
        let place = fan_out::place(tx, &TRIP, &account).await.expect("a look-up");
        place.map(|place| (place.covered, place.transformed))
    };
    let tx = &mut founded(db).await;
    seat(tx, MELATI, SARI, NOON).await;
    seat(tx, MELATI, BUDI, NOON).await;
    announce(tx, TRIP, 1).await;
    seat(tx, MELATI, DEWI, NOON).await;
    assert_eq!(place(tx, SARI).await, Some((true, None)), "not yet");
    assert_eq!(place(tx, DEWI).await, Some((false, None)), "too late");
    assert_eq!(place(tx, NOTHING).await, None);
    fan_out::finish(tx, &TRIP, 0, &pack(10, 2), 2, NOON).await.unwrap();
    assert_eq!(place(tx, SARI).await, Some((true, some(&[10; 32]))));
    assert_eq!(place(tx, BUDI).await, Some((true, some(&[11; 32]))));
    let late = |slot, byte| LateSlot { post: &TRIP, position: 0, slot, transformed: [byte; 32] };
    assert_eq!(fan_out::insert_late(tx, &[late(2, 12), late(7, 17)]).await, Ok(2));
    assert_eq!(fan_out::insert_late(tx, &[late(2, 99), late(8, 18)]).await, Ok(1));
    assert_eq!(fan_out::insert_late(tx, &[]).await, Ok(0));
    assert_eq!(place(tx, DEWI).await, Some((false, some(&[12; 32]))), "the first stays");
    assert!(fan_out::place(tx, &NOTHING, &SARI).await.unwrap().is_none());

    unseat(tx, MELATI, SARI, NOON + 1).await;
    assert_eq!(place(tx, SARI).await, None, "removed");
    seat(tx, MELATI, SARI, NOON + 2).await;
    assert_eq!(place(tx, SARI).await, Some((false, None)), "back in another slot");
    rotate(tx, MELATI, NOON + 3).await;
    seat(tx, MAWAR, BUDI, NOON + 4).await;
    assert_eq!(place(tx, BUDI).await, Some((true, some(&[11; 32]))), "its newer slot has none");
}

async fn late_joiners_may_be_given_earlier_posts_of_their_key(db: &Db) {
    let ids = |rows: Vec<EarlierRow>| rows.into_iter().map(|row| row.post).collect::<Vec<_>>();
    let tx = &mut founded(db).await;
    let earlier = async |tx: &mut Tx, end, after, limit| {
        fan_out::earlier(tx, &CLASS, &MAWAR, end, after, limit).await.expect("posts")
    };
    announce(tx, TRIP, 1).await;
    tokens::take_slots(tx, &CLASS, &MAWAR, 2, 9).await.unwrap();
    announce(tx, TEST, 2).await;
    let pending = NewPost { state: "pending", ..announcement(&LATER, 3) };
    posts::insert(tx, &pending).await.unwrap();
    fan_out::insert(tx, &LATER, &CLASS, &[MELATI, MAWAR]).await.unwrap();

    let rows = earlier(tx, 3, 0, 9).await;
    let row = &rows[1];
    assert_eq!((&row.post[..], row.list_position), (&TEST[..], 2));
    assert_eq!((row.position, row.slots, &row.capsule[..]), (1, 2, &CAPSULE[..]));
    assert_eq!(ids(rows), [TRIP, TEST], "a pending one is not");
    assert_eq!(ids(earlier(tx, 2, 0, 9).await), [TRIP], "the other was made for two");
    assert_eq!(ids(earlier(tx, 3, 0, 1).await), [TRIP]);
    assert_eq!(ids(earlier(tx, 3, 1, 9).await), [TEST]);
    assert!(earlier(tx, 3, 2, 9).await.is_empty());
    assert!(fan_out::earlier(tx, &CHANNEL, &MAWAR, 3, 0, 9).await.unwrap().is_empty());
}

async fn a_slot_has_one_holder_for_ever(db: &Db) {
    let tx = &mut founded(db).await;
    seat(tx, MELATI, SARI, NOON).await;
    seat(tx, MELATI, BUDI, NOON).await;
    assert_eq!(fan_out::holder(tx, &CLASS, &MELATI, 1).await, Ok(some(&BUDI)));
    assert_eq!(fan_out::holder(tx, &CLASS, &MELATI, 2).await, Ok(None));
    assert_eq!(fan_out::holder(tx, &CLASS, &MAWAR, 0).await, Ok(None));
    assert_eq!(fan_out::holder(tx, &CHANNEL, &MELATI, 0).await, Ok(None));
    unseat(tx, MELATI, SARI, NOON).await;
    assert_eq!(fan_out::holder(tx, &CLASS, &MELATI, 0).await, Ok(some(&SARI)));
}
