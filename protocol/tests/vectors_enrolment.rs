//! Section 4 agrees with the published vectors: tokens, links, requests and memberships.

mod support;

use kentongan_protocol::ids::{AccountId, AudienceId, ExchangeKey, IdentityKey};
use kentongan_protocol::keys::{CohortKey, CohortSecret, LinkScalar};
use kentongan_protocol::link::{Fragment, Link, LinkKind, Request};
use kentongan_protocol::membership::{LinkProof, Membership, MembershipError, WriterProof};
use kentongan_protocol::primitives::{ExchangeSecret, IdentitySecret, Seed, verify};
use kentongan_protocol::token::{self, Batch};
use serde_json::Value;
use support::{array, bytes, chain_up_to, each, id, text, vectors};

fn audience() -> AudienceId {
    id(&vectors("charters.json")["audience"])
}

fn cohort(index: &Value) -> (CohortSecret, CohortKey) {
    let file = vectors("charters.json");
    let cohort = &file["cohorts"][support::count(index)];
    let s = CohortSecret::from_bytes(&array(&cohort["s"])).expect("a scalar");
    (s, CohortKey::from_bytes(&array(&cohort["S"])).expect("a point"))
}

#[test]
fn a_publisher_enrols_two_members_in_one_batch() {
    let file = vectors("enrolment.json");
    let batch = Batch::from_secret(ExchangeSecret::from_bytes(&array(&file["batch"]["x"])));
    assert_eq!(batch.public(), id::<ExchangeKey>(&file["batch"]["X"]));

    let cases = each(&file["by_publisher"]);
    let (s, key) = cohort(&cases[0]["cohort"]);
    let members: Vec<_> = cases.iter().map(|c| (id(&c["account"]), id(&c["ek"]))).collect();
    let tokens = batch.enrol(&audience(), &s, &members);
    assert_eq!(tokens.len(), cases.len());

    let accounts = vectors("accounts.json");
    for (case, t) in cases.iter().zip(tokens) {
        assert_eq!(*t.expect("a token").to_bytes(), array(&case["t"]));
        let of = |a: &&Value| a["account"] == case["account"];
        let account = each(&accounts["accounts"]).iter().find(of).expect("an account");
        let ek = ExchangeSecret::from_bytes(&array(&account["ek_secret"]));
        assert_eq!(ek.agree(&batch.public()).expect("agrees")[..], bytes(&case["ss"]));
        let account: AccountId = id(&case["account"]);
        let d = token::reader_key(&ek, &batch.public(), &audience(), &key, &account);
        assert_eq!(*d.expect("a reader's key").to_bytes(), array(&case["d"]));
    }
}

#[test]
fn an_open_link_enrols_without_anyone_learning_s() {
    let case = &vectors("enrolment.json")["by_link"];
    let ((s, key), audience) = (cohort(&case["cohort"]), audience());
    let seed = Seed::from_bytes(&array(&case["seed"]));

    let link = token::link_key(&seed, &audience);
    assert_eq!(*link.to_bytes(), array(&case["link_secret"]));
    assert_eq!(link.public(), id(&case["link"]));
    let d_link: LinkScalar = token::link_scalar(&seed, &audience, &key).expect("a scalar");
    assert_eq!(*d_link.to_bytes(), array(&case["d_link"]));
    let t_link = token::deposit(&s, &d_link);
    assert_eq!(*t_link.to_bytes(), array(&case["t_link"]));

    let vault_seed = Seed::from_bytes(&array(&case["vault_seed"]));
    let d = token::own_reader_key(&vault_seed, &audience, &key).expect("a scalar");
    assert_eq!(*d.to_bytes(), array(&case["d"]));
    let delta = token::delta(&d_link, &d);
    assert_eq!(*delta.to_bytes(), array(&case["delta"]));
    let t = token::token_from_link(&t_link, &delta);
    assert_eq!(*t.to_bytes(), array(&case["t"]));
    assert_eq!(*s.token_for(&d).to_bytes(), *t.to_bytes());
}

