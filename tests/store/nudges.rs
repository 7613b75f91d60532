//! Mails owed: to whom, and never twice.

use kentongan::fetch_one;
use kentongan::store::Db;
use kentongan::store::email_addresses::{self, AddressRow};
use kentongan::store::letters::{self, LetterRow};
use kentongan::store::nudges;
use kentongan::store::posts::{self, NewPost};
use kentongan::store::receipts::{self, Said};
use kentongan::store::{Tx, audiences, audiences::StaffRow, fan_out, members};

use crate::school::{
    BUDI, CLASS, DEWI, Id, MAWAR, MELATI, NOON, NOTHING, RINI, RINI_IK, SARI, ZERO, announce,
    announcement, founded, ik, rotate, seat, unseat,
};

const TRIP: Id = [0x61; 32];
const TEST: Id = [0x62; 32];
const LETTER: Id = [0x71; 32];

conforms!(
    those_with_a_confirmed_address_are_told_of_a_post_in_slot_order,
    nobody_is_told_of_a_post_that_is_not_for_them,
    who_was_removed_when_a_post_was_made_is_not_told_of_it_on_coming_back,
    the_recipient_of_a_letter_is_told_once,
    a_letter_to_the_desk_is_told_to_the_staff_but_not_to_its_author,
    a_mail_is_owed_once_and_sent_once,
    a_post_is_news_until_its_member_has_it_or_is_gone,
    settled_mails_are_forgotten_and_owed_ones_are_not,
);

async fn address(tx: &mut Tx, account: Id, state: &str) {
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
    email_addresses::put(tx, &row, NOON).await.expect("an address");
}

async fn to_tell(tx: &mut Tx, post: Id, position: i64) -> Vec<(i64, u8)> {
    let owed = nudges::members_to_tell(tx, &post, position, -1, 99).await.expect("members");
    owed.iter().map(|owed| (owed.slot, owed.account[0])).collect()
}

async fn delivered(tx: &mut Tx, post: Id, account: Id) {
    let said = Said { delivered_ms: Some(NOON), read_ms: None, acknowledged_ms: None };
    receipts::put(tx, &post, &account, &said).await.expect("a receipt");
}

/// State, attempts and reason of a mail.
async fn mail(tx: &mut Tx, subject: Id, account: Id) -> (String, i64, Option<String>) {
    let sql = "select state, attempts, reason from nudges where subject = $1 and account = $2";
    fetch_one!(tx, (String, i64, Option<String>), sql, subject.as_slice(), account.as_slice())
        .expect("a mail")
}

async fn those_with_a_confirmed_address_are_told_of_a_post_in_slot_order(db: &Db) {
    let tx = &mut founded(db).await;
    for account in [DEWI, SARI, BUDI] {
        seat(tx, MELATI, account, NOON).await;
    }
    announce(tx, TRIP, 1).await;
    assert_eq!(to_tell(tx, TRIP, 0).await, [], "nobody asked");
    for account in [SARI, BUDI, DEWI] {
        address(tx, account, "confirmed").await;
    }
    let all = [(0, DEWI[0]), (1, SARI[0]), (2, BUDI[0])];
    assert_eq!(to_tell(tx, TRIP, 0).await, all);
    assert_eq!(to_tell(tx, TRIP, 1).await, [], "another cohort");
    assert_eq!(to_tell(tx, NOTHING, 0).await, []);
    let page = nudges::members_to_tell(tx, &TRIP, 0, 0, 1).await.unwrap();
    assert_eq!((page.len(), page[0].slot, &page[0].account[..]), (1, 1, &SARI[..]));

    delivered(tx, TRIP, DEWI).await;
    assert_eq!(to_tell(tx, TRIP, 0).await, all[1..], "one has it");
    assert_eq!(nudges::insert(tx, &TRIP, &[SARI.to_vec()], NOON).await, Ok(1));
    assert_eq!(to_tell(tx, TRIP, 0).await, all[2..], "one is owed a mail already");
    address(tx, BUDI, "off").await;
    assert_eq!(to_tell(tx, TRIP, 0).await, []);
}

