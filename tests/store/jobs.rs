//! The queue's rows, where SQLite and PostgreSQL have a text each.

use kentongan::execute;
use kentongan::store::jobs::{self, JobCount, NewJob, QUEUE, Settlement};
use kentongan::store::{Db, Tx};

use crate::school::{NOON, empty, second_writer};
use crate::support::databases;

conforms!(
    a_key_is_kept_as_long_as_its_job,
    due_jobs_are_taken_oldest_first_and_none_before_its_time,
    a_try_ends_done_given_up_or_to_be_tried_again,
    only_its_holder_settles_a_job,
    a_boot_that_ends_gives_back_what_it_did_not_run,
    finished_jobs_go_by_their_age_failed_ones_later,
    what_was_given_up_is_put_back_by_its_kind,
    workers_long_gone_are_forgotten_unless_they_hold_a_job,
    a_boot_that_ended_is_forgotten_but_for_what_it_holds,
    whether_anybody_works_is_told_by_the_clock_of_the_database,
);

fn job<'a>(id: &'a str, key: &'a str, due_ms: i64) -> NewJob<'a> {
    NewJob { id, key, envelope: b"{}", attempts: 3, due_ms }
}

async fn claim(tx: &mut Tx, now_ms: i64) -> Option<String> {
    jobs::claim(tx, now_ms).await.expect("a look-up").map(|job| job.id)
}

async fn done(tx: &mut Tx, id: &str, now_ms: i64) {
    let settled = jobs::settle(tx, id, None, 1, now_ms, &Settlement::Done).await;
    assert_eq!(settled, Ok(true));
}

fn gave_up(reason: &str) -> Settlement {
    Settlement::GaveUp { reason: reason.into() }
}

fn count(kind: &str, state: &str, reason: Option<&str>, jobs: i64) -> JobCount {
    JobCount { kind: kind.into(), state: state.into(), reason: reason.map(Into::into), jobs }
}

/// A worker, last seen then.
async fn worker(tx: &mut Tx, id: &str, seen_ms: i64) {
    let sql = tx.pick(
        "insert into Workers (id, worker_type, storage_name, last_seen) values ($1, $2, 'test', $3 / 1000)",
        "insert into apalis.workers (id, worker_type, storage_name, last_seen)
         values ($1, $2, 'test', to_timestamp($3::bigint / 1000.0))",
    );
    execute!(tx, sql, id, QUEUE, seen_ms).expect("a worker");
}

/// Has a worker hold a claimed job, in one of the two states apalis knows for that.
async fn hold(tx: &mut Tx, id: &str, worker: &str, status: &str) {
    let sql = tx.pick(
        "update Jobs set status = $3, lock_by = $2 where id = $1",
        "update apalis.jobs set status = $3, lock_by = $2 where id = $1",
    );
    assert_eq!(execute!(tx, sql, id, worker, status), Ok(1));
}

async fn a_key_is_kept_as_long_as_its_job(db: &Db) {
    let tx = &mut empty(db).await;
    assert_eq!(jobs::insert(tx, &job("1", "notify/a", NOON)).await, Ok(true));
    assert_eq!(jobs::insert(tx, &job("2", "notify/a", NOON)).await, Ok(false));
    assert_eq!(jobs::insert(tx, &job("3", "nudge/a", NOON)).await, Ok(true));
    claim(tx, NOON).await.unwrap();
    assert_eq!(jobs::insert(tx, &job("4", "notify/a", NOON)).await, Ok(false), "taken");
    done(tx, "1", NOON).await;
    assert_eq!(jobs::insert(tx, &job("4", "notify/a", NOON)).await, Ok(false), "finished");
    assert_eq!(jobs::prune(tx, NOON + 2_000, 0, 9).await, Ok(1));
    assert_eq!(jobs::insert(tx, &job("4", "notify/a", NOON)).await, Ok(true), "forgotten");
}

