//! People with accounts of their own, each in a folder of their own.

use std::path::Path;

use kentongan::client::{Asking, Client, Error, Home, Joined, NewLink, Rules};
use kentongan::entropy::Entropy;
use kentongan::hub::Clock;
use kentongan::jobs::{self, queue::Times};
use kentongan_protocol::card::LoginCard;
use kentongan_protocol::charter::{History, Replies};
use kentongan_protocol::ids::AudienceId;
use kentongan_protocol::link::LinkKind;
use kentongan_protocol::membership::MemberRole;
use kentongan_protocol::primitives::hash;
use tempfile::TempDir;

use crate::hub::{DAY, TestHub};

/// Somebody with an account.
pub(crate) struct Person {
    /// Their client.
    pub(crate) client: Client,
    /// Where it lives.
    pub(crate) folder: TempDir,
    seed: u64,
}

impl Person {
    /// Makes an account on the hub.
    pub(crate) async fn new(hub: &TestHub, name: &str) -> Self {
        Self::at(hub, &hub.origin, name).await
    }

    /// Makes an account on the hub, which is reached at `origin`.
    pub(crate) async fn at(hub: &TestHub, origin: &str, name: &str) -> Self {
        Self::with(origin, hub.hub.clock.clone(), name).await
    }

    /// Makes an account on the hub at `origin`, with a clock of its own.
    pub(crate) async fn with(origin: &str, clock: Clock, name: &str) -> Self {
        let folder = folder();
        let home = Home::lock(folder.path()).expect("free");
        let seed = u64::from_be_bytes(hash("person", name.as_bytes())[..8].try_into().expect("8"));
        let origin = kentongan::client::origin(origin).expect("an origin");
        let entropy = Entropy::seeded(seed);
        let client = Client::create(home, origin, Some(name.into()), clock, entropy).await;
        Self { client: client.expect("an account"), folder, seed }
    }

    /// The client's process ends and a new one begins.
    pub(crate) fn restart(self, hub: &TestHub) -> Self {
        let Self { client, folder, seed } = self;
        let card = client.card().to_text();
        drop(client);
        let home = Home::lock(folder.path()).expect("free again");
        let card = LoginCard::parse(&card).expect("a card");
        let entropy = Entropy::seeded(seed + 1);
        let client = Client::open(home, card, hub.hub.clock.clone(), entropy).expect("as it was");
        Self { client, folder, seed: seed + 1 }
    }

    /// The same account on another device, brought back with its login card.
    pub(crate) async fn on_another_device(&self, hub: &TestHub) -> Self {
        let folder = folder();
        let home = Home::lock(folder.path()).expect("free");
        let card = LoginCard::from_bytes(self.client.card().expose());
        let (origin, seed) = (self.client.api().origin().clone(), self.seed + 1_000);
        let (clock, entropy) = (hub.hub.clock.clone(), Entropy::seeded(seed));
        let client = Client::restore(home, origin, card, clock, entropy).await.expect("the vault");
        Self { client, folder, seed }
    }

    /// Founds a class whose members may reply to everyone.
    pub(crate) async fn found_class(&mut self, name: &str) -> AudienceId {
        let rules = Rules { replies: Replies::Everyone, history: History::SameKey };
        self.client.found(name, rules).await.expect("founded")
    }

    /// An address that lets people ask, or in.
    pub(crate) async fn link(&mut self, class: &AudienceId, kind: LinkKind) -> String {
        let new = NewLink { kind, max_uses: 50, valid_ms: 7 * DAY };
        self.client.make_link(class, new).await.expect("a link").to_string()
    }

    /// Follows a link.
    pub(crate) async fn follow(&mut self, link: &str) -> Joined {
        let name = self.client.vault().name.clone();
        self.client.join(link, Some("VII B"), name.as_deref(), false).await.expect("followed").1
    }

    /// Admits everyone who asks; the names they gave.
    pub(crate) async fn admit_all(&mut self, class: &AudienceId) -> Vec<String> {
        let (asking, refused) = self.client.asking(class).await.expect("requests");
        assert!(refused.is_empty(), "{refused:?}");
        let admitted = self.client.admit(class, &asking, MemberRole::Member, &|_| {}).await;
        assert_eq!(admitted.expect("enrolled").admitted.len(), asking.len());
        let mut names: Vec<_> = asking.into_iter().filter_map(|a: Asking| a.name).collect();
        names.sort();
        names
    }

    /// Fetches; the texts of what came, or why something was refused.
    pub(crate) async fn fetch(&mut self, class: &AudienceId) -> Result<Vec<String>, Error> {
        let fetched = self.client.fetch(class).await?;
        assert!(fetched.refused.is_empty(), "{:?}", fetched.refused);
        let text = |id| self.client.post(class, id).expect("kept").post.content.body.clone();
        Ok(fetched.new.iter().map(text).collect())
    }
}

/// A folder, in memory where the system has such: a client has every write reach the disk, thousands of them in a story.
fn folder() -> TempDir {
    let memory = Path::new("/dev/shm");
    let folder = if memory.is_dir() { tempfile::tempdir_in(memory) } else { tempfile::tempdir() };
    folder.expect("a folder")
}

/// The hub's workers do all that is due.
pub(crate) async fn work(hub: &TestHub) {
    let drained = jobs::drain(&hub.hub, Times::Twice).await.expect("a database");
    assert!(drained.failures.is_empty(), "{drained:?}");
}
