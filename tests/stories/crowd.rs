//! A school behind one address: what its pupils ask before they have a session.

use kentongan::config::Config;
use kentongan_protocol::link::LinkKind;

use crate::hub::TestHub;
use crate::people::Person;
use crate::support::databases;

/// What `config/default.toml` says of a pupil who joins.
const REQUESTS: u32 = 10;

#[tokio::test(flavor = "multi_thread")]
async fn a_pupil_joins_within_the_requests_that_are_reckoned_with() {
    for database in databases().await {
        let few = |config: &mut Config| config.limits.without_session_per_minute = REQUESTS;
        let hub = TestHub::on(database, few).await;
        let mut sari = Person::new(&hub, "Bu Sari").await;
        let class = sari.found_class("VII B").await;
        let link = sari.link(&class, LinkKind::Approval).await;
        hub.wait(60_000);
        let mut ani = Person::new(&hub, "Ani").await;
        ani.follow(&link).await;
        assert_eq!(sari.admit_all(&class).await, ["Ani"]);
        assert!(ani.fetch(&class).await.expect("admitted").is_empty());
        let elsewhere = {
            hub.wait(60_000);
            ani.on_another_device(&hub).await
        };
        assert_eq!(elsewhere.client.vault().account(), ani.client.vault().account());
    }
}
