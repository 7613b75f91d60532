//! Taking in a post: every check of section 5, then one short write.
//!
//! The checks are the protocol crate's one pure function. They run before the write, on what was read then; the write
//! transaction locks the audience, reads the same again and asks once more only where something had changed.

use kentongan_protocol::charter::Charter;
use kentongan_protocol::ids::{AudienceId, IdentityKey, PostId};
use kentongan_protocol::membership::WriterProof;
use kentongan_protocol::post::{Accepted, Header, HubState, Kind, Post, Refused, ThreadPost};

use super::{
    ACCEPTED, NO_AUDIENCE, PENDING, SCHEDULED, id, next_position, push_fan_out, rows, schedule,
    tell_staff, thread_post, unreadable,
};
use crate::accounts::Caller;
use crate::audiences::{self, Standing};
use crate::hub::Hub;
use crate::notifications::live;
use crate::problem::Problem;
use crate::store::posts::NewPost;
use crate::store::{self, Tx, fan_out as packs};
use crate::threads;

const HOUR_MS: i64 = 3_600_000;

const REFUSED: Problem = Problem::Refused(
    "the hub does not accept this post: bring the audience and your chain up to date, then seal it again",
);

/// A post that the hub holds now.
pub struct Stored {
    /// Its id.
    pub post: PostId,
    /// Its place in the audience's list.
    pub position: i64,
    /// `accepted`, `pending`, `scheduled` or `lapsed`.
    pub state: String,
    /// False where it was held before.
    pub new: bool,
}

/// Stores the caller's post if every check of section 5 holds; `membership` is what came beside it. With `release_ms` it
/// waits until then.
pub async fn accept(
    hub: &Hub,
    caller: &Caller,
    audience: &AudienceId,
    bytes: &[u8],
    membership: Option<&[u8]>,
    release_ms: Option<i64>,
) -> Result<Stored, Problem> {
    let arrival = Arrival { release_ms, ..Arrival::parse(audience, bytes, membership)? };
    let mut tx = hub.db.read().await?;
    if let Some(stored) = arrival.known(&mut tx, caller).await? {
        return Ok(stored);
    }
    let charter = audiences::current_charter(&mut tx, audience).await?.ok_or(NO_AUDIENCE)?;
    let footing = arrival.footing(&mut tx, caller).await?;
    drop(tx);
    let accepted = arrival.judge(&charter, &footing, caller, hub.now_ms())?;

    let mut tx = hub.db.write().await?;
    let position = next_position(&mut tx, audience).await?;
    if let Some(stored) = arrival.known(&mut tx, caller).await? {
        return Ok(stored);
    }
    let now_stands = arrival.footing(&mut tx, caller).await?;
    let (charter, accepted) = if now_stands == footing {
        (charter, accepted)
    } else {
        let charter = audiences::current_charter(&mut tx, audience).await?.ok_or(NO_AUDIENCE)?;
        let accepted = arrival.judge(&charter, &now_stands, caller, hub.now_ms())?;
        (charter, accepted)
    };
    arrival.store(&mut tx, hub, caller, &charter, &accepted, position).await?;
    tx.commit().await?;
    let state = arrival.state(&accepted).to_owned();
    Ok(Stored { post: accepted.id, position, state, new: true })
}

/// A post at the door.
struct Arrival<'a> {
    audience: &'a AudienceId,
    id: PostId,
    post: Post,
    bytes: &'a [u8],
    proof: Option<(&'a [u8], WriterProof)>,
    release_ms: Option<i64>,
}

/// What the checks depend on beside the post itself.
#[derive(PartialEq, Eq)]
struct Footing {
    charter: Vec<u8>,
    standing: Standing,
    thread: Option<ThreadPost>,
    last: Option<(u64, PostId)>,
}

impl<'a> Arrival<'a> {
    fn parse(
        audience: &'a AudienceId,
        bytes: &'a [u8],
        membership: Option<&'a [u8]>,
    ) -> Result<Self, Problem> {
        let post = Post::parse(bytes).map_err(|error| refused(&error))?;
        let proof = match membership {
            None => None,
            Some(shown) => {
                Some((shown, WriterProof::parse(shown).map_err(|error| refused(&error))?))
            }
        };
        Ok(Self { audience, id: post.id(), post, bytes, proof, release_ms: None })
    }

    /// The answer of the first time, for an author who repeats itself.
    async fn known(&self, tx: &mut Tx, caller: &Caller) -> Result<Option<Stored>, Problem> {
        let row = rows::post(tx, self.id.as_ref()).await?;
        let own = row
            .filter(|row| row.audience == self.audience.as_ref() && row.ik == caller.ik.as_ref());
        Ok(own.map(|row| Stored {
            post: self.id,
            position: row.position,
            state: row.state,
            new: false,
        }))
    }

    async fn footing(&self, tx: &mut Tx, caller: &Caller) -> Result<Footing, Problem> {
        let header = self.post.header();
        let audience = store::audiences::audience(tx, self.audience.as_ref()).await?;
        Ok(Footing {
            charter: audience.ok_or(NO_AUDIENCE)?.charter_hash,
            standing: audiences::standing(tx, self.audience, &caller.account).await?,
            thread: self.thread(tx, header).await?,
            last: self.last(tx, header).await?,
        })
    }

