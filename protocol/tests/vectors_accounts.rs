//! Section 2 agrees with the published vectors: bundles, login, login card and vault.

mod support;

use kentongan_protocol::account::{AccountSecrets, KeyBundle, Origin, SignedBundle};
use kentongan_protocol::account::{login_message, sign_login, verify_login};
use kentongan_protocol::card::{LoginCard, VaultId};
use kentongan_protocol::ids::AccountId;
use kentongan_protocol::primitives::{ExchangeSecret, IdentitySecret};
use kentongan_protocol::vault::{self, VaultError};
use support::{NOW_MS, array, bytes, each, id, text, vectors};

#[test]
fn five_accounts_publish_their_keys() {
    for case in each(&vectors("accounts.json")["accounts"]) {
        let keys = AccountSecrets {
            ik: IdentitySecret::from_bytes(&array(&case["ik_secret"])),
            xk: ExchangeSecret::from_bytes(&array(&case["xk_secret"])),
            ek: ExchangeSecret::from_bytes(&array(&case["ek_secret"])),
        };
        assert_eq!(keys.account(), id::<AccountId>(&case["account"]));

        let bundle = KeyBundle::parse(&bytes(&case["bundle"])).expect("a bundle");
        assert_eq!(bundle.encode(), bytes(&case["bundle"]));
        assert_eq!((bundle.seq(), bundle.account()), (1, keys.account()));
        assert_eq!((bundle.ik(), bundle.xk()), (id(&case["ik"]), id(&case["xk"])));
        assert_eq!(bundle.ek(), id(&case["ek"]));
        assert!(bundle.valid_at(NOW_MS));

        let published = SignedBundle { bundle, signature: array(&case["bundle_signature"]) };
        assert_eq!(published.verify(), Ok(()));
        let (from, until) = (bundle.not_before_ms(), bundle.not_after_ms());
        assert_eq!(keys.bundle(1, from, until), Ok(published));
    }
}

#[test]
fn a_login_answers_one_challenge_of_one_hub() {
    let file = vectors("accounts.json");
    let login = &file["login"];
    let origin = Origin::parse(text(&login["origin"])).expect("an origin");
    let challenge = array(&login["challenge"]);
    assert_eq!(login_message(&origin, &challenge), bytes(&login["bytes"]));

    let (ik, signature) = (id(&login["ik"]), array(&login["signature"]));
    assert_eq!(verify_login(&ik, &origin, &challenge, &signature), Ok(()));
    let secret = IdentitySecret::from_bytes(&array(&file["accounts"][2]["ik_secret"]));
    assert_eq!(sign_login(&secret, &origin, &challenge), signature);

    let elsewhere = Origin::parse("https://hub.example.org").expect("an origin");
    assert!(verify_login(&ik, &elsewhere, &challenge, &signature).is_err());
    assert!(verify_login(&ik, &origin, &[0; 32], &signature).is_err());
}

#[test]
fn origins_have_scheme_and_host_only() {
    for good in ["https://hub.example", "http://127.0.0.1:8080", "http://[::1]:8080"] {
        assert_eq!(Origin::parse(good).expect("an origin").as_str(), good);
    }
    let long = format!("https://{}", "a".repeat(248));
    for bad in [
        "",
        "https://",
        "hub.example",
        "ftp://hub.example",
        "https://hub.example/",
        "https://Hub.example",
        "https://me@hub.example",
        "https://desa.é",
        &long,
    ] {
        assert!(Origin::parse(bad).is_err(), "{bad}");
    }
}

#[test]
fn a_login_card_finds_and_opens_its_vault() {
    let file = vectors("accounts.json");
    let card = LoginCard::from_bytes(&array(&file["login_card"]["card"]));
    assert_eq!(card.to_text().as_str(), text(&file["login_card"]["text"]));
    assert_eq!(card.to_groups().as_str(), "EKMM-AZ01-Y386-1P4W-K3HW-0FSK-98F");
    assert_eq!(card.vault_id(), VaultId(array(&file["login_card"]["vault_id"])));
    assert_eq!(*card.vault_key(), array(&file["login_card"]["vault_key"]));

    let typed = " ekmm azOl-y386-Ip4w k3hw-ofsk-98f";
    let same = LoginCard::parse(typed).expect("the same card");
    let secrets = br#"{"version":1}"#;
    let file = vault::seal(secrets, &card);
    assert!(file.starts_with(b"age-encryption.org/v1\n-> X25519 "));
    assert_eq!(vault::open(&file, &same).expect("opens").as_slice(), secrets);
}

#[test]
fn a_vault_stays_shut_for_another_card_and_when_changed() {
    let rng = &mut support::seeded(2);
    let secrets = vec![7; 100_000];
    let (card, other) = (LoginCard::random(rng), LoginCard::random(rng));
    let file = vault::seal(&secrets, &card);
    assert_eq!(*vault::open(&file, &card).expect("opens"), secrets);
    assert_eq!(vault::open(&file, &other).err(), Some(VaultError::WrongCard));
    assert_eq!(vault::open(&file[..file.len() - 1], &card).err(), Some(VaultError::Damaged));
    assert_eq!(vault::open(b"not a vault", &card).err(), Some(VaultError::Damaged));
    for place in [0, 30, 100, 180, 250, file.len() - 1] {
        let mut changed = file.clone();
        changed[place] ^= 1;
        assert!(vault::open(&changed, &card).is_err(), "byte {place}");
    }
}
