//! A hosted audience: nobody enters it unasked, and everybody is told who can read.

use kentongan::base64url::B64;
use kentongan::client::api::Deposited;
use kentongan::client::{Invitation, Joined};
use kentongan_protocol::chain::{Genesis, SignedCharter};
use kentongan_protocol::charter::{Charter, History, Hosting, Replies, Role, Staff, Terms};
use kentongan_protocol::ids::{AudienceId, ChainId, CharterHash, PostId};
use kentongan_protocol::keys::CohortSecret;
use kentongan_protocol::link::{Fragment, Link, LinkKind};
use kentongan_protocol::post::{Draft, Kind, Position, seal};
use kentongan_protocol::primitives::{ExchangeSecret, Seed};
use kentongan_protocol::token::{deposit, link_key, link_scalar};

use crate::hub::{BEFORE, DAY, TestHub, rng};
use crate::people::{Person, work};

const HOST: &str = "PT Awan";

/// What the operator's gateway founds and holds; the client founds blind audiences only.
struct Hosted {
    audience: AudienceId,
    charter: Charter,
    s: CohortSecret,
}

impl Hosted {
    async fn found(gateway: &Person) -> Self {
        let mut rng = rng("gateway");
        let ik = gateway.client.vault().ik();
        let genesis = Genesis::new([1; 16], 1, vec![ik.public()]).expect("one admin");
        let (audience, s) = (genesis.audience(), CohortSecret::random(&mut rng));
        let terms = Terms {
            audience,
            revision: 0,
            prev: CharterHash(audience.0),
            hosting: Hosting::Hosted(HOST.into()),
            replies: Replies::Desk,
            history: History::SameKey,
            approvals: 0,
            desk: ExchangeSecret::random(&mut rng).public(),
            threshold: 1,
            staff: vec![Staff { role: Role::Admin, ik: ik.public() }],
            cohorts: vec![s.public()],
            not_before_ms: BEFORE,
            not_after_ms: BEFORE + 90 * DAY,
        };
        let charter = terms.charter().expect("a charter");
        let signed = SignedCharter { signatures: vec![(0, charter.sign(&ik))], charter };
        let (bytes, signatures) = (signed.charter.encode(), signed.encode_signatures());
        let (genesis, api) = (genesis.encode(), gateway.client.api());
        let made = api.create_audience(&genesis, &bytes, &signatures).await;
        made.expect("the audience is made");
        Self { audience, charter: signed.charter, s }
    }

    /// An open link into it.
    async fn link(&self, gateway: &Person, now: u64) -> String {
        let seed = Seed::random(&mut rng("a link"));
        let (audience, s) = (self.audience, self.s.public());
        let link_pk = link_key(&seed, &audience).public();
        let (kind, expires_ms) = (LinkKind::Open, now + DAY);
        let link = Link { audience, link_pk, kind, max_uses: 5, expires_ms };
        let share = link_scalar(&seed, &audience, &s).expect("a share");
        let token = *deposit(&self.s, &share).to_bytes();
        let deposits = [Deposited { s: B64(*s.as_bytes()), token: B64(token) }];
        let signature = link.sign(&gateway.client.vault().ik());
        let (link, api) = (link.encode(), gateway.client.api());
        let put = api.put_link(&audience.0, &link, &signature, &deposits).await;
        put.expect("the link is known");
        let charter_hash = self.charter.hash();
        let fragment = Fragment { kind, audience, seed, revision: 0, charter_hash };
        fragment.to_text().to_string()
    }

    async fn announce(&self, gateway: &Person, now_ms: u64, text: &str) {
        let payload = serde_json::json!({ "type": "announcement", "body": text }).to_string();
        let draft = Draft {
            charter: &self.charter,
            position: Position { chain: ChainId([7; 16]), seq: 1, prev: PostId::ZERO },
            kind: Kind::Announcement,
            thread: PostId::ZERO,
            now_ms,
            payload: payload.as_bytes(),
        };
        let vault = gateway.client.vault();
        let sealed = seal(&draft, &vault.ik(), &vault.hedge_seed(), &mut rng("a post"));
        let bytes = sealed.expect("a post").0.encode().into();
        gateway.client.api().put_post(&self.audience.0, bytes, &[]).await.expect("accepted");
    }
}

#[tokio::test]
async fn nobody_enters_a_hosted_audience_unasked() {
    for hub in TestHub::each().await {
        let gateway = Person::new(&hub, "Dinas").await;
        let hosted = Hosted::found(&gateway).await;
        let link = hosted.link(&gateway, hub.now()).await;
        let mut ani = Person::new(&hub, "Ani").await;

        let Invitation { charter, .. } = ani.client.look(&link).await.expect("looked at");
        assert_eq!(charter.hosting, Hosting::Hosted(HOST.into()), "shown before anything is sent");
        let refused = ani.client.join(&link, Some("Dinas"), Some("Ani"), false).await;
        let why = refused.expect_err("not without consent").to_string();
        assert!(why.contains(&format!("{HOST} can read everything in it")), "{why}");
        assert!(ani.client.vault().audiences.is_empty(), "nothing of it is kept");
        let members = gateway.client.api().members(&hosted.audience.0).await.expect("its own");
        assert!(members.is_empty(), "and the hub was told nothing");

        let joined =
            ani.client.join(&link, Some("Dinas"), None, true).await.expect("asked, agreed");
        assert_eq!(joined, (hosted.audience, Joined::Member));
        assert!(ani.client.vault().audience(&hosted.audience).expect("kept").hosting_consented);
        hosted.announce(&gateway, hub.now(), "Terbuka bagi operator").await;
        work(&hub).await;
        let read = ani.fetch(&hosted.audience).await.expect("a member");
        assert_eq!(read, ["Terbuka bagi operator"]);
    }
}
