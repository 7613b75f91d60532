//! Audiences, their charters, staff and cohorts.

use kentongan::store::audiences::{self, CharterKeys, CharterRow, StaffRow};
use kentongan::store::{Db, Tx, tokens};

use crate::school::{
    BUDI, CHANNEL, CLASS, Id, MAWAR, MELATI, NOON, NOTHING, RINI, SARI, charter, empty, founded,
    hash, ik, rotate, seat, second_writer, some, unseat,
};
use crate::support::databases;

conforms!(
    an_audience_is_made_once_and_goes_on_by_revisions,
    charters_are_kept_in_their_order_and_found_by_hash,
    no_two_charters_share_a_revision_or_a_hash,
    a_new_staff_takes_the_place_of_the_one_before,
    an_account_finds_the_audiences_it_works_for_and_belongs_to,
    cohorts_are_listed_by_their_place_also_retired_ones,
);

fn staff(account: Id, role: i64) -> StaffRow {
    StaffRow { account, ik: ik(account), role }
}

async fn an_audience_is_made_once_and_goes_on_by_revisions(db: &Db) {
    let tx = &mut empty(db).await;
    assert!(audiences::audience(tx, &CLASS).await.unwrap().is_none());
    assert!(audiences::lock(tx, &CLASS).await.unwrap().is_none());
    assert_eq!(audiences::insert(tx, &CLASS, b"genesis", &hash(0), NOON).await, Ok(true));
    assert_eq!(audiences::insert(tx, &CLASS, b"another", &hash(1), NOON).await, Ok(false));
    assert_eq!(audiences::insert(tx, &CHANNEL, b"other", &hash(0), NOON).await, Ok(true));
    audiences::advance(tx, &CLASS, 1, &hash(1)).await.unwrap();
    for row in [
        audiences::audience(tx, &CLASS).await.unwrap().unwrap(),
        audiences::lock(tx, &CLASS).await.unwrap().unwrap(),
    ] {
        assert_eq!((row.revision, row.charter_hash), (1, hash(1).to_vec()));
        assert_eq!(row.genesis, b"genesis");
    }
    assert_eq!(audiences::audience(tx, &CHANNEL).await.unwrap().unwrap().revision, 0);
}

#[tokio::test]
async fn a_locked_audience_keeps_other_writers_out_until_the_end() {
    for test in databases().await {
        founded(&test.db).await.commit().await.unwrap();
        let mut tx = test.db.write().await.unwrap();
        audiences::lock(&mut tx, &CLASS).await.unwrap().unwrap();
        if let Some(mut second) = second_writer(&test.db).await {
            assert!(audiences::lock(&mut second, &CHANNEL).await.unwrap().is_some());
            let shut = audiences::lock(&mut second, &CLASS).await.unwrap_err();
            assert!(shut.is_transient(), "{shut:?}");
        }
        audiences::advance(&mut tx, &CLASS, 1, &hash(1)).await.unwrap();
        tx.commit().await.unwrap();
        let mut next = test.db.write().await.unwrap();
        assert_eq!(audiences::lock(&mut next, &CLASS).await.unwrap().unwrap().revision, 1);
    }
}

async fn charters_are_kept_in_their_order_and_found_by_hash(db: &Db) {
    let tx = &mut founded(db).await;
    for revision in 1..4 {
        charter(tx, CLASS, revision, NOON + i64::from(revision)).await;
    }
    assert_eq!(audiences::current_charter(tx, &CLASS).await, Ok(some(b"charter ")));
    audiences::advance(tx, &CLASS, 2, &hash(2)).await.unwrap();
    assert_eq!(audiences::current_charter(tx, &CLASS).await, Ok(some(b"charter ..")));
    assert_eq!(audiences::current_charter(tx, &NOTHING).await, Ok(None));

    let third = audiences::charter_by_hash(tx, &CLASS, &hash(3)).await;
    assert_eq!(third, Ok(some(b"charter ...")));
    assert_eq!(audiences::charter_by_hash(tx, &CHANNEL, &hash(3)).await, Ok(None));
    assert_eq!(audiences::charter_hash(tx, &CLASS, 3).await, Ok(some(&hash(3))));
    assert_eq!(audiences::charter_hash(tx, &CLASS, 4).await, Ok(None));
    assert_eq!(audiences::charter_hash(tx, &CHANNEL, 3).await, Ok(None));

    let page = audiences::charters(tx, &CLASS, 1, 2).await.unwrap();
    assert_eq!(page.iter().map(|row| row.revision).collect::<Vec<_>>(), [1, 2]);
    assert_eq!((&page[0].charter[..], page[0].accepted_ms), (&b"charter ."[..], NOON + 1));
    assert_eq!(page[0].signatures, b"signatures");
    assert_eq!(audiences::charters(tx, &CLASS, 3, 9).await.unwrap().len(), 1);
    assert!(audiences::charters(tx, &CLASS, 4, 9).await.unwrap().is_empty());
    assert_eq!(audiences::charter_sizes(tx, &CLASS, 1, 2).await, Ok(vec![9, 10]));
    assert_eq!(audiences::charter_sizes(tx, &CLASS, 0, 9).await, Ok(vec![8, 9, 10, 11]));
    assert_eq!(audiences::charter_sizes(tx, &CLASS, 4, 9).await, Ok(vec![]));
}

async fn keep(tx: &mut Tx, revision: i64, hash: &Id) -> kentongan::store::StoreError {
    let bytes = b"fork".to_vec();
    let (charter, signatures) = (bytes.clone(), bytes);
    let row = CharterRow { revision, charter, signatures, accepted_ms: NOON };
    let keys = CharterKeys { hash, not_before_ms: NOON, not_after_ms: NOON + 1 };
    audiences::insert_charter(tx, &CLASS, &row, &keys).await.expect_err("a conflict")
}

