//! Links, their deposits and uses, and requests to join.

use kentongan::store::links::{self, DepositRow, LinkRow, RequestRow};
use kentongan::store::{Db, Tx, audiences, tokens};

use crate::school::{
    BUDI, CHANNEL, CLASS, DEWI, Id, MAWAR, MELATI, NOON, NOTHING, RINI_IK, SARI, founded, ik, some,
};

const GATE: Id = [0x81; 32];
const DOOR: Id = [0x82; 32];
const YARD: Id = [0x83; 32];

conforms!(
    links_are_listed_in_the_order_of_their_keys,
    a_revoked_link_keeps_its_time_and_loses_its_deposits,
    a_rotation_revokes_every_link_with_a_deposit_under_the_key,
    the_links_of_one_publisher_are_revoked,
    the_links_of_a_publisher_who_left_are_revoked,
    a_link_opens_the_first_cohort_with_room_and_a_deposit,
    an_account_uses_a_link_once,
    a_request_is_pending_until_it_is_decided_and_may_come_again,
    pending_requests_are_read_page_by_page_oldest_first,
);

/// A link of the teacher's, of this kind.
pub(crate) fn row(link_pk: Id, kind: i64) -> LinkRow {
    LinkRow {
        link_pk: link_pk.to_vec(),
        link: b"link".to_vec(),
        signature: b"signature".to_vec(),
        publisher: RINI_IK.to_vec(),
        kind,
        max_uses: 50,
        uses: 0,
        expires_ms: NOON + 1_000,
        revoked_ms: None,
    }
}

async fn put(tx: &mut Tx, link_pk: Id, cohorts: &[Id], sealed: &[u8]) {
    let row = |s_key: &Id| DepositRow { s_key: *s_key, sealed: sealed.to_vec() };
    let rows: Vec<_> = cohorts.iter().map(row).collect();
    links::put_deposits(tx, &CLASS, &link_pk, &rows).await.expect("deposits");
}

async fn revoked(tx: &mut Tx, link_pk: Id) -> Option<i64> {
    links::link(tx, &CLASS, &link_pk).await.expect("a look-up").expect("a link").revoked_ms
}

async fn deposited(tx: &mut Tx, link_pk: Id, s: Id) -> bool {
    links::deposit(tx, &CLASS, &link_pk, &s).await.expect("a look-up").is_some()
}

async fn links_are_listed_in_the_order_of_their_keys(db: &Db) {
    let tx = &mut founded(db).await;
    assert!(links::link(tx, &CLASS, &GATE).await.unwrap().is_none());
    for (link_pk, kind) in [(YARD, 1), (GATE, 2), (DOOR, 1)] {
        links::insert(tx, &CLASS, &row(link_pk, kind), NOON).await.unwrap();
    }
    let gate = links::link(tx, &CLASS, &GATE).await.unwrap().unwrap();
    assert_eq!((&gate.link[..], &gate.signature[..]), (&b"link"[..], &b"signature"[..]));
    assert_eq!((&gate.publisher[..], gate.kind), (&RINI_IK[..], 2));
    assert_eq!((gate.max_uses, gate.uses, gate.expires_ms), (50, 0, NOON + 1_000));
    assert_eq!(gate.revoked_ms, None);
    assert!(links::link(tx, &CHANNEL, &GATE).await.unwrap().is_none());

    let keys = |rows: Vec<LinkRow>| rows.into_iter().map(|row| row.link_pk).collect::<Vec<_>>();
    let first = links::list(tx, &CLASS, &[], 2).await.unwrap();
    assert_eq!(keys(first), [GATE, DOOR]);
    let rest = links::list(tx, &CLASS, &DOOR, 2).await.unwrap();
    assert_eq!(keys(rest), [YARD]);
    assert!(links::list(tx, &CLASS, &YARD, 2).await.unwrap().is_empty());
    assert!(links::list(tx, &CHANNEL, &[], 2).await.unwrap().is_empty());
    let again = links::insert(tx, &CLASS, &row(GATE, 1), NOON).await.unwrap_err();
    assert!(again.is_conflict("links(audience, link_pk)"), "{again:?}");
}

