//! Letters in the mailboxes of accounts and of desks.

use kentongan::store::letters::{self, LetterRow, ListedRow};
use kentongan::store::{Db, StoreError, Tx, desk};

use crate::school::{
    BUDI, CHANNEL, CLASS, Id, NOON, NOTHING, RINI, RINI_IK, SARI, ZERO, charter, founded, ik,
    second_writer, some,
};
use crate::support::databases;

conforms!(
    a_letter_is_kept_as_it_was_sent,
    a_letter_comes_once,
    no_letter_goes_into_a_mailbox_that_is_not_there,
    each_mailbox_counts_for_itself,
    letters_are_counted_by_who_sent_them_and_pruned_by_age,
    the_charter_at_a_moment_is_the_latest_begun,
);

/// A letter of the teacher in the class.
pub(crate) fn row(letter: u8, to: Option<Id>) -> LetterRow {
    LetterRow {
        letter: vec![letter; 32],
        audience: CLASS.to_vec(),
        to_account: to.map(|to| to.to_vec()),
        ik: RINI_IK.to_vec(),
        account: RINI.to_vec(),
        thread: ZERO.to_vec(),
        kind: 1,
        sent_ms: NOON - 5,
        received_ms: NOON + i64::from(letter),
        bytes: vec![letter; 400],
        writer_proof: None,
    }
}

fn places(rows: &[ListedRow]) -> Vec<(u8, i64)> {
    rows.iter().map(|row| (row.letter[0], row.position)).collect()
}

async fn mailbox(tx: &mut Tx, account: Id, after: i64, limit: i64) -> Vec<(u8, i64)> {
    places(&letters::of_account(tx, &account, after, limit).await.expect("a mailbox"))
}

async fn on_desk(tx: &mut Tx, audience: Id, after: i64, limit: i64) -> Vec<ListedRow> {
    let rows = desk::list(tx, &audience, after, limit, None).await.expect("a desk");
    rows.into_iter().map(|row| row.letter).collect()
}

async fn a_letter_is_kept_as_it_was_sent(db: &Db) {
    let tx = &mut founded(db).await;
    assert!(letters::letter(tx, &[1; 32]).await.unwrap().is_none());
    assert_eq!(letters::received(tx, &[1; 32]).await, Ok(None));
    let submission = LetterRow {
        ik: ik(SARI).to_vec(),
        account: SARI.to_vec(),
        thread: vec![0x61; 32],
        kind: 2,
        writer_proof: some(b"proof"),
        ..row(1, None)
    };
    letters::insert(tx, &submission).await.unwrap();
    letters::insert(tx, &row(2, Some(SARI))).await.unwrap();
    let kept = letters::letter(tx, &[1; 32]).await.unwrap().unwrap();
    assert_eq!((kept.letter, kept.audience), (vec![1; 32], CLASS.to_vec()));
    assert_eq!((kept.to_account, kept.writer_proof), (None, some(b"proof")));
    assert_eq!((kept.ik, kept.account), (submission.ik, submission.account));
    assert_eq!((kept.thread, kept.kind), (submission.thread, 2));
    assert_eq!((kept.sent_ms, kept.received_ms), (NOON - 5, NOON + 1));
    assert_eq!(kept.bytes, submission.bytes);
    let to_sari = letters::letter(tx, &[2; 32]).await.unwrap().unwrap();
    assert_eq!((to_sari.to_account, to_sari.writer_proof), (some(&SARI), None));
    assert_eq!(letters::received(tx, &[2; 32]).await, Ok(Some(NOON + 2)));
}

async fn a_letter_comes_once(db: &Db) {
    let tx = &mut founded(db).await;
    letters::insert(tx, &row(1, Some(SARI))).await.unwrap();
    let again = letters::insert(tx, &row(1, Some(SARI))).await.unwrap_err();
    assert!(again.is_conflict("letters(letter)"), "{again:?}");
}

async fn no_letter_goes_into_a_mailbox_that_is_not_there(db: &Db) {
    let desk_of_nothing = LetterRow { audience: NOTHING.to_vec(), ..row(2, None) };
    for nowhere in [row(2, Some(NOTHING)), desk_of_nothing] {
        let error = letters::insert(&mut founded(db).await, &nowhere).await.unwrap_err();
        assert!(matches!(error, StoreError::Broken(_)), "{error:?}");
    }
}

