//! A small audience made for one test: publishers, cohorts and members with all their keys.
#![allow(dead_code, reason = "each test binary uses its own part of this module")]

use kentongan_protocol::approval::Approval;
use kentongan_protocol::chain::{Chain, Genesis, SignedCharter};
use kentongan_protocol::charter::{Charter, History, Hosting, Replies, Role, Staff, Terms};
use kentongan_protocol::ids::{ChainId, PostId};
use kentongan_protocol::keys::{CohortSecret, ReaderKey, Token};
use kentongan_protocol::membership::{MemberRole, Membership, WriterProof};
use kentongan_protocol::post::{
    ChainMemory, Draft, HubState, Key, Kind, MessageSecret, Position, Post, Reading, Standing,
    Thread, ThreadPost, seal,
};
use kentongan_protocol::primitives::{ExchangeSecret, IdentitySecret, Seed};
use kentongan_protocol::transform::{FixedBase, Tokens};
use rand_chacha::ChaCha8Rng;
use rand_chacha::rand_core::SeedableRng;

/// When everything happens.
pub(crate) const NOW_MS: u64 = 1_790_000_300_000;

/// Somebody with keys, and what the audience knows of them.
pub(crate) struct Member {
    pub(crate) ik: IdentitySecret,
    pub(crate) xk: ExchangeSecret,
    pub(crate) d: ReaderKey,
    pub(crate) token: Token,
    pub(crate) proof: WriterProof,
}

/// An audience of two publishers, the first of them its only admin.
pub(crate) struct Village {
    pub(crate) charters: Chain,
    pub(crate) publishers: [IdentitySecret; 2],
    pub(crate) desk: ExchangeSecret,
    pub(crate) secrets: Vec<CohortSecret>,
    /// By cohort and slot.
    pub(crate) members: Vec<Vec<Member>>,
    pub(crate) rng: ChaCha8Rng,
}

impl Village {
    /// An audience with members in each of `cohorts` cohorts and some of its terms changed.
    pub(crate) fn new(cohorts: usize, members: usize, change: impl Fn(&mut Terms)) -> Self {
        let mut rng = ChaCha8Rng::seed_from_u64(12);
        let publishers = [0, 1].map(|_| IdentitySecret::random(&mut rng));
        let desk = ExchangeSecret::random(&mut rng);
        let secrets: Vec<_> = (0..cohorts).map(|_| CohortSecret::random(&mut rng)).collect();
        let genesis = Genesis::new([1; 16], 1, vec![publishers[0].public()]).expect("one key");
        let roles = [Role::Admin, Role::Publisher].into_iter().zip(&publishers);
        let mut terms = Terms {
            audience: genesis.audience(),
            revision: 0,
            prev: genesis.audience().0.into(),
            hosting: Hosting::Blind,
            replies: Replies::Everyone,
            history: History::SameKey,
            approvals: 0,
            desk: desk.public(),
            threshold: 1,
            staff: roles.map(|(role, ik)| Staff { role, ik: ik.public() }).collect(),
            cohorts: secrets.iter().map(CohortSecret::public).collect(),
            not_before_ms: NOW_MS - 1000,
            not_after_ms: NOW_MS + 90 * 86_400_000,
        };
        change(&mut terms);
        let first = signed(terms, &publishers[0]);
        let charters = Chain::begin(genesis, first).expect("signed by its admin");
        let mut village = Self { charters, publishers, desk, secrets, members: Vec::new(), rng };
        for cohort in 0..cohorts {
            let members = (0..members).map(|_| village.member(cohort)).collect();
            village.members.push(members);
        }
        village
    }

    /// Somebody new in a cohort, enrolled by the first publisher.
    pub(crate) fn member(&mut self, cohort: usize) -> Member {
        let ik = IdentitySecret::random(&mut self.rng);
        let d = CohortSecret::random(&mut self.rng).to_bytes();
        let d = ReaderKey::from_bytes(&d).expect("a scalar");
        let s = &self.secrets[cohort];
        let membership = Membership {
            audience: self.charter().audience,
            ik: ik.public(),
            role: MemberRole::Member,
            cohort: s.public(),
            at_ms: NOW_MS - 500,
            issuer: self.publishers[0].public(),
        };
        let signature = membership.sign(&self.publishers[0]);
        Member {
            ik,
            xk: ExchangeSecret::random(&mut self.rng),
            token: s.token_for(&d),
            d,
            proof: WriterProof { membership, signature, by_link: None },
        }
    }

