//! What goes when an account goes, and what stays.

use kentongan::store::attachments::{self, AttachmentRow};
use kentongan::store::audiences::{self, StaffRow};
use kentongan::store::letters::{self, LetterRow};
use kentongan::store::posts::{self, NewPost};
use kentongan::store::receipts::{self, Said};
use kentongan::store::{Db, Tx, accounts, deletion, events, links, members, nudges};
use kentongan::{execute, fetch_scalar};

use crate::school::{
    BUDI, CHANNEL, CLASS, DEWI, Id, MELATI, NOON, NOTHING, RINI, SARI, ZERO, announcement, founded,
    ik, seat,
};

const TRIP: Id = [0x61; 32];
const TEST: Id = [0x62; 32];
const PHOTO: Id = [0xF1; 32];
const PLAN: Id = [0xF2; 32];

conforms!(
    a_deleted_account_is_remembered_by_its_id,
    what_only_the_account_had_a_use_for_goes_with_it,
    a_letter_to_the_desk_is_open_again_when_who_had_it_goes,
    whoever_is_the_last_admin_of_others_would_leave_them_alone,
    an_attachment_is_ungiven_while_nothing_was_sent_after_it,
);

fn staff(account: Id, role: i64) -> StaffRow {
    StaffRow { account, ik: ik(account), role }
}

fn letter(letter: u8, from: Id, to: Option<Id>) -> LetterRow {
    LetterRow {
        letter: vec![letter; 32],
        audience: CLASS.to_vec(),
        to_account: to.map(|to| to.to_vec()),
        ik: ik(from).to_vec(),
        account: from.to_vec(),
        thread: ZERO.to_vec(),
        kind: 1,
        sent_ms: NOON,
        received_ms: NOON,
        bytes: b"letter".to_vec(),
        writer_proof: None,
    }
}

async fn count(tx: &mut Tx, sql: &'static str) -> i64 {
    fetch_scalar!(tx, i64, sql).expect("a count")
}

async fn a_deleted_account_is_remembered_by_its_id(db: &Db) {
    let tx = &mut founded(db).await;
    assert_eq!(deletion::is_deleted(tx, &SARI).await, Ok(false));
    assert_eq!(deletion::count_deleted(tx, &[SARI, BUDI].concat()).await, Ok(0));
    for account in [SARI, SARI, DEWI] {
        deletion::delete(tx, &account, NOON).await.unwrap();
    }
    assert_eq!(deletion::is_deleted(tx, &SARI).await, Ok(true));
    assert_eq!(deletion::is_deleted(tx, &BUDI).await, Ok(false));
    assert!(accounts::bundle(tx, &SARI).await.unwrap().is_none());
    assert!(accounts::bundle(tx, &BUDI).await.unwrap().is_some());
    assert_eq!(deletion::count_deleted(tx, &[SARI, BUDI, DEWI, NOTHING].concat()).await, Ok(2));
    assert_eq!(deletion::count_deleted(tx, &[]).await, Ok(0));
    let many = [NOTHING.repeat(4_095), DEWI.to_vec()].concat();
    assert_eq!(deletion::count_deleted(tx, &many).await, Ok(1));
}

async fn what_only_the_account_had_a_use_for_goes_with_it(db: &Db) {
    let tx = &mut founded(db).await;
    for account in [SARI, BUDI] {
        seat(tx, MELATI, account, NOON).await;
    }
    posts::insert(tx, &announcement(&TRIP, 1)).await.unwrap();
    let said = Said { delivered_ms: Some(NOON), read_ms: None, acknowledged_ms: None };
    links::insert(tx, &CLASS, &crate::links::row([0x81; 32], 1), NOON).await.unwrap();
    for (byte, account) in [(1, SARI), (2, BUDI)] {
        receipts::put(tx, &TRIP, &account, &said).await.unwrap();
        letters::insert(tx, &letter(byte, RINI, Some(account))).await.unwrap();
        links::count_use(tx, &CLASS, &[0x81; 32], &account).await.unwrap();
        accounts::insert_session(tx, &[byte; 32], &account, NOON, NOON + 9).await.unwrap();
        nudges::insert(tx, &TRIP, &[account.to_vec()], NOON).await.unwrap();
        let event = events::NewEvent {
            at_ms: NOON,
            kind: "member",
            audience: &CLASS,
            account: Some(&account),
            s_key: None,
            staff: false,
            subject: &account,
        };
        events::insert(tx, &event).await.unwrap();
    }
    letters::insert(tx, &letter(3, SARI, None)).await.unwrap();
    let (sari, budi) = (ik(SARI), ik(BUDI));
    let own = |post, position, state| NewPost {
        ik: &sari,
        account: &SARI,
        state,
        ..announcement(post, position)
    };
    posts::insert(tx, &own(&TEST, 2, "accepted")).await.unwrap();
    posts::insert(tx, &own(&[0x63; 32], 3, "scheduled")).await.unwrap();
    let budis = NewPost { ik: &budi, account: &BUDI, ..own(&[0x64; 32], 4, "scheduled") };
    posts::insert(tx, &budis).await.unwrap();

    deletion::delete(tx, &SARI, NOON).await.unwrap();
    for (sql, left) in [
        ("select count(*) from receipts", 1),
        ("select count(*) from sessions", 1),
        ("select count(*) from nudges", 1),
        ("select count(*) from events", 1),
        ("select count(*) from link_uses", 1),
        ("select count(*) from letters where to_account is not null", 1),
        ("select count(*) from letters where to_account is null", 1),
        ("select count(*) from posts where state = 'scheduled'", 1),
        ("select count(*) from posts where state = 'accepted'", 2),
        ("select count(*) from members", 2),
    ] {
        assert_eq!(count(tx, sql).await, left, "{sql}");
    }
    assert!(posts::post(tx, &TEST).await.unwrap().is_some(), "what was said was said to others");
    assert!(accounts::session(tx, &[2; 32], NOON).await.unwrap().is_some());
}