async fn what_was_given_up_is_put_back_by_its_kind(db: &Db) {
    let tx = &mut empty(db).await;
    for (id, key) in
        [("1", "history/a"), ("2", "history/b"), ("3", "fan-out/a"), ("4", "history/c")]
    {
        jobs::insert(tx, &job(id, key, NOON)).await.unwrap();
        assert_eq!(claim(tx, NOON).await.as_deref(), Some(id));
    }
    for id in ["1", "2", "3"] {
        let settled = jobs::settle(tx, id, None, 9, NOON, &gave_up("torn")).await;
        assert_eq!(settled, Ok(true));
    }
    done(tx, "4", NOON).await;
    assert_eq!(jobs::put_back(tx, "hist", NOON).await, Ok(0));
    assert_eq!(jobs::put_back(tx, "history", NOON + 5_000).await, Ok(2));
    assert_eq!(jobs::put_back(tx, "history", NOON + 5_000).await, Ok(0));
    assert_eq!(claim(tx, NOON + 4_000).await, None);
    let back = jobs::claim(tx, NOON + 5_000).await.unwrap().expect("due");
    assert_eq!((&back.id[..], back.attempts), ("1", 0), "with all its tries");
    assert_eq!(claim(tx, NOON + 5_000).await.as_deref(), Some("2"));
    assert_eq!(claim(tx, NOON + 5_000).await, None, "nothing else comes back");
}

