//! Every public parser in one place: none panics, and what one reads it writes back byte for byte.

use kentongan_protocol::account::{KeyBundle, Origin};
use kentongan_protocol::approval::Approval;
use kentongan_protocol::attachment::AttachmentKey;
use kentongan_protocol::card::LoginCard;
use kentongan_protocol::chain::{Genesis, SignedCharter};
use kentongan_protocol::charter::Charter;
use kentongan_protocol::keys::{CohortKey, CohortSecret, Delta, Deposit, ReaderKey, Token};
use kentongan_protocol::letter::Letter;
use kentongan_protocol::link::{Fragment, Link, Request};
use kentongan_protocol::membership::{Membership, WriterProof};
use kentongan_protocol::pad::{pad, unpad};
use kentongan_protocol::permalink::Permalink;
use kentongan_protocol::post::{Header, Post, Tbs};
use kentongan_protocol::vault;
use rand_chacha::{ChaCha8Rng, rand_core::SeedableRng};

/// What parsers need beside the bytes.
pub(crate) struct Parsers {
    /// The charter that signatures blocks go with.
    charter: Charter,
    card: LoginCard,
    key: AttachmentKey,
}

impl Parsers {
    pub(crate) fn beside(charter: Charter) -> Self {
        let key = AttachmentKey::random(&mut ChaCha8Rng::seed_from_u64(7));
        Self { charter, card: LoginCard::from_bytes(&[7; 16]), key }
    }

    /// A vault, an attachment and texts that parse, for the vectors have none of these.
    pub(crate) fn samples(&self) -> Vec<Vec<u8>> {
        let mut blob = Vec::new();
        self.key.seal(&b"photo"[..], &mut blob).expect("memory");
        let texts = [self.card.to_text(), self.card.to_groups(), self.key.to_text()];
        let texts = texts.iter().map(|text| text.as_bytes().to_vec());
        let padded = pad(b"payload").expect("short").to_vec();
        texts.chain([vault::seal(b"{}", &self.card), blob, padded]).collect()
    }

    /// Offers `bytes` to every parser.
    pub(crate) fn offer(&self, bytes: &[u8]) {
        structures(&self.charter, bytes);
        scalars_and_points(bytes);
        let _ = vault::open(bytes, &self.card);
        let _ = self.key.open(&[0; 32], bytes, std::io::sink());
        if let Ok(text) = core::str::from_utf8(bytes) {
            texts(text);
        }
    }
}

fn structures(charter: &Charter, bytes: &[u8]) {
    let signed = || SignedCharter::parse(charter.clone(), bytes).ok();
    let readings = [
        ("KeyBundle", KeyBundle::parse(bytes).ok().map(|x| x.encode())),
        ("Genesis", Genesis::parse(bytes).ok().map(|x| x.encode())),
        ("Charter", Charter::parse(bytes).ok().map(|x| x.encode())),
        ("signatures", signed().map(|x| x.encode_signatures())),
        ("Link", Link::parse(bytes).ok().map(|x| x.encode())),
        ("Request", Request::parse(bytes).ok().map(|x| x.encode())),
        ("Membership", Membership::parse(bytes).ok().map(|x| x.encode())),
        ("WriterProof", WriterProof::parse(bytes).ok().map(|x| x.encode())),
        ("Approval", Approval::parse(bytes).ok().map(|x| x.encode())),
        ("Header", Header::parse(bytes).ok().map(|x| x.encode())),
        ("Tbs", Tbs::parse(bytes).ok().map(|x| x.encode())),
        ("Post", Post::parse(bytes).ok().map(|x| x.encode())),
        ("Letter", Letter::parse(bytes).ok().map(|x| x.encode())),
        ("pad", unpad(bytes).ok().map(|x| pad(x).expect("it was padded").to_vec())),
    ];
    for (what, written) in readings {
        assert!(written.is_none_or(|written| written == bytes), "{what} has one form");
    }
}

fn scalars_and_points(bytes: &[u8]) {
    let Some(bytes) = bytes.first_chunk::<32>() else { return };
    let readings = [
        CohortKey::from_bytes(bytes).ok().map(|x| *x.as_bytes()),
        CohortSecret::from_bytes(bytes).ok().map(|x| *x.to_bytes()),
        ReaderKey::from_bytes(bytes).ok().map(|x| *x.to_bytes()),
        Token::from_bytes(bytes).ok().map(|x| *x.to_bytes()),
        Deposit::from_bytes(bytes).ok().map(|x| *x.to_bytes()),
        Delta::from_bytes(bytes).ok().map(|x| *x.to_bytes()),
    ];
    assert!(readings.into_iter().flatten().all(|written| written == *bytes));
}

fn texts(text: &str) {
    for written in [
        Fragment::parse(text).ok().map(|x| x.to_text()),
        Permalink::parse(text).ok().map(|x| x.to_text()),
    ] {
        assert!(written.is_none_or(|written| *written == text));
    }
    if let Ok(card) = LoginCard::parse(text) {
        let again = LoginCard::parse(&card.to_groups()).map(|card| *card.expose());
        assert_eq!(again, Ok(*card.expose()));
    }
    if let Ok(key) = AttachmentKey::parse(text) {
        assert!(key.to_text().eq_ignore_ascii_case(text));
    }
    assert!(Origin::parse(text).map_or(true, |origin| origin.as_str() == text));
}