async fn a_revoked_link_keeps_its_time_and_loses_its_deposits(db: &Db) {
    let tx = &mut founded(db).await;
    for link_pk in [GATE, DOOR] {
        links::insert(tx, &CLASS, &row(link_pk, 1), NOON).await.unwrap();
        put(tx, link_pk, &[MELATI, MAWAR], b"sealed").await;
    }
    put(tx, GATE, &[MAWAR], b"newer").await;
    assert_eq!(links::deposit(tx, &CLASS, &GATE, &MELATI).await, Ok(some(b"sealed")));
    assert_eq!(links::deposit(tx, &CLASS, &GATE, &MAWAR).await, Ok(some(b"newer")));
    assert_eq!(links::deposit(tx, &CLASS, &DOOR, &MAWAR).await, Ok(some(b"sealed")));

    links::revoke(tx, &CLASS, &GATE, NOON + 1).await.unwrap();
    links::revoke(tx, &CLASS, &GATE, NOON + 2).await.unwrap();
    links::revoke(tx, &CLASS, &NOTHING, NOON + 2).await.unwrap();
    assert_eq!(revoked(tx, GATE).await, Some(NOON + 1));
    assert_eq!(revoked(tx, DOOR).await, None);
    assert!(!deposited(tx, GATE, MELATI).await && !deposited(tx, GATE, MAWAR).await);
    assert!(deposited(tx, DOOR, MELATI).await && deposited(tx, DOOR, MAWAR).await);
    put(tx, DOOR, &[], b"nothing").await;
    let of_none = DepositRow { s_key: MELATI, sealed: b"sealed".to_vec() };
    let of_none = links::put_deposits(tx, &CLASS, &NOTHING, &[of_none]).await;
    assert!(of_none.is_err(), "there is no such link");
}

async fn a_rotation_revokes_every_link_with_a_deposit_under_the_key(db: &Db) {
    let tx = &mut founded(db).await;
    for link_pk in [GATE, DOOR, YARD] {
        links::insert(tx, &CLASS, &row(link_pk, 1), NOON).await.unwrap();
    }
    put(tx, GATE, &[MELATI, MAWAR], b"sealed").await;
    put(tx, DOOR, &[MAWAR], b"sealed").await;
    links::revoke_under(tx, &CLASS, &MELATI, NOON + 1).await.unwrap();
    assert_eq!(revoked(tx, GATE).await, Some(NOON + 1));
    assert_eq!((revoked(tx, DOOR).await, revoked(tx, YARD).await), (None, None));
    assert!(!deposited(tx, GATE, MAWAR).await, "its other deposits are gone too");
    assert!(deposited(tx, DOOR, MAWAR).await);
    links::revoke_under(tx, &CHANNEL, &MAWAR, NOON + 1).await.unwrap();
    assert_eq!(revoked(tx, DOOR).await, None, "another audience's key");
}

async fn the_links_of_one_publisher_are_revoked(db: &Db) {
    let tx = &mut founded(db).await;
    let budis = |link_pk| LinkRow { publisher: ik(BUDI).to_vec(), ..row(link_pk, 1) };
    links::insert(tx, &CLASS, &row(GATE, 1), NOON).await.unwrap();
    for link_pk in [DOOR, YARD] {
        links::insert(tx, &CLASS, &budis(link_pk), NOON).await.unwrap();
    }
    links::insert(tx, &CHANNEL, &budis(DOOR), NOON).await.unwrap();
    for link_pk in [GATE, DOOR] {
        put(tx, link_pk, &[MELATI], b"sealed").await;
    }
    links::revoke(tx, &CLASS, &YARD, NOON + 1).await.unwrap();
    links::revoke_of_publisher(tx, &CLASS, &ik(BUDI), NOON + 2).await.unwrap();
    links::revoke_of_publisher(tx, &CLASS, &NOTHING, NOON + 2).await.unwrap();
    assert_eq!((revoked(tx, GATE).await, revoked(tx, DOOR).await), (None, Some(NOON + 2)));
    assert_eq!(revoked(tx, YARD).await, Some(NOON + 1), "the first time stays");
    assert!(deposited(tx, GATE, MELATI).await && !deposited(tx, DOOR, MELATI).await);
    let elsewhere = links::link(tx, &CHANNEL, &DOOR).await.unwrap().unwrap();
    assert_eq!(elsewhere.revoked_ms, None);
}

