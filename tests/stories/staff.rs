//! Colleagues: keys from one to the other, approvals, and new keys for everyone who stays.

use kentongan::client::payload::PostBody;
use kentongan::client::{Cause, Home, Joined, REMOVED, Rules};
use kentongan::entropy::Entropy;
use kentongan_protocol::charter::{History, Replies, Role};
use kentongan_protocol::link::LinkKind;
use kentongan_protocol::membership::{MemberRole, WriterProof};
use kentongan_protocol::post::Kind;

use crate::distrust::tamper;
use crate::hub::{DAY, TestHub};
use crate::people::{Person, work};

fn says(text: &str) -> PostBody {
    PostBody { body: text.into(), ..PostBody::default() }
}

#[tokio::test]
async fn a_colleague_receives_the_keys_and_approves() {
    for hub in TestHub::each().await {
        let mut sari = Person::new(&hub, "Bu Sari").await;
        let mut agus = Person::new(&hub, "Pak Agus").await;
        let class = sari.found_class("VII B").await;
        let link = sari.link(&class, LinkKind::Approval).await;
        let account = agus.client.vault().account();
        sari.client.add_staff(&class, &account, Role::Publisher).await.expect("added");
        assert_eq!(agus.follow(&link).await, Joined::Publisher);
        sari.client.set_rules(&class, Some(1), None).await.expect("changed");

        let mut ani = Person::new(&hub, "Ani").await;
        ani.follow(&link).await;
        assert_eq!(agus.admit_all(&class).await, ["Ani"], "with the link's seed from the letter");

        let sent = sari.client.send(&class, Kind::Announcement, None, &says("Libur besok")).await;
        let sent = sent.expect("sent");
        assert!(sent.pending);
        work(&hub).await;
        assert_eq!(ani.fetch(&class).await.expect("a member").len(), 0);
        assert!(agus.client.approve(&class, &sent.post).await.is_err(), "not read yet");
        assert_eq!(agus.fetch(&class).await.expect("a publisher"), ["Libur besok"]);
        let approved = agus.client.approve(&class, &sent.post).await.expect("approved");
        assert_eq!((approved.state.as_str(), approved.approvals), ("accepted", 1));
        work(&hub).await;
        assert_eq!(ani.fetch(&class).await.expect("a member"), ["Libur besok"]);
    }
}

#[tokio::test]
async fn new_keys_shut_one_out_and_keep_the_others() {
    for hub in TestHub::each().await {
        let mut sari = Person::new(&hub, "Bu Sari").await;
        let class = sari.found_class("VII B").await;
        let link = sari.link(&class, LinkKind::Approval).await;
        let mut ani = Person::new(&hub, "Ani").await;
        let mut budi = Person::new(&hub, "Budi").await;
        for pupil in [&mut ani, &mut budi] {
            pupil.follow(&link).await;
        }
        sari.admit_all(&class).await;
        sari.client.send(&class, Kind::Announcement, None, &says("Lama")).await.expect("sent");
        work(&hub).await;

        let cause = Cause::Member(budi.client.vault().account());
        let rotated = sari.client.rotate(&class, cause, &|_| {}).await.expect("rotated");
        assert_eq!((rotated.cohorts, rotated.stayed, rotated.rejoin.len()), (1, 1, 0));
        sari.client.send(&class, Kind::Announcement, None, &says("Baru")).await.expect("sent");
        work(&hub).await;
        assert_eq!(ani.fetch(&class).await.expect("a member"), ["Lama", "Baru"]);
        assert_eq!(budi.client.fetch(&class).await.expect("told").state, REMOVED);
    }
}

