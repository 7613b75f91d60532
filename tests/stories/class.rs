//! A teacher and a class of three.

use std::collections::BTreeSet;
use std::path::Path;

use kentongan::client::api::AttachmentFor;
use kentongan::client::payload::{Attachment, PostBody};
use kentongan::client::{ASKED, Addressee, Error, Joined, REMOVED, Shown, Source};
use kentongan_protocol::ids::{AudienceId, PostId};
use kentongan_protocol::letter;
use kentongan_protocol::link::LinkKind;
use kentongan_protocol::post::Kind;

use crate::hub::{DAY, TestHub};
use crate::line::Line;
use crate::people::{Person, work};
use crate::support::databases;

fn says(text: &str) -> PostBody {
    PostBody { body: text.into(), ..PostBody::default() }
}

#[tokio::test]
async fn a_teacher_posts_homework_with_a_photo() {
    for hub in TestHub::each().await {
        let mut sari = Person::new(&hub, "Bu Sari").await;
        let class = sari.found_class("VII B").await;
        let link = sari.link(&class, LinkKind::Approval).await;
        let mut pupils = Vec::new();
        for name in ["Ani", "Budi", "Citra"] {
            let mut pupil = Person::new(&hub, name).await;
            assert_eq!(pupil.follow(&link).await, Joined::Asked);
            assert_eq!(pupil.client.fetch(&class).await.expect("told").state, ASKED);
            pupils.push(pupil);
        }
        assert_eq!(sari.admit_all(&class).await, ["Ani", "Budi", "Citra"]);

        let photo = sari.folder.path().join("halaman 12.jpg");
        let picture: Vec<u8> = (0..50_000_u32).flat_map(u32::to_le_bytes).collect();
        std::fs::write(&photo, &picture).expect("a photo");
        let source = Source { path: &photo, media_type: "image/jpeg" };
        let attached = sari.client.attach(&class, source, AttachmentFor::Audience, &|_| {}).await;
        let homework = PostBody {
            title: Some("Pecahan".into()),
            attachments: vec![attached.expect("uploaded")],
            ..says("Kerjakan halaman 12")
        };
        let sent = sari.client.send(&class, Kind::Assignment, None, &homework).await.expect("sent");
        assert_eq!(pupils[0].client.fetch(&class).await.expect("told").waiting, 1, "not made yet");
        work(&hub).await;

        for pupil in &mut pupils {
            assert_eq!(pupil.fetch(&class).await.expect("a member"), ["Kerjakan halaman 12"]);
            assert_eq!(pupil.fetch(&class).await.expect("a member").len(), 0, "nothing twice");
        }
        let [ani, budi, citra] = &mut pupils[..] else { unreachable!("three") };
        let view = ani.client.post(&class, &sent.post).expect("opened");
        assert_eq!((view.name, view.post.by_publisher), (Some("Bu Sari"), true));
        let attachment = view.content.attachments[0].clone();
        let target = ani.folder.path().join(attachment.file_name());
        ani.client.save_attachment(&class, &attachment, &target, &|_| {}).await.expect("saved");
        assert_eq!(std::fs::read(&target).expect("there"), picture);

        a_private_question_and_its_answer(&mut sari, budi, &class, sent.post).await;
        citra.client.acknowledge(&class, &sent.post).await.expect("understood");
        let status = sari.client.api().status(&sent.post.0).await.expect("a publisher");
        assert_eq!((status.recipients.ready, status.delivered, status.acknowledged), (3, 3, 1));

        let account = budi.client.vault().account();
        sari.client.remove(&class, &account).await.expect("removed");
        let after = says("Untuk yang masih di kelas");
        sari.client.send(&class, Kind::Announcement, None, &after).await.expect("sent");
        work(&hub).await;
        assert_eq!(ani.fetch(&class).await.expect("still a member"), ["Untuk yang masih di kelas"]);
        let shut_out = budi.client.fetch(&class).await.expect("told");
        assert_eq!((shut_out.state.as_str(), shut_out.new.len()), (REMOVED, 0));
        assert_eq!(budi.client.posts(&class).len(), 1, "what was read stays");
    }
}

