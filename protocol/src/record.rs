//! Records: what an account wrote to others, kept for its own devices and its co-publishers in further vaults
//! (`docs/payload.md`, *Records*).
//!
//! Where a segment lies and what opens it follow from a root secret, so that whoever holds the root finds every
//! segment, and the hub sees vaults that have nothing in common but the account that writes them. Several accounts may
//! hold a root, and an id that nobody has written to yet takes a vault of any account: so a segment is signed by the
//! account whose record it is.

use zeroize::Zeroizing;

use crate::bytes::Writer;
use crate::card::VaultId;
use crate::ids::{AccountId, AudienceId, IdentityKey};
use crate::primitives::{IdentitySecret, kdf, verify};
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

    /// Signs the segment's JSON and encrypts `signature[64] ‖ JSON` as a binary age file; as in [`vault`], age draws its
    /// own randomness.
    ///
    /// The signature is `Sign(ik, "record", id[16] ‖ JSON)`.
    #[must_use]
    pub fn seal(&self, json: &[u8], ik: &IdentitySecret) -> Vec<u8> {
        let signature = ik.sign("record", &self.signed(json));
        let plaintext = Zeroizing::new([&signature[..], json].concat());
        vault::seal_to(&plaintext, &self.key)
    }

    /// Decrypts what [`Segment::seal`] made for the account of `ik`; what another account made is
    /// [`VaultError::Damaged`].
    pub fn open(&self, file: &[u8], ik: &IdentityKey) -> Result<Zeroizing<Vec<u8>>, VaultError> {
        let plaintext = vault::open_with(file, &self.key)?;
        let (signature, json) = plaintext.split_first_chunk::<64>().ok_or(VaultError::Damaged)?;
        let genuine = verify(ik, "record", &self.signed(json), signature);
        genuine.map_err(|_| VaultError::Damaged)?;
        Ok(Zeroizing::new(json.to_vec()))
    }

    fn signed(&self, json: &[u8]) -> Zeroizing<Vec<u8>> {
        Zeroizing::new([&self.id.0[..], json].concat())
    }
}
