//! A class with its keys, as a publisher's device and its members' devices hold them, and what they send to the hub.
//!
//! Invariant: whatever is built here is valid, unless the story changes it before it is sent.

use kentongan::base64url::{B64, encode};
use kentongan_protocol::chain::{Genesis, SignedCharter};
use kentongan_protocol::charter::{Charter, History, Hosting, Replies, Role, Staff, Terms};
use kentongan_protocol::ids::{AudienceId, CharterHash, ExchangeKey};
use kentongan_protocol::keys::{CohortKey, CohortSecret, ReaderKey};
use kentongan_protocol::link::{Claim, Link, LinkKind, Request};
use kentongan_protocol::membership::{LinkProof, MemberRole, Membership, WriterProof};
use kentongan_protocol::primitives::{ExchangeSecret, IdentitySecret, Seed};
use kentongan_protocol::token::{
    Batch, delta, deposit, link_key, link_scalar, own_reader_key, reader_key,
};
use serde_json::{Value, json};

use crate::hub::{Actor, Answer, BEFORE, DAY, NOW, rng};

/// An audience and every secret in it.
pub(crate) struct Class {
    /// Its first signers.
    pub(crate) genesis: Genesis,
    /// Its charters, accepted or about to be.
    pub(crate) charters: Vec<SignedCharter>,
    /// `s` of each cohort of the newest charter.
    pub(crate) cohorts: Vec<CohortSecret>,
    /// The desk's secret.
    pub(crate) desk: ExchangeSecret,
}

impl Class {
    /// A class of one admin and one cohort that lets everyone reply and gives late joiners its history.
    pub(crate) async fn found(teacher: &Actor) -> Self {
        Self::found_with(teacher, |_| ()).await
    }

    /// The same under changed terms; whoever the terms add, `teacher` alone signs.
    pub(crate) async fn found_with(teacher: &Actor, change: impl FnOnce(&mut Terms)) -> Self {
        let class = Self::draft(teacher, &format!("class of {}", teacher.name), change);
        teacher.post_json("/v1/audiences", &class.foundation()).await.expect(201);
        class
    }

    /// A class that the hub does not know yet; the same `name` draws the same keys.
    pub(crate) fn draft(teacher: &Actor, name: &str, change: impl FnOnce(&mut Terms)) -> Self {
        let mut rng = rng(name);
        let nonce = rand_core::Rng::next_u64(&mut rng).to_be_bytes();
        let nonce = [nonce, nonce].concat().try_into().expect("16 bytes");
        let genesis = Genesis::new(nonce, 1, vec![teacher.ik()]).expect("a genesis");
        let desk = ExchangeSecret::random(&mut rng);
        let cohorts = vec![CohortSecret::random(&mut rng)];
        let mut terms = Terms {
            audience: genesis.audience(),
            revision: 0,
            prev: CharterHash(genesis.audience().0),
            hosting: Hosting::Blind,
            replies: Replies::Everyone,
            history: History::SameKey,
            approvals: 0,
            desk: desk.public(),
            threshold: 1,
            staff: vec![Staff { role: Role::Admin, ik: teacher.ik() }],
            cohorts: cohorts.iter().map(CohortSecret::public).collect(),
            not_before_ms: BEFORE,
            not_after_ms: BEFORE + 90 * DAY,
        };
        change(&mut terms);
        let charters = vec![signed(terms, &[(0, teacher)])];
        Self { genesis, charters, cohorts, desk }
    }

    /// Its id.
    pub(crate) fn audience(&self) -> AudienceId {
        self.genesis.audience()
    }

    /// A path inside it: `/v1/audiences/{a}` and `rest`.
    pub(crate) fn path(&self, rest: &str) -> String {
        format!("/v1/audiences/{}{rest}", encode(self.audience()))
    }

    /// The newest charter.
    pub(crate) fn charter(&self) -> &Charter {
        &self.charters.last().expect("it has a first one").charter
    }

    /// `S` of a cohort.
    pub(crate) fn s(&self, cohort: usize) -> CohortKey {
        self.cohorts[cohort].public()
    }

    /// The body that makes it.
    pub(crate) fn foundation(&self) -> Value {
        let mut body = charter_body(&self.charters[0]);
        body["genesis"] = encode(self.genesis.encode()).into();
        body
    }

    /// The terms of the next revision: nothing new, a minute later.
    pub(crate) fn next_terms(&self) -> Terms {
        let before = self.charter();
        let mut terms = Terms::clone(before);
        terms.revision += 1;
        terms.prev = before.hash();
        terms.not_before_ms += 60_000;
        terms.not_after_ms += 60_000;
        terms
    }

