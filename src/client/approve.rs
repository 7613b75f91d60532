//! Approving another publisher's post (protocol section 6): only after this client has opened it.

use kentongan_protocol::approval::Approval;
use kentongan_protocol::ids::{AudienceId, PostId};

use super::api::Approved;
use super::{Client, Error};

impl Client {
    /// Signs a pending post of somebody else's that was opened here.
    pub async fn approve(
        &mut self,
        audience: &AudienceId,
        post: &PostId,
    ) -> Result<Approved, Error> {
        let view = self.post(audience, post).ok_or_else(|| {
            Error::cannot("that post has not been opened here: read it before approving it")
        })?;
        if view.own {
            return Err(Error::cannot(
                "an author cannot approve their own post: ask another publisher",
            ));
        }
        let approval = Approval::sign(&self.vault.ik(), post).encode();
        self.api.approve(&post.0, approval).await
    }
}
