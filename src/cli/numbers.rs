//! The small numbers under which posts and letters are named on this machine.
//!
//! Invariant: a post keeps its number for ever; they are sealed like everything else here, for they say who read what.

use std::collections::BTreeSet;

use serde::{Deserialize, Serialize};

use super::failure::Failure;
use crate::base64url::B64;
use crate::client::vault::{open_json, seal_json};
use crate::client::{Client, Home};

const FILE: &str = "numbers.age";

/// Removes the numbers of an account that is gone.
pub(super) fn forget(home: &Home) -> Result<(), Failure> {
    Ok(home.remove(FILE)?)
}

/// Ids in the order in which they got their numbers, from 1, and which of them were shown.
#[derive(Default, Serialize, Deserialize)]
#[serde(default)]
pub(super) struct Numbers {
    posts: Vec<B64<32>>,
    letters: Vec<B64<32>>,
    read: BTreeSet<B64<32>>,
}

impl Numbers {
    /// The numbers given so far; a damaged file is begun again, for nothing depends on it.
    pub(super) fn load(client: &Client) -> Result<Self, Failure> {
        let file = client.home().read(FILE)?;
        Ok(file.and_then(|file| open_json(&file, client.card()).ok()).unwrap_or_default())
    }

    /// Gives numbers to everything opened that has none yet, in the order in which it was sent.
    pub(super) fn catch_up(client: &Client) -> Result<Self, Failure> {
        let mut numbers = Self::load(client)?;
        let before = (numbers.posts.len(), numbers.letters.len());
        let audiences = client.audience_ids();
        let posts = audiences.iter().flat_map(|audience| client.posts(audience));
        let mut posts: Vec<_> = posts.map(|view| (view.post.sent_ms, B64(view.id.0))).collect();
        // An assignment to chosen pupils is no post, and is named like one.
        let works = client.works().into_iter();
        let letters = works.filter(|work| client.post(&work.audience, &work.id).is_none());
        posts.extend(letters.map(|work| (work.given_ms, B64(work.id.0))));
        posts.sort();
        give(&mut numbers.posts, posts.into_iter().map(|(_, id)| id));
        let letters = client.letters();
        let letters = letters.iter().filter(|line| !super::letters::introduces(line));
        give(&mut numbers.letters, letters.map(|line| B64(line.id.0)));
        if before != (numbers.posts.len(), numbers.letters.len()) {
            numbers.save(client)?;
        }
        Ok(numbers)
    }

    fn save(&self, client: &Client) -> Result<(), Failure> {
        Ok(client.home().replace(FILE, &seal_json(self, client.card()))?)
    }

    /// Whether a post or letter was shown here.
    pub(super) fn was_read(&self, id: &[u8; 32]) -> bool {
        self.read.contains(&B64(*id))
    }

    /// Notes what has been shown.
    pub(super) fn note_read(&mut self, client: &Client, ids: &[[u8; 32]]) -> Result<(), Failure> {
        let before = self.read.len();
        self.read.extend(ids.iter().map(|id| B64(*id)));
        if self.read.len() > before { self.save(client) } else { Ok(()) }
    }

    /// A post's number.
    pub(super) fn of_post(&self, id: &[u8; 32]) -> Option<usize> {
        place(&self.posts, id)
    }

    /// A letter's number.
    pub(super) fn of_letter(&self, id: &[u8; 32]) -> Option<usize> {
        place(&self.letters, id)
    }

    /// The post of a number.
    pub(super) fn post(&self, number: usize) -> Option<[u8; 32]> {
        Some(self.posts.get(number.checked_sub(1)?)?.0)
    }

    /// The letter of a number.
    pub(super) fn letter(&self, number: usize) -> Option<[u8; 32]> {
        Some(self.letters.get(number.checked_sub(1)?)?.0)
    }
}

fn give(numbered: &mut Vec<B64<32>>, ids: impl Iterator<Item = B64<32>>) {
    let known: BTreeSet<_> = numbered.iter().copied().collect();
    numbered.extend(ids.filter(|id| !known.contains(id)));
}

fn place(numbered: &[B64<32>], id: &[u8; 32]) -> Option<usize> {
    Some(numbered.iter().position(|numbered| numbered.0 == *id)? + 1)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_number_stays_with_its_post_when_an_older_one_arrives_later() {
        let id = |n: u8| B64([n; 32]);
        let mut numbers = Numbers::default();
        give(&mut numbers.posts, [id(5), id(6)].into_iter());
        give(&mut numbers.posts, [id(1), id(5), id(6)].into_iter());
        assert_eq!(numbers.of_post(&[5; 32]), Some(1));
        assert_eq!(
            (numbers.post(3), numbers.post(0), numbers.post(4)),
            (Some([1; 32]), None, None)
        );
    }
}
