//! Accounts, their sessions, challenges and vaults.

use kentongan::hub::Clock;
use kentongan::problem::Problem;
use kentongan::store::accounts::{self, VaultRow};
use kentongan::store::{Db, StoreError, Tx};
use kentongan_protocol::account::{AccountSecrets, SignedBundle};
use rand_chacha::ChaCha20Rng;
use rand_core::SeedableRng as _;

use crate::school::{
    BUDI, Id, NOON, NOTHING, RINI, SARI, bundle, empty, founded, ik, second_writer, some, xk,
};
use crate::support::databases;

const DAY: u64 = 86_400_000;
const CHALLENGE: Id = [0x91; 32];
const TOKEN_HASH: Id = [0x92; 32];
const VAULT_ID: [u8; 16] = [0x93; 16];

conforms!(
    an_account_is_made_once_by_its_first_bundle,
    only_the_next_bundle_takes_the_place_of_the_one_before,
    a_register_of_more_than_one_statement_becomes_accounts,
    a_challenge_is_good_once_and_not_late,
    a_session_ends_by_its_time_or_its_owner,
    an_account_sees_its_sessions_and_ends_the_others,
    what_has_expired_is_deleted,
    a_vault_takes_exactly_its_next_version_from_its_owner,
    a_vault_goes_only_where_its_owner_has_another,
);

async fn held(tx: &mut Tx, account: Id) -> Option<(i64, Vec<u8>)> {
    let row = accounts::bundle(tx, &account).await.expect("a look-up");
    row.map(|row| (row.seq, row.bundle))
}

async fn an_account_is_made_once_by_its_first_bundle(db: &Db) {
    let tx = &mut empty(db).await;
    assert!(accounts::bundle(tx, &RINI).await.unwrap().is_none());
    let first = bundle(RINI, 1);
    assert_eq!(accounts::insert(tx, &RINI, &first, &xk(RINI), NOON).await, Ok(true));
    let row = accounts::bundle(tx, &RINI).await.unwrap().unwrap();
    assert_eq!((row.ik, row.seq), (ik(RINI).to_vec(), 1));
    assert_eq!((row.bundle, row.bundle_signature), (first.bundle, first.bundle_signature));
    let another = bundle(RINI, 9);
    assert_eq!(accounts::insert(tx, &RINI, &another, &xk(SARI), NOON).await, Ok(false));
    let copier = bundle(SARI, 1);
    assert_eq!(accounts::insert(tx, &SARI, &copier, &xk(RINI), NOON).await, Ok(false));
    assert_eq!(held(tx, RINI).await, Some((1, bundle(RINI, 1).bundle)));
    assert_eq!(held(tx, SARI).await, None, "whoever copies a letter key gets no account");
    assert_eq!(accounts::by_xk(tx, &xk(RINI)).await, Ok(some(&RINI)));
    assert_eq!(accounts::by_xk(tx, &xk(SARI)).await, Ok(None));
}

async fn only_the_next_bundle_takes_the_place_of_the_one_before(db: &Db) {
    let tx = &mut founded(db).await;
    let new_xk = [0x44; 32];
    let third = accounts::replace_bundle(tx, &RINI, &bundle(RINI, 3), &new_xk).await;
    assert_eq!(third, Ok(false), "the second is missing");
    let stolen = accounts::replace_bundle(tx, &RINI, &bundle(RINI, 2), &xk(SARI)).await;
    assert_eq!(stolen, Ok(false), "this letter key is another's");
    let unknown = accounts::replace_bundle(tx, &NOTHING, &bundle(RINI, 2), &new_xk).await;
    assert_eq!(unknown, Ok(false));
    assert_eq!(held(tx, RINI).await, Some((1, bundle(RINI, 1).bundle)));

    let second = accounts::replace_bundle(tx, &RINI, &bundle(RINI, 2), &new_xk).await;
    assert_eq!(second, Ok(true));
    assert_eq!(held(tx, RINI).await, Some((2, bundle(RINI, 2).bundle)));
    assert_eq!(accounts::by_xk(tx, &new_xk).await, Ok(some(&RINI)));
    assert_eq!(accounts::by_xk(tx, &xk(RINI)).await, Ok(None), "letters go to the newest key");
    let again = accounts::replace_bundle(tx, &RINI, &bundle(RINI, 2), &new_xk).await;
    assert_eq!(again, Ok(false));
    let same_key = accounts::replace_bundle(tx, &RINI, &bundle(RINI, 3), &new_xk).await;
    assert_eq!(same_key, Ok(true), "a bundle may keep the letter key");
    assert_eq!(held(tx, SARI).await, Some((1, bundle(SARI, 1).bundle)));
}

