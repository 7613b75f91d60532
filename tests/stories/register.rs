//! A school's register: many pupils in several cohorts, whose keys are all here, to see that each of their slots opens.

use kentongan::accounts;
use kentongan::base64url::{B64, Bytes64};
use kentongan::client::api::{Enrolment, Enrolments};
use kentongan::hub::Hub;
use kentongan::store::{Db, fan_out};
use kentongan_protocol::account::AccountSecrets;
use kentongan_protocol::chain::Chain;
use kentongan_protocol::ids::{AudienceId, PostId};
use kentongan_protocol::keys::{CohortKey, ReaderKey};
use kentongan_protocol::membership::{MemberRole, Membership};
use kentongan_protocol::post::{ChainMemory, Key, Post, Reading, Thread};
use kentongan_protocol::primitives::ExchangeSecret;
use kentongan_protocol::token::{Batch, reader_key};
use rayon::prelude::*;

use crate::hub::{DAY, rng};
use crate::people::Person;

/// The pupils; each cohort of the class has as many.
pub(crate) struct Register {
    pupils: Vec<AccountSecrets>,
    each: usize,
    batch: Batch,
}

impl Register {
    /// Makes their accounts on a hub that this process has open.
    pub(crate) async fn import(hub: &Hub, cohorts: usize, each: usize) -> Self {
        let mut rng = rng("register");
        let pupils: Vec<_> =
            (0..cohorts * each).map(|_| AccountSecrets::random(&mut rng)).collect();
        let from = hub.now_ms().unsigned_abs() - 1_000;
        let bundle = |keys: &AccountSecrets| keys.bundle(1, from, from + 60 * DAY);
        let bundles: Vec<_> = pupils.iter().map(|keys| bundle(keys).expect("a bundle")).collect();
        accounts::import(hub, &bundles).await.expect("a register of its own");
        Self { pupils, each, batch: Batch::from_secret(ExchangeSecret::random(&mut rng)) }
    }

    /// Whose they are, by the cohorts of a charter.
    fn by_cohort<'a>(
        &'a self,
        chain: &'a Chain,
    ) -> impl Iterator<Item = (&'a CohortKey, &'a [AccountSecrets])> {
        chain.current().cohorts.iter().zip(self.pupils.chunks(self.each))
    }

    /// Enrols all of them, each part in its cohort.
    pub(crate) async fn enrol(&self, teacher: &Person, chain: &Chain, at_ms: u64) {
        let (audience, ik) = (chain.audience(), teacher.client.vault().ik());
        let keys = teacher.client.vault().audience(&audience).expect("her own");
        for (cohort, pupils) in self.by_cohort(chain) {
            let s = keys.cohort(cohort).expect("a publisher's");
            let named: Vec<_> =
                pupils.iter().map(|keys| (keys.account(), keys.ek.public())).collect();
            let tokens = self.batch.enrol(&audience, &s, &named);
            let enrolment = |(keys, token): (&AccountSecrets, _)| {
                let token: Result<kentongan_protocol::keys::Token, _> = token;
                let membership = Membership {
                    audience,
                    ik: keys.ik.public(),
                    role: MemberRole::Member,
                    cohort: *cohort,
                    at_ms,
                    issuer: ik.public(),
                };
                Enrolment {
                    account: B64(keys.account().0),
                    s: B64(*cohort.as_bytes()),
                    ek: B64(keys.ek.public().0),
                    token: B64(*token.expect("a token").to_bytes()),
                    membership: Bytes64(membership.encode()),
                    membership_signature: B64(membership.sign(&ik)),
                }
            };
            let members = pupils.iter().zip(tokens).map(enrolment).collect();
            let batch = Enrolments { x: B64(self.batch.public().0), members };
            teacher.client.api().enrol(&audience.0, &batch).await.expect("enrolled");
        }
    }

    fn key(&self, audience: &AudienceId, cohort: &CohortKey, pupil: &AccountSecrets) -> ReaderKey {
        let x = self.batch.public();
        reader_key(&pupil.ek, &x, audience, cohort, &pupil.account()).expect("a key")
    }

    /// Opens every pupil's slot of a post.
    pub(crate) async fn all_open(&self, db: &Db, chain: &Chain, post: &PostId, bytes: &[u8]) {
        let post_bytes = Post::parse(bytes).expect("a post");
        let mut tx = db.read().await.expect("a transaction");
        for (index, (cohort, pupils)) in self.by_cohort(chain).enumerate() {
            let mut slots = Vec::new();
            for pupil in pupils {
                let account = pupil.account();
                let place = fan_out::place(&mut tx, post.as_ref(), account.as_ref()).await;
                let place = place.expect("a database").expect("a place");
                slots.push(place.transformed.expect("a slot").try_into().expect("32 bytes"));
            }
            pupils.par_iter().zip(slots).for_each(|(pupil, slot): (_, [u8; 32])| {
                let d = self.key(&chain.audience(), cohort, pupil);
                let reading = Reading {
                    charters: chain,
                    hosting_consented: false,
                    member: None,
                    memory: ChainMemory::default(),
                    thread: Thread::Unavailable,
                    approvals: &[],
                    cohort: index,
                    key: Key::Member { slot: &slot, d: &d },
                };
                let opened = reading.open(&post_bytes.delivered(index).expect("a wrap"));
                assert!(opened.is_ok(), "every slot opens: {:?}", opened.err());
            });
        }
    }
}
