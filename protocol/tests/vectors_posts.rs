//! posts.json: sealing, accepting, transforming and opening, with every intermediate value.

use kentongan_protocol::ids::PostId;
use kentongan_protocol::keys::{CohortSecret, Token};
use kentongan_protocol::pad::{pad, unpad};
use kentongan_protocol::post::{
    Continuity, Draft, Header, Key, MessageSecret, Position, Post, Tbs, reveal, seal,
};
use kentongan_protocol::primitives::{IdentitySecret, Seed, hash_to_scalar, kdf};
use kentongan_protocol::transform::{Capsule, FixedBase, Tokens};
use serde_json::Value;

use script::Script;
use sent::{Sent, reader_key};
use support::{array, bytes, count, each, id, text, vectors};

mod script;
mod sent;
mod support;

fn author(entry: &Value) -> IdentitySecret {
    let accounts = vectors("accounts.json");
    let account = each(&accounts["accounts"]).iter().find(|a| a["ik"] == entry["author"]);
    IdentitySecret::from_bytes(&array(&account.expect("an account")["ik_secret"]))
}

fn sealed_again(sent: &Sent, entry: &Value) -> (Post, MessageSecret) {
    let header = Header::parse(&bytes(&entry["header"])).expect("a header");
    let draft = Draft {
        charter: sent.charters.by_hash(&header.charter).expect("in the chain"),
        position: Position { chain: header.chain, seq: header.seq, prev: header.prev },
        kind: header.kind,
        thread: header.thread,
        now_ms: header.sent_ms,
        payload: text(&entry["payload"]).as_bytes(),
    };
    let mut rng = Script([bytes(&entry["message_salt"]), bytes(&entry["nonce_random"])].concat());
    let hedge = Seed::from_bytes(&array(&entry["hedge_secret"]));
    let sealed = seal(&draft, &author(entry), &hedge, &mut rng).expect("a good draft");
    assert!(rng.0.is_empty(), "all randomness is used");
    sealed
}

#[test]
fn sealing_gives_the_same_bytes() {
    let sent = Sent::load();
    for entry in each(&vectors("posts.json")["posts"]) {
        let (post, m) = sealed_again(&sent, entry);
        let (tbs, h0) = (post.tbs(), post.header().hash());
        assert_eq!(post.header().encode(), bytes(&entry["header"]));
        assert_eq!(h0, array(&entry["header_hash"]));
        assert_eq!(*m.expose(), array(&entry["m"]));
        assert_eq!(tbs.capsule, array(&entry["E"]));
        assert_eq!(tbs.commitment, array(&entry["A"]));
        assert_eq!(tbs.response, array(&entry["z"]));
        assert_eq!(tbs.wraps_hash, array(&entry["W"]));
        let wraps: Vec<[u8; 32]> = each(&entry["wraps"]).iter().map(array).collect();
        assert_eq!(post.wraps(), wraps);
        assert_eq!(*post.signature(), array(&entry["signature"]));
        assert_eq!(post.id(), id::<PostId>(&entry["post_id"]));
        assert_eq!(post.encode(), bytes(&entry["post"]));
        assert_eq!(Post::parse(&bytes(&entry["post"])).expect("a post"), post);
        assert_eq!(Tbs::parse(&tbs.encode()).as_ref(), Ok(tbs));

        let e = hash_to_scalar("capsule", &[*m.expose(), h0].concat()).expect("not zero");
        assert_eq!(e.to_bytes(), array(&entry["e"]));
        let key = kdf::<32>(None, m.expose(), "body", &[h0, tbs.capsule].concat());
        assert_eq!(*key, array(&entry["body_key"]));
        let payload = reveal(tbs, &m, post.body()).expect("its own secret");
        assert_eq!(*payload, text(&entry["payload"]).as_bytes());
    }
}

#[test]
fn the_hub_accepts_transforms_and_every_reader_opens() {
    let sent = Sent::load();
    for (n, entry) in each(&vectors("posts.json")["posts"]).iter().enumerate() {
        let post = &sent.posts[n];
        let accepted = post.accept(&sent.hub(post.header(), n)).expect("it is accepted");
        assert_eq!(accepted.id, post.id());
        let base = FixedBase::new(&accepted.capsule, 2);
        for reader in each(&entry["readers"]) {
            let mut tokens = Tokens::vacant(3);
            let t = Token::from_bytes(&array(&reader["t"])).expect("a scalar");
            tokens.put(count(&reader["slot"]), Some(&t));
            let mut pack = [[0; 32]; 3];
            base.transform(tokens.slots(), &mut pack).expect("canonical");
            let slot = pack[count(&reader["slot"])];
            assert_eq!(slot, array(&reader["transformed"]), "{}", reader["name"]);

            let (d, cohort) = (reader_key(&reader["d"]), count(&reader["cohort"]));
            let key = Key::Member { slot: &slot, d: &d };
            let reading = sent.reading(post.header(), n, &sent.approvals[n], cohort, key);
            let delivered = post.delivered(cohort).expect("a wrap");
            let opened = reading.open(&delivered).expect("it opens");
            assert_eq!(*opened.payload, text(&entry["payload"]).as_bytes());
            assert_eq!(*opened.m.expose(), array(&entry["m"]));
            assert_eq!(opened.notices.continuity, Continuity::Follows);
            assert!(!opened.notices.earlier_rules && !opened.notices.thread_unavailable);
        }
    }
}

#[test]
fn publishers_open_with_the_cohort_secret_also_while_approvals_are_missing() {
    let sent = Sent::load();
    let cohorts = vectors("charters.json");
    for (cohort, secret) in each(&cohorts["cohorts"]).iter().enumerate() {
        let s = CohortSecret::from_bytes(&array(&secret["s"])).expect("a scalar");
        let post = &sent.posts[0];
        let reading = sent.reading(post.header(), 0, &[], cohort, Key::Publisher(&s));
        let opened = reading.open(&post.delivered(cohort).expect("a wrap")).expect("it opens");
        assert_eq!(opened.notices.approvals_missing, 1);
    }
}

#[test]
fn no_capsule_but_a_point_is_transformed() {
    for entry in each(&vectors("posts.json")["posts"]) {
        assert!(Capsule::of_accepted(&array(&entry["E"])).is_ok());
    }
    assert!(Capsule::of_accepted(&[0; 32]).is_err());
}

#[test]
fn padding_reaches_the_published_lengths() {
    for entry in each(&vectors("conventions.json")["padme"]) {
        let content = vec![b'x'; count(&entry["content_length"])];
        let padded = pad(&content).expect("not too long");
        assert_eq!(padded.len(), count(&entry["padded_length"]));
        assert_eq!(unpad(&padded), Ok(content.as_slice()));
    }
}
