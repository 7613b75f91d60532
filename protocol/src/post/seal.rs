//! Sealing a post: once, on the author's device, for however many cohorts (section 5).

use chacha20poly1305::aead::{Aead, Payload};
use curve25519_dalek::{RistrettoPoint, scalar::Scalar};
use rand_core::CryptoRng;
use zeroize::{Zeroize, Zeroizing};

use super::capsule::{MessageSecret, challenge, mask};
use super::{Header, Kind, Post, Tbs, body_len, wraps_hash};
use crate::charter::Charter;
use crate::ids::{ChainId, PostId};
use crate::pad::{TooLong, pad};
use crate::payload::is_typed;
use crate::primitives::{IdentitySecret, Seed, hash_to_scalar, sha256};

/// Where in its client's chain a post stands.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Position {
    /// The installed client.
    pub chain: ChainId,
    /// The number of the post, from 1.
    pub seq: u64,
    /// The post before it; zero for the first.
    pub prev: PostId,
}

/// A post before it is sealed.
#[derive(Clone, Copy)]
pub struct Draft<'a> {
    /// The newest charter.
    pub charter: &'a Charter,
    /// Where in the author's chain it goes.
    pub position: Position,
    /// What it is.
    pub kind: Kind,
    /// Zero for announcements and assignments; the thread's root for replies; else the post meant.
    pub thread: PostId,
    /// The author's clock; a charter that begins later is waited for in `sent_ms`.
    pub now_ms: u64,
    /// UTF-8 JSON whose `type` is the kind's word.
    pub payload: &'a [u8],
}

/// Why a draft cannot be sealed.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum SealRefused {
    /// The payload is not JSON, or says to be of another kind.
    Payload,
    /// The payload is longer than [`MAX_PAYLOAD`](crate::pad::MAX_PAYLOAD).
    TooLong,
    /// Nobody writes under an expired charter.
    CharterExpired,
}

impl core::fmt::Display for SealRefused {
    fn fmt(&self, f: &mut core::fmt::Formatter<'_>) -> core::fmt::Result {
        match self {
            Self::Payload => f.write_str("the content is not of the kind it is sent as"),
            Self::TooLong => TooLong.fmt(f),
            Self::CharterExpired => f.write_str("the audience's charter has expired"),
        }
    }
}

impl core::error::Error for SealRefused {}

impl From<TooLong> for SealRefused {
    fn from(_: TooLong) -> Self {
        Self::TooLong
    }
}

/// Seals a draft in the author's name.
///
/// `hedge` is the account's seed that keeps `m` secret where `rng` is weak. The message secret comes
/// back too, for permalinks; it opens this post to whoever has it.
///
/// Thread and position are the draft's, and not judged here: only hub and readers know what they have to fit, and a
/// post with wrong ones is refused by both.
pub fn seal(
    draft: &Draft<'_>,
    author: &IdentitySecret,
    hedge: &Seed,
    rng: &mut impl CryptoRng,
) -> Result<(Post, MessageSecret), SealRefused> {
    if !is_typed(draft.payload, draft.kind.word()) {
        return Err(SealRefused::Payload);
    }
    let padded = pad(draft.payload)?;
    let header = header_of(draft, author)?;
    let h0 = header.hash();
    let (m, e) = message_secret(draft.payload, &h0, hedge, rng);
    let capsule = RistrettoPoint::mul_base(&e).compress().to_bytes();
    let wraps: Vec<_> = draft
        .charter
        .cohorts
        .iter()
        .map(|s| {
            let p = Zeroizing::new(s.point() * *e);
            m.wrap(&mask(&p, &h0, &capsule, s.as_bytes()))
        })
        .collect();
    let wraps_hash = wraps_hash(&wraps);
    let (commitment, response) = prove(&m, &e, &h0, &capsule, &wraps_hash, rng);
    let body = m
        .body_cipher(&h0, &capsule)
        .encrypt(&[0; 12].into(), Payload { msg: &padded, aad: &h0 })
        .expect("a mebibyte is far below the cipher's limit");
    let (body_len, body_hash) = (body_len(&body), sha256(&body));
    let tbs = Tbs { header, capsule, commitment, response, wraps_hash, body_len, body_hash };
    let signature = author.sign("post", &tbs.encode());
    Ok((Post { tbs, wraps, body, signature }, m))
}

fn header_of(draft: &Draft<'_>, author: &IdentitySecret) -> Result<Header, SealRefused> {
    let sent_ms = draft.now_ms.max(draft.charter.not_before_ms);
    if !draft.charter.valid_at(sent_ms) {
        return Err(SealRefused::CharterExpired);
    }
    let Position { chain, seq, prev } = draft.position;
    Ok(Header {
        audience: draft.charter.audience,
        charter: draft.charter.hash(),
        ik: author.public(),
        chain,
        seq,
        prev,
        kind: draft.kind,
        thread: draft.thread,
        sent_ms,
    })
}

/// `m` and `e`, from a fresh salt; another one in the event, of no practical odds, that `e` is zero.
fn message_secret(
    payload: &[u8],
    h0: &[u8; 32],
    hedge: &Seed,
    rng: &mut impl CryptoRng,
) -> (MessageSecret, Zeroizing<Scalar>) {
    loop {
        let salt = fresh(rng);
        let m = MessageSecret::derive(&salt, hedge.expose(), h0, payload);
        if let Some(e) = m.exponent(h0) {
            return (m, Zeroizing::new(e));
        }
    }
}

/// `A` and `z`: a proof of knowledge of `e`, bound to the header and the wraps.
fn prove(
    m: &MessageSecret,
    e: &Scalar,
    h0: &[u8; 32],
    capsule: &[u8; 32],
    wraps_hash: &[u8; 32],
    rng: &mut impl CryptoRng,
) -> ([u8; 32], [u8; 32]) {
    loop {
        let input = Zeroizing::new([*fresh(rng), *m.expose(), *h0].concat());
        let Some(mut k) = hash_to_scalar("nonce", &input) else { continue };
        let commitment = RistrettoPoint::mul_base(&k).compress().to_bytes();
        let response = challenge(h0, capsule, &commitment, wraps_hash).map(|c| k + c * e);
        k.zeroize();
        if let Some(z) = response.filter(|z| *z != Scalar::ZERO) {
            return (commitment, z.to_bytes());
        }
    }
}

fn fresh(rng: &mut impl CryptoRng) -> Zeroizing<[u8; 32]> {
    let mut bytes = Zeroizing::new([0; 32]);
    rng.fill_bytes(bytes.as_mut());
    bytes
}
