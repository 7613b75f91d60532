//! Stories of background jobs: none is lost, none is repeated noticeably, and none fails in silence.

mod support;

use std::collections::HashMap;
use std::process::Stdio;
use std::sync::atomic::{AtomicI64, Ordering};
use std::sync::{Arc, LazyLock, Mutex};
use std::time::{Duration, Instant};

use kentongan::hub::{Clock, Hub};
use kentongan::jobs::queue::{self, Drained, Times};
use kentongan::jobs::{Failure, Job, Kinds, retention::Retention};
use kentongan::store::StoreError;
use kentongan::store::jobs::JobCount;
use serde::{Deserialize, Serialize};
use tokio::io::{AsyncBufReadExt, BufReader};
use tokio::sync::mpsc;
use tokio::task::JoinHandle;
use tokio_util::sync::CancellationToken;

use support::{TestDatabase, databases};

const NOON: i64 = 1_800_000_000_500;
const PATIENCE: Duration = Duration::from_secs(30);

/// What jobs did, by the story they belong to: stories run beside each other.
static HEARD: LazyLock<Mutex<HashMap<String, mpsc::UnboundedSender<String>>>> =
    LazyLock::new(Mutex::default);

fn say(story: &str, what: impl Into<String>) {
    let heard = HEARD.lock().expect("no story panics while speaking");
    if let Some(listener) = heard.get(story) {
        drop(listener.send(what.into()));
    }
}

/// A new story and its ear.
fn story() -> (String, mpsc::UnboundedReceiver<String>) {
    let name = ulid::Ulid::generate().to_string();
    let (sender, receiver) = mpsc::unbounded_channel();
    HEARD.lock().expect("no story panics while speaking").insert(name.clone(), sender);
    (name, receiver)
}

async fn hear(ear: &mut mpsc::UnboundedReceiver<String>) -> String {
    tokio::time::timeout(PATIENCE, ear.recv()).await.expect("heard in time").expect("a voice")
}

/// Says its number.
#[derive(Serialize, Deserialize)]
struct Beat {
    story: String,
    number: usize,
    keyed: bool,
}

impl Job for Beat {
    const NAME: &'static str = "beat";
    const ATTEMPTS: u32 = 3;

    fn key(&self) -> Option<String> {
        self.keyed.then(|| format!("{}-{}", self.story, self.number))
    }

    async fn run(&self, _hub: &Arc<Hub>) -> Result<(), Failure> {
        say(&self.story, self.number.to_string());
        Ok(())
    }
}

/// Fails until the clock passes a time, or for good, or panics.
#[derive(Serialize, Deserialize)]
enum Clumsy {
    Until { story: String, clock_ms: i64 },
    ForGood { story: String },
    Panics { story: String },
}

impl Clumsy {
    fn story(&self) -> &str {
        let (Self::Until { story, .. } | Self::ForGood { story } | Self::Panics { story }) = self;
        story
    }
}

impl Job for Clumsy {
    const NAME: &'static str = "clumsy";
    const ATTEMPTS: u32 = 4;

    async fn run(&self, hub: &Arc<Hub>) -> Result<(), Failure> {
        say(self.story(), "try");
        match self {
            Self::Until { clock_ms, .. } if hub.clock.now_ms() < *clock_ms => {
                Err(Failure::Retry("the drum is wet".into()))
            }
            Self::Until { .. } => Ok(()),
            Self::ForGood { .. } => Err(Failure::GiveUp("the drum is split".into())),
            Self::Panics { .. } => panic!("a stick breaks"),
        }
    }

    async fn failed(&self, _hub: &Arc<Hub>, reason: &str) -> Result<(), StoreError> {
        say(self.story(), format!("given up: {reason}"));
        Ok(())
    }
}

/// Never ends in a process that is to be killed; elsewhere ends at once.
#[derive(Serialize, Deserialize)]
struct Heavy {
    story: String,
}

const KILLED: &str = "KENTONGAN_TEST_WORKER_TO_KILL";

impl Job for Heavy {
    const NAME: &'static str = "heavy";
    const ATTEMPTS: u32 = 3;

    async fn run(&self, _hub: &Arc<Hub>) -> Result<(), Failure> {
        if std::env::var(KILLED).is_ok() {
            println!("\nlifting");
            std::future::pending::<()>().await;
        }
        say(&self.story, "lifted");
        Ok(())
    }
}