fn register(pupils: usize) -> (Vec<AccountSecrets>, Vec<SignedBundle>) {
    let mut rng = ChaCha20Rng::seed_from_u64(1);
    let pupils: Vec<_> = (0..pupils).map(|_| AccountSecrets::random(&mut rng)).collect();
    let bundles = pupils.iter().map(|keys| first_bundle(keys, 1)).collect();
    (pupils, bundles)
}

fn first_bundle(keys: &AccountSecrets, seq: u64) -> SignedBundle {
    let from = NOON.unsigned_abs() - 1_000;
    keys.bundle(seq, from, from + 60 * DAY).expect("a bundle")
}

async fn a_register_of_more_than_one_statement_becomes_accounts(db: &Db) {
    let (pupils, bundles) = register(4_600);
    let tx = &mut empty(db).await;
    assert_eq!(accounts::insert_many(tx, &[], NOON).await, Ok(0));
    assert_eq!(accounts::insert_many(tx, &bundles[..10], NOON).await, Ok(10));
    assert_eq!(accounts::insert_many(tx, &bundles, NOON).await, Ok(4_590), "ten were there");
    assert_eq!(accounts::insert_many(tx, &bundles[..20], NOON).await, Ok(0));
    for place in [0, 9, 10, 4_570, 4_571, 4_599] {
        let (keys, signed) = (&pupils[place], &bundles[place]);
        let row = accounts::bundle(tx, &keys.account().0).await.unwrap().unwrap();
        assert_eq!((row.ik, row.seq), (keys.ik.public().0.to_vec(), 1));
        assert_eq!(row.bundle, signed.bundle.encode());
        assert_eq!(row.bundle_signature, signed.signature);
        let found = accounts::by_xk(tx, &keys.xk.public().0).await;
        assert_eq!(found, Ok(some(&keys.account().0)));
    }
    let twice = [bundles[0], bundles[0]];
    assert_eq!(accounts::insert_many(tx, &twice, NOON).await, Ok(0));
}

#[tokio::test]
async fn a_register_is_imported_whole_or_not_at_all() {
    let (pupils, bundles) = register(20);
    for test in databases().await {
        let hub = test.hub(Clock::fixed(NOON)).await;
        let import = async |bundles: &[SignedBundle]| {
            kentongan::accounts::import(&hub, bundles).await.map_err(|problem| match problem {
                Problem::Refused(_) => "refused",
                Problem::Conflict(_) => "conflict",
                other => panic!("{other}"),
            })
        };
        let made = async || {
            let mut tx = test.db.read().await.expect("a transaction");
            let mut made = 0;
            for keys in &pupils {
                made += usize::from(held(&mut tx, keys.account().0).await.is_some());
            }
            made
        };
        let mut forged = bundles.clone();
        forged[7].signature = bundles[8].signature;
        assert_eq!(import(&forged).await, Err("refused"));
        let mut second = bundles.clone();
        second[7] = first_bundle(&pupils[7], 2);
        assert_eq!(import(&second).await, Err("refused"), "not a first bundle");
        assert_eq!(made().await, 0);

        assert_eq!(import(&bundles[..5]).await, Ok(()));
        assert_eq!(import(&bundles[4..]).await, Err("conflict"), "one is there already");
        assert_eq!(made().await, 5);
        assert_eq!(import(&bundles[5..]).await, Ok(()));
        assert_eq!(made().await, 20);
        let twice = [bundles[19], bundles[19]];
        assert_eq!(import(&twice).await, Err("conflict"));
        hub.clock.advance((61 * DAY).try_into().unwrap());
        assert_eq!(import(&bundles[..1]).await, Err("refused"), "expired");
        hub.db.close().await;
    }
}

