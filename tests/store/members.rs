//! Members and every slot ever given.

use kentongan::store::audiences::StaffRow;
use kentongan::store::links::RequestRow;
use kentongan::store::members::{self, NewSlot};
use kentongan::store::{Db, Tx, accounts, audiences, links};

use crate::school::{
    BUDI, CHANNEL, CLASS, DEWI, Id, MAWAR, MELATI, NOON, NOTHING, RINI, SARI, bundle, founded, ik,
    new_slot, rotate, seat, some, unseat, xk,
};

conforms!(
    a_member_has_the_slot_it_was_given_last,
    a_role_changes_in_the_slot_a_member_has,
    no_slot_is_given_twice,
    a_whole_cohort_is_seated_at_once,
    a_removed_member_is_remembered_and_may_come_back,
    an_account_sees_every_slot_it_had_its_present_one_first,
    members_are_listed_in_the_order_of_their_accounts,
    candidates_come_in_the_order_they_are_asked_for,
    whoever_has_a_live_seat_under_a_current_key_is_seated,
    those_enrolled_are_no_longer_asking,
    members_who_joined_the_staff_are_promoted,
    a_rotation_drops_the_slots_of_one_key_alone,
);

async fn a_member_has_the_slot_it_was_given_last(db: &Db) {
    let tx = &mut founded(db).await;
    assert!(members::member(tx, &CLASS, &SARI).await.unwrap().is_none());
    seat(tx, MELATI, BUDI, NOON).await;
    seat(tx, MELATI, SARI, NOON).await;
    let row = members::member(tx, &CLASS, &SARI).await.unwrap().unwrap();
    assert_eq!((row.role, &row.s_key[..], row.slot), (1, &MELATI[..], 1));
    assert_eq!((row.removed_ms, row.retired_ms), (None, None));
    assert!(members::member(tx, &CHANNEL, &SARI).await.unwrap().is_none());

    rotate(tx, MELATI, NOON + 1).await;
    let row = members::member(tx, &CLASS, &SARI).await.unwrap().unwrap();
    assert_eq!((row.removed_ms, row.retired_ms), (None, Some(NOON + 1)), "it waits for a key");
    let guardian = NewSlot { role: 2, ..new_slot(0, &SARI) };
    members::insert(tx, &CLASS, &MAWAR, &[guardian], NOON + 2).await.unwrap();
    let row = members::member(tx, &CLASS, &SARI).await.unwrap().unwrap();
    assert_eq!((row.role, &row.s_key[..], row.slot), (2, &MAWAR[..], 0));
    assert_eq!((row.removed_ms, row.retired_ms), (None, None));
    let listed = members::list(tx, &CLASS, &[], 9).await.unwrap();
    let joined: Vec<_> = listed.iter().map(|row| row.joined_ms).collect();
    assert_eq!(joined, [NOON, NOON], "a new slot is no new arrival");
}

async fn a_role_changes_in_the_slot_a_member_has(db: &Db) {
    let tx = &mut founded(db).await;
    assert_eq!(members::present(tx, &CLASS, &SARI).await, Ok(None));
    let by_link = NewSlot { x: None, ek: None, link_pk: Some(&NOTHING), ..new_slot(0, &SARI) };
    members::insert(tx, &CLASS, &MELATI, &[by_link, new_slot(1, &BUDI)], NOON).await.unwrap();
    members::insert(tx, &CLASS, &MAWAR, &[new_slot(7, &SARI)], NOON + 1).await.unwrap();
    let before = members::present(tx, &CLASS, &SARI).await.unwrap().unwrap();
    assert_eq!((&before.s_key[..], before.slot), (&MAWAR[..], 7));
    assert_eq!(before.membership, b"membership");
    members::change_role(tx, (&CLASS, &SARI), 2, b"guardian", b"signed").await.unwrap();
    members::change_role(tx, (&CHANNEL, &SARI), 2, b"nobody", b"signed").await.unwrap();
    let after = members::present(tx, &CLASS, &SARI).await.unwrap().unwrap();
    assert_eq!(
        (&after.membership[..], &after.membership_signature[..]),
        (&b"guardian"[..], &b"signed"[..])
    );
    assert_eq!((&after.s_key, after.slot), (&before.s_key, before.slot));
    assert_eq!(members::member(tx, &CLASS, &SARI).await.unwrap().unwrap().role, 2);
    let slots = members::slots_of(tx, &CLASS, &SARI).await.unwrap();
    let shown: Vec<_> = slots.iter().map(|slot| &slot.membership[..]).collect();
    assert_eq!(shown, [&b"guardian"[..], b"membership"], "the earlier slot keeps its own");
    let listed = members::list(tx, &CLASS, &[], 9).await.unwrap();
    let listed: Vec<_> = listed.iter().map(|row| (row.role, row.link_pk.is_none())).collect();
    assert_eq!(listed, [(2, true), (1, true)]);
}