async fn due_jobs_are_taken_oldest_first_and_none_before_its_time(db: &Db) {
    let tx = &mut empty(db).await;
    assert!(jobs::claim(tx, NOON).await.unwrap().is_none());
    let later = NewJob { envelope: br#"{"kind":"x"}"#, ..job("1", "a/1", NOON + 5_001) };
    jobs::insert(tx, &later).await.unwrap();
    jobs::insert(tx, &job("4", "a/4", NOON + 1_000)).await.unwrap();
    jobs::insert(tx, &job("3", "a/3", NOON)).await.unwrap();
    jobs::insert(tx, &job("2", "a/2", NOON)).await.unwrap();
    assert_eq!(claim(tx, NOON - 1).await, None);
    assert_eq!(claim(tx, NOON + 1_000).await.as_deref(), Some("2"), "of two, the lesser id");
    assert_eq!(claim(tx, NOON + 1_000).await.as_deref(), Some("3"));
    assert_eq!(claim(tx, NOON + 1_000).await.as_deref(), Some("4"));
    assert_eq!(claim(tx, NOON + 5_000).await, None, "none is taken twice or too early");
    let last = jobs::claim(tx, NOON + 6_000).await.unwrap().unwrap();
    assert_eq!((&last.id[..], last.attempts, &last.job[..]), ("1", 0, later.envelope));
}

#[tokio::test]
async fn two_who_claim_at_once_get_two_jobs() {
    for test in databases().await {
        let mut tx = empty(&test.db).await;
        for (id, key) in [("1", "a/1"), ("2", "a/2")] {
            jobs::insert(&mut tx, &job(id, key, NOON)).await.unwrap();
        }
        tx.commit().await.unwrap();
        let mut tx = test.db.write().await.unwrap();
        assert_eq!(claim(&mut tx, NOON).await.as_deref(), Some("1"));
        if let Some(mut second) = second_writer(&test.db).await {
            assert_eq!(claim(&mut second, NOON).await.as_deref(), Some("2"), "without waiting");
            second.commit().await.unwrap();
        } else {
            assert_eq!(claim(&mut tx, NOON).await.as_deref(), Some("2"));
        }
        tx.commit().await.unwrap();
        assert_eq!(claim(&mut test.db.write().await.unwrap(), NOON).await, None);
    }
}

async fn a_try_ends_done_given_up_or_to_be_tried_again(db: &Db) {
    let tx = &mut empty(db).await;
    for (id, key) in [("1", "a/1"), ("2", "a/2"), ("3", "b/3"), ("4", "b/4")] {
        jobs::insert(tx, &job(id, key, NOON)).await.unwrap();
    }
    let early = jobs::settle(tx, "1", None, 1, NOON, &Settlement::Done).await;
    assert_eq!(early, Ok(false), "nobody holds it");
    for _ in 0..3 {
        claim(tx, NOON).await.unwrap();
    }
    let waiting = count("b", "pending", None, 1);
    let running = [count("a", "running", None, 2), waiting.clone(), count("b", "running", None, 1)];
    assert_eq!(jobs::counts(tx).await.unwrap(), running);

    done(tx, "1", NOON).await;
    let again = jobs::settle(tx, "1", None, 1, NOON, &gave_up("late")).await;
    assert_eq!(again, Ok(false), "settled once");
    let reason = "wet \"drum\" 🥁";
    let retry = Settlement::Retry { due_ms: NOON + 2_500, reason: reason.into() };
    assert_eq!(jobs::settle(tx, "2", None, 2, NOON, &retry).await, Ok(true));
    assert_eq!(jobs::settle(tx, "3", None, 3, NOON, &gave_up("split")).await, Ok(true));
    let counts = jobs::counts(tx).await.unwrap();
    let failed = count("b", "failed", Some("split"), 1);
    assert_eq!(counts, [count("a", "pending", Some(reason), 1), failed, waiting]);

    assert_eq!(claim(tx, NOON).await.as_deref(), Some("4"), "it was due before");
    assert_eq!(claim(tx, NOON + 2_499).await, None);
    let second = jobs::claim(tx, NOON + 3_000).await.unwrap().unwrap();
    assert_eq!((&second.id[..], second.attempts), ("2", 2));
    done(tx, "2", NOON + 3_000).await;
    done(tx, "4", NOON + 3_000).await;
    assert_eq!(jobs::counts(tx).await.unwrap(), [count("b", "failed", Some("split"), 1)]);
    let none = jobs::settle(tx, "5", None, 1, NOON, &Settlement::Done).await;
    assert_eq!(none, Ok(false));
}

async fn only_its_holder_settles_a_job(db: &Db) {
    let tx = &mut empty(db).await;
    worker(tx, "boot-1", NOON).await;
    worker(tx, "boot-2", NOON).await;
    jobs::insert(tx, &job("1", "a/1", NOON)).await.unwrap();
    hold(tx, "1", "boot-1", "Running").await;
    for other in [None, Some("boot-2"), Some("boot-3")] {
        let settled = jobs::settle(tx, "1", other, 1, NOON, &Settlement::Done).await;
        assert_eq!(settled, Ok(false), "{other:?}");
    }
    let retry = Settlement::Retry { due_ms: NOON, reason: "wet".into() };
    assert_eq!(jobs::settle(tx, "1", Some("boot-1"), 1, NOON, &retry).await, Ok(true));
    assert_eq!(claim(tx, NOON).await.as_deref(), Some("1"), "for anybody");
    done(tx, "1", NOON).await;
}

async fn a_boot_that_ends_gives_back_what_it_did_not_run(db: &Db) {
    let tx = &mut empty(db).await;
    for id in ["boot%-1", "boot%-2", "boots-1"] {
        worker(tx, id, NOON).await;
    }
    for (id, key, worker, status) in [
        ("1", "a/1", "boot%-1", "Queued"),
        ("2", "a/2", "boot%-2", "Queued"),
        ("3", "a/3", "boot%-2", "Running"),
        ("4", "a/4", "boots-1", "Queued"),
    ] {
        jobs::insert(tx, &job(id, key, NOON)).await.unwrap();
        hold(tx, id, worker, status).await;
    }
    assert_eq!(jobs::release(tx, "boot%").await, Ok(2), "a prefix, not a pattern");
    assert_eq!(jobs::release(tx, "boot%").await, Ok(0));
    assert_eq!(claim(tx, NOON).await.as_deref(), Some("1"));
    assert_eq!(claim(tx, NOON).await.as_deref(), Some("2"));
    assert_eq!(claim(tx, NOON).await, None);
    assert_eq!(jobs::release(tx, "boot%").await, Ok(0), "nobody in particular holds those");
}

async fn finished_jobs_go_by_their_age_failed_ones_later(db: &Db) {
    let tx = &mut empty(db).await;
    for (n, key) in (1_i64..).zip(["a/1", "a/2", "a/3", "a/4", "a/5"]) {
        jobs::insert(tx, &job(&n.to_string(), key, NOON + n * 1_000)).await.unwrap();
    }
    for (id, at_ms) in [("1", NOON + 10_000), ("2", NOON + 20_000), ("3", NOON + 20_000)] {
        assert_eq!(claim(tx, NOON + 10_000).await.as_deref(), Some(id));
        done(tx, id, at_ms).await;
    }
    claim(tx, NOON + 10_000).await.unwrap();
    jobs::settle(tx, "4", None, 1, NOON + 10_000, &gave_up("split")).await.unwrap();
    assert_eq!(jobs::prune(tx, NOON + 10_000, NOON + 10_000, 9).await, Ok(0));
    assert_eq!(jobs::prune(tx, NOON + 20_000, NOON + 10_000, 9).await, Ok(1));
    assert_eq!(jobs::prune(tx, NOON + 30_000, NOON + 10_000, 1).await, Ok(1));
    assert_eq!(jobs::prune(tx, NOON + 30_000, NOON + 10_000, 9).await, Ok(1));
    let left = [count("a", "failed", Some("split"), 1), count("a", "pending", None, 1)];
    assert_eq!(jobs::counts(tx).await.unwrap(), left);
    assert_eq!(jobs::prune(tx, NOON, NOON + 11_000, 9).await, Ok(1));
    assert_eq!(jobs::counts(tx).await.unwrap(), left[1..]);
}

async fn workers_long_gone_are_forgotten_unless_they_hold_a_job(db: &Db) {
    let tx = &mut empty(db).await;
    worker(tx, "gone", NOON).await;
    worker(tx, "holding", NOON).await;
    worker(tx, "alive", NOON + 60_000).await;
    jobs::insert(tx, &job("1", "a/1", NOON)).await.unwrap();
    hold(tx, "1", "holding", "Running").await;
    assert_eq!(jobs::prune_workers(tx, NOON).await, Ok(0));
    assert_eq!(jobs::prune_workers(tx, NOON + 30_000).await, Ok(1));
    let settled = jobs::settle(tx, "1", Some("holding"), 1, NOON, &Settlement::Done).await;
    assert_eq!(settled, Ok(true), "it could still settle it");
    assert_eq!(jobs::prune_workers(tx, NOON + 30_000).await, Ok(1));
    assert_eq!(jobs::prune_workers(tx, NOON + 90_000).await, Ok(1));
}

async fn a_boot_that_ended_is_forgotten_but_for_what_it_holds(db: &Db) {
    let tx = &mut empty(db).await;
    for id in ["boot%-1", "boot%-2", "boots-1"] {
        worker(tx, id, NOON).await;
    }
    jobs::insert(tx, &job("1", "a/1", NOON)).await.unwrap();
    hold(tx, "1", "boot%-2", "Running").await;
    assert_eq!(jobs::forget_workers(tx, "boot%").await, Ok(1), "a prefix, not a pattern");
    let settled = jobs::settle(tx, "1", Some("boot%-2"), 1, NOON, &Settlement::Done).await;
    assert_eq!(settled, Ok(true), "it could still settle it");
    assert_eq!(jobs::forget_workers(tx, "boot%").await, Ok(1));
    assert_eq!(jobs::forget_workers(tx, "boot%").await, Ok(0));
    assert_eq!(jobs::forget_workers(tx, "boots").await, Ok(1));
}

async fn whether_anybody_works_is_told_by_the_clock_of_the_database(db: &Db) {
    let tx = &mut empty(db).await;
    assert_eq!(jobs::worked(tx, i64::from(i32::MAX)).await, Ok(false), "nobody ever");
    worker(tx, "long-gone", 0).await;
    assert_eq!(jobs::worked(tx, 3_600).await, Ok(false));
    let sql = tx.pick(
        "update Workers set last_seen = unixepoch() - 600",
        "update apalis.workers set last_seen = now() - interval '600 seconds'",
    );
    execute!(tx, sql).unwrap();
    assert_eq!(jobs::worked(tx, 60).await, Ok(false));
    assert_eq!(jobs::worked(tx, 3_600).await, Ok(true));
    let sql = tx.pick(
        "update Workers set worker_type = 'another queue'",
        "update apalis.workers set worker_type = 'another queue'",
    );
    execute!(tx, sql).unwrap();
    assert_eq!(jobs::worked(tx, 3_600).await, Ok(false), "of another queue");
}
