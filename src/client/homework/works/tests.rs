//! What a teacher and the chosen pupils make of the same letters of kind 7.

use proptest::prelude::*;

use super::*;

const CLASS: AudienceId = AudienceId([1; 32]);
const WORK: B64<32> = B64([2; 32]);

/// A letter to a pupil: to whom, when, with what points, or taking it back.
type Line = (u8, u64, Option<u32>);

fn content(points: Option<u32>) -> PostBody {
    let homework = Homework { points, withdrawn: points.is_none(), ..Homework::default() };
    PostBody { homework, ..PostBody::default() }
}

proptest! {
    #[test]
    fn teacher_and_pupils_agree_who_has_it_and_what_it_asks_for(
        lines in prop::collection::vec(
            (0..3_u8, 0..5_u64, prop::option::of(1..100_u32)), 1..12,
        ),
    ) {
        let bodies: Vec<_> = lines.iter().map(|(_, _, points)| content(*points)).collect();
        let giving = |(((_, received_ms, _), content), n): ((&Line, _), u8)| Giving {
            letter: LetterId([n; 32]),
            received_ms: *received_ms,
            content,
        };
        let pupils = lines.iter().map(|(pupil, ..)| *pupil);
        let letters: Vec<_> =
            pupils.zip(lines.iter().zip(&bodies).zip(1..).map(giving)).collect();
        let mut sent = Letters::new();
        for (pupil, letter) in letters.iter().rev() {
            sent.entry(Some(B64([*pupil; 32]))).or_default().push(*letter);
        }
        let theirs = chosen(CLASS, WORK, sent, true).expect("letters");
        let have = theirs.chosen.as_ref().expect("a teacher's");
        prop_assert_eq!(theirs.state == CourseWork::Deleted, have.is_empty());
        for pupil in 0..3 {
            let to_pupil = letters.iter().filter(|(to, _)| *to == pupil);
            let received: Vec<_> = to_pupil.map(|(_, letter)| *letter).collect();
            let given = Given::of(received.iter().copied());
            let own = chosen(CLASS, WORK, Letters::from([(None, received)]), false);
            let Some(own) = own else {
                prop_assert!(!have.contains(&AccountId([pupil; 32])));
                continue;
            };
            prop_assert_eq!(own.chosen, None);
            let has = own.state == CourseWork::Published;
            prop_assert_eq!(has, have.contains(&AccountId([pupil; 32])));
            let given = given.expect("letters");
            prop_assert_eq!(own.terms, Terms::of(&given.content.homework));
        }
    }
}