#[tokio::test]
async fn new_keys_reach_a_colleague_who_looks_for_posts_only() {
    for hub in TestHub::each().await {
        let mut sari = Person::new(&hub, "Bu Sari").await;
        let mut agus = Person::new(&hub, "Pak Agus").await;
        let class = sari.found_class("VII B").await;
        let link = sari.link(&class, LinkKind::Approval).await;
        let account = agus.client.vault().account();
        sari.client.add_staff(&class, &account, Role::Publisher).await.expect("added");
        assert_eq!(agus.follow(&link).await, Joined::Publisher);

        sari.client.rotate(&class, Cause::Age, &|_| {}).await.expect("rotated");
        sari.client.send(&class, Kind::Announcement, None, &says("Baru")).await.expect("sent");
        assert_eq!(agus.fetch(&class).await.expect("with the keys of the letter"), ["Baru"]);
        work(&hub).await;

        // This time Bu Sari's device ends before it sends the keys on.
        sari.client.rotate(&class, Cause::Age, &|_| {}).await.expect("rotated");
        tamper(&hub, "delete from letters where kind = 5").await;
        sari.client.send(&class, Kind::Announcement, None, &says("Terkunci")).await.expect("sent");
        let fetched = agus.client.fetch(&class).await.expect("told");
        assert_eq!((fetched.new.len(), fetched.locked), (0, 1));
        assert!(fetched.refused.is_empty(), "what waits for a key is not shut for good");
        sari.client.add_staff(&class, &account, Role::Publisher).await.expect("sent again");
        assert_eq!(agus.fetch(&class).await.expect("with the keys"), ["Terkunci"]);
    }
}

#[tokio::test]
async fn names_and_letters_reach_a_colleague_who_has_not_looked_since_the_desk_changed() {
    for hub in TestHub::each().await {
        let mut sari = Person::new(&hub, "Bu Sari").await;
        let mut agus = Person::new(&hub, "Pak Agus").await;
        let mut joko = Person::new(&hub, "Pak Joko").await;
        let class = sari.found_class("VII B").await;
        let link = sari.link(&class, LinkKind::Approval).await;
        for colleague in [&mut agus, &mut joko] {
            let account = colleague.client.vault().account();
            sari.client.add_staff(&class, &account, Role::Publisher).await.expect("added");
            assert_eq!(colleague.follow(&link).await, Joined::Publisher);
        }
        let leaver = Cause::Publisher(joko.client.vault().ik().public());
        sari.client.rotate(&class, leaver, &|_| {}).await.expect("rotated");
        let link = sari.link(&class, LinkKind::Approval).await;
        let account = agus.client.vault().account();
        sari.client
            .add_staff(&class, &account, Role::Publisher)
            .await
            .expect("the link's seed too");
        Person::new(&hub, "Ani").await.follow(&link).await;
        assert_eq!(agus.admit_all(&class).await, ["Ani"], "her name came to the new desk");
    }
}

#[tokio::test]
async fn a_login_card_brings_everything_back() {
    for hub in TestHub::each().await {
        let mut sari = Person::new(&hub, "Bu Sari").await;
        let class = sari.found_class("VII B").await;
        let link = sari.link(&class, LinkKind::Open).await;
        let mut ani = Person::new(&hub, "Ani").await;
        ani.follow(&link).await;
        sari.client.send(&class, Kind::Announcement, None, &says("Halo")).await.expect("sent");
        work(&hub).await;

        let folder = tempfile::tempdir().expect("a folder");
        let home = Home::lock(folder.path()).expect("free");
        let card = kentongan_protocol::card::LoginCard::from_bytes(ani.client.card().expose());
        let origin = kentongan::client::origin(&hub.origin).expect("an origin");
        let clock = hub.hub.clock.clone();
        let restored =
            kentongan::client::Client::restore(home, origin, card, clock, Entropy::seeded(9));
        let mut phone = restored.await.expect("the vault");
        assert_eq!(phone.vault().account(), ani.client.vault().account());
        assert_eq!(phone.fetch(&class).await.expect("a member").new.len(), 1);

        // Both devices write the vault; neither loses what the other added.
        let other = sari.found_class("VIII A").await;
        let link = sari.link(&other, LinkKind::Open).await;
        let joined = phone.join(&link, Some("VIII A"), None, false).await.expect("followed").1;
        assert_eq!(joined, Joined::Member);
        ani.client.consent_to_hosting(&class).await.expect("merged");
        assert!(ani.client.vault().audience(&other).is_some());
    }
}

