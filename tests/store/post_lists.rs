//! Lists of posts, as the staff and as each member find them.

use kentongan::store::fan_out::LateSlot;
use kentongan::store::posts::{self, Listing, NewPost};
use kentongan::store::{Db, Tx, fan_out};

use crate::posts::{ids, wanted};
use crate::school::{
    BUDI, CHANNEL, CLASS, DEWI, Id, MAWAR, MELATI, NOON, RINI, SARI, announce, announcement,
    founded, ik, pack, rotate, seat, some, unseat,
};

const TRIP: Id = [0x61; 32];
const TEST: Id = [0x62; 32];
const ANSWER: Id = [0x63; 32];
const FIX: Id = [0x64; 32];

conforms!(
    the_staff_sees_every_post_page_by_page,
    a_member_sees_what_was_made_for_its_slot,
    a_member_sees_a_thread_of_what_was_made_for_it,
    a_removal_hides_what_a_rotation_leaves,
);

/// An announcement, an assignment, a reply to it and a withdrawal of the reply.
async fn a_thread(tx: &mut Tx) {
    let sari = ik(SARI);
    posts::insert(tx, &announcement(&TRIP, 1)).await.expect("a post");
    posts::insert(tx, &NewPost { kind: 2, ..announcement(&TEST, 2) }).await.expect("a post");
    let reply = NewPost {
        kind: 3,
        thread: &TEST,
        ik: &sari,
        account: &SARI,
        publisher: false,
        writer_proof: Some(b"proof"),
        ..announcement(&ANSWER, 3)
    };
    posts::insert(tx, &reply).await.expect("a post");
    let withdrawal =
        NewPost { kind: 5, thread: &ANSWER, state: "pending", ..announcement(&FIX, 4) };
    posts::insert(tx, &withdrawal).await.expect("a post");
}

async fn the_staff_sees_every_post_page_by_page(db: &Db) {
    let tx = &mut founded(db).await;
    a_thread(tx).await;
    let all = posts::list_for_staff(tx, &wanted(0, 9)).await.unwrap();
    assert_eq!(ids(&all), [TRIP, TEST, ANSWER, FIX]);
    let row = &all[2];
    assert_eq!((row.position, row.kind, &row.thread[..]), (3, 3, &TEST[..]));
    assert_eq!((&row.ik[..], &row.writer_proof), (&ik(SARI)[..], &some(b"proof")));
    assert_eq!((row.sent_ms, row.accepted_ms), (NOON + 3, NOON + 3));
    assert_eq!((row.size, row.revision, &row.slot), (300, 0, &None));
    assert_eq!(all[3].state, "pending");
    assert_eq!(ids(&posts::list_for_staff(tx, &wanted(1, 2)).await.unwrap()), [TEST, ANSWER]);
    assert!(posts::list_for_staff(tx, &wanted(4, 9)).await.unwrap().is_empty());
    let elsewhere = Listing { audience: &CHANNEL, ..wanted(0, 9) };
    assert!(posts::list_for_staff(tx, &elsewhere).await.unwrap().is_empty());

    let thread = Listing { thread: Some(&TEST), ..wanted(0, 9) };
    let thread = posts::list_for_staff(tx, &thread).await.unwrap();
    assert_eq!(ids(&thread), [TEST, ANSWER, FIX], "and what names an answer");
    let later = Listing { thread: Some(&TEST), ..wanted(3, 9) };
    assert_eq!(ids(&posts::list_for_staff(tx, &later).await.unwrap()), [FIX]);
    let alone = Listing { thread: Some(&TRIP), ..wanted(0, 9) };
    assert_eq!(ids(&posts::list_for_staff(tx, &alone).await.unwrap()), [TRIP]);
}

async fn listed(tx: &mut Tx, account: Id, history: bool) -> Vec<(Vec<u8>, Option<Vec<u8>>)> {
    let rows = posts::list_for_member(tx, &wanted(0, 9), &account, history).await;
    rows.expect("a list").into_iter().map(|row| (row.post, row.slot)).collect()
}

