//! Section 3 agrees with the published vectors: what follows what, and everything that must not.

mod support;

use kentongan_protocol::bytes::Malformed;
use kentongan_protocol::chain::{Appended, Chain, ChainError, Genesis, SignedCharter};
use kentongan_protocol::charter::{Charter, CharterError};
use kentongan_protocol::ids::{AudienceId, CharterHash};
use kentongan_protocol::keys::{CohortKey, CohortSecret};
use serde_json::Value;
use support::{NOW_MS, array, bytes, chain_up_to, each, id, signed_charter, text, vectors};

#[test]
fn an_audience_is_named_by_its_genesis() {
    let file = vectors("charters.json");
    for audience in [&file, &file["two_signers"]] {
        let genesis = Genesis::parse(&bytes(&audience["genesis"])).expect("a Genesis");
        assert_eq!(genesis.encode(), bytes(&audience["genesis"]));
        assert_eq!(genesis.audience(), id::<AudienceId>(&audience["audience"]));
    }
    for case in each(&file["invalid_genesis"]) {
        assert!(Genesis::parse(&bytes(&case["genesis"])).is_err(), "{}", case["why"]);
    }
}

#[test]
fn two_revisions_form_a_chain() {
    let file = vectors("charters.json");
    let chain = chain_up_to(1);
    assert_eq!(chain.audience(), id(&file["audience"]));
    for (revision, entry) in each(&file["charters"]).iter().enumerate() {
        let charter = &chain.revisions()[revision].charter;
        assert_eq!(charter.encode(), bytes(&entry["charter"]));
        assert_eq!(charter.hash(), id::<CharterHash>(&entry["charter_hash"]));
        assert_eq!(chain.revisions()[revision].encode_signatures(), bytes(&entry["signatures"]));
        assert_eq!(chain.by_hash(&charter.hash()), Some(charter));
        assert_eq!(chain.check_pin(revision as u64, &charter.hash()), Ok(()));
        assert_eq!(chain.check_pin(2, &charter.hash()), Err(ChainError::Pin));
        assert!(charter.valid_at(NOW_MS));
    }
    assert_eq!(chain.current().revision, 1);
    assert_eq!(chain.current().desk, id(&file["desk"]));
    for (i, cohort) in each(&file["cohorts"]).iter().enumerate() {
        let s = CohortSecret::from_bytes(&array(&cohort["s"])).expect("a scalar");
        let key = CohortKey::from_bytes(&array(&cohort["S"])).expect("a point");
        assert_eq!(s.public(), key);
        assert_eq!(chain.current().cohort_index(&key), Some(i));
    }
    let accounts = vectors("accounts.json");
    let [admin, publisher, member] = [0, 1, 2].map(|i| id(&accounts["accounts"][i]["ik"]));
    assert!(chain.current().is_publisher(&admin) && chain.current().is_admin(&admin));
    assert!(chain.current().is_publisher(&publisher) && !chain.current().is_admin(&publisher));
    assert!(!chain.current().is_publisher(&member));
}

#[test]
fn two_signers_begin_an_audience_together() {
    let file = vectors("charters.json");
    let genesis = Genesis::parse(&bytes(&file["two_signers"]["genesis"])).expect("a Genesis");
    let first = signed_charter(&file["two_signers"]);
    assert_eq!(first.charter.encode(), bytes(&file["two_signers"]["charter"]));
    assert!(Chain::accept_first(genesis.clone(), first.clone(), NOW_MS).is_ok());
    let late = first.charter.not_after_ms;
    let refused = Chain::accept_first(genesis, first, late).err();
    assert_eq!(refused, Some(ChainError::NotValidNow));
}

/// Why a charter does not join what the vector says it would follow.
#[derive(Debug, PartialEq, Eq)]
enum Refusal {
    Alone(CharterError),
    InChain(ChainError),
}

fn offer(file: &Value, case: &Value) -> Result<(), Refusal> {
    let charter = Charter::parse(&bytes(&case["charter"])).map_err(Refusal::Alone)?;
    let next = SignedCharter::parse(charter, &bytes(&case["signatures"])).expect("a block");
    let genesis = match case["after"].as_str() {
        Some("genesis") => &file["genesis"],
        Some(_) => &file["two_signers"]["genesis"],
        None => {
            let mut chain = chain_up_to(support::count(&case["after"]));
            return chain.append(&next).map(drop).map_err(Refusal::InChain);
        }
    };
    let genesis = Genesis::parse(&bytes(genesis)).expect("a Genesis");
    Chain::begin(genesis, next).map(drop).map_err(Refusal::InChain)
}

fn expected(why: &str) -> Refusal {
    use Refusal::{Alone, InChain};
    match why {
        "previous hash of another charter" => InChain(ChainError::Previous),
        "revision skipped" => InChain(ChainError::Revision),
        "trailing byte" => Alone(CharterError::Malformed(Malformed::Trailing)),
        "truncated" => Alone(CharterError::Malformed(Malformed::Truncated)),
        "hosted without a host" => Alone(CharterError::Host),
        "hosting changed within an audience" => InChain(ChainError::Hosting),
        "the same cohort key twice" | "no cohort" => Alone(CharterError::Cohorts),
        "a cohort removed" | "cohorts moved" => InChain(ChainError::Cohorts),
        "begins no later than the one before" => InChain(ChainError::Begins),
        "replies to everyone with 17 cohorts" => Alone(CharterError::Replies),
        "staff twice" => Alone(CharterError::Staff),
        "no admin" | "threshold above the admins" => Alone(CharterError::Threshold),
        "approvals nobody can give" => Alone(CharterError::Approvals),
        "valid longer than 92 days" | "ends before it begins" => Alone(CharterError::Validity),
        "another audience" => Alone(CharterError::Previous),
        "signature over another charter" => InChain(ChainError::Signature),
        "signed by a publisher who is no admin"
        | "no signature"
        | "index out of range"
        | "one signer of two"
        | "the same signer twice" => InChain(ChainError::Signers),
        // What remains are values that no field may have.
        _ => Alone(CharterError::Malformed(Malformed::Value)),
    }
}

#[test]
fn every_invalid_charter_is_refused_for_what_is_wrong_with_it() {
    let file = vectors("charters.json");
    for case in each(&file["invalid"]) {
        assert_eq!(offer(&file, case), Err(expected(text(&case["why"]))), "{}", case["why"]);
    }
}

#[test]
fn a_known_revision_may_come_again() {
    let mut chain = chain_up_to(1);
    let known = chain.revisions()[0].clone();
    assert_eq!(chain.append(&known), Ok(Appended::Known));
    assert_eq!(chain.revisions().len(), 2);
}

#[test]
fn the_charter_in_force_is_the_newest_begun() {
    let chain = chain_up_to(1);
    let [first, second] = [0, 1].map(|i| &chain.revisions()[i].charter);
    let in_force = |ms| chain.in_force_at(ms).map(|c| c.revision);
    assert_eq!(in_force(first.not_before_ms - 1), None);
    assert_eq!(in_force(first.not_before_ms), Some(0));
    assert_eq!(in_force(second.not_before_ms - 1), Some(0));
    assert_eq!(in_force(second.not_before_ms), Some(1));
    assert_eq!(in_force(second.not_after_ms - 1), Some(1));
    assert_eq!(in_force(second.not_after_ms), None);
}
