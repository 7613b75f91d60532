//! RFC 9180's own vectors for the HPKE suite of letters, in base mode.

use hpke::aead::ChaCha20Poly1305;
use hpke::kdf::HkdfSha256;
use hpke::kem::X25519HkdfSha256;
use hpke::{Deserializable, OpModeR, OpModeS, Serializable, setup_receiver, setup_sender_with_rng};

use script::Script;
use support::{bytes, each, vectors};

mod script;
mod support;

#[test]
fn the_published_messages_are_sealed_and_opened() {
    let file = vectors("external/rfc9180.json");
    let base = |v: &&serde_json::Value| v["mode"] == 0 && v["aead_id"] == 3;
    let vector = each(&file).iter().find(base).expect("base mode with ChaCha20-Poly1305");
    let info = bytes(&vector["info"]);

    let to = Deserializable::from_bytes(&bytes(&vector["pkRm"])).expect("a public key");
    let mut rng = Script(bytes(&vector["ikmE"]));
    let (enc, mut sender) =
        setup_sender_with_rng::<ChaCha20Poly1305, HkdfSha256, X25519HkdfSha256>(
            &OpModeS::Base,
            &to,
            &info,
            &mut rng,
        )
        .expect("a good key");
    assert_eq!(enc.to_bytes().as_slice(), bytes(&vector["enc"]));

    let secret = Deserializable::from_bytes(&bytes(&vector["skRm"])).expect("a secret key");
    let mut receiver = setup_receiver::<ChaCha20Poly1305, HkdfSha256, X25519HkdfSha256>(
        &OpModeR::Base,
        &secret,
        &enc,
        &info,
    )
    .expect("a good encapsulation");
    for message in each(&vector["encryptions"]) {
        let (pt, aad, ct) = (&message["pt"], &message["aad"], bytes(&message["ct"]));
        assert_eq!(sender.seal(&bytes(pt), &bytes(aad)).as_ref(), Ok(&ct));
        assert_eq!(receiver.open(&ct, &bytes(aad)), Ok(bytes(pt)));
    }
}