async fn a_member_sees_what_was_made_for_its_slot(db: &Db) {
    let tx = &mut founded(db).await;
    seat(tx, MELATI, DEWI, NOON).await;
    seat(tx, MELATI, SARI, NOON).await;
    announce(tx, TRIP, 1).await;
    announce(tx, TEST, 2).await;
    let pending = NewPost { state: "pending", ..announcement(&FIX, 3) };
    posts::insert(tx, &pending).await.unwrap();
    fan_out::insert(tx, &FIX, &CLASS, &[MELATI, MAWAR]).await.unwrap();
    seat(tx, MELATI, BUDI, NOON + 3).await;
    fan_out::finish(tx, &TRIP, 0, &pack(10, 2), 2, NOON).await.unwrap();

    let trip = |slot: u8| (TRIP.to_vec(), some(&[slot; 32]));
    let waiting = |post: Id| (post.to_vec(), None);
    assert_eq!(listed(tx, SARI, false).await, [trip(11), waiting(TEST)]);
    assert_eq!(listed(tx, DEWI, false).await, [trip(10), waiting(TEST)]);
    assert_eq!(listed(tx, BUDI, false).await, [], "it came later");
    assert_eq!(listed(tx, BUDI, true).await, [waiting(TRIP), waiting(TEST)]);
    assert_eq!(listed(tx, RINI, true).await, [], "she has no slot");
    let late = LateSlot { post: &TRIP, position: 0, slot: 2, transformed: [20; 32] };
    fan_out::insert_late(tx, &[late]).await.unwrap();
    assert_eq!(listed(tx, BUDI, true).await, [trip(20), waiting(TEST)]);
    assert_eq!(listed(tx, BUDI, false).await, [trip(20)], "what was given is not taken back");

    let rows = posts::list_for_member(tx, &wanted(1, 9), &SARI, false).await.unwrap();
    assert_eq!((ids(&rows), rows[0].size), (vec![TEST.to_vec()], 300));
    let rows = posts::list_for_member(tx, &wanted(0, 1), &SARI, false).await.unwrap();
    assert_eq!(ids(&rows), [TRIP]);
    let elsewhere = Listing { audience: &CHANNEL, ..wanted(0, 9) };
    assert!(posts::list_for_member(tx, &elsewhere, &SARI, true).await.unwrap().is_empty());
}

async fn a_member_sees_a_thread_of_what_was_made_for_it(db: &Db) {
    let tx = &mut founded(db).await;
    seat(tx, MELATI, SARI, NOON).await;
    a_thread(tx).await;
    posts::release(tx, &FIX, 5, NOON).await.unwrap();
    for post in [TRIP, TEST, ANSWER, FIX] {
        fan_out::insert(tx, &post, &CLASS, &[MELATI]).await.unwrap();
    }
    let thread = Listing { thread: Some(&TEST), ..wanted(0, 9) };
    let rows = posts::list_for_member(tx, &thread, &SARI, false).await.unwrap();
    assert_eq!(ids(&rows), [TEST, ANSWER, FIX]);
    assert_eq!(rows[1].writer_proof, some(b"proof"));
}

async fn a_removal_hides_what_a_rotation_leaves(db: &Db) {
    let tx = &mut founded(db).await;
    for account in [SARI, BUDI] {
        seat(tx, MELATI, account, NOON).await;
    }
    announce(tx, TRIP, 1).await;
    fan_out::finish(tx, &TRIP, 0, &pack(10, 2), 2, NOON).await.unwrap();
    unseat(tx, MELATI, SARI, NOON + 1).await;
    rotate(tx, MELATI, NOON + 2).await;
    let trip = (TRIP.to_vec(), some(&[11; 32]));
    assert_eq!(listed(tx, SARI, true).await, []);
    assert_eq!(listed(tx, BUDI, true).await, std::slice::from_ref(&trip));
    seat(tx, MAWAR, SARI, NOON + 3).await;
    seat(tx, MAWAR, BUDI, NOON + 3).await;
    assert_eq!(listed(tx, SARI, false).await, [], "coming back gives nothing back");
    assert_eq!(listed(tx, BUDI, false).await, [trip], "a new slot takes nothing away");
}