async fn no_slot_is_given_twice(db: &Db) {
    let tx = &mut founded(db).await;
    members::insert(tx, &CLASS, &MELATI, &[], NOON).await.unwrap();
    seat(tx, MELATI, SARI, NOON).await;
    let taken = members::insert(tx, &CLASS, &MELATI, &[new_slot(0, &BUDI)], NOON).await;
    let taken = taken.unwrap_err();
    assert!(taken.is_conflict("slots(audience, s_key, slot)"), "{taken:?}");
}

async fn a_whole_cohort_is_seated_at_once(db: &Db) {
    let accounts: Vec<Id> = (0..4096_u32)
        .map(|n| std::array::from_fn(|i| n.to_be_bytes().get(i).copied().unwrap_or(1)))
        .collect();
    let slots: Vec<_> =
        (0..).zip(&accounts).map(|(slot, account)| new_slot(slot, account)).collect();
    let tx = &mut founded(db).await;
    members::insert(tx, &CLASS, &MELATI, &slots, NOON).await.unwrap();
    let last = members::list(tx, &CLASS, &accounts[4093], 9).await.unwrap();
    let last: Vec<_> = last.into_iter().map(|row| (row.account, row.slot)).collect();
    assert_eq!(last, [(accounts[4094].to_vec(), 4094), (accounts[4095].to_vec(), 4095)]);
}

async fn a_removed_member_is_remembered_and_may_come_back(db: &Db) {
    let tx = &mut founded(db).await;
    seat(tx, MELATI, SARI, NOON).await;
    seat(tx, MELATI, BUDI, NOON).await;
    members::remove(tx, &CLASS, &SARI, NOON + 1).await.unwrap();
    members::remove(tx, &CLASS, &SARI, NOON + 2).await.unwrap();
    members::remove(tx, &CLASS, &NOTHING, NOON + 2).await.unwrap();
    let removed = members::member(tx, &CLASS, &SARI).await.unwrap().unwrap();
    assert_eq!(removed.removed_ms, Some(NOON + 1), "the first time stays");
    let stays = members::member(tx, &CLASS, &BUDI).await.unwrap().unwrap();
    assert_eq!(stays.removed_ms, None);

    assert_eq!(seat(tx, MELATI, SARI, NOON + 3).await, 2, "its old slot is not reused");
    let back = members::member(tx, &CLASS, &SARI).await.unwrap().unwrap();
    assert_eq!((back.removed_ms, back.slot), (None, 2));
    let listed = members::list(tx, &CLASS, &[], 9).await.unwrap();
    let joined: Vec<_> = listed.iter().map(|row| (&row.account[..], row.joined_ms)).collect();
    assert_eq!(joined, [(&SARI[..], NOON + 3), (&BUDI[..], NOON)]);
}

