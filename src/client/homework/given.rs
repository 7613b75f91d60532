//! Assignments in letters: what each of the chosen members was given last.
//!
//! Invariant: what a member was given is what the newest letter of that work to them says, by the hub's time of receipt and
//! then by letter id, in whatever order the letters came and however often.

use kentongan_protocol::ids::LetterId;

use crate::client::payload::PostBody;

/// One letter of kind 7.
#[derive(Clone, Copy)]
pub struct Giving<'a> {
    /// Its id.
    pub letter: LetterId,
    /// When it came in, by the hub's clock.
    pub received_ms: u64,
    /// What it says.
    pub content: &'a PostBody,
}

impl Giving<'_> {
    fn order(&self) -> (u64, [u8; 32]) {
        (self.received_ms, self.letter.0)
    }
}

/// What one member, or all of them, were given of an assignment.
#[derive(Clone, Copy)]
pub struct Given<'a> {
    /// What it says; where it was taken back, what it said before.
    pub content: &'a PostBody,
    /// Whether it was taken back.
    pub withdrawn: bool,
    /// When it was first given.
    pub given_ms: u64,
    /// When it was last given, changed or taken back.
    pub changed_ms: u64,
}

impl<'a> Given<'a> {
    /// What these letters of one work to one member make of it; none where there are none.
    #[must_use]
    pub fn of(letters: impl IntoIterator<Item = Giving<'a>>) -> Option<Self> {
        let mut letters: Vec<_> = letters.into_iter().collect();
        letters.sort_by_key(Giving::order);
        let (first, newest) = (letters.first()?, letters.last()?);
        let withdrawn = |letter: &&Giving<'_>| letter.content.homework.withdrawn;
        let says = letters.iter().rev().find(|letter| !withdrawn(letter)).unwrap_or(newest);
        Some(Self {
            content: says.content,
            withdrawn: withdrawn(&newest),
            given_ms: first.received_ms,
            changed_ms: newest.received_ms,
        })
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;
    use crate::client::payload::Homework;

    fn says(n: usize, withdrawn: bool) -> PostBody {
        let homework = Homework { withdrawn, ..Homework::default() };
        PostBody { body: n.to_string(), homework, ..PostBody::default() }
    }

    proptest! {
        #[test]
        fn the_newest_letter_counts_in_any_order_with_any_repeats(
            sent in prop::collection::vec((0..4_u64, any::<bool>()), 1..8),
            turned in any::<prop::sample::Index>(),
        ) {
            let bodies: Vec<_> = sent.iter().enumerate().map(|(n, (_, w))| says(n, *w)).collect();
            let letters: Vec<_> = bodies
                .iter()
                .zip(&sent)
                .zip(1..)
                .map(|((content, (at, _)), n)| {
                    Giving { letter: LetterId([n; 32]), received_ms: *at, content }
                })
                .collect();
            let mut other = letters.clone();
            other.rotate_left(turned.index(letters.len()));
            other.extend(letters.clone());
            other.reverse();
            let (one, two) = (Given::of(letters), Given::of(other));
            let (one, two) = (one.expect("letters"), two.expect("letters"));
            prop_assert_eq!(&one.content.body, &two.content.body);
            prop_assert_eq!((one.withdrawn, one.changed_ms), (two.withdrawn, two.changed_ms));
            // The model: walk through them by time, then by id, which grows with n here.
            let mut order: Vec<_> = (0..sent.len()).collect();
            order.sort_by_key(|n| (sent[*n].0, *n));
            let last = order[order.len() - 1];
            let kept = order.iter().rev().find(|n| !sent[**n].1).copied().unwrap_or(last);
            prop_assert_eq!(one.withdrawn, sent[last].1);
            prop_assert_eq!(&one.content.body, &kept.to_string());
        }
    }

    #[test]
    fn what_was_taken_back_is_given_again_by_a_later_letter() {
        let (first, back, again) = (says(1, false), says(2, true), says(3, false));
        let at = |received_ms, content| Giving { letter: LetterId([7; 32]), received_ms, content };
        let given = Given::of([at(2, &back), at(1, &first)]).expect("letters");
        assert_eq!((given.withdrawn, given.content.body.as_str()), (true, "1"));
        let given = Given::of([at(3, &again), at(2, &back), at(1, &first)]).expect("letters");
        assert_eq!((given.withdrawn, given.content.body.as_str()), (false, "3"));
        assert_eq!((given.given_ms, given.changed_ms), (1, 3));
    }
}
