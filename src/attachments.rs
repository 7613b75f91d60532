//! Attachments: blobs the hub can neither read nor exchange, kept as files named by their hashes (protocol section 7).
//!
//! Invariant: a file under its final name is whole, synced and has the hash it is named by; a row is written only after
//! that. Names are hexadecimal of our own making, so no path leads out of the folder.

mod upload;

use std::io::SeekFrom;
use std::path::{Path, PathBuf};
use std::time::{Duration, UNIX_EPOCH};

use bytes::Bytes;
use futures_util::{Stream, StreamExt as _};
use kentongan_protocol::charter::Replies;
use kentongan_protocol::ids::{AccountId, AudienceId};
use sha2::{Digest as _, Sha256};
use tempfile::NamedTempFile;
use tokio::fs::File;
use tokio::io::{AsyncReadExt as _, AsyncSeekExt as _, AsyncWriteExt as _, Take};
use tokio_util::io::ReaderStream;

use crate::accounts::Caller;
use crate::audiences::{Standing, current_charter, standing};
use crate::hub::Hub;
use crate::problem::Problem;
use crate::store::attachments::{self as rows, AttachmentRow};
use crate::store::{Tx, deletion, uploads};

pub use upload::{Part, Received, erase, offset, prune as prune_uploads, put_part};

const HOUR_MS: i64 = 3600 * 1000;
/// An upload that has not ended in a day never will.
const ABANDONED: Duration = Duration::from_hours(24);
/// Begins the names of files that are not whole yet.
const INCOMING: &str = "incoming-";

/// Who is to read an attachment.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Readers {
    /// Members and publishers.
    Audience,
    /// Publishers.
    Desk,
    /// One account.
    Account(AccountId),
}

/// Keeps the blob of this hash for these readers; false where it was kept before.
pub async fn put(
    hub: &Hub,
    caller: &Caller,
    audience: &AudienceId,
    sha256: &[u8; 32],
    readers: Readers,
    body: impl Stream<Item = Result<Bytes, Cut>> + Unpin,
) -> Result<bool, Problem> {
    let mut tx = hub.db.read().await?;
    may_upload(&mut tx, caller, audience, readers).await?;
    let held = rows::attachment(&mut tx, audience.as_ref(), sha256).await?;
    let limit = hub.config.limits.attachment;
    if let Some(held) = held {
        drop(tx);
        same(&held, caller, readers)?;
        discard(body, limit).await?;
        return Ok(false);
    }
    let room = upload::room(hub, &mut tx, caller.account.as_ref()).await?;
    drop(tx);
    let path = path(hub, audience, sha256);
    let size =
        receive(&path, body, limit.min(room), sha256).await.map_err(|problem| match problem {
            Problem::TooLarge(_) if room < limit => upload::FULL,
            problem => problem,
        })?;
    keep(hub, caller, audience, sha256, readers, size).await
}

async fn keep(
    hub: &Hub,
    caller: &Caller,
    audience: &AudienceId,
    sha256: &[u8; 32],
    readers: Readers,
    size: u64,
) -> Result<bool, Problem> {
    let (reader, to_account) = stored(readers);
    let row = AttachmentRow {
        audience: audience.0.to_vec(),
        sha256: sha256.to_vec(),
        account: caller.account.0.to_vec(),
        reader: reader.to_owned(),
        to_account,
        size: i64::try_from(size).map_err(|_| Problem::TooLarge(hub.config.limits.attachment))?,
    };
    let mut tx = hub.db.write().await?;
    let new = rows::insert(&mut tx, &row, hub.now_ms()).await?;
    if !new && let Some(held) = rows::attachment(&mut tx, audience.as_ref(), sha256).await? {
        same(&held, caller, readers)?;
    }
    uploads::delete(&mut tx, &row.audience, &row.sha256, &row.account).await?;
    tx.commit().await?;
    Ok(new)
}

fn stored(readers: Readers) -> (&'static str, Option<Vec<u8>>) {
    match readers {
        Readers::Audience => ("audience", None),
        Readers::Desk => ("desk", None),
        Readers::Account(account) => ("account", Some(account.0.to_vec())),
    }
}

/// A repeat is of the same uploader for the same readers; nobody comes to another's blob by knowing its hash.
fn same(held: &AttachmentRow, caller: &Caller, readers: Readers) -> Result<(), Problem> {
    let stands = (held.reader.as_str(), held.to_account.clone()) == stored(readers);
    if stands && held.account == caller.account.as_ref() {
        return Ok(());
    }
    Err(Problem::Conflict("this blob is kept for somebody else already: encrypt the file anew"))
}

