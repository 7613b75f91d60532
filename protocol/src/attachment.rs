//! Attachments: files encrypted as age files, each to an identity of its own (section 7).
//!
//! The identity and the blob's SHA-256 travel in the payload of the post or letter, so whoever
//! opens that opens the attachment, and the hub keeps a blob it can neither read nor exchange.

use std::io::{self, BufReader, Read, Write};

use age::secrecy::ExposeSecret;
use rand_core::CryptoRng;
use sha2::{Digest, Sha256};
use zeroize::Zeroizing;

use crate::bytes::Malformed;
use crate::vault::{HEADER_MAX, age_identity, has_short_header};

/// The age identity that one attachment is encrypted to.
pub struct AttachmentKey(age::x25519::Identity);

impl AttachmentKey {
    /// A fresh identity, for one attachment.
    #[must_use]
    pub fn random(rng: &mut impl CryptoRng) -> Self {
        let mut secret = Zeroizing::new([0; 32]);
        rng.fill_bytes(secret.as_mut());
        Self(age_identity(&secret))
    }

    /// Reads `AGE-SECRET-KEY-1…` out of a payload.
    pub fn parse(text: &str) -> Result<Self, Malformed> {
        text.parse().map(Self).map_err(|_| Malformed::Value)
    }

    /// `AGE-SECRET-KEY-1…`, for the payload.
    #[must_use]
    pub fn to_text(&self) -> Zeroizing<String> {
        Zeroizing::new(self.0.to_string().expose_secret().to_owned())
    }

    /// Encrypts `input` into the blob `output`, in pieces of 64 KiB.
    ///
    /// As in [`vault`](crate::vault), the age library draws its file key from the operating system.
    pub fn seal(&self, mut input: impl Read, output: impl Write) -> io::Result<Sealed> {
        let recipient = self.0.to_public();
        let mut blob = Hashing::new(output);
        let mut age = age::Encryptor::with_recipients(core::iter::once(&recipient as _))
            .expect("there is one recipient")
            .wrap_output(&mut blob)?;
        let size = io::copy(&mut input, &mut age)?;
        age.finish()?;
        blob.flush()?;
        Ok(Sealed { size, blob_size: blob.bytes, sha256: blob.sha256.finalize().into() })
    }

    /// Decrypts the blob `input` into `output`, in pieces of 64 KiB, and returns the file's size.
    ///
    /// Each piece is authentic when it is written, but only after the last is it known that the blob
    /// is whole and the one of the payload: on an error, throw away what was written.
    pub fn open(
        &self,
        sha256: &[u8; 32],
        input: impl Read,
        mut output: impl Write,
    ) -> Result<u64, AttachmentError> {
        let mut blob = Hashing::new(input);
        let mut head = Vec::with_capacity(HEADER_MAX);
        blob.by_ref().take(HEADER_MAX as u64).read_to_end(&mut head)?;
        if !has_short_header(&head) {
            return Err(AttachmentError::Damaged);
        }
        let mut age = age::Decryptor::new_buffered(head.chain(BufReader::new(&mut blob)))
            .and_then(|age| age.decrypt(core::iter::once(&self.0 as _)))?;
        let size = io::copy(&mut age, &mut output)?;
        drop(age);
        io::copy(&mut blob, &mut io::sink())?;
        if blob.sha256.finalize().as_slice() != sha256 {
            return Err(AttachmentError::Damaged);
        }
        output.flush()?;
        Ok(size)
    }
}

/// What the payload says about an attachment, besides its name and media type.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Sealed {
    /// Of the file, in bytes.
    pub size: u64,
    /// Of the blob, in bytes.
    pub blob_size: u64,
    /// Of the blob.
    pub sha256: [u8; 32],
}

/// Why an attachment does not open.
#[derive(Debug)]
pub enum AttachmentError {
    /// The blob is for another identity.
    WrongKey,
    /// The blob is no age file, was changed, or is not the one of the payload.
    Damaged,
    /// Reading or writing failed.
    Io(io::Error),
}

impl core::fmt::Display for AttachmentError {
    fn fmt(&self, f: &mut core::fmt::Formatter<'_>) -> core::fmt::Result {
        match self {
            Self::WrongKey => f.write_str("the attachment is for somebody else"),
            Self::Damaged => f.write_str("the attachment is damaged"),
            Self::Io(e) => e.fmt(f),
        }
    }
}

impl core::error::Error for AttachmentError {}

