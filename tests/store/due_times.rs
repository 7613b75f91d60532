//! When work is due, whom the hub reminds of it, and that it is nobody else.

use kentongan::store::due_times::{self, BegunRow, DueRow};
use kentongan::store::email_addresses::{self, AddressRow};
use kentongan::store::letters::{self, LetterRow};
use kentongan::store::members::NewSlot;
use kentongan::store::posts::{self, NewPost};
use kentongan::store::{Db, Tx, fan_out, members, nudges, tokens};

use crate::school::{
    BUDI, CHANNEL, CLASS, DEWI, Id, MAWAR, MELATI, NOON, NOTHING, SARI, announcement, founded, ik,
    new_slot, rotate, seat, unseat,
};

const WORK: Id = [0x61; 32];
const OTHER: Id = [0x62; 32];
const REMINDER: Id = [0x91; 32];
const LATER: Id = [0x92; 32];

conforms!(
    an_audience_has_due_times_once_they_are_allowed,
    a_post_is_due_as_was_said_last,
    a_reminder_is_begun_once_when_its_time_has_come,
    those_who_handed_in_are_not_reminded,
    only_members_who_were_given_the_work_owe_it,
    work_that_does_not_stand_is_owed_by_nobody,
    those_with_a_confirmed_address_are_told_page_by_page,
);

/// An assignment to both cohorts of the class, for the slots given by now.
async fn assign(tx: &mut Tx, post: Id, position: i64) {
    posts::insert(tx, &NewPost { kind: 2, ..announcement(&post, position) }).await.expect("a post");
    fan_out::insert(tx, &post, &CLASS, &[MELATI, MAWAR]).await.expect("its cohorts");
}

/// The class with Sari, Budi and Dewi in it, and work that is due.
async fn given(db: &Db) -> Tx {
    let mut tx = founded(db).await;
    for account in [SARI, BUDI, DEWI] {
        seat(&mut tx, MELATI, account, NOON).await;
    }
    assign(&mut tx, WORK, 1).await;
    due_times::put(&mut tx, &WORK, NOON + 200, NOON + 100, &REMINDER).await.expect("a due time");
    tx
}

/// The first byte of each account that owes the work.
async fn missing(tx: &mut Tx) -> Vec<u8> {
    let missing = due_times::missing(tx, &WORK).await.expect("members");
    let told: Vec<_> = missing.iter().map(|account| account[0]).collect();
    for account in [SARI, BUDI, DEWI] {
        let owes = due_times::still_owes(tx, &REMINDER, &account, NOON).await;
        assert_eq!(owes, Ok(told.contains(&account[0])), "both say the same");
    }
    told
}

async fn submission(tx: &mut Tx, letter: u8, from: Id, kind: i64, thread: Id) {
    let row = LetterRow {
        ik: ik(from).to_vec(),
        account: from.to_vec(),
        kind,
        thread: thread.to_vec(),
        ..crate::letters::row(letter, None)
    };
    letters::insert(tx, &row).await.expect("a letter");
}

async fn an_audience_has_due_times_once_they_are_allowed(db: &Db) {
    let tx = &mut given(db).await;
    assert_eq!(due_times::allowed(tx, &CLASS).await, Ok(Some(false)), "unless somebody says so");
    due_times::allow(tx, &CLASS, true).await.unwrap();
    assert_eq!(due_times::allowed(tx, &CLASS).await, Ok(Some(true)));
    assert_eq!(due_times::allowed(tx, &CHANNEL).await, Ok(Some(false)));
    assert_eq!(due_times::allowed(tx, &NOTHING).await, Ok(None));
    assert_eq!(due_times::delete_all(tx, &CHANNEL).await, Ok(0));
    assert_eq!(due_times::delete_all(tx, &CLASS).await, Ok(1));
    due_times::allow(tx, &CLASS, false).await.unwrap();
    assert_eq!(due_times::allowed(tx, &CLASS).await, Ok(Some(false)));
    assert_eq!(due_times::of(tx, &WORK).await, Ok(None));
}

