//! Every reader in every cohort opens what was beaten once, and nobody else does.

use kentongan_protocol::ids::PostId;
use kentongan_protocol::keys::{CohortSecret, ReaderKey};
use kentongan_protocol::post::{Key, Kind, Post, ReadRefused, Unreadable, reveal};

use village::Village;

mod village;

fn open(
    village: &Village,
    post: &Post,
    cohort: usize,
    slot: &[u8; 32],
    d: &ReaderKey,
) -> Result<Vec<u8>, ReadRefused> {
    let reading = village.reading(cohort, Key::Member { slot, d });
    let delivered = post.delivered(cohort).expect("a wrap for every cohort");
    reading.open(&delivered).map(|opened| opened.payload.to_vec())
}

const MISMATCH: Result<Vec<u8>, ReadRefused> =
    Err(ReadRefused::Unreadable(Unreadable::CapsuleMismatch));

#[test]
fn every_member_opens_its_own_slot_and_no_other() {
    let mut village = Village::new(3, 4, |_| ());
    let (post, m) = village.post(Kind::Announcement, PostId::ZERO);
    let said = reveal(post.tbs(), &m, post.body()).expect("the author knows").to_vec();
    let packs: Vec<_> = (0..3).map(|cohort| village.pack(&post, cohort, &[])).collect();
    for (cohort, members) in village.members.iter().enumerate() {
        for (slot, member) in members.iter().enumerate() {
            for (other_cohort, pack) in packs.iter().enumerate() {
                for (other_slot, transformed) in pack.iter().enumerate() {
                    let result = open(&village, &post, other_cohort, transformed, &member.d);
                    let own = (other_cohort, other_slot) == (cohort, slot);
                    assert_eq!(result, if own { Ok(said.clone()) } else { MISMATCH });
                }
            }
        }
    }
}

#[test]
fn a_removed_member_and_a_stranger_open_nothing() {
    let mut village = Village::new(1, 3, |_| ());
    let (post, _) = village.post(Kind::Assignment, PostId::ZERO);
    let pack = village.pack(&post, 0, &[1]);
    assert_eq!(pack[1], [0; 32]);
    let removed = &village.members[0][1];
    assert_eq!(open(&village, &post, 0, &pack[1], &removed.d), Err(ReadRefused::Slot));
    assert_eq!(open(&village, &post, 0, &pack[0], &removed.d), MISMATCH);
    assert_eq!(open(&village, &post, 0, &post.tbs().capsule, &removed.d), MISMATCH);

    let stranger = CohortSecret::random(&mut village.rng).to_bytes();
    let stranger = ReaderKey::from_bytes(&stranger).expect("a scalar");
    for slot in [pack[0], pack[2], post.tbs().capsule] {
        assert_eq!(open(&village, &post, 0, &slot, &stranger), MISMATCH);
    }
    assert_eq!(open(&village, &post, 0, &[0xff; 32], &stranger), Err(ReadRefused::Slot));
}

#[test]
fn after_a_rotation_the_old_key_opens_no_new_post() {
    let mut village = Village::new(2, 2, |_| ());
    let fresh = CohortSecret::random(&mut village.rng);
    village.revise(|terms| terms.cohorts[0] = fresh.public());
    let (post, _) = village.post(Kind::Announcement, PostId::ZERO);
    // A hub that kept the old tokens and an ex-member who kept its key, together.
    let pack = village.pack(&post, 0, &[]);
    assert_eq!(open(&village, &post, 0, &pack[0], &village.members[0][0].d), MISMATCH);

    let reading = village.reading(0, Key::Publisher(&fresh));
    assert!(reading.open(&post.delivered(0).expect("a wrap")).is_ok());
    let untouched = village.pack(&post, 1, &[]);
    assert!(open(&village, &post, 1, &untouched[0], &village.members[1][0].d).is_ok());
}