async fn an_account_sees_every_slot_it_had_its_present_one_first(db: &Db) {
    let tx = &mut founded(db).await;
    assert!(members::slots_of(tx, &CLASS, &SARI).await.unwrap().is_empty());
    seat(tx, MELATI, SARI, NOON + 5).await;
    seat(tx, MELATI, BUDI, NOON + 5).await;
    let by_link = NewSlot {
        x: None,
        ek: None,
        membership: b"by link",
        membership_signature: b"link's",
        link_pk: Some(&[0x81; 32]),
        ..new_slot(0, &SARI)
    };
    members::insert(tx, &CLASS, &MAWAR, &[by_link], NOON).await.unwrap();
    let slots = members::slots_of(tx, &CLASS, &SARI).await.unwrap();
    let order: Vec<_> = slots.iter().map(|row| (&row.s_key[..], row.granted_ms)).collect();
    assert_eq!(order, [(&MAWAR[..], NOON), (&MELATI[..], NOON + 5)], "whatever the clock said");
    let (by_link, enrolled) = (&slots[0], &slots[1]);
    assert_eq!((&by_link.x, &by_link.ek), (&None, &None));
    assert_eq!((&enrolled.x, &enrolled.ek), (&some(b"x"), &some(b"ek")));
    assert_eq!((by_link.slot, &by_link.membership[..]), (0, &b"by link"[..]));
    assert_eq!(by_link.membership_signature, b"link's");
    let listed = members::list(tx, &CLASS, &[], 1).await.unwrap();
    assert_eq!((&listed[0].link_pk, listed.len()), (&some(&[0x81; 32]), 1));
    assert_eq!(listed[0].membership, b"by link");
    assert_eq!(listed[0].membership_signature, b"link's");
}

async fn members_are_listed_in_the_order_of_their_accounts(db: &Db) {
    let tx = &mut founded(db).await;
    for account in [DEWI, SARI, BUDI] {
        seat(tx, MELATI, account, NOON).await;
    }
    unseat(tx, MELATI, BUDI, NOON + 1).await;
    rotate(tx, MELATI, NOON + 2).await;
    let first = members::list(tx, &CLASS, &[], 2).await.unwrap();
    let row = &first[0];
    assert_eq!((&row.account[..], &row.ik[..]), (&SARI[..], &ik(SARI)[..]));
    assert_eq!((row.role, &row.s_key[..], row.slot), (1, &MELATI[..], 1));
    assert_eq!((row.removed_ms, row.retired_ms), (None, Some(NOON + 2)));
    assert_eq!((&first[1].account[..], first[1].removed_ms), (&BUDI[..], Some(NOON + 1)));
    let rest = members::list(tx, &CLASS, &BUDI, 2).await.unwrap();
    assert_eq!((rest.len(), &rest[0].account[..]), (1, &DEWI[..]));
    assert!(members::list(tx, &CLASS, &DEWI, 2).await.unwrap().is_empty());
    assert!(members::list(tx, &CHANNEL, &[], 2).await.unwrap().is_empty());
}

async fn candidates_come_in_the_order_they_are_asked_for(db: &Db) {
    let tx = &mut founded(db).await;
    assert!(members::candidates(tx, &[]).await.unwrap().is_empty());
    let asked = [DEWI, NOTHING, SARI, DEWI].concat();
    let found = members::candidates(tx, &asked).await.unwrap();
    let found: Vec<_> = found.into_iter().map(|row| (row.place, row.bundle)).collect();
    let dewi = bundle(DEWI, 1).bundle;
    assert_eq!(found, [(0, dewi.clone()), (2, bundle(SARI, 1).bundle), (3, dewi)]);
    accounts::replace_bundle(tx, &SARI, &bundle(SARI, 2), &xk(SARI)).await.unwrap();
    let found = members::candidates(tx, &SARI).await.unwrap();
    assert_eq!(found[0].bundle, bundle(SARI, 2).bundle, "the current one");
    let many = [NOTHING.repeat(4095), BUDI.to_vec()].concat();
    let found = members::candidates(tx, &many).await.unwrap();
    assert_eq!((found.len(), found[0].place), (1, 4095));
}

