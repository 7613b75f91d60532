//! Looks for plaintext in the hub's files, byte by byte, as a thief of its disk would.

use std::path::{Path, PathBuf};

use aho_corasick::AhoCorasick;
use kentongan_protocol::ids::PostId;

use crate::base64url;
use crate::cli::failure::{self, Failure};
use crate::cli::format::number;

/// What the search went through, and what it found; that it found the control goes without saying.
#[derive(serde::Serialize)]
pub(super) struct Searched {
    bytes: u64,
    files: usize,
    /// Byte strings looked for, without the control.
    strings: usize,
    /// The control, which was found: a post's id.
    control: String,
    /// What was found, and in which file.
    pub(super) found: Option<String>,
}

impl Searched {
    pub(super) fn told(&self) -> String {
        let megabytes = self.bytes / 1_000_000;
        format!(
            "Searched all {} files of the hub, {} MB: the id of the homework is there; titles, texts, names, the class's name \
             and the photo, {} byte strings in all, are not.",
            self.files,
            number(megabytes),
            self.strings
        )
    }
}

/// Searches every file below `folder` for these phrases and for pieces of the photo, as they are and as base64url.
///
/// `control` is a post's id, which must be found, or the search itself is worth nothing.
pub(super) fn disk(
    folder: &Path,
    phrases: &[&str],
    photo: &[u8],
    control: &PostId,
) -> Result<Searched, Failure> {
    let pieces = photo.chunks_exact(64).skip(8).step_by(64).map(<[u8]>::to_vec);
    let plain: Vec<_> = phrases.iter().map(|p| p.as_bytes().to_vec()).chain(pieces).collect();
    let encoded = plain.iter().map(|p| base64url::encode(p).into_bytes());
    let needles: Vec<_> =
        plain.iter().cloned().chain(encoded).chain([control.0.to_vec()]).collect();
    let last = needles.len() - 1;
    // All at once: the files are gone through a single time, however many strings are looked for.
    let all =
        AhoCorasick::new(&needles).map_err(|error| Failure::new("tour", error.to_string()))?;
    let told = base64url::encode(control.0);
    let mut searched = Searched { bytes: 0, files: 0, strings: last, control: told, found: None };
    let mut controlled = false;
    for path in files(folder)? {
        let bytes = std::fs::read(&path).map_err(failure::file(&path))?;
        searched.bytes += bytes.len() as u64;
        searched.files += 1;
        for hit in all.find_overlapping_iter(&bytes).map(|hit| hit.pattern().as_usize()) {
            if hit == last {
                controlled = true;
            } else {
                let plain = String::from_utf8_lossy(&needles[hit]);
                searched.found = Some(format!("{plain:?} in {}", path.display()));
            }
        }
    }
    if controlled {
        Ok(searched)
    } else {
        Err(Failure::new(
            "tour",
            "the search did not find what is surely there, so it proves nothing; please report it",
        ))
    }
}

fn files(folder: &Path) -> Result<Vec<PathBuf>, Failure> {
    let mut found = Vec::new();
    for entry in std::fs::read_dir(folder).map_err(failure::file(folder))? {
        let path = entry.map_err(failure::file(folder))?.path();
        if path.is_dir() { found.extend(files(&path)?) } else { found.push(path) }
    }
    Ok(found)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn it_finds_what_is_there_and_says_so() {
        let folder = tempfile::tempdir().expect("a folder");
        let id = PostId([7; 32]);
        std::fs::write(folder.path().join("a"), [&[7; 32][..], b"..rahasia.."].concat())
            .expect("written");
        let photo: Vec<u8> = (0..4096_u32).flat_map(u32::to_le_bytes).collect();
        let search =
            |phrase: &str| disk(folder.path(), &[phrase], &photo, &id).expect("searched").found;
        assert!(search("rahasia").is_some());
        assert!(search("lain").is_none());
        std::fs::write(folder.path().join("b"), base64url::encode("rahasia lain"))
            .expect("written");
        assert!(search("rahasia lain").is_some(), "encoded");
        std::fs::remove_file(folder.path().join("b")).expect("removed");
        std::fs::write(folder.path().join("c"), &photo[64 * 8..64 * 9]).expect("written");
        assert!(search("lain").is_some(), "a piece of the photo");
    }

    #[test]
    fn a_search_that_misses_its_control_is_no_search() {
        let folder = tempfile::tempdir().expect("a folder");
        assert!(disk(folder.path(), &["x"], &[0; 64], &PostId([7; 32])).is_err());
    }
}
