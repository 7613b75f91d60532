//! The audience of the vectors as its hub and its readers know it: charter revision 1, the three
//! posts of posts.json accepted, the author of the third a member through the open link.
#![allow(dead_code, reason = "each test binary uses its own part of this module")]

use kentongan_protocol::approval::Approval;
use kentongan_protocol::chain::Chain;
use kentongan_protocol::ids::{IdentityKey, PostId};
use kentongan_protocol::keys::ReaderKey;
use kentongan_protocol::link::Link;
use kentongan_protocol::membership::{LinkProof, Membership, WriterProof};
use kentongan_protocol::post::{
    ChainMemory, Header, HubState, Key, Post, Reading, Standing, Thread, ThreadPost,
};
use serde_json::Value;

use crate::support::{NOW_MS, array, bytes, chain_up_to, each, id, text, vectors};

/// What has happened in the audience of the vectors.
pub(crate) struct Sent {
    pub(crate) charters: Chain,
    pub(crate) posts: Vec<Post>,
    pub(crate) approvals: Vec<Vec<Approval>>,
    pub(crate) member: WriterProof,
}

impl Sent {
    pub(crate) fn load() -> Self {
        let posts = vectors("posts.json");
        let approvals = vectors("approvals.json");
        let approval = |name: &str| vec![parse_approval(&approvals[name]["approval"])];
        Self {
            charters: chain_up_to(1),
            posts: each(&posts["posts"]).iter().map(|p| parse_post(&p["post"])).collect(),
            approvals: vec![approval("approval"), approval("second"), Vec::new()],
            member: member_through_the_open_link(),
        }
    }

    /// The post `thread` names, as far as it was accepted.
    pub(crate) fn thread(&self, thread: PostId) -> Option<ThreadPost> {
        let meant = self.posts.iter().find(|p| p.id() == thread)?.header();
        let charter = self.charters.by_hash(&meant.charter).expect("accepted under a charter");
        Some(ThreadPost {
            kind: meant.kind,
            author: meant.ik,
            by_publisher: charter.is_publisher(&meant.ik),
            standing: Standing::Accepted,
        })
    }

    pub(crate) fn member(&self, ik: &IdentityKey) -> Option<&WriterProof> {
        Some(&self.member).filter(|proof| proof.membership.ik == *ik)
    }

    /// What the hub knows when a post with this header comes after the first `known` posts.
    pub(crate) fn hub(&self, header: &Header, known: usize) -> HubState<'_> {
        HubState {
            now_ms: NOW_MS,
            charter: self.charters.current(),
            member: self.member(&header.ik),
            thread: self.thread(header.thread),
            last: self.last(header, known, u64::MAX),
        }
    }

    /// What a reader of `cohort` who opened the first `known` posts knows about the next one.
    pub(crate) fn reading<'a>(
        &'a self,
        header: &Header,
        known: usize,
        approvals: &'a [Approval],
        cohort: usize,
        key: Key<'a>,
    ) -> Reading<'a> {
        let before = self.last(header, known, header.seq);
        Reading {
            charters: &self.charters,
            hosting_consented: false,
            member: self.member(&header.ik),
            memory: ChainMemory { same: None, before, after: None },
            thread: self.thread(header.thread).map_or(Thread::Unavailable, Thread::Known),
            approvals,
            cohort,
            key,
        }
    }

    fn last(&self, header: &Header, known: usize, below: u64) -> Option<(u64, PostId)> {
        let same_chain = |h: &Header| (h.ik, h.chain) == (header.ik, header.chain);
        let earlier = self.posts[..known].iter().filter(|p| same_chain(p.header()));
        earlier.map(|p| (p.header().seq, p.id())).filter(|(seq, _)| *seq < below).max()
    }
}

pub(crate) fn parse_post(value: &Value) -> Post {
    Post::parse(&bytes(value)).expect("a post")
}

pub(crate) fn parse_approval(value: &Value) -> Approval {
    Approval::parse(&bytes(value)).expect("an approval")
}

pub(crate) fn reader_key(value: &Value) -> ReaderKey {
    ReaderKey::from_bytes(&array(value)).expect("a scalar")
}

/// The proof of the member whom `what` in enrolment.json's statements is about.
fn statement(what: &str) -> Value {
    let file = vectors("enrolment.json");
    let found = each(&file["statements"]).iter().find(|s| text(&s["what"]) == what);
    found.expect("a statement").clone()
}

fn member_through_the_open_link() -> WriterProof {
    let link = statement("link");
    let proof = LinkProof {
        link: Link::parse(&bytes(&link["bytes"])).expect("a link"),
        publisher: id(&link["signer"]),
        signature: array(&link["signature"]),
    };
    WriterProof { by_link: Some(proof), ..membership("membership by link") }
}

/// The proof of the member whom a publisher enrolled.
pub(crate) fn member_by_publisher() -> WriterProof {
    membership("membership by publisher")
}

fn membership(what: &str) -> WriterProof {
    let issued = statement(what);
    WriterProof {
        membership: Membership::parse(&bytes(&issued["bytes"])).expect("a membership"),
        signature: array(&issued["signature"]),
        by_link: None,
    }
}
