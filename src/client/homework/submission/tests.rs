//! Rules and edges of one pupil's work, and what no sequence of letters can do.

use proptest::prelude::*;

use super::*;
use crate::client::homework::Scale;

const DUE: u64 = 100;
const CUTOFF: u64 = 200;

fn terms(attempts: u32) -> Terms {
    Terms {
        due_ms: Some(DUE),
        cutoff_ms: Some(CUTOFF),
        opens_ms: Some(10),
        attempts,
        scale: Scale::Points(100),
    }
}

fn id(n: u8) -> LetterId {
    LetterId([n; 32])
}

fn hand_in(n: u8, at: u64) -> Entry {
    Entry { letter: id(n), received_ms: at, deed: Deed::HandIn { finished_ms: None } }
}

fn reclaim(n: u8, at: u64, of: u8) -> Entry {
    Entry { letter: id(n), received_ms: at, deed: Deed::Reclaim(id(of)) }
}

fn give_back(n: u8, at: u64, of: Option<u8>, change: impl FnOnce(&mut Deed)) -> Entry {
    let mut deed = Deed::Return {
        submission: of.map(id),
        mark: None,
        redo: false,
        excused: None,
        extended_until_ms: None,
    };
    change(&mut deed);
    Entry { letter: id(n), received_ms: at, deed }
}

fn again(deed: &mut Deed) {
    if let Deed::Return { redo, .. } = deed {
        *redo = true;
    }
}

fn marked(with: &str) -> impl FnOnce(&mut Deed) {
    move |deed| {
        if let Deed::Return { mark, .. } = deed {
            *mark = Some(with.to_owned());
        }
    }
}

fn until(ms: u64) -> impl FnOnce(&mut Deed) {
    move |deed| {
        if let Deed::Return { extended_until_ms, .. } = deed {
            *extended_until_ms = Some(ms);
        }
    }
}

fn excuse(deed: &mut Deed) {
    if let Deed::Return { excused, .. } = deed {
        *excused = Some(true);
    }
}

#[test]
fn work_goes_in_comes_back_and_goes_in_again_while_attempts_are_left() {
    let mut letters = vec![hand_in(1, 20), give_back(2, 30, Some(1), marked("70"))];
    let work = Submission::of(&terms(2), letters.clone());
    assert_eq!((work.state(true), work.mark.as_deref()), (State::Returned, Some("70")));
    assert_eq!(work.next_attempt(40), Ok(2));
    letters.extend([hand_in(3, 40), give_back(4, 50, Some(3), marked("90"))]);
    let work = Submission::of(&terms(2), letters.clone());
    assert_eq!((work.handed_in().map(|w| w.attempt), work.mark.as_deref()), (Some(2), Some("90")));
    assert_eq!(work.next_attempt(60), Err(Refusal::NoAttemptsLeft));
    letters.push(hand_in(5, 60));
    let work = Submission::of(&terms(2), letters);
    assert_eq!(work.refused, [(id(5), Refusal::NoAttemptsLeft)]);
    assert_eq!(work.state(false), State::Returned);
}

#[test]
fn what_is_taken_back_uses_no_attempt_up_and_cannot_be_given_back() {
    let letters = [hand_in(1, 20), reclaim(2, 30, 1), give_back(3, 40, Some(1), marked("0"))];
    let work = Submission::of(&terms(1), letters.clone());
    assert_eq!((work.state(false), work.mark.as_deref()), (State::ReclaimedByStudent, None));
    assert_eq!(work.refused, [(id(3), Refusal::NotIn)]);
    let work = Submission::of(&terms(1), letters.into_iter().chain([hand_in(4, 50)]));
    assert_eq!(work.handed_in().map(|w| (w.letter, w.attempt)), Some((id(4), 1)));
}

#[test]
fn a_second_one_a_foreign_one_and_one_outside_its_time_change_nothing() {
    let work = Submission::of(
        &terms(1),
        [hand_in(1, 9), hand_in(2, 10), hand_in(3, 11), reclaim(4, 12, 9), hand_in(5, CUTOFF)],
    );
    assert_eq!(work.handed_in().map(|w| w.letter), Some(id(2)));
    let reasons =
        [Refusal::NotOpen, Refusal::AlreadyIn, Refusal::NotIn, Refusal::AlreadyIn].to_vec();
    assert_eq!(work.refused.iter().map(|(_, why)| *why).collect::<Vec<_>>(), reasons);
    let late = Submission::of(&terms(1), [hand_in(1, CUTOFF)]);
    assert_eq!((late.state(false), late.refused), (State::New, vec![(id(1), Refusal::Closed)]));
}

