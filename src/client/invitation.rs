//! Looking at a link before following it: whose audience it is, who can read there, and what the hub will know.
//!
//! Invariant: looking sends nothing about this account, and keeps nothing.

use kentongan_protocol::charter::Charter;
use kentongan_protocol::ids::AudienceId;
use kentongan_protocol::link::LinkKind;

use super::vault::Pin;
use super::{Client, Error, join};
use crate::base64url::B64;

/// What a link leads to, checked from the audience's id to the charter that the link pins.
pub struct Invitation {
    /// The audience.
    pub audience: AudienceId,
    /// Open, or for approval.
    pub kind: LinkKind,
    /// The rules in force.
    pub charter: Charter,
}

impl Client {
    /// Looks at a link.
    pub async fn look(&self, link: &str) -> Result<Invitation, Error> {
        let fragment = join::fragment(link)?;
        let pinned = Pin { revision: fragment.revision, hash: B64(fragment.charter_hash.0) };
        let chain = self.fetch_chain(&fragment.audience, &pinned).await?;
        Ok(Invitation {
            audience: fragment.audience,
            kind: fragment.kind,
            charter: chain.current().clone(),
        })
    }
}
