//! The libraries underneath behave at the edges that Wycheproof probes.

use chacha20poly1305::{ChaCha20Poly1305, KeyInit, aead::Aead, aead::Payload};
use hkdf::Hkdf;
use kentongan_protocol::ids::ExchangeKey;
use kentongan_protocol::primitives::{ExchangeSecret, verify_raw};
use sha2::Sha256;
use wycheproof::TestResult::{Acceptable, Invalid, Valid};
use wycheproof::{aead, eddsa, hkdf as hkdf_set, xdh};

#[test]
fn x25519_agrees_or_refuses_a_secret_of_zeros() {
    let set = xdh::TestSet::load(xdh::TestName::X25519).expect("vectors");
    for test in set.test_groups.iter().flat_map(|g| &g.tests) {
        let secret = ExchangeSecret::from_bytes(&test.private_key[..].try_into().expect("32"));
        let Ok(public) = <[u8; 32]>::try_from(&test.public_key[..]) else {
            assert_ne!(test.result, Valid, "{}", test.tc_id);
            continue;
        };
        let shared = secret.agree(&ExchangeKey(public));
        if test.flags.contains(&xdh::TestFlag::ZeroSharedSecret) {
            assert!(shared.is_none(), "{}", test.tc_id);
        } else {
            assert_ne!(test.result, Invalid, "{}", test.tc_id);
            assert_eq!(shared.expect("agrees")[..], test.shared_secret[..], "{}", test.tc_id);
        }
    }
}

#[test]
fn ed25519_signatures_verify_or_do_not() {
    let set = eddsa::TestSet::load(eddsa::TestName::Ed25519).expect("vectors");
    for group in &set.test_groups {
        let pk = group.key.pk[..].try_into().expect("32 bytes");
        for test in &group.tests {
            let good = <[u8; 64]>::try_from(&test.sig[..])
                .is_ok_and(|sig| verify_raw(&pk, &test.msg, &sig).is_ok());
            assert_ne!(test.result, Acceptable);
            assert_eq!(good, test.result == Valid, "{} {}", test.tc_id, test.comment);
        }
    }
}

#[test]
fn chacha20_poly1305_seals_and_opens() {
    let set = aead::TestSet::load(aead::TestName::ChaCha20Poly1305).expect("vectors");
    for test in set.test_groups.iter().flat_map(|g| &g.tests) {
        let cipher = ChaCha20Poly1305::new_from_slice(&test.key).expect("32 bytes");
        let Ok(nonce) = <[u8; 12]>::try_from(&test.nonce[..]) else {
            assert_eq!(test.result, Invalid, "{}", test.tc_id);
            continue;
        };
        let sealed = [&test.ct[..], &test.tag].concat();
        let payload = Payload { msg: &sealed, aad: &test.aad };
        let opened = cipher.decrypt(&nonce.into(), payload).ok();
        if test.result == Valid {
            assert_eq!(opened.as_deref(), Some(&test.pt[..]), "{}", test.tc_id);
            let payload = Payload { msg: &test.pt, aad: &test.aad };
            assert_eq!(cipher.encrypt(&nonce.into(), payload).expect("seals"), sealed);
        } else {
            assert_eq!(opened, None, "{}", test.tc_id);
        }
    }
}

#[test]
fn hkdf_expands_up_to_its_limit() {
    let set = hkdf_set::TestSet::load(hkdf_set::TestName::HkdfSha256).expect("vectors");
    for test in set.test_groups.iter().flat_map(|g| &g.tests) {
        let mut okm = vec![0; test.size];
        let expanded =
            Hkdf::<Sha256>::new(Some(&test.salt), &test.ikm).expand(&test.info, &mut okm);
        assert_eq!(expanded.is_ok(), test.result == Valid, "{}", test.tc_id);
        if expanded.is_ok() {
            assert_eq!(okm, test.okm[..], "{}", test.tc_id);
        }
    }
}
