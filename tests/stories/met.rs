//! A colleague who is made a publisher and follows no link: the class appears with the letter that brings its keys.

use kentongan::client::payload::PostBody;
use kentongan_protocol::charter::Role;
use kentongan_protocol::ids::AudienceId;
use kentongan_protocol::link::LinkKind;
use kentongan_protocol::post::Kind;

use crate::distrust::tamper;
use crate::hub::TestHub;
use crate::people::{Person, work};

async fn announce(teacher: &mut Person, class: &AudienceId, text: &str) {
    let content = PostBody { body: text.into(), ..PostBody::default() };
    teacher.client.send(class, Kind::Announcement, None, &content).await.expect("sent");
}

/// Bu Sari's class, of which Pak Agus has just been made a publisher.
async fn class(hub: &TestHub) -> (Person, Person, AudienceId) {
    let (mut sari, agus) = (Person::new(hub, "Bu Sari").await, Person::new(hub, "Pak Agus").await);
    let class = sari.found_class("VII B").await;
    announce(&mut sari, &class, "Lama").await;
    let account = agus.client.vault().account();
    sari.client.add_staff(&class, &account, Role::Publisher).await.expect("added");
    (sari, agus, class)
}

#[tokio::test]
async fn a_class_appears_for_a_colleague_who_was_made_its_publisher() {
    for hub in TestHub::each().await {
        let (mut sari, mut agus, class) = class(&hub).await;
        let fetched = agus.client.fetch_letters().await.expect("mailbox");
        assert_eq!(fetched.met.len(), 1);
        assert_eq!(
            (fetched.met[0].audience, fetched.met[0].by),
            (class, sari.client.vault().ik().public())
        );
        assert_eq!(agus.client.vault().audience(&class).expect("kept").label, "VII B");
        assert_eq!(agus.fetch(&class).await.expect("a publisher"), ["Lama"]);
        sari.client.fetch_letters().await.expect("mailbox");
        let chain = sari.client.sync(&class).await.expect("charters");
        sari.client.fetch_desk(&chain).await.expect("the desk");
        let local = sari.client.local(&class).expect("known");
        let account = agus.client.vault().account();
        assert_eq!(local.name(&account.0), Some("Pak Agus"), "he says who he is");
        announce(&mut agus, &class, "Kita berdua").await;
        let link = agus.link(&class, LinkKind::Open).await;
        let mut ani = Person::new(&hub, "Ani").await;
        ani.follow(&link).await;
        work(&hub).await;
        assert_eq!(ani.fetch(&class).await.expect("a member"), ["Lama", "Kita berdua"]);
        assert!(agus.client.fetch_letters().await.expect("mailbox").met.is_empty(), "once");

        // Where trust began is remembered: a hub that cuts the history off there is not believed.
        let pinned = agus.client.vault().audience(&class).expect("kept").pinned;
        assert_eq!(pinned.revision, 1, "the charter that made him a publisher");
        let mut phone = agus.on_another_device(&hub).await;
        assert_eq!(phone.fetch(&class).await.expect("the same").len(), 2);
        sari.client.renew(&class).await.expect("renewed");
        tamper(&hub, "delete from charters where revision > 0").await;
        phone.client.fetch(&class).await.map(drop).expect_err("hidden charters");
    }
}

#[tokio::test]
async fn a_class_whose_charters_do_not_list_its_reader_does_not_appear() {
    for hub in TestHub::each().await {
        let (_, mut agus, class) = class(&hub).await;
        tamper(&hub, "delete from charters where revision = 1").await;
        let fetched = agus.client.fetch_letters().await.expect("the hub answers");
        assert!(fetched.met.is_empty() && fetched.new.is_empty());
        assert!(agus.client.vault().audience(&class).is_none(), "nothing of it is kept");
    }
}

#[tokio::test]
async fn a_class_that_was_left_does_not_come_back_by_itself() {
    for hub in TestHub::each().await {
        let (mut sari, mut agus, class) = class(&hub).await;
        agus.client.fetch_letters().await.expect("mailbox");
        let mut phone = agus.on_another_device(&hub).await;
        agus.client.leave(&class).await.expect("left");
        work(&hub).await;
        sari.client.rotate(&class, kentongan::client::Cause::Age, &|_| {}).await.expect("rotated");
        let fetched = agus.client.fetch_letters().await.expect("mailbox");
        assert!(fetched.met.is_empty() && agus.client.audience_ids().is_empty());

        // Nor on another device that had it, nor by what that writes.
        let garden = phone.found_class("Kebun").await;
        assert_eq!(phone.client.audience_ids(), [garden]);
        agus.client.refresh().await.expect("the vault");
        assert_eq!(agus.client.audience_ids(), [garden]);
    }
}