async fn a_private_question_and_its_answer(
    sari: &mut Person,
    budi: &mut Person,
    class: &kentongan_protocol::ids::AudienceId,
    homework: PostId,
) {
    let (kind, question) = (letter::Kind::Reply, says("Nomor 3 juga?"));
    let sent = budi.client.send_letter(class, Addressee::Desk, kind, Some(homework), &question);
    sent.await.expect("sent");
    let chain = sari.client.sync(class).await.expect("charters");
    let new = sari.client.fetch_desk(&chain).await.expect("the desk");
    let letters = sari.client.letters();
    let line = letters.iter().find(|line| new.contains(&line.id)).expect("a new letter");
    assert_eq!((line.name, line.letter.content.body.as_str()), (Some("Budi"), "Nomor 3 juga?"));
    let to = Addressee::Account(budi.client.vault().account());
    sari.client.send_letter(class, to, kind, Some(homework), &says("Ya")).await.expect("sent");
    assert_eq!(budi.client.fetch_letters().await.expect("mailbox").new.len(), 1);
    assert_eq!(budi.client.letters()[0].letter.content.body, "Ya");
}

#[tokio::test]
async fn what_is_said_is_answered_corrected_and_taken_back() {
    for hub in TestHub::each().await {
        let mut sari = Person::new(&hub, "Bu Sari").await;
        let class = sari.found_class("VII B").await;
        let link = sari.link(&class, LinkKind::Open).await;
        let mut ani = Person::new(&hub, "Ani").await;
        assert_eq!(ani.follow(&link).await, Joined::Member);
        let own = ani.client.send(&class, Kind::Announcement, None, &says("Ayo bolos")).await;
        let why = own.map(|_| ()).expect_err("she does not publish").to_string();
        assert!(why.contains("only a publisher") && why.contains("reply"), "{why}");

        let post = sari.client.send(&class, Kind::Announcement, None, &says("Besok pukul 8")).await;
        let post = post.expect("sent").post;
        work(&hub).await;
        assert_eq!(ani.fetch(&class).await.expect("a member"), ["Besok pukul 8"]);
        let reply = ani.client.send(&class, Kind::Reply, Some(post), &says("Baik, Bu")).await;
        let reply = reply.expect("a member may").post;
        hub.wait(1_000);
        let correction = says("Pukul 9");
        let sent = sari.client.send(&class, Kind::Correction, Some(post), &correction).await;
        sent.expect("corrected");
        work(&hub).await;
        assert_eq!(
            sari.fetch(&class).await.expect("own"),
            ["Besok pukul 8", "Baik, Bu", "Pukul 9"]
        );
        assert_eq!(ani.fetch(&class).await.expect("a member").len(), 2);

        let view = ani.client.post(&class, &post).expect("kept");
        assert!(matches!(view.shown, Shown::Corrected(_)));
        assert_eq!(
            (view.content.body.as_str(), view.post.content.body.as_str()),
            ("Pukul 9", "Besok pukul 8")
        );
        let own =
            ani.client.send(&class, Kind::Withdrawal, Some(reply), &PostBody::default()).await;
        own.expect("its own reply");
        work(&hub).await;
        sari.fetch(&class).await.expect("a publisher");
        let view = sari.client.post(&class, &reply).expect("kept");
        assert!(matches!(view.shown, Shown::Withdrawn(_)));
    }
}

#[tokio::test]
async fn an_answer_that_is_lost_makes_no_second_post() {
    for database in databases().await {
        let line = Line::lay().await;
        let origin = line.origin.clone();
        let hub = TestHub::on(database, |config| config.origin = origin).await;
        line.connect(&hub.origin);
        let mut sari = Person::at(&hub, &line.origin, "Bu Sari").await;
        let class = sari.found_class("VII B").await;
        line.lose_answers_to("/posts ");
        let lost = sari.client.send(&class, Kind::Announcement, None, &says("Satu")).await;
        let Err(lost) = lost else { panic!("nobody answered") };
        assert!(lost.to_string().contains("do not send it again"), "{lost}");
        line.lose_answers_to("nothing");

        let mut sari = sari.restart(&hub);
        sari.client.send(&class, Kind::Announcement, None, &says("Dua")).await.expect("sent");
        assert_eq!(sari.fetch(&class).await.expect("own"), ["Satu", "Dua"], "each of them once");
        assert_eq!(sari.client.local(&class).expect("known").own.seq, 2);
    }
}

