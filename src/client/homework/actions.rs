//! What pupils and teachers do with given homework: keep a draft, hand in, take back, give back.
//!
//! Invariant: before anything is done that depends on where a work stands, what this device said about it earlier and had
//! no answer to is sent again.

use std::path::PathBuf;

use kentongan_protocol::ids::{AccountId, AudienceId, IdentityKey, LetterId, PostId};
use kentongan_protocol::letter::Kind;

use super::assign::no_work;
use super::{CourseWork, Submission, Work, mark};
use crate::base64url::B64;
use crate::client::device::{SentLetter, WorkDraft};
use crate::client::payload::{Attachment, From, Homework, PostBody};
use crate::client::{Addressee, Client, Error};

/// Work that the hub took.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct HandedIn {
    /// The letter.
    pub letter: LetterId,
    /// Which attempt it is.
    pub attempt: u32,
    /// When it came in, by the hub's clock.
    pub received_ms: u64,
    /// Whether it was due before that.
    pub late: bool,
    /// Whether the hub signed for it.
    pub receipt: bool,
}

/// What is added to a draft; what is absent stays as it was.
#[derive(Clone, Default)]
pub struct Written {
    /// The note.
    pub note: Option<String>,
    /// The files, all of them; none for those there were.
    pub files: Vec<PathBuf>,
    /// The guardian who hands it in for its author.
    pub guardian: Option<String>,
}

impl WorkDraft {
    /// What it says, without its files.
    #[must_use]
    pub fn content(&self) -> PostBody {
        let guardian = self.guardian.clone().map(|name| From { name });
        let homework = Homework { finished_ms: self.finished_ms, guardian, ..Homework::default() };
        PostBody { body: self.note.clone(), homework, ..PostBody::default() }
    }
}

/// What a teacher says of one pupil's work.
#[derive(Clone, Default)]
pub struct Verdict {
    /// In words.
    pub feedback: String,
    /// Files that go with it, sealed for the pupil.
    pub attachments: Vec<Attachment>,
    /// The mark, as it is written.
    pub mark: Option<String>,
    /// Whether it is to be done again.
    pub redo: bool,
    /// Whether the pupil need not hand in.
    pub excused: Option<bool>,
    /// Due time and cut-off are not before this.
    pub extended_until_ms: Option<u64>,
}

impl Client {
    /// What is not handed in yet of a work, on this device.
    #[must_use]
    pub fn draft(&self, audience: &AudienceId, work: &PostId) -> Option<&WorkDraft> {
        self.local(audience)?.drafts.get(&B64(work.0))
    }

    /// Keeps what is written on this device, beside what was written before; `finished` says that it is to go out now, and
    /// however often that is tried, it is handed in once.
    pub async fn keep_draft(
        &mut self,
        audience: &AudienceId,
        work: &PostId,
        written: Written,
        finished: bool,
    ) -> Result<WorkDraft, Error> {
        let now = self.now();
        let draft = self.local_mut(audience).drafts.entry(B64(work.0)).or_default();
        if let Some(note) = written.note.filter(|note| *note != draft.note) {
            (draft.note, draft.finished_ms) = (note, None);
        }
        if !written.files.is_empty() && written.files != draft.files {
            (draft.files, draft.finished_ms) = (written.files, None);
        }
        if written.guardian.is_some() && written.guardian != draft.guardian {
            (draft.guardian, draft.finished_ms) = (written.guardian, None);
        }
        if finished {
            draft.finished_ms.get_or_insert(now);
        }
        let kept = draft.clone();
        self.save_device().await?;
        Ok(kept)
    }

    async fn forget_draft(&mut self, audience: &AudienceId, work: &PostId) -> Result<(), Error> {
        match self.local_mut(audience).drafts.remove(&B64(work.0)) {
            Some(_) => self.save_device().await,
            None => Ok(()),
        }
    }

    /// Why nothing can be handed in now, if so; before files are sealed for it.
    pub fn may_hand_in(&self, audience: &AudienceId, work: &PostId) -> Result<u32, Error> {
        let work = self.work(audience, work).ok_or_else(no_work)?;
        given(&work)?;
        self.own_submission(&work).next_attempt(self.now()).map_err(Error::cannot)
    }

    /// Hands in; the same content, finished at the same time, is never handed in twice. Forgets the draft.
    pub async fn hand_in(
        &mut self,
        audience: &AudienceId,
        work: &PostId,
        content: &PostBody,
    ) -> Result<HandedIn, Error> {
        self.settle(audience, work).await?;
        let finished_ms = content.homework.finished_ms;
        let arrived = self.known(audience, work)?.handed_in();
        let taken = match arrived.filter(|in_now| in_now.finished_ms == finished_ms) {
            Some(arrived) if finished_ms.is_some() => arrived.letter,
            _ => {
                let attempt = Some(self.may_hand_in(audience, work)?);
                let guardian = content.homework.guardian.clone();
                let homework = Homework { attempt, finished_ms, guardian, ..Homework::default() };
                let content = PostBody { homework, ..content.clone() };
                let (to, kind) = (Addressee::Desk, Kind::Submission);
                let sent = self.send_letter(audience, to, kind, Some(*work), &content).await?;
                LetterId(sent.letter.0)
            }
        };
        self.forget_draft(audience, work).await?;
        self.handed_in(audience, work, taken)
    }

