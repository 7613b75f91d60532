//! No memory that is given back still holds a secret: every block is searched when it is freed.
#![expect(
    unsafe_code,
    reason = "an allocator is unsafe to write; this one only looks at what is freed"
)]

mod support;
mod village;

use std::alloc::{GlobalAlloc, Layout, System};
use std::sync::atomic::{AtomicU64, AtomicUsize, Ordering::SeqCst};

use kentongan_protocol::card::LoginCard;
use kentongan_protocol::ids::{AudienceId, CharterHash, ExchangeKey, PostId};
use kentongan_protocol::keys::CohortSecret;
use kentongan_protocol::letter::{self, Mailbox};
use kentongan_protocol::link::{Fragment, LinkKind};
use kentongan_protocol::permalink::Permalink;
use kentongan_protocol::post::{Key, Kind, MessageSecret};
use kentongan_protocol::primitives::{ExchangeSecret, Seed};
use kentongan_protocol::token::{Batch, delta, link_scalar, own_reader_key, reader_key};
use support::seeded;
use village::Village;

/// Sixteen bytes of the secret watched for; zeros: none is.
static WATCHED: [AtomicU64; 2] = [AtomicU64::new(0), AtomicU64::new(0)];

/// Blocks given back with the watched bytes in them.
static FOUND: AtomicUsize = AtomicUsize::new(0);

struct Watching;

// SAFETY: every call is passed on to the system's allocator with the layout it came with.
unsafe impl GlobalAlloc for Watching {
    unsafe fn alloc(&self, layout: Layout) -> *mut u8 {
        // Zeroed, so that all of a block may be read when it is freed.
        // SAFETY: the caller's promise about the layout is the one asked for.
        unsafe { System.alloc_zeroed(layout) }
    }

    unsafe fn dealloc(&self, block: *mut u8, layout: Layout) {
        let watched = WATCHED.each_ref().map(|half| half.load(SeqCst));
        if watched != [0; 2] {
            let watched: [[u8; 8]; 2] = watched.map(u64::to_ne_bytes);
            // SAFETY: the block is the caller's to free, as long as its layout says, and initialised.
            let bytes = unsafe { std::slice::from_raw_parts(block, layout.size()) };
            if bytes.windows(16).any(|w| w == watched.as_flattened()) {
                FOUND.fetch_add(1, SeqCst);
            }
        }
        // SAFETY: as the caller promises.
        unsafe { System.dealloc(block, layout) }
    }
}

#[global_allocator]
static ALLOCATOR: Watching = Watching;

/// How many blocks `work` gave back with the first 16 bytes of `secret` in them.
fn left_behind<T>(secret: &[u8], work: impl FnOnce() -> T) -> usize {
    let (halves, _) = secret.as_chunks::<8>();
    FOUND.store(0, SeqCst);
    for (watched, half) in WATCHED.iter().zip(halves) {
        watched.store(u64::from_ne_bytes(*half), SeqCst);
    }
    drop(work());
    for half in &WATCHED {
        half.store(0, SeqCst);
    }
    FOUND.load(SeqCst)
}

// One test, for there is one allocator.
#[test]
fn secrets_do_not_outlive_their_use() {
    assert_eq!(left_behind(&[7; 32], || vec![7_u8; 40]), 1, "the allocator sees what is freed");
    links();
    enrolment();
    posts();
    letters();
    cards();
}

fn links() {
    let secret = [0xa5; 32];
    let fragment = || Fragment {
        kind: LinkKind::Open,
        audience: AudienceId([1; 32]),
        seed: Seed::from_bytes(&secret),
        revision: 3,
        charter_hash: CharterHash([2; 32]),
    };
    assert_eq!(left_behind(&secret, || fragment().to_text()), 0, "writing a fragment");
    let text = fragment().to_text();
    assert_eq!(left_behind(&secret, || Fragment::parse(&text)), 0, "reading a fragment");
    let m = || MessageSecret::from_bytes(&secret);
    let permalink = || Permalink { post: PostId([1; 32]), m: m() };
    assert_eq!(left_behind(&secret, || permalink().to_text()), 0, "writing a permalink");
    let text = permalink().to_text();
    assert_eq!(left_behind(&secret, || Permalink::parse(&text)), 0, "reading a permalink");
}

