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
/// The age library draws its file key and ephemeral key from the operating system: here alone the
/// crate takes randomness that is not an argument.
#[must_use]
pub fn seal(plaintext: &[u8], card: &LoginCard) -> Vec<u8> {
    let recipient = age_identity(&card.vault_key()).to_public();
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
    let identity = age_identity(&card.vault_key());
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

/// The age X25519 identity of 32 secret bytes; age reads one only from its text.
pub(crate) fn age_identity(secret: &[u8; 32]) -> age::x25519::Identity {
    let prefix = Hrp::parse_unchecked("age-secret-key-");
    let text = bech32::encode_upper::<Bech32>(prefix, secret).map(Zeroizing::new);
    text.expect("32 bytes fit in Bech32").parse().expect("this is how age writes identities")
}
