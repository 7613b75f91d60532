//! The folder an account lives in on this machine: written whole or not at all, by one process at a time.

use std::fs::{File, TryLockError};
use std::io::{self, Write as _};
use std::path::{Path, PathBuf};

use super::Error;

/// The account's secrets, sealed to its login card.
pub(crate) const VAULT: &str = "vault.age";
/// What this installation remembers, sealed likewise and never uploaded.
pub(crate) const DEVICE: &str = "device.age";
/// What was opened and sent earlier, sealed likewise: one of many, each written once.
pub(crate) fn volume(number: u32) -> String {
    format!("device-{number}.age")
}
/// The login card in the clear, where its owner asked for that.
pub const CARD: &str = "login-card";

/// The folder, locked for this process until dropped.
pub struct Home {
    dir: PathBuf,
    _lock: File,
}

impl Home {
    /// Makes the folder if need be (0700) and locks it; refuses while another process has it.
    pub fn lock(dir: &Path) -> Result<Self, Error> {
        make_private(dir).map_err(Error::file(dir))?;
        let path = dir.join("lock");
        let lock =
            File::options().create(true).append(true).open(&path).map_err(Error::file(&path))?;
        match lock.try_lock() {
            Ok(()) => Ok(Self { dir: dir.to_owned(), _lock: lock }),
            Err(TryLockError::WouldBlock) => Err(Error::cannot(format_args!(
                "another kentongan is using {}: wait until it ends, or use another --home",
                dir.display()
            ))),
            Err(TryLockError::Error(error)) => Err(Error::File(path, error)),
        }
    }

    /// Where a file of this folder is.
    #[must_use]
    pub fn path(&self, name: &str) -> PathBuf {
        self.dir.join(name)
    }

    /// The folder.
    #[must_use]
    pub fn dir(&self) -> &Path {
        &self.dir
    }

    /// The bytes of a file, or `None` where there is none.
    pub fn read(&self, name: &str) -> Result<Option<Vec<u8>>, Error> {
        let path = self.path(name);
        match std::fs::read(&path) {
            Ok(bytes) => Ok(Some(bytes)),
            Err(error) if error.kind() == io::ErrorKind::NotFound => Ok(None),
            Err(error) => Err(Error::File(path, error)),
        }
    }

    /// Replaces a file (0600): after a crash it has the old bytes or the new ones.
    pub fn replace(&self, name: &str, bytes: &[u8]) -> Result<(), Error> {
        let path = self.path(name);
        let write = || -> io::Result<()> {
            let mut file = tempfile::NamedTempFile::new_in(&self.dir)?;
            file.write_all(bytes)?;
            file.as_file().sync_all()?;
            file.persist(&path)?;
            File::open(&self.dir)?.sync_all()
        };
        write().map_err(Error::file(&path))
    }

    /// Removes a file, if it is there.
    pub fn remove(&self, name: &str) -> Result<(), Error> {
        let path = self.path(name);
        std::fs::remove_file(&path).or_else(gone).map_err(Error::file(&path))
    }
}

fn gone(error: io::Error) -> io::Result<()> {
    if error.kind() == io::ErrorKind::NotFound { Ok(()) } else { Err(error) }
}

fn make_private(dir: &Path) -> io::Result<()> {
    let mut builder = std::fs::DirBuilder::new();
    builder.recursive(true);
    #[cfg(unix)]
    std::os::unix::fs::DirBuilderExt::mode(&mut builder, 0o700);
    builder.create(dir)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn one_process_at_a_time() {
        let dir = tempfile::tempdir().expect("a folder");
        let home = Home::lock(dir.path()).expect("free");
        assert!(matches!(Home::lock(dir.path()), Err(Error::Cannot(_))));
        drop(home);
        assert!(Home::lock(dir.path()).is_ok());
    }

    #[cfg(unix)]
    #[test]
    fn nobody_else_may_read_what_is_written() {
        use std::os::unix::fs::PermissionsExt as _;
        let parent = tempfile::tempdir().expect("a folder");
        let dir = parent.path().join("home");
        let home = Home::lock(&dir).expect("free");
        home.replace(VAULT, b"first").expect("written");
        home.replace(VAULT, b"second").expect("written");
        assert_eq!(home.read(VAULT).expect("read").as_deref(), Some(&b"second"[..]));
        assert_eq!(home.read(DEVICE).expect("read"), None);
        let mode = |path: &Path| std::fs::metadata(path).expect("there").permissions().mode();
        assert_eq!(mode(&dir) & 0o777, 0o700);
        assert_eq!(mode(&home.path(VAULT)) & 0o777, 0o600);
    }
}