async fn a_post_is_due_as_was_said_last(db: &Db) {
    let tx = &mut given(db).await;
    let row = |due_ms, remind_ms, reminded_ms| Some(DueRow { due_ms, remind_ms, reminded_ms });
    assert_eq!(due_times::of(tx, &WORK).await, Ok(row(NOON + 200, NOON + 100, None)));
    assert!(due_times::begin(tx, &WORK, NOON + 100).await.unwrap().is_some());
    let begun = due_times::of(tx, &WORK).await;
    assert_eq!(begun, Ok(row(NOON + 200, NOON + 100, Some(NOON + 100))));
    due_times::put(tx, &WORK, NOON + 400, NOON + 300, &LATER).await.unwrap();
    assert_eq!(due_times::of(tx, &WORK).await, Ok(row(NOON + 400, NOON + 300, None)));
    assert_eq!(due_times::is_reminder(tx, &LATER).await, Ok(true));
    assert_eq!(due_times::is_reminder(tx, &REMINDER).await, Ok(false), "that one is over");
    assert!(due_times::put(tx, &NOTHING, NOON, NOON, &[0x93; 32]).await.is_err());
}

async fn a_reminder_is_begun_once_when_its_time_has_come(db: &Db) {
    let tx = &mut given(db).await;
    assign(tx, OTHER, 2).await;
    due_times::put(tx, &OTHER, NOON + 200, NOON + 50, &LATER).await.unwrap();
    assert!(due_times::waiting(tx, NOON + 49, 9).await.unwrap().is_empty());
    let both = vec![OTHER.to_vec(), WORK.to_vec()];
    assert_eq!(
        due_times::waiting(tx, NOON + 100, 9).await,
        Ok(both),
        "in the order of their times"
    );
    assert_eq!(due_times::waiting(tx, NOON + 100, 1).await, Ok(vec![OTHER.to_vec()]));
    assert_eq!(due_times::begin(tx, &WORK, NOON + 99).await, Ok(None), "not before its time");
    let begun =
        BegunRow { reminder: REMINDER.to_vec(), due_ms: NOON + 200, audience: CLASS.to_vec() };
    assert_eq!(due_times::begin(tx, &WORK, NOON + 100).await, Ok(Some(begun)));
    assert_eq!(due_times::begin(tx, &WORK, NOON + 101).await, Ok(None), "and once");
    due_times::delete(tx, &OTHER).await.unwrap();
    assert_eq!(due_times::begin(tx, &OTHER, NOON + 100).await, Ok(None));
    assert!(due_times::waiting(tx, NOON + 900, 9).await.unwrap().is_empty());
}

async fn those_who_handed_in_are_not_reminded(db: &Db) {
    let tx = &mut given(db).await;
    assert_eq!(missing(tx).await, [SARI[0], BUDI[0], DEWI[0]]);
    submission(tx, 1, SARI, 2, WORK).await;
    submission(tx, 2, BUDI, 2, OTHER).await;
    submission(tx, 3, DEWI, 1, WORK).await;
    let left = [BUDI[0], DEWI[0]];
    assert_eq!(missing(tx).await, left, "other work and a question are not this work");
    let owes = due_times::still_owes(tx, &REMINDER, &BUDI, NOON + 199).await;
    assert_eq!(owes, Ok(true));
    let owes = due_times::still_owes(tx, &REMINDER, &BUDI, NOON + 200).await;
    assert_eq!(owes, Ok(false), "nobody is reminded of what is late already");
    assert_eq!(due_times::still_owes(tx, &LATER, &BUDI, NOON).await, Ok(false));
}