#[test]
fn fragments_carry_the_seed_and_the_charter_they_were_made_under() {
    let file = vectors("enrolment.json");
    let case = &file["by_link"];
    let kinds = [
        ("fragment_open", LinkKind::Open, "seed"),
        ("fragment_approval", LinkKind::Approval, "seed_approval"),
    ];
    let chain = chain_up_to(1);
    for (name, kind, seed) in kinds {
        let fragment = Fragment::parse(text(&case[name])).expect("a fragment");
        assert_eq!((fragment.kind, fragment.audience), (kind, audience()));
        assert_eq!(*fragment.seed.expose(), array(&case[seed]));
        assert_eq!(chain.check_pin(fragment.revision, &fragment.charter_hash), Ok(()));
        assert_eq!(fragment.to_text().as_str(), text(&case[name]));
    }
    for bad in each(&file["invalid_fragments"]) {
        assert!(Fragment::parse(text(bad)).is_err(), "{bad}");
    }
}

#[test]
fn signed_statements_parse_and_verify() {
    for case in each(&vectors("enrolment.json")["statements"]) {
        let (signed, signer) = (bytes(&case["bytes"]), id(&case["signer"]));
        let signature = array(&case["signature"]);
        assert_eq!(verify(&signer, text(&case["label"]), &signed, &signature), Ok(()));
        let again = match text(&case["label"]) {
            "link" => {
                let link = Link::parse(&signed).expect("a link");
                assert_eq!(link.verify(&signer, &signature), Ok(()));
                link.encode()
            }
            "membership" => {
                let membership = Membership::parse(&signed).expect("a membership");
                assert_eq!(membership.issuer, signer);
                assert_eq!(membership.verify(&signature), Ok(()));
                membership.encode()
            }
            "join" => Request::parse(&signed).expect("a request").encode(),
            other => panic!("no statement is labelled {other}"),
        };
        assert_eq!(again, signed, "{}", case["what"]);
    }
}

#[test]
fn a_request_is_signed_by_its_link_and_its_joiner() {
    let file = vectors("enrolment.json");
    let joins = each(&file["statements"]).iter().filter(|c| c["label"] == "join");
    let joins: Vec<_> = joins.collect();
    for (pair, kind) in joins.chunks(2).zip([LinkKind::Open, LinkKind::Approval]) {
        let request = Request::parse(&bytes(&pair[0]["bytes"])).expect("a request");
        assert_eq!(request.kind(), kind);
        let [by_link, by_joiner] = [0, 1].map(|i| array(&pair[i]["signature"]));
        assert_eq!(request.verify(&by_link, &by_joiner), Ok(()));
        assert!(request.verify(&by_joiner, &by_link).is_err());
    }
    let case = &file["by_link"];
    let link = token::link_key(&Seed::from_bytes(&array(&case["seed"])), &audience());
    let request = Request::parse(&bytes(&joins[0]["bytes"])).expect("a request");
    assert_eq!(request.link_pk, link.public());
    assert_eq!(*request.claim.as_ref().expect("a claim").delta.to_bytes(), array(&case["delta"]));
    assert_eq!(request.sign(&link), array(&joins[0]["signature"]));
    let account = vectors("accounts.json")["accounts"][4].clone();
    let ik = IdentitySecret::from_bytes(&array(&account["ik_secret"]));
    assert_eq!(request.sign(&ik), array(&joins[1]["signature"]));
}

/// The statement of `enrolment.json` with this name, and its signature.
fn statement(what: &str) -> (Vec<u8>, [u8; 64]) {
    let file = vectors("enrolment.json");
    let named = |c: &&Value| c["what"] == what;
    let case = each(&file["statements"]).iter().find(named).expect("a statement");
    (bytes(&case["bytes"]), array(&case["signature"]))
}

