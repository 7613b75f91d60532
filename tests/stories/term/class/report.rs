//! The end of a term: what everybody sees against the model.
//!
//! Invariant: what is compared was read from where it is kept, not from what a client happened to have in memory.

use std::collections::BTreeMap;

use kentongan::base64url::B64;
use kentongan::client::homework::{CourseWork, Pupil as Shown};
use kentongan_protocol::ids::{AccountId, AudienceId};

use super::super::model::{Text, said};
use super::super::pupil::Pupil;
use super::super::teacher::{self, Given};
use super::{Class, Outcome};

impl Class {
    /// Everybody looks once more, and what they see is what the model has: also when their devices were switched off and
    /// on, and of the first pupil and the first class's teachers on other devices of theirs.
    pub(super) async fn report(mut self) -> Outcome {
        for person in &mut self.teachers {
            teacher::look(person, &self.id).await;
        }
        self.everybody_looks().await;
        let (stage, id) = (self.stage.clone(), self.id);
        let mut pupils = self.pupils.into_iter().map(|pupil| pupil.restart(&stage.hub));
        let first = pupils.next().expect("a pupil").on_another_device(&stage.hub, &id).await;
        self.pupils = std::iter::once(first).chain(pupils).collect();
        self.teachers = self.teachers.map(|teacher| teacher.restart(&stage.hub));
        if self.number == 0 {
            for person in &mut self.teachers {
                *person = person.on_another_device(&stage.hub).await;
                teacher::look(person, &id).await;
            }
        }
        let now = stage.hub.now();
        for pupil in &self.pupils {
            pupil.agrees(&self.id, &self.works, now);
        }
        for which in 0..2 {
            for no in 0..self.works.len() {
                let work = self.works[no].id;
                let board = self.teachers[which].client.board(&self.id, &work).await;
                self.board_agrees(which, no, &board.expect("a board"), now);
            }
        }
        let tallies = self.pupils.iter().map(|pupil| pupil.tally.clone()).collect();
        Outcome { tallies, works: self.works.len(), mailbox: self.mailbox }
    }

    fn board_agrees(&self, which: usize, no: usize, board: &[Shown], now: u64) {
        let given = &self.works[no];
        let mut written = Vec::new();
        let mut lines: Vec<(AccountId, Option<&str>, bool, _)> = Vec::new();
        for pupil in &self.pupils {
            let row = pupil.rows.get(&no).cloned().unwrap_or_default();
            let Some(terms) = pupil.terms.get(&no) else { continue };
            let (standing, held) = row.standing(terms, now);
            let is_in = ["TURNED_IN", "RETURNED"].contains(&standing.word);
            let owes = given.has(pupil.number[1]) && pupil.present;
            let told = given.has(pupil.number[1]) && !row.letters.is_empty();
            if owes || told || is_in {
                let held = held.filter(|_| is_in).map(|held| row.letters[held].text.clone());
                written.push((pupil.account(), held, row.feedback()));
                lines.push((pupil.account(), Some(&pupil.name), !pupil.present, standing));
            }
        }
        let shown = |line: &Shown| said(&line.submission, now);
        let mut seen: Vec<_> = board
            .iter()
            .map(|line| (line.account, line.name.as_deref(), line.removed, shown(line)))
            .collect();
        lines.sort_by_key(|line| line.0.0);
        seen.sort_by_key(|line| line.0.0);
        assert_eq!(seen, lines, "class {} assignment {no}", self.number);

        // What pupils wrote, and what both teachers answered.
        let client = &self.teachers[which].client;
        let told: BTreeMap<_, _> =
            client.local(&self.id).expect("their class").outgoing().collect();
        let mut read: Vec<_> = board
            .iter()
            .map(|line| {
                let letter = line.submission.handed_in().map(|work| work.letter);
                let held = letter.map(|id| client.submitted(&self.id, &id).expect("it came"));
                let returns = line.submission.returns.iter().map(|id| &told[&B64(id.0)].content);
                (line.account, held.map(Text::of), returns.map(Text::of).collect::<Vec<_>>())
            })
            .collect();
        written.sort_by_key(|line| line.0.0);
        read.sort_by_key(|line| line.0.0);
        assert_eq!(read, written, "class {} assignment {no}", self.number);
    }
}

impl Pupil {
    /// Everything this pupil sees is what the model has.
    fn agrees(&self, class: &AudienceId, works: &[Given], now: u64) {
        for (no, given) in works.iter().enumerate() {
            let work = self.person.client.work(class, &given.id);
            let Some(terms) = self.terms.get(&no) else {
                assert!(work.is_none(), "{} has {no}", self.name);
                continue;
            };
            let work = work.unwrap_or_else(|| panic!("{} has no {no}", self.name));
            let given_now = given.has(self.number[1]);
            assert_eq!(work.state == CourseWork::Published, given_now, "{} {no}", self.name);
            assert_eq!(work.content.title, given.content.title, "{} {no}", self.name);
            assert_eq!(work.content.body, terms.says, "{} {no}", self.name);
            let row = self.rows.get(&no).cloned().unwrap_or_default();
            let own = self.person.client.own_submission(&work);
            let (standing, held) = row.standing(terms, now);
            assert_eq!(said(&own, now), standing, "{} {no} {row:?}", self.name);
            let letter = own.handed_in().map(|work| work.letter);
            let text = letter.map(|id| self.person.client.submitted(class, &id).expect("sent"));
            let held = held.filter(|_| letter.is_some()).map(|held| row.letters[held].text.clone());
            assert_eq!(text.map(Text::of), held, "{} {no}", self.name);
            let letters = &self.person.client.local(class).expect("a class of theirs").letters;
            let feedback = own.returns.iter().map(|id| Text::of(&letters[&B64(id.0)].content));
            assert_eq!(feedback.collect::<Vec<_>>(), row.feedback(), "{} {no}", self.name);
            assert_eq!(self.person.client.reminders(&work).len(), row.reminders);
            let draft = self.person.client.draft(class, &given.id);
            assert!(draft.is_none(), "nothing waits unseen");
        }
    }
}
