//! The conventions of section 1 agree with the published vectors, ours and those of the RFCs.

mod support;

use curve25519_dalek::{RistrettoPoint, Scalar};
use kentongan_protocol::primitives::{
    hash, hash_to_scalar, hash_to_scalar_raw, kdf, point, scalar, verify_raw,
};
use support::{array, bytes, count, each, text, vectors};

#[test]
fn hashes_are_framed_by_their_label() {
    for case in each(&vectors("conventions.json")["hash"]) {
        assert_eq!(hash(text(&case["label"]), &bytes(&case["input"])), array(&case["output"]));
    }
}

#[test]
fn keys_are_derived_with_label_context_and_length() {
    for case in each(&vectors("conventions.json")["kdf"]) {
        let salt = bytes(&case["salt"]);
        let salt = salt.first_chunk::<32>();
        let (ikm, context) = (bytes(&case["ikm"]), bytes(&case["context"]));
        let label = text(&case["label"]);
        let derived = match count(&case["length"]) {
            16 => kdf::<16>(salt, &ikm, label, &context).to_vec(),
            32 => kdf::<32>(salt, &ikm, label, &context).to_vec(),
            64 => kdf::<64>(salt, &ikm, label, &context).to_vec(),
            other => panic!("no key has {other} bytes"),
        };
        assert_eq!(derived, bytes(&case["output"]), "{label}");
    }
}

#[test]
fn scalars_are_hashed_under_their_label() {
    for case in each(&vectors("conventions.json")["scalar"]) {
        let hashed = hash_to_scalar(text(&case["label"]), &bytes(&case["input"]));
        assert_eq!(hashed.expect("not zero").to_bytes(), array(&case["output"]));
    }
}

#[test]
fn scalars_are_hashed_as_rfc_9497_derives_keys() {
    let vectors = vectors("external/rfc9497.json");
    let ours = each(&vectors).iter().filter(|c| c["identifier"] == "ristretto255-SHA512");
    let mut seen = 0;
    for case in ours {
        let mode = u8::try_from(count(&case["mode"])).expect("a byte");
        let dst = [b"DeriveKeyPairOPRFV1-".as_slice(), &[mode], b"-ristretto255-SHA512"].concat();
        let info = bytes(&case["keyInfo"]);
        let length = u16::try_from(info.len()).expect("short").to_be_bytes();
        let input = [bytes(&case["seed"]), length.to_vec(), info, vec![0]].concat();
        let key = hash_to_scalar_raw(&dst, &input).expect("not zero");
        assert_eq!(key.to_bytes(), array(&case["skSm"]));
        seen += 1;
    }
    assert_eq!(seen, 3);
}

#[test]
fn points_are_decoded_as_rfc_9496_says_and_the_identity_is_refused() {
    let vectors = vectors("external/rfc9496.json");
    for (n, case) in each(&vectors["small_multiples_of_generator"]).iter().enumerate() {
        let multiple = RistrettoPoint::mul_base(&Scalar::from(n as u64));
        assert_eq!(multiple.compress().to_bytes(), array(case));
        assert_eq!(point(&array(case)).ok(), (n > 0).then_some(multiple));
    }
    for case in each(&vectors["invalid_encodings"]) {
        assert!(point(&array(case)).is_err(), "{case}");
    }
}

#[test]
fn scalars_below_the_order_are_read_and_zero_is_refused() {
    assert!(scalar(&[0; 32]).is_err());
    let largest = (-Scalar::ONE).to_bytes();
    assert_eq!(scalar(&largest).map(|s| s.to_bytes()), Ok(largest));
    let mut order = largest;
    order[0] += 1;
    assert!(scalar(&order).is_err());
    assert!(scalar(&[0xff; 32]).is_err());
}

/// Each case carries flags for what is unusual about it; `Verify` refuses these and no others.
#[test]
fn every_edge_case_of_ed25519_is_judged_strictly() {
    let refused =
        ["low_order_A", "low_order_R", "non_canonical_A", "non_canonical_R", "low_order_residue"];
    let vectors = vectors("external/cctv-ed25519.json");
    assert_eq!(each(&vectors).len(), 914);
    for case in each(&vectors) {
        let flags = case["flags"].as_array().map_or(&[][..], Vec::as_slice);
        let good = flags.iter().all(|flag| !refused.contains(&text(flag)));
        let (pk, sig) = (array(&case["key"]), array(&case["sig"]));
        let judged = verify_raw(&pk, text(&case["msg"]).as_bytes(), &sig);
        assert_eq!(judged.is_ok(), good, "case {} {flags:?}", case["number"]);
    }
}
