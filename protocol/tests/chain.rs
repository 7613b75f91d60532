//! How an audience's charters may follow each other, beyond what the published vectors show.

mod support;

use kentongan_protocol::chain::{Appended, Chain, ChainError, Genesis, SignedCharter};
use kentongan_protocol::charter::{CharterError, Role, Staff, Terms};
use kentongan_protocol::charter::{History, Hosting, Replies};
use kentongan_protocol::ids::{CharterHash, ExchangeKey, IdentityKey};
use kentongan_protocol::keys::{CohortKey, CohortSecret};
use kentongan_protocol::primitives::IdentitySecret;
use support::seeded;

const DAY_MS: u64 = 24 * 60 * 60 * 1000;

/// A class whose two admins Ani and Budi sign, any one of them, and whose third publisher is Citra.
struct Class {
    staff: [IdentitySecret; 3],
    keys: Vec<CohortKey>,
    chain: Chain,
}

impl Class {
    fn begin() -> Self {
        let rng = &mut seeded(3);
        let staff = [(); 3].map(|()| IdentitySecret::random(rng));
        let keys: Vec<_> = (0..6).map(|_| CohortSecret::random(rng).public()).collect();
        let [ani, budi, citra] = [0, 1, 2].map(|i| staff[i].public());
        let genesis = Genesis::new([1; 16], 1, vec![ani, budi]).expect("two signers");
        let terms = Terms {
            audience: genesis.audience(),
            revision: 0,
            prev: CharterHash(genesis.audience().0),
            hosting: Hosting::Blind,
            replies: Replies::Desk,
            history: History::SameKey,
            approvals: 0,
            desk: ExchangeKey([9; 32]),
            threshold: 1,
            staff: vec![
                Staff { role: Role::Publisher, ik: citra },
                Staff { role: Role::Admin, ik: ani },
                Staff { role: Role::Admin, ik: budi },
            ],
            cohorts: keys[..2].to_vec(),
            not_before_ms: DAY_MS,
            not_after_ms: 90 * DAY_MS,
        };
        let first = signed(terms, &[(0, &staff[0])]);
        let chain = Chain::begin(genesis, first).expect("revision 0");
        Self { staff, keys, chain }
    }

    /// What would renew the newest charter a day later.
    fn renewal(&self) -> Terms {
        let before = self.chain.current();
        Terms {
            revision: before.revision + 1,
            prev: before.hash(),
            not_before_ms: before.not_before_ms + DAY_MS,
            not_after_ms: before.not_after_ms + DAY_MS,
            ..Terms::clone(before)
        }
    }

    /// `terms` signed by Ani, at her place in the list.
    fn by_ani(&self, terms: Terms) -> SignedCharter {
        signed(terms, &[(1, &self.staff[0])])
    }

    fn append(&mut self, terms: Terms) -> Result<Appended, ChainError> {
        let next = self.by_ani(terms);
        self.chain.append(&next)
    }

    fn with_cohorts(&self, places: &[usize]) -> Terms {
        Terms { cohorts: places.iter().map(|i| self.keys[*i]).collect(), ..self.renewal() }
    }
}

fn signed(terms: Terms, signers: &[(u8, &IdentitySecret)]) -> SignedCharter {
    let charter = terms.charter().expect("terms that make a charter");
    let signatures = signers.iter().map(|(i, ik)| (*i, charter.sign(ik))).collect();
    SignedCharter { charter, signatures }
}

#[test]
fn cohorts_are_replaced_or_appended_and_a_key_that_left_never_returns() {
    let mut class = Class::begin();
    assert_eq!(class.append(class.with_cohorts(&[0, 2])), Ok(Appended::New));
    assert_eq!(class.append(class.with_cohorts(&[0, 1])), Err(ChainError::Cohorts));
    assert_eq!(class.append(class.with_cohorts(&[2, 0])), Err(ChainError::Cohorts));
    assert_eq!(class.append(class.with_cohorts(&[0])), Err(ChainError::Cohorts));
    assert_eq!(class.append(class.with_cohorts(&[0, 2, 3, 4])), Ok(Appended::New));
    assert_eq!(class.append(class.with_cohorts(&[0, 2, 3, 4, 1])), Err(ChainError::Cohorts));
    assert_eq!(class.append(class.with_cohorts(&[0, 5, 3, 4])), Ok(Appended::New));
}

#[test]
fn a_different_valid_charter_of_a_known_revision_is_a_fork() {
    let mut class = Class::begin();
    let forked = Terms { replies: Replies::None, ..class.with_cohorts(&[0, 1, 5]) };
    let renewal = class.with_cohorts(&[0, 1, 5]);
    assert_eq!(class.append(renewal), Ok(Appended::New));
    assert_eq!(class.append(class.renewal()), Ok(Appended::New));

    assert_eq!(class.append(forked.clone()), Err(ChainError::Fork));
    assert_eq!(class.chain.revisions().len(), 3);
    let forged = signed(forked, &[(1, &class.staff[2])]);
    assert_eq!(class.chain.append(&forged), Err(ChainError::Signature));

    let root = &class.chain.revisions()[0].charter;
    let forked = Terms { replies: Replies::None, ..Terms::clone(root) };
    let forked = signed(forked, &[(1, &class.staff[1])]);
    assert_eq!(class.chain.append(&forked), Err(ChainError::Fork));
}

