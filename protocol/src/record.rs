//! Records: what an account wrote to others, kept for its own devices and its co-publishers in further vaults
//! (`docs/payload.md`, *Records*).
//!
//! Where a segment lies and what opens it follow from a root secret, so that whoever holds the root finds every
//! segment, and the hub sees vaults that have nothing in common but the account that writes them.

use zeroize::Zeroizing;

use crate::bytes::Writer;
use crate::card::VaultId;
use crate::ids::{AccountId, AudienceId};
use crate::primitives::kdf;
use crate::vault::{self, VaultError};

/// One segment of one account's record in one audience.
pub struct Segment {
    id: VaultId,
    key: Zeroizing<[u8; 32]>,
}

impl Segment {
    /// Segment `number`, from 0, of the record that `account` keeps in `audience` under `root`.
    ///
    /// `KDF(-, root, "record-id" and "record-key", audience ‖ account ‖ u32 number, 16 and 32)`.
    #[must_use]
    pub fn of(root: &[u8; 32], audience: &AudienceId, account: &AccountId, number: u32) -> Self {
        let context = Writer::default().put(&audience.0).put(&account.0).u32(number).done();
        let id = VaultId(*kdf(None, root, "record-id", &context));
        Self { id, key: kdf(None, root, "record-key", &context) }
    }

    /// The name under which the hub keeps it.
    #[must_use]
    pub const fn id(&self) -> VaultId {
        self.id
    }

    /// The 32 secret bytes of its X25519 identity.
    #[must_use]
    pub fn key(&self) -> &[u8; 32] {
        &self.key
    }

    /// Encrypts the segment's JSON as a binary age file; as in [`vault`], age draws its own randomness.
    #[must_use]
    pub fn seal(&self, plaintext: &[u8]) -> Vec<u8> {
        vault::seal_to(plaintext, &self.key)
    }

    /// Decrypts what [`Segment::seal`] made.
    pub fn open(&self, file: &[u8]) -> Result<Zeroizing<Vec<u8>>, VaultError> {
        vault::open_with(file, &self.key)
    }
}
