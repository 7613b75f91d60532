//! A class of two teachers and its pupils, week after week.
//!
//! Invariant: whatever happens in it is in the model when the clock moves on.

mod report;

use std::collections::BTreeSet;
use std::sync::Arc;

use futures_util::future::join_all;
use kentongan::client::{Joined, NewLink};
use kentongan_protocol::charter::Role;
use kentongan_protocol::ids::AudienceId;
use kentongan_protocol::link::LinkKind;
use rand_chacha::ChaCha20Rng;

use super::model::{Letter, Taken, Text};
use super::pupil::{Pupil, Tally};
use super::scan::written;
use super::stage::Stage;
use super::teacher::{self, Given, Round};
use crate::hub::{DAY, rng};
use crate::people::Person;

const HOUR: u64 = 60 * 60 * 1000;
/// The week in which one more pupil comes, and the one after which one goes.
const COMES: usize = 3;
const GOES: usize = 5;

pub(super) struct Class {
    stage: Arc<Stage>,
    number: usize,
    id: AudienceId,
    teachers: [Person; 2],
    pub(super) pupils: Vec<Pupil>,
    works: Vec<Given>,
    seed: String,
    rng: ChaCha20Rng,
    mailbox: String,
}

/// What a class has come to.
pub(super) struct Outcome {
    pub(super) tallies: Vec<Tally>,
    pub(super) works: usize,
    pub(super) mailbox: String,
}

impl Class {
    pub(super) async fn found(stage: &Arc<Stage>, seed: &str, number: usize, size: usize) -> Self {
        let teacher = async |n| {
            Person::at(&stage.hub, &stage.line.origin, &written("Guru", &[number, n])).await
        };
        let mut teachers = [teacher(0).await, teacher(1).await];
        let id = teachers[0].found_class(&written("Kelas", &[number])).await;
        let second = teachers[1].client.vault().account();
        let staffed = teachers[0].client.add_staff(&id, &second, Role::Publisher).await;
        staffed.expect("added");
        let link = teachers[0].link(&id, LinkKind::Open).await;
        assert_eq!(teachers[1].follow(&link).await, Joined::Publisher);
        let pupils = (1..size).map(|n| joined(stage, seed, [number, n], &link));
        let pupils = join_all(pupils).await;
        let mailbox = stage.mail(&pupils[0].person).await;
        Self {
            stage: stage.clone(),
            number,
            id,
            teachers,
            pupils,
            works: Vec::new(),
            seed: seed.to_owned(),
            rng: rng(&format!("{seed} class {number}")),
            mailbox,
        }
    }

    /// The whole term, of so many assignments, two a week.
    pub(super) async fn term(mut self, works: usize) -> Outcome {
        let weeks = works.div_ceil(2);
        for week in 0..weeks {
            self.monday(week, works).await;
            self.stage.pass(DAY, |line| line.break_uploads(2)).await;
            self.everybody_looks().await;
            self.pupils_work(week).await;
            self.stage.pass(HOUR, |line| line.lose_answers_to("/letters")).await;
            self.line_is_bad(week).await;
            self.stage.pass(HOUR, |line| line.lose_answers_to("nothing")).await;
            self.line_is_good_again(week).await;
            self.stage.pass(3 * DAY, |_| ()).await;
            self.pupils_work(week).await;
            self.stage.pass(2 * DAY, |_| ()).await;
            self.friday(week).await;
            self.stage.pass(DAY, |_| ()).await;
        }
        self.report().await
    }

    /// Assignments of the last weeks, by number.
    fn due(&self, week: usize) -> Vec<(usize, Given)> {
        let works = self.works.iter().cloned().enumerate();
        works.filter(|(_, given)| given.week + 2 >= week).collect()
    }

    async fn everybody_looks(&mut self) {
        join_all(self.pupils.iter_mut().map(|pupil| pupil.look(&self.id))).await;
    }

    async fn pupils_work(&mut self, week: usize) {
        let (stage, id, due) = (self.stage.clone(), self.id, self.due(week));
        let present = self.pupils.iter_mut().filter(|pupil| pupil.present);
        join_all(present.map(|pupil| pupil.work(&stage, &id, &due))).await;
    }

    async fn line_is_bad(&mut self, week: usize) {
        let (stage, id, due) = (self.stage.clone(), self.id, self.due(week));
        let unlucky =
            |pupil: &&mut Pupil| pupil.present && (pupil.number[1] + week).is_multiple_of(5);
        let unlucky = self.pupils.iter_mut().filter(unlucky);
        join_all(unlucky.map(|pupil| pupil.hand_in_unheard(&stage, &id, &due))).await;
    }

    async fn line_is_good_again(&mut self, week: usize) {
        let (id, due) = (self.id, self.due(week));
        join_all(self.pupils.iter_mut().map(|pupil| pupil.hear_of_it(&id, &due))).await;
    }

    /// New assignments are given, one of last week's is changed, somebody new comes.
    async fn monday(&mut self, week: usize, works: usize) {
        if week > 0 && week.is_multiple_of(4) {
            for person in &mut self.teachers {
                person.client.upkeep().await.expect("renewed");
            }
            join_all(self.pupils.iter_mut().map(async |pupil| pupil.person.client.upkeep().await))
                .await;
        }
        for person in &mut self.teachers {
            teacher::look(person, &self.id).await;
        }
        if week % 2 == 1 {
            for no in (0..self.works.len())
                .filter(|no| self.works[*no].week + 1 == week)
                .collect::<Vec<_>>()
            {
                self.change(no).await;
            }
        }
        for no in (0..2).map(|n| 2 * week + n).filter(|no| *no < works) {
            self.give(week, no).await;
        }
        for person in &mut self.teachers {
            teacher::look(person, &self.id).await;
        }
        if week == COMES {
            self.somebody_comes().await;
        }
    }

