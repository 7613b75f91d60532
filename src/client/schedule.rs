//! Posts that the hub holds until their time: sealed now, each in a chain of its own (`docs/api.md`).
//!
//! Invariant: like any other, a sealed post is on disk before it is sent, and the same bytes go again until the hub has
//! answered.

use kentongan_protocol::ids::{AudienceId, ChainId, PostId};
use kentongan_protocol::post::{Kind, Position};
use rand_core::Rng as _;

use super::device::{Pending, Sealed, Waiting};
use super::payload::PostBody;
use super::write::{is_verdict, may_pass};
use super::{Client, Error, ProblemKind};
use crate::base64url::B64;

/// The charter may change while a post is sealed; more often than this it does not.
const ROUNDS: usize = 4;

impl Client {
    /// Seals `content` now and has the hub hold it until `release_ms`; it lapses if the audience's keys change before.
    pub async fn schedule(
        &mut self,
        audience: &AudienceId,
        kind: Kind,
        content: &PostBody,
        release_ms: u64,
    ) -> Result<PostId, Error> {
        self.flush_scheduled(audience).await?;
        let payload = self.payload(audience, kind, content)?;
        let mut chain = [0; 16];
        self.rng().fill_bytes(&mut chain);
        let post = Pending { kind: kind as u8, thread: B64([0; 32]), payload, sealed: None };
        let waiting = Waiting { chain: B64(chain), release_ms, post };
        self.local_mut(audience).scheduled.push(waiting);
        match self.send_scheduled(audience, chain).await {
            Err(error) if self.is_sealed(audience, chain) => Err(Error::cannot(format_args!(
                "the hub did not answer ({error}), so the post is kept and goes to it with the next command for this audience: do not send it again"
            ))),
            answer => answer,
        }
    }

    /// Takes a post back that waits for its time.
    pub async fn take_back(&mut self, post: &PostId) -> Result<(), Error> {
        self.api.take_back(&post.0).await
    }

    /// Sends scheduled posts to which an earlier run had no answer.
    pub(super) async fn flush_scheduled(&mut self, audience: &AudienceId) -> Result<(), Error> {
        let unsent = self.local(audience).map(|local| local.scheduled.as_slice());
        let unsent: Vec<_> = unsent.into_iter().flatten().map(|waiting| waiting.chain.0).collect();
        for chain in unsent {
            match self.send_scheduled(audience, chain).await {
                Err(error) if !self.is_sealed(audience, chain) => {
                    return Err(Error::cannot(format_args!(
                        "a scheduled post that was still on its way was refused ({error}): it will reach nobody, send it again if it is still wanted"
                    )));
                }
                answer => answer.map(drop)?,
            }
        }
        Ok(())
    }

    fn waiting(&self, audience: &AudienceId, chain: [u8; 16]) -> Option<&Waiting> {
        self.local(audience)?.scheduled.iter().find(|waiting| waiting.chain.0 == chain)
    }

    fn is_sealed(&self, audience: &AudienceId, chain: [u8; 16]) -> bool {
        self.waiting(audience, chain).is_some_and(|waiting| waiting.post.sealed.is_some())
    }

    /// Sends the post of this chain, sealed again where the charter changed; forgets it once the hub has answered.
    async fn send_scheduled(
        &mut self,
        audience: &AudienceId,
        chain: [u8; 16],
    ) -> Result<PostId, Error> {
        let mut superseded = false;
        for _ in 0..ROUNDS {
            let Some(waiting) = self.waiting(audience, chain).cloned() else { break };
            let sealed = match &waiting.post.sealed {
                Some(sealed) if !superseded => sealed.clone(),
                _ => self.seal_scheduled(audience, &waiting).await?,
            };
            let (bytes, at) = (sealed.bytes.0.into(), waiting.release_ms);
            match self.api.put_post_at(&audience.0, bytes, at).await {
                Ok(taken) if taken.post == sealed.post => {
                    self.settle_scheduled(audience, chain).await?;
                    return Ok(PostId(sealed.post.0));
                }
                Ok(_) => return Err(Error::Answer("another post than the one sent")),
                Err(error) if error.is(&ProblemKind::CharterSuperseded) => superseded = true,
                Err(error) if is_verdict(&error) => {
                    self.settle_scheduled(audience, chain).await?;
                    return Err(error);
                }
                Err(error) => return Err(error),
            }
        }
        Err(Error::cannot("the audience's charter keeps changing: try again in a moment"))
    }

    async fn seal_scheduled(
        &mut self,
        audience: &AudienceId,
        waiting: &Waiting,
    ) -> Result<Sealed, Error> {
        let position = Position { chain: ChainId(waiting.chain.0), seq: 1, prev: PostId::ZERO };
        let sealed = match self.sync(audience).await {
            Ok(charters) => self.seal_at(charters.current(), position, &waiting.post),
            Err(error) => Err(error),
        };
        match sealed {
            Ok(sealed) => {
                self.keep_sealed(audience, waiting.chain.0, sealed.clone());
                self.save_device().await?;
                Ok(sealed)
            }
            Err(error) => {
                // One that was sealed before was promised: it waits, as it was, for what is in the way now.
                if waiting.post.sealed.is_none() || !may_pass(&error) {
                    self.settle_scheduled(audience, waiting.chain.0).await?;
                }
                Err(error)
            }
        }
    }

    fn keep_sealed(&mut self, audience: &AudienceId, chain: [u8; 16], sealed: Sealed) {
        let scheduled = &mut self.local_mut(audience).scheduled;
        if let Some(waiting) = scheduled.iter_mut().find(|waiting| waiting.chain.0 == chain) {
            waiting.post.sealed = Some(sealed);
        }
    }

    async fn settle_scheduled(
        &mut self,
        audience: &AudienceId,
        chain: [u8; 16],
    ) -> Result<(), Error> {
        self.local_mut(audience).scheduled.retain(|waiting| waiting.chain.0 != chain);
        self.save_device().await
    }
}
