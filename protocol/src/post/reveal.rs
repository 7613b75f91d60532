//! What the message secret alone opens: the tail of every reader's checks (sections 5 and 6).
//!
//! Reporting abuse is disclosing `m` for one post to a publisher: the author signed `E`, and `E`
//! commits to `m`, so what comes out is what was sent.

use chacha20poly1305::aead::{Aead, Payload};
use zeroize::Zeroizing;

use super::{MessageSecret, Tbs};
use crate::pad::unpad;
use crate::payload::is_typed;

/// Why a post does not open.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Unreadable {
    /// *Capsule mismatch*: the secret is not the one the author committed to.
    CapsuleMismatch,
    /// The body is not the one the author signed.
    Body,
    /// The body does not decrypt.
    Cipher,
    /// The padding is not as it must be.
    Padding,
    /// The payload is not JSON of the post's kind.
    Payload,
}

impl core::fmt::Display for Unreadable {
    fn fmt(&self, f: &mut core::fmt::Formatter<'_>) -> core::fmt::Result {
        f.write_str(match self {
            Self::CapsuleMismatch => "the secret is not the one of this post",
            Self::Body => "the body is not the one that was signed",
            Self::Cipher => "the body does not decrypt",
            Self::Padding => "the padding is not as it must be",
            Self::Payload => "the content is not of the kind it was sent as",
        })
    }
}

impl core::error::Error for Unreadable {}

/// The payload of the post that `m` is the secret of.
///
/// Says nothing about the signature: [`Tbs::verify`] does.
pub fn reveal(tbs: &Tbs, m: &MessageSecret, body: &[u8]) -> Result<Zeroizing<Vec<u8>>, Unreadable> {
    ensure(m.opens(tbs), Unreadable::CapsuleMismatch)?;
    ensure(tbs.has_body(body), Unreadable::Body)?;
    let h0 = tbs.header.hash();
    let padded = m
        .body_cipher(&h0, &tbs.capsule)
        .decrypt(&[0; 12].into(), Payload { msg: body, aad: &h0 })
        .map(Zeroizing::new)
        .map_err(|_| Unreadable::Cipher)?;
    let payload = unpad(&padded).map_err(|_| Unreadable::Padding)?;
    ensure(is_typed(payload, tbs.header.kind.word()), Unreadable::Payload)?;
    Ok(Zeroizing::new(payload.to_vec()))
}

fn ensure(holds: bool, otherwise: Unreadable) -> Result<(), Unreadable> {
    if holds { Ok(()) } else { Err(otherwise) }
}
