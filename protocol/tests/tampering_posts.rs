//! Whatever is changed on the way, be it one bit, is refused.

use kentongan_protocol::approval::{self, Approval};
use kentongan_protocol::ids::{ExchangeKey, PostId};
use kentongan_protocol::letter::{self, Letter, Mailbox};
use kentongan_protocol::post::{Draft, Key, Kind, Position, Post, Tbs, seal};
use kentongan_protocol::primitives::{IdentitySecret, Seed};
use kentongan_protocol::receipt::Receipt;
use kentongan_protocol::{ids::ChainId, post::Delivered};
use proptest::prelude::*;

use village::{NOW_MS, Village};

mod village;

fn flipped(mut bytes: Vec<u8>, bit: usize) -> Vec<u8> {
    let bit = bit % (8 * bytes.len());
    bytes[bit / 8] ^= 1 << (bit % 8);
    bytes
}

fn letter_to(village: &mut Village, to: ExchangeKey) -> Letter {
    let author = IdentitySecret::from_bytes(&village.publishers[0].to_bytes());
    let draft = letter::Draft {
        audience: village.charter().audience,
        to,
        thread: PostId([8; 32]),
        kind: letter::Kind::Return,
        sent_ms: NOW_MS,
        payload: br#"{"type":"return","mark":"90"}"#,
    };
    letter::seal(&draft, &author, &mut village.rng).expect("a good draft")
}

fn opens(village: &Village, letter: &Letter) -> bool {
    let member = &village.members[0][0];
    let mailbox = Mailbox::Own { xk: &member.xk, ik: member.ik.public(), member: true };
    let charters = &village.charters;
    letter.open(&letter::Reading { charters, mailbox, seen: false, member: None }).is_ok()
}

#[test]
fn no_bit_of_a_letter_can_be_changed() {
    let mut village = Village::new(1, 1, |_| ());
    let to = village.members[0][0].xk.public();
    let letter = letter_to(&mut village, to);
    assert!(opens(&village, &letter));
    for bit in 0..8 * letter.encode().len() {
        let changed = Letter::parse(&flipped(letter.encode(), bit));
        assert!(changed.is_err() || !opens(&village, &changed.expect("checked")), "bit {bit}");
    }
}

#[test]
fn no_bit_of_an_approval_or_receipt_can_be_changed() {
    let mut village = Village::new(1, 0, |terms| terms.approvals = 1);
    let (post, _) = village.post(Kind::Announcement, PostId::ZERO);
    let (id, approval) = (post.id(), village.approval(&post));
    let missing =
        |given: &[Approval]| approval::missing(village.charter(), post.header(), &id, given);
    assert_eq!(missing(&[approval]), 0);
    for bit in 0..8 * Approval::LEN {
        let changed = Approval::parse(&flipped(approval.encode(), bit)).expect("any 96 bytes");
        assert_eq!(missing(&[changed]), 1, "bit {bit}");
    }
    assert!(Approval::parse(&approval.encode()[1..]).is_err());

    let (hub, letter) = (IdentitySecret::random(&mut village.rng), id.0.into());
    let receipt = Receipt::sign(&hub, letter, NOW_MS);
    assert_eq!(receipt.verify(&hub.public()), Ok(()));
    for bit in 0..512 {
        let signature = flipped(receipt.signature.to_vec(), bit).try_into().expect("64 bytes");
        assert!(Receipt { signature, ..receipt }.verify(&hub.public()).is_err(), "bit {bit}");
    }
}

#[test]
fn what_is_delivered_in_parts_is_checked_in_parts() {
    let mut village = Village::new(1, 1, |_| ());
    let (post, _) = village.post(Kind::Announcement, PostId::ZERO);
    let pack = village.pack(&post, 0, &[]);
    let key = Key::Member { slot: &pack[0], d: &village.members[0][0].d };
    let opens = |post: &Delivered<'_>| village.reading(0, key).open(post).is_ok();
    let whole = post.delivered(0).expect("a wrap");
    assert!(opens(&whole));
    for bit in 0..256 {
        let wrap = flipped(whole.wrap.to_vec(), bit).try_into().expect("32 bytes");
        assert!(!opens(&Delivered { wrap: &wrap, ..whole }), "bit {bit} of the wrap");
    }
    for bit in 0..8 * Tbs::LEN {
        let Ok(tbs) = Tbs::parse(&flipped(whole.tbs.encode(), bit)) else { continue };
        assert!(!opens(&Delivered { tbs: &tbs, ..whole }), "bit {bit} of what is signed");
    }
    for bit in (0..8 * whole.body.len()).step_by(7) {
        let body = flipped(whole.body.to_vec(), bit);
        assert!(!opens(&Delivered { body: &body, ..whole }), "bit {bit} of the body");
    }
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(64))]

    #[test]
    fn a_post_with_any_bit_changed_is_refused_by_the_hub(bits in proptest::collection::vec(any::<usize>(), 40)) {
        let mut village = Village::new(2, 0, |_| ());
        let (post, _) = village.post(Kind::Announcement, PostId::ZERO);
        prop_assert!(post.accept(&village.hub()).is_ok());
        for bit in bits {
            let changed = Post::parse(&flipped(post.encode(), bit));
            prop_assert!(changed.is_err() || changed.expect("checked").accept(&village.hub()).is_err());
        }
    }

    #[test]
    fn whatever_is_written_is_read(body in ".{0,400}", copies in 1_usize..40) {
        let mut village = Village::new(1, 1, |_| ());
        let payload = serde_json::json!({ "type": "announcement", "body": body.repeat(copies) });
        let payload = payload.to_string();
        let draft = Draft {
            charter: village.charters.current(),
            position: Position { chain: ChainId([1; 16]), seq: 1, prev: PostId::ZERO },
            kind: Kind::Announcement,
            thread: PostId::ZERO,
            now_ms: NOW_MS,
            payload: payload.as_bytes(),
        };
        let hedge = Seed::from_bytes(&[4; 32]);
        let (sealed, _) = seal(&draft, &village.publishers[0], &hedge, &mut village.rng).expect("good");
        let post = Post::parse(&sealed.encode()).expect("as encoded");
        prop_assert_eq!(&post, &sealed);
        let pack = village.pack(&post, 0, &[]);
        let key = Key::Member { slot: &pack[0], d: &village.members[0][0].d };
        let opened = village.reading(0, key).open(&post.delivered(0).expect("a wrap")).expect("it opens");
        prop_assert_eq!(&opened.payload[..], payload.as_bytes());
    }

    #[test]
    fn no_bytes_make_a_parser_panic(bytes in proptest::collection::vec(any::<u8>(), 0..700)) {
        let _ = (Post::parse(&bytes), Letter::parse(&bytes), Tbs::parse(&bytes));
        let versioned = [&[0, 1, 0, 1][..], &bytes].concat();
        let _ = (Post::parse(&versioned), Letter::parse(&versioned), Tbs::parse(&versioned));
    }
}

#[test]
fn a_body_of_a_length_that_no_post_has_is_not_signed_for() {
    let mut village = Village::new(1, 1, |_| ());
    let (post, _) = village.post(Kind::Announcement, PostId::ZERO);
    let of_length = |body_len| Tbs::parse(&Tbs { body_len, ..post.tbs().clone() }.encode()).is_ok();
    for (body_len, parses) in
        [(0, false), (271, false), (272, true), ((1 << 20) + 16, true), ((1 << 20) + 17, false)]
    {
        assert_eq!(of_length(body_len), parses, "{body_len}");
    }
}