    async fn give(&mut self, week: usize, no: usize) {
        let content = teacher::asked(self.number, no, self.stage.hub.now());
        let chosen = (no % 5 == 4).then(|| {
            let third =
                self.pupils.iter().filter(|pupil| pupil.present && pupil.number[1] % 3 == no % 3);
            let third: Vec<_> = third.map(|pupil| (pupil.number[1], pupil.account())).collect();
            third.into_iter().unzip()
        });
        let by = &mut self.teachers[no % 2];
        let given = teacher::give(by, &self.id, content, week, chosen).await;
        for pupil in self.pupils.iter_mut().filter(|p| p.present && given.has(p.number[1])) {
            pupil.terms.insert(no, given.terms());
        }
        self.works.push(given);
    }

    /// The other teacher gives everybody two more days; of chosen pupils, one goes and one comes.
    async fn change(&mut self, no: usize) {
        let given = &mut self.works[no];
        let asked = &mut given.content.homework;
        asked.due_ms = asked.due_ms.map(|due| due + 5 * DAY);
        asked.cutoff_ms = asked.cutoff_ms.map(|cutoff| cutoff + 5 * DAY);
        given.content.body.push_str(" (lagi)");
        if let Some(chosen) = &mut given.chosen {
            let first = chosen.pop_first().expect("somebody has it");
            chosen.insert(first + 1);
        }
        let given = given.clone();
        let has = |pupil: &&mut Pupil| pupil.present && given.has(pupil.number[1]);
        let mut accounts = BTreeSet::new();
        for pupil in self.pupils.iter_mut().filter(has) {
            pupil.terms.insert(no, given.terms());
            accounts.insert(pupil.account());
        }
        let by = &mut self.teachers[(no + 1) % 2].client;
        let chosen = given.chosen.as_ref().map(|_| &accounts);
        let changed = by.change_work(&self.id, &given.id, &given.content, chosen, &|_| {}).await;
        changed.expect("changed");
        by.write_records(&self.id).await.expect("recorded");
    }

    /// With the class's history: what everybody was asked before is theirs too.
    async fn somebody_comes(&mut self) {
        let new = NewLink { kind: LinkKind::Open, max_uses: 5, valid_ms: DAY };
        let link = self.teachers[0].client.make_link(&self.id, new).await.expect("a link");
        let number = [self.number, self.pupils.len() + 1];
        let mut pupil = joined(&self.stage, &self.seed, number, link.as_ref()).await;
        let works = self.works.iter().enumerate().filter(|(_, given)| given.chosen.is_none());
        pupil.terms = works.map(|(no, given)| (no, given.terms())).collect();
        self.pupils.push(pupil);
    }

    /// What is in is given back, who has nothing is told; both teachers at once, each with assignments of their own.
    async fn friday(&mut self, week: usize) {
        for person in &mut self.teachers {
            teacher::look(person, &self.id).await;
        }
        let now = self.stage.hub.now();
        let due = self.due(week);
        let mut rounds: [Vec<Round>; 2] = [Vec::new(), Vec::new()];
        for (no, given) in &due {
            let round = teacher::decide(&mut self.rng, (*no, given), &self.pupils, now);
            rounds[(no + week) % 2].push(round);
        }
        let (id, seed) = (self.id, &self.seed);
        let number = self.number;
        let rounds_of = self.teachers.iter_mut().zip(&rounds).zip(0..);
        let texts = join_all(rounds_of.map(async |((person, rounds), which)| {
            let mut texts = Vec::new();
            let mut rng = rng(&format!("{seed} {number} {week} {which}"));
            for round in rounds {
                let given = &due.iter().find(|(no, _)| *no == round.no).expect("decided on").1;
                texts.push(teacher::carry_out(person, &id, (round, given), &mut rng).await);
            }
            texts
        }))
        .await;
        for (round, texts) in rounds.into_iter().flatten().zip(texts.into_iter().flatten()) {
            self.note(round, texts, now);
        }
        if week > GOES {
            self.pupils[1].is_out(&id, &due, now).await;
        }
        if week == GOES {
            let pupil = &mut self.pupils[1];
            pupil.look(&id).await;
            pupil.present = false;
            let account = pupil.account();
            self.teachers[0].client.remove(&self.id, &account).await.expect("removed");
        }
    }

    fn note(&mut self, round: Round, texts: Vec<Text>, at: u64) {
        let Round { no, told, reminded } = round;
        for ((number, _, told), text) in told.into_iter().zip(texts) {
            let pupil = self.pupil(number);
            let taken = Taken { at, letter: Letter::Return(told), text };
            pupil.rows.entry(no).or_default().letters.push(taken);
            pupil.tally.returns += 1;
        }
        for (number, _) in reminded {
            let pupil = self.pupil(number);
            pupil.rows.entry(no).or_default().reminders += 1;
            pupil.tally.reminders += 1;
        }
    }

    fn pupil(&mut self, number: usize) -> &mut Pupil {
        let mut pupils = self.pupils.iter_mut();
        pupils.find(|pupil| pupil.number[1] == number).expect("in the class")
    }
}

async fn joined(stage: &Stage, seed: &str, number: [usize; 2], link: &str) -> Pupil {
    let mut pupil = Pupil::new(stage, seed, number).await;
    assert_eq!(pupil.person.follow(link).await, Joined::Member);
    pupil
}
