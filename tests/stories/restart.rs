//! A hub that is killed in the middle of everything, and started again where it was.

use std::iter;
use std::time::{Duration, Instant};

use kentongan::client::api::{AttachmentFor, Events};
use kentongan::client::payload::{Attachment, PostBody};
use kentongan::client::{Addressee, Error, Joined, Source};
use kentongan::hub::Clock;
use kentongan_protocol::charter::Role;
use kentongan_protocol::ids::{AudienceId, PostId};
use kentongan_protocol::letter;
use kentongan_protocol::link::LinkKind;
use kentongan_protocol::post::Kind;
use tokio::sync::watch;

use crate::people::Person;
use crate::process::{Place, Process};
use crate::register::Register;
use crate::support::{TestDatabase, postgres, sqlite};

const COHORTS: usize = 6;
const EACH: usize = 60;
/// Bytes of a film.
const FILM: usize = 20_000_000;
/// What a process that was killed had begun is taken up by then.
const TAKEN_UP: Duration = Duration::from_secs(30);

fn says(text: &str) -> PostBody {
    PostBody { body: text.into(), ..PostBody::default() }
}

/// A class with a register of pupils, two teachers and two pupils who look themselves.
struct School {
    sari: Person,
    agus: Person,
    ani: Person,
    budi: Person,
    class: AudienceId,
    register: Register,
}

impl School {
    async fn found(place: &Place, serve: &[&str]) -> (Self, Process) {
        let hub = place.open().await;
        let register = Register::import(&hub, COHORTS, EACH).await;
        hub.db.close().await;
        drop(hub);
        let process = place.serve("127.0.0.1:0", serve);
        let origin = process.origin();
        let person = async |name| Person::with(&origin, Clock::System, name).await;
        let (mut sari, mut agus) = (person("Bu Sari").await, person("Pak Agus").await);
        let (mut ani, mut budi) = (person("Ani").await, person("Budi").await);
        let class = sari.found_class("Sekolah").await;
        let mut chain = sari.client.sync(&class).await.expect("charters");
        sari.client.add_cohorts(&mut chain, COHORTS - 1).await.expect("room");
        let link = sari.link(&class, LinkKind::Approval).await;
        sari.client
            .add_staff(&class, &agus.client.vault().account(), Role::Publisher)
            .await
            .expect("added");
        assert_eq!(agus.follow(&link).await, Joined::Publisher);
        for pupil in [&mut ani, &mut budi] {
            pupil.follow(&link).await;
        }
        sari.admit_all(&class).await;
        let chain = sari.client.sync(&class).await.expect("charters");
        let now = Clock::System.now_ms().unsigned_abs();
        register.enrol(&sari, &chain, now).await;
        (Self { sari, agus, ani, budi, class, register }, process)
    }

    /// Waits until every one of these posts is ready for everybody: woken by the hub's own events.
    async fn ready(&self, mut events: Events, posts: &[PostId]) {
        let api = self.agus.client.api();
        for post in posts {
            loop {
                let status = api.status(&post.0).await.expect("a publisher").cohorts;
                assert_eq!((status.failed, status.total), (0, 6));
                if status.ready == status.total {
                    break;
                }
                events.next().await.expect("the hub goes on");
            }
        }
    }

    /// Everybody's view: each post once, in order, and every slot opens.
    async fn complete(&mut self, place: &Place, said: &[String]) {
        let class = self.class;
        let mut seen = Vec::new();
        for person in [&mut self.sari, &mut self.agus, &mut self.ani, &mut self.budi] {
            person.fetch(&class).await.expect("in the class");
            let views = person.client.posts(&class);
            let texts: Vec<_> = views.iter().map(|view| view.content.body.clone()).collect();
            assert_eq!(texts, said, "nothing lost, nothing twice, nothing in another order");
            assert!(views.iter().all(|view| view.post.gap == 0));
            seen = views.iter().map(|view| view.id).collect();
        }
        let chain = self.sari.client.sync(&class).await.expect("charters");
        for post in seen {
            let bytes = self.agus.client.api().post(&post.0).await.expect("a publisher");
            self.register.all_open(&place.database.db, &chain, &post, &bytes).await;
        }
    }
}

async fn announce(sari: &mut Person, class: &AudienceId, number: usize) -> Result<PostId, Error> {
    let content = says(&format!("Pengumuman {number}"));
    let sent = sari.client.send(class, Kind::Announcement, None, &content).await;
    sent.map(|sent| sent.post)
}

/// Announces one thing after the other until the hub is gone; the posts it took.
async fn announcing(
    sari: &mut Person,
    class: &AudienceId,
    done: &watch::Sender<Done>,
) -> Vec<PostId> {
    let mut posts = Vec::new();
    loop {
        match announce(sari, class, posts.len()).await {
            Ok(post) => posts.push(post),
            // Nothing was sealed yet: it is hers to send again.
            Err(Error::Unreachable(_) | Error::Answer(_)) => return posts,
            Err(error) => {
                assert!(error.to_string().contains("do not send it again"), "{error}");
                return posts;
            }
        }
        done.send_modify(|done| done.posts += 1);
    }
}

/// Writes one letter after the other until the hub is gone; how many it took.
async fn writing(
    budi: &mut Person,
    class: &AudienceId,
    root: PostId,
    done: &watch::Sender<Done>,
) -> usize {
    for number in 0.. {
        match write(budi, class, root, number).await {
            Ok(()) => {}
            Err(Error::Unreachable(_) | Error::Answer(_)) => return number,
            Err(refused) => panic!("refused: {refused}"),
        }
        done.send_modify(|done| done.letters += 1);
    }
    unreachable!("the hub is killed before")
}

