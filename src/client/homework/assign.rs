//! What teachers do with assignments: give them to chosen pupils, change them, take them back.
//!
//! Invariant: whatever breaks off can be done again: who has what is to be given already is sent nothing.

use std::collections::BTreeSet;

use kentongan_protocol::ids::{AccountId, AudienceId, PostId};
use kentongan_protocol::letter;
use kentongan_protocol::post::Kind;
use rand_core::Rng as _;

use super::CourseWork;
use crate::base64url::B64;
use crate::client::payload::{Homework, PostBody};
use crate::client::{Addressee, Client, Error, Progress};

pub(super) fn no_work() -> Error {
    Error::cannot("there is no such assignment here: look at the list of homework again")
}

impl Client {
    /// A new id for an assignment to chosen pupils, which no post has.
    #[must_use]
    pub fn new_work(&self) -> PostId {
        let mut work = [0; 32];
        self.rng().fill_bytes(&mut work);
        PostId(work)
    }

    /// Gives an assignment to one chosen pupil, in a letter; the others get theirs under the same id. A later letter
    /// replaces an earlier one.
    pub async fn assign_to(
        &mut self,
        audience: &AudienceId,
        work: &PostId,
        pupil: &AccountId,
        content: &PostBody,
    ) -> Result<(), Error> {
        let mut content = content.clone();
        content.homework.work = Some(B64(work.0));
        let to = Addressee::Account(*pupil);
        let kind = letter::Kind::Assignment;
        self.send_letter(audience, to, kind, None, &content).await.map(drop)
    }

    /// Says anew what an assignment says and asks for, all of it: in a correction of a post, or in a letter to each pupil
    /// of `chosen`; whoever had it and is not among them has it taken back. `progress` counts letters.
    pub async fn change_work(
        &mut self,
        audience: &AudienceId,
        work: &PostId,
        content: &PostBody,
        chosen: Option<&BTreeSet<AccountId>>,
        progress: Progress<'_>,
    ) -> Result<(), Error> {
        let had = self.changeable(audience, work)?;
        let content = PostBody { homework: content.homework.asked(), ..content.clone() };
        let Some(had) = had else {
            self.send(audience, Kind::Correction, Some(*work), &content).await?;
            return self.move_due(work, content.homework.due_ms).await;
        };
        let chosen = chosen.unwrap_or(&had);
        let mut sent = 0;
        for pupil in chosen {
            if !self.was_given(audience, work, pupil, &content) {
                self.assign_to(audience, work, pupil, &content).await?;
            }
            sent += 1;
            progress(sent);
        }
        for pupil in had.difference(chosen) {
            self.take_from(audience, work, pupil).await?;
            sent += 1;
            progress(sent);
        }
        Ok(())
    }

    /// Takes an assignment back from everybody who has it.
    pub async fn withdraw_work(
        &mut self,
        audience: &AudienceId,
        work: &PostId,
        progress: Progress<'_>,
    ) -> Result<(), Error> {
        let waits = self.post(audience, work).is_some_and(|view| view.post.release_ms.is_some());
        if waits {
            return self.take_back(work).await;
        }
        let Some(had) = self.changeable(audience, work)? else {
            let none = PostBody::default();
            return self.send(audience, Kind::Withdrawal, Some(*work), &none).await.map(drop);
        };
        for (pupil, sent) in had.iter().zip(1..) {
            self.take_from(audience, work, pupil).await?;
            progress(sent);
        }
        Ok(())
    }

    /// Who was chosen for it; none where it is everybody's.
    fn changeable(
        &self,
        audience: &AudienceId,
        work: &PostId,
    ) -> Result<Option<BTreeSet<AccountId>>, Error> {
        let work = self.work(audience, work).ok_or_else(no_work)?;
        if !work.teaching {
            return Err(Error::cannot("only its teachers can change an assignment"));
        }
        match (work.state, work.chosen) {
            (CourseWork::Draft, _) => Err(Error::cannot(
                "it is not out yet and cannot be changed: take it back, then give it anew",
            )),
            (CourseWork::Deleted, None) => {
                Err(Error::cannot("this assignment was taken back: give it anew"))
            }
            (_, chosen) => Ok(chosen),
        }
    }

    /// Whether a pupil has exactly this by their newest letter.
    pub(super) fn was_given(
        &self,
        audience: &AudienceId,
        work: &PostId,
        pupil: &AccountId,
        content: &PostBody,
    ) -> bool {
        let said = |content: &PostBody| {
            let Homework { due_ms, cutoff_ms, opens_ms, points, words, attempts, .. } =
                content.homework.clone();
            let files: Vec<_> = content.attachments.iter().map(|file| file.sha256).collect();
            let asks = (due_ms, cutoff_ms, opens_ms, points, words, attempts);
            (content.title.clone(), content.body.clone(), files, asks)
        };
        let given = self.given(audience, work, pupil).filter(|given| !given.withdrawn);
        given.is_some_and(|given| said(given.content) == said(content))
    }

    async fn take_from(
        &mut self,
        audience: &AudienceId,
        work: &PostId,
        pupil: &AccountId,
    ) -> Result<(), Error> {
        let homework = Homework { withdrawn: true, ..Homework::default() };
        let none = PostBody { homework, ..PostBody::default() };
        self.assign_to(audience, work, pupil, &none).await
    }
}
