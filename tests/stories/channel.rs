//! A channel that people enter by themselves, and what those who come late are given.

use kentongan::client::payload::PostBody;
use kentongan::client::{Joined, NewLink, Rules};
use kentongan::store::tokens;
use kentongan_protocol::COHORT;
use kentongan_protocol::charter::{History, Replies};
use kentongan_protocol::ids::{AudienceId, IdentityKey};
use kentongan_protocol::link::LinkKind;
use kentongan_protocol::post::Kind;

use crate::hub::{DAY, TestHub};
use crate::people::{Person, work};

async fn channel(office: &mut Person, history: History) -> AudienceId {
    let rules = Rules { replies: Replies::Desk, history };
    office.client.found("Puskesmas", rules).await.expect("founded")
}

async fn link(office: &mut Person, channel: &AudienceId, kind: LinkKind, max_uses: u32) -> String {
    let new = NewLink { kind, max_uses, valid_ms: 7 * DAY };
    office.client.make_link(channel, new).await.expect("a link").to_string()
}

/// The key of the newest link.
async fn newest(office: &mut Person, channel: &AudienceId, url: &str) -> IdentityKey {
    let lines = office.client.links(channel).await.expect("links");
    let made = lines.iter().find(|line| line.url.as_ref().is_some_and(|own| **own == url));
    made.expect("listed").link
}

async fn announce(office: &mut Person, channel: &AudienceId, text: &str) {
    let content = PostBody { body: text.into(), ..PostBody::default() };
    office.client.send(channel, Kind::Announcement, None, &content).await.expect("sent");
}

/// What somebody is told who follows a link that does not let them in.
async fn told(person: &mut Person, link: &str) -> String {
    let joined = person.client.join(link, Some("Puskesmas"), None, false).await;
    joined.expect_err("the link lets nobody in").to_string()
}

#[tokio::test]
async fn a_channel_fills_by_itself_until_its_link_is_closed() {
    const PEOPLE: u32 = 12;
    for hub in TestHub::each().await {
        let mut office = Person::new(&hub, "Puskesmas").await;
        let channel = channel(&mut office, History::SameKey).await;
        let used_up = link(&mut office, &channel, LinkKind::Open, PEOPLE).await;
        let mut people = Vec::new();
        for number in 0..PEOPLE {
            let mut person = Person::new(&hub, &format!("Warga {number}")).await;
            assert_eq!(person.follow(&used_up).await, Joined::Member, "nobody is asked");
            people.push(person);
        }
        announce(&mut office, &channel, "Vaksin hari Senin").await;
        work(&hub).await;
        for person in &mut people {
            assert_eq!(person.fetch(&channel).await.expect("a member"), ["Vaksin hari Senin"]);
            assert_eq!(person.follow(&used_up).await, Joined::Member, "once more changes nothing");
        }
        let lines = office.client.links(&channel).await.expect("links");
        assert_eq!((lines[0].uses, lines[0].max_uses), (PEOPLE, PEOPLE));

        let mut late = Person::new(&hub, "Warga terlambat").await;
        let expired = link(&mut office, &channel, LinkKind::Open, 5).await;
        let asking = link(&mut office, &channel, LinkKind::Approval, 5).await;
        let revoked = link(&mut office, &channel, LinkKind::Open, 5).await;
        let key = newest(&mut office, &channel, &revoked).await;
        office.client.close_link(&channel, &key).await.expect("closed");
        for closed in [&used_up, &revoked] {
            let why = told(&mut late, closed).await;
            assert!(why.contains("link") && why.contains("new one"), "{why}");
        }
        hub.wait(8 * DAY);
        for closed in [&expired, &asking] {
            let why = told(&mut late, closed).await;
            assert!(why.contains("link") && why.contains("new one"), "{why}");
        }
        assert!(late.client.audience_ids().is_empty(), "nothing of it is kept");
        let fresh = link(&mut office, &channel, LinkKind::Open, 5).await;
        assert_eq!(late.follow(&fresh).await, Joined::Member);
    }
}

#[tokio::test]
async fn a_full_channel_says_so_and_goes_on_when_there_is_room() {
    for hub in TestHub::each().await {
        let mut office = Person::new(&hub, "Puskesmas").await;
        let channel = channel(&mut office, History::SameKey).await;
        // One that has expired must not stand in the way of the other.
        link(&mut office, &channel, LinkKind::Open, 5).await;
        hub.wait(8 * DAY);
        let link = link(&mut office, &channel, LinkKind::Open, 5).await;
        let [mut ani, mut budi] = [Person::new(&hub, "Ani").await, Person::new(&hub, "Budi").await];
        ani.follow(&link).await;
        let mut chain = office.client.sync(&channel).await.expect("charters");
        let first = chain.current().cohorts[0];
        let most = i64::try_from(COHORT).expect("small");
        let mut tx = hub.hub.db.write().await.expect("a transaction");
        let all_but_one =
            tokens::take_slots(&mut tx, channel.as_ref(), first.as_bytes(), most - 1, most).await;
        all_but_one.expect("a database").expect("free until now");
        tx.commit().await.expect("committed");

        let why = told(&mut budi, &link).await;
        assert!(why.contains("full for now"), "{why}");
        office.client.add_cohorts(&mut chain, 1).await.expect("room for 4,096 more");
        assert_eq!(budi.follow(&link).await, Joined::Member, "by the same link");
        announce(&mut office, &channel, "Ada tempat").await;
        work(&hub).await;
        for person in [&mut ani, &mut budi] {
            assert_eq!(person.fetch(&channel).await.expect("a member"), ["Ada tempat"]);
        }
    }
}

#[tokio::test]
async fn who_comes_late_is_given_what_the_charter_says() {
    for hub in TestHub::each().await {
        for history in [History::SameKey, History::FromJoining] {
            let mut office = Person::new(&hub, &format!("Puskesmas {history:?}")).await;
            let channel = channel(&mut office, history).await;
            announce(&mut office, &channel, "Lama").await;
            work(&hub).await;
            let mut said = vec!["Lama".to_owned()];
            for kind in [LinkKind::Open, LinkKind::Approval] {
                let link = link(&mut office, &channel, kind, 5).await;
                let mut late = Person::new(&hub, &format!("Ani {history:?} {kind:?}")).await;
                late.follow(&link).await;
                office.admit_all(&channel).await;
                work(&hub).await;
                let earlier = if history == History::SameKey { &said[..] } else { &[] };
                assert_eq!(late.fetch(&channel).await.expect("a member"), earlier);
                let fetched = late.client.fetch(&channel).await.expect("a member");
                assert_eq!(fetched.waiting, 0, "nobody waits for what never comes");
                let text = format!("Baru sesudah {kind:?}");
                announce(&mut office, &channel, &text).await;
                work(&hub).await;
                assert_eq!(late.fetch(&channel).await.expect("a member"), [text.as_str()]);
                said.push(text);
            }
        }
    }
}