#[test]
fn a_membership_lets_its_holder_write() {
    let charter = chain_up_to(1).current().clone();
    let admin: IdentityKey = id(&vectors("accounts.json")["accounts"][0]["ik"]);
    let (link, link_signature) = statement("link");
    let link = Link::parse(&link).expect("a link");
    let by_link = LinkProof { link, publisher: admin, signature: link_signature };
    for (what, by_link) in
        [("membership by publisher", None), ("membership by link", Some(by_link))]
    {
        let (membership, signature) = statement(what);
        let membership = Membership::parse(&membership).expect("a membership");
        let proof = WriterProof { membership, signature, by_link };
        assert_eq!(proof.check(&charter, &membership.ik), Ok(()), "{what}");
        assert_eq!(proof.check(&charter, &admin), Err(MembershipError::Writer), "{what}");
        let bytes = proof.encode();
        assert_eq!(WriterProof::parse(&bytes), Ok(proof));
        assert!(WriterProof::parse(&bytes[..bytes.len() - 1]).is_err());
        assert!(WriterProof::parse(&[bytes, vec![0]].concat()).is_err());
    }
}

#[test]
fn every_invalid_membership_is_refused_whoever_is_said_to_stand_behind_it() {
    let charter = chain_up_to(1).current().clone();
    let accounts = vectors("accounts.json");
    for case in each(&vectors("enrolment.json")["invalid_memberships"]) {
        let membership = Membership::parse(&bytes(&case["bytes"])).expect("a membership");
        let signature = array(&case["signature"]);
        for account in each(&accounts["accounts"]) {
            let by_link = case.get("link").map(|link| LinkProof {
                link: Link::parse(&bytes(link)).expect("a link"),
                publisher: id(&account["ik"]),
                signature: array(&case["link_signature"]),
            });
            let proof = WriterProof { membership, signature, by_link };
            let refusal = proof.check(&charter, &membership.ik).expect_err("refused");
            let as_expected = match text(&case["why"]) {
                "issued by an approval link"
                | "issued after the link expired"
                | "guardian issued by a link" => refusal == MembershipError::Link,
                "for a cohort key that is not in the charter" => refusal == MembershipError::Cohort,
                "signature of another" => refusal == MembershipError::Signature,
                "link signed by someone who is no publisher" => {
                    let signed =
                        by_link.is_some_and(|p| p.link.verify(&p.publisher, &p.signature).is_ok());
                    refusal
                        == if signed { MembershipError::Issuer } else { MembershipError::Signature }
                }
                other => panic!("an unknown reason: {other}"),
            };
            assert!(as_expected, "{}: {refusal}", case["why"]);
        }
    }
}

#[test]
fn a_membership_through_a_link_stands_on_that_link_in_that_audience() {
    let charter = chain_up_to(1).current().clone();
    let accounts = vectors("accounts.json");
    let admin = IdentitySecret::from_bytes(&array(&accounts["accounts"][0]["ik_secret"]));
    let signed =
        |link: Link| LinkProof { link, publisher: admin.public(), signature: link.sign(&admin) };
    let (membership, signature) = statement("membership by link");
    let membership = Membership::parse(&membership).expect("a membership");
    let link = Link::parse(&statement("link").0).expect("a link");
    let refusal = |link| {
        let proof = WriterProof { membership, signature, by_link: Some(signed(link)) };
        proof.check(&charter, &membership.ik).err()
    };
    assert_eq!(refusal(link), None);
    let elsewhere = Link { audience: AudienceId([1; 32]), ..link };
    assert_eq!(refusal(elsewhere), Some(MembershipError::Audience));
    let another = Link { link_pk: IdentityKey([1; 32]), ..link };
    assert_eq!(refusal(another), Some(MembershipError::Link));
    let just_expired = Link { expires_ms: membership.at_ms, ..link };
    assert_eq!(refusal(just_expired), Some(MembershipError::Link));

    let without_link = WriterProof { membership, signature, by_link: None };
    let refusal = without_link.check(&charter, &membership.ik);
    assert_eq!(refusal, Err(MembershipError::Issuer));
    let mut abroad = membership;
    abroad.audience = AudienceId([1; 32]);
    let abroad = WriterProof { membership: abroad, signature, by_link: Some(signed(link)) };
    assert_eq!(abroad.check(&charter, &membership.ik), Err(MembershipError::Audience));
}