fn enrolment() {
    let mut rng = seeded(5);
    let s = CohortSecret::random(&mut rng);
    let (ek, x) = (ExchangeSecret::random(&mut rng), ExchangeSecret::random(&mut rng));
    let (audience, cohort) = (AudienceId([1; 32]), s.public());
    let account = [4; 32].into();
    let ss = x.agree(&ek.public()).expect("good keys");
    let batch = Batch::from_secret(x);
    let d = || reader_key(&ek, &batch.public(), &audience, &cohort, &account).expect("a key");
    let bytes = d().to_bytes();
    let members = [(account, ek.public()), (account, ek.public()), (account, ExchangeKey::ZERO)];
    for secret in [&ss, &bytes, &s.to_bytes()] {
        let enrol = || batch.enrol(&audience, &s, &members);
        assert_eq!(left_behind(secret.as_slice(), enrol), 0, "enrolling");
        assert_eq!(left_behind(secret.as_slice(), d), 0, "recovering a reader's key");
    }
    let seed = Seed::from_bytes(&[0xa5; 32]);
    let own = || own_reader_key(&seed, &audience, &cohort).expect("a scalar");
    let through_link = || delta(&link_scalar(&seed, &audience, &cohort).expect("a scalar"), &own());
    for secret in [seed.expose(), &*own().to_bytes()] {
        assert_eq!(left_behind(secret, through_link), 0, "joining through a link");
    }
}

fn posts() {
    let mut village = Village::new(2, 1, |_| ());
    let (_, m) = Village::new(2, 1, |_| ()).post(Kind::Announcement, PostId::ZERO);
    let seal = || village.post(Kind::Announcement, PostId::ZERO);
    assert_eq!(left_behind(m.expose(), seal), 0, "sealing a post");

    let (post, m) = village.post(Kind::Announcement, PostId::ZERO);
    let slot = village.pack(&post, 1, &[])[0];
    let key = Key::Member { slot: &slot, d: &village.members[1][0].d };
    let reading = village.reading(1, key);
    let delivered = post.delivered(1).expect("a wrap");
    for secret in [m.expose().as_slice(), &br#""body":"Gotong royong"}"#[..]] {
        let open = || reading.open(&delivered).map(drop).expect("it opens");
        assert_eq!(left_behind(secret, open), 0, "opening a post");
    }
}

fn letters() {
    let mut village = Village::new(1, 1, |_| ());
    let payload = br#"{"type":"join","name":"Sekar Ayu Wulandari"}"#;
    let draft = letter::Draft {
        audience: village.charter().audience,
        to: village.desk.public(),
        thread: PostId::ZERO,
        kind: letter::Kind::Join,
        sent_ms: village::NOW_MS,
        payload,
    };
    let author = &village.members[0][0].ik;
    let seal = || letter::seal(&draft, author, &mut village.rng).expect("a good draft");
    assert_eq!(left_behind(&payload[20..], seal), 0, "sealing a letter");
    let letter = letter::seal(&draft, author, &mut village.rng).expect("a good draft");
    let reading = letter::Reading {
        charters: &village.charters,
        mailbox: Mailbox::Desk(&village.desk),
        seen: false,
        member: None,
    };
    let open = || letter.open(&reading).map(drop).expect("it opens");
    assert_eq!(left_behind(&payload[20..], open), 0, "opening a letter");
    assert_eq!(left_behind(village.desk.to_bytes().as_slice(), open), 0, "opening a letter");
}

fn cards() {
    let card = LoginCard::from_bytes(&[0xa5; 16]);
    let (text, groups) = (card.to_text(), card.to_groups());
    assert_eq!(left_behind(text.as_bytes(), || LoginCard::parse(&text)), 0, "reading a card");
    assert_eq!(left_behind(groups.as_bytes(), || card.to_groups()), 0, "showing a card");
    assert_eq!(left_behind(card.vault_key().as_slice(), || card.vault_key()), 0, "finding a vault");
}