async fn no_two_charters_share_a_revision_or_a_hash(db: &Db) {
    let forked = keep(&mut founded(db).await, 0, &hash(9)).await;
    assert!(forked.is_conflict("charters(audience, revision)"), "{forked:?}");
    let repeated = keep(&mut founded(db).await, 1, &hash(0)).await;
    assert!(repeated.is_conflict("charters(audience, charter_hash)"), "{repeated:?}");
}

async fn a_new_staff_takes_the_place_of_the_one_before(db: &Db) {
    let tx = &mut founded(db).await;
    assert_eq!(audiences::staff_role(tx, &CLASS, &RINI).await, Ok(Some(2)));
    assert_eq!(audiences::staff_role(tx, &CLASS, &SARI).await, Ok(None));
    let two = [staff(SARI, 2), staff(BUDI, 1)];
    audiences::replace_staff(tx, &CLASS, &two).await.unwrap();
    assert_eq!(audiences::staff_role(tx, &CLASS, &RINI).await, Ok(None));
    assert_eq!(audiences::staff_role(tx, &CLASS, &SARI).await, Ok(Some(2)));
    assert_eq!(audiences::staff_role(tx, &CLASS, &BUDI).await, Ok(Some(1)));
    assert_eq!(audiences::staff_role(tx, &CHANNEL, &RINI).await, Ok(Some(2)));
    audiences::replace_staff(tx, &CLASS, &[staff(SARI, 1)]).await.unwrap();
    assert_eq!(audiences::staff_role(tx, &CLASS, &SARI).await, Ok(Some(1)));
    let twice = [staff(BUDI, 1), staff(BUDI, 2)];
    let twice = audiences::replace_staff(tx, &CLASS, &twice).await.unwrap_err();
    assert!(twice.is_conflict("staff(audience, account)"), "{twice:?}");
}

async fn an_account_finds_the_audiences_it_works_for_and_belongs_to(db: &Db) {
    let tx = &mut founded(db).await;
    seat(tx, MELATI, SARI, NOON).await;
    seat(tx, MAWAR, BUDI, NOON).await;
    let own = audiences::of_account(tx, &RINI, &[], 9).await.unwrap();
    let own: Vec<_> = own.iter().map(|row| (&row.audience[..], row.staff_role)).collect();
    assert_eq!(own, [(&CLASS[..], Some(2)), (&CHANNEL[..], Some(2))]);
    let first = audiences::of_account(tx, &RINI, &[], 1).await.unwrap();
    assert_eq!(first[0].audience, CLASS);
    assert_eq!((first[0].revision, &first[0].charter_hash[..]), (0, &hash(0)[..]));
    assert_eq!(first[0].member_role, None);
    let next = audiences::of_account(tx, &RINI, &CLASS, 1).await.unwrap();
    assert_eq!(next[0].audience, CHANNEL);
    assert!(audiences::of_account(tx, &RINI, &CHANNEL, 1).await.unwrap().is_empty());
    assert!(audiences::of_account(tx, &NOTHING, &[], 9).await.unwrap().is_empty());

    unseat(tx, MELATI, SARI, NOON + 1).await;
    rotate(tx, MAWAR, NOON + 2).await;
    let promoted = [staff(RINI, 2), staff(BUDI, 1)];
    audiences::replace_staff(tx, &CLASS, &promoted).await.unwrap();
    let sari = audiences::of_account(tx, &SARI, &[], 9).await.unwrap();
    let row = &sari[0];
    assert_eq!((sari.len(), row.staff_role, row.member_role), (1, None, Some(1)));
    assert_eq!((row.removed_ms, row.retired_ms), (Some(NOON + 1), None));
    let budi = audiences::of_account(tx, &BUDI, &[], 9).await.unwrap();
    let row = &budi[0];
    assert_eq!((budi.len(), row.staff_role, row.member_role), (1, Some(1), Some(1)));
    assert_eq!((row.removed_ms, row.retired_ms), (None, Some(NOON + 2)));
}

async fn cohorts_are_listed_by_their_place_also_retired_ones(db: &Db) {
    let new = [0x50; 32];
    let tx = &mut founded(db).await;
    for account in [SARI, BUDI] {
        seat(tx, MELATI, account, NOON).await;
    }
    unseat(tx, MELATI, SARI, NOON).await;
    let all = audiences::cohorts(tx, &CLASS, -1, &[], 9).await.unwrap();
    let counts: Vec<_> = all.iter().map(|row| (row.live, row.next_slot)).collect();
    assert_eq!(counts, [(1, 2), (0, 0)]);

    rotate(tx, MELATI, NOON + 1).await;
    tokens::insert_cohort(tx, &CLASS, &new, 0, b"key").await.unwrap();
    let all = audiences::cohorts(tx, &CLASS, -1, &[], 9).await.unwrap();
    let places: Vec<_> =
        all.iter().map(|row| (row.position, &row.s_key[..], row.retired_ms)).collect();
    let expected = [(0, &new[..], None), (0, &MELATI[..], Some(NOON + 1)), (1, &MAWAR[..], None)];
    assert_eq!(places, expected);
    let after = audiences::cohorts(tx, &CLASS, 0, &new, 1).await.unwrap();
    assert_eq!(after[0].s_key, MELATI, "the page goes on inside one place");
    let after = audiences::cohorts(tx, &CLASS, 0, &MELATI, 9).await.unwrap();
    assert_eq!((after.len(), &after[0].s_key[..]), (1, &MAWAR[..]));
    assert!(audiences::cohorts(tx, &CLASS, 1, &MAWAR, 9).await.unwrap().is_empty());
    assert!(audiences::cohorts(tx, &CHANNEL, -1, &[], 9).await.unwrap().is_empty());
}