#[tokio::test]
async fn a_post_that_was_promised_outlives_its_charter_and_a_line_that_breaks_again() {
    for database in databases().await {
        let line = Line::lay().await;
        let origin = line.origin.clone();
        let hub = TestHub::on(database, |config| config.origin = origin).await;
        line.connect(&hub.origin);
        let mut sari = Person::at(&hub, &line.origin, "Bu Sari").await;
        let class = sari.found_class("VII B").await;
        let mut phone = sari.on_another_device(&hub).await;
        let lusa = hub.now() + 2 * DAY;
        line.keep_from_the_hub("/posts");
        let now = sari.client.send(&class, Kind::Announcement, None, &says("Satu")).await;
        let later = sari.client.schedule(&class, Kind::Announcement, &says("Lusa"), lusa).await;
        for kept in [now.map(drop), later.map(drop)] {
            let kept = kept.expect_err("nobody answered").to_string();
            assert!(kept.contains("do not send it again"), "{kept}");
        }

        // What was sealed cannot go out any more as it is, and how to seal it again cannot be heard.
        phone.client.renew(&class).await.expect("renewed");
        line.keep_from_the_hub("/charters");
        for _ in 0..2 {
            let waits = sari.client.flush(&class).await;
            assert!(matches!(waits, Err(Error::Unreachable(_))), "it still waits");
        }
        line.keep_from_the_hub("nothing");
        let mut sari = sari.restart(&hub);
        sari.client.send(&class, Kind::Announcement, None, &says("Dua")).await.expect("sent");
        let told = sari.fetch(&class).await.expect("own");
        assert_eq!(told, ["Lusa", "Satu", "Dua"], "each of them once");
    }
}

async fn attach(ani: &mut Person, class: &AudienceId, path: &Path) -> Attachment {
    let source = Source { path, media_type: "image/jpeg" };
    ani.client.attach(class, source, AttachmentFor::Desk, &|_| {}).await.expect("uploaded")
}

#[tokio::test]
async fn an_answer_that_is_lost_makes_no_second_letter() {
    for database in databases().await {
        let line = Line::lay().await;
        let origin = line.origin.clone();
        let hub = TestHub::on(database, |config| config.origin = origin).await;
        line.connect(&hub.origin);
        let mut sari = Person::at(&hub, &line.origin, "Bu Sari").await;
        let mut ani = Person::at(&hub, &line.origin, "Ani").await;
        let class = sari.found_class("VII B").await;
        let link = sari.link(&class, LinkKind::Open).await;
        ani.follow(&link).await;
        let note = ani.folder.path().join("surat dokter.jpg");
        std::fs::write(&note, "demam").expect("a photo");
        let (kind, attached) = (letter::Kind::Reply, attach(&mut ani, &class, &note).await);
        let sick = PostBody { attachments: vec![attached], ..says("Saya sakit") };
        let post = sari.client.send(&class, Kind::Announcement, None, &says("Besok ujian")).await;
        let post = Some(post.expect("sent").post);
        line.lose_answers_to("/letters ");
        let lost = ani.client.send_letter(&class, Addressee::Desk, kind, post, &sick).await;
        assert!(matches!(lost, Err(Error::Unreachable(_))), "nobody answered");
        line.lose_answers_to("nothing");

        let mut ani = ani.restart(&hub);
        // Long after, when it could not be sealed with the old time any more.
        hub.wait(DAY);
        for text in ["Saya sakit", "Sudah sembuh", "Saya sakit"] {
            let attached = attach(&mut ani, &class, &note).await;
            let text = PostBody { attachments: vec![attached], ..says(text) };
            let sent = ani.client.send_letter(&class, Addressee::Desk, kind, post, &text).await;
            sent.expect("sent");
        }
        let chain = sari.client.sync(&class).await.expect("charters");
        sari.client.fetch_desk(&chain).await.expect("the desk");
        let texts: Vec<_> =
            sari.client.letters().iter().map(|line| line.letter.content.body.clone()).collect();
        let said: Vec<_> = texts.iter().filter(|text| !text.is_empty()).collect();
        assert_eq!(said.len(), 3, "sent again it is the same, said again it is another: {said:?}");
        let notes: BTreeSet<_> = sari
            .client
            .letters()
            .iter()
            .flat_map(|line| line.letter.content.attachments.clone())
            .map(|a| a.sha256)
            .collect();
        assert_eq!(notes.len(), 3, "and so with its photo");
    }
}

#[tokio::test]
async fn a_client_put_back_to_an_older_state_cannot_fork_its_chain() {
    for hub in TestHub::each().await {
        let mut sari = Person::new(&hub, "Bu Sari").await;
        let class = sari.found_class("VII B").await;
        let device = sari.folder.path().join("device.age");
        let before = std::fs::read(&device).expect("written");
        sari.client.send(&class, Kind::Announcement, None, &says("Satu")).await.expect("sent");
        std::fs::write(&device, before).expect("written");
        let mut sari = sari.restart(&hub);
        let again = sari.client.send(&class, Kind::Announcement, None, &says("Dua")).await;
        assert!(again.is_err(), "another post has this place");
        std::fs::remove_file(&device).expect("removed");
        let mut sari = sari.restart(&hub);
        let sent = sari.client.send(&class, Kind::Announcement, None, &says("Dua")).await;
        sent.expect("in a new chain");
        assert_eq!(sari.fetch(&class).await.expect("own"), ["Satu", "Dua"]);
    }
}