impl From<io::Error> for AttachmentError {
    fn from(e: io::Error) -> Self {
        match e.kind() {
            io::ErrorKind::InvalidData | io::ErrorKind::UnexpectedEof => Self::Damaged,
            _ => Self::Io(e),
        }
    }
}

impl From<age::DecryptError> for AttachmentError {
    fn from(e: age::DecryptError) -> Self {
        match e {
            age::DecryptError::NoMatchingKeys => Self::WrongKey,
            age::DecryptError::Io(e) => e.into(),
            _ => Self::Damaged,
        }
    }
}

/// Hashes and counts what passes through.
struct Hashing<T> {
    inner: T,
    sha256: Sha256,
    bytes: u64,
}

impl<T> Hashing<T> {
    fn new(inner: T) -> Self {
        Self { inner, sha256: Sha256::new(), bytes: 0 }
    }

    fn passed(&mut self, bytes: &[u8]) {
        self.sha256.update(bytes);
        self.bytes += bytes.len() as u64;
    }
}

impl<R: Read> Read for Hashing<R> {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        let n = self.inner.read(buffer)?;
        self.passed(&buffer[..n]);
        Ok(n)
    }
}

impl<W: Write> Write for Hashing<W> {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        let n = self.inner.write(bytes)?;
        self.passed(&bytes[..n]);
        Ok(n)
    }

    fn flush(&mut self) -> io::Result<()> {
        self.inner.flush()
    }
}

#[cfg(test)]
mod tests {
    use rand_chacha::{ChaCha8Rng, rand_core::SeedableRng};

    use super::*;

    fn key(seed: u64) -> AttachmentKey {
        AttachmentKey::random(&mut ChaCha8Rng::seed_from_u64(seed))
    }

    fn photo() -> Vec<u8> {
        (0..200_000_u32).flat_map(u32::to_le_bytes).collect()
    }

    #[test]
    fn a_photo_comes_back_with_the_key_of_the_payload() {
        let mut blob = Vec::new();
        let sealed = key(1).seal(&photo()[..], &mut blob).expect("memory");
        assert_eq!(sealed.size, 800_000);
        assert_eq!(sealed.blob_size, blob.len() as u64);

        let text = key(1).to_text();
        assert!(text.starts_with("AGE-SECRET-KEY-1"));
        let mut file = Vec::new();
        let from_payload = AttachmentKey::parse(&text).expect("as written");
        let size = from_payload.open(&sealed.sha256, &blob[..], &mut file).expect("as sealed");
        assert_eq!((size, file), (800_000, photo()));
    }

    #[test]
    fn another_key_or_another_blob_is_refused() {
        let mut blob = Vec::new();
        let sealed = key(1).seal(&photo()[..], &mut blob).expect("memory");
        let open = |key: AttachmentKey, hash: &[u8; 32], blob: &[u8]| {
            key.open(hash, blob, io::sink()).expect_err("not the attachment")
        };
        assert!(matches!(open(key(2), &sealed.sha256, &blob), AttachmentError::WrongKey));
        assert!(matches!(open(key(1), &[0; 32], &blob), AttachmentError::Damaged));
        let cut = &blob[..blob.len() - 70_000];
        assert!(matches!(open(key(1), &sealed.sha256, cut), AttachmentError::Damaged));
        let longer = [&blob[..], b"x"].concat();
        assert!(matches!(open(key(1), &sealed.sha256, &longer), AttachmentError::Damaged));
        blob[100_000] ^= 1;
        assert!(matches!(open(key(1), &sealed.sha256, &blob), AttachmentError::Damaged));
    }
    #[test]
    fn a_blob_whose_header_has_no_end_is_refused_at_once() {
        /// What a hub might serve instead: `line` for ever.
        struct Endless(&'static [u8], usize);
        impl Read for Endless {
            fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
                for byte in &mut *buffer {
                    *byte = self.0[self.1 % self.0.len()];
                    self.1 += 1;
                }
                Ok(buffer.len())
            }
        }

        let lines = b"age-encryption.org/v1\n".chain(Endless(b"-> X\n\n", 0));
        let refused = key(1).open(&[0; 32], lines, io::sink());
        assert!(matches!(refused, Err(AttachmentError::Damaged)));
        let line = b"age-encryption.org/v1\n-> X\n\n--- ".chain(Endless(b"A", 0));
        let refused = key(1).open(&[0; 32], line, io::sink());
        assert!(matches!(refused, Err(AttachmentError::Damaged)));
    }
}