/// Members write to the desk, and to everyone where replies may; publishers to anybody of the audience.
async fn may_upload(
    tx: &mut Tx,
    caller: &Caller,
    audience: &AudienceId,
    readers: Readers,
) -> Result<(), Problem> {
    const NOT: Problem =
        Problem::NotAllowed("this account may not send attachments there in this audience");
    let allowed = match (standing(tx, audience, &caller.account).await?, readers) {
        (Standing::Publisher | Standing::Admin, Readers::Audience | Readers::Desk)
        | (Standing::Member { .. }, Readers::Desk) => true,
        (Standing::Publisher | Standing::Admin, Readers::Account(to)) => {
            let to = standing(tx, audience, &to).await?;
            !matches!(to, Standing::Nobody | Standing::Removed)
        }
        (Standing::Member { .. }, Readers::Audience) => {
            let charter = current_charter(tx, audience).await?;
            charter.is_some_and(|charter| charter.replies == Replies::Everyone)
        }
        _ => false,
    };
    if allowed { Ok(()) } else { Err(NOT) }
}

/// Reads a body to its end, so that whoever sends it hears the answer.
async fn discard(
    mut pieces: impl Stream<Item = Result<Bytes, Cut>> + Unpin,
    limit: u64,
) -> Result<(), Problem> {
    let mut size = 0;
    while let Some(piece) = pieces.next().await {
        size += piece?.len() as u64;
        if size > limit {
            return Err(Problem::TooLarge(limit));
        }
    }
    Ok(())
}

/// The blob ended before it was whole.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Cut;

impl From<Cut> for Problem {
    fn from(_: Cut) -> Self {
        Self::Refused("the blob ended before it was whole: send it again")
    }
}

/// Writes a body under `path` if it is within the limit and has the hash; otherwise nothing stays. Its size.
async fn receive(
    path: &Path,
    mut pieces: impl Stream<Item = Result<Bytes, Cut>> + Unpin,
    limit: u64,
    sha256: &[u8; 32],
) -> Result<u64, Problem> {
    let folder = path.parent().ok_or_else(|| fault("an attachment's path without a folder"))?;
    tokio::fs::create_dir_all(folder).await.map_err(fault)?;
    // Removed when it is dropped, however this ends.
    let incoming = tempfile::Builder::new().prefix(INCOMING).tempfile_in(folder).map_err(fault)?;
    let mut file = File::from_std(incoming.reopen().map_err(fault)?);
    let (mut hash, mut size) = (Sha256::new(), 0);
    while let Some(piece) = pieces.next().await {
        let piece = piece?;
        size += piece.len() as u64;
        if size > limit {
            return Err(Problem::TooLarge(limit));
        }
        hash.update(&piece);
        file.write_all(&piece).await.map_err(fault)?;
    }
    if hash.finalize().as_slice() != sha256 {
        return Err(Problem::Refused("the blob does not have the hash it was sent under"));
    }
    file.sync_all().await.map_err(fault)?;
    let path = path.to_owned();
    tokio::task::spawn_blocking(move || settle(incoming, &path)).await.map_err(fault)??;
    Ok(size)
}

/// Gives a whole file its name, for good.
fn settle(incoming: NamedTempFile, path: &Path) -> Result<(), Problem> {
    incoming.persist(path).map_err(|error| fault(error.error))?;
    sync_folder(path)
}

/// Makes a name last that a file was given in its folder.
fn sync_folder(path: &Path) -> Result<(), Problem> {
    let folder = path.parent().map(std::fs::File::open).transpose().map_err(fault)?;
    folder.map(|folder| folder.sync_all()).transpose().map_err(fault)?;
    Ok(())
}

fn fault(error: impl std::fmt::Display) -> Problem {
    Problem::Internal(format!("an attachment's file: {error}"))
}

/// `data/attachments/AUDIENCE/SHA-256`, both hexadecimal.
fn path(hub: &Hub, audience: &AudienceId, sha256: &[u8]) -> PathBuf {
    folder(hub).join(hex::encode(audience.0)).join(hex::encode(sha256))
}

fn folder(hub: &Hub) -> PathBuf {
    hub.config.data.join("attachments")
}

/// A blob that its caller may read.
pub struct Found {
    /// Its size in bytes.
    pub size: u64,
    path: PathBuf,
}

