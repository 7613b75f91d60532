//! Removed plainly, and for cause: what a hub that keeps a copy can do for the one who was removed (docs/security.md).

use kentongan::client::payload::PostBody;
use kentongan::client::{Cause, REMOVED};
use kentongan::tokens::{self, Place};
use kentongan_protocol::COHORT;
use kentongan_protocol::ids::{AudienceId, PostId};
use kentongan_protocol::keys::{CohortKey, ReaderKey};
use kentongan_protocol::link::LinkKind;
use kentongan_protocol::post::{
    ChainMemory, Key, Kind, Post, ReadRefused, Reading, Thread, Unreadable,
};
use kentongan_protocol::transform::{Capsule, FixedBase};

use crate::hub::TestHub;
use crate::people::{Person, work};

async fn announce(sari: &mut Person, class: &AudienceId, text: &str) -> PostId {
    let content = PostBody { body: text.into(), ..PostBody::default() };
    sari.client.send(class, Kind::Announcement, None, &content).await.expect("sent").post
}

/// What a member who colludes with the hub brings together: its own key and its token, copied while it had one.
struct Collusion {
    d: ReaderKey,
    token: [u8; 32],
}

impl Collusion {
    async fn of(hub: &TestHub, teacher: &Person, member: &Person, class: &AudienceId) -> Self {
        let account = member.client.vault().account();
        let rows = teacher.client.api().members(&class.0).await.expect("members");
        let row = rows.iter().find(|row| row.account.0 == account.0).expect("a member");
        let slot = usize::try_from(row.slot).expect("a slot");
        let token = copied(hub, class, &row.s.0).await[slot];
        let keys = member.client.vault().audience(class).expect("its audience");
        Self { d: keys.readers[&row.s].key().expect("its key"), token }
    }

    /// Tries to open a post with nothing but the two, in every place of its charter.
    async fn opens(&self, teacher: &mut Person, class: &AudienceId, post: &PostId) -> bool {
        let chain = teacher.client.sync(class).await.expect("charters");
        let bytes = teacher.client.api().post(&post.0).await.expect("the copied database has it");
        let post = Post::parse(&bytes).expect("a post");
        // E follows the header.
        let capsule = bytes[197..229].try_into().expect("32 bytes");
        let capsule = Capsule::of_accepted(&capsule).expect("a capsule");
        let mut slots = [[0; 32]];
        let table = FixedBase::new(&capsule, 1);
        table.transform(&[self.token], &mut slots).expect("a token");
        let reading = Reading {
            charters: &chain,
            hosting_consented: false,
            member: None,
            memory: ChainMemory::default(),
            thread: Thread::Unavailable,
            approvals: &[],
            cohort: 0,
            key: Key::Member { slot: &slots[0], d: &self.d },
        };
        match reading.open(&post.delivered(0).expect("one cohort")) {
            Ok(_) => true,
            Err(ReadRefused::Unreadable(Unreadable::CapsuleMismatch)) => false,
            Err(other) => panic!("refused for another reason: {other}"),
        }
    }
}

/// The tokens of a cohort, as a hub that uses its master key on a copy of its database has them.
async fn copied(hub: &TestHub, class: &AudienceId, s: &[u8; 32]) -> Vec<[u8; 32]> {
    let cohort = CohortKey::from_bytes(s).expect("a cohort");
    let mut tx = hub.hub.db.read().await.expect("a transaction");
    let read = tokens::read(&hub.hub, &mut tx, Place::new(class, &cohort), COHORT).await;
    read.expect("readable").slots().to_vec()
}

#[tokio::test]
async fn a_plain_removal_holds_with_an_honest_hub_and_one_for_cause_with_any() {
    for hub in TestHub::each().await {
        let mut sari = Person::new(&hub, "Bu Sari").await;
        let class = sari.found_class("VII B").await;
        let link = sari.link(&class, LinkKind::Approval).await;
        let (mut ani, mut budi) = (Person::new(&hub, "Ani").await, Person::new(&hub, "Budi").await);
        for pupil in [&mut ani, &mut budi] {
            pupil.follow(&link).await;
        }
        sari.admit_all(&class).await;
        let before = announce(&mut sari, &class, "Bersama").await;
        work(&hub).await;
        assert_eq!(budi.fetch(&class).await.expect("a member"), ["Bersama"]);
        let pair = Collusion::of(&hub, &sari, &budi, &class).await;
        let old = sari.client.sync(&class).await.expect("charters").current().clone();

        let account = budi.client.vault().account();
        sari.client.remove(&class, &account).await.expect("removed");
        let plain = announce(&mut sari, &class, "Tanpa Budi").await;
        work(&hub).await;
        let now = sari.client.sync(&class).await.expect("charters").current().clone();
        assert_eq!(now.hash(), old.hash(), "at once: nobody gets new keys for it");
        let shut_out = budi.client.fetch(&class).await.expect("told");
        assert_eq!((shut_out.state.as_str(), shut_out.new.len()), (REMOVED, 0));
        assert!(budi.client.api().post(&plain.0).await.is_err(), "an honest hub serves nothing");
        assert_eq!(ani.fetch(&class).await.expect("a member"), ["Bersama", "Tanpa Budi"]);
        let kept = copied(&hub, &class, old.cohorts[0].as_bytes()).await;
        assert!(!kept.contains(&pair.token), "it has dropped the token");
        assert!(pair.opens(&mut sari, &class, &plain).await, "a hub that kept a copy helps him");

        let rotated = sari.client.rotate(&class, Cause::Member(account), &|_| {}).await;
        let rotated = rotated.expect("rotated");
        assert_eq!((rotated.cohorts, rotated.stayed, rotated.rejoin.len()), (1, 1, 0));
        let after = announce(&mut sari, &class, "Kunci baru").await;
        work(&hub).await;
        assert!(!pair.opens(&mut sari, &class, &after).await, "the two open nothing new");
        assert!(pair.opens(&mut sari, &class, &before).await, "and what they had, they have");
        let left = copied(&hub, &class, old.cohorts[0].as_bytes()).await;
        assert!(left.iter().all(|token| *token == [0; 32]), "no copy to be made any more");

        assert_eq!(ani.fetch(&class).await.expect("a member"), ["Kunci baru"]);
        let mut phone = ani.on_another_device(&hub).await;
        assert_eq!(
            phone.fetch(&class).await.expect("a member"),
            ["Bersama", "Tanpa Budi", "Kunci baru"]
        );
        assert_eq!(budi.client.fetch(&class).await.expect("told").state, REMOVED);
        assert_eq!(budi.client.posts(&class).len(), 1, "what was read stays");
    }
}