#[test]
fn late_and_missing_follow_from_the_due_time_and_more_time_moves_both() {
    let in_time = Submission::of(&terms(1), [hand_in(1, DUE)]);
    let late = Submission::of(&terms(1), [hand_in(1, DUE + 1)]);
    assert_eq!((in_time.late(), late.late()), (false, true));
    let none = Submission::of(&terms(1), []);
    assert_eq!((none.missing(DUE), none.missing(DUE + 1)), (false, true));
    let more = give_back(2, 300, None, until(500));
    let work = Submission::of(&terms(1), [hand_in(1, CUTOFF + 1), more]);
    assert_eq!((work.state(false), work.late()), (State::TurnedIn, false), "taken after all");
    let excused = Submission::of(&terms(1), [give_back(1, 20, None, excuse)]);
    assert!(excused.excused && !excused.missing(u64::MAX) && excused.state(false) == State::New);
    let on_paper = Submission::of(&terms(1), [give_back(1, 20, None, marked("80"))]);
    assert!(on_paper.mark.is_some() && !on_paper.missing(u64::MAX));
}

#[test]
fn who_is_asked_to_do_it_again_may_also_after_the_cut_off_until_it_was_seen() {
    let asked = [hand_in(1, 20), give_back(2, 30, Some(1), again)];
    let work = Submission::of(&terms(1), asked.clone());
    assert!(work.redo);
    assert_eq!(work.next_attempt(CUTOFF + 9), Ok(2));
    let done = asked.into_iter().chain([
        hand_in(3, CUTOFF + 9),
        reclaim(4, CUTOFF + 10, 3),
        hand_in(5, CUTOFF + 11),
        give_back(6, CUTOFF + 12, Some(5), marked("100")),
    ]);
    let work = Submission::of(&terms(1), done);
    assert_eq!((work.state(false), work.redo), (State::Returned, false));
    assert_eq!(work.next_attempt(CUTOFF + 13), Err(Refusal::NoAttemptsLeft));
}

fn any_entry() -> impl Strategy<Value = Entry> {
    let named = || prop::option::of(0..6_u8);
    let turn = (named(), any::<bool>(), any::<bool>(), prop::option::of(any::<bool>()), 0..400_u64);
    let deed = prop_oneof![
        Just(Deed::HandIn { finished_ms: None }),
        (0..6_u8).prop_map(|n| Deed::Reclaim(id(n))),
        turn.prop_map(|(of, mark, redo, excused, more)| Deed::Return {
            submission: of.map(id),
            mark: mark.then(|| "80".to_owned()),
            redo,
            excused,
            extended_until_ms: (more > 300).then_some(more),
        }),
    ];
    (0..12_u8, 0..300_u64, deed).prop_map(|(n, received_ms, deed)| Entry {
        letter: id(n),
        received_ms,
        deed,
    })
}

/// The arrows of the field's diagram.
fn may_follow(before: State, after: State) -> bool {
    use State::{New, ReclaimedByStudent, Returned, TurnedIn};
    before == after
        || matches!(
            (before, after),
            (New | ReclaimedByStudent | Returned, TurnedIn)
                | (TurnedIn, Returned | ReclaimedByStudent)
        )
}

proptest! {
    #[test]
    fn no_letters_in_any_order_with_any_repeats_leave_the_diagram(
        letters in prop::collection::vec(any_entry(), 0..24),
        shuffled in any::<prop::sample::Index>(),
        attempts in 1..4_u32,
    ) {
        let mut one: BTreeMap<u8, Entry> = BTreeMap::new();
        for entry in letters {
            one.entry(entry.letter.0[0]).or_insert(entry);
        }
        let teacher: Vec<_> = one.into_values().collect();
        let mut pupil = teacher.clone();
        if !pupil.is_empty() {
            let at = shuffled.index(pupil.len());
            pupil.rotate_left(at);
            pupil.extend(teacher[..at].to_vec());
            pupil.reverse();
        }
        let work = Submission::of(&terms(attempts), teacher.clone());
        prop_assert_eq!(&work, &Submission::of(&terms(attempts), pupil));

        let mut ordered = teacher;
        ordered.sort_by_key(|entry| (entry.received_ms, entry.letter.0));
        let start = Submission {
            extended_until_ms: work.extended_until_ms,
            terms: terms(attempts),
            ..Submission::default()
        };
        let mut step = start;
        for entry in ordered {
            let before = step.clone();
            let own_turn = !matches!(entry.deed, Deed::Return { .. });
            step.apply(entry.clone());
            prop_assert!(may_follow(before.state(false), step.state(false)));
            if own_turn {
                prop_assert_eq!(
                    (&before.mark, before.excused, before.redo),
                    (&step.mark, step.excused, step.redo),
                    "only a teacher's letter changes what a teacher said"
                );
            } else {
                prop_assert!(
                    step.state(false) != State::TurnedIn || before.state(false) == State::TurnedIn
                );
            }
            if step.refused.len() > before.refused.len() {
                prop_assert_eq!(before.phase, step.phase);
            }
            let (a, b) = (before.handed_in(), step.handed_in());
            if let (Some(a), Some(b)) = (a, b) {
                prop_assert!(b.attempt == a.attempt || b.attempt == a.attempt + 1);
                prop_assert!(b.attempt <= a.attempt || before.redo || a.attempt < attempts);
            }
        }
        prop_assert_eq!(step, work);
    }
}