async fn a_challenge_is_good_once_and_not_late(db: &Db) {
    let tx = &mut empty(db).await;
    accounts::insert_challenge(tx, &CHALLENGE, NOON + 10).await.unwrap();
    assert_eq!(accounts::use_challenge(tx, &NOTHING, NOON).await, Ok(false));
    assert_eq!(accounts::use_challenge(tx, &CHALLENGE, NOON + 10).await, Ok(false));
    assert_eq!(accounts::use_challenge(tx, &CHALLENGE, NOON + 9).await, Ok(true));
    assert_eq!(accounts::use_challenge(tx, &CHALLENGE, NOON + 9).await, Ok(false));
    accounts::insert_challenge(tx, &CHALLENGE, NOON).await.unwrap();
    let again = accounts::insert_challenge(tx, &CHALLENGE, NOON).await.unwrap_err();
    assert!(again.is_conflict("challenges(challenge)"), "{again:?}");
}

async fn a_session_ends_by_its_time_or_its_owner(db: &Db) {
    let tx = &mut founded(db).await;
    let whose = Some((RINI.to_vec(), ik(RINI).to_vec()));
    assert_eq!(accounts::session(tx, &TOKEN_HASH, NOON).await, Ok(None));
    accounts::insert_session(tx, &TOKEN_HASH, &RINI, NOON, NOON + 10).await.unwrap();
    accounts::insert_session(tx, &NOTHING, &RINI, NOON, NOON + 10).await.unwrap();
    assert_eq!(accounts::session(tx, &TOKEN_HASH, NOON + 9).await, Ok(whose.clone()));
    assert_eq!(accounts::session(tx, &TOKEN_HASH, NOON + 10).await, Ok(None));
    accounts::delete_session(tx, &TOKEN_HASH).await.unwrap();
    assert_eq!(accounts::session(tx, &TOKEN_HASH, NOON).await, Ok(None));
    assert_eq!(accounts::session(tx, &NOTHING, NOON).await, Ok(whose));
    accounts::delete_session(tx, &TOKEN_HASH).await.unwrap();
    let nobodys = accounts::insert_session(tx, &TOKEN_HASH, &NOTHING, NOON, NOON + 10).await;
    assert!(matches!(nobodys, Err(StoreError::Broken(_))), "{nobodys:?}");
}

async fn an_account_sees_its_sessions_and_ends_the_others(db: &Db) {
    let tx = &mut founded(db).await;
    for (hash, account, created_ms, expires_ms) in [
        (1, SARI, NOON, NOON + 10),
        (3, SARI, NOON + 1, NOON + 10),
        (2, SARI, NOON + 1, NOON + 10),
        (4, SARI, NOON - 9, NOON + 5),
        (5, BUDI, NOON, NOON + 10),
    ] {
        let hash = [hash; 32];
        accounts::insert_session(tx, &hash, &account, created_ms, expires_ms).await.unwrap();
    }
    let rows = accounts::sessions(tx, &SARI, NOON + 5).await.unwrap();
    let hashes: Vec<_> = rows.iter().map(|row| row.token_hash[0]).collect();
    assert_eq!(hashes, [2, 3, 1], "newest first, without the expired one");
    assert_eq!((rows[2].created_ms, rows[2].expires_ms), (NOON, NOON + 10));
    assert!(accounts::sessions(tx, &NOTHING, NOON).await.unwrap().is_empty());
    assert_eq!(accounts::delete_other_sessions(tx, &SARI, &[3; 32]).await, Ok(3));
    assert_eq!(accounts::delete_other_sessions(tx, &SARI, &[3; 32]).await, Ok(0));
    let rows = accounts::sessions(tx, &SARI, NOON).await.unwrap();
    assert_eq!((rows.len(), rows[0].token_hash[0]), (1, 3));
    assert_eq!(accounts::sessions(tx, &BUDI, NOON).await.unwrap().len(), 1);
}

async fn what_has_expired_is_deleted(db: &Db) {
    let tx = &mut founded(db).await;
    for (id, expires_ms) in [([1; 32], NOON - 1), ([2; 32], NOON), ([3; 32], NOON + 1)] {
        accounts::insert_challenge(tx, &id, expires_ms).await.unwrap();
        accounts::insert_session(tx, &id, &SARI, NOON - 10, expires_ms).await.unwrap();
    }
    assert_eq!(accounts::delete_expired(tx, NOON).await, Ok(4));
    assert_eq!(accounts::delete_expired(tx, NOON).await, Ok(0));
    assert_eq!(accounts::use_challenge(tx, &[2; 32], NOON - 10).await, Ok(false));
    assert_eq!(accounts::use_challenge(tx, &[3; 32], NOON - 10).await, Ok(true));
    assert!(accounts::session(tx, &[2; 32], NOON - 10).await.unwrap().is_none());
    assert!(accounts::session(tx, &[3; 32], NOON - 10).await.unwrap().is_some());
}

