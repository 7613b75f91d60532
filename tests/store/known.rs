//! What the hub knows of an account: the same on both databases, down to the JSON.

use kentongan::execute;
use kentongan::store::attachments::{self, AttachmentRow};
use kentongan::store::email_addresses::{self, AddressRow};
use kentongan::store::events::{self, NewEvent};
use kentongan::store::known::{self, TABLES, Table};
use kentongan::store::letters::{self, LetterRow};
use kentongan::store::links::{self, RequestRow};
use kentongan::store::posts::{self, NewPost};
use kentongan::store::receipts::{self, Said};
use kentongan::store::{Db, Tx, accounts, approvals, nudges};
use serde_json::{Value, json};

use crate::school::{
    BUDI, CLASS, Id, MELATI, NOON, NOTHING, RINI, SARI, ZERO, announce, announcement, founded, ik,
    seat, some,
};
use crate::support::databases;

const TRIP: Id = [0x61; 32];
const ANSWER: Id = [0x62; 32];

conforms!(rows_are_read_page_by_page, nobody_is_known_who_was_never_there);

/// The rows of one table.
async fn rows(tx: &mut Tx, table: &Table, account: Id) -> Value {
    let rows = known::rows(tx, table, &account, 99, 0).await.expect(table.name);
    let count = known::count(tx, table, &account).await.expect(table.name);
    assert_eq!(Ok(count), i64::try_from(rows.len()), "{}", table.name);
    serde_json::to_value(rows).expect("JSON")
}

/// Leaves a row about one pupil in each table with an account in it.
async fn a_busy_pupil(tx: &mut Tx) {
    seat(tx, MELATI, SARI, NOON).await;
    announce(tx, TRIP, 1).await;
    let sari = ik(SARI);
    let reply = NewPost {
        ik: &sari,
        account: &SARI,
        kind: 3,
        publisher: false,
        writer_proof: Some(b"proof"),
        ..announcement(&ANSWER, 2)
    };
    posts::insert(tx, &reply).await.unwrap();
    let said = Said { delivered_ms: Some(NOON), read_ms: None, acknowledged_ms: Some(NOON + 1) };
    receipts::put(tx, &TRIP, &SARI, &said).await.unwrap();
    approvals::insert(tx, &TRIP, &sari, b"approval", NOON).await.unwrap();
    let link = links::LinkRow { publisher: sari.to_vec(), ..crate::links::row([0x81; 32], 1) };
    links::insert(tx, &CLASS, &link, NOON).await.unwrap();
    links::count_use(tx, &CLASS, &[0x81; 32], &SARI).await.unwrap();
    accounts::insert_session(tx, &[0x91; 32], &SARI, NOON, NOON + 9).await.unwrap();
    let vault = accounts::VaultRow { account: SARI.to_vec(), version: 1, vault: vec![7; 400] };
    accounts::insert_vault(tx, &[0x93; 16], &vault, NOON).await.unwrap();
    nudges::insert(tx, &TRIP, &[SARI.to_vec()], NOON).await.unwrap();
    post_and_files(tx).await;
    mail_address(tx).await;
    for sql in [
        "insert into staff (audience, account, ik, role) values ($2, $1, $1, 1)",
        "insert into threads (post, state, changed_by, changed_ms) values ($3, 'closed', $1, 5)",
        "insert into desk_letters (letter, state, assignee, changed_by, changed_ms)
             select letter, 'assigned', $1, $1, 6 from letters where to_account is null and audience = $2 and thread <> $3",
        "insert into uploads (audience, sha256, account, reader, size, begun_ms, updated_ms)
             values ($2, $3, $1, 'desk', 7000000000, 7, 8)",
    ] {
        let done = execute!(tx, sql, SARI.as_slice(), CLASS.as_slice(), TRIP.as_slice());
        assert_eq!(done, Ok(1), "{sql}");
    }
}

