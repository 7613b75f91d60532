//! letters.json: letters to the desk and to a member, a receipt, and letters to refuse.

use kentongan_protocol::chain::Chain;
use kentongan_protocol::ids::{ExchangeKey, IdentityKey, LetterId};
use kentongan_protocol::letter::{HubState, Letter, Mailbox, ReadRefused, Reading, Recipient};
use kentongan_protocol::membership::WriterProof;
use kentongan_protocol::primitives::ExchangeSecret;
use kentongan_protocol::receipt::Receipt;
use serde_json::Value;

use sent::member_by_publisher;
use support::{NOW_MS, array, bytes, chain_up_to, each, id, text, vectors};

mod sent;
mod support;

/// The accounts' `(xk, ik)`; the first two are the staff, the others members.
fn accounts() -> Vec<(ExchangeKey, IdentityKey)> {
    let file = vectors("accounts.json");
    each(&file["accounts"]).iter().map(|a| (id(&a["xk"]), id(&a["ik"]))).collect()
}

fn recipient(xk: &ExchangeKey) -> Option<Recipient> {
    let place = accounts().iter().position(|account| account.0 == *xk)?;
    Some(Recipient { ik: accounts()[place].1, member: place >= 2 })
}

fn proof_of(letter: &Letter) -> Option<WriterProof> {
    Some(member_by_publisher()).filter(|proof| proof.membership.ik == letter.header().ik)
}

/// What the holder of `recipient_secret` makes of the letter; it knows as what it opens it.
fn open(
    charters: &Chain,
    entry: &Value,
    seen: bool,
) -> Result<(LetterId, Vec<u8>), Option<ReadRefused>> {
    let letter = Letter::parse(&bytes(&entry["letter"])).map_err(|_| None)?;
    assert_eq!(letter.encode(), bytes(&entry["letter"]));
    let secret = ExchangeSecret::from_bytes(&array(&entry["recipient_secret"]));
    let mailbox = match recipient(&secret.public()) {
        Some(Recipient { ik, member }) => Mailbox::Own { xk: &secret, ik, member },
        None => Mailbox::Desk(&secret),
    };
    let proof = proof_of(&letter);
    let reading = Reading { charters, mailbox, seen, member: proof.as_ref() };
    let opened = letter.open(&reading).map_err(Some)?;
    Ok((opened.id, opened.payload.to_vec()))
}

#[test]
fn letters_are_accepted_and_open() {
    let charters = chain_up_to(1);
    let file = vectors("letters.json");
    for entry in [&file["to_desk"], &file["to_member"]] {
        let letter = Letter::parse(&bytes(&entry["letter"])).expect("a letter");
        let proof = proof_of(&letter);
        let hub = HubState {
            now_ms: NOW_MS,
            current: charters.current(),
            in_force: charters.in_force_at(letter.header().sent_ms),
            recipient: recipient(&letter.header().to),
            member: proof.as_ref(),
        };
        assert_eq!(letter.accept(&hub), Ok(id(&entry["letter_id"])));
        assert_eq!(letter.header().ik, id(&entry["from"]));

        let payload = text(&entry["payload"]).as_bytes().to_vec();
        assert_eq!(open(&charters, entry, false), Ok((id(&entry["letter_id"]), payload)));
        assert_eq!(open(&charters, entry, true), Err(Some(ReadRefused::Seen)));
    }
}

#[test]
fn invalid_letters_are_refused_each_for_its_reason() {
    let charters = chain_up_to(1);
    for entry in each(&vectors("letters.json")["invalid"]) {
        let why = text(&entry["why"]);
        let refused = match why {
            "trailing byte" => None,
            "signature changed" | "ciphertext changed" => Some(ReadRefused::Signature),
            "a return from one member to another" | "publisher secrets from a member" => {
                Some(ReadRefused::Sender)
            }
            "opened with another key" => Some(ReadRefused::Recipient),
            other => panic!("an entry this test does not know: {other}"),
        };
        assert_eq!(open(&charters, entry, false), Err(refused), "{why}");
    }
}

#[test]
fn the_receipt_is_the_hubs_and_for_one_letter_and_time() {
    let entry = &vectors("letters.json")["receipt"];
    let receipt = Receipt {
        letter: id(&entry["letter_id"]),
        received_ms: entry["received_ms"].as_u64().expect("a time"),
        signature: array(&entry["signature"]),
    };
    let hub = id(&entry["hub"]);
    assert_eq!(receipt.verify(&hub), Ok(()));
    let later = Receipt { received_ms: receipt.received_ms + 1, ..receipt };
    assert!(later.verify(&hub).is_err());
    assert!(Receipt { letter: LetterId::ZERO, ..receipt }.verify(&hub).is_err());
    assert!(receipt.verify(&accounts()[0].1).is_err());
}