async fn each_mailbox_counts_for_itself(db: &Db) {
    let tx = &mut founded(db).await;
    for (letter, to) in [(1, Some(SARI)), (2, None), (3, Some(BUDI)), (4, Some(SARI))] {
        letters::insert(tx, &row(letter, to)).await.unwrap();
    }
    for (letter, to) in [(5, None), (6, Some(SARI))] {
        let abroad = LetterRow { audience: CHANNEL.to_vec(), ..row(letter, to) };
        letters::insert(tx, &abroad).await.unwrap();
    }
    letters::insert(tx, &row(7, None)).await.unwrap();
    assert_eq!(mailbox(tx, SARI, 0, 9).await, [(1, 1), (4, 2), (6, 3)], "of every audience");
    assert_eq!(mailbox(tx, SARI, 1, 1).await, [(4, 2)]);
    assert_eq!(mailbox(tx, SARI, 3, 9).await, []);
    assert_eq!(mailbox(tx, BUDI, 0, 9).await, [(3, 1)]);
    assert_eq!(mailbox(tx, NOTHING, 0, 9).await, []);
    let desk = on_desk(tx, CLASS, 0, 9).await;
    assert_eq!(places(&desk), [(2, 1), (7, 2)]);
    assert_eq!(places(&on_desk(tx, CLASS, 1, 9).await), [(7, 2)]);
    assert_eq!(places(&on_desk(tx, CLASS, 0, 1).await), [(2, 1)]);
    assert_eq!(places(&on_desk(tx, CHANNEL, 0, 9).await), [(5, 1)]);
    let line = &desk[0];
    assert_eq!((&line.audience[..], &line.ik[..]), (&CLASS[..], &RINI_IK[..]));
    assert_eq!((&line.thread[..], line.kind, line.size), (&ZERO[..], 1, 400));
    assert_eq!((line.sent_ms, line.received_ms), (NOON - 5, NOON + 2));
    assert_eq!(line.writer_proof, None);
}

#[tokio::test]
async fn a_mailbox_has_one_writer_at_a_time() {
    for test in databases().await {
        founded(&test.db).await.commit().await.unwrap();
        let mut tx = test.db.write().await.unwrap();
        letters::insert(&mut tx, &row(1, Some(SARI))).await.unwrap();
        if let Some(mut second) = second_writer(&test.db).await {
            letters::insert(&mut second, &row(2, None)).await.unwrap();
            let shut = letters::insert(&mut second, &row(3, Some(SARI))).await.unwrap_err();
            assert!(shut.is_transient(), "{shut:?}");
        }
        tx.commit().await.unwrap();
        let mut tx = test.db.write().await.unwrap();
        letters::insert(&mut tx, &row(4, Some(SARI))).await.unwrap();
        assert_eq!(mailbox(&mut tx, SARI, 0, 9).await, [(1, 1), (4, 2)]);
    }
}

async fn letters_are_counted_by_who_sent_them_and_pruned_by_age(db: &Db) {
    let tx = &mut founded(db).await;
    for letter in 1..4 {
        letters::insert(tx, &row(letter, None)).await.unwrap();
    }
    let budis = LetterRow { account: BUDI.to_vec(), ..row(4, None) };
    letters::insert(tx, &budis).await.unwrap();
    assert_eq!(letters::sent_since(tx, &RINI, NOON).await, Ok(3));
    assert_eq!(letters::sent_since(tx, &RINI, NOON + 1).await, Ok(2));
    assert_eq!(letters::sent_since(tx, &RINI, NOON + 3).await, Ok(0));
    assert_eq!(letters::sent_since(tx, &NOTHING, 0).await, Ok(0));

    assert_eq!(letters::prune(tx, NOON + 1, 9).await, Ok(0));
    assert_eq!(letters::prune(tx, NOON + 4, 2).await, Ok(2));
    assert_eq!(letters::prune(tx, NOON + 4, 9).await, Ok(1));
    let rest = on_desk(tx, CLASS, 0, 9).await;
    assert_eq!(places(&rest), [(4, 4)]);
    letters::insert(tx, &row(5, None)).await.unwrap();
    let rest = on_desk(tx, CLASS, 0, 9).await;
    assert_eq!(places(&rest), [(4, 4), (5, 5)], "no place is given again");
}

async fn the_charter_at_a_moment_is_the_latest_begun(db: &Db) {
    let tx = &mut founded(db).await;
    charter(tx, CLASS, 1, NOON + 10).await;
    charter(tx, CLASS, 2, NOON + 20).await;
    let mut found = Vec::new();
    for at_ms in [NOON - 1, NOON, NOON + 19, NOON + 20, NOON + 999 * 86_400_000] {
        found.push(letters::charter_at(tx, &CLASS, at_ms).await.unwrap());
    }
    let [first, second, third] = ["charter ", "charter .", "charter .."].map(Vec::from);
    assert_eq!(found[..2], [None, Some(first)]);
    assert_eq!(found[2..], [Some(second), Some(third.clone()), Some(third)]);
    assert_eq!(letters::charter_at(tx, &NOTHING, NOON).await, Ok(None));
}