async fn nobody_is_told_of_a_post_that_is_not_for_them(db: &Db) {
    let tx = &mut founded(db).await;
    for account in [SARI, BUDI, DEWI] {
        address(tx, account, "confirmed").await;
    }
    seat(tx, MELATI, SARI, NOON).await;
    seat(tx, MELATI, BUDI, NOON).await;
    let reply = NewPost { ik: &ik(SARI), account: &SARI, kind: 3, ..announcement(&TRIP, 1) };
    posts::insert(tx, &reply).await.unwrap();
    fan_out::insert(tx, &TRIP, &CLASS, &[MELATI]).await.unwrap();
    seat(tx, MELATI, DEWI, NOON).await;
    assert_eq!(to_tell(tx, TRIP, 0).await, [(1, BUDI[0])], "its author; one who came later");
    unseat(tx, MELATI, BUDI, NOON + 1).await;
    assert_eq!(to_tell(tx, TRIP, 0).await, [], "removed");
    let pending = NewPost { state: "pending", ..announcement(&TEST, 2) };
    posts::insert(tx, &pending).await.unwrap();
    fan_out::insert(tx, &TEST, &CLASS, &[MELATI]).await.unwrap();
    assert_eq!(to_tell(tx, TEST, 0).await, [], "not accepted yet");
    posts::release(tx, &TEST, 3, NOON).await.unwrap();
    assert_eq!(to_tell(tx, TEST, 0).await, [(0, SARI[0]), (2, DEWI[0])]);
}

async fn who_was_removed_when_a_post_was_made_is_not_told_of_it_on_coming_back(db: &Db) {
    let tx = &mut founded(db).await;
    for account in [SARI, BUDI] {
        address(tx, account, "confirmed").await;
        seat(tx, MELATI, account, NOON).await;
    }
    unseat(tx, MELATI, SARI, NOON + 1).await;
    announce(tx, TRIP, 1).await;
    seat(tx, MELATI, SARI, NOON + 2).await;
    assert_eq!(to_tell(tx, TRIP, 0).await, [(1, BUDI[0])], "the old slot has no copy");
    announce(tx, TEST, 2).await;
    let both = [(1, BUDI[0]), (2, SARI[0])];
    assert_eq!(to_tell(tx, TEST, 0).await, both, "each once");
    rotate(tx, MELATI, NOON + 3).await;
    assert_eq!(to_tell(tx, TEST, 0).await, both, "they have their copies");
}

fn letter(to: Option<Id>) -> LetterRow {
    LetterRow {
        letter: LETTER.to_vec(),
        audience: CLASS.to_vec(),
        to_account: to.map(|to| to.to_vec()),
        ik: RINI_IK.to_vec(),
        account: RINI.to_vec(),
        thread: ZERO.to_vec(),
        kind: 1,
        sent_ms: NOON,
        received_ms: NOON,
        bytes: b"letter".to_vec(),
        writer_proof: None,
    }
}

async fn the_recipient_of_a_letter_is_told_once(db: &Db) {
    let tx = &mut founded(db).await;
    letters::insert(tx, &letter(Some(SARI))).await.unwrap();
    address(tx, BUDI, "confirmed").await;
    address(tx, SARI, "unconfirmed").await;
    assert_eq!(nudges::recipients_to_tell(tx, &LETTER).await, Ok(vec![]));
    address(tx, SARI, "confirmed").await;
    let sari = vec![SARI.to_vec()];
    assert_eq!(nudges::recipients_to_tell(tx, &LETTER).await, Ok(sari.clone()));
    assert_eq!(nudges::recipients_to_tell(tx, &NOTHING).await, Ok(vec![]));
    assert_eq!(nudges::insert(tx, &LETTER, &sari, NOON).await, Ok(1));
    assert_eq!(nudges::recipients_to_tell(tx, &LETTER).await, Ok(vec![]));
}

async fn a_letter_to_the_desk_is_told_to_the_staff_but_not_to_its_author(db: &Db) {
    let staff = |account: Id| StaffRow { account, ik: ik(account), role: 1 };
    let tx = &mut founded(db).await;
    let three = [staff(RINI), staff(SARI), staff(BUDI)];
    audiences::replace_staff(tx, &CLASS, &three).await.unwrap();
    for account in [RINI, SARI, BUDI, DEWI] {
        address(tx, account, "confirmed").await;
    }
    letters::insert(tx, &letter(None)).await.unwrap();
    let mut told = nudges::recipients_to_tell(tx, &LETTER).await.unwrap();
    told.sort_unstable();
    assert_eq!(told, [SARI, BUDI]);
    nudges::insert(tx, &LETTER, &[SARI.to_vec()], NOON).await.unwrap();
    assert_eq!(nudges::recipients_to_tell(tx, &LETTER).await, Ok(vec![BUDI.to_vec()]));
}

