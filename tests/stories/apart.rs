//! Web and workers as two processes over one database: what the one accepts, the other makes ready.

use std::time::{Duration, Instant};

use kentongan::client::api::Events;
use kentongan::client::payload::PostBody;
use kentongan::hub::Clock;
use kentongan_protocol::ids::PostId;
use kentongan_protocol::link::LinkKind;
use kentongan_protocol::post::Kind;

use crate::people::Person;
use crate::process::Place;
use crate::support::{TestDatabase, postgres, sqlite};

/// Longer than a worker's look, a fan-out and an event take on a busy machine.
const SOON: Duration = Duration::from_secs(30);

/// Less than a hub waits for what is under way.
const AT_ONCE: Duration = Duration::from_secs(8);

/// Waits for the event that tells a reader of `post`.
async fn told_of(events: &mut Events, post: PostId) {
    loop {
        let event = events.next().await.expect("the hub goes on");
        if event.kind == "post" && event.subject.is_some_and(|subject| subject.0 == post.0) {
            return;
        }
    }
}

async fn web_and_workers_apart(database: TestDatabase) {
    let place = Place::over(database);
    let hub = place.serve("127.0.0.1:0", &["--no-workers"]);
    let person = async |name| Person::with(&hub.origin(), Clock::System, name).await;
    let (mut sari, mut ani) = (person("Bu Sari").await, person("Ani").await);
    let class = sari.found_class("VII B").await;
    let link = sari.link(&class, LinkKind::Approval).await;
    ani.follow(&link).await;
    sari.admit_all(&class).await;
    assert_eq!(ani.fetch(&class).await.expect("admitted"), [""; 0]);

    let body = PostBody { body: "Besok libur".into(), ..PostBody::default() };
    let sent = sari.client.send(&class, Kind::Announcement, None, &body).await.expect("sent");
    let status = async || sari.client.api().status(&sent.post.0).await.expect("a publisher");
    let waiting = status().await;
    assert_eq!((waiting.cohorts.ready, waiting.cohorts.total), (0, 1));
    assert!(!waiting.working, "and the publisher can see why");
    assert_eq!(ani.fetch(&class).await.expect("a member"), [""; 0]);

    let mut events = ani.client.api().events(None).await.expect("connected");
    let worker = place.work();
    let told = tokio::time::timeout(SOON, told_of(&mut events, sent.post)).await;
    told.expect("the worker's event comes through the hub");
    assert_eq!(ani.fetch(&class).await.expect("a member"), ["Besok libur"]);
    let ready = status().await;
    assert_eq!((ready.cohorts.ready, ready.delivered, ready.working), (1, 1, true));

    assert_eq!(worker.terminate(), Some(0));
    assert!(!status().await.working, "one that ended is gone at once");
    let asked = Instant::now();
    assert_eq!(hub.terminate(), Some(0));
    assert!(asked.elapsed() < AT_ONCE, "a reader who is connected holds nothing up");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_post_that_the_hub_accepts_is_made_ready_by_another_process_on_sqlite() {
    web_and_workers_apart(sqlite().await).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_post_that_the_hub_accepts_is_made_ready_by_another_process_on_postgres() {
    web_and_workers_apart(postgres().await).await;
}