fn kinds() -> Kinds {
    Kinds::default().with::<Beat>().with::<Clumsy>().with::<Heavy>().with::<Retention>()
}

/// A hub whose clock stands at noon until it is moved.
async fn still_hub(test: &TestDatabase) -> (Arc<Hub>, Arc<AtomicI64>) {
    let now = Arc::new(AtomicI64::new(NOON));
    (test.hub(Clock::Fixed(now.clone())).await, now)
}

async fn push(hub: &Hub, job: &impl Job) -> bool {
    let mut tx = hub.db.write().await.expect("a transaction");
    let new = queue::push(&mut tx, job, hub.clock.now_ms()).await.expect("pushed");
    tx.commit().await.expect("committed");
    new
}

async fn drain(hub: &Arc<Hub>) -> Drained {
    queue::drain(hub, &kinds(), Times::Once).await.expect("drained")
}

/// Workers under way, with the way to stop them.
struct Working(CancellationToken, JoinHandle<Result<(), queue::WorkersEnded>>);

fn work(hub: &Arc<Hub>, concurrency: usize) -> Working {
    let stop = CancellationToken::new();
    let workers = queue::workers(hub.clone(), kinds(), concurrency, stop.clone());
    Working(stop, tokio::spawn(workers))
}

impl Working {
    async fn stop(self) {
        self.0.cancel();
        let ended = tokio::time::timeout(PATIENCE, self.1).await.expect("workers stop in time");
        ended.expect("no panic").expect("workers end well");
    }
}

fn state(count: &JobCount) -> (&str, &str, Option<&str>, i64) {
    (&count.kind, &count.state, count.reason.as_deref(), count.jobs)
}

#[tokio::test]
async fn what_is_rolled_back_leaves_no_job() {
    for test in databases().await {
        let ((hub, _), (story, _ear)) = (still_hub(&test).await, story());
        let mut tx = hub.db.write().await.unwrap();
        assert!(
            queue::push(&mut tx, &Beat { story, number: 1, keyed: false }, NOON).await.unwrap()
        );
        drop(tx);
        assert_eq!(drain(&hub).await, Drained::default());
        assert_eq!(queue::counts(&hub.db).await.unwrap(), []);
    }
}

#[tokio::test]
async fn a_key_makes_one_job_and_spoils_no_transaction() {
    for test in databases().await {
        let ((hub, _), (story, mut ear)) = (still_hub(&test).await, story());
        let beat = |number| Beat { story: story.clone(), number, keyed: true };
        let mut tx = hub.db.write().await.unwrap();
        assert!(queue::push(&mut tx, &beat(1), NOON).await.unwrap());
        assert!(!queue::push(&mut tx, &beat(1), NOON).await.unwrap());
        assert!(queue::push(&mut tx, &beat(2), NOON).await.unwrap());
        tx.commit().await.unwrap();
        assert!(!push(&hub, &beat(2)).await);
        assert_eq!(drain(&hub).await.ran, [("beat".to_owned(), 2)].into());
        assert!(!push(&hub, &beat(1)).await, "a finished job's key is still known");
        let mut heard = [hear(&mut ear).await, hear(&mut ear).await];
        heard.sort();
        assert_eq!(heard, ["1", "2"]);
        assert!(ear.try_recv().is_err());
    }
}

#[tokio::test]
async fn a_job_that_is_not_due_waits() {
    for test in databases().await {
        let ((hub, now), (story, _ear)) = (still_hub(&test).await, story());
        let mut tx = hub.db.write().await.unwrap();
        let beat = Beat { story, number: 1, keyed: false };
        queue::push_at(&mut tx, &beat, NOON + 90_000).await.unwrap();
        tx.commit().await.unwrap();
        now.store(NOON + 89_400, Ordering::SeqCst);
        assert_eq!(drain(&hub).await, Drained::default());
        now.store(NOON + 90_500, Ordering::SeqCst);
        assert_eq!(drain(&hub).await.ran, [("beat".to_owned(), 1)].into());
    }
}