async fn a_mail_is_owed_once_and_sent_once(db: &Db) {
    let tx = &mut founded(db).await;
    let both = [SARI.to_vec(), BUDI.to_vec()];
    assert_eq!(nudges::begin(tx, &TRIP, &SARI, NOON).await, Ok(false), "not owed");
    assert_eq!(nudges::insert(tx, &TRIP, &[], NOON).await, Ok(0));
    assert_eq!(nudges::insert(tx, &TRIP, &both[..1], NOON).await, Ok(1));
    assert_eq!(nudges::insert(tx, &TRIP, &both, NOON).await, Ok(1));
    assert_eq!(nudges::insert(tx, &TEST, &both, NOON).await, Ok(2));
    assert_eq!(mail(tx, TRIP, SARI).await, ("due".into(), 0, None));

    assert_eq!(nudges::begin(tx, &TRIP, &SARI, NOON).await, Ok(true));
    assert_eq!(nudges::begin(tx, &TRIP, &SARI, NOON).await, Ok(true), "after a crash");
    assert_eq!(mail(tx, TRIP, SARI).await, ("sending".into(), 2, None));
    nudges::settle(tx, &TRIP, &SARI, "due", Some("busy"), NOON).await.unwrap();
    assert_eq!(mail(tx, TRIP, SARI).await, ("due".into(), 2, Some("busy".into())));
    assert_eq!(nudges::begin(tx, &TRIP, &SARI, NOON).await, Ok(true));
    nudges::settle(tx, &TRIP, &SARI, "sent", None, NOON).await.unwrap();
    nudges::settle(tx, &TRIP, &SARI, "failed", Some("late"), NOON).await.unwrap();
    assert_eq!(mail(tx, TRIP, SARI).await, ("sent".into(), 3, None), "sent stays sent");
    assert_eq!(nudges::begin(tx, &TRIP, &SARI, NOON).await, Ok(false));
    assert_eq!(nudges::insert(tx, &TRIP, &both, NOON).await, Ok(0));
    for state in ["failed", "unneeded"] {
        nudges::settle(tx, &TRIP, &BUDI, state, None, NOON).await.unwrap();
        assert_eq!(nudges::begin(tx, &TRIP, &BUDI, NOON).await, Ok(false), "{state}");
    }
    assert_eq!(mail(tx, TEST, SARI).await, ("due".into(), 0, None), "another subject");
    let nobodys = nudges::insert(tx, &TRIP, &[NOTHING.to_vec()], NOON).await;
    assert!(nobodys.is_err(), "there is no such account");
}

async fn a_post_is_news_until_its_member_has_it_or_is_gone(db: &Db) {
    let tx = &mut founded(db).await;
    for account in [SARI, BUDI] {
        seat(tx, MELATI, account, NOON).await;
    }
    seat(tx, MAWAR, DEWI, NOON).await;
    assert_eq!(nudges::still_news(tx, &TRIP, &SARI).await, Ok(false), "no such post");
    posts::insert(tx, &NewPost { state: "pending", ..announcement(&TRIP, 1) }).await.unwrap();
    assert_eq!(nudges::still_news(tx, &TRIP, &SARI).await, Ok(false), "it may never count");
    posts::release(tx, &TRIP, 2, NOON).await.unwrap();
    assert_eq!(nudges::still_news(tx, &TRIP, &SARI).await, Ok(true));
    assert_eq!(nudges::still_news(tx, &TRIP, &RINI).await, Ok(false), "no member");
    members::remove(tx, &CLASS, &BUDI, NOON).await.unwrap();
    assert_eq!(nudges::still_news(tx, &TRIP, &BUDI).await, Ok(false));
    let read = Said { delivered_ms: None, read_ms: Some(NOON), acknowledged_ms: None };
    receipts::put(tx, &TRIP, &DEWI, &read).await.unwrap();
    assert_eq!(nudges::still_news(tx, &TRIP, &DEWI).await, Ok(true), "not said to be there");
    delivered(tx, TRIP, SARI).await;
    assert_eq!(nudges::still_news(tx, &TRIP, &SARI).await, Ok(false));
    letters::insert(tx, &letter(Some(SARI))).await.unwrap();
    assert_eq!(nudges::still_news(tx, &LETTER, &SARI).await, Ok(true));
}

async fn settled_mails_are_forgotten_and_owed_ones_are_not(db: &Db) {
    let tx = &mut founded(db).await;
    let all = [RINI, SARI, BUDI, DEWI].map(|account| account.to_vec());
    nudges::insert(tx, &TRIP, &all, NOON).await.unwrap();
    nudges::begin(tx, &TRIP, &RINI, NOON).await.unwrap();
    for (account, state) in [(SARI, "sent"), (BUDI, "failed")] {
        nudges::settle(tx, &TRIP, &account, state, None, NOON + 1).await.unwrap();
    }
    assert_eq!(nudges::prune(tx, NOON + 1, 9).await, Ok(0));
    assert_eq!(nudges::prune(tx, NOON + 2, 1).await, Ok(1));
    assert_eq!(nudges::prune(tx, NOON + 99, 9).await, Ok(1));
    assert_eq!(mail(tx, TRIP, RINI).await.0, "sending");
    assert_eq!(mail(tx, TRIP, DEWI).await.0, "due");
    assert_eq!(nudges::insert(tx, &TRIP, &all, NOON).await, Ok(2));
}