    /// Offers the next revision, signed by the first admin; on success it is the newest here too.
    pub(crate) async fn revise(&mut self, admin: &Actor, terms: Terms) -> Answer {
        let next = signed(terms, &[(0, admin)]);
        let answer = admin.post_json(&self.path("/charters"), &charter_body(&next)).await;
        if answer.status == 201 {
            self.charters.push(next);
        }
        answer
    }

    /// The terms of the next revision with a new key for one cohort, whose secret is put in place here.
    pub(crate) fn rotated(&mut self, cohort: usize) -> Terms {
        let mut terms = self.next_terms();
        let name = format!("cohort {cohort} of revision {}", terms.revision);
        self.cohorts[cohort] = CohortSecret::random(&mut rng(&name));
        terms.cohorts[cohort] = self.s(cohort);
        terms
    }

    /// The batch that every enrolment here uses: a device would draw a fresh one each time.
    fn batch() -> Batch {
        Batch::from_secret(ExchangeSecret::random(&mut rng("batch")))
    }

    /// The membership of a member in a cohort, issued by a publisher.
    pub(crate) fn membership(
        &self,
        publisher: &Actor,
        cohort: usize,
        member: &Actor,
        role: MemberRole,
    ) -> Membership {
        Membership {
            audience: self.audience(),
            ik: member.ik(),
            role,
            cohort: self.s(cohort),
            at_ms: NOW,
            issuer: publisher.ik(),
        }
    }

    /// The body that enrols members into a cohort.
    pub(crate) fn enrolment(&self, publisher: &Actor, cohort: usize, members: &[&Actor]) -> Value {
        let batch = Self::batch();
        let keys: Vec<_> = members.iter().map(|m| (m.account(), m.keys.ek.public())).collect();
        let tokens = batch.enrol(&self.audience(), &self.cohorts[cohort], &keys);
        let items = members.iter().zip(tokens).map(|(member, token)| {
            let membership = self.membership(publisher, cohort, member, MemberRole::Member);
            json!({
                "account": B64(member.account().0),
                "s": B64(*self.s(cohort).as_bytes()),
                "ek": B64(member.keys.ek.public().0),
                "token": B64(*token.expect("a token").to_bytes()),
                "membership": encode(membership.encode()),
                "membership_signature": B64(membership.sign(&publisher.keys.ik)),
            })
        });
        json!({ "x": B64(batch.public().0), "members": items.collect::<Vec<_>>() })
    }

    /// Enrols members into the first cohort.
    pub(crate) async fn enrol(&self, publisher: &Actor, members: &[&Actor]) {
        let body = self.enrolment(publisher, 0, members);
        publisher.post_json(&self.path("/members"), &body).await.expect(201);
    }

    /// `d` of a member that a publisher enrolled.
    pub(crate) fn enrolled_key(&self, cohort: usize, member: &Actor) -> ReaderKey {
        let x: ExchangeKey = Self::batch().public();
        reader_key(&member.keys.ek, &x, &self.audience(), &self.s(cohort), &member.account())
            .expect("a key")
    }

    /// `d` of a member that came through an open link.
    pub(crate) fn own_key(&self, cohort: usize, member: &Actor) -> ReaderKey {
        own_reader_key(&member.vault_seed, &self.audience(), &self.s(cohort)).expect("a key")
    }

    /// What a member enrolled by `publisher` shows when it writes.
    pub(crate) fn writer_proof(
        &self,
        publisher: &Actor,
        cohort: usize,
        member: &Actor,
    ) -> WriterProof {
        let membership = self.membership(publisher, cohort, member, MemberRole::Member);
        let signature = membership.sign(&publisher.keys.ik);
        WriterProof { membership, signature, by_link: None }
    }

    /// A link that nobody has published yet; the same `name` draws the same seed.
    pub(crate) fn link(&self, name: &str, kind: LinkKind, max_uses: u32) -> TestLink {
        let seed = Seed::random(&mut rng(name));
        let key = link_key(&seed, &self.audience());
        let link = Link {
            audience: self.audience(),
            link_pk: key.public(),
            kind,
            max_uses,
            expires_ms: NOW + 7 * DAY,
        };
        TestLink { link, seed, key }
    }

    /// An open link for fifty people, with a deposit for each cohort.
    pub(crate) async fn open_link(&self, publisher: &Actor, name: &str) -> TestLink {
        let link = self.link(name, LinkKind::Open, 50);
        let body = link.body(publisher, &self.deposits(&link));
        publisher.post_json(&self.path("/links"), &body).await.expect(201);
        link
    }

