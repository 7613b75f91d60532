//! Letters on desks: open until somebody says otherwise.

use kentongan::store::desk::{self, DeskRow};
use kentongan::store::letters::{self, LetterRow};
use kentongan::store::{Db, Tx};

use crate::letters::row;
use crate::school::{BUDI, CHANNEL, CLASS, Id, NOON, NOTHING, RINI, SARI, ZERO, founded, some};

const TRIP: Id = [0x61; 32];
const TEST: Id = [0x62; 32];

conforms!(
    a_letter_is_open_until_somebody_says_otherwise,
    only_the_resolved_ones_of_one_author_and_thread_open_again,
);

fn care(state: &str, assignee: Option<Id>) -> DeskRow {
    DeskRow {
        state: state.into(),
        assignee: assignee.map(|id| id.to_vec()),
        changed_by: some(&RINI),
        changed_ms: Some(NOON),
    }
}

/// A letter to the class's desk about a post.
fn about(letter: u8, author: Id, thread: Id) -> LetterRow {
    LetterRow { account: author.to_vec(), thread: thread.to_vec(), ..row(letter, None) }
}

async fn listed(tx: &mut Tx, state: Option<&str>) -> Vec<(u8, String)> {
    let rows = desk::list(tx, &CLASS, 0, 9, state).await.expect("a desk");
    rows.into_iter().map(|row| (row.letter.letter[0], row.desk.state)).collect()
}

async fn a_letter_is_open_until_somebody_says_otherwise(db: &Db) {
    let tx = &mut founded(db).await;
    for (letter, to) in [(1, None), (2, None), (3, None), (4, Some(SARI))] {
        letters::insert(tx, &row(letter, to)).await.unwrap();
    }
    let abroad = LetterRow { audience: CHANNEL.to_vec(), ..row(5, None) };
    letters::insert(tx, &abroad).await.unwrap();
    assert_eq!(desk::of(tx, &[1; 32]).await, Ok(None));
    let open = [(1, "open".into()), (2, "open".into()), (3, "open".into())];
    assert_eq!(listed(tx, None).await, open);
    assert_eq!(listed(tx, Some("open")).await, open);
    let first = desk::list(tx, &CLASS, 0, 9, None).await.unwrap().remove(0);
    assert_eq!((first.desk.assignee, first.desk.changed_by), (None, None));
    assert_eq!((first.desk.changed_ms, first.letter.size), (None, 400));

    desk::put(tx, &[2; 32], &care("resolved", None)).await.unwrap();
    let assigned = care("assigned", Some(RINI));
    desk::put(tx, &[1; 32], &assigned).await.unwrap();
    desk::put(tx, &[1; 32], &assigned).await.unwrap();
    assert_eq!(desk::of(tx, &[1; 32]).await, Ok(Some(assigned.clone())));
    assert_eq!(listed(tx, Some("assigned")).await, [(1, "assigned".into())]);
    assert_eq!(listed(tx, Some("open")).await, [(3, "open".into())]);
    assert_eq!(desk::list(tx, &CLASS, 1, 1, None).await.unwrap()[0].desk, care("resolved", None));
    assert!(desk::list(tx, &NOTHING, 0, 9, None).await.unwrap().is_empty());
    // A letter goes with how it stands.
    assert_eq!(letters::prune(tx, NOON + 2, 9).await, Ok(1));
    assert_eq!(desk::of(tx, &[1; 32]).await, Ok(None));
    assert!(desk::put(tx, &NOTHING, &assigned).await.is_err(), "there is no such letter");
}

async fn only_the_resolved_ones_of_one_author_and_thread_open_again(db: &Db) {
    let tx = &mut founded(db).await;
    let all = [(1, SARI, TRIP), (2, SARI, TRIP), (3, SARI, TEST), (4, BUDI, TRIP), (5, SARI, ZERO)];
    for (letter, author, thread) in all {
        letters::insert(tx, &about(letter, author, thread)).await.unwrap();
        let state = if letter == 2 { "assigned" } else { "resolved" };
        desk::put(tx, &[letter; 32], &care(state, Some(RINI))).await.unwrap();
    }
    let opened = desk::reopen(tx, &CLASS, &SARI, &TRIP, NOON + 9).await.unwrap();
    assert_eq!(opened, [vec![1; 32]]);
    assert!(desk::reopen(tx, &CLASS, &SARI, &TRIP, NOON + 9).await.unwrap().is_empty());
    assert!(desk::reopen(tx, &CHANNEL, &SARI, &TEST, NOON + 9).await.unwrap().is_empty());
    let states: Vec<_> = listed(tx, None).await.into_iter().map(|(_, state)| state).collect();
    assert_eq!(states, ["open", "assigned", "resolved", "resolved", "resolved"]);
    let row = desk::of(tx, &[1; 32]).await.unwrap().unwrap();
    assert_eq!((row.assignee, row.changed_by), (None, some(&SARI)));
    assert_eq!(row.changed_ms, Some(NOON + 9));
}
