//! Mail addresses and the confirmations asked for.

use kentongan::store::email_addresses::{self, AddressRow};
use kentongan::store::{Db, Tx};

use crate::school::{BUDI, Id, NOON, NOTHING, SARI, founded};

const CONFIRM: Id = [0xA1; 32];
const STOP: Id = [0xA2; 32];
const HOME: Id = [0xA3; 32];
const OFFICE: Id = [0xA4; 32];

conforms!(
    an_address_is_found_by_its_owner_and_by_both_tokens,
    no_two_addresses_share_a_token_and_none_is_nobodys,
    a_state_changes_only_from_the_one_expected,
    confirmations_are_counted_by_account_and_by_address,
);

fn row(account: Id) -> AddressRow {
    AddressRow {
        account: account.to_vec(),
        sealed_address: b"sealed".to_vec(),
        language: "id".into(),
        state: "unconfirmed".into(),
        reason: None,
        confirm_hash: CONFIRM.to_vec(),
        confirm_until_ms: NOON + 1_000,
        unsubscribe_hash: STOP.to_vec(),
    }
}

async fn state(tx: &mut Tx, account: Id) -> Option<(String, Option<String>)> {
    let row = email_addresses::of_account(tx, &account).await.expect("a look-up");
    row.map(|row| (row.state, row.reason))
}

async fn an_address_is_found_by_its_owner_and_by_both_tokens(db: &Db) {
    let tx = &mut founded(db).await;
    assert!(email_addresses::of_account(tx, &SARI).await.unwrap().is_none());
    assert!(email_addresses::by_confirm(tx, &CONFIRM).await.unwrap().is_none());
    assert!(email_addresses::by_unsubscribe(tx, &STOP).await.unwrap().is_none());
    email_addresses::put(tx, &row(SARI), NOON).await.unwrap();
    for found in [
        email_addresses::of_account(tx, &SARI).await.unwrap().unwrap(),
        email_addresses::by_confirm(tx, &CONFIRM).await.unwrap().unwrap(),
        email_addresses::by_unsubscribe(tx, &STOP).await.unwrap().unwrap(),
    ] {
        assert_eq!((&found.account[..], &found.sealed_address[..]), (&SARI[..], &b"sealed"[..]));
        assert_eq!((&found.language[..], &found.state[..]), ("id", "unconfirmed"));
        assert_eq!((found.reason, found.confirm_until_ms), (None, NOON + 1_000));
        assert_eq!(
            (&found.confirm_hash[..], &found.unsubscribe_hash[..]),
            (&CONFIRM[..], &STOP[..])
        );
    }
    assert!(email_addresses::by_confirm(tx, &STOP).await.unwrap().is_none());
    assert!(email_addresses::by_unsubscribe(tx, &CONFIRM).await.unwrap().is_none());

    let next = AddressRow {
        sealed_address: b"newer".to_vec(),
        language: "en".into(),
        state: "failed".into(),
        reason: Some("full".into()),
        confirm_hash: vec![1; 32],
        confirm_until_ms: NOON + 2_000,
        unsubscribe_hash: vec![2; 32],
        ..row(SARI)
    };
    email_addresses::put(tx, &next, NOON + 1).await.unwrap();
    assert!(email_addresses::by_confirm(tx, &CONFIRM).await.unwrap().is_none());
    assert!(email_addresses::by_unsubscribe(tx, &STOP).await.unwrap().is_none());
    let found = email_addresses::by_confirm(tx, &[1; 32]).await.unwrap().unwrap();
    assert_eq!((found.sealed_address, found.language), (next.sealed_address, next.language));
    assert_eq!((found.state, found.reason), (next.state, next.reason));
    assert_eq!(found.confirm_until_ms, NOON + 2_000);
    assert!(email_addresses::by_unsubscribe(tx, &[2; 32]).await.unwrap().is_some());
}