async fn whoever_has_a_live_seat_under_a_current_key_is_seated(db: &Db) {
    let tx = &mut founded(db).await;
    for account in [SARI, BUDI] {
        seat(tx, MELATI, account, NOON).await;
    }
    seat(tx, MAWAR, DEWI, NOON).await;
    let asked = [DEWI, NOTHING, RINI, BUDI, SARI].concat();
    assert!(members::seated(tx, &CHANNEL, &asked).await.unwrap().is_empty());
    assert!(members::seated(tx, &CLASS, &[]).await.unwrap().is_empty());
    let rows = members::seated(tx, &CLASS, &asked).await.unwrap();
    let mut seats: Vec<_> = rows.iter().map(|row| (row.place, &row.s_key[..], row.slot)).collect();
    seats.sort_unstable();
    assert_eq!(seats, [(0, &MAWAR[..], 0), (3, &MELATI[..], 1), (4, &MELATI[..], 0)]);
    assert!(rows.iter().all(|row| row.x == some(b"x") && row.ek == some(b"ek")));

    unseat(tx, MELATI, SARI, NOON + 1).await;
    rotate(tx, MAWAR, NOON + 1).await;
    let rows = members::seated(tx, &CLASS, &asked).await.unwrap();
    let places: Vec<_> = rows.iter().map(|row| row.place).collect();
    assert_eq!(places, [3], "one was removed, one waits for a new key");
}

async fn ask(tx: &mut Tx, audience: Id, account: Id) {
    let bytes = b"request".to_vec();
    let row = RequestRow {
        account: account.to_vec(),
        ik: ik(account).to_vec(),
        link_pk: bytes.clone(),
        request: bytes.clone(),
        link_signature: bytes.clone(),
        signature: bytes,
        received_ms: NOON,
    };
    links::put_request(tx, &audience, &row).await.expect("a request");
}

async fn those_enrolled_are_no_longer_asking(db: &Db) {
    let tx = &mut founded(db).await;
    for account in [SARI, BUDI, DEWI] {
        ask(tx, CLASS, account).await;
    }
    ask(tx, CHANNEL, SARI).await;
    links::decline(tx, &CLASS, &BUDI, NOON).await.unwrap();
    members::admit(tx, &CLASS, &[], NOON).await.unwrap();
    members::admit(tx, &CLASS, &[SARI, NOTHING, BUDI].concat(), NOON).await.unwrap();
    let mut states = Vec::new();
    for (audience, account) in [(CLASS, SARI), (CLASS, BUDI), (CLASS, DEWI), (CHANNEL, SARI)] {
        states.push(links::request_state(tx, &audience, &account).await.unwrap().unwrap());
    }
    assert_eq!(states, ["admitted", "declined", "pending", "pending"]);
}

async fn members_who_joined_the_staff_are_promoted(db: &Db) {
    let staff = |account: Id| StaffRow { account, ik: ik(account), role: 1 };
    let tx = &mut founded(db).await;
    for account in [SARI, BUDI, DEWI] {
        seat(tx, MELATI, account, NOON).await;
    }
    assert_eq!(members::promoted(tx, &CLASS).await, Ok(vec![]));
    let both = [staff(RINI), staff(SARI), staff(BUDI)];
    audiences::replace_staff(tx, &CLASS, &both).await.unwrap();
    audiences::replace_staff(tx, &CHANNEL, &[staff(DEWI)]).await.unwrap();
    members::remove(tx, &CLASS, &BUDI, NOON).await.unwrap();
    assert_eq!(members::promoted(tx, &CLASS).await, Ok(vec![SARI.to_vec()]));
    assert_eq!(members::promoted(tx, &CHANNEL).await, Ok(vec![]));
}

async fn a_rotation_drops_the_slots_of_one_key_alone(db: &Db) {
    let post = [0x61; 32];
    let tx = &mut founded(db).await;
    seat(tx, MELATI, SARI, NOON).await;
    seat(tx, MELATI, BUDI, NOON).await;
    seat(tx, MAWAR, DEWI, NOON).await;
    crate::school::announce(tx, post, 1).await;
    unseat(tx, MELATI, SARI, NOON + 2).await;
    members::drop_slots(tx, &CLASS, &MELATI, NOON + 3).await.unwrap();
    kentongan::store::tokens::retire(tx, &CLASS, &MELATI, NOON + 3).await.unwrap();
    let mut places = Vec::new();
    for account in [SARI, BUDI, DEWI] {
        let place = kentongan::store::fan_out::place(tx, &post, &account).await.unwrap();
        places.push(place.is_some());
    }
    assert_eq!(places, [false, true, true], "who was removed before keeps that time");
}