async fn only_members_who_were_given_the_work_owe_it(db: &Db) {
    let tx = &mut given(db).await;
    unseat(tx, MELATI, SARI, NOON + 1).await;
    assert_eq!(missing(tx).await, [BUDI[0], DEWI[0]], "who left owes nothing");
    let place = (&CLASS[..], &BUDI[..]);
    members::change_role(tx, place, 2, b"guardian", b"signature").await.unwrap();
    assert_eq!(missing(tx).await, [DEWI[0]], "a guardian has no work of their own");
    // Their cohort's key is replaced: Dewi still has the work, and Sari, who comes anew, does not.
    rotate(tx, MELATI, NOON + 2).await;
    seat(tx, MAWAR, DEWI, NOON + 2).await;
    let slot = tokens::take_slots(tx, &CLASS, &MAWAR, 1, 4096).await.unwrap().expect("a slot");
    let again = NewSlot { ik: &ik(SARI), ..new_slot(slot, &SARI) };
    members::insert(tx, &CLASS, &MAWAR, &[again], NOON + 3).await.unwrap();
    assert_eq!(missing(tx).await, [DEWI[0]]);
    let late = fan_out::LateSlot { post: &WORK, position: 1, slot, transformed: [9; 32] };
    fan_out::insert_late(tx, &[late]).await.unwrap();
    assert_eq!(missing(tx).await, [SARI[0], DEWI[0]], "history gave it to her");
}

async fn work_that_does_not_stand_is_owed_by_nobody(db: &Db) {
    let tx = &mut given(db).await;
    let about = |post, position, kind, state| NewPost {
        kind,
        thread: &WORK,
        state,
        ..announcement(post, position)
    };
    posts::insert(tx, &about(&[0x71; 32], 7, 4, "accepted")).await.unwrap();
    posts::insert(tx, &about(&[0x72; 32], 8, 5, "pending")).await.unwrap();
    assert_eq!(missing(tx).await.len(), 3, "corrected, and not withdrawn yet");
    posts::insert(tx, &about(&[0x73; 32], 9, 5, "accepted")).await.unwrap();
    assert!(missing(tx).await.is_empty());
    let waits = NewPost { kind: 2, state: "scheduled", ..announcement(&OTHER, 2) };
    posts::insert(tx, &waits).await.unwrap();
    fan_out::insert(tx, &OTHER, &CLASS, &[MELATI]).await.unwrap();
    due_times::put(tx, &OTHER, NOON + 200, NOON + 100, &LATER).await.unwrap();
    assert!(due_times::missing(tx, &OTHER).await.unwrap().is_empty(), "it did not go out");
}

async fn those_with_a_confirmed_address_are_told_page_by_page(db: &Db) {
    let tx = &mut given(db).await;
    for (account, state) in [(SARI, "confirmed"), (BUDI, "off"), (DEWI, "confirmed")] {
        let row = AddressRow {
            account: account.to_vec(),
            sealed_address: b"sealed".to_vec(),
            language: "id".into(),
            state: state.into(),
            reason: None,
            confirm_hash: vec![account[0] + 0x40; 32],
            confirm_until_ms: NOON,
            unsubscribe_hash: vec![account[0] + 0x50; 32],
        };
        email_addresses::put(tx, &row, NOON).await.unwrap();
    }
    let page = async |tx: &mut Tx, after: &[u8], limit| {
        let page = due_times::to_tell(tx, &REMINDER, after, limit).await.unwrap();
        page.iter().map(|account| account[0]).collect::<Vec<_>>()
    };
    assert_eq!(page(tx, &[], 9).await, [SARI[0], DEWI[0]]);
    assert_eq!(page(tx, &[], 1).await, [SARI[0]]);
    assert_eq!(page(tx, &SARI, 1).await, [DEWI[0]]);
    // The mail about the post itself is another one.
    nudges::insert(tx, &WORK, &[SARI.to_vec()], NOON).await.unwrap();
    assert_eq!(page(tx, &[], 9).await, [SARI[0], DEWI[0]]);
    nudges::insert(tx, &REMINDER, &[SARI.to_vec()], NOON).await.unwrap();
    assert_eq!(page(tx, &[], 9).await, [DEWI[0]]);
    submission(tx, 1, DEWI, 2, WORK).await;
    assert!(page(tx, &[], 9).await.is_empty());
}
