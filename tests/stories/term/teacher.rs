//! What teachers do in a term: give, change, look through, give back, remind.
//!
//! Invariant: the two teachers of a class never write about one assignment in the same hour.

use std::collections::BTreeSet;

use kentongan::client::api::AttachmentFor;
use kentongan::client::homework::Verdict;
use kentongan::client::payload::{Homework, PostBody};
use kentongan::client::records::MarkDraft;
use kentongan_protocol::ids::{AccountId, AudienceId, PostId};
use kentongan_protocol::post::Kind;
use rand_chacha::ChaCha20Rng;
use rand_core::Rng as _;

use super::model::{Return, Terms, Text};
use super::pupil::{Pupil, attach, chance};
use super::scan::written;
use crate::hub::DAY;
use crate::people::Person;

/// An assignment of a class.
#[derive(Clone)]
pub(super) struct Given {
    pub(super) id: PostId,
    pub(super) content: PostBody,
    /// The pupils it is for now, by number; none: everybody.
    pub(super) chosen: Option<BTreeSet<usize>>,
    pub(super) week: usize,
}

impl Given {
    pub(super) fn has(&self, pupil: usize) -> bool {
        self.chosen.as_ref().is_none_or(|chosen| chosen.contains(&pupil))
    }

    pub(super) fn terms(&self) -> Terms {
        let asked = &self.content.homework;
        Terms {
            says: self.content.body.clone(),
            opens: asked.opens_ms,
            due: asked.due_ms.expect("all of them have one"),
            cutoff: asked.cutoff_ms,
            attempts: asked.attempts.unwrap_or(1),
        }
    }
}

/// What the assignment with this number of a class asks for; every kind in turn.
pub(super) fn asked(class: usize, no: usize, now: u64) -> PostBody {
    let word = |what| written(what, &[class, no]);
    let words = || vec![word("Baik"), word("Cukup"), word("Kurang")];
    let base = Homework { due_ms: Some(now + 4 * DAY), attempts: Some(3), ..Homework::default() };
    let homework = match no % 5 {
        0 => Homework { points: Some(100), ..base },
        1 => Homework {
            words: words(),
            due_ms: Some(now + 3 * DAY),
            cutoff_ms: Some(now + 5 * DAY),
            ..base
        },
        2 => Homework { opens_ms: Some(now + 2 * DAY), points: Some(10), attempts: None, ..base },
        3 => Homework { due_ms: Some(now + 2 * DAY), attempts: Some(4), ..base },
        _ => Homework { words: words(), attempts: Some(2), ..base },
    };
    let (title, body) = (Some(word("Tugas")), word("Kerjakan"));
    PostBody { title, body, homework, ..PostBody::default() }
}

/// A teacher fetches all there is.
pub(super) async fn look(teacher: &mut Person, class: &AudienceId) {
    let fetched = teacher.client.fetch(class).await.expect("a publisher");
    assert!(fetched.refused.is_empty());
    let chain = teacher.client.sync(class).await.expect("charters");
    teacher.client.fetch_desk(&chain).await.expect("the desk");
    assert_eq!(teacher.client.refused_records(class), []);
}

/// Gives an assignment to everybody, or to chosen pupils.
pub(super) async fn give(
    teacher: &mut Person,
    class: &AudienceId,
    content: PostBody,
    week: usize,
    chosen: Option<(BTreeSet<usize>, Vec<AccountId>)>,
) -> Given {
    let client = &mut teacher.client;
    let Some((chosen, accounts)) = chosen else {
        let sent = client.send(class, Kind::Assignment, None, &content).await.expect("sent");
        return Given { id: sent.post, content, chosen: None, week };
    };
    let id = client.new_work();
    for account in &accounts {
        client.assign_to(class, &id, account, &content).await.expect("sent");
    }
    client.write_records(class).await.expect("recorded");
    Given { id, content, chosen: Some(chosen), week }
}

/// What a teacher has decided to do with one assignment.
pub(super) struct Round {
    pub(super) no: usize,
    pub(super) told: Vec<(usize, AccountId, Return)>,
    pub(super) reminded: Vec<(usize, AccountId)>,
}

/// Looks at what every pupil has done, in the model, and decides.
pub(super) fn decide(
    rng: &mut ChaCha20Rng,
    (no, given): (usize, &Given),
    pupils: &[Pupil],
    now: u64,
) -> Round {
    let mut round = Round { no, told: Vec::new(), reminded: Vec::new() };
    for pupil in pupils.iter().filter(|pupil| pupil.present && given.has(pupil.number[1])) {
        if !pupil.terms.contains_key(&no) {
            continue;
        }
        let (standing, held) = pupil.standing(no, now);
        let (number, account) = (pupil.number[1], pupil.account());
        let more = Some(now + 4 * DAY);
        let told = match (standing.word, rng.next_u64() % 100) {
            ("TURNED_IN", 0..55) => {
                let mark = chance(rng, 80).then(|| mark(rng, &given.content.homework, number));
                Return { of: held, mark, redo: chance(rng, 25), ..Return::default() }
            }
            ("NEW", 0..8) if standing.missing => {
                Return { excused: Some(true), ..Return::default() }
            }
            ("NEW", 8..20) if standing.missing => Return { until: more, ..Return::default() },
            ("NEW", 20..24) if standing.missing => {
                let mark = Some(mark(rng, &given.content.homework, number));
                Return { mark, ..Return::default() }
            }
            ("NEW", 24..60) if standing.missing => {
                round.reminded.push((number, account));
                continue;
            }
            _ => continue,
        };
        round.told.push((number, account, told));
    }
    round
}

fn mark(rng: &mut ChaCha20Rng, asked: &Homework, pupil: usize) -> String {
    let drawn = rng.next_u64();
    match (asked.points, &asked.words[..]) {
        (Some(points), _) => format!("{}.5", drawn % u64::from(points)),
        (None, []) => written("A", &[pupil]),
        (None, words) => words[usize::try_from(drawn % 3).expect("small")].clone(),
    }
}

/// Does what was decided.
pub(super) async fn carry_out(
    teacher: &mut Person,
    class: &AudienceId,
    (round, given): (&Round, &Given),
    rng: &mut ChaCha20Rng,
) -> Vec<Text> {
    let mut texts = Vec::new();
    for (pupil, account, told) in &round.told {
        let body = written("Catatan", &[*pupil, round.no]);
        if told.of.is_some() && chance(rng, 10) {
            let draft = MarkDraft { body: written("Coretan", &[*pupil]), ..MarkDraft::default() };
            let kept = teacher.client.keep_mark(class, &given.id, account, Some(draft)).await;
            kept.expect("kept");
        }
        let mut attachments = Vec::new();
        if chance(rng, 5) {
            let reader = AttachmentFor::Account(account.0);
            attachments.push(attach(teacher, class, reader, &[*pupil, round.no], 1_000).await);
        }
        let Return { mark, redo, excused, until: extended_until_ms, .. } = told.clone();
        let verdict =
            Verdict { feedback: body, attachments, mark, redo, excused, extended_until_ms };
        let (body, attachments) = (verdict.feedback.clone(), verdict.attachments.clone());
        texts.push(Text::of(&PostBody { body, attachments, ..PostBody::default() }));
        let client = &mut teacher.client;
        client.give_back(class, &given.id, account, verdict).await.expect("given back");
    }
    let accounts: Vec<_> = round.reminded.iter().map(|(_, account)| *account).collect();
    teacher.client.remind(class, &given.id, &accounts, &|_| {}).await.expect("reminded");
    teacher.client.write_records(class).await.expect("recorded");
    texts
}
