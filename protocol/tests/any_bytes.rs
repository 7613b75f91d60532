//! Arbitrary bytes, and valid ones changed a little, never make a parser panic.

mod parsers;
mod support;

use proptest::collection::vec;
use proptest::prelude::*;
use proptest::sample::Index;
use proptest::test_runner::RngSeed;
use serde_json::Value;

use parsers::Parsers;
use support::{chain_up_to, vectors};

/// Every text of a vector file, as the bytes it stands for if it is hex and as itself.
fn collect(value: &Value, into: &mut Vec<Vec<u8>>) {
    match value {
        Value::String(text) => {
            into.extend(hex::decode(text).ok());
            into.push(text.clone().into());
        }
        Value::Array(list) => list.iter().for_each(|value| collect(value, into)),
        Value::Object(fields) => fields.values().for_each(|value| collect(value, into)),
        _ => (),
    }
}

fn samples(parsers: &Parsers) -> Vec<Vec<u8>> {
    let mut all = parsers.samples();
    for file in ["accounts", "approvals", "charters", "enrolment", "letters", "posts", "refusals"] {
        collect(&vectors(&format!("{file}.json")), &mut all);
    }
    all
}

/// One small change.
#[derive(Clone, Debug)]
enum Change {
    Cut,
    Byte(u8),
    Insert(Vec<u8>),
    Remove(u8),
    Extreme(u8),
}

fn change() -> impl Strategy<Value = (Index, Change)> {
    let kind = prop_oneof![
        Just(Change::Cut),
        any::<u8>().prop_map(Change::Byte),
        vec(any::<u8>(), 1..40).prop_map(Change::Insert),
        (1..40_u8).prop_map(Change::Remove),
        (1..9_u8).prop_map(Change::Extreme),
    ];
    (any::<Index>(), kind)
}

fn changed(mut bytes: Vec<u8>, changes: &[(Index, Change)]) -> Vec<u8> {
    for (place, change) in changes {
        let at = place.index(bytes.len() + 1);
        let up_to = |n: &u8| (at + usize::from(*n)).min(bytes.len());
        match change {
            Change::Cut => bytes.truncate(at),
            Change::Byte(byte) => bytes[at..].iter_mut().take(1).for_each(|b| *b = *byte),
            Change::Insert(more) => drop(bytes.splice(at..at, more.iter().copied())),
            Change::Remove(n) => drop(bytes.drain(at..up_to(n))),
            Change::Extreme(n) => {
                let end = up_to(n);
                bytes[at..end].fill(0xff);
            }
        }
    }
    bytes
}

#[test]
fn every_vector_is_read_by_every_parser_or_refused() {
    let parsers = Parsers::beside(chain_up_to(1).current().clone());
    for bytes in samples(&parsers) {
        parsers.offer(&bytes);
    }
}

proptest! {
    #![proptest_config(ProptestConfig {
        cases: 64,
        rng_seed: RngSeed::Fixed(26),
        failure_persistence: None,
        ..ProptestConfig::default()
    })]

    #[test]
    fn arbitrary_bytes_never_panic(bytes in vec(any::<u8>(), 0..2000), text: String) {
        let parsers = Parsers::beside(chain_up_to(1).current().clone());
        parsers.offer(&bytes);
        parsers.offer(&[&[0, 1], &bytes[..]].concat());
        parsers.offer(text.as_bytes());
    }

    #[test]
    fn changed_vectors_never_panic(picks in vec((any::<Index>(), vec(change(), 1..4)), 100)) {
        let parsers = Parsers::beside(chain_up_to(1).current().clone());
        let samples = samples(&parsers);
        for (pick, changes) in picks {
            parsers.offer(&changed(pick.get(&samples).clone(), &changes));
        }
    }
}
