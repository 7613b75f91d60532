//! A hosted audience, as an operator's gateway founds one; the command line founds blind ones only.

use kentongan::client::{Client, Home, install_tls};
use kentongan::entropy::Entropy;
use kentongan::hub::Clock;
use kentongan_protocol::card::LoginCard;
use kentongan_protocol::chain::{Genesis, SignedCharter};
use kentongan_protocol::charter::{History, Hosting, Replies, Role, Staff, Terms};
use kentongan_protocol::ids::CharterHash;
use kentongan_protocol::keys::CohortSecret;
use kentongan_protocol::link::{Fragment, Link, LinkKind};
use kentongan_protocol::primitives::{ExchangeSecret, Seed};
use kentongan_protocol::token::link_key;

use crate::people::Person;

const DAY_MS: u64 = 24 * 3600 * 1000;

/// Founds one that `host` can read, and returns an approval link into it.
pub(crate) fn audience(person: &Person, host: &str) -> String {
    install_tls();
    let home = Home::lock(&person.home).expect("free");
    let card = LoginCard::parse(&person.card).expect("a card");
    let client = Client::open(home, card, Clock::System, Entropy::System).expect("its card");
    let ik = client.vault().ik();
    let mut rng = Entropy::seeded(1).rng();
    let genesis = Genesis::new([1; 16], 1, vec![ik.public()]).expect("one admin");
    let audience = genesis.audience();
    let now = Clock::System.now_ms().unsigned_abs();
    let terms = Terms {
        audience,
        revision: 0,
        prev: CharterHash(audience.0),
        hosting: Hosting::Hosted(host.into()),
        replies: Replies::Desk,
        history: History::SameKey,
        approvals: 0,
        desk: ExchangeSecret::random(&mut rng).public(),
        threshold: 1,
        staff: vec![Staff { role: Role::Admin, ik: ik.public() }],
        cohorts: vec![CohortSecret::random(&mut rng).public()],
        not_before_ms: now - 1000,
        not_after_ms: now + DAY_MS,
    };
    let charter = terms.charter().expect("a charter");
    let signed = SignedCharter { signatures: vec![(0, charter.sign(&ik))], charter };
    let seed = Seed::random(&mut rng);
    let link_pk = link_key(&seed, &audience).public();
    let link =
        Link { audience, link_pk, kind: LinkKind::Approval, max_uses: 5, expires_ms: now + DAY_MS };
    let runtime = tokio::runtime::Runtime::new().expect("a runtime");
    runtime.block_on(async {
        let (charter, signatures) = (signed.charter.encode(), signed.encode_signatures());
        let made = client.api().create_audience(&genesis.encode(), &charter, &signatures).await;
        made.expect("the audience is made");
        let known = client.api().put_link(&audience.0, &link.encode(), &link.sign(&ik), &[]).await;
        known.expect("the link is known");
    });
    let charter_hash = signed.charter.hash();
    let fragment = Fragment { kind: LinkKind::Approval, audience, seed, revision: 0, charter_hash };
    fragment.to_text().to_string()
}