async fn write(
    budi: &mut Person,
    class: &AudienceId,
    root: PostId,
    number: usize,
) -> Result<(), Error> {
    let (kind, content) = (letter::Kind::Reply, says(&format!("Surat {number}")));
    let sent = budi.client.send_letter(class, Addressee::Desk, kind, Some(root), &content);
    sent.await.map(drop)
}

/// What the hub has taken so far.
#[derive(Default)]
struct Done {
    posts: usize,
    letters: usize,
}

/// Posts, letters, their fan-out and an upload go on at once when the hub is killed; the posts and letters it took.
async fn killed(school: &mut School, hub: &Process, root: PostId) -> (Vec<PostId>, usize) {
    let class = school.class;
    let done = watch::Sender::new(Done::default());
    let mut seen = done.subscribe();
    let uploading = async {
        seen.wait_for(|done| done.posts >= 3 && done.letters >= 2).await.expect("both go on");
        // Half of the film is on its way, the other half never will be.
        let kill = |bytes| {
            if bytes >= FILM as u64 / 2 {
                hub.kill();
            }
        };
        let cut = attach(&mut school.agus, &class, &kill).await;
        assert!(cut.is_err(), "the hub is gone");
    };
    let (posts, letters, ()) = tokio::join!(
        announcing(&mut school.sari, &class, &done),
        writing(&mut school.budi, &class, root, &done),
        uploading,
    );
    (posts, letters)
}

async fn attach(
    agus: &mut Person,
    class: &AudienceId,
    progress: &(dyn Fn(u64) + Send + Sync),
) -> Result<Attachment, Error> {
    let film = agus.folder.path().join("film.mp4");
    std::fs::write(&film, vec![7; FILM]).expect("a film");
    let source = Source { path: &film, media_type: "video/mp4" };
    agus.client.attach(class, source, AttachmentFor::Audience, progress).await
}

async fn killed_in_the_middle_of_everything(database: TestDatabase) {
    let place = Place::over(database);
    let (mut school, hub) = School::found(&place, &[]).await;
    let class = school.class;
    let root = school.sari.client.send(&class, Kind::Assignment, None, &says("Tugas")).await;
    let root = root.expect("sent").post;
    school.budi.client.fetch(&class).await.expect("admitted");
    let (mut posts, letters) = killed(&mut school, &hub, root).await;
    assert!(place.unready().await > 0, "the fan-out was under way");

    let _hub = place.serve(&hub.listen, &[]);
    let again = Instant::now();
    let events = school.agus.client.api().events(None).await.expect("connected");
    let flushed = school.sari.client.flush(&class).await.expect("what is on its way goes out");
    posts.push(match flushed {
        Some(sent) => sent.post,
        None => announce(&mut school.sari, &class, posts.len()).await.expect("sent again"),
    });
    posts.insert(0, root);
    write(&mut school.budi, &class, root, letters).await.expect("sent again");
    let film = attach(&mut school.agus, &class, &|_| {}).await.expect("whole");
    let content = PostBody { attachments: vec![film.clone()], ..says("Film") };
    let last = school.agus.client.send(&class, Kind::Announcement, None, &content).await;
    posts.push(last.expect("sent").post);
    let left = TAKEN_UP.saturating_sub(again.elapsed());
    let ready = tokio::time::timeout(left, school.ready(events, &posts)).await;
    ready.expect("what was begun is taken up in time");

    let announced = (0..posts.len() - 2).map(|number| format!("Pengumuman {number}"));
    let said: Vec<_> = iter::once("Tugas".into()).chain(announced).chain(["Film".into()]).collect();
    school.complete(&place, &said).await;
    let target = school.ani.folder.path().join("film.mp4");
    school.ani.client.save_attachment(&class, &film, &target, &|_| {}).await.expect("saved");
    assert!(std::fs::read(&target).expect("there") == vec![7; FILM]);
    the_desk_has_each_letter_once(&mut school, letters + 1).await;
}

async fn the_desk_has_each_letter_once(school: &mut School, letters: usize) {
    let chain = school.agus.client.sync(&school.class).await.expect("charters");
    school.agus.client.fetch_desk(&chain).await.expect("the desk");
    let lines = school.agus.client.letters();
    let replies = lines.iter().filter(|line| line.letter.kind == letter::Kind::Reply.word());
    let mut texts: Vec<_> = replies.map(|line| line.letter.content.body.clone()).collect();
    texts.sort();
    let mut expected: Vec<_> = (0..letters).map(|number| format!("Surat {number}")).collect();
    expected.sort();
    assert_eq!(texts, expected);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_hub_killed_in_the_middle_of_everything_loses_nothing_on_sqlite() {
    Box::pin(killed_in_the_middle_of_everything(sqlite().await)).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_hub_killed_in_the_middle_of_everything_loses_nothing_on_postgres() {
    Box::pin(killed_in_the_middle_of_everything(postgres().await)).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn of_two_workers_one_is_killed_and_the_other_finishes() {
    let place = Place::over(postgres().await);
    let (mut school, _hub) = School::found(&place, &["--no-workers"]).await;
    let class = school.class;
    let (mut posts, mut said) = (Vec::new(), Vec::new());
    for number in 0..10 {
        said.push(format!("Pengumuman {number}"));
        posts.push(announce(&mut school.sari, &class, number).await.expect("sent"));
    }
    assert_eq!(place.unready().await, 10 * 6, "nobody works yet");
    let mut events = school.agus.client.api().events(None).await.expect("connected");
    let (one, _other) = (place.work(), place.work());
    while events.next().await.expect("the hub goes on").kind != "progress" {}
    one.kill();
    assert!(place.unready().await > 0, "the fan-out was under way");
    let ready = tokio::time::timeout(TAKEN_UP, school.ready(events, &posts)).await;
    ready.expect("the other finishes in time");
    school.complete(&place, &said).await;
}
