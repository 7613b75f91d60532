//! The vault: an account's secrets in an age file that only its login card opens (section 2).
//!
//! The hub keeps the file and cannot read it; what is inside is JSON, a matter of clients.

use std::io::{Read, Write};

use bech32::{Bech32, Hrp};
use zeroize::Zeroizing;

use crate::card::LoginCard;

/// Why a vault does not open.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum VaultError {
    /// The file is for another card.
    WrongCard,
    /// The file is no age file, or was changed.
    Damaged,
}

impl core::fmt::Display for VaultError {
    fn fmt(&self, f: &mut core::fmt::Formatter<'_>) -> core::fmt::Result {
        f.write_str(match self {
            Self::WrongCard => "the vault belongs to another login card",
            Self::Damaged => "the vault is damaged",
        })
    }
}

impl core::error::Error for VaultError {}

/// Encrypts a vault's JSON to `card` as a binary age file.
///
/// The age library draws its file key and ephemeral key from the operating system: here, in records
/// and in attachments alone the crate takes randomness that is not an argument.
#[must_use]
pub fn seal(plaintext: &[u8], card: &LoginCard) -> Vec<u8> {
    seal_to(plaintext, &card.vault_key())
}

/// The same for the X25519 identity of 32 secret bytes.
pub(crate) fn seal_to(plaintext: &[u8], secret: &[u8; 32]) -> Vec<u8> {
    let recipient = age_identity(secret).to_public();
    let mut file = Vec::new();
    age::Encryptor::with_recipients(core::iter::once(&recipient as _))
        .expect("there is one recipient")
        .wrap_output(&mut file)
        .and_then(|mut writer| {
            writer.write_all(plaintext)?;
            writer.finish()
        })
        .expect("writing to memory does not fail");
    file
}

/// Decrypts a vault with the card it was sealed to.
pub fn open(file: &[u8], card: &LoginCard) -> Result<Zeroizing<Vec<u8>>, VaultError> {
    open_with(file, &card.vault_key())
}

/// The same with the 32 secret bytes of the identity; for another one is [`VaultError::WrongCard`].
pub(crate) fn open_with(file: &[u8], secret: &[u8; 32]) -> Result<Zeroizing<Vec<u8>>, VaultError> {
    if !has_short_header(file) {
        return Err(VaultError::Damaged);
    }
    let identity = age_identity(secret);
    let mut reader = age::Decryptor::new_buffered(file)
        .and_then(|age| age.decrypt(core::iter::once(&identity as _)))
        .map_err(|e| match e {
            age::DecryptError::NoMatchingKeys => VaultError::WrongCard,
            _ => VaultError::Damaged,
        })?;
    // With room for all of it the buffer never moves, and so leaves no copy behind.
    let mut plaintext = Zeroizing::new(Vec::with_capacity(file.len()));
    reader.read_to_end(&mut plaintext).map_err(|_| VaultError::Damaged)?;
    Ok(plaintext)
}

/// The most bytes the header of an age file may take here: it has one recipient, and what the age
/// library adds at random to keep parsers honest is below 300 bytes.
pub(crate) const HEADER_MAX: usize = 2048;

/// Whether an age header ends within [`HEADER_MAX`] bytes, its last line included.
///
/// The age library reads a header from its beginning again after every line, and a line into memory
/// however long: 64 KiB of short lines, which any hub can serve, would keep it busy for minutes.
pub(crate) fn has_short_header(file: &[u8]) -> bool {
    let head = &file[..file.len().min(HEADER_MAX)];
    let last_line = head.windows(5).position(|bytes| bytes == b"\n--- ");
    last_line.is_some_and(|at| head[at + 5..].contains(&b'\n'))
}

/// The age X25519 identity of 32 secret bytes; age reads one only from its text.
pub(crate) fn age_identity(secret: &[u8; 32]) -> age::x25519::Identity {
    let prefix = Hrp::parse_unchecked("age-secret-key-");
    let text = bech32::encode_upper::<Bech32>(prefix, secret).map(Zeroizing::new);
    text.expect("32 bytes fit in Bech32").parse().expect("this is how age writes identities")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_header_without_end_is_refused_before_it_is_read() {
        let card = LoginCard::from_bytes(&[7; 16]);
        let good = seal(b"{}", &card);
        assert_eq!(open(&good, &card).as_deref().map(Vec::as_slice), Ok(&b"{}"[..]));
        let (version, rest) = good.split_at(b"age-encryption.org/v1\n".len());
        // An age library that sees this one opens it: a stanza for nobody, and then ours.
        let stanza = |n| [b"-> X", " y".repeat(n).as_bytes(), b"\n\n"].concat();
        let more = [version, &stanza(1000), rest].concat();
        assert!(!has_short_header(&more));
        for file in [more, [version, &b"-> X\n\n".repeat(200_000)].concat()] {
            assert_eq!(open(&file, &card).err(), Some(VaultError::Damaged));
        }
        let endless = [version, &stanza(1), b"--- ", &[b'A'; 5000]].concat();
        assert!(!has_short_header(&endless));
    }
}
