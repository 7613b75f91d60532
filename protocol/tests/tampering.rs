//! Nothing that is signed or summed survives the change of a single byte, and all of it round trips.

mod support;

use kentongan_protocol::account::{AccountSecrets, KeyBundle, SignedBundle};
use kentongan_protocol::chain::{Chain, Genesis, SignedCharter};
use kentongan_protocol::charter::{Charter, History, Hosting, Replies, Role, Staff, Terms};
use kentongan_protocol::ids::{CharterHash, IdentityKey};
use kentongan_protocol::keys::{CohortSecret, Delta};
use kentongan_protocol::link::{Claim, Fragment, Link, LinkKind, Request};
use kentongan_protocol::membership::{LinkProof, MemberRole, Membership, WriterProof};
use kentongan_protocol::primitives::{IdentitySecret, Seed};
use proptest::prelude::*;
use proptest::test_runner::RngSeed;
use rand::{Rng, RngExt};
use support::seeded;

const BEGINS_MS: u64 = support::NOW_MS;
const ENDS_MS: u64 = BEGINS_MS + 1000;

/// Whether no change of one byte is accepted; `flips` are tried on every byte.
fn holds(
    bytes: &[u8],
    flips: &[u8],
    accepted: impl Fn(&[u8]) -> bool,
) -> Result<(), TestCaseError> {
    prop_assert!(accepted(bytes), "unchanged");
    for place in 0..bytes.len() {
        for flip in flips {
            let mut changed = bytes.to_vec();
            changed[place] ^= flip;
            prop_assert!(!accepted(&changed), "byte {place} ^ {flip}");
        }
    }
    Ok(())
}

/// An audience of one admin, two other publishers and a few cohorts.
struct Audience {
    genesis: Genesis,
    admin: IdentitySecret,
    first: SignedCharter,
}

fn audience(rng: &mut impl rand::CryptoRng) -> Audience {
    let admin = IdentitySecret::random(rng);
    let genesis = Genesis::new(rng.random(), 1, vec![admin.public()]).expect("one signer");
    let mut staff = vec![Staff { role: Role::Admin, ik: admin.public() }];
    staff.extend([(); 2].map(|()| Staff { role: Role::Publisher, ik: IdentityKey(rng.random()) }));
    let hosted = Hosting::Hosted("Dinas Kesehatan".into());
    let hosting = if rng.random() { Hosting::Blind } else { hosted };
    let cohorts = rng.random_range(1..4);
    let terms = Terms {
        audience: genesis.audience(),
        revision: 0,
        prev: CharterHash(genesis.audience().0),
        hosting,
        replies: [Replies::None, Replies::Desk, Replies::Everyone][rng.random_range(0..3)],
        history: [History::FromJoining, History::SameKey][rng.random_range(0..2)],
        approvals: rng.random_range(0..3),
        desk: rng.random::<[u8; 32]>().into(),
        threshold: 1,
        staff,
        cohorts: (0..cohorts).map(|_| CohortSecret::random(rng).public()).collect(),
        not_before_ms: BEGINS_MS,
        not_after_ms: ENDS_MS,
    };
    let charter = terms.charter().expect("a charter");
    let signatures = vec![(0, charter.sign(&admin))];
    Audience { genesis, admin, first: SignedCharter { charter, signatures } }
}

/// The first `N` bytes and the signature after them.
fn signed(bytes: &[u8]) -> (&[u8], &[u8; 64]) {
    bytes.split_last_chunk().expect("longer than a signature")
}

