//! Drafts of marks: what a teacher has written about a pupil's work and not given back yet, kept in their private record.
//!
//! Invariant: of two drafts about one work the newer counts, on whichever of the teacher's devices it was written.

use std::collections::BTreeMap;

use kentongan_protocol::ids::{AccountId, AudienceId, PostId};

use super::Verdict;
use crate::base64url::B64;
use crate::client::records::{MarkDraft, SavedMark};
use crate::client::{Client, Error};

impl From<MarkDraft> for Verdict {
    fn from(draft: MarkDraft) -> Self {
        let MarkDraft { mark, body, redo, attachments } = draft;
        Self { feedback: body, mark, redo, attachments, ..Self::default() }
    }
}

impl Client {
    /// Keeps a draft about a pupil's work, or takes it away where there is none; the mark is checked.
    pub async fn keep_mark(
        &mut self,
        audience: &AudienceId,
        work: &PostId,
        pupil: &AccountId,
        draft: Option<MarkDraft>,
    ) -> Result<(), Error> {
        let known = self.work(audience, work).ok_or_else(super::assign::no_work)?;
        let scale = self.terms_of(&known, pupil).scale;
        let checked = |draft: MarkDraft| {
            let mark = draft.mark.map(|text| super::mark(&scale, &text)).transpose();
            Ok::<_, Error>(MarkDraft { mark: mark.map_err(Error::cannot)?, ..draft })
        };
        let draft = draft.map(checked).transpose()?;
        let now = self.now();
        let pupils = self.local_mut(audience).marks.entry(B64(work.0)).or_default();
        // A clock that was put back must not make it look older than the one it replaces.
        let after = pupils.get(&B64(pupil.0)).map_or(0, |held| held.at_ms + 1);
        let mark = SavedMark { at_ms: now.max(after), draft, recorded: false };
        pupils.insert(B64(pupil.0), mark);
        self.save_device().await
    }

    /// Every draft about a work that was not given back or taken away.
    #[must_use]
    pub fn marks(&self, audience: &AudienceId, work: &PostId) -> BTreeMap<AccountId, &MarkDraft> {
        let pupils = self.local(audience).and_then(|local| local.marks.get(&B64(work.0)));
        let drafts = pupils.into_iter().flatten();
        drafts
            .filter_map(|(pupil, mark)| Some((AccountId(pupil.0), mark.draft.as_ref()?)))
            .collect()
    }
}