/// Finds a blob, for those it is for and who uploaded it.
pub async fn find(
    hub: &Hub,
    caller: &Caller,
    audience: &AudienceId,
    sha256: &[u8; 32],
) -> Result<Found, Problem> {
    const NONE: Problem = Problem::NotFound("there is no such attachment for this account");
    let mut tx = hub.db.read().await?;
    let row = rows::attachment(&mut tx, audience.as_ref(), sha256).await?.ok_or(NONE)?;
    if !may_read(&mut tx, caller, audience, &row).await? {
        return Err(NONE);
    }
    let size = u64::try_from(row.size).map_err(fault)?;
    Ok(Found { size, path: path(hub, audience, sha256) })
}

async fn may_read(
    tx: &mut Tx,
    caller: &Caller,
    audience: &AudienceId,
    row: &AttachmentRow,
) -> Result<bool, Problem> {
    let me = caller.account.as_ref();
    if row.account == me || row.to_account.as_deref() == Some(me) {
        return Ok(true);
    }
    let standing = standing(tx, audience, &caller.account).await?;
    Ok(match row.reader.as_str() {
        "audience" => !matches!(standing, Standing::Nobody | Standing::Removed),
        "desk" => standing.publishes(),
        _ => false,
    })
}

impl Found {
    /// The bytes `from … from + length − 1`, as they come from the disk.
    pub async fn read(&self, from: u64, length: u64) -> Result<ReaderStream<Take<File>>, Problem> {
        let mut file = match File::open(&self.path).await {
            Ok(file) => file,
            Err(error) if error.kind() == std::io::ErrorKind::NotFound => {
                return Err(Problem::NotFound("this attachment is no longer kept"));
            }
            Err(error) => return Err(fault(error)),
        };
        file.seek(SeekFrom::Start(from)).await.map_err(fault)?;
        Ok(ReaderStream::with_capacity(file.take(length), 64 * 1024))
    }
}

/// Forgets at most `limit` attachments made before `before_ms`; how many.
pub async fn prune(hub: &Hub, before_ms: i64, limit: i64) -> Result<usize, Problem> {
    let old = rows::before(&mut hub.db.read().await?, before_ms, limit).await?;
    forget(hub, &old).await
}

/// Forgets at most `limit` attachments of a deleted account whose keys it gave to nobody; how many.
pub async fn erase_ungiven(hub: &Hub, account: &AccountId, limit: i64) -> Result<usize, Problem> {
    let mut tx = hub.db.read().await?;
    let ungiven = deletion::ungiven(&mut tx, account.as_ref(), limit).await?;
    drop(tx);
    forget(hub, &ungiven).await
}

/// Forgets attachments, files first, so that no file stays without a row; how many.
async fn forget(hub: &Hub, attachments: &[(Vec<u8>, Vec<u8>)]) -> Result<usize, Problem> {
    for (audience, sha256) in attachments {
        let path = folder(hub).join(hex::encode(audience)).join(hex::encode(sha256));
        match tokio::fs::remove_file(path).await {
            Err(error) if error.kind() != std::io::ErrorKind::NotFound => return Err(fault(error)),
            _ => {}
        }
    }
    let mut tx = hub.db.write().await?;
    for (audience, sha256) in attachments {
        rows::delete(&mut tx, audience, sha256).await?;
    }
    tx.commit().await?;
    Ok(attachments.len())
}

/// Removes what uploads left that ended with their process a day ago or more.
pub async fn sweep(hub: &Hub) -> Result<(), Problem> {
    let now = UNIX_EPOCH + Duration::from_millis(hub.now_ms().unsigned_abs());
    let folder = folder(hub);
    tokio::task::spawn_blocking(move || sweep_folder(&folder, now)).await.map_err(fault)?
}

fn sweep_folder(folder: &Path, now: std::time::SystemTime) -> Result<(), Problem> {
    let Ok(audiences) = std::fs::read_dir(folder) else { return Ok(()) };
    for audience in audiences {
        for file in std::fs::read_dir(audience.map_err(fault)?.path()).map_err(fault)? {
            let file = file.map_err(fault)?;
            let incoming = file.file_name().to_string_lossy().starts_with(INCOMING);
            let written = file.metadata().and_then(|data| data.modified()).map_err(fault)?;
            if incoming && now.duration_since(written).is_ok_and(|age| age > ABANDONED) {
                std::fs::remove_file(file.path()).map_err(fault)?;
            }
        }
    }
    Ok(())
}
