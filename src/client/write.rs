//! Sealing and sending posts (protocol section 5).
//!
//! Invariant: a sealed post and its place in the chain are on disk before it is sent, and the same bytes are sent again
//! until the hub has answered; so no crash makes two posts of one place.

use kentongan_protocol::chain::Chain;
use kentongan_protocol::charter::{Charter, Replies};
use kentongan_protocol::ids::{AudienceId, ChainId, PostId};
use kentongan_protocol::membership::WriterProof;
use kentongan_protocol::post::{Draft, Kind, Position, seal};

use super::device::{Own, Pending, Sealed};
use super::payload::{From, PostBody};
use super::{Client, Error, ProblemKind};
use crate::base64url::{B64, Bytes64};

/// The charter may change while a post is sealed; more often than this it does not.
const ROUNDS: usize = 4;

/// A post that the hub took.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Sent {
    /// Its id.
    pub post: PostId,
    /// Whether it waits for approvals.
    pub pending: bool,
}

impl Client {
    /// Seals `content` once and sends it to all of the audience; `thread` as the kind needs it.
    pub async fn send(
        &mut self,
        audience: &AudienceId,
        kind: Kind,
        thread: Option<PostId>,
        content: &PostBody,
    ) -> Result<Sent, Error> {
        self.flush(audience).await?;
        let payload = self.payload(audience, kind, content)?;
        let thread = B64(thread.unwrap_or(PostId::ZERO).0);
        let pending = Pending { kind: kind as u8, thread, payload, sealed: None };
        self.local_mut(audience).own.pending = Some(pending);
        let delivered = self.deliver(audience).await;
        if delivered.is_ok() || self.is_on_its_way(audience) {
            self.forget_uploads(&content.attachments).await?;
        }
        match delivered {
            Ok(sent) => sent.ok_or_else(|| Error::cannot("the post was not sent: try again")),
            Err(_) if self.is_on_its_way(audience) => Err(Error::cannot(
                "the hub did not answer, so the post is kept and goes out with the next command for this audience: do not send it again",
            )),
            Err(error) => Err(error),
        }
    }