    /// An approval link for fifty people.
    pub(crate) async fn approval_link(&self, publisher: &Actor, name: &str) -> TestLink {
        let link = self.link(name, LinkKind::Approval, 50);
        let body = link.body(publisher, &[]);
        publisher.post_json(&self.path("/links"), &body).await.expect(201);
        link
    }

    /// A link's deposit for each cohort.
    pub(crate) fn deposits(&self, link: &TestLink) -> Vec<Value> {
        self.cohorts.iter().map(|s| link.deposit(s)).collect()
    }
}

/// A link with its secrets.
pub(crate) struct TestLink {
    /// What the publisher states.
    pub(crate) link: Link,
    /// What travels in the fragment.
    pub(crate) seed: Seed,
    /// What the seed signs with.
    pub(crate) key: IdentitySecret,
}

impl TestLink {
    /// A path of it, inside its audience's.
    pub(crate) fn path(&self, rest: &str) -> String {
        format!("/links/{}{rest}", encode(self.link.link_pk))
    }

    /// The body that publishes it.
    pub(crate) fn body(&self, publisher: &Actor, deposits: &[Value]) -> Value {
        json!({
            "link": encode(self.link.encode()),
            "signature": B64(self.link.sign(&publisher.keys.ik)),
            "deposits": deposits,
        })
    }

    /// `t_link` for one cohort.
    pub(crate) fn deposit(&self, s: &CohortSecret) -> Value {
        let share = link_scalar(&self.seed, &self.link.audience, &s.public()).expect("a share");
        json!({
            "s": B64(*s.public().as_bytes()),
            "token": B64(*deposit(s, &share).to_bytes()),
        })
    }

    /// What `joiner` asks for: a slot under `s` through an open link, or to be admitted.
    pub(crate) fn request(&self, joiner: &Actor, s: Option<CohortKey>) -> Request {
        let audience = self.link.audience;
        let claim = s.map(|cohort| {
            let share = link_scalar(&self.seed, &audience, &cohort).expect("a share");
            let own = own_reader_key(&joiner.vault_seed, &audience, &cohort).expect("a key");
            Claim { cohort, delta: delta(&share, &own) }
        });
        Request { audience, link_pk: self.link.link_pk, claim, ik: joiner.ik(), at_ms: NOW }
    }

    /// The membership this link issues.
    pub(crate) fn membership(&self, joiner: &Actor, s: CohortKey) -> Membership {
        Membership {
            audience: self.link.audience,
            ik: joiner.ik(),
            role: MemberRole::Member,
            cohort: s,
            at_ms: NOW,
            issuer: self.link.link_pk,
        }
    }

    /// The body that asks.
    pub(crate) fn request_body(&self, joiner: &Actor, s: Option<CohortKey>) -> Value {
        let request = self.request(joiner, s);
        let mut body = json!({
            "request": encode(request.encode()),
            "link_signature": B64(request.sign(&self.key)),
            "signature": B64(request.sign(&joiner.keys.ik)),
        });
        if let Some(s) = s {
            let membership = self.membership(joiner, s);
            body["membership"] = encode(membership.encode()).into();
            body["membership_signature"] = encode(membership.sign(&self.key)).into();
        }
        body
    }

    /// Asks.
    pub(crate) async fn ask(&self, joiner: &Actor, s: Option<CohortKey>) -> Answer {
        let path = format!("/v1/audiences/{}/requests", encode(self.link.audience));
        joiner.post_json(&path, &self.request_body(joiner, s)).await
    }

    /// What one who joined by it shows when it writes.
    pub(crate) fn writer_proof(
        &self,
        publisher: &Actor,
        joiner: &Actor,
        s: CohortKey,
    ) -> WriterProof {
        let membership = self.membership(joiner, s);
        WriterProof {
            membership,
            signature: membership.sign(&self.key),
            by_link: Some(LinkProof {
                link: self.link,
                publisher: publisher.ik(),
                signature: self.link.sign(&publisher.keys.ik),
            }),
        }
    }
}

/// Terms as a charter, signed by these, in the order of their places.
pub(crate) fn signed(terms: Terms, signers: &[(u8, &Actor)]) -> SignedCharter {
    let charter = terms.charter().expect("a charter");
    let signatures =
        signers.iter().map(|(place, signer)| (*place, charter.sign(&signer.keys.ik))).collect();
    SignedCharter { charter, signatures }
}

/// The body that offers a charter.
pub(crate) fn charter_body(signed: &SignedCharter) -> Value {
    json!({
        "charter": encode(signed.charter.encode()),
        "signatures": encode(signed.encode_signatures()),
    })
}
