//! The hub's one secret: seals what rests in the database and signs receipts.
//!
//! It opens no post and no letter. It protects tokens, deposits and mail addresses against whoever
//! gets the database alone: a stolen copy without this file is of no use to a colluding reader.

use std::io::{self, Read as _, Write as _};
use std::path::Path;

use chacha20poly1305::aead::{AeadInOut as _, KeyInit as _};
use chacha20poly1305::{XChaCha20Poly1305, XNonce};
use hkdf::Hkdf;
use kentongan_protocol::primitives::IdentitySecret;
use rand_core::CryptoRng;
use sha2::Sha256;
use zeroize::{ZeroizeOnDrop, Zeroizing};

/// Bytes a seal adds: a random nonce before and a tag after.
pub const OVERHEAD: usize = 24 + 16;

/// Sealed bytes that were changed, moved to another place, or sealed under another key.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error("sealed data in the database does not fit the master key or its place")]
pub struct Unsealable;

/// A key that seals bytes at rest, bound to the place they rest at.
#[derive(ZeroizeOnDrop)]
pub struct SealKey(Zeroizing<[u8; 32]>);

impl SealKey {
    /// A fresh key.
    #[must_use]
    pub fn random(rng: &mut impl CryptoRng) -> Self {
        let mut key = Zeroizing::new([0; 32]);
        rng.fill_bytes(key.as_mut());
        Self(key)
    }

    /// The secret bytes, to be sealed under another key.
    #[must_use]
    pub fn expose(&self) -> &[u8; 32] {
        &self.0
    }

    /// Seals `plaintext` for `place`; [`OVERHEAD`] bytes longer.
    #[must_use]
    pub fn seal(&self, place: &[u8], plaintext: &[u8], rng: &mut impl CryptoRng) -> Vec<u8> {
        let mut nonce = [0; 24];
        rng.fill_bytes(&mut nonce);
        let mut sealed = Vec::with_capacity(plaintext.len() + OVERHEAD);
        sealed.extend_from_slice(&nonce);
        sealed.extend_from_slice(plaintext);
        let tag = self
            .cipher()
            .encrypt_inout_detached(&XNonce::from(nonce), place, (&mut sealed[24..]).into())
            .expect("what rests in the database is far below the cipher's 256 GiB");
        sealed.extend_from_slice(&tag);
        sealed
    }

    /// Opens what was sealed for `place`.
    pub fn unseal(&self, place: &[u8], sealed: &[u8]) -> Result<Zeroizing<Vec<u8>>, Unsealable> {
        let (nonce, rest) = sealed.split_first_chunk::<24>().ok_or(Unsealable)?;
        let (ciphertext, tag) = rest.split_last_chunk::<16>().ok_or(Unsealable)?;
        let mut plaintext = Zeroizing::new(ciphertext.to_vec());
        self.cipher()
            .decrypt_inout_detached(
                &XNonce::from(*nonce),
                place,
                plaintext.as_mut_slice().into(),
                &(*tag).into(),
            )
            .map_err(|_| Unsealable)?;
        Ok(plaintext)
    }

    fn cipher(&self) -> XChaCha20Poly1305 {
        XChaCha20Poly1305::new(self.0.as_slice().try_into().expect("a key is 32 bytes"))
    }
}

/// The hub's secret, 32 random bytes in a file of its own.
#[derive(ZeroizeOnDrop)]
pub struct MasterKey(Zeroizing<[u8; 32]>);

impl MasterKey {
    /// Reads the file, or makes it (mode 0600) where there is none; refuses one that others can read.
    pub fn open(path: &Path, rng: &mut impl CryptoRng) -> io::Result<Self> {
        match std::fs::File::open(path) {
            Ok(file) => Self::read(file),
            Err(error) if error.kind() == io::ErrorKind::NotFound => Self::create(path, rng),
            Err(error) => Err(error),
        }
    }

