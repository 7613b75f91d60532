//! A teacher who leaves, and the colleague who goes on with the class.

use kentongan::client::payload::PostBody;
use kentongan::client::{Addressee, Cause, Joined, ProblemKind, REMOVED};
use kentongan_protocol::charter::Role;
use kentongan_protocol::ids::{AudienceId, PostId};
use kentongan_protocol::letter;
use kentongan_protocol::link::LinkKind;
use kentongan_protocol::post::{ChainMemory, Key, Kind, Post, Reading, Thread};

use crate::hub::TestHub;
use crate::people::{Person, work};

fn says(text: &str) -> PostBody {
    PostBody { body: text.into(), ..PostBody::default() }
}

async fn announce(teacher: &mut Person, class: &AudienceId, text: &str) -> PostId {
    let sent = teacher.client.send(class, Kind::Announcement, None, &says(text)).await;
    sent.expect("sent").post
}

#[tokio::test]
async fn a_teacher_leaves_and_hands_the_class_over() {
    for hub in TestHub::each().await {
        let mut sari = Person::new(&hub, "Bu Sari").await;
        let mut agus = Person::new(&hub, "Pak Agus").await;
        let class = sari.found_class("VII B").await;
        let old_link = sari.link(&class, LinkKind::Approval).await;
        let mut pupils = [Person::new(&hub, "Ani").await, Person::new(&hub, "Budi").await];
        for pupil in &mut pupils {
            pupil.follow(&old_link).await;
        }
        sari.admit_all(&class).await;
        announce(&mut sari, &class, "Dari Bu Sari").await;
        let mut chain = sari.client.sync(&class).await.expect("charters");
        sari.client.add_cohorts(&mut chain, 1).await.expect("a second cohort");

        let account = agus.client.vault().account();
        sari.client.add_staff(&class, &account, Role::Admin).await.expect("added");
        assert_eq!(agus.follow(&old_link).await, Joined::Publisher);
        work(&hub).await;
        assert_eq!(agus.fetch(&class).await.expect("keys by letter"), ["Dari Bu Sari"]);
        announce(&mut agus, &class, "Kita berdua").await;
        work(&hub).await;

        let before = agus.client.sync(&class).await.expect("charters").current().clone();
        let leaver = sari.client.vault().ik().public();
        let rotated = agus.client.rotate(&class, Cause::Publisher(leaver), &|_| {}).await;
        let rotated = rotated.expect("rotated");
        assert_eq!((rotated.cohorts, rotated.stayed, rotated.rejoin.len()), (2, 2, 0));
        let after = agus.client.sync(&class).await.expect("charters").current().clone();
        assert!(after.cohorts.iter().all(|s| !before.cohorts.contains(s)), "every cohort");
        assert_ne!(after.desk, before.desk, "and the desk");
        assert!(agus.client.links(&class).await.expect("links").iter().all(|link| link.closed));

        let alone = announce(&mut agus, &class, "Dari Pak Agus").await;
        work(&hub).await;
        for pupil in &mut pupils {
            let read = pupil.fetch(&class).await.expect("enrolled again");
            assert_eq!(read, ["Dari Bu Sari", "Kita berdua", "Dari Pak Agus"]);
        }
        a_letter_and_its_answer(&mut agus, &mut pupils[0], &class, alone).await;
        the_leaver_is_out(&mut sari, &mut agus, &class, alone).await;

        let mut citra = Person::new(&hub, "Citra").await;
        let refused = citra.client.join(&old_link, Some("VII B"), None, false).await;
        let why = refused.expect_err("the old link is dead").to_string();
        assert!(why.contains("link") && why.contains("new one"), "{why}");
        let link = agus.link(&class, LinkKind::Approval).await;
        assert_eq!(citra.follow(&link).await, Joined::Asked);
        assert_eq!(agus.admit_all(&class).await, ["Citra"]);
        announce(&mut agus, &class, "Selamat datang").await;
        work(&hub).await;
        let read = citra.fetch(&class).await.expect("a member");
        assert_eq!(read.last().map(String::as_str), Some("Selamat datang"));
    }
}

async fn a_letter_and_its_answer(
    agus: &mut Person,
    ani: &mut Person,
    class: &AudienceId,
    post: PostId,
) {
    let kind = letter::Kind::Reply;
    let asked = says("Masih ada PR?");
    let sent = ani.client.send_letter(class, Addressee::Desk, kind, Some(post), &asked).await;
    sent.expect("to the new desk");
    let chain = agus.client.sync(class).await.expect("charters");
    assert_eq!(agus.client.fetch_desk(&chain).await.expect("the desk").len(), 1 + 2, "and names");
    let lines = agus.client.letters();
    assert!(lines.iter().any(|line| line.letter.content.body == "Masih ada PR?"));
    let to = Addressee::Account(ani.client.vault().account());
    agus.client.send_letter(class, to, kind, Some(post), &says("Masih")).await.expect("sent");
    assert_eq!(ani.client.fetch_letters().await.expect("mailbox").new.len(), 1);
}

/// She may neither publish nor fetch; and what she kept does not open what a copied database would give her.
async fn the_leaver_is_out(sari: &mut Person, agus: &mut Person, class: &AudienceId, post: PostId) {
    let sent = sari.client.send(class, Kind::Announcement, None, &says("Masih saya?")).await;
    sent.expect_err("no publisher any more");
    assert_eq!(sari.client.fetch(class).await.expect("told").state, REMOVED);
    let refused = sari.client.api().post(&post.0).await.expect_err("not hers");
    assert!(refused.is(&ProblemKind::NotFound), "{refused}");
    let bytes = agus.client.api().post(&post.0).await.expect("a publisher's");
    let copy = Post::parse(&bytes).expect("a post");
    let chain = agus.client.sync(class).await.expect("charters");
    let keys = sari.client.vault().audience(class).expect("what she kept");
    assert_eq!(keys.cohorts.len(), 2);
    for s in keys.cohorts.values() {
        let s = kentongan_protocol::keys::CohortSecret::from_bytes(s.expose()).expect("a secret");
        for cohort in 0..2 {
            let reading = Reading {
                charters: &chain,
                hosting_consented: false,
                member: None,
                memory: ChainMemory::default(),
                thread: Thread::Unavailable,
                approvals: &[],
                cohort,
                key: Key::Publisher(&s),
            };
            let delivered = copy.delivered(cohort).expect("two cohorts");
            assert!(reading.open(&delivered).is_err(), "her keys open nothing new");
        }
    }
}