async fn the_links_of_a_publisher_who_left_are_revoked(db: &Db) {
    let tx = &mut founded(db).await;
    links::insert(tx, &CLASS, &row(GATE, 1), NOON).await.unwrap();
    let former = LinkRow { publisher: ik(BUDI).to_vec(), ..row(DOOR, 1) };
    links::insert(tx, &CLASS, &former, NOON).await.unwrap();
    links::insert(tx, &CHANNEL, &former, NOON).await.unwrap();
    put(tx, GATE, &[MELATI], b"sealed").await;
    put(tx, DOOR, &[MELATI], b"sealed").await;
    links::revoke_of_former_staff(tx, &CLASS, NOON + 1).await.unwrap();
    assert_eq!((revoked(tx, GATE).await, revoked(tx, DOOR).await), (None, Some(NOON + 1)));
    assert!(deposited(tx, GATE, MELATI).await && !deposited(tx, DOOR, MELATI).await);
    let elsewhere = links::link(tx, &CHANNEL, &DOOR).await.unwrap().unwrap();
    assert_eq!(elsewhere.revoked_ms, None);
    audiences::replace_staff(tx, &CLASS, &[]).await.unwrap();
    links::revoke_of_former_staff(tx, &CLASS, NOON + 2).await.unwrap();
    assert_eq!(revoked(tx, GATE).await, Some(NOON + 2));
    assert_eq!(revoked(tx, DOOR).await, Some(NOON + 1));
}

async fn a_link_opens_the_first_cohort_with_room_and_a_deposit(db: &Db) {
    let tx = &mut founded(db).await;
    let third = [0x50; 32];
    tokens::insert_cohort(tx, &CLASS, &third, 2, b"key").await.unwrap();
    for link_pk in [GATE, DOOR] {
        links::insert(tx, &CLASS, &row(link_pk, 1), NOON).await.unwrap();
    }
    assert_eq!(links::open_cohort(tx, &CLASS, &GATE, 2).await, Ok(None));
    put(tx, GATE, &[third, MAWAR], b"sealed").await;
    put(tx, DOOR, &[MELATI], b"sealed").await;
    assert_eq!(links::open_cohort(tx, &CLASS, &GATE, 2).await, Ok(some(&MAWAR)));
    assert_eq!(links::open_cohort(tx, &CLASS, &DOOR, 2).await, Ok(some(&MELATI)));
    tokens::take_slots(tx, &CLASS, &MAWAR, 2, 2).await.unwrap();
    assert_eq!(links::open_cohort(tx, &CLASS, &GATE, 2).await, Ok(some(&third)), "one is full");
    assert_eq!(links::open_cohort(tx, &CLASS, &GATE, 3).await, Ok(some(&MAWAR)));
    tokens::retire(tx, &CLASS, &third, NOON).await.unwrap();
    assert_eq!(links::open_cohort(tx, &CLASS, &GATE, 2).await, Ok(None));
}