async fn post_and_files(tx: &mut Tx) {
    let letter = |letter: u8, to: Option<Id>| LetterRow {
        letter: vec![letter; 32],
        audience: CLASS.to_vec(),
        to_account: to.map(|to| to.to_vec()),
        ik: ik(SARI).to_vec(),
        account: SARI.to_vec(),
        thread: ZERO.to_vec(),
        kind: 2,
        sent_ms: NOON,
        received_ms: NOON + i64::from(letter),
        bytes: vec![letter; 300],
        writer_proof: None,
    };
    letters::insert(tx, &letter(1, None)).await.unwrap();
    let to_her = LetterRow { account: RINI.to_vec(), ..letter(2, Some(SARI)) };
    letters::insert(tx, &to_her).await.unwrap();
    let between_others = LetterRow { account: RINI.to_vec(), ..letter(3, Some(BUDI)) };
    letters::insert(tx, &between_others).await.unwrap();
    let file = AttachmentRow {
        audience: CLASS.to_vec(),
        sha256: vec![0xF1; 32],
        account: RINI.to_vec(),
        reader: "account".into(),
        to_account: some(&SARI),
        size: 5_000_000_000,
    };
    attachments::insert(tx, &file, NOON).await.unwrap();
    let event = NewEvent {
        at_ms: NOON,
        kind: "letter",
        audience: &CLASS,
        account: Some(&SARI),
        s_key: None,
        staff: false,
        subject: &[2; 32],
    };
    events::insert(tx, &event).await.unwrap();
    let request = RequestRow {
        account: SARI.to_vec(),
        ik: ik(SARI).to_vec(),
        link_pk: vec![0x81; 32],
        request: b"request".to_vec(),
        link_signature: b"link's".to_vec(),
        signature: b"own".to_vec(),
        received_ms: NOON,
    };
    links::put_request(tx, &CLASS, &request).await.unwrap();
}

async fn mail_address(tx: &mut Tx) {
    let row = AddressRow {
        account: SARI.to_vec(),
        sealed_address: vec![3; 90],
        language: "id".into(),
        state: "failed".into(),
        reason: Some("penuh".into()),
        confirm_hash: vec![1; 32],
        confirm_until_ms: NOON,
        unsubscribe_hash: vec![2; 32],
    };
    email_addresses::put(tx, &row, NOON).await.unwrap();
    let asked = email_addresses::insert_confirmation(tx, &[1; 32], &SARI, &[4; 32], NOON).await;
    asked.unwrap();
}

#[tokio::test]
async fn every_table_tells_the_same_on_both_databases() {
    let mut told = Vec::new();
    for test in databases().await {
        let tx = &mut founded(&test.db).await;
        a_busy_pupil(tx).await;
        let mut tables = serde_json::Map::new();
        for table in TABLES {
            let rows = rows(tx, table, SARI).await;
            assert_ne!(rows, json!([]), "{} has a row of hers", table.name);
            tables.insert(table.name.to_owned(), rows);
        }
        told.push(tables);
    }
    let [sqlite, postgres] = &told[..] else { unreachable!("two databases") };
    assert_eq!(sqlite, postgres);
    assert_eq!(sqlite["letters"].as_array().map(Vec::len), Some(2), "sent and received");
    assert_eq!(sqlite["attachments"][0]["size"], 5_000_000_000_i64);
    assert_eq!(sqlite["posts"][0]["publisher"], 0);
    assert_eq!(sqlite["receipts"][0]["read_ms"], Value::Null);
    assert_eq!(sqlite["email_addresses"][0]["reason"], "penuh");
    assert_eq!(
        sqlite["vaults"][0],
        json!({ "version": 1, "vault_bytes": 400, "updated_ms": NOON })
    );
}

async fn rows_are_read_page_by_page(db: &Db) {
    let tx = &mut founded(db).await;
    for (hash, created_ms) in [(1, NOON), (2, NOON + 1), (3, NOON + 2)] {
        accounts::insert_session(tx, &[hash; 32], &SARI, created_ms, NOON + 9).await.unwrap();
    }
    accounts::insert_session(tx, &[4; 32], &BUDI, NOON, NOON + 9).await.unwrap();
    let sessions = Table::named("sessions").unwrap();
    assert!(Table::named("posts where true").is_none());
    let page = known::rows(tx, sessions, &SARI, 1, 1).await.unwrap();
    let page = serde_json::to_value(page).unwrap();
    assert_eq!(
        (page.as_array().map(Vec::len), &page[0]["created_ms"]),
        (Some(1), &json!(NOON + 1))
    );
    assert!(known::rows(tx, sessions, &SARI, 9, 3).await.unwrap().is_empty());
    assert_eq!(known::count(tx, sessions, &SARI).await, Ok(3));
}

async fn nobody_is_known_who_was_never_there(db: &Db) {
    let tx = &mut founded(db).await;
    a_busy_pupil(tx).await;
    for table in TABLES {
        assert_eq!(rows(tx, table, NOTHING).await, json!([]), "{}", table.name);
    }
}
