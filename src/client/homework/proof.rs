//! The hub's signed receipts, kept with what was handed in, and checked without asking anybody.
//!
//! Invariant: a receipt is checked against the key that this account pinned when it first met its hub, never against one
//! that came with the receipt.

use kentongan_protocol::ids::{AudienceId, IdentityKey, LetterId, PostId};
use kentongan_protocol::receipt::Receipt;
use serde::{Deserialize, Serialize};

use crate::base64url::B64;
use crate::client::{Client, Error};

/// The `type` of a receipt in a file.
const TYPE: &str = "kentongan-receipt";

/// A receipt as it is written to a file.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct SavedReceipt {
    /// `kentongan-receipt`.
    pub r#type: String,
    /// The hub's address; for people.
    pub hub: String,
    /// The audience.
    pub audience: B64<32>,
    /// The work it was handed in for.
    pub work: B64<32>,
    /// The letter it came in.
    pub letter: B64<32>,
    /// When, by the hub's clock.
    pub received_ms: u64,
    /// `Sign(hub key, "receipt", letter ‖ received_ms)`.
    pub signature: B64<64>,
}

/// What a genuine receipt says, with what this device knows of its letter.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct VerifiedReceipt {
    /// The letter.
    pub letter: LetterId,
    /// When it came in, by the hub's clock.
    pub received_ms: u64,
    /// The class and work that the letter is about, where it was sent from here or opened here.
    pub about: Option<(AudienceId, PostId)>,
    /// Who wrote it, likewise; none for this account.
    pub author: Option<IdentityKey>,
}

impl SavedReceipt {
    /// Reads a file.
    pub fn parse(bytes: &[u8]) -> Result<Self, Error> {
        let parsed: Option<Self> = serde_json::from_slice(bytes).ok();
        parsed
            .filter(|receipt| receipt.r#type == TYPE)
            .ok_or_else(|| Error::cannot("that is no receipt: `kentongan receipt save` writes one"))
    }
}

impl Client {
    /// The receipt of something handed in from here.
    #[must_use]
    pub fn receipt(&self, audience: &AudienceId, letter: &LetterId) -> Option<SavedReceipt> {
        let sent = self.local(audience)?.sent.get(&B64(letter.0))?;
        Some(SavedReceipt {
            r#type: TYPE.to_owned(),
            hub: self.vault.hub.clone(),
            audience: B64(audience.0),
            work: sent.thread,
            letter: B64(letter.0),
            received_ms: sent.received_ms,
            signature: sent.receipt?,
        })
    }

    /// Checks a receipt, offline.
    pub fn verify_receipt(&self, saved: &SavedReceipt) -> Result<VerifiedReceipt, Error> {
        let key = self.vault.hub_key.ok_or_else(|| {
            Error::cannot("this account has not met its hub yet: run `kentongan inbox` first")
        })?;
        let letter = LetterId(saved.letter.0);
        let (received_ms, signature) = (saved.received_ms, saved.signature.0);
        let receipt = Receipt { letter, received_ms, signature };
        receipt.verify(&IdentityKey(key.0)).map_err(|_| {
            Error::distrust(
                "the hub of this account did not sign that receipt: it was changed, or is another hub's",
            )
        })?;
        let (mut about, mut author) = (None, None);
        for (audience, local) in &self.device.audiences {
            if let Some(sent) = local.sent.get(&saved.letter) {
                about = Some((AudienceId(audience.0), PostId(sent.thread.0)));
            } else if let Some(opened) = local.letters.get(&saved.letter) {
                about = Some((AudienceId(audience.0), PostId(opened.thread.0)));
                author = Some(IdentityKey(opened.ik.0));
            }
        }
        Ok(VerifiedReceipt { letter, received_ms, about, author })
    }
}
