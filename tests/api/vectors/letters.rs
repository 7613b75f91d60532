//! The published letters on a real hub: taken from their writers, and every forgery refused (protocol section 7).

use kentongan::base64url::encode;
use kentongan_protocol::chain::{Genesis, SignedCharter};
use kentongan_protocol::charter::Charter;
use kentongan_protocol::ids::LetterId;
use kentongan_protocol::keys::CohortSecret;
use kentongan_protocol::primitives::ExchangeSecret;
use serde_json::Value;

use super::{bytes, bytes32, sign_in, vectors};
use crate::class::{Class, charter_body};
use crate::hub::{Actor, TestHub};
use crate::letters::send_bytes;

/// The class of the vectors, with the secrets of its publishers, founded by `admin`.
async fn found(admin: &Actor) -> Class {
    let file = vectors("charters.json");
    let charters = file["charters"].as_array().expect("a list").iter().map(|signed| {
        let charter = Charter::parse(&bytes(&signed["charter"])).expect("a charter");
        SignedCharter::parse(charter, &bytes(&signed["signatures"])).expect("signatures")
    });
    let cohorts = file["cohorts"].as_array().expect("a list").iter();
    let cohorts = cohorts.map(|c| CohortSecret::from_bytes(&bytes32(&c["s"])).expect("s"));
    let class = Class {
        genesis: Genesis::parse(&bytes(&file["genesis"])).expect("a genesis"),
        charters: charters.collect(),
        cohorts: cohorts.collect(),
        desk: ExchangeSecret::from_bytes(&bytes32(&file["desk_secret"])),
    };
    admin.post_json("/v1/audiences", &class.foundation()).await.expect(201);
    for charter in &class.charters[1..] {
        admin.post_json(&class.path("/charters"), &charter_body(charter)).await.expect(201);
    }
    class
}

#[tokio::test(flavor = "multi_thread")]
async fn the_protocols_letters_are_taken_and_its_forgeries_are_not() {
    let (accounts, letters) = (vectors("accounts.json"), vectors("letters.json"));
    for hub in TestHub::each().await {
        let mut people = Vec::new();
        for (place, account) in accounts["accounts"].as_array().expect("a list").iter().enumerate()
        {
            let mut person = sign_in(&hub, account).await;
            person.name = format!("vector {place}");
            people.push(person);
        }
        let class = found(&people[0]).await;
        let members: Vec<_> = people[2..].iter().collect();
        class.enrol(&people[0], &members).await;
        let author = |letter: &[u8]| {
            let ik: [u8; 32] = letter[66..98].try_into().expect("an ik");
            people.iter().find(|person| person.ik().0 == ik).expect("one of them")
        };
        let deliver = async |letter: &Value| {
            let letter = bytes(&letter["letter"]);
            let from = author(&letter);
            let proof = class.writer_proof(&people[0], 0, from);
            send_bytes(from, letter, Some(&proof)).await
        };
        for forged in letters["invalid"].as_array().expect("a list") {
            // That one is good, and its recipient tries the wrong key.
            if forged["why"] != "opened with another key" {
                assert_eq!(deliver(forged).await.problem, "refused", "{}", forged["why"]);
            }
        }
        for name in ["to_desk", "to_member"] {
            let letter = &letters[name];
            let answer = deliver(letter).await.expect(201).json();
            assert_eq!(answer["letter"], encode(LetterId(bytes32(&letter["letter_id"]))));
        }
    }
}
