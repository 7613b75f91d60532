//! Fetching and opening posts, with every reader's check of section 5.
//!
//! Invariant: nothing is kept as opened unless all checks held; what was refused is kept apart, with its bytes, as evidence.

use kentongan_protocol::approval::Approval;
use kentongan_protocol::chain::Chain;
use kentongan_protocol::ids::{AudienceId, PostId};
use kentongan_protocol::membership::WriterProof;
use kentongan_protocol::post::{
    Continuity, Key, Kind, Opened, Post, Reading, Standing, Thread, ThreadPost,
};

use super::api::PostRow;
use super::device::{Evidence, SavedPost, Seen};
use super::enrol::no_secret;
use super::payload;
use super::write::is_verdict;
use super::{Client, Error, ProblemKind};
use crate::base64url::{B64, Bytes64};

/// The state of one whom no publisher has admitted yet.
pub const ASKED: &str = "asked";
/// The state of one to whom nothing new is given any more.
pub const REMOVED: &str = "removed";

/// What fetching an audience's posts brought.
#[derive(Default)]
pub struct Fetched {
    /// Opened for the first time, in the hub's order.
    pub new: Vec<PostId>,
    /// Refused, and why.
    pub refused: Vec<(PostId, String)>,
    /// Posts whose ciphertext for this account is not made yet.
    pub waiting: usize,
    /// Posts under keys that this publisher has not been sent yet.
    pub locked: usize,
    /// `live`, `waiting`, [`REMOVED`] or [`ASKED`]; of publishers always `live`.
    pub state: String,
}

impl Client {
    /// Fetches what is new in an audience, opens it, and tells the hub that it was delivered.
    pub async fn fetch(&mut self, audience: &AudienceId) -> Result<Fetched, Error> {
        let chain = self.sync(audience).await?;
        let publisher = chain.current().is_publisher(&self.ik());
        let mut fetched = Fetched { state: "live".into(), ..Fetched::default() };
        if publisher {
            self.fetch_missing_keys(&chain).await?;
        } else {
            fetched.state = self.take_slots(&chain).await?;
        }
        if matches!(fetched.state.as_str(), ASKED | REMOVED) {
            return Ok(fetched);
        }
        self.flush(audience).await?;
        let mut settled = self.local(audience).map_or(0, |local| local.posts_after);
        let mut after = self.oldest_waiting(audience).unwrap_or(settled).min(settled);
        loop {
            let page = self.api.posts(&audience.0, after).await?;
            for row in page.items {
                let position = row.position;
                self.take_post(&chain, row, publisher, &mut fetched).await?;
                if fetched.waiting + fetched.locked == 0 {
                    settled = settled.max(position);
                }
            }
            match page.next {
                Some(next) if next > after => after = next,
                _ => break,
            }
        }
        self.local_mut(audience).posts_after = settled;
        if !publisher {
            self.report_delivered(audience).await?;
        }
        self.save_device().await?;
        if !publisher {
            self.fetch_own_records(&chain).await?;
        }
        Ok(fetched)
    }

    /// Before the first post in the list that waits: what becomes of it is told in its place, or further on.
    fn oldest_waiting(&self, audience: &AudienceId) -> Option<i64> {
        let posts = self.local(audience)?.posts.values();
        posts.filter(|post| post.pending).map(|post| post.position - 1).min()
    }