async fn no_two_addresses_share_a_token_and_none_is_nobodys(db: &Db) {
    for (other, constraint) in [
        (AddressRow { unsubscribe_hash: vec![9; 32], ..row(BUDI) }, "confirm_hash"),
        (AddressRow { confirm_hash: vec![9; 32], ..row(BUDI) }, "unsubscribe_hash"),
    ] {
        let tx = &mut founded(db).await;
        email_addresses::put(tx, &row(SARI), NOON).await.unwrap();
        let error = email_addresses::put(tx, &other, NOON).await.unwrap_err();
        assert!(error.is_conflict(&format!("email_addresses({constraint})")), "{error:?}");
    }
    let tx = &mut founded(db).await;
    assert!(email_addresses::put(tx, &row(NOTHING), NOON).await.is_err(), "no such account");
}

async fn a_state_changes_only_from_the_one_expected(db: &Db) {
    let tx = &mut founded(db).await;
    email_addresses::put(tx, &row(SARI), NOON).await.unwrap();
    let other =
        AddressRow { confirm_hash: vec![1; 32], unsubscribe_hash: vec![2; 32], ..row(BUDI) };
    email_addresses::put(tx, &other, NOON).await.unwrap();
    for (hash, from, to, reason, changes) in [
        (NOTHING, "unconfirmed", "confirmed", None, false),
        (CONFIRM, "failed", "confirmed", None, false),
        (CONFIRM, "unconfirmed", "confirmed", None, true),
        (CONFIRM, "unconfirmed", "confirmed", None, false),
        (CONFIRM, "confirmed", "failed", Some("mailbox full"), true),
    ] {
        let changed = email_addresses::change_state(tx, &hash, from, to, reason, NOON + 1).await;
        assert_eq!(changed, Ok(changes), "{from} to {to}");
    }
    let full = Some("mailbox full".to_owned());
    assert_eq!(state(tx, SARI).await, Some(("failed".into(), full)));
    assert_eq!(state(tx, BUDI).await, Some(("unconfirmed".into(), None)));
    email_addresses::delete(tx, &SARI).await.unwrap();
    email_addresses::delete(tx, &SARI).await.unwrap();
    assert_eq!(state(tx, SARI).await, None);
    assert!(state(tx, BUDI).await.is_some());
}

async fn confirmations_are_counted_by_account_and_by_address(db: &Db) {
    let tx = &mut founded(db).await;
    let asked = [(1, SARI, HOME, 1), (2, SARI, OFFICE, 2), (3, BUDI, HOME, 3), (4, BUDI, HOME, 4)];
    for (hash, account, address, ms) in asked {
        let hash = [hash; 32];
        email_addresses::insert_confirmation(tx, &hash, &account, &address, NOON + ms)
            .await
            .unwrap();
    }
    for (account, address, since_ms, counted) in [
        (SARI, OFFICE, NOON, 2),
        (SARI, HOME, NOON, 3),
        (SARI, HOME, NOON + 1, 2),
        (SARI, NOTHING, NOON, 2),
        (NOTHING, HOME, NOON, 3),
        (NOTHING, NOTHING, NOON, 0),
        (BUDI, HOME, NOON + 4, 0),
    ] {
        let count = email_addresses::confirmations_since(tx, &account, &address, since_ms);
        assert_eq!(count.await, Ok(counted));
    }
    assert_eq!(email_addresses::prune_confirmations(tx, NOON + 1, 9).await, Ok(0));
    assert_eq!(email_addresses::prune_confirmations(tx, NOON + 4, 2).await, Ok(2));
    assert_eq!(email_addresses::prune_confirmations(tx, NOON + 4, 9).await, Ok(1));
    let left = email_addresses::confirmations_since(tx, &BUDI, &HOME, 0).await;
    assert_eq!(left, Ok(1));
    let again = email_addresses::insert_confirmation(tx, &[4; 32], &SARI, &HOME, NOON).await;
    let again = again.unwrap_err();
    assert!(again.is_conflict("email_confirmations(confirm_hash)"), "{again:?}");
}
