//! Letters whose answer never came: the same bytes go out again when their writer says the same again.
//!
//! Invariant: a sealed letter is on disk before it is sent, and gone from there once the hub has judged it.

use kentongan_protocol::ids::{AudienceId, IdentityKey, LetterId, PostId};
use kentongan_protocol::letter::Kind;
use kentongan_protocol::primitives::hash;
use kentongan_protocol::receipt::Receipt;

use super::api::LetterTaken;
use super::device::SealedLetter;
use super::write::is_verdict;
use super::{Addressee, Client, Error};
use crate::base64url::B64;

/// Letters without an answer that are remembered; who leaves more unsaid has given the oldest up.
const REMEMBERED: usize = 32;

/// What a letter says and to whom, however it is sealed.
pub(super) fn said(
    audience: &AudienceId,
    to: Addressee,
    kind: Kind,
    thread: Option<PostId>,
    payload: &[u8],
) -> B64<32> {
    let (desk, account) = match to {
        Addressee::Desk => (1, [0; 32]),
        Addressee::Account(account) => (0, account.0),
    };
    let thread = thread.unwrap_or(PostId::ZERO).0;
    let fields = [&audience.0[..], &[desk], &account, &[kind as u8], &thread, payload];
    B64(hash("client letter", &fields.concat()))
}

impl Client {
    /// The letter that said this and has had no answer.
    pub(super) fn unanswered(&self, said: &B64<32>) -> Option<SealedLetter> {
        self.device.unanswered.iter().find(|letter| letter.said == *said).cloned()
    }

    /// Writes a sealed letter down, then sends it.
    pub(super) async fn dispatch(&mut self, letter: SealedLetter) -> Result<LetterTaken, Error> {
        let held = &mut self.device.unanswered;
        if !held.iter().any(|other| other.letter == letter.letter) {
            held.push(letter.clone());
            let given_up = held.len().saturating_sub(REMEMBERED);
            held.drain(..given_up);
            self.save_device().await?;
        }
        let sent = self.api.put_letter(letter.bytes.0.into(), &letter.proof.0).await;
        if sent.as_ref().err().is_none_or(is_verdict) {
            self.device.unanswered.retain(|other| other.letter != letter.letter);
            self.save_device().await?;
        }
        let taken = sent?;
        if taken.letter != letter.letter {
            return Err(Error::Answer("another letter than the one sent"));
        }
        if let (Some(signature), Some(key)) = (taken.receipt, self.vault.hub_key) {
            let (letter, received_ms) = (LetterId(letter.letter.0), taken.received_ms);
            let receipt = Receipt { letter, received_ms, signature: signature.0 };
            receipt.verify(&IdentityKey(key.0)).map_err(|_| {
                Error::distrust("the hub's receipt is not signed with the key it has always had; the work was sent")
            })?;
        }
        Ok(taken)
    }
}
