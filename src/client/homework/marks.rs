//! Marks: numbers up to a whole, words out of a list, or free text, as the assignment says.
//!
//! Invariant: a mark that was read under a scale is one of that scale.

use crate::client::payload::Homework;

/// The longest mark in free text, in characters.
const LONGEST: usize = 40;

/// What marks of an assignment may be.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub enum Scale {
    /// Numbers from 0 to this, with at most two decimals.
    Points(u32),
    /// These words.
    Words(Vec<String>),
    /// Any short text.
    #[default]
    Free,
}

/// Why a text is no mark here.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum BadMark {
    /// Not a number of this scale.
    #[error("marks of this assignment are numbers from 0 to {0}, with at most two decimals")]
    Points(u32),
    /// None of these words.
    #[error("marks of this assignment are: {0}")]
    Words(String),
    /// Empty or too long.
    #[error("a mark is a short text of at most 40 characters")]
    Length,
}

impl Scale {
    pub(super) fn of(homework: &Homework) -> Self {
        match (homework.points, &homework.words[..]) {
            (Some(points), _) => Self::Points(points),
            (None, []) => Self::Free,
            (None, words) => Self::Words(words.to_vec()),
        }
    }
}

/// Reads a mark as people write it, `8,5` too; in the form in which it is sent.
pub fn mark(scale: &Scale, text: &str) -> Result<String, BadMark> {
    let text = text.trim();
    match scale {
        Scale::Points(points) => {
            let text = text.replace(',', ".");
            let most = u64::from(*points) * 100;
            let fits = hundredths(&text).is_some_and(|hundredths| hundredths <= most);
            fits.then_some(text).ok_or(BadMark::Points(*points))
        }
        Scale::Words(words) => {
            let same = |word: &&String| word.to_lowercase() == text.to_lowercase();
            words.iter().find(same).cloned().ok_or_else(|| BadMark::Words(words.join(", ")))
        }
        Scale::Free if (1..=LONGEST).contains(&text.chars().count()) => Ok(text.to_owned()),
        Scale::Free => Err(BadMark::Length),
    }
}

fn hundredths(text: &str) -> Option<u64> {
    let (whole, part) = text.split_once('.').unwrap_or((text, "0"));
    let digits = |text: &str| !text.is_empty() && text.bytes().all(|b| b.is_ascii_digit());
    if !digits(whole) || !digits(part) || part.len() > 2 || whole.len() > 10 {
        return None;
    }
    let scaled = if part.len() == 1 { 10 } else { 1 };
    Some(whole.parse::<u64>().ok()? * 100 + part.parse::<u64>().ok()? * scaled)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn points_are_numbers_of_the_scale() {
        let read = |text| mark(&Scale::Points(10), text).ok();
        assert_eq!(read(" 8,5 ").as_deref(), Some("8.5"));
        assert_eq!(read("10.00").as_deref(), Some("10.00"));
        for bad in ["10.01", "-1", "8.555", "1e1", "", ".", "8.", "+1", "99999999999", "sepuluh"] {
            assert_eq!(read(bad), None, "{bad}");
        }
    }

    #[test]
    fn words_are_those_of_the_list_and_free_marks_are_short() {
        let words = Scale::Words(vec!["Baik".into(), "Cukup".into()]);
        assert_eq!(mark(&words, "baik").as_deref(), Ok("Baik"));
        assert_eq!(mark(&words, "A"), Err(BadMark::Words("Baik, Cukup".into())));
        assert_eq!(mark(&Scale::Free, " A− ").as_deref(), Ok("A−"));
        assert_eq!(mark(&Scale::Free, " "), Err(BadMark::Length));
        assert_eq!(mark(&Scale::Free, &"x".repeat(41)), Err(BadMark::Length));
    }
}
