//! A term of three classes: every pupil and teacher sees what the model beside it says, and the hub has seen nothing.
//!
//! Invariant: what happens is drawn from the seed alone, which a failure shows; `TERM_SEED` draws another term.

mod class;
mod model;
mod pupil;
mod scan;
mod stage;
mod teacher;

use std::sync::Arc;
use std::time::Instant;

use kentongan::client::homework::Refusal;
use kentongan::{execute, fetch_scalar};
use tokio::task::JoinSet;

use self::class::{Class, Outcome};
use self::pupil::Tally;
use self::stage::{Stage, wait_for};
use crate::support::{TestDatabase, postgres, sqlite};

const CLASSES: usize = 3;
/// Pupils of a class, with the one who comes later.
const PUPILS: usize = 30;
/// Assignments of a class.
const WORKS: usize = 20;
/// At least so many submissions reach the hub, with those that come too late to count.
const SUBMISSIONS: usize = 3_000;
/// What pupils try in vain, each at least once.
const REFUSALS: [Refusal; 5] = [
    Refusal::NotOpen,
    Refusal::Closed,
    Refusal::AlreadyIn,
    Refusal::NoAttemptsLeft,
    Refusal::NotIn,
];

async fn a_term(database: TestDatabase) {
    let seed = std::env::var("TERM_SEED").unwrap_or_else(|_| "kentongan".into());
    println!("TERM_SEED={seed}");
    scan::keep_the_log();
    let begun = Instant::now();
    let stage = Arc::new(Stage::set(database, CLASSES).await);
    let mut classes = JoinSet::new();
    for number in 0..CLASSES {
        let (stage, seed) = (stage.clone(), seed.clone());
        classes.spawn(async move {
            let class = Class::found(&stage, &seed, number, PUPILS).await;
            Box::pin(class.term(WORKS)).await
        });
    }
    let mut outcomes = Vec::new();
    while let Some(outcome) = classes.join_next().await {
        outcomes.push(outcome.expect("a class went through its term"));
    }
    let all = total(&outcomes);
    for why in REFUSALS {
        assert!(all.refused.contains(&why), "nobody met: {why}");
    }
    let (refused, counted) = (all.refused.len(), Tally { refused: Vec::new(), ..all.clone() });
    println!("{counted:?} and {refused} refused in {:?}", begun.elapsed());
    assert!(all.handed_in + all.too_late >= SUBMISSIONS, "{all:?}");
    assert!(all.late > 0 && all.offline > 0 && all.lost > 0 && all.too_late > 0, "{all:?}");
    assert!(stage.line.uploads_broken() > 0, "uploads broke off and were sent again");
    assert_eq!(outcomes.iter().map(|class| class.works).sum::<usize>(), CLASSES * WORKS);
    nothing_is_found(&stage, &outcomes).await;
    println!("with the search in {:?}", begun.elapsed());
}

fn total(outcomes: &[Outcome]) -> Tally {
    let all = outcomes.iter().flat_map(|class| &class.tallies);
    all.fold(Tally::default(), |sum, one| Tally {
        handed_in: sum.handed_in + one.handed_in,
        again: sum.again + one.again,
        late: sum.late + one.late,
        offline: sum.offline + one.offline,
        lost: sum.lost + one.lost,
        too_late: sum.too_late + one.too_late,
        taken_back: sum.taken_back + one.taken_back,
        refused: [&sum.refused[..], &one.refused].concat(),
        files: sum.files + one.files,
        returns: sum.returns + one.returns,
        reminders: sum.reminders + one.reminders,
    })
}

/// Nothing of what was written is at the hub, in what it logged or in the mails that it sent; had it been, it would be found.
async fn nothing_is_found(stage: &Stage, outcomes: &[Outcome]) {
    let hub = &stage.hub;
    let mut tx = hub.hub.db.read().await.expect("a transaction");
    let sent = "select count(*) from nudges where state = 'sent'";
    let sent = fetch_scalar!(tx, i64, sent).expect("a number");
    drop(tx);
    let sent = usize::try_from(sent).expect("a number");
    let mailboxes: Vec<_> = outcomes.iter().map(|class| class.mailbox.as_str()).collect();
    let mails = wait_for(&mailboxes, sent).await;
    let (finds, looked) = scan::everything(hub, &mails).await;
    println!("{looked:?}, {sent} mails");
    assert_eq!(finds, Vec::<String>::new());
    assert!(looked.files > 100_000 && looked.rows > 1_000_000, "{looked:?}");
    assert!(looked.logs > 0 && looked.mails > 0, "{looked:?}");
    for table in ["audiences", "packs", "posts", "letters", "vaults", "attachments", "nudges"] {
        assert!(looked.tables.contains(table), "{table}: {looked:?}");
    }

    a_leak_would_be_found(stage).await;
}

/// In each form, and wherever a careless hub could leave it.
async fn a_leak_would_be_found(stage: &Stage) {
    for (form, leak) in scan::forms() {
        let mail = [b"Subject: ", &leak[..], b"\r\n"].concat();
        assert!(scan::found(&mail).is_some(), "{form} in a mail");
        let row = format!("(1,\"\\\\x{}\",2)", hex::encode(&leak));
        assert!(scan::found(row.as_bytes()).is_some(), "{form} in bytes of a row");
    }
    let hub = &stage.hub.hub;
    let (_, leak) = scan::forms().pop().expect("a form");
    let mut tx = hub.db.write().await.expect("a transaction");
    let sql = "update vaults set vault = $1 where vault_id = (select vault_id from vaults limit 1)";
    execute!(tx, sql, leak.as_slice()).expect("planted");
    tx.commit().await.expect("planted");
    std::fs::write(hub.config.data.join("attachments").join("planted"), &leak).expect("planted");
    let (finds, _) = scan::everything(&stage.hub, &[leak, in_two_lines()]).await;
    let file = hub.config.database.starts_with("sqlite").then_some("hub.db");
    let places = ["vaults", "planted", "a mail:", "a mail's part:"];
    for place in places.into_iter().chain(file) {
        assert!(finds.iter().any(|found| found.contains(place)), "{place}: {finds:?}");
    }
}

/// A mail in base64, whose lines break the mark.
fn in_two_lines() -> Vec<u8> {
    use base64ct::Encoding as _;
    let coded = base64ct::Base64::encode_string(format!("{:50}{}", "", scan::MARK).as_bytes());
    let (one, two) = coded.split_at(76);
    format!(
        "Content-Type: text/plain\r\nContent-Transfer-Encoding: base64\r\n\r\n{one}\r\n{two}\r\n"
    )
    .into_bytes()
}

#[tokio::test(flavor = "multi_thread")]
async fn a_term_of_ninety_pupils_comes_to_what_the_model_says_on_sqlite() {
    a_term(sqlite().await).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_term_of_ninety_pupils_comes_to_what_the_model_says_on_postgres() {
    a_term(postgres().await).await;
}