    async fn take_post(
        &mut self,
        chain: &Chain,
        row: PostRow,
        publisher: bool,
        fetched: &mut Fetched,
    ) -> Result<(), Error> {
        let audience = chain.audience();
        if let Some(saved) = self.local_mut(&audience).posts.get_mut(&row.post) {
            standing(saved, &row);
            return Ok(());
        }
        let known = self.local(&audience).is_some_and(|l| l.refused.contains_key(&row.post));
        if known || row.state == "lapsed" {
            return Ok(());
        }
        let mut row = row;
        if !publisher && row.slot.is_none() {
            match self.api.slot(&row.post.0).await {
                Ok(slot) => row.slot = Some(B64(slot)),
                Err(error) if error.is(&ProblemKind::SlotNotReady) => {
                    fetched.waiting += 1;
                    return Ok(());
                }
                Err(error) if error.is(&ProblemKind::NotFound) => return Ok(()),
                Err(error) => return Err(error),
            }
        }
        let bytes = self.api.post(&row.post.0).await?;
        let id = PostId(row.post.0);
        match self.open_post(chain, &row, &bytes) {
            Ok(mut saved) => {
                let unapproved = saved.pending;
                standing(&mut saved, &row);
                saved.pending |= unapproved;
                self.local_mut(&audience).posts.insert(row.post, saved);
                fetched.new.push(id);
            }
            // Refusing it would shut it for good, and its key may come with the next letter.
            Err(Error::Cannot(_)) => fetched.locked += 1,
            Err(error) => {
                let evidence =
                    Evidence { reason: error.to_string(), bytes: Bytes64(bytes.to_vec()) };
                fetched.refused.push((id, evidence.reason.clone()));
                self.local_mut(&audience).refused.insert(row.post, evidence);
            }
        }
        Ok(())
    }

    /// Makes every check and opens; remembers the post's place in its chain.
    fn open_post(
        &mut self,
        chain: &Chain,
        row: &PostRow,
        bytes: &[u8],
    ) -> Result<SavedPost, Error> {
        let post = Post::parse(bytes).map_err(Error::distrust)?;
        if post.id().0 != row.post.0 {
            return Err(Error::distrust("the hub served another post than the one it listed"));
        }
        let header = *post.header();
        let opened = self.open_with_any_key(chain, row, &post)?;
        let content = payload::read(&opened.payload)?;
        let charter =
            chain.by_hash(&header.charter).ok_or_else(|| Error::distrust("unknown charter"))?;
        let seen = Seen { post: row.post, prev: B64(header.prev.0) };
        let author = kentongan_protocol::ids::AccountId::of(&header.ik);
        let local = self.local_mut(&chain.audience());
        local.remember(&header.ik, &header.chain.0, header.seq, seen);
        if let Some(from) = &content.from {
            local.note_name(author.0, &from.name);
        }
        Ok(SavedPost {
            position: row.position,
            kind: header.kind.word().to_owned(),
            thread: B64(header.thread.0),
            ik: B64(header.ik.0),
            by_publisher: charter.is_publisher(&header.ik),
            sent_ms: header.sent_ms,
            pending: opened.notices.approvals_missing > 0,
            release_ms: None,
            lapsed: None,
            earlier_rules: opened.notices.earlier_rules,
            gap: match opened.notices.continuity {
                Continuity::Gap { missing } => missing,
                Continuity::First | Continuity::Follows => 0,
            },
            thread_unavailable: opened.notices.thread_unavailable,
            content,
            acknowledged: false,
            delivered: false,
        })
    }

