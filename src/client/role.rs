//! A publisher's device makes a member a guardian, or a member again, without new keys (protocol section 4).

use kentongan_protocol::ids::{AccountId, AudienceId};
use kentongan_protocol::membership::{MemberRole, Membership};

use super::rotate::{Cause, evidence};
use super::{Client, Error};

impl Client {
    /// Signs a member another membership for the slot it has; only on evidence that it is one, never by the hub's list.
    pub async fn change_role(
        &mut self,
        audience: &AudienceId,
        account: &AccountId,
        role: MemberRole,
    ) -> Result<(), Error> {
        let chain = self.sync(audience).await?;
        self.require_publisher(chain.current())?;
        let members = self.api.members(&audience.0).await?;
        let row = members.iter().find(|row| row.account.0 == account.0 && row.removed_ms.is_none());
        let row = row.ok_or_else(|| Error::cannot("that account is not a member any more"))?;
        let links = self.api.links(&audience.0).await?;
        if evidence(&chain, Cause::Age, row, &links)? == role {
            return Ok(());
        }
        let before = Membership::parse(&row.membership.0).map_err(Error::distrust)?;
        let issuer = self.vault.ik();
        // A slow clock must not make it look older than the one it replaces.
        let at_ms = self.now().max(before.at_ms + 1);
        let membership = Membership { role, at_ms, issuer: issuer.public(), ..before };
        let signature = membership.sign(&issuer);
        self.api.put_role(&audience.0, &account.0, &membership.encode(), &signature).await
    }
}