#[tokio::test]
async fn a_failed_job_comes_back_later_even_after_a_restart() {
    for test in databases().await {
        let ((hub, now), (story, mut ear)) = (still_hub(&test).await, story());
        push(&hub, &Clumsy::Until { story, clock_ms: NOON + 6_000 }).await;
        let wet = Drained {
            ran: [("clumsy".to_owned(), 1)].into(),
            failures: vec![("clumsy".into(), "the drum is wet".into())],
        };
        assert_eq!(drain(&hub).await, wet);
        assert_eq!(drain(&hub).await, Drained::default(), "not before its time");
        let counts = queue::counts(&hub.db).await.unwrap();
        assert_eq!(state(&counts[0]), ("clumsy", "pending", Some("the drum is wet"), 1));

        let hub = test.hub(hub.clock.clone()).await;
        now.store(NOON + 1_900, Ordering::SeqCst);
        assert_eq!(drain(&hub).await, Drained::default());
        now.store(NOON + 3_500, Ordering::SeqCst);
        assert_eq!(drain(&hub).await, wet);
        now.store(NOON + 20_000, Ordering::SeqCst);
        assert_eq!(drain(&hub).await.failures, []);
        assert_eq!(queue::counts(&hub.db).await.unwrap(), []);
        for _ in 0..3 {
            assert_eq!(hear(&mut ear).await, "try");
        }
        hub.db.close().await;
    }
}

#[tokio::test]
async fn a_job_given_up_says_why() {
    for test in databases().await {
        let ((hub, now), (story, mut ear)) = (still_hub(&test).await, story());
        push(&hub, &Clumsy::ForGood { story: story.clone() }).await;
        push(&hub, &Clumsy::Until { story, clock_ms: i64::MAX }).await;
        for minute in 0..10 {
            now.store(NOON + minute * 60_000, Ordering::SeqCst);
            drain(&hub).await;
        }
        let counts = queue::counts(&hub.db).await.unwrap();
        let states: Vec<_> = counts.iter().map(state).collect();
        let split = ("clumsy", "failed", Some("the drum is split"), 1);
        assert_eq!(states, [split, ("clumsy", "failed", Some("the drum is wet"), 1)]);
        let mut heard = Vec::new();
        while let Ok(said) = ear.try_recv() {
            heard.push(said);
        }
        assert_eq!(heard.iter().filter(|said| *said == "try").count(), 1 + 4);
        assert!(heard.contains(&"given up: the drum is split".to_owned()));
        assert!(heard.contains(&"given up: the drum is wet".to_owned()));
    }
}

#[tokio::test]
async fn draining_twice_runs_what_succeeded_again() {
    for test in databases().await {
        let ((hub, _), (story, mut ear)) = (still_hub(&test).await, story());
        push(&hub, &Beat { story, number: 7, keyed: false }).await;
        let drained = queue::drain(&hub, &kinds(), Times::Twice).await.unwrap();
        assert_eq!(drained.ran, [("beat".to_owned(), 1)].into());
        assert_eq!([hear(&mut ear).await, hear(&mut ear).await], ["7", "7"]);
    }
}