async fn a_vault_takes_exactly_its_next_version_from_its_owner(db: &Db) {
    let vault = |account: Id, version: i64| VaultRow {
        account: account.to_vec(),
        version,
        vault: format!("age {version}").into_bytes(),
    };
    let tx = &mut founded(db).await;
    assert!(accounts::vault(tx, &VAULT_ID).await.unwrap().is_none());
    let none = accounts::replace_vault(tx, &VAULT_ID, &vault(SARI, 2), NOON).await;
    assert_eq!(none, Ok(false), "there is no first version");
    let first = accounts::insert_vault(tx, &VAULT_ID, &vault(SARI, 1), NOON).await;
    assert_eq!(first, Ok(true));
    for (row, written) in [
        (vault(BUDI, 2), false),
        (vault(SARI, 3), false),
        (vault(SARI, 2), true),
        (vault(SARI, 2), false),
        (vault(SARI, 3), true),
    ] {
        assert_eq!(accounts::replace_vault(tx, &VAULT_ID, &row, NOON).await, Ok(written));
    }
    let over = accounts::insert_vault(tx, &VAULT_ID, &vault(BUDI, 1), NOON).await;
    assert_eq!(over, Ok(false), "one stands");
    let row = accounts::vault(tx, &VAULT_ID).await.unwrap().unwrap();
    assert_eq!((row.account, row.version), (SARI.to_vec(), 3));
    assert_eq!(row.vault, b"age 3");
    let nobodys = accounts::insert_vault(tx, &[0; 16], &vault(NOTHING, 1), NOON).await;
    assert!(matches!(nobodys, Err(StoreError::Broken(_))), "{nobodys:?}");
}

async fn a_vault_goes_only_where_its_owner_has_another(db: &Db) {
    let tx = &mut founded(db).await;
    let vault =
        |account: Id, version| VaultRow { account: account.to_vec(), version, vault: vec![1] };
    accounts::insert_vault(tx, &VAULT_ID, &vault(SARI, 4), NOON).await.unwrap();
    accounts::insert_vault(tx, &[1; 16], &vault(BUDI, 1), NOON).await.unwrap();
    let last = accounts::delete_vault(tx, &VAULT_ID, &SARI, 4).await;
    assert_eq!(last, Ok(false), "her only one; another's is not hers");
    accounts::insert_vault(tx, &[2; 16], &vault(SARI, 1), NOON).await.unwrap();
    for (but, bytes) in [([9; 16], 2), (VAULT_ID, 1)] {
        assert_eq!(accounts::other_vault_bytes(tx, &SARI, &but).await, Ok(bytes));
    }
    assert_eq!(accounts::other_vault_bytes(tx, &NOTHING, &VAULT_ID).await, Ok(0));
    for (id, account, version, deleted) in [
        (VAULT_ID, BUDI, 4, false),
        (VAULT_ID, SARI, 3, false),
        ([9; 16], SARI, 4, false),
        (VAULT_ID, SARI, 4, true),
        (VAULT_ID, SARI, 4, false),
        ([2; 16], SARI, 1, false),
    ] {
        assert_eq!(accounts::delete_vault(tx, &id, &account, version).await, Ok(deleted));
    }
    assert!(accounts::vault(tx, &VAULT_ID).await.unwrap().is_none());
    assert!(accounts::vault(tx, &[2; 16]).await.unwrap().is_some());
    assert!(accounts::vault(tx, &[1; 16]).await.unwrap().is_some());
}

#[tokio::test]
async fn a_locked_account_keeps_other_lockers_waiting() {
    for test in databases().await {
        founded(&test.db).await.commit().await.unwrap();
        let mut tx = test.db.write().await.unwrap();
        accounts::lock(&mut tx, &SARI).await.unwrap();
        accounts::lock(&mut tx, &NOTHING).await.unwrap();
        if let Some(mut second) = second_writer(&test.db).await {
            accounts::lock(&mut second, &BUDI).await.unwrap();
            let shut = accounts::lock(&mut second, &SARI).await.unwrap_err();
            assert!(shut.is_transient(), "{shut:?}");
        }
        tx.commit().await.unwrap();
        let mut next = test.db.write().await.unwrap();
        accounts::lock(&mut next, &SARI).await.unwrap();
        assert_eq!(held(&mut next, SARI).await, Some((1, bundle(SARI, 1).bundle)));
    }
}