    /// Opens with the key of any cohort of the named charter that this account has; [`Error::Cannot`] where a publisher
    /// is still to be sent one.
    fn open_with_any_key(
        &self,
        chain: &Chain,
        row: &PostRow,
        post: &Post,
    ) -> Result<Opened, Error> {
        let header = post.header();
        let audience = chain.audience();
        let (keys, me) = (self.keys(&audience)?, self.ik());
        let local = self.local(&audience);
        let member = row.proof.as_ref().map(|proof| WriterProof::parse(&proof.0)).transpose();
        let member = member.map_err(Error::distrust)?;
        let approvals =
            row.approvals.iter().map(|a| Approval::parse(&a.0)).collect::<Result<Vec<_>, _>>();
        let approvals = approvals.map_err(Error::distrust)?;
        let memory = local.map(|local| local.memory(&header.ik, &header.chain.0, header.seq));
        let thread = self.thread(&audience, &header.thread);
        let charter = chain.by_hash(&header.charter).ok_or_else(|| {
            Error::distrust("the post names a charter that is not in the audience's history")
        })?;
        let publisher = chain.current().is_publisher(&me);
        let to_come = |s| chain.current().cohort_index(s).is_some();
        let mut refusal = if publisher && charter.cohorts.iter().any(to_come) {
            no_secret()
        } else {
            Error::distrust("this account has no key for the post: it was not among its readers")
        };
        for (cohort, s) in charter.cohorts.iter().enumerate() {
            let Some(delivered) = post.delivered(cohort) else { continue };
            let (d, secret);
            let key = if publisher {
                let Some(held) = keys.cohort(s) else { continue };
                secret = held;
                Key::Publisher(&secret)
            } else {
                let (Some(reader), Some(slot)) = (keys.readers.get(&B64(*s.as_bytes())), &row.slot)
                else {
                    continue;
                };
                d = reader.key().map_err(Error::distrust)?;
                Key::Member { slot: &slot.0, d: &d }
            };
            let reading = Reading {
                charters: chain,
                hosting_consented: keys.hosting_consented,
                member: member.as_ref(),
                memory: memory.unwrap_or_default(),
                thread,
                approvals: &approvals,
                cohort,
                key,
            };
            match reading.open(&delivered) {
                Ok(opened) => return Ok(opened),
                Err(error) => refusal = Error::distrust(error),
            }
        }
        Err(refusal)
    }

    fn thread(&self, audience: &AudienceId, thread: &PostId) -> Thread {
        let saved = self.local(audience).and_then(|local| local.posts.get(&B64(thread.0)));
        let known = saved.and_then(|saved| {
            Some(ThreadPost {
                kind: kind_of(&saved.kind)?,
                author: saved.ik.0.into(),
                by_publisher: saved.by_publisher,
                standing: if saved.pending { Standing::Pending } else { Standing::Accepted },
            })
        });
        known.map_or(Thread::Unavailable, Thread::Known)
    }

    async fn report_delivered(&mut self, audience: &AudienceId) -> Result<(), Error> {
        let me = B64(self.ik().0);
        let due =
            |(id, post): (&B64<32>, &SavedPost)| (!post.delivered && post.ik != me).then_some(*id);
        let due: Vec<_> =
            self.local(audience).into_iter().flat_map(|l| l.posts.iter().filter_map(due)).collect();
        for post in due {
            match self.api.receipt(&post.0, "delivered").await {
                // The hub keeps no receipts of a post it no longer has for this account.
                Err(error) if !is_verdict(&error) => return Err(error),
                _ => {}
            }
            if let Some(saved) = self.local_mut(audience).posts.get_mut(&post) {
                saved.delivered = true;
            }
        }
        Ok(())
    }

    /// Tells the publishers that its owner has understood a post.
    pub async fn acknowledge(&mut self, audience: &AudienceId, post: &PostId) -> Result<(), Error> {
        self.api.receipt(&post.0, "acknowledged").await?;
        if let Some(saved) = self.local_mut(audience).posts.get_mut(&B64(post.0)) {
            saved.acknowledged = true;
        }
        self.save_device().await
    }
}

/// Notes what the hub says of how a post stands; only publishers are told of any that do not count.
fn standing(saved: &mut SavedPost, row: &PostRow) {
    let scheduled = row.state == "scheduled";
    saved.position = row.position;
    saved.pending = scheduled || row.state == "pending";
    saved.release_ms = row.release_ms.filter(|_| scheduled);
    let reason = || row.lapse_reason.clone().unwrap_or_else(|| "charter-changed".into());
    saved.lapsed = (row.state == "lapsed").then(reason);
}

/// The kind of this word.
pub(super) fn kind_of(word: &str) -> Option<Kind> {
    let kinds =
        [Kind::Announcement, Kind::Assignment, Kind::Reply, Kind::Correction, Kind::Withdrawal];
    kinds.into_iter().find(|kind| kind.word() == word)
}