    /// What a post says, with its kind, its audience's name and its author's.
    pub(super) fn payload(
        &self,
        audience: &AudienceId,
        kind: Kind,
        content: &PostBody,
    ) -> Result<Bytes64, Error> {
        let mut content = content.clone();
        kind.word().clone_into(&mut content.r#type);
        content.audience = Some(self.keys(audience)?.label.clone());
        content.from = content.from.or_else(|| self.signature());
        let payload = serde_json::to_vec(&content);
        payload.map(Bytes64).map_err(|_| Error::cannot("the post cannot be written"))
    }

    /// Sends what an earlier run could not finish, if anything; what it was then.
    pub async fn flush(&mut self, audience: &AudienceId) -> Result<Option<Sent>, Error> {
        self.flush_scheduled(audience).await?;
        let delivered = self.deliver(audience).await;
        match delivered {
            Err(error @ Error::Hub(_)) if !self.is_on_its_way(audience) => {
                Err(Error::cannot(format_args!(
                    "a post that was still on its way was refused ({error}): it reached nobody, send it again if it is still wanted"
                )))
            }
            delivered => delivered,
        }
    }

    /// Whether a sealed post may have reached the hub, which has not said so.
    pub(super) fn is_on_its_way(&self, audience: &AudienceId) -> bool {
        let own = self.local(audience).map(|local| &local.own);
        own.and_then(|own| own.pending.as_ref()).is_some_and(|pending| pending.sealed.is_some())
    }

    async fn deliver(&mut self, audience: &AudienceId) -> Result<Option<Sent>, Error> {
        let mut superseded = false;
        for _ in 0..ROUNDS {
            let Some(pending) = self.local(audience).and_then(|l| l.own.pending.clone()) else {
                return Ok(None);
            };
            let sealed = match &pending.sealed {
                Some(sealed) if !superseded => sealed.clone(),
                _ => self.seal_pending(audience, &pending).await?,
            };
            let (bytes, proof) = (sealed.bytes.0.into(), sealed.proof.0);
            match self.api.put_post(&audience.0, bytes, &proof).await {
                Ok(taken) if taken.post == sealed.post => {
                    let own = &mut self.local_mut(audience).own;
                    *own = Own { seq: own.seq + 1, prev: Some(sealed.post), pending: None };
                    self.save_device().await?;
                    let pending = taken.state == "pending";
                    return Ok(Some(Sent { post: PostId(sealed.post.0), pending }));
                }
                Ok(_) => return Err(Error::Answer("another post than the one sent")),
                Err(error) if error.is(&ProblemKind::CharterSuperseded) => superseded = true,
                Err(error) if is_verdict(&error) => {
                    self.local_mut(audience).own.pending = None;
                    self.save_device().await?;
                    return Err(error);
                }
                Err(error) => return Err(error),
            }
        }
        Err(Error::cannot("the audience's charter keeps changing: try again in a moment"))
    }

    /// Seals under the newest charter and writes that down. A draft that cannot be sealed is on no way anywhere; one that was
    /// sealed before was promised to its author, and waits as it was for what is in the way now.
    async fn seal_pending(
        &mut self,
        audience: &AudienceId,
        pending: &Pending,
    ) -> Result<Sealed, Error> {
        let sealed = match self.sync(audience).await {
            Ok(chain) => self.seal_under(chain.current(), pending),
            Err(error) => Err(error),
        };
        let kept = match &sealed {
            Ok(sealed) => Some(Pending { sealed: Some(sealed.clone()), ..pending.clone() }),
            Err(error) => Some(pending.clone()).filter(|p| p.sealed.is_some() && may_pass(error)),
        };
        self.local_mut(audience).own.pending = kept;
        self.save_device().await?;
        sealed
    }

    fn seal_under(&self, charter: &Charter, pending: &Pending) -> Result<Sealed, Error> {
        let own = self.local(&charter.audience).map(|local| &local.own);
        let (seq, prev) = own.map_or((0, None), |own| (own.seq, own.prev));
        let position = Position {
            chain: ChainId(self.device.chain.0),
            seq: seq + 1,
            prev: prev.map_or(PostId::ZERO, |prev| PostId(prev.0)),
        };
        self.seal_at(charter, position, pending)
    }

    /// Seals a post for its place in a chain.
    pub(super) fn seal_at(
        &self,
        charter: &Charter,
        position: Position,
        pending: &Pending,
    ) -> Result<Sealed, Error> {
        let kind = Kind::from_u8(pending.kind).map_err(Error::cannot)?;
        if !charter.is_publisher(&self.ik()) && !matches!(kind, Kind::Reply | Kind::Withdrawal) {
            return Err(Error::cannot(
                "only a publisher of this audience writes to all of it: answer one of its posts with `kentongan reply`",
            ));
        }
        let draft = Draft {
            charter,
            position,
            kind,
            thread: PostId(pending.thread.0),
            now_ms: self.now(),
            payload: &pending.payload.0,
        };
        let proof = self.proof(charter)?;
        let sealed = seal(&draft, &self.vault.ik(), &self.vault.hedge_seed(), &mut self.rng());
        let (post, _) = sealed.map_err(Error::cannot)?;
        Ok(Sealed { post: B64(post.id().0), bytes: Bytes64(post.encode()), proof: Bytes64(proof) })
    }

    /// What this account shows when it writes under `charter`: nothing as a publisher, else its membership.
    pub(super) fn proof(&self, charter: &Charter) -> Result<Vec<u8>, Error> {
        if charter.is_publisher(&self.ik()) {
            return Ok(Vec::new());
        }
        let counts = |bytes: &[u8]| {
            WriterProof::parse(bytes).is_ok_and(|proof| proof.check(charter, &self.ik()).is_ok())
        };
        let keys = self.keys(&charter.audience)?;
        let proof = keys.readers.values().map(|reader| &reader.proof.0).find(|bytes| counts(bytes));
        proof.cloned().ok_or_else(|| {
            Error::cannot("this account may not write there: it has not been admitted, or its place was given up")
        })
    }

    /// The name its owner writes under.
    pub(super) fn signature(&self) -> Option<From> {
        self.vault.name.clone().map(|name| From { name })
    }

    /// Refuses to reply where the charter has no replies, before anything is sealed.
    pub fn require_replies(&self, chain: &Chain) -> Result<(), Error> {
        let charter = chain.current();
        let publisher = charter.is_publisher(&self.ik());
        match charter.replies {
            Replies::Everyone => Ok(()),
            Replies::Desk if publisher => Ok(()),
            Replies::Desk => {
                Err(Error::cannot("replies here go to the publishers only: add --private"))
            }
            Replies::None => Err(Error::cannot("this audience takes no replies")),
        }
    }
}

/// Whether what is in the way may be gone at the next try.
pub(super) fn may_pass(error: &Error) -> bool {
    match error {
        Error::Unreachable(_) | Error::Answer(_) => true,
        Error::Hub(_) => !is_verdict(error),
        _ => false,
    }
}

/// Whether the hub judged the post or letter itself; anything else may pass, and the same bytes are sent again.
pub(super) fn is_verdict(error: &Error) -> bool {
    let passes = [
        ProblemKind::Unavailable,
        ProblemKind::RateLimited,
        ProblemKind::Unauthenticated,
        ProblemKind::Other("internal".into()),
    ];
    matches!(error, Error::Hub(problem) if !passes.contains(&problem.kind))
}