#[tokio::test]
async fn bundles_and_charters_are_renewed_in_time() {
    for hub in TestHub::each().await {
        let mut sari = Person::new(&hub, "Bu Sari").await;
        let class = sari.found_class("VII B").await;
        hub.wait(70 * DAY);
        sari.client.upkeep().await.expect("renewed");
        assert_eq!(sari.client.vault().bundle_seq, 2);
        let chain = sari.client.sync(&class).await.expect("charters");
        assert_eq!(chain.current().revision, 1);
        hub.wait(70 * DAY);
        let sent = sari.client.send(&class, Kind::Announcement, None, &says("Masih")).await;
        sent.expect("under the renewed charter");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_member_is_made_a_guardian_and_writes_as_one() {
    for hub in TestHub::each().await {
        let mut sari = Person::new(&hub, "Bu Sari").await;
        let class = sari.found_class("VII B").await;
        let (open, by_approval) =
            (sari.link(&class, LinkKind::Open).await, sari.link(&class, LinkKind::Approval).await);
        let mut people = Vec::new();
        for (name, link) in [("Ibu Budi", &open), ("Ibu Ani", &by_approval)] {
            let mut guardian = Person::new(&hub, name).await;
            guardian.follow(link).await;
            people.push(guardian);
        }
        sari.admit_all(&class).await;
        let root = sari.client.send(&class, Kind::Announcement, None, &says("Rapat")).await;
        let root = root.expect("sent").post;
        work(&hub).await;
        for guardian in &mut people {
            let account = guardian.client.vault().account();
            guardian.fetch(&class).await.expect("a member");
            for _ in 0..2 {
                let changed = sari.client.change_role(&class, &account, MemberRole::Guardian).await;
                changed.expect("signed");
            }
            guardian.fetch(&class).await.expect("still the same slot");
            let reply = guardian.client.send(&class, Kind::Reply, Some(root), &says("Hadir")).await;
            let reply = reply.expect("accepted").post;
            work(&hub).await;
            sari.fetch(&class).await.expect("opened");
            let page = sari.client.api().posts(&class.0, 0).await.expect("a list").items;
            let row = page.into_iter().find(|row| row.post.0 == reply.0).expect("listed");
            let proof = WriterProof::parse(&row.proof.expect("shown").0).expect("a membership");
            assert_eq!(proof.membership.role, MemberRole::Guardian);
            assert!(proof.by_link.is_none(), "a publisher says so, never a link");
        }
        let members = sari.client.members(&class).await.expect("a list");
        assert!(members.iter().all(|member| member.role == "guardian"));
        // A device that comes back with the login card finds its place again.
        let back = people.remove(0);
        let mut back = back.on_another_device(&hub).await;
        back.fetch(&class).await.expect("the same reader");
        assert_eq!(back.client.posts(&class).len(), 3);
    }
}

#[tokio::test]
async fn an_admin_who_is_added_again_stays_an_admin() {
    for hub in TestHub::each().await {
        let mut sari = Person::new(&hub, "Bu Sari").await;
        let agus = Person::new(&hub, "Pak Agus").await;
        let class = sari.found_class("VII B").await;
        let account = agus.client.vault().account();
        let roles = |sari: &Person| -> Vec<Role> {
            let chain = sari.client.kept_chain(&class).expect("a chain");
            chain.current().staff.iter().map(|staff| staff.role).collect()
        };
        for (said, after) in [
            (Role::Publisher, Role::Publisher),
            (Role::Admin, Role::Admin),
            (Role::Publisher, Role::Admin),
        ] {
            sari.client.add_staff(&class, &account, said).await.expect("added");
            assert_eq!(roles(&sari), [Role::Admin, after]);
        }
    }
}

#[tokio::test]
async fn what_one_calls_an_audience_is_not_longer_than_can_be_read() {
    for hub in TestHub::each().await {
        let mut sari = Person::new(&hub, "Bu Sari").await;
        let mut budi = Person::new(&hub, "Budi").await;
        let rules = Rules { replies: Replies::Everyone, history: History::SameKey };
        let long = "kelas ".repeat(34);
        let refused = sari.client.found(&long, rules).await.expect_err("204 characters");
        assert!(refused.to_string().contains("at most 200"), "{refused}");
        let class = sari.client.found(&"ꦏ".repeat(200), rules).await.expect("200 of any script");
        let link = sari.link(&class, LinkKind::Approval).await;
        let refused = budi.client.join(&link, Some(&long), None, false).await;
        assert!(refused.is_err_and(|error| error.to_string().contains("at most 200")));
        assert!(budi.client.audience_ids().is_empty(), "nothing was joined");
    }
}