#[test]
fn signers_are_admins_of_the_revision_before_in_its_order() {
    let mut class = Class::begin();
    let [ani, budi, citra] = &class.staff;
    let both = Terms { threshold: 2, ..class.renewal() };
    for (signers, refusal) in [
        (vec![(0, citra)], ChainError::Signers),
        (vec![(1, citra)], ChainError::Signature),
        (vec![(2, budi), (1, ani)], ChainError::Signers),
        (vec![(1, ani), (2, ani)], ChainError::Signature),
        (vec![(0, ani)], ChainError::Signers),
    ] {
        let next = signed(both.clone(), &signers);
        assert_eq!(class.chain.append(&next), Err(refusal));
    }
    // The new threshold binds the next revision, not the one that introduces it.
    assert_eq!(class.append(both), Ok(Appended::New));
    assert_eq!(class.append(class.renewal()), Err(ChainError::Signers));
    let [ani, budi, _] = &class.staff;
    let next = signed(class.renewal(), &[(1, ani), (2, budi)]);
    assert_eq!(class.chain.append(&next), Ok(Appended::New));
}

#[test]
fn a_former_admin_signs_nothing_later() {
    let mut class = Class::begin();
    let mut without_ani = class.renewal();
    without_ani.staff.remove(1);
    assert_eq!(class.append(without_ani), Ok(Appended::New));
    assert_eq!(class.append(class.renewal()), Err(ChainError::Signature));
}

#[test]
fn a_hub_takes_a_charter_only_while_it_is_valid_and_also_after_the_last_expired() {
    let mut class = Class::begin();
    let late = Terms { not_before_ms: 200 * DAY_MS, not_after_ms: 290 * DAY_MS, ..class.renewal() };
    let next = class.by_ani(late);
    for ms in [0, 200 * DAY_MS - 1, 290 * DAY_MS] {
        assert_eq!(class.chain.accept(&next, ms), Err(ChainError::NotValidNow));
    }
    assert_eq!(class.chain.accept(&next, 200 * DAY_MS), Ok(Appended::New));
    assert_eq!(class.chain.accept(&next, 290 * DAY_MS), Ok(Appended::Known));
    let in_force = |ms| class.chain.in_force_at(ms).map(|c| c.revision);
    assert_eq!(in_force(90 * DAY_MS - 1), Some(0));
    assert_eq!(in_force(90 * DAY_MS), None);
    assert_eq!(in_force(200 * DAY_MS), Some(1));
}

#[test]
fn an_expired_revision_does_not_bring_back_the_one_before() {
    let mut class = Class::begin();
    let short = Terms { not_before_ms: 2 * DAY_MS, not_after_ms: 3 * DAY_MS, ..class.renewal() };
    assert_eq!(class.append(short), Ok(Appended::New));
    assert_eq!(class.chain.in_force_at(3 * DAY_MS - 1).map(|c| c.revision), Some(1));
    assert_eq!(class.chain.in_force_at(3 * DAY_MS), None);
    assert!(class.chain.revisions()[0].charter.valid_at(3 * DAY_MS));
}

#[test]
fn terms_that_break_a_rule_make_no_charter() {
    let class = Class::begin();
    let refusal = |change: fn(&mut Terms)| {
        let mut terms = class.renewal();
        change(&mut terms);
        terms.charter().err()
    };
    assert_eq!(refusal(|_| ()), None);
    assert_eq!(refusal(|t| t.hosting = Hosting::Hosted("x".repeat(255))), None);
    let long = refusal(|t| t.hosting = Hosting::Hosted("x".repeat(256)));
    assert_eq!(long, Some(CharterError::Host));
    let crowd = refusal(|t| {
        let ik = |i| IdentityKey([i; 32]);
        t.staff.extend((0..=252).map(|i| Staff { role: Role::Publisher, ik: ik(i) }));
    });
    assert_eq!(crowd, Some(CharterError::Staff));
    assert_eq!(refusal(|t| t.approvals = 2), None);
    assert_eq!(refusal(|t| t.approvals = 3), Some(CharterError::Approvals));
    assert_eq!(refusal(|t| t.threshold = 0), Some(CharterError::Threshold));
    assert_eq!(refusal(|t| t.not_after_ms = t.not_before_ms), Some(CharterError::Validity));
    assert_eq!(refusal(|t| t.not_after_ms = t.not_before_ms + 92 * DAY_MS), None);
}