#[tokio::test]
async fn retention_forgets_what_nobody_waits_for() {
    for test in databases().await {
        let ((hub, now), (story, _ear)) = (still_hub(&test).await, story());
        let beat = Beat { story: story.clone(), number: 1, keyed: true };
        push(&hub, &beat).await;
        push(&hub, &Clumsy::ForGood { story }).await;
        drain(&hub).await;
        now.store(NOON + 25 * 3_600_000, Ordering::SeqCst);
        push(&hub, &Retention { tick: 1 }).await;
        assert!(!push(&hub, &Retention { tick: 1 }).await, "several hubs make one");
        assert_eq!(drain(&hub).await.failures, []);
        assert!(push(&hub, &beat).await, "its key is forgotten");
        let failed = queue::counts(&hub.db).await.unwrap();
        assert!(failed.iter().any(|count| count.state == "failed"), "failures stay for a month");
        now.store(NOON + 31 * 24 * 3_600_000, Ordering::SeqCst);
        push(&hub, &Retention { tick: 2 }).await;
        drain(&hub).await;
        assert_eq!(queue::counts(&hub.db).await.unwrap(), []);
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn workers_wake_at_once() {
    for test in databases().await {
        let (hub, (story, mut ear)) = (test.hub(Clock::System).await, story());
        let working = work(&hub, 4);
        let mut waits = Vec::new();
        for number in 0..40 {
            let pushed = Instant::now();
            push(&hub, &Beat { story: story.clone(), number, keyed: false }).await;
            assert_eq!(hear(&mut ear).await, number.to_string());
            waits.push(pushed.elapsed());
        }
        working.stop().await;
        waits.sort();
        println!(
            "push to run: median {:?}, 95th {:?}, worst {:?}",
            waits[20], waits[38], waits[39]
        );
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_panic_is_a_failure_and_the_worker_lives() {
    for test in databases().await {
        let (hub, (story, mut ear)) = (test.hub(Clock::System).await, story());
        push(&hub, &Clumsy::Panics { story: story.clone() }).await;
        let working = work(&hub, 1);
        assert_eq!(hear(&mut ear).await, "try");
        push(&hub, &Beat { story, number: 2, keyed: false }).await;
        assert_eq!(hear(&mut ear).await, "2");
        working.stop().await;
        let counts = queue::counts(&hub.db).await.unwrap();
        assert_eq!(state(&counts[0]), ("clumsy", "pending", Some("the job panicked"), 1));
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn stopping_in_the_middle_of_work_leaves_nothing_behind_a_lock() {
    for test in databases().await {
        let (hub, (story, mut ear)) = (test.hub(Clock::System).await, story());
        let mut tx = hub.db.write().await.unwrap();
        for number in 0..300 {
            let beat = Beat { story: story.clone(), number, keyed: false };
            queue::push(&mut tx, &beat, hub.clock.now_ms()).await.unwrap();
        }
        tx.commit().await.unwrap();
        let mut heard = 0;
        let mut longest = Duration::ZERO;
        while heard < 300 {
            let working = work(&hub, 4);
            for _ in 0..60.min(300 - heard) {
                hear(&mut ear).await;
                heard += 1;
            }
            let told = Instant::now();
            working.stop().await;
            longest = longest.max(told.elapsed());
            while ear.try_recv().is_ok() {
                heard += 1;
            }
            let counts = queue::counts(&hub.db).await.unwrap();
            assert!(counts.iter().all(|count| count.state == "pending"), "{counts:?}");
        }
        println!("stopped within {longest:?}");
        assert_eq!((heard, queue::counts(&hub.db).await.unwrap()), (300, vec![]));
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn two_workers_over_one_postgres_run_each_job_once() {
    let test = support::postgres().await;
    let (one, (story, mut ear)) = (test.hub(Clock::System).await, story());
    let two = test.hub(Clock::System).await;
    let working = [work(&one, 4), work(&two, 4)];
    let begun = Instant::now();
    for batch in 0..5 {
        let mut tx = one.db.write().await.unwrap();
        for number in 0..100 {
            let beat = Beat { story: story.clone(), number: batch * 100 + number, keyed: false };
            queue::push(&mut tx, &beat, one.clock.now_ms()).await.unwrap();
        }
        tx.commit().await.unwrap();
    }
    let mut heard = Vec::new();
    for _ in 0..500 {
        heard.push(hear(&mut ear).await.parse::<usize>().unwrap());
    }
    println!("500 jobs by two workers: {:?}", begun.elapsed());
    for workers in working {
        workers.stop().await;
    }
    assert!(ear.try_recv().is_err(), "nothing ran twice");
    heard.sort_unstable();
    assert_eq!(heard, (0..500).collect::<Vec<_>>());
    assert_eq!(queue::counts(&one.db).await.unwrap(), []);
    two.db.close().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn the_job_of_a_killed_worker_is_taken_up_by_another() {
    if let Ok(url) = std::env::var(KILLED) {
        let hub = support::at(url).await.hub(Clock::System).await;
        queue::workers(hub, kinds(), 2, CancellationToken::new()).await.unwrap();
        return;
    }
    for test in databases().await {
        let (hub, (story, mut ear)) = (test.hub(Clock::System).await, story());
        push(&hub, &Heavy { story }).await;
        let mut victim = tokio::process::Command::new(std::env::current_exe().unwrap())
            .args(["the_job_of_a_killed_worker_is_taken_up_by_another", "--exact", "--nocapture"])
            .env(KILLED, &test.url)
            .stdout(Stdio::piped())
            .kill_on_drop(true)
            .spawn()
            .unwrap();
        let mut lines = BufReader::new(victim.stdout.take().unwrap()).lines();
        let lifting = async {
            while lines.next_line().await.unwrap().expect("the worker lives") != "lifting" {}
        };
        tokio::time::timeout(PATIENCE, lifting).await.expect("the job begins");
        victim.kill().await.unwrap();
        let killed = Instant::now();
        let working = work(&hub, 2);
        assert_eq!(hear(&mut ear).await, "lifted");
        println!("taken up after {:?}", killed.elapsed());
        assert!(killed.elapsed() < PATIENCE);
        working.stop().await;
        assert_eq!(queue::counts(&hub.db).await.unwrap(), []);
    }
}