async fn a_letter_to_the_desk_is_open_again_when_who_had_it_goes(db: &Db) {
    let tx = &mut founded(db).await;
    let rows = [(1, "assigned", SARI), (2, "resolved", SARI), (3, "assigned", BUDI)];
    for (byte, state, assignee) in rows {
        letters::insert(tx, &letter(byte, DEWI, None)).await.unwrap();
        let sql = "insert into desk_letters (letter, state, assignee, changed_by, changed_ms)
                   values ($1, $2, $3, $3, $4)";
        execute!(tx, sql, [byte; 32].as_slice(), state, assignee.as_slice(), NOON).unwrap();
    }
    deletion::delete(tx, &SARI, NOON).await.unwrap();
    let open = "select count(*) from desk_letters where state = 'open' and assignee is null";
    assert_eq!(count(tx, open).await, 1);
    let others = "select count(*) from desk_letters where state <> 'open' and assignee is not null";
    assert_eq!(count(tx, others).await, 2, "one is resolved, one another's");
}

async fn whoever_is_the_last_admin_of_others_would_leave_them_alone(db: &Db) {
    let tx = &mut founded(db).await;
    assert_eq!(deletion::abandoned(tx, &RINI).await, Ok(vec![]), "nobody else is there");
    seat(tx, MELATI, SARI, NOON).await;
    let publisher = [staff(RINI, 2), staff(BUDI, 1)];
    audiences::replace_staff(tx, &CHANNEL, &publisher).await.unwrap();
    let both = vec![CLASS.to_vec(), CHANNEL.to_vec()];
    assert_eq!(deletion::abandoned(tx, &RINI).await, Ok(both), "a member here, a publisher there");
    assert_eq!(deletion::abandoned(tx, &BUDI).await, Ok(vec![]), "no admin");
    let admins = [staff(RINI, 2), staff(BUDI, 2)];
    audiences::replace_staff(tx, &CHANNEL, &admins).await.unwrap();
    let class = vec![CLASS.to_vec()];
    assert_eq!(deletion::abandoned(tx, &RINI).await, Ok(class.clone()));
    let gone = [staff(RINI, 2), staff(NOTHING, 2)];
    audiences::replace_staff(tx, &CLASS, &gone).await.unwrap();
    assert_eq!(deletion::abandoned(tx, &RINI).await, Ok(class), "the other has no account");
    members::remove(tx, &CLASS, &SARI, NOON).await.unwrap();
    assert_eq!(deletion::abandoned(tx, &RINI).await, Ok(vec![]), "the last member has left");
}

async fn an_attachment_is_ungiven_while_nothing_was_sent_after_it(db: &Db) {
    let tx = &mut founded(db).await;
    let upload = |audience: Id, sha256: Id, account: Id| AttachmentRow {
        audience: audience.to_vec(),
        sha256: sha256.to_vec(),
        account: account.to_vec(),
        reader: "audience".into(),
        to_account: None,
        size: 9,
    };
    attachments::insert(tx, &upload(CLASS, PHOTO, RINI), NOON).await.unwrap();
    attachments::insert(tx, &upload(CLASS, PLAN, RINI), NOON + 5).await.unwrap();
    attachments::insert(tx, &upload(CHANNEL, PHOTO, RINI), NOON + 9).await.unwrap();
    attachments::insert(tx, &upload(CLASS, [0xF3; 32], BUDI), NOON).await.unwrap();
    let id = |audience: Id, sha256: Id| (audience.to_vec(), sha256.to_vec());
    let all = vec![id(CLASS, PHOTO), id(CLASS, PLAN), id(CHANNEL, PHOTO)];
    assert_eq!(deletion::ungiven(tx, &RINI, 9).await, Ok(all.clone()));
    assert_eq!(deletion::ungiven(tx, &RINI, 1).await, Ok(all[..1].to_vec()));
    assert_eq!(deletion::ungiven(tx, &NOTHING, 9).await, Ok(vec![]));

    let lapsed = NewPost { state: "lapsed", ..announcement(&TRIP, 9) };
    posts::insert(tx, &lapsed).await.unwrap();
    letters::insert(tx, &letter(1, BUDI, None)).await.unwrap();
    assert_eq!(deletion::ungiven(tx, &RINI, 9).await, Ok(all), "a lapsed post; another's letter");
    posts::insert(tx, &announcement(&TEST, 4)).await.unwrap();
    let later = vec![id(CLASS, PLAN), id(CHANNEL, PHOTO)];
    assert_eq!(deletion::ungiven(tx, &RINI, 9).await, Ok(later), "one may be in the post");
    let after = LetterRow { received_ms: NOON + 5, ..letter(2, RINI, Some(BUDI)) };
    letters::insert(tx, &after).await.unwrap();
    assert_eq!(deletion::ungiven(tx, &RINI, 9).await, Ok(vec![id(CHANNEL, PHOTO)]));
}
