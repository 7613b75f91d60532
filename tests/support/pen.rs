//! What people write in a class, and how its members open it.
//!
//! Invariant: a pen counts on only when the hub has taken what it wrote.

use kentongan::base64url::{decode_array, encode};
use kentongan_protocol::chain::Chain;
use kentongan_protocol::ids::{ChainId, PostId};
use kentongan_protocol::keys::ReaderKey;
use kentongan_protocol::membership::WriterProof;
use kentongan_protocol::post::{
    ChainMemory, Draft, Key, Kind, MessageSecret, Position, Post, ReadRefused, Reading, Thread,
    ThreadPost, seal,
};
use reqwest::Method;
use serde_json::json;

use crate::class::Class;
use crate::hub::{Actor, Answer, NOW, octets, rng};

/// Somebody's client: a chain of posts in one class.
pub(crate) struct Pen<'a> {
    /// Whose.
    pub(crate) author: &'a Actor,
    /// What a member shows.
    pub(crate) proof: Option<WriterProof>,
    /// Where the chain is.
    pub(crate) position: Position,
}

impl<'a> Pen<'a> {
    /// A publisher's client; the same name gives the same chain.
    pub(crate) fn of(author: &'a Actor) -> Self {
        let chain = ChainId(std::array::from_fn(|i| author.ik().0[i]));
        Self { author, proof: None, position: Position { chain, seq: 1, prev: PostId::ZERO } }
    }

    /// A member's client.
    pub(crate) fn with(author: &'a Actor, proof: &WriterProof) -> Self {
        Self { proof: Some(*proof), ..Self::of(author) }
    }

    /// Seals a post at the hub's first moment, without sending it.
    pub(crate) fn seal(&self, class: &Class, kind: Kind, thread: PostId, text: &str) -> Post {
        self.seal_with_secret(class, kind, thread, text).0
    }

    /// The same, with the secret that opens it.
    pub(crate) fn seal_with_secret(
        &self,
        class: &Class,
        kind: Kind,
        thread: PostId,
        text: &str,
    ) -> (Post, MessageSecret) {
        let payload = json!({ "type": kind.word(), "text": text }).to_string();
        let draft = Draft {
            charter: class.charter(),
            position: self.position,
            kind,
            thread,
            now_ms: NOW,
            payload: payload.as_bytes(),
        };
        let mut rng = rng(&format!("{} {text} {}", self.author.name, self.position.seq));
        seal(&draft, &self.author.keys.ik, &self.author.vault_seed, &mut rng).expect("a post")
    }

    /// Sends a post and counts on if the hub stores it.
    pub(crate) async fn send(&mut self, class: &Class, post: &Post) -> Answer {
        let answer = self.send_bytes(class, post.encode()).await;
        if answer.status == 201 {
            self.position.seq += 1;
            self.position.prev = post.id();
        }
        answer
    }

    /// Sends any bytes as a post.
    pub(crate) async fn send_bytes(&self, class: &Class, bytes: Vec<u8>) -> Answer {
        let mut request = self.author.request(Method::POST, &class.path("/posts"));
        if let Some(proof) = &self.proof {
            request = request.header("kentongan-membership", encode(proof.encode()));
        }
        Answer::to(octets(request, bytes)).await
    }

    /// Writes a post that the hub must take.
    pub(crate) async fn write(
        &mut self,
        class: &Class,
        kind: Kind,
        thread: PostId,
        text: &str,
    ) -> Post {
        let post = self.seal(class, kind, thread, text);
        self.send(class, &post).await.expect(201);
        post
    }

    /// Announces something.
    pub(crate) async fn announce(&mut self, class: &Class, text: &str) -> Post {
        self.write(class, Kind::Announcement, PostId::ZERO, text).await
    }
}

/// A path about a post: `/v1/posts/{p}` and `rest`.
pub(crate) fn path(post: &Post, rest: &str) -> String {
    format!("/v1/posts/{}{rest}", encode(post.id()))
}

/// A member's own slot of a post, once it is there.
pub(crate) async fn slot(member: &Actor, post: &Post) -> [u8; 32] {
    let answer = member.get(&path(post, "/slot")).await.expect(200);
    answer.body.try_into().expect("32 bytes")
}

/// Opens a post as a member would who has read nothing else: the text in it.
pub(crate) fn open(
    class: &Class,
    post: &Post,
    cohort: usize,
    slot: &[u8; 32],
    d: &ReaderKey,
) -> Result<String, ReadRefused> {
    open_in(class, post, Thread::Unavailable, None, cohort, slot, d)
}

/// Opens a member's reply in a thread its reader has.
pub(crate) fn open_reply(
    class: &Class,
    post: &Post,
    root: ThreadPost,
    proof: &WriterProof,
    slot: &[u8; 32],
    d: &ReaderKey,
) -> Result<String, ReadRefused> {
    open_in(class, post, Thread::Known(root), Some(proof), 0, slot, d)
}

fn open_in(
    class: &Class,
    post: &Post,
    thread: Thread,
    member: Option<&WriterProof>,
    cohort: usize,
    slot: &[u8; 32],
    d: &ReaderKey,
) -> Result<String, ReadRefused> {
    let mut charters = class.charters.iter();
    let first = charters.next().expect("a first charter").clone();
    let mut chain = Chain::begin(class.genesis.clone(), first).expect("a chain");
    for next in charters {
        chain.append(next).expect("the next revision");
    }
    let reading = Reading {
        charters: &chain,
        hosting_consented: false,
        member,
        memory: ChainMemory::default(),
        thread,
        approvals: &[],
        cohort,
        key: Key::Member { slot, d },
    };
    let opened = reading.open(&post.delivered(cohort).expect("a wrap"))?;
    let payload: serde_json::Value = serde_json::from_slice(&opened.payload).expect("JSON");
    Ok(payload["text"].as_str().expect("a text").to_owned())
}

/// The 32 bytes of a field of a list's item.
pub(crate) fn bytes32(value: &serde_json::Value) -> Option<[u8; 32]> {
    decode_array(value.as_str()?)
}
