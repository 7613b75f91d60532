//! Assignments that are not given yet, and copies of another class's.
//!
//! Invariant: a draft that is given goes in the write that keeps the sealed post: no crash gives it twice or loses it. A copy
//! says in its sealed content what it is a copy of, so that whoever copies again knows what is there.

use std::collections::BTreeSet;

use kentongan_protocol::ids::{AudienceId, PostId};
use kentongan_protocol::post::Kind;

use super::Work;
use crate::base64url::B64;
use crate::client::api::AttachmentFor;
use crate::client::device::AssignmentDraft;
use crate::client::payload::{Attachment, PostBody};
use crate::client::{Client, Error, Progress, Sent, Source};

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

    /// Assignments of other classes of which a class has a copy, given or kept.
    #[must_use]
    pub fn copied(&self, audience: &AudienceId) -> BTreeSet<PostId> {
        let posts = self.local(audience).into_iter().flat_map(|local| local.posts.values());
        let given = posts.filter_map(|post| Some(PostId(post.content.homework.copy_of?.0)));
        let kept = self.assignment_drafts(audience);
        let kept = kept.filter_map(|(_, draft)| Some(PostId(draft.content.homework.copy_of?.0)));
        given.chain(kept).collect()
    }

    /// Seals a file of one audience anew for another: downloaded, checked, sealed and uploaded.
    pub async fn reseal(
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
