//! Opened posts as they are shown: with the correction that counts, or withdrawn (protocol section 6).

use kentongan_protocol::ids::{AudienceId, IdentityKey, PostId};

use super::Client;
use super::device::{Local, SavedPost};
use super::payload::{Homework, PostBody};
use crate::base64url::B64;

/// What is to be shown of a post.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Shown {
    /// As it was written.
    Original,
    /// As this correction has it.
    Corrected(PostId),
    /// Nothing but that its author, or a publisher, took it back.
    Withdrawn(PostId),
}

/// A post as it is to be shown.
pub struct PostView<'a> {
    /// Its id.
    pub id: PostId,
    /// What was opened first.
    pub post: &'a SavedPost,
    /// What stands in its place.
    pub shown: Shown,
    /// Who wrote what is shown.
    pub author: IdentityKey,
    /// The content to show: the correction's, where there is one.
    pub content: &'a PostBody,
    /// The author's name: their claim.
    pub name: Option<&'a str>,
    /// Whether this account wrote it.
    pub own: bool,
    /// What it said last, also where it was withdrawn since.
    pub said: &'a PostBody,
    /// What it asks for: a correction of the text alone leaves that as it was.
    pub homework: &'a Homework,
    /// When it was corrected or withdrawn last, by the author's clock; when it was sent where it never was.
    pub changed_ms: u64,
}

impl Client {
    /// Announcements, assignments and replies of an audience in the hub's order.
    #[must_use]
    pub fn posts(&self, audience: &AudienceId) -> Vec<PostView<'_>> {
        let Some(local) = self.local(audience) else { return Vec::new() };
        let originals = local.posts.iter().filter(|(_, post)| is_original(post));
        let mut views: Vec<_> = originals.map(|(id, post)| self.view(local, *id, post)).collect();
        views.sort_by_key(|view| view.post.position);
        views
    }

    /// One post of an audience.
    #[must_use]
    pub fn post(&self, audience: &AudienceId, post: &PostId) -> Option<PostView<'_>> {
        let local = self.local(audience)?;
        local.posts.get_key_value(&B64(post.0)).map(|(id, post)| self.view(local, *id, post))
    }

    fn view<'a>(&'a self, local: &'a Local, id: B64<32>, post: &'a SavedPost) -> PostView<'a> {
        let about = |kind: &'static str| {
            let posts = local.posts.iter();
            posts.filter(move |(_, p)| p.thread == id && p.kind == kind && !p.pending)
        };
        let at = |(id, post): &(&B64<32>, &SavedPost)| (post.sent_ms, **id);
        let withdrawal = about("withdrawal").max_by_key(at);
        let correction = about("correction").max_by_key(at);
        let asked = about("correction").filter(|(_, p)| p.content.homework.asks()).max_by_key(at);
        let said = correction.map_or(post, |(_, correction)| correction);
        let (shown, by) = match (withdrawal, correction) {
            (Some((w, by)), _) => (Shown::Withdrawn(PostId(w.0)), by),
            (None, Some((c, by))) => (Shown::Corrected(PostId(c.0)), by),
            (None, None) => (Shown::Original, post),
        };
        let author = IdentityKey(by.ik.0);
        PostView {
            id: PostId(id.0),
            post,
            shown,
            author,
            content: &by.content,
            name: local.name(&kentongan_protocol::ids::AccountId::of(&author).0),
            own: author == self.ik(),
            said: &said.content,
            homework: &asked.map_or(post, |(_, correction)| correction).content.homework,
            changed_ms: by.sent_ms.max(said.sent_ms),
        }
    }
}

fn is_original(post: &SavedPost) -> bool {
    matches!(post.kind.as_str(), "announcement" | "assignment" | "reply")
}
