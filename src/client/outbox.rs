//! Letters whose answer never came: the same bytes go out again when their writer says the same again.
//!
//! Invariant: a sealed letter is on disk before it is sent, and gone from there once the hub has judged it; one that goes
//! into a record goes from there to what is kept in the same write.

use kentongan_protocol::ids::{AudienceId, IdentityKey, LetterId, PostId};
use kentongan_protocol::letter::{Draft, Kind};
use kentongan_protocol::primitives::hash;
use kentongan_protocol::receipt::Receipt;

use super::api::LetterTaken;
use super::device::{Keep, SealedLetter, SentLetter};
use super::write::is_verdict;
use super::{Addressee, Client, Error, payload};
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

/// What is kept of a letter once it is taken: of homework and replies everything, of others nothing.
pub(super) fn keep(draft: &Draft<'_>, to: Addressee) -> Result<Option<Box<Keep>>, Error> {
    if !matches!(draft.kind, Kind::Reply | Kind::Submission | Kind::Return | Kind::Assignment) {
        return Ok(None);
    }
    let to = match to {
        Addressee::Desk => None,
        Addressee::Account(account) => Some(B64(account.0)),
    };
    let letter = SentLetter {
        to,
        kind: draft.kind.word().to_owned(),
        thread: B64(draft.thread.0),
        sent_ms: draft.sent_ms,
        received_ms: 0,
        receipt: None,
        content: payload::read(draft.payload)?,
        recorded: false,
    };
    Ok(Some(Box::new(Keep { audience: B64(draft.audience.0), letter })))
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
        let sent = match sent {
            Ok(taken) if taken.letter != letter.letter => {
                Err(Error::Answer("another letter than the one sent"))
            }
            sent => sent,
        };
        let genuine = sent.as_ref().map_or(Ok(()), |taken| self.check_receipt(taken));
        if let (Ok(taken), Some(kept)) = (&sent, letter.keep) {
            let receipt = taken.receipt.filter(|_| genuine.is_ok());
            let kept_letter = SentLetter { received_ms: taken.received_ms, receipt, ..kept.letter };
            self.local_mut(&AudienceId(kept.audience.0)).sent.insert(letter.letter, kept_letter);
        }
        if sent.as_ref().err().is_none_or(is_verdict) {
            self.device.unanswered.retain(|other| other.letter != letter.letter);
            self.save_device().await?;
        }
        let taken = sent?;
        genuine.map(|()| taken)
    }

    fn check_receipt(&self, taken: &LetterTaken) -> Result<(), Error> {
        let (Some(signature), Some(key)) = (taken.receipt, self.vault.hub_key) else {
            return Ok(());
        };
        let (letter, received_ms) = (LetterId(taken.letter.0), taken.received_ms);
        let receipt = Receipt { letter, received_ms, signature: signature.0 };
        receipt.verify(&IdentityKey(key.0)).map_err(|_| {
            Error::distrust(
                "the hub's receipt is not signed with the key it has always had; the work was sent",
            )
        })
    }

    /// Sends again what was said about a work and had no answer, so that its state is known; the letters that the hub has now.
    pub(super) async fn settle(
        &mut self,
        audience: &AudienceId,
        work: &PostId,
    ) -> Result<Vec<LetterId>, Error> {
        let about = |letter: &&SealedLetter| {
            letter.keep.as_ref().is_some_and(|kept| {
                // A reply says nothing about where the work stands.
                kept.audience.0 == audience.0
                    && kept.letter.thread.0 == work.0
                    && kept.letter.kind != Kind::Reply.word()
            })
        };
        let letters: Vec<_> = self.device.unanswered.iter().filter(about).cloned().collect();
        let mut settled = Vec::new();
        for letter in letters {
            match self.dispatch(letter).await {
                Ok(taken) => settled.push(LetterId(taken.letter.0)),
                // It never arrived, and will not be taken any more as it was sealed.
                Err(error) if is_verdict(&error) => {}
                Err(error) => return Err(error),
            }
        }
        Ok(settled)
    }
}
