//! A film of 50 MB, from the teacher's disk to the pupils'.

use std::sync::Mutex;
use std::sync::atomic::{AtomicU64, Ordering};

use kentongan::client::api::AttachmentFor;
use kentongan::client::payload::PostBody;
use kentongan::client::{ProblemKind, Source};
use kentongan::hub::Clock;
use kentongan_protocol::link::LinkKind;
use kentongan_protocol::post::Kind;
use rand_core::Rng as _;

use crate::hub::{TestHub, rng};
use crate::people::{Person, work};
use crate::process::Place;
use crate::support::{TestDatabase, postgres, sqlite};

const SIZE: usize = 50_000_000;

async fn a_film_arrives_as_it_was(database: TestDatabase) {
    let hub = TestHub::on(database, |_| ()).await;
    let mut film = vec![0; SIZE];
    rng("a film").fill_bytes(&mut film);
    let mut sari = Person::new(&hub, "Bu Sari").await;
    let class = sari.found_class("VII B").await;
    let link = sari.link(&class, LinkKind::Approval).await;
    let (mut ani, mut budi) = (Person::new(&hub, "Ani").await, Person::new(&hub, "Budi").await);
    for pupil in [&mut ani, &mut budi] {
        pupil.follow(&link).await;
    }
    sari.admit_all(&class).await;

    let path = sari.folder.path().join("percobaan.mp4");
    std::fs::write(&path, &film).expect("a film");
    let source = Source { path: &path, media_type: "video/mp4" };
    let (up, down) = (AtomicU64::new(0), AtomicU64::new(0));
    let count = |bytes| up.store(bytes, Ordering::Relaxed);
    let attached = sari.client.attach(&class, source, AttachmentFor::Audience, &count).await;
    let attached = attached.expect("uploaded");
    assert_eq!(attached.size, SIZE as u64);
    let content = PostBody {
        body: "Lihat percobaan ini".into(),
        attachments: vec![attached],
        ..PostBody::default()
    };
    let sent = sari.client.send(&class, Kind::Announcement, None, &content).await;
    let post = sent.expect("sent").post;
    work(&hub).await;
    for pupil in [&mut ani, &mut budi] {
        assert_eq!(pupil.fetch(&class).await.expect("a member"), ["Lihat percobaan ini"]);
    }

    let film_of = |person: &Person| {
        let view = person.client.post(&class, &post).expect("opened");
        let attachment = view.content.attachments[0].clone();
        (attachment.clone(), person.folder.path().join(attachment.file_name()))
    };
    let (attachment, target) = film_of(&ani);
    assert_eq!(attachment.file_name(), "percobaan.mp4");
    let count = |bytes| down.store(bytes, Ordering::Relaxed);
    let saved = ani.client.save_attachment(&class, &attachment, &target, &count).await;
    assert_eq!(saved.expect("saved"), SIZE as u64);
    assert!(std::fs::read(&target).expect("there") == film, "byte for byte");
    let (up, down) = (up.into_inner(), down.into_inner());
    assert!(up == down && up > SIZE as u64, "one sealed file went up and came down");

    let account = budi.client.vault().account();
    sari.client.remove(&class, &account).await.expect("removed");
    let (attachment, target) = film_of(&budi);
    let refused = budi.client.save_attachment(&class, &attachment, &target, &|_| {}).await;
    let refused = refused.expect_err("he has its key, and the hub serves it to members only");
    assert!(refused.is(&ProblemKind::NotFound), "{refused}");
    assert!(!target.exists());
}

#[tokio::test(flavor = "multi_thread")]
async fn a_film_of_fifty_megabytes_arrives_as_it_was_on_sqlite() {
    a_film_arrives_as_it_was(sqlite().await).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_film_of_fifty_megabytes_arrives_as_it_was_on_postgres() {
    a_film_arrives_as_it_was(postgres().await).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_film_goes_on_where_it_was_when_the_hub_comes_back() {
    const FILM: usize = 20_000_000;
    let place = Place::over(sqlite().await);
    let hub = place.serve("127.0.0.1:0", &[]);
    let mut sari = Person::with(&hub.origin(), Clock::System, "Bu Sari").await;
    let class = sari.found_class("VII B").await;
    let path = sari.folder.path().join("percobaan.mp4");
    std::fs::write(&path, vec![7; FILM]).expect("a film");
    let source = Source { path: &path, media_type: "video/mp4" };
    // Killed at half, and back at once: the upload does not end, and does not begin again.
    let back = Mutex::new(None);
    let (most, resumed_at) = (AtomicU64::new(0), AtomicU64::new(0));
    let restart = |bytes| {
        let before = most.fetch_max(bytes, Ordering::Relaxed);
        if bytes < before {
            resumed_at.fetch_max(bytes, Ordering::Relaxed);
        }
        let mut back = back.lock().expect("no panic");
        if bytes >= FILM as u64 / 2 && back.is_none() {
            hub.kill();
            *back = Some(place.serve(&hub.listen, &[]));
        }
    };
    let attached = sari.client.attach(&class, source, AttachmentFor::Audience, &restart).await;
    let attachment = attached.expect("uploaded");
    assert!(back.lock().expect("no panic").is_some(), "the hub was killed on the way");
    let resumed_at = resumed_at.into_inner();
    assert!(resumed_at > FILM as u64 / 10, "it went on at {resumed_at}");
    let target = sari.folder.path().join("kembali.mp4");
    sari.client.save_attachment(&class, &attachment, &target, &|_| {}).await.expect("saved");
    assert!(std::fs::read(&target).expect("there") == vec![7; FILM]);
}
