//! A shelf: a map that grows for years, of which only what is new is written again.
//!
//! Invariant: what is not in a volume as it is now is loose.

use std::collections::{BTreeMap, BTreeSet};
use std::ops::Deref;

use serde::{Deserialize, Deserializer, Serialize, Serializer};

use crate::base64url::B64;

type Id = B64<32>;

/// Entries by id. To write a shelf is to write what is loose, and what was read of one is loose.
pub struct Shelf<V> {
    entries: BTreeMap<Id, V>,
    loose: BTreeSet<Id>,
}

impl<V> Shelf<V> {
    /// Puts in an entry, or replaces one.
    pub fn insert(&mut self, id: Id, entry: V) {
        self.loose.insert(id);
        self.entries.insert(id, entry);
    }

    /// An entry, to be changed.
    pub fn get_mut(&mut self, id: &Id) -> Option<&mut V> {
        let entry = self.entries.get_mut(id)?;
        self.loose.insert(*id);
        Some(entry)
    }

    /// How many entries are loose.
    pub(super) fn loose(&self) -> usize {
        self.loose.len()
    }

    /// All of it is in volumes now.
    pub(super) fn settle(&mut self) {
        self.loose.clear();
    }

    /// Takes in what an older volume has; what is here already is newer.
    pub(super) fn take(&mut self, older: Self) {
        for (id, entry) in older.entries {
            self.entries.entry(id).or_insert(entry);
        }
    }
}

impl<V> Default for Shelf<V> {
    fn default() -> Self {
        Self { entries: BTreeMap::new(), loose: BTreeSet::new() }
    }
}

impl<V> Deref for Shelf<V> {
    type Target = BTreeMap<Id, V>;

    fn deref(&self) -> &Self::Target {
        &self.entries
    }
}

impl<'a, V> IntoIterator for &'a Shelf<V> {
    type Item = (&'a Id, &'a V);
    type IntoIter = std::collections::btree_map::Iter<'a, Id, V>;

    fn into_iter(self) -> Self::IntoIter {
        self.entries.iter()
    }
}

impl<V: Serialize> Serialize for Shelf<V> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_map(self.loose.iter().filter_map(|id| self.entries.get_key_value(id)))
    }
}

impl<'de, V: Deserialize<'de>> Deserialize<'de> for Shelf<V> {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let entries = BTreeMap::deserialize(deserializer)?;
        let loose = entries.keys().copied().collect();
        Ok(Self { entries, loose })
    }
}
