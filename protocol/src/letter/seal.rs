//! Sealing a letter to one X25519 key by HPKE base mode (RFC 9180).

use hpke::{
    Deserializable, OpModeR, OpModeS, Serializable, aead::ChaCha20Poly1305, kdf::HkdfSha256,
    kem::X25519HkdfSha256, single_shot_open, single_shot_seal_with_rng,
};
use rand_core::CryptoRng;
use zeroize::Zeroizing;

use super::{Header, Kind, Letter};
use crate::ids::{AudienceId, ExchangeKey, PostId};
use crate::pad::{TooLong, pad};
use crate::payload::is_typed;
use crate::primitives::{ExchangeSecret, IdentitySecret, framed};

/// A letter before it is sealed.
#[derive(Clone, Copy)]
pub struct Draft<'a> {
    /// The audience.
    pub audience: AudienceId,
    /// The audience's current desk, or the `xk` of the recipient's newest bundle.
    pub to: ExchangeKey,
    /// The post meant by replies, submissions and returns; else zero.
    pub thread: PostId,
    /// What it is.
    pub kind: Kind,
    /// The author's clock.
    pub sent_ms: u64,
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
    /// A post is named where none is meant, or none where one is.
    Thread,
    /// The recipient's key is not one that can be encrypted to.
    Recipient,
}

impl core::fmt::Display for SealRefused {
    fn fmt(&self, f: &mut core::fmt::Formatter<'_>) -> core::fmt::Result {
        match self {
            Self::Payload => f.write_str("the content is not of the kind it is sent as"),
            Self::TooLong => TooLong.fmt(f),
            Self::Thread => f.write_str("this kind of letter names exactly the post it is about"),
            Self::Recipient => f.write_str("the recipient's key cannot be encrypted to"),
        }
    }
}

impl core::error::Error for SealRefused {}

impl From<TooLong> for SealRefused {
    fn from(_: TooLong) -> Self {
        Self::TooLong
    }
}

/// Seals a letter in the author's name.
pub fn seal(
    draft: &Draft<'_>,
    author: &IdentitySecret,
    rng: &mut impl CryptoRng,
) -> Result<Letter, SealRefused> {
    if !is_typed(draft.payload, draft.kind.word()) {
        return Err(SealRefused::Payload);
    }
    if draft.thread.is_zero() == draft.kind.is_about_post() {
        return Err(SealRefused::Thread);
    }
    let padded = pad(draft.payload)?;
    let mut nonce = [0; 16];
    rng.fill_bytes(&mut nonce);
    let header = Header {
        audience: draft.audience,
        to: draft.to,
        ik: author.public(),
        thread: draft.thread,
        kind: draft.kind,
        nonce,
        sent_ms: draft.sent_ms,
    };
    let (enc, ct) = Hpke::seal(&draft.to, &info(&header), &header.encode(), &padded, rng)
        .ok_or(SealRefused::Recipient)?;
    let mut letter = Letter { header, enc, ct, signature: [0; 64] };
    letter.signature = author.sign("letter", &letter.signed());
    Ok(letter)
}

/// `Framed("letter", audience ‖ to)`.
pub(super) fn info(header: &Header) -> Vec<u8> {
    framed("letter", &[header.audience.0, header.to.0].concat())
}

/// HPKE Base with DHKEM(X25519, HKDF-SHA256), HKDF-SHA256 and ChaCha20-Poly1305, one message each.
pub(super) struct Hpke;

impl Hpke {
    /// `enc` and `ct`; `None` where the recipient's key is of small order.
    fn seal(
        to: &ExchangeKey,
        info: &[u8],
        aad: &[u8],
        plaintext: &[u8],
        rng: &mut impl CryptoRng,
    ) -> Option<([u8; 32], Vec<u8>)> {
        let to = Deserializable::from_bytes(&to.0).ok()?;
        let (enc, ct) =
            single_shot_seal_with_rng::<ChaCha20Poly1305, HkdfSha256, X25519HkdfSha256>(
                &OpModeS::Base,
                &to,
                info,
                plaintext,
                aad,
                rng,
            )
            .ok()?;
        Some((enc.to_bytes().into(), ct))
    }

    /// The plaintext; `None` where anything is wrong.
    pub(super) fn open(
        secret: &ExchangeSecret,
        enc: &[u8; 32],
        info: &[u8],
        aad: &[u8],
        ct: &[u8],
    ) -> Option<Zeroizing<Vec<u8>>> {
        let secret = Deserializable::from_bytes(secret.to_bytes().as_slice()).ok()?;
        let enc = Deserializable::from_bytes(enc).ok()?;
        single_shot_open::<ChaCha20Poly1305, HkdfSha256, X25519HkdfSha256>(
            &OpModeR::Base,
            &secret,
            &enc,
            info,
            ct,
            aad,
        )
        .ok()
        .map(Zeroizing::new)
    }
}