    fn read(mut file: std::fs::File) -> io::Result<Self> {
        #[cfg(unix)]
        {
            use std::os::unix::fs::PermissionsExt as _;
            if file.metadata()?.permissions().mode() & 0o077 != 0 {
                return Err(io::Error::other("others can read the master key: chmod 600 it"));
            }
        }
        let mut text = Zeroizing::new(String::new());
        file.read_to_string(&mut text)?;
        let mut key = Zeroizing::new([0; 32]);
        hex::decode_to_slice(text.trim(), key.as_mut())
            .map_err(|_| io::Error::other("the master key is not 64 hexadecimal digits"))?;
        Ok(Self(key))
    }

    fn create(path: &Path, rng: &mut impl CryptoRng) -> io::Result<Self> {
        let mut key = Zeroizing::new([0; 32]);
        rng.fill_bytes(key.as_mut());
        let mut options = std::fs::OpenOptions::new();
        options.write(true).create_new(true);
        #[cfg(unix)]
        {
            use std::os::unix::fs::OpenOptionsExt as _;
            options.mode(0o600);
        }
        let mut file = options.open(path)?;
        let text = Zeroizing::new(format!("{}\n", hex::encode(*key)));
        file.write_all(text.as_bytes())?;
        file.sync_all()?;
        Ok(Self(key))
    }

    /// The key for one purpose.
    #[must_use]
    pub fn seal_key(&self, purpose: &str) -> SealKey {
        SealKey(self.derive(purpose))
    }

    /// The key that seals one cohort's tokens, from the bytes the database holds.
    pub fn open_seal_key(&self, place: &[u8], sealed: &[u8]) -> Result<SealKey, Unsealable> {
        let key = self.seal_key("cohort").unseal(place, sealed)?;
        let key: [u8; 32] = key.as_slice().try_into().map_err(|_| Unsealable)?;
        Ok(SealKey(Zeroizing::new(key)))
    }

    /// The hub's Ed25519 key, which signs receipts (section 7).
    #[must_use]
    pub fn hub_key(&self) -> IdentitySecret {
        IdentitySecret::from_bytes(&self.derive("receipts"))
    }

    fn derive(&self, purpose: &str) -> Zeroizing<[u8; 32]> {
        let mut key = Zeroizing::new([0; 32]);
        Hkdf::<Sha256>::new(None, self.0.as_slice())
            .expand_multi_info(&[b"kentongan hub ", purpose.as_bytes()], key.as_mut())
            .expect("32 bytes are within HKDF's reach");
        key
    }
}

#[cfg(test)]
mod tests {
    use rand_core::SeedableRng as _;

    use super::*;

    #[test]
    fn sealed_bytes_open_only_in_their_place_and_unchanged() {
        let mut rng = rand_chacha::ChaCha20Rng::seed_from_u64(1);
        let key = SealKey::random(&mut rng);
        let sealed = key.seal(b"here", b"token", &mut rng);
        assert_eq!(key.unseal(b"here", &sealed).unwrap().as_slice(), b"token");
        assert!(key.unseal(b"there", &sealed).is_err());
        for i in 0..sealed.len() {
            let mut changed = sealed.clone();
            changed[i] ^= 1;
            assert!(key.unseal(b"here", &changed).is_err());
        }
        assert!(key.unseal(b"here", &[]).is_err());
    }

    #[test]
    fn the_file_is_made_once_and_for_its_owner_only() {
        use std::os::unix::fs::PermissionsExt as _;
        let mut rng = rand_chacha::ChaCha20Rng::seed_from_u64(2);
        let path = tempfile::tempdir().unwrap().keep().join("master.key");
        let first = MasterKey::open(&path, &mut rng).unwrap().hub_key().public();
        assert_eq!(std::fs::metadata(&path).unwrap().permissions().mode() & 0o777, 0o600);
        assert_eq!(MasterKey::open(&path, &mut rng).unwrap().hub_key().public(), first);
        std::fs::set_permissions(&path, std::fs::Permissions::from_mode(0o644)).unwrap();
        assert!(MasterKey::open(&path, &mut rng).is_err());
    }
}