    pub(crate) fn charter(&self) -> &Charter {
        self.charters.current()
    }

    /// The next revision, with some terms changed.
    pub(crate) fn revise(&mut self, change: impl Fn(&mut Terms)) {
        let before = self.charter();
        let mut terms = Terms {
            revision: before.revision + 1,
            prev: before.hash(),
            not_before_ms: before.not_before_ms + 10,
            ..Terms::clone(before)
        };
        change(&mut terms);
        let next = signed(terms, &self.publishers[0]);
        self.charters.append(&next).expect("the next revision");
    }

    /// A first post by the first publisher.
    pub(crate) fn post(&mut self, kind: Kind, thread: PostId) -> (Post, MessageSecret) {
        let author = IdentitySecret::from_bytes(&self.publishers[0].to_bytes());
        self.post_by(&author, kind, thread, (1, PostId::ZERO))
    }

    /// A post in chain 7 after the posts `(seq, prev)` says.
    pub(crate) fn post_by(
        &mut self,
        author: &IdentitySecret,
        kind: Kind,
        thread: PostId,
        (seq, prev): (u64, PostId),
    ) -> (Post, MessageSecret) {
        let payload = format!(r#"{{"type":"{}","body":"Gotong royong"}}"#, kind.word());
        let draft = Draft {
            charter: self.charters.current(),
            position: Position { chain: ChainId([7; 16]), seq, prev },
            kind,
            thread,
            now_ms: NOW_MS,
            payload: payload.as_bytes(),
        };
        seal(&draft, author, &Seed::from_bytes(&[3; 32]), &mut self.rng).expect("a good draft")
    }

    /// What the hub knows where nothing was posted before.
    pub(crate) fn hub(&self) -> HubState<'_> {
        HubState { now_ms: NOW_MS, charter: self.charter(), member: None, thread: None, last: None }
    }

    /// A cohort's pack for a post that the hub accepts, with some slots vacated.
    pub(crate) fn pack(&self, post: &Post, cohort: usize, vacant: &[usize]) -> Vec<[u8; 32]> {
        let accepted = post.accept(&self.hub()).expect("it is accepted");
        let mut tokens = Tokens::vacant(self.members[cohort].len());
        for (slot, member) in self.members[cohort].iter().enumerate() {
            tokens.put(slot, Some(&member.token).filter(|_| !vacant.contains(&slot)));
        }
        let mut pack = vec![[0; 32]; tokens.slots().len()];
        let base = FixedBase::new(&accepted.capsule, pack.len());
        base.transform(tokens.slots(), &mut pack).expect("tokens are canonical");
        pack
    }

    /// What a reader knows who has seen nothing yet.
    pub(crate) fn reading<'a>(&'a self, cohort: usize, key: Key<'a>) -> Reading<'a> {
        Reading {
            charters: &self.charters,
            hosting_consented: false,
            member: None,
            memory: ChainMemory::default(),
            thread: Thread::Unavailable,
            approvals: &[],
            cohort,
            key,
        }
    }

    /// The other publisher's approval.
    pub(crate) fn approval(&self, post: &Post) -> Approval {
        Approval::sign(&self.publishers[1], &post.id())
    }
}

/// A post of this kind and author, accepted.
pub(crate) fn meant(kind: Kind, author: &IdentitySecret, by_publisher: bool) -> ThreadPost {
    ThreadPost { kind, author: author.public(), by_publisher, standing: Standing::Accepted }
}

fn signed(terms: Terms, admin: &IdentitySecret) -> SignedCharter {
    let charter = terms.charter().expect("good terms");
    let signatures = vec![(0, charter.sign(admin))];
    SignedCharter { charter, signatures }
}
