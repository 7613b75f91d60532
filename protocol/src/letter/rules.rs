//! Who may send which letter to whom: the rules hub and recipients share (section 7).

use super::{Header, Kind};
use crate::charter::{Charter, Replies};
use crate::ids::IdentityKey;
use crate::membership::WriterProof;

/// Whose key `to` is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Addressee {
    /// The audience's.
    Desk,
    /// An account's `xk`.
    Account {
        /// The account's identity key; whether it is a publisher, the charter says.
        ik: IdentityKey,
        /// Whether it is a member.
        member: bool,
    },
}

/// Whether `header.ik` may send this letter to `to` under `charter`.
pub(super) fn may_send(
    header: &Header,
    charter: &Charter,
    to: Addressee,
    proof: Option<&WriterProof>,
) -> bool {
    let by_publisher = || charter.is_publisher(&header.ik);
    let by_member = || proof.is_some_and(|p| p.check(charter, &header.ik).is_ok());
    match (header.kind, to) {
        (Kind::Reply, Addressee::Desk) => charter.replies != Replies::None && by_member(),
        (Kind::Submission | Kind::Profile, Addressee::Desk) => by_member(),
        (Kind::Join, Addressee::Desk) => true,
        (Kind::Reply | Kind::Return | Kind::Assignment, Addressee::Account { member, .. }) => {
            member && by_publisher()
        }
        (Kind::Secrets, Addressee::Account { ik, .. }) => {
            charter.is_publisher(&ik) && by_publisher()
        }
        _ => false,
    }
}
