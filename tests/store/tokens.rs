//! Cohorts, their sealed keys and their pages of tokens.

use kentongan::store::links::{self, DepositRow};
use kentongan::store::{Db, audiences, tokens};

use crate::links::row as link;
use crate::school::{CHANNEL, CLASS, MAWAR, MELATI, NOON, NOTHING, founded, some};

conforms!(
    a_cohort_is_made_once_with_its_key,
    pages_are_written_over_and_read_in_order,
    slots_are_given_once_and_only_while_there_is_room,
    a_retired_cohort_has_no_key_no_token_no_deposit_and_no_room,
);

async fn a_cohort_is_made_once_with_its_key(db: &Db) {
    let tx = &mut founded(db).await;
    assert_eq!(tokens::insert_cohort(tx, &CLASS, &MELATI, 5, b"other").await, Ok(false));
    assert_eq!(tokens::insert_cohort(tx, &CHANNEL, &MELATI, 0, b"channel's").await, Ok(true));
    assert_eq!(tokens::sealed_key(tx, &CLASS, &MELATI).await, Ok(some(b"key")));
    assert_eq!(tokens::sealed_key(tx, &CHANNEL, &MELATI).await, Ok(some(b"channel's")));
    assert_eq!(tokens::sealed_key(tx, &CLASS, &NOTHING).await, Ok(None));
}

async fn pages_are_written_over_and_read_in_order(db: &Db) {
    let tx = &mut founded(db).await;
    assert_eq!(tokens::page(tx, &CLASS, &MELATI, 0).await, Ok(None));
    assert_eq!(tokens::pages(tx, &CLASS, &MELATI).await, Ok(vec![]));
    for (page, sealed) in [(10, "ten"), (2, "two"), (0, "zero"), (2, "two again")] {
        tokens::put_page(tx, &CLASS, &MELATI, page, sealed.as_bytes()).await.unwrap();
    }
    tokens::put_page(tx, &CLASS, &MAWAR, 0, b"mawar").await.unwrap();
    assert_eq!(tokens::page(tx, &CLASS, &MELATI, 2).await, Ok(some(b"two again")));
    assert_eq!(tokens::page(tx, &CLASS, &MELATI, 1).await, Ok(None));
    let page = |page: i64, sealed: &str| (page, sealed.as_bytes().to_vec());
    let all = vec![page(0, "zero"), page(2, "two again"), page(10, "ten")];
    assert_eq!(tokens::pages(tx, &CLASS, &MELATI).await, Ok(all));
    let of_none = tokens::put_page(tx, &CLASS, &NOTHING, 0, b"").await;
    assert!(of_none.is_err(), "there is no such cohort");
}

async fn slots_are_given_once_and_only_while_there_is_room(db: &Db) {
    let tx = &mut founded(db).await;
    assert_eq!(tokens::take_slots(tx, &CLASS, &MELATI, 3, 5).await, Ok(Some(0)));
    assert_eq!(tokens::take_slots(tx, &CLASS, &MELATI, 3, 5).await, Ok(None), "two are left");
    assert_eq!(tokens::take_slots(tx, &CLASS, &MELATI, 1, 5).await, Ok(Some(3)));
    tokens::leave(tx, &CLASS, &MELATI).await.unwrap();
    assert_eq!(tokens::take_slots(tx, &CLASS, &MELATI, 1, 5).await, Ok(Some(4)));
    assert_eq!(tokens::take_slots(tx, &CLASS, &MELATI, 1, 5).await, Ok(None), "never reused");
    assert_eq!(tokens::take_slots(tx, &CLASS, &NOTHING, 1, 5).await, Ok(None));
    assert_eq!(tokens::take_slots(tx, &CHANNEL, &MELATI, 1, 5).await, Ok(None));
    let rows = audiences::cohorts(tx, &CLASS, -1, &[], 9).await.unwrap();
    assert_eq!((rows[0].live, rows[0].next_slot), (4, 5));
    assert_eq!((rows[1].live, rows[1].next_slot), (0, 0));
}

async fn a_retired_cohort_has_no_key_no_token_no_deposit_and_no_room(db: &Db) {
    let tx = &mut founded(db).await;
    links::insert(tx, &CLASS, &link([0x81; 32], 1), NOON).await.unwrap();
    let deposits = [MELATI, MAWAR].map(|s_key| DepositRow { s_key, sealed: b"deposit".to_vec() });
    links::put_deposits(tx, &CLASS, &[0x81; 32], &deposits).await.unwrap();
    for s in [MELATI, MAWAR] {
        tokens::put_page(tx, &CLASS, &s, 0, b"tokens").await.unwrap();
        tokens::take_slots(tx, &CLASS, &s, 2, 9).await.unwrap();
    }
    tokens::retire(tx, &CLASS, &MELATI, NOON + 1).await.unwrap();

    assert_eq!(tokens::sealed_key(tx, &CLASS, &MELATI).await, Ok(None));
    assert_eq!(tokens::pages(tx, &CLASS, &MELATI).await, Ok(vec![]));
    assert_eq!(links::deposit(tx, &CLASS, &[0x81; 32], &MELATI).await, Ok(None));
    assert_eq!(tokens::take_slots(tx, &CLASS, &MELATI, 1, 9).await, Ok(None));
    assert_eq!(tokens::insert_cohort(tx, &CLASS, &MELATI, 0, b"again").await, Ok(false));
    assert_eq!(tokens::sealed_key(tx, &CLASS, &MELATI).await, Ok(None), "for good");
    let rows = audiences::cohorts(tx, &CLASS, -1, &[], 9).await.unwrap();
    assert_eq!((rows[0].live, rows[0].retired_ms), (0, Some(NOON + 1)));
    assert_eq!(rows[0].next_slot, 2, "its slots were given all the same");

    assert_eq!((rows[1].live, rows[1].retired_ms), (2, None));
    assert_eq!(tokens::sealed_key(tx, &CLASS, &MAWAR).await, Ok(some(b"key")));
    assert_eq!(tokens::page(tx, &CLASS, &MAWAR, 0).await, Ok(some(b"tokens")));
    let deposit = links::deposit(tx, &CLASS, &[0x81; 32], &MAWAR).await;
    assert_eq!(deposit, Ok(some(b"deposit")));
}
