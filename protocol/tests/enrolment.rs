//! However a member is enrolled, the hub's token and the member's key multiply to the cohort's secret.

mod support;

use curve25519_dalek::Scalar;
use kentongan_protocol::account::AccountSecrets;
use kentongan_protocol::ids::{AudienceId, ExchangeKey};
use kentongan_protocol::keys::{CohortSecret, ReaderKey, Token};
use kentongan_protocol::primitives::Seed;
use kentongan_protocol::token::{self, Batch, Degenerate};
use proptest::prelude::*;
use proptest::test_runner::RngSeed;
use rand::RngExt;
use support::seeded;

fn product(t: &Token, d: &ReaderKey) -> [u8; 32] {
    let [t, d] = [t.to_bytes(), d.to_bytes()].map(|b| Scalar::from_bytes_mod_order(*b));
    (t * d).to_bytes()
}

proptest! {
    #![proptest_config(ProptestConfig {
        cases: 32,
        rng_seed: RngSeed::Fixed(4),
        failure_persistence: None,
        ..ProptestConfig::default()
    })]

    #[test]
    fn by_a_publisher_in_a_batch(seed: u64, size in 0usize..20) {
        let rng = &mut seeded(seed);
        let (s, audience) = (CohortSecret::random(rng), AudienceId(rng.random()));
        let members: Vec<_> = (0..size).map(|_| AccountSecrets::random(rng)).collect();
        let batch = Batch::random(rng);
        let listed: Vec<_> = members.iter().map(|m| (m.account(), m.ek.public())).collect();
        let tokens = batch.enrol(&audience, &s, &listed);
        prop_assert_eq!(tokens.len(), size);
        for (member, t) in members.iter().zip(tokens) {
            let (x, account) = (batch.public(), member.account());
            let d = token::reader_key(&member.ek, &x, &audience, &s.public(), &account)?;
            prop_assert_eq!(product(&t?, &d), *s.to_bytes());
        }
    }

    #[test]
    fn by_an_open_link(seed: u64) {
        let rng = &mut seeded(seed);
        let (s, audience) = (CohortSecret::random(rng), AudienceId(rng.random()));
        let (link, vault) = (Seed::random(rng), Seed::random(rng));
        let d_link = token::link_scalar(&link, &audience, &s.public())?;
        let t_link = token::deposit(&s, &d_link);
        let d = token::own_reader_key(&vault, &audience, &s.public())?;
        let t = token::token_from_link(&t_link, &token::delta(&d_link, &d));
        prop_assert_eq!(product(&t, &d), *s.to_bytes());
        prop_assert_eq!(*t.to_bytes(), *s.token_for(&d).to_bytes());
    }
}

#[test]
fn a_member_with_a_key_made_to_give_it_away_spoils_nobody_elses_enrolment() {
    let rng = &mut seeded(7);
    let (s, audience) = (CohortSecret::random(rng), AudienceId(rng.random()));
    let (honest, batch) = (AccountSecrets::random(rng), Batch::random(rng));
    let (account, low_order) = (honest.account(), ExchangeKey([0; 32]));
    let listed = [(account, low_order), (account, honest.ek.public()), (account, low_order)];
    let mut tokens = batch.enrol(&audience, &s, &listed).into_iter();

    assert_eq!(tokens.next().map(Result::err), Some(Some(Degenerate)));
    let t = tokens.next().expect("three answers").expect("a token");
    let x = batch.public();
    let d = token::reader_key(&honest.ek, &x, &audience, &s.public(), &account).expect("a key");
    assert_eq!(product(&t, &d), *s.to_bytes());
    assert_eq!(tokens.next().map(Result::err), Some(Some(Degenerate)));

    let against = token::reader_key(&honest.ek, &low_order, &audience, &s.public(), &account);
    assert_eq!(against.err(), Some(Degenerate));
}