    /// The post that this one names, if this audience has it.
    async fn thread(&self, tx: &mut Tx, header: &Header) -> Result<Option<ThreadPost>, Problem> {
        if header.thread.is_zero() {
            return Ok(None);
        }
        let row = rows::post(tx, header.thread.as_ref()).await?;
        row.filter(|row| row.audience == self.audience.as_ref())
            .as_ref()
            .map(thread_post)
            .transpose()
    }

    async fn last(&self, tx: &mut Tx, header: &Header) -> Result<Option<(u64, PostId)>, Problem> {
        let audience = self.audience.as_ref();
        let row = rows::last_of_chain(tx, audience, header.ik.as_ref(), &header.chain.0).await?;
        row.map(|(seq, post)| {
            let seq = u64::try_from(seq).map_err(|_| unreadable("number"))?;
            Ok((seq, PostId(id(&post)?)))
        })
        .transpose()
    }

    /// Who may, then section 5.
    fn judge(
        &self,
        charter: &Charter,
        footing: &Footing,
        caller: &Caller,
        now_ms: i64,
    ) -> Result<Accepted, Problem> {
        let may_write =
            footing.standing.publishes() || matches!(footing.standing, Standing::Member { .. });
        if !may_write {
            return Err(Problem::NotAllowed(
                "only publishers and members of this audience may write here",
            ));
        }
        if self.post.header().ik != caller.ik {
            return Err(refused(&Refused::Author));
        }
        let is_member = matches!(footing.standing, Standing::Member { .. });
        let state = HubState {
            now_ms: now_ms.unsigned_abs(),
            charter,
            member: self.proof.as_ref().map(|(_, proof)| proof).filter(|_| is_member),
            thread: footing.thread,
            last: footing.last,
        };
        let accepted = self.post.accept(&state).map_err(|error| match error {
            Refused::CharterSuperseded | Refused::CharterExpired => Problem::CharterSuperseded,
            error => refused(&error),
        })?;
        match self.release_ms {
            None => Ok(accepted),
            Some(at) => {
                schedule::may_wait(self.post.header(), charter, at, now_ms).map(|()| accepted)
            }
        }
    }

    fn state(&self, accepted: &Accepted) -> &'static str {
        match (self.release_ms, accepted.approvals) {
            (Some(_), _) => SCHEDULED,
            (None, 0) => ACCEPTED,
            (None, _) => PENDING,
        }
    }

    /// The post, its cohorts, its jobs and the event that tells of it.
    async fn store(
        &self,
        tx: &mut Tx,
        hub: &Hub,
        caller: &Caller,
        charter: &Charter,
        accepted: &Accepted,
        position: i64,
    ) -> Result<(), Problem> {
        let header = self.post.header();
        let now = hub.now_ms();
        let publisher = charter.is_publisher(&header.ik);
        if !publisher {
            if header.kind == Kind::Reply {
                threads::may_reply(tx, self.audience, &header.thread, &header.ik, now).await?;
            }
            self.limit_rate(tx, hub, charter.cohorts.len(), now).await?;
        }
        let stored = |number: u64| i64::try_from(number).map_err(|_| unreadable("number"));
        let row = NewPost {
            post: self.id.as_ref(),
            audience: self.audience.as_ref(),
            position,
            revision: stored(charter.revision)?,
            ik: header.ik.as_ref(),
            account: caller.account.as_ref(),
            chain: &header.chain.0,
            seq: stored(header.seq)?,
            kind: header.kind as i64,
            thread: header.thread.as_ref(),
            publisher,
            sent_ms: stored(header.sent_ms)?,
            accepted_ms: now,
            state: self.state(accepted),
            release_ms: self.release_ms,
            bytes: self.bytes,
            writer_proof: self.proof.as_ref().map(|(bytes, _)| *bytes).filter(|_| !publisher),
        };
        rows::insert(tx, &row).await?;
        let keys: Vec<_> = charter.cohorts.iter().map(|s| *s.as_bytes()).collect();
        packs::insert(tx, self.id.as_ref(), self.audience.as_ref(), &keys).await?;
        // One that waits for its time is found when that has come.
        if self.release_ms.is_none() && accepted.approvals == 0 {
            let cohorts = i64::try_from(keys.len()).map_err(|_| unreadable("charter"))?;
            push_fan_out(tx, hub, &self.id, cohorts).await?;
        }
        tell_staff(tx, self.audience, &self.id, live::Kind::Post, now).await
    }

    /// A member's posts of one kind in an hour; each costs the hub one multiplication per member (section 5).
    async fn limit_rate(
        &self,
        tx: &mut Tx,
        hub: &Hub,
        cohorts: usize,
        now: i64,
    ) -> Result<(), Problem> {
        let Header { ik, kind, .. } = self.post.header();
        let ik: &IdentityKey = ik;
        let cohorts = i64::try_from(cohorts).unwrap_or(i64::MAX).max(1);
        let most = (i64::from(hub.config.limits.replies_per_hour) / cohorts).max(1);
        let kind: Kind = *kind;
        let since = now - HOUR_MS;
        let audience = self.audience.as_ref();
        let nth = rows::nth_newest_of_member(tx, audience, ik.as_ref(), kind as i64, since, most);
        match nth.await? {
            None => Ok(()),
            Some(written_ms) => {
                let wait_ms = (written_ms + HOUR_MS - now).max(0).unsigned_abs();
                Err(Problem::RateLimited(wait_ms.div_ceil(1000)))
            }
        }
    }
}

/// One answer for the network; the log says which check failed.
fn refused(reason: &dyn std::fmt::Display) -> Problem {
    tracing::info!(%reason, "a post was refused");
    REFUSED
}
