//! Assignments that are not given yet, and copies of another class's.
//!
//! Invariant: a draft that is given goes in the write that keeps the sealed post: no crash gives it twice or loses it. A copy
//! says in its sealed content what it is a copy of, so that whoever copies again knows what is there.

use std::collections::BTreeSet;

use kentongan_protocol::ids::{AccountId, AudienceId, PostId};
use kentongan_protocol::post::Kind;

use super::Work;
use crate::base64url::B64;
use crate::client::api::AttachmentFor;
use crate::client::device::AssignmentDraft;
use crate::client::payload::{Attachment, PostBody};
use crate::client::{Client, Error, ProblemKind, Progress, Sent, Source};

impl Client {
    /// Assignments for a class that are kept here, by id.
    pub fn assignment_drafts(
        &self,
        audience: &AudienceId,
    ) -> impl Iterator<Item = (PostId, &AssignmentDraft)> {
        let local = self.local(audience).into_iter();
        local.flat_map(|local| local.assignments.iter().map(|(id, draft)| (PostId(id.0), draft)))
    }

    /// Keeps an assignment here, in place of what was kept under this id.
    pub async fn keep_assignment(
        &mut self,
        audience: &AudienceId,
        id: &PostId,
        draft: AssignmentDraft,
    ) -> Result<(), Error> {
        self.local_mut(audience).assignments.insert(B64(id.0), draft);
        self.save_device().await
    }

    /// Throws away what is kept under this id; whether there was anything.
    pub async fn discard_assignment(
        &mut self,
        audience: &AudienceId,
        id: &PostId,
    ) -> Result<bool, Error> {
        let was = self.local_mut(audience).assignments.remove(&B64(id.0)).is_some();
        self.save_device().await.map(|()| was)
    }

    /// Gives the class what was kept under this id, saying `content`; it stays kept unless it is on its way.
    pub async fn give_assignment(
        &mut self,
        audience: &AudienceId,
        id: &PostId,
        content: &PostBody,
    ) -> Result<Sent, Error> {
        self.flush(audience).await?;
        let kept = self.local_mut(audience).assignments.remove(&B64(id.0));
        let sent = self.send(audience, Kind::Assignment, None, content).await;
        if let (Err(_), Some(kept), false) = (&sent, kept, self.is_on_its_way(audience)) {
            self.keep_assignment(audience, id, kept).await?;
        }
        sent
    }

    /// Gives chosen pupils what was kept under this id, a letter each; it stays kept until all of them have it, and who
    /// has it is sent nothing when the same is said again. `progress` counts pupils.
    pub async fn give_assignment_to(
        &mut self,
        audience: &AudienceId,
        id: &PostId,
        pupils: &[AccountId],
        content: &PostBody,
        progress: Progress<'_>,
    ) -> Result<(), Error> {
        for (pupil, given) in pupils.iter().zip(1..) {
            if !self.was_given(audience, id, pupil, content) {
                self.assign_to(audience, id, pupil, content).await?;
            }
            progress(given);
        }
        self.discard_assignment(audience, id).await.map(drop)
    }

    /// Assignments of other classes of which a class has a copy, given to all or to chosen pupils, or kept.
    #[must_use]
    pub fn copied(&self, audience: &AudienceId) -> BTreeSet<PostId> {
        let local = || self.local(audience).into_iter();
        let posts = local().flat_map(|local| local.posts.values().map(|post| &post.content));
        let letters = local().flat_map(|local| local.sent.values().map(|letter| &letter.content));
        let kept = self.assignment_drafts(audience).map(|(_, draft)| &draft.content);
        let all = posts.chain(letters).chain(kept);
        all.filter_map(|content| Some(PostId(content.homework.copy_of?.0))).collect()
    }

    /// The first file of a draft that the hub no longer has.
    pub async fn missing_file<'a>(
        &self,
        audience: &AudienceId,
        content: &'a PostBody,
    ) -> Result<Option<&'a Attachment>, Error> {
        for attachment in &content.attachments {
            match self.api.has_attachment(&audience.0, &attachment.sha256.0).await {
                Ok(()) => {}
                Err(error) if error.is(&ProblemKind::NotFound) => return Ok(Some(attachment)),
                Err(error) => return Err(error),
            }
        }
        Ok(None)
    }

    /// Seals the files of one audience anew for another: downloaded, checked, sealed and uploaded. Those that were before it broke
    /// off are not uploaded again. `progress` counts bytes of all of them.
    pub async fn reseal(
        &mut self,
        from: &AudienceId,
        to: &AudienceId,
        attachments: &[Attachment],
        progress: Progress<'_>,
    ) -> Result<Vec<Attachment>, Error> {
        let (mut resealed, mut before) = (Vec::with_capacity(attachments.len()), 0);
        for attachment in attachments {
            let so_far = |n: u64| progress(before + n.min(attachment.size));
            resealed.push(self.reseal_one(from, to, attachment, &so_far).await?);
            before += attachment.size;
        }
        Ok(resealed)
    }

    async fn reseal_one(
        &mut self,
        from: &AudienceId,
        to: &AudienceId,
        attachment: &Attachment,
        progress: Progress<'_>,
    ) -> Result<Attachment, Error> {
        let dir = self.home.dir().to_owned();
        let folder = tempfile::tempdir_in(&dir).map_err(Error::file(&dir))?;
        let path = folder.path().join(attachment.file_name());
        self.save_attachment(from, attachment, &path, &|_| {}).await?;
        let source = Source { path: &path, media_type: &attachment.r#type };
        self.attach(to, source, AttachmentFor::Audience, progress).await
    }
}

impl Work<'_> {
    /// What a copy of it says, but for its files.
    #[must_use]
    pub fn copy(&self) -> PostBody {
        let mut homework = self.homework.asked();
        homework.copy_of = Some(B64(self.id.0));
        PostBody { homework, from: None, audience: None, ..self.content.clone() }
    }
}
