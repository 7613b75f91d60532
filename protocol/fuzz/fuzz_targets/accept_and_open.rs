//! Has a hub and readers judge the input as a post or letter, signed by somebody who may write, and
//! seals it as a payload: nothing panics, and what was sealed is accepted and opens.
#![no_main]

#[path = "../../tests/village/mod.rs"]
mod village;

use std::sync::Mutex;

use kentongan_protocol::ids::{ChainId, PostId};
use kentongan_protocol::letter::{self, Letter, Mailbox};
use kentongan_protocol::post::{self, HubState, Key, Kind, Position, Post, Thread, seal};
use kentongan_protocol::primitives::{IdentitySecret, Seed, sha256};
use kentongan_protocol::transform::{Capsule, FixedBase};
use libfuzzer_sys::fuzz_target;

use village::{NOW_MS, Village, meant};

static VILLAGE: Mutex<Option<Village>> = Mutex::new(None);

fuzz_target!(|input: &[u8]| {
    let Some((how, bytes)) = input.split_first() else { return };
    let mut village = VILLAGE.lock().expect("no input panicked before");
    let village = village.get_or_insert_with(|| Village::new(2, 1, |_| ()));
    match how & 7 {
        0 | 1 => judge_post(village, *how, bytes),
        4 | 5 => judge_letter(village, *how, bytes),
        2 => seal_post(village, *how, bytes),
        _ => seal_letter(village, *how, bytes),
    }
});

/// A publisher, another one, or a member.
fn author(village: &Village, how: u8) -> IdentitySecret {
    let [first, second] = &village.publishers;
    let member = &village.members[0][0].ik;
    IdentitySecret::from_bytes(&[first, second, member, member][usize::from(how >> 6)].to_bytes())
}

fn judge_post(village: &Village, how: u8, bytes: &[u8]) {
    let mut bytes = bytes.to_vec();
    let author = author(village, how);
    if how & 1 == 1 && bytes.len() > 164 {
        bytes[4..36].copy_from_slice(village.charter().audience.as_bytes());
        bytes[36..68].copy_from_slice(village.charter().hash().as_bytes());
        bytes[68..100].copy_from_slice(author.public().as_bytes());
        let Ok(post) = Post::parse(&bytes) else { return };
        let at = bytes.len() - 64;
        bytes[at..].copy_from_slice(&author.sign("post", &post.tbs().encode()));
    }
    if let Ok(post) = Post::parse(&bytes) {
        accept_and_open(village, how, &author, &post);
    }
}

/// What a hub says, and what a member and a publisher read.
fn accept_and_open(
    village: &Village,
    how: u8,
    author: &IdentitySecret,
    post: &Post,
) -> (bool, Vec<Result<post::Opened, post::ReadRefused>>) {
    let kind = [Kind::Announcement, Kind::Assignment, Kind::Reply, Kind::Correction];
    let thread = meant(kind[usize::from(how >> 3 & 3)], author, how & 0x20 == 0);
    let reader = &village.members[0][0];
    let hub = HubState { member: Some(&reader.proof), thread: Some(thread), ..village.hub() };
    let accepted = post.accept(&hub).is_ok();
    let mut slot = [[0; 32]];
    if let Ok(capsule) = Capsule::of_accepted(&post.tbs().capsule) {
        let token = [*reader.token.to_bytes()];
        FixedBase::new(&capsule, 1).transform(&token, &mut slot).expect("a token");
    }
    let keys = [Key::Member { slot: &slot[0], d: &reader.d }, Key::Publisher(&village.secrets[0])];
    let delivered = post.delivered(0).expect("every post has a wrap");
    let opened = keys.map(|key| {
        let thread = Thread::Known(thread);
        let member = Some(&reader.proof);
        post::Reading { member, thread, ..village.reading(0, key) }.open(&delivered)
    });
    (accepted, opened.into())
}

fn seal_post(village: &mut Village, how: u8, payload: &[u8]) {
    let author = author(village, how & 0x7f);
    let kinds = [Kind::Announcement, Kind::Assignment];
    for kind in kinds {
        let draft = post::Draft {
            charter: village.charters.current(),
            position: Position { chain: ChainId([7; 16]), seq: 1, prev: PostId::ZERO },
            kind,
            thread: PostId::ZERO,
            now_ms: NOW_MS,
            payload,
        };
        let seed = Seed::from_bytes(&[3; 32]);
        let Ok((post, _)) = seal(&draft, &author, &seed, &mut village.rng) else { continue };
        let (accepted, opened) = accept_and_open(village, how, &author, &post);
        assert!(accepted);
        for opened in opened {
            assert_eq!(opened.expect("it was sealed").payload.as_slice(), payload);
        }
    }
}

fn judge_letter(village: &Village, how: u8, bytes: &[u8]) {
    let mut bytes = bytes.to_vec();
    let author = author(village, how);
    if how & 1 == 1 && bytes.len() > 255 {
        let to = [village.desk.public(), village.members[0][0].xk.public()];
        bytes[2..34].copy_from_slice(village.charter().audience.as_bytes());
        bytes[34..66].copy_from_slice(to[usize::from(how >> 3 & 1)].as_bytes());
        bytes[66..98].copy_from_slice(author.public().as_bytes());
        let at = bytes.len() - 64;
        let signed = [&bytes[..187], &sha256(&bytes[191..at])].concat();
        bytes[at..].copy_from_slice(&author.sign("letter", &signed));
    }
    if let Ok(letter) = Letter::parse(&bytes) {
        deliver(village, &letter);
    }
}

/// Whether the hub takes the letter, and what the desk or the member reads.
fn deliver(village: &Village, letter: &Letter) -> (bool, Option<letter::Opened>) {
    let reader = &village.members[0][0];
    let recipient = letter::Recipient { ik: reader.ik.public(), member: true };
    let hub = letter::HubState {
        now_ms: NOW_MS,
        current: village.charter(),
        in_force: Some(village.charter()),
        recipient: Some(recipient),
        member: Some(&reader.proof),
    };
    let accepted = letter.accept(&hub).is_ok();
    let own = Mailbox::Own { xk: &reader.xk, ik: reader.ik.public(), member: true };
    let opened = [Mailbox::Desk(&village.desk), own].into_iter().find_map(|mailbox| {
        let charters = &village.charters;
        let member = Some(&reader.proof);
        letter.open(&letter::Reading { charters, mailbox, seen: false, member }).ok()
    });
    (accepted, opened)
}

fn seal_letter(village: &mut Village, how: u8, payload: &[u8]) {
    let author = author(village, how);
    let draft = letter::Draft {
        audience: village.charter().audience,
        to: village.desk.public(),
        thread: PostId::ZERO,
        kind: letter::Kind::Join,
        sent_ms: NOW_MS,
        payload,
    };
    let Ok(letter) = letter::seal(&draft, &author, &mut village.rng) else { return };
    let (accepted, opened) = deliver(village, &letter);
    assert!(accepted);
    assert_eq!(opened.expect("it was sealed").payload.as_slice(), payload);
}