proptest! {
    #![proptest_config(ProptestConfig {
        cases: 12,
        rng_seed: RngSeed::Fixed(24),
        failure_persistence: None,
        ..ProptestConfig::default()
    })]

    #[test]
    fn a_bundle(seed: u64, seq in 1u64.., flip in 1u8..) {
        let keys = AccountSecrets::random(&mut seeded(seed));
        let published = keys.bundle(seq, BEGINS_MS, ENDS_MS).expect("a bundle");
        prop_assert_eq!(KeyBundle::parse(&published.bundle.encode()), Ok(published.bundle));
        let bytes = [published.bundle.encode(), published.signature.to_vec()].concat();
        holds(&bytes, &[1, 0x80, flip], |bytes| {
            let (bundle, signature) = signed(bytes);
            KeyBundle::parse(bundle)
                .is_ok_and(|bundle| SignedBundle { bundle, signature: *signature }.verify().is_ok())
        })?;
    }

    #[test]
    fn a_charter(seed: u64, flip in 1u8..) {
        let Audience { genesis, first, .. } = audience(&mut seeded(seed));
        let charter = first.charter.encode();
        prop_assert_eq!(&Charter::parse(&charter), &Ok(first.charter.clone()));
        let bytes = [charter.as_slice(), &first.encode_signatures()].concat();
        holds(&bytes, &[1, 0x80, flip], |bytes| {
            let (charter, signatures) = bytes.split_at(charter.len());
            Charter::parse(charter)
                .ok()
                .and_then(|charter| SignedCharter::parse(charter, signatures).ok())
                .is_some_and(|first| Chain::begin(genesis.clone(), first).is_ok())
        })?;
    }

    #[test]
    fn a_genesis_names_its_audience(seed: u64, flip in 1u8..) {
        let Audience { genesis, .. } = audience(&mut seeded(seed));
        holds(&genesis.encode(), &[1, 0x80, flip], |bytes| {
            Genesis::parse(bytes).is_ok_and(|g| g.audience() == genesis.audience())
        })?;
    }

    #[test]
    fn a_link(seed: u64, max_uses: u32, expires_ms: u64, flip in 1u8..) {
        let rng = &mut seeded(seed);
        let publisher = IdentitySecret::random(rng);
        let kind = [LinkKind::Open, LinkKind::Approval][rng.random_range(0..2)];
        let (audience, link_pk) = (rng.random::<[u8; 32]>().into(), rng.random::<[u8; 32]>().into());
        let link = Link { audience, link_pk, kind, max_uses, expires_ms };
        prop_assert_eq!(Link::parse(&link.encode()), Ok(link));
        let bytes = [link.encode(), link.sign(&publisher).to_vec()].concat();
        holds(&bytes, &[1, 0x80, flip], |bytes| {
            let (link, signature) = signed(bytes);
            Link::parse(link).is_ok_and(|l| l.verify(&publisher.public(), signature).is_ok())
        })?;
    }

    #[test]
    fn a_request(seed: u64, open: bool, at_ms: u64, flip in 1u8..) {
        let rng = &mut seeded(seed);
        let (link, joiner) = (IdentitySecret::random(rng), IdentitySecret::random(rng));
        let share = CohortSecret::random(rng);
        let claim = open.then(|| Claim {
            cohort: share.public(),
            delta: Delta::from_bytes(&share.to_bytes()).expect("a scalar"),
        });
        let (link_pk, ik) = (link.public(), joiner.public());
        let audience = rng.random::<[u8; 32]>().into();
        let request = Request { audience, link_pk, claim, ik, at_ms };
        let bytes =
            [&request.encode()[..], &request.sign(&link), &request.sign(&joiner)].concat();
        holds(&bytes, &[1, 0x80, flip], |bytes| {
            let (rest, by_joiner) = signed(bytes);
            let (request, by_link) = signed(rest);
            Request::parse(request).is_ok_and(|r| r.verify(by_link, by_joiner).is_ok())
        })?;
    }

    #[test]
    fn a_membership(seed: u64, through_link: bool, flip in 1u8..) {
        let rng = &mut seeded(seed);
        let Audience { admin, first, .. } = audience(rng);
        let (member, link_secret) = (IdentitySecret::random(rng), IdentitySecret::random(rng));
        let charter = &first.charter;
        let (audience, expires_ms) = (charter.audience, ENDS_MS);
        let (link_pk, kind, max_uses) = (link_secret.public(), LinkKind::Open, 30);
        let link = Link { audience, link_pk, kind, max_uses, expires_ms };
        let issuer = if through_link { &link_secret } else { &admin };
        let membership = Membership {
            audience,
            ik: member.public(),
            role: MemberRole::Member,
            cohort: charter.cohorts[0],
            at_ms: BEGINS_MS,
            issuer: issuer.public(),
        };
        let signature = membership.sign(issuer);
        let by_link = through_link.then(|| LinkProof {
            link,
            publisher: admin.public(),
            signature: link.sign(&admin),
        });
        let proof = WriterProof { membership, signature, by_link };
        holds(&proof.encode(), &[1, 0x80, flip], |bytes| {
            WriterProof::parse(bytes).is_ok_and(|p| p.check(charter, &member.public()).is_ok())
        })?;
    }

    #[test]
    fn a_fragment(seed: u64, revision: u64, open: bool) {
        let rng = &mut seeded(seed);
        let fragment = Fragment {
            kind: if open { LinkKind::Open } else { LinkKind::Approval },
            audience: rng.random::<[u8; 32]>().into(),
            seed: Seed::random(rng),
            revision,
            charter_hash: rng.random::<[u8; 32]>().into(),
        };
        let text = fragment.to_text();
        prop_assert_eq!(text.len(), 147);
        let read = Fragment::parse(&text).expect("a fragment");
        prop_assert_eq!((read.kind, read.audience), (fragment.kind, fragment.audience));
        prop_assert_eq!(read.seed.expose(), fragment.seed.expose());
        prop_assert_eq!((read.revision, read.charter_hash), (revision, fragment.charter_hash));
        holds(text.as_bytes(), &[1, 2, 4, 0x20], |bytes| {
            core::str::from_utf8(bytes).is_ok_and(|text| Fragment::parse(text).is_ok())
        })?;
        let cut = rng.next_u32() as usize % text.len();
        prop_assert!(Fragment::parse(&text[..cut]).is_err());
    }
}