    fn handed_in(
        &self,
        audience: &AudienceId,
        work: &PostId,
        letter: LetterId,
    ) -> Result<HandedIn, Error> {
        let submission = self.known(audience, work)?;
        if let Some((_, why)) = submission.refused.iter().find(|(id, _)| *id == letter) {
            return Err(Error::cannot(format_args!("it reached the teachers, but {why}")));
        }
        let in_now = submission.handed_in().filter(|in_now| in_now.letter == letter);
        let in_now = in_now.ok_or_else(|| Error::cannot(super::Refusal::NotIn))?;
        let sent = self.local(audience).and_then(|local| local.sent.get(&B64(letter.0)));
        Ok(HandedIn {
            letter,
            attempt: in_now.attempt,
            received_ms: in_now.received_ms,
            late: submission.late(),
            receipt: sent.is_some_and(|sent| sent.receipt.is_some()),
        })
    }

    /// Takes back what was handed in; the hub's time of that.
    pub async fn reclaim(&mut self, audience: &AudienceId, work: &PostId) -> Result<u64, Error> {
        self.settle(audience, work).await?;
        let submission = self.known(audience, work)?;
        let letter = submission.reclaimable(self.now()).map_err(Error::cannot)?;
        let homework = Homework { reclaim: Some(B64(letter.0)), ..Homework::default() };
        let content = PostBody { homework, ..PostBody::default() };
        let (to, kind) = (Addressee::Desk, Kind::Submission);
        let taken = self.send_letter(audience, to, kind, Some(*work), &content).await?;
        Ok(taken.received_ms)
    }

    /// Gives a pupil's work back, or changes what is asked of them where nothing is in; the hub's time of that.
    pub async fn give_back(
        &mut self,
        audience: &AudienceId,
        work: &PostId,
        pupil: &AccountId,
        verdict: Verdict,
    ) -> Result<u64, Error> {
        let settled = self.settle(audience, work).await?;
        let known = self.work(audience, work).ok_or_else(no_work)?;
        let submission = self.submissions(&known).remove(pupil);
        let in_now = submission.unwrap_or_default().handed_in();
        if in_now.is_none() && verdict.redo {
            return Err(Error::cannot(super::Refusal::NotIn));
        }
        let scale = self.terms_of(&known, pupil).scale;
        let scaled = verdict.mark.map(|text| mark(&scale, &text)).transpose();
        let homework = Homework {
            submission: in_now.map(|in_now| B64(in_now.letter.0)),
            mark: scaled.map_err(Error::cannot)?,
            redo: verdict.redo,
            excused: verdict.excused,
            extended_until_ms: verdict.extended_until_ms,
            ..Homework::default()
        };
        let marked = homework.mark.is_some();
        let Verdict { feedback: body, attachments, .. } = verdict;
        let content = PostBody { body, attachments, homework, ..PostBody::default() };
        let to = Addressee::Account(*pupil);
        let told_at = self.told_by(&settled, audience, pupil, &content);
        let received_ms = if let Some(told_at) = told_at {
            told_at
        } else {
            let sent = self.send_letter(audience, to, Kind::Return, Some(*work), &content).await?;
            sent.received_ms
        };
        // More time alone leaves what the teacher has begun to write.
        let told = in_now.is_some() || marked;
        if told && self.marks(audience, work).contains_key(pupil) {
            self.keep_mark(audience, work, pupil, None).await?;
        }
        self.put_away(audience, work, pupil).await;
        Ok(received_ms)
    }

    /// When the hub took the one of these letters that is a return to this pupil and says the same.
    fn told_by(
        &self,
        letters: &[LetterId],
        audience: &AudienceId,
        pupil: &AccountId,
        content: &PostBody,
    ) -> Option<u64> {
        let local = self.local(audience)?;
        let sent = letters.iter().filter_map(|id| local.sent.get(&B64(id.0)));
        let same = |sent: &&SentLetter| {
            sent.kind == Kind::Return.word()
                && sent.to == Some(B64(pupil.0))
                && sent.content.says_as(content)
        };
        sent.filter(same).map(|sent| sent.received_ms).next_back()
    }

    /// Resolves at the desk what a pupil sent about a work, for all publishers: also what was resolved before, for a later
    /// letter opened it again. A desk that does not answer is no reason to say that the return failed.
    async fn put_away(&self, audience: &AudienceId, work: &PostId, pupil: &AccountId) {
        let Some(local) = self.local(audience) else { return };
        for (id, letter) in &local.letters {
            let theirs = letter.desk
                && letter.kind == Kind::Submission.word()
                && letter.thread.0 == work.0
                && AccountId::of(&IdentityKey(letter.ik.0)) == *pupil;
            if theirs {
                let _ = self.resolve(&LetterId(id.0)).await;
            }
        }
    }

    fn known(&self, audience: &AudienceId, work: &PostId) -> Result<Submission, Error> {
        let work = self.work(audience, work).ok_or_else(no_work)?;
        Ok(self.own_submission(&work))
    }
}

fn given(work: &Work<'_>) -> Result<(), Error> {
    match work.state {
        CourseWork::Deleted => {
            Err(Error::cannot("this assignment was taken back: nothing is to be handed in"))
        }
        CourseWork::Draft | CourseWork::Published if work.teaching => {
            Err(Error::cannot("you teach this class: its pupils hand in, not you"))
        }
        CourseWork::Draft | CourseWork::Published => Ok(()),
    }
}