async fn an_account_uses_a_link_once(db: &Db) {
    let tx = &mut founded(db).await;
    for link_pk in [GATE, DOOR] {
        links::insert(tx, &CLASS, &row(link_pk, 1), NOON).await.unwrap();
    }
    for account in [SARI, BUDI, SARI] {
        links::count_use(tx, &CLASS, &GATE, &account).await.unwrap();
    }
    links::count_use(tx, &CLASS, &DOOR, &SARI).await.unwrap();
    assert_eq!(links::link(tx, &CLASS, &GATE).await.unwrap().unwrap().uses, 2);
    assert_eq!(links::link(tx, &CLASS, &DOOR).await.unwrap().unwrap().uses, 1);
    assert!(links::count_use(tx, &CLASS, &NOTHING, &SARI).await.is_err(), "no such link");
}

fn request(account: Id, received_ms: i64) -> RequestRow {
    RequestRow {
        account: account.to_vec(),
        ik: ik(account).to_vec(),
        link_pk: GATE.to_vec(),
        request: received_ms.to_string().into_bytes(),
        link_signature: b"link's".to_vec(),
        signature: b"own".to_vec(),
        received_ms,
    }
}

async fn a_request_is_pending_until_it_is_decided_and_may_come_again(db: &Db) {
    let tx = &mut founded(db).await;
    assert_eq!(links::request_state(tx, &CLASS, &SARI).await, Ok(None));
    assert_eq!(links::decline(tx, &CLASS, &SARI, NOON).await, Ok(false));
    links::put_request(tx, &CLASS, &request(SARI, NOON)).await.unwrap();
    links::put_request(tx, &CHANNEL, &request(SARI, NOON)).await.unwrap();
    let pending = Ok(Some("pending".to_owned()));
    assert_eq!(links::request_state(tx, &CLASS, &SARI).await, pending);
    assert_eq!(links::decline(tx, &CLASS, &SARI, NOON + 1).await, Ok(true));
    assert_eq!(links::decline(tx, &CLASS, &SARI, NOON + 2).await, Ok(false));
    let state = links::request_state(tx, &CLASS, &SARI).await;
    assert_eq!(state, Ok(Some("declined".to_owned())));
    assert_eq!(links::request_state(tx, &CHANNEL, &SARI).await, pending);
    assert!(links::pending(tx, &CLASS, 0, &[], 9).await.unwrap().is_empty());

    let again = RequestRow { link_pk: DOOR.to_vec(), ..request(SARI, NOON + 3) };
    links::put_request(tx, &CLASS, &again).await.unwrap();
    let rows = links::pending(tx, &CLASS, 0, &[], 9).await.unwrap();
    let row = &rows[0];
    assert_eq!((rows.len(), row.received_ms), (1, NOON + 3));
    assert_eq!((&row.account[..], &row.ik[..]), (&SARI[..], &ik(SARI)[..]));
    assert_eq!((&row.link_pk, &row.request), (&again.link_pk, &again.request));
    assert_eq!(row.link_signature, b"link's");
    assert_eq!(row.signature, b"own");
}

async fn pending_requests_are_read_page_by_page_oldest_first(db: &Db) {
    let tx = &mut founded(db).await;
    for (account, received_ms) in [(DEWI, NOON), (SARI, NOON + 1), (BUDI, NOON + 1)] {
        links::put_request(tx, &CLASS, &request(account, received_ms)).await.unwrap();
    }
    let who = |rows: Vec<RequestRow>| rows.into_iter().map(|row| row.account).collect::<Vec<_>>();
    let first = links::pending(tx, &CLASS, 0, &[], 2).await.unwrap();
    assert_eq!(who(first), [DEWI, SARI]);
    let rest = links::pending(tx, &CLASS, NOON + 1, &SARI, 2).await.unwrap();
    assert_eq!(who(rest), [BUDI], "the page goes on inside one moment");
    assert!(links::pending(tx, &CLASS, NOON + 1, &BUDI, 2).await.unwrap().is_empty());
    assert!(links::pending(tx, &CHANNEL, 0, &[], 2).await.unwrap().is_empty());
}
