//! Who may write which post, and in which thread: the rules hub and readers share (section 5).

use super::{Header, Kind};
use crate::charter::{Charter, Replies};
use crate::ids::IdentityKey;

/// Whether a post has been accepted for good.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Standing {
    /// It counts.
    Accepted,
    /// It waits for approvals.
    Pending,
    /// The charter changed before it had them.
    Lapsed,
}

/// The post that another one's `thread` names, in the same audience.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct ThreadPost {
    /// What it is.
    pub kind: Kind,
    /// Its author.
    pub author: IdentityKey,
    /// Whether the charter it names lists its author as publisher.
    pub by_publisher: bool,
    /// Whether it counts.
    pub standing: Standing,
}

/// Whether `header.ik` may write this post under `charter`.
///
/// A publisher may write everything, but no reply where there are none; a member (which is asked
/// last, for it costs signatures) replies where everyone may, and takes back its own reply.
pub(crate) fn may_write(
    header: &Header,
    charter: &Charter,
    thread: Option<&ThreadPost>,
    is_member: impl FnOnce() -> bool,
) -> bool {
    if charter.is_publisher(&header.ik) {
        return header.kind != Kind::Reply || charter.replies != Replies::None;
    }
    let members_may = match header.kind {
        Kind::Reply => charter.replies == Replies::Everyone,
        Kind::Withdrawal => thread.is_some_and(|t| t.kind == Kind::Reply && t.author == header.ik),
        Kind::Announcement | Kind::Assignment | Kind::Correction => false,
    };
    members_may && is_member()
}

/// Whether the post may stand in the thread it names.
pub(super) fn fits(header: &Header, thread: Option<&ThreadPost>) -> bool {
    if header.kind.is_root() {
        return header.thread.is_zero();
    }
    !header.thread.is_zero()
        && thread.is_some_and(|t| t.standing == Standing::Accepted && follows(header.kind, t))
}

fn follows(kind: Kind, meant: &ThreadPost) -> bool {
    match kind {
        Kind::Announcement | Kind::Assignment => false,
        Kind::Reply => meant.kind.is_root(),
        Kind::Correction => meant.by_publisher && is_original(meant.kind),
        Kind::Withdrawal => is_original(meant.kind),
    }
}

/// Not a correction or withdrawal of something else.
const fn is_original(kind: Kind) -> bool {
    matches!(kind, Kind::Announcement | Kind::Assignment | Kind::Reply)
}
