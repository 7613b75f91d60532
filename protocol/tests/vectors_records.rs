//! Records agree with the vectors that the browser's client reads too: where a segment lies, and what opens it.

mod support;

use kentongan_protocol::ids::{AccountId, AudienceId};
use kentongan_protocol::primitives::IdentitySecret;
use kentongan_protocol::record::Segment;
use kentongan_protocol::vault::VaultError;
use serde_json::Value;
use support::{array, bytes, each, id, text, vectors};

fn segment(file: &Value, case: &Value) -> Segment {
    let audience = id::<AudienceId>(&file["audience"]);
    let account = id::<AccountId>(&case["account"]);
    let number = case["number"].as_u64().and_then(|n| u32::try_from(n).ok()).expect("a number");
    Segment::of(&array(&case["root"]), &audience, &account, number)
}

#[test]
fn each_segment_lies_where_both_clients_look_for_it() {
    let file = vectors("records.json");
    for case in each(&file["segments"]) {
        let segment = segment(&file, case);
        assert_eq!(segment.id().0, array(&case["id"]), "{case}");
        assert_eq!(segment.key(), &array(&case["key"]), "{case}");
    }
}

#[test]
fn a_segment_opens_in_its_own_place_alone() {
    let file = vectors("records.json");
    let sealed = bytes(&file["sealed"]["file"]);
    let json = text(&file["sealed"]["json"]).as_bytes();
    let keys = &vectors("accounts.json")["accounts"];
    let ik = IdentitySecret::from_bytes(&array(&keys[2]["ik_secret"]));
    let [own, others @ ..] = each(&file["segments"]) else { panic!("there are segments") };
    let own = segment(&file, own);
    let read = |file: &[u8]| own.open(file, &ik.public()).map(|json| json.to_vec());
    assert_eq!(read(&sealed).as_deref(), Ok(json));
    assert_eq!(read(&own.seal(json, &ik)).as_deref(), Ok(json));
    for other in others {
        let elsewhere = segment(&file, other).open(&sealed, &ik.public()).err();
        assert_eq!(elsewhere, Some(VaultError::WrongCard));
    }
    assert_eq!(read(&sealed[..sealed.len() - 1]).err(), Some(VaultError::Damaged));
    // Who holds the root too could seal it, and cannot sign it.
    let another = IdentitySecret::from_bytes(&array(&keys[1]["ik_secret"]));
    assert_eq!(read(&own.seal(json, &another)).err(), Some(VaultError::Damaged));
}
