//! Posts written in the evening for the next morning: seen by their publishers, held by the hub, out in time.

use std::time::Duration;

use kentongan::client::payload::PostBody;
use kentongan::hub::Clock;
use kentongan::store::audiences;
use kentongan_protocol::charter::Role;
use kentongan_protocol::ids::{AudienceId, PostId};
use kentongan_protocol::link::LinkKind;
use kentongan_protocol::post::Kind;

use crate::hub::TestHub;
use crate::people::{Person, work};
use crate::process::{Place, Process};
use crate::support::{TestDatabase, postgres, sqlite};

const HOUR: u64 = 60 * 60 * 1000;
/// What a scheduled post may be late.
const LATE: u64 = 5_000;
/// Sixty at once take as long as the machine lets them: the story says how long.
const ALL_LATE: u64 = 60_000;

fn says(text: &str) -> PostBody {
    PostBody { body: text.into(), ..PostBody::default() }
}

async fn schedule(sari: &mut Person, class: &AudienceId, text: &str, at: u64) -> PostId {
    let sent = sari.client.schedule(class, Kind::Announcement, &says(text), at).await;
    sent.expect("held by the hub")
}

#[tokio::test(flavor = "multi_thread")]
async fn a_scheduled_post_is_its_publishers_until_its_time() {
    for hub in TestHub::each().await {
        let mut sari = Person::new(&hub, "Bu Sari").await;
        let mut agus = Person::new(&hub, "Pak Agus").await;
        let mut budi = Person::new(&hub, "Budi").await;
        let class = sari.found_class("Kelas 7B").await;
        let link = sari.link(&class, LinkKind::Approval).await;
        let of_agus = agus.client.vault().account();
        sari.client.add_staff(&class, &of_agus, Role::Publisher).await.expect("added");
        agus.follow(&link).await;
        budi.follow(&link).await;
        sari.admit_all(&class).await;

        let at = hub.now() + 10 * HOUR;
        let morning = schedule(&mut sari, &class, "Upacara dimulai.", at).await;
        let second = schedule(&mut sari, &class, "Bawa topi.", at).await;
        // Neither keeps the other, nor what is written meanwhile, waiting.
        sari.client.send(&class, Kind::Announcement, None, &says("Malam.")).await.expect("sent");
        work(&hub).await;
        assert_eq!(budi.fetch(&class).await.expect("in the class"), ["Malam."]);
        agus.fetch(&class).await.expect("a publisher");
        let seen = agus.client.post(&class, &morning).expect("publishers see what waits");
        assert_eq!((seen.post.release_ms, seen.post.pending), (Some(at), true));

        sari.client.take_back(&second).await.expect("taken back");
        agus.fetch(&class).await.expect("a publisher");
        let gone = agus.client.post(&class, &second).expect("told what became of it");
        assert_eq!(gone.post.lapsed.as_deref(), Some("taken-back"));

        hub.wait(10 * HOUR);
        work(&hub).await;
        assert_eq!(budi.fetch(&class).await.expect("in the class"), ["Upacara dimulai."]);
        agus.fetch(&class).await.expect("a publisher");
        let out = agus.client.post(&class, &morning).expect("it went out");
        assert_eq!((out.post.release_ms, out.post.pending), (None, false));
        let view = budi.client.post(&class, &morning).expect("opened");
        assert!(!view.post.earlier_rules && view.post.gap == 0);
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_post_released_under_later_rules_says_so() {
    for hub in TestHub::each().await {
        let mut sari = Person::new(&hub, "Bu Sari").await;
        let mut budi = Person::new(&hub, "Budi").await;
        let class = sari.found_class("Kelas 7B").await;
        let link = sari.link(&class, LinkKind::Approval).await;
        budi.follow(&link).await;
        sari.admit_all(&class).await;
        let post = schedule(&mut sari, &class, "Besok.", hub.now() + HOUR).await;
        hub.wait(HOUR / 2);
        sari.client.renew(&class).await.expect("renewed under the same keys");
        hub.wait(HOUR / 2);
        work(&hub).await;
        assert_eq!(budi.fetch(&class).await.expect("in the class"), ["Besok."]);
        assert!(budi.client.post(&class, &post).expect("opened").post.earlier_rules);
    }
}

/// A hub that is killed while a post waits, and comes back before its time or after.
async fn killed_before_its_time(database: TestDatabase) {
    let place = Place::over(database);
    let hub = place.serve("127.0.0.1:0", &[]);
    let origin = hub.origin();
    let person = async |name| Person::with(&origin, Clock::System, name).await;
    let (mut sari, mut budi) = (person("Bu Sari").await, person("Budi").await);
    let class = sari.found_class("Kelas 7B").await;
    let link = sari.link(&class, LinkKind::Approval).await;
    budi.follow(&link).await;
    sari.admit_all(&class).await;
    let now = || Clock::System.now_ms().unsigned_abs();
    let at = now() + 8_000;
    schedule(&mut sari, &class, "Tepat waktu.", at).await;
    hub.kill();

    let _again = place.serve(&hub.listen, &[]);
    let mut events = budi.client.api().events(None).await.expect("connected");
    assert!(now() < at, "the hub is back before the post is due");
    let told = async { while events.next().await.expect("the hub goes on").kind != "post" {} };
    tokio::time::timeout(Duration::from_mins(1), told).await.expect("released");
    let told_at = now();
    assert!((at..at + LATE).contains(&told_at), "{} ms after its time", told_at.wrapping_sub(at));
    assert_eq!(budi.fetch(&class).await.expect("in the class"), ["Tepat waktu."]);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_hub_killed_while_a_post_waits_releases_it_in_time_on_sqlite() {
    killed_before_its_time(sqlite().await).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_hub_killed_while_a_post_waits_releases_it_in_time_on_postgres() {
    killed_before_its_time(postgres().await).await;
}

/// Waits until each of these posts is accepted; when that was.
async fn all_out(sari: &Person, posts: &[PostId], until: u64) -> u64 {
    for post in posts {
        while sari.client.api().status(&post.0).await.expect("a publisher").state != "accepted" {
            assert!(Clock::System.now_ms().unsigned_abs() < until, "released in time");
        }
    }
    Clock::System.now_ms().unsigned_abs()
}

/// A teacher and a pupil on a hub that is to be killed, with `posts` posts that go out in two seconds; when that is.
async fn a_busy_morning(
    place: &Place,
    hub: &Process,
    posts: usize,
) -> (Person, Person, AudienceId, Vec<PostId>, u64) {
    let origin = hub.origin();
    let mut sari = Person::with(&origin, Clock::System, "Bu Sari").await;
    let mut budi = Person::with(&origin, Clock::System, "Budi").await;
    let class = sari.found_class("Kelas 7B").await;
    let link = sari.link(&class, LinkKind::Approval).await;
    budi.follow(&link).await;
    sari.admit_all(&class).await;
    let mut scheduled = Vec::new();
    for number in 0..posts {
        let at = Clock::System.now_ms().unsigned_abs() + HOUR;
        scheduled.push(schedule(&mut sari, &class, &format!("Pagi {number}"), at).await);
    }
    let at = Clock::System.now_ms().unsigned_abs() + 2_000;
    place.all_due_at(at).await;
    assert_eq!(place.unready().await, i64::try_from(posts).expect("a few"), "all of them wait");
    (sari, budi, class, scheduled, at)
}

/// A hub killed while it stands in the middle of a release: its write has begun and cannot go on.
async fn killed_in_the_middle_of_a_release(database: TestDatabase) {
    let place = Place::over(database);
    let hub = place.serve("127.0.0.1:0", &[]);
    let (sari, mut budi, class, posts, at) = a_busy_morning(&place, &hub, 1).await;
    let mut held = place.database.db.write().await.expect("a transaction");
    audiences::lock(&mut held, class.as_ref()).await.expect("held").expect("a class");
    let status = async || sari.client.api().status(&posts[0].0).await.expect("a publisher").state;
    while Clock::System.now_ms().unsigned_abs() < at + 2_000 {
        assert_eq!(status().await, "scheduled", "nobody else can write");
    }
    hub.kill();
    drop(held);
    let back = Clock::System.now_ms().unsigned_abs();
    let _again = place.serve(&hub.listen, &[]);
    let out = all_out(&sari, &posts, back + LATE).await;
    println!("released {} ms after the hub was started again", out - back);
    let mut texts = Vec::new();
    while texts.is_empty() {
        texts = budi.fetch(&class).await.expect("in the class");
    }
    assert_eq!(texts, ["Pagi 0"]);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_hub_killed_in_the_middle_of_a_release_releases_it_when_it_is_back_on_sqlite() {
    Box::pin(killed_in_the_middle_of_a_release(sqlite().await)).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_hub_killed_in_the_middle_of_a_release_releases_it_when_it_is_back_on_postgres() {
    Box::pin(killed_in_the_middle_of_a_release(postgres().await)).await;
}

/// A hub killed between the releases of many posts that are due at one moment.
async fn killed_among_releases(database: TestDatabase) {
    let place = Place::over(database);
    let hub = place.serve("127.0.0.1:0", &[]);
    let (mut sari, _budi, class, posts, at) = a_busy_morning(&place, &hub, 60).await;
    all_out(&sari, &posts[..1], at + ALL_LATE).await;
    hub.kill();
    let chain = sari.client.sync(&class).await;
    assert!(chain.is_err(), "the hub is gone");
    let before = place.waiting().await;
    assert!(before > 0, "some were out and some were not");
    let back = Clock::System.now_ms().unsigned_abs();
    let _again = place.serve(&hub.listen, &[]);
    let out = all_out(&sari, &posts, back + ALL_LATE).await;
    println!("the {before} left were released {} ms after the hub was started again", out - back);
    sari.fetch(&class).await.expect("a publisher");
    let texts: Vec<_> = sari.client.posts(&class).iter().map(|p| p.content.body.clone()).collect();
    assert_eq!(
        texts,
        (0..60).map(|n| format!("Pagi {n}")).collect::<Vec<_>>(),
        "each of them once"
    );
}

#[tokio::test(flavor = "multi_thread")]
async fn a_hub_killed_among_releases_releases_the_rest_when_it_is_back_on_sqlite() {
    Box::pin(killed_among_releases(sqlite().await)).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_hub_killed_among_releases_releases_the_rest_when_it_is_back_on_postgres() {
    Box::pin(killed_among_releases(postgres().await)).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_hub_that_was_down_at_its_time_releases_it_when_it_is_back() {
    let place = Place::over(sqlite().await);
    let hub = place.serve("127.0.0.1:0", &["--no-workers"]);
    let origin = hub.origin();
    let mut sari = Person::with(&origin, Clock::System, "Bu Sari").await;
    let class = sari.found_class("Kelas 7B").await;
    let now = || Clock::System.now_ms().unsigned_abs();
    let at = now() + 500;
    let post = schedule(&mut sari, &class, "Terlewat.", at).await;
    // Nobody works: its time passes.
    let status = async || sari.client.api().status(&post.0).await.expect("a publisher").state;
    while now() <= at {
        assert_eq!(status().await, "scheduled");
    }
    hub.kill();
    let back = now();
    let _again = place.serve(&hub.listen, &[]);
    while status().await == "scheduled" {
        assert!(now() < back + LATE, "released within five seconds of its return");
    }
    assert_eq!(status().await, "accepted");
}
