//! Records agree with the vectors that the browser's client reads too: where a segment lies, and what opens it.

mod support;

use kentongan_protocol::ids::{AccountId, AudienceId};
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
    let plaintext = text(&file["sealed"]["plaintext"]).as_bytes();
    let [own, others @ ..] = each(&file["segments"]) else { panic!("there are segments") };
    let own = segment(&file, own);
    assert_eq!(own.open(&sealed).as_deref().map(Vec::as_slice), Ok(plaintext));
    assert_eq!(own.open(&own.seal(plaintext)).as_deref().map(Vec::as_slice), Ok(plaintext));
    for other in others {
        assert_eq!(segment(&file, other).open(&sealed).err(), Some(VaultError::WrongCard));
    }
    let cut = &sealed[..sealed.len() - 1];
    assert_eq!(own.open(cut).err(), Some(VaultError::Damaged));
}
