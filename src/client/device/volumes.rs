//! Volumes: what is opened and sent fills one file after another, so that a save writes what is new and not what is there.
//!
//! Invariant: a volume that the document counts is on disk and never changes; of an entry that stands in several places the
//! document's is the newest, then the last volume's.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};

use super::shelf::Shelf;
use super::{Device, SavedLetter, SavedPost, SentLetter};
use crate::base64url::B64;
use crate::client::records::Colleague;

/// With so many loose entries the next volume is written: some 50 KB.
const FULL: usize = 64;

/// What one volume has, by audience.
#[derive(Serialize)]
pub(in crate::client) struct Volume<'a>(BTreeMap<B64<32>, Shelves<'a>>);

#[derive(Serialize)]
struct Shelves<'a> {
    posts: &'a Shelf<SavedPost>,
    letters: &'a Shelf<SavedLetter>,
    sent: &'a Shelf<SentLetter>,
    colleagues: &'a Shelf<Colleague>,
}

/// The same, read again.
#[derive(Deserialize)]
pub(in crate::client) struct Older(BTreeMap<B64<32>, OlderShelves>);

#[derive(Deserialize)]
struct OlderShelves {
    posts: Shelf<SavedPost>,
    letters: Shelf<SavedLetter>,
    sent: Shelf<SentLetter>,
    colleagues: Shelf<Colleague>,
}

impl Device {
    /// What is to be written as the next volume, when there is enough of it.
    pub(in crate::client) fn full_volume(&self) -> Option<Volume<'_>> {
        let loose = self.audiences.values().map(|local| {
            local.posts.loose()
                + local.letters.loose()
                + local.sent.loose()
                + local.colleagues.loose()
        });
        (loose.sum::<usize>() >= FULL).then(|| {
            let volume = self.audiences.iter().map(|(audience, local)| {
                let shelves = Shelves {
                    posts: &local.posts,
                    letters: &local.letters,
                    sent: &local.sent,
                    colleagues: &local.colleagues,
                };
                (*audience, shelves)
            });
            Volume(volume.collect())
        })
    }

    /// That volume was written.
    pub(in crate::client) fn settle(&mut self) {
        self.volumes += 1;
        for local in self.audiences.values_mut() {
            local.posts.settle();
            local.letters.settle();
            local.sent.settle();
            local.colleagues.settle();
        }
    }

    /// Takes in a volume; to be called with the last one first.
    pub(in crate::client) fn take(&mut self, volume: Older) {
        for (audience, older) in volume.0 {
            let local = self.audiences.entry(audience).or_default();
            local.posts.take(older.posts);
            local.letters.take(older.letters);
            local.sent.take(older.sent);
            local.colleagues.take(older.colleagues);
        }
    }
}

#[cfg(test)]
mod tests {
    use rand_chacha::{ChaCha20Rng, rand_core::SeedableRng};

    use super::*;
    use crate::client::payload::PostBody;

    const CLASS: B64<32> = B64([1; 32]);

    fn letter(received_ms: i64) -> SavedLetter {
        SavedLetter {
            desk: true,
            kind: "submission".into(),
            thread: B64([2; 32]),
            ik: B64([3; 32]),
            sent_ms: 0,
            received_ms,
            content: PostBody::default(),
        }
    }

    fn id(n: usize) -> B64<32> {
        let mut id = [0; 32];
        id[..8].copy_from_slice(&n.to_be_bytes());
        B64(id)
    }

    /// Writes as a save does: the volume if there is one, and the document.
    fn save(device: &mut Device, volumes: &mut Vec<Vec<u8>>) -> Vec<u8> {
        if let Some(full) = device.full_volume() {
            volumes.push(serde_json::to_vec(&full).expect("JSON"));
            device.settle();
        }
        serde_json::to_vec(device).expect("JSON")
    }

    fn read(document: &[u8], volumes: &[Vec<u8>]) -> Device {
        let mut device: Device = serde_json::from_slice(document).expect("a document");
        for volume in volumes[..device.volumes as usize].iter().rev() {
            device.take(serde_json::from_slice(volume).expect("a volume"));
        }
        device
    }

    #[test]
    fn what_is_in_a_volume_is_written_once_and_what_changed_since_counts() {
        let mut device = Device::random(&mut ChaCha20Rng::seed_from_u64(1));
        let (mut volumes, mut document) = (Vec::new(), Vec::new());
        for n in 0..10 * FULL {
            let local = device.audiences.entry(CLASS).or_default();
            local.letters.insert(id(n), letter(0));
            if n % FULL == 7 {
                local.letters.get_mut(&id(0)).expect("there").received_ms += 1;
            }
            document = save(&mut device, &mut volumes);
            assert!(document.len() < 600 * FULL, "it does not grow with what there is");
        }
        assert_eq!(volumes.len(), 10, "one for each {FULL}, and a few entries twice");
        let again = read(&document, &volumes);
        let letters = &again.audiences[&CLASS].letters;
        assert_eq!((letters.len(), letters[&id(0)].received_ms), (10 * FULL, 10));
        assert_eq!(letters[&id(1)].received_ms, 0);
    }

    #[test]
    fn a_volume_that_the_document_does_not_count_is_none() {
        let mut device = Device::random(&mut ChaCha20Rng::seed_from_u64(1));
        device.audiences.entry(CLASS).or_default().letters.insert(id(0), letter(1));
        let mut volumes = Vec::new();
        let before = save(&mut device, &mut volumes);
        (1..=FULL).for_each(|n| {
            device.audiences.entry(CLASS).or_default().letters.insert(id(n), letter(1));
        });
        save(&mut device, &mut volumes);
        // The process ended between the two files.
        let again = read(&before, &volumes);
        assert_eq!(again.audiences[&CLASS].letters.len(), 1);
    }
}
