//! Uploads in parts, which go on where they broke off, also after a restart.
//!
//! Invariant: the length of an upload's file is its offset; whoever writes to it holds its lock, and appends at exactly
//! that offset. The whole gets its name only with the hash it was sent under.

use std::fs::TryLockError;
use std::io::{BufRead as _, ErrorKind, Seek as _};
use std::path::{Path, PathBuf};

use bytes::Bytes;
use futures_util::{Stream, StreamExt as _};
use kentongan_protocol::ids::{AccountId, AudienceId};
use sha2::{Digest as _, Sha256};
use tokio::fs::File;
use tokio::io::AsyncWriteExt as _;

use super::{
    ABANDONED, Cut, HOUR_MS, INCOMING, Readers, discard, fault, folder, keep, may_upload, path,
    rows, same, stored, sync_folder,
};
use crate::accounts::Caller;
use crate::hub::Hub;
use crate::problem::Problem;
use crate::store::Tx;
use crate::store::uploads::{self, UploadRow};

/// The bytes `from … to − 1` of `size`.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Part {
    /// The first.
    pub from: u64,
    /// The one after the last.
    pub to: u64,
    /// Of the whole.
    pub size: u64,
}

/// What became of a part.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Received {
    /// It was the last: the whole is kept; false where it was kept before.
    Whole(bool),
    /// There is more to come, from this offset.
    UpTo(u64),
}

/// Appends a part to the caller's upload of the blob of this hash; the last one makes it an attachment.
///
/// What came of a part that broke off stays, and is gone on from.
pub async fn put_part(
    hub: &Hub,
    caller: &Caller,
    audience: &AudienceId,
    sha256: &[u8; 32],
    readers: Readers,
    part: Part,
    body: impl Stream<Item = Result<Bytes, Cut>> + Unpin,
) -> Result<Received, Problem> {
    let limit = hub.config.limits.attachment;
    if part.size > limit {
        return Err(Problem::TooLarge(limit));
    }
    let row = wanted(caller, audience, sha256, readers, part.size)?;
    let mut tx = hub.db.read().await?;
    may_upload(&mut tx, caller, audience, readers).await?;
    if let Some(held) = rows::attachment(&mut tx, audience.as_ref(), sha256).await? {
        drop(tx);
        same(&held, caller, readers)?;
        discard(body, limit).await?;
        return Ok(Received::Whole(false));
    }
    may_go_on(hub, &mut tx, &row, part).await?;
    drop(tx);
    let mut tx = hub.db.write().await?;
    uploads::go_on(&mut tx, &row, hub.now_ms()).await?;
    tx.commit().await?;

    let partial = partial(hub, &row);
    let file = append(&partial, part, body).await?;
    if part.to < part.size {
        return Ok(Received::UpTo(part.to));
    }
    if digest(file).await? != *sha256 {
        give_up(hub, std::slice::from_ref(&row)).await?;
        return Err(Problem::Refused("the blob does not have the hash it was sent under"));
    }
    let whole = path(hub, audience, sha256);
    tokio::task::spawn_blocking(move || {
        std::fs::rename(&partial, &whole).map_err(fault)?;
        sync_folder(&whole)
    })
    .await
    .map_err(fault)??;
    keep(hub, caller, audience, sha256, readers, part.size).await.map(Received::Whole)
}

/// The row of an upload as it is wanted.
fn wanted(
    caller: &Caller,
    audience: &AudienceId,
    sha256: &[u8; 32],
    readers: Readers,
    size: u64,
) -> Result<UploadRow, Problem> {
    let (reader, to_account) = stored(readers);
    Ok(UploadRow {
        audience: audience.0.to_vec(),
        sha256: sha256.to_vec(),
        account: caller.account.0.to_vec(),
        reader: reader.to_owned(),
        to_account,
        size: i64::try_from(size).map_err(fault)?,
    })
}

/// An upload goes on as it began; a new one counts against its account's limit.
async fn may_go_on(hub: &Hub, tx: &mut Tx, row: &UploadRow, part: Part) -> Result<(), Problem> {
    match uploads::upload(tx, &row.audience, &row.sha256, &row.account).await? {
        Some(held) if held == *row => Ok(()),
        Some(_) => Err(Problem::Conflict(
            "this upload began for other readers or with another size: encrypt the file anew",
        )),
        None if part.from > 0 => Err(Problem::Offset(0)),
        None if part.size > room(hub, tx, &row.account).await? => Err(FULL),
        None => Ok(()),
    }
}

/// An account has uploaded as many bytes as it may in a day: what counts longest goes first, so an hour may be enough.
pub(super) const FULL: Problem = Problem::RateLimited(3600);

/// How many bytes an account may still upload today, if it may begin another upload in this hour.
pub(super) async fn room(hub: &Hub, tx: &mut Tx, account: &[u8]) -> Result<u64, Problem> {
    let (limits, since) = (&hub.config.limits, hub.now_ms() - HOUR_MS);
    let done = rows::uploaded_since(tx, account, since).await?;
    let under_way = uploads::begun_since(tx, account, since).await?;
    if done + under_way >= i64::from(limits.letters_per_hour) {
        return Err(Problem::RateLimited(600));
    }
    if limits.upload_bytes_per_day == 0 {
        return Ok(u64::MAX);
    }
    let since = hub.now_ms() - 24 * HOUR_MS;
    let done = rows::bytes_since(tx, account, since).await?;
    let under_way = uploads::bytes_since(tx, account, since).await?;
    match limits.upload_bytes_per_day.saturating_sub(done.saturating_add(under_way).unsigned_abs())
    {
        0 => Err(FULL),
        room => Ok(room),
    }
}

/// Appends a body that must begin at the file's end and have the part's length; the file, locked.
async fn append(
    partial: &Path,
    part: Part,
    mut pieces: impl Stream<Item = Result<Bytes, Cut>> + Unpin,
) -> Result<std::fs::File, Problem> {
    let folder = partial.parent().ok_or_else(|| fault("an upload's path without a folder"))?;
    tokio::fs::create_dir_all(folder).await.map_err(fault)?;
    let mut options = std::fs::OpenOptions::new();
    let held = options.create(true).read(true).append(true).open(partial).map_err(fault)?;
    match held.try_lock() {
        Ok(()) => {}
        Err(TryLockError::WouldBlock) => {
            return Err(Problem::Conflict("another part of this file is on its way: wait for it"));
        }
        Err(TryLockError::Error(error)) => return Err(fault(error)),
    }
    let mut offset = held.metadata().map_err(fault)?.len();
    if offset != part.from {
        return Err(Problem::Offset(offset));
    }
    let mut file = File::from_std(held.try_clone().map_err(fault)?);
    let mut ended = Ok(());
    while let Some(piece) = pieces.next().await {
        let Ok(piece) = piece else {
            ended = Err(Problem::from(Cut));
            break;
        };
        offset += piece.len() as u64;
        if offset > part.to {
            // What is still being written would come after.
            file.flush().await.map_err(fault)?;
            held.set_len(part.from).map_err(fault)?;
            let why = "the body is longer than it says";
            return Err(Problem::field("Content-Range", why));
        }
        file.write_all(&piece).await.map_err(fault)?;
    }
    file.sync_all().await.map_err(fault)?;
    ended?;
    if offset < part.to { Err(Cut.into()) } else { Ok(held) }
}

/// The hash of a file from its beginning.
async fn digest(file: std::fs::File) -> Result<[u8; 32], Problem> {
    let hash = move || {
        let mut file = std::io::BufReader::with_capacity(1 << 20, file);
        file.rewind()?;
        let mut hash = Sha256::new();
        loop {
            let piece = file.fill_buf()?;
            if piece.is_empty() {
                return Ok::<_, std::io::Error>(hash.finalize().into());
            }
            hash.update(piece);
            let read = piece.len();
            file.consume(read);
        }
    };
    tokio::task::spawn_blocking(hash).await.map_err(fault)?.map_err(fault)
}

/// How many bytes of the caller's upload have come; none where there is none.
pub async fn offset(
    hub: &Hub,
    caller: &Caller,
    audience: &AudienceId,
    sha256: &[u8; 32],
) -> Result<Option<u64>, Problem> {
    let mut tx = hub.db.read().await?;
    let account = caller.account.as_ref();
    let Some(row) = uploads::upload(&mut tx, audience.as_ref(), sha256, account).await? else {
        return Ok(None);
    };
    drop(tx);
    match tokio::fs::metadata(partial(hub, &row)).await {
        Ok(data) => Ok(Some(data.len())),
        Err(error) if error.kind() == ErrorKind::NotFound => Ok(Some(0)),
        Err(error) => Err(fault(error)),
    }
}

/// `data/attachments/AUDIENCE/incoming-ACCOUNT-SHA-256`, all hexadecimal.
fn partial(hub: &Hub, row: &UploadRow) -> PathBuf {
    let name = format!("{INCOMING}{}-{}", hex::encode(&row.account), hex::encode(&row.sha256));
    folder(hub).join(hex::encode(&row.audience)).join(name)
}

/// Gives up at most `limit` uploads to which nothing was added for a day; how many.
pub async fn prune(hub: &Hub, limit: i64) -> Result<usize, Problem> {
    let day_ms = i64::try_from(ABANDONED.as_millis()).map_err(fault)?;
    let old = uploads::before(&mut hub.db.read().await?, hub.now_ms() - day_ms, limit).await?;
    give_up(hub, &old).await
}

/// Gives up at most `limit` uploads of a deleted account; how many.
pub async fn erase(hub: &Hub, account: &AccountId, limit: i64) -> Result<usize, Problem> {
    let of_account =
        uploads::of_account(&mut hub.db.read().await?, account.as_ref(), limit).await?;
    give_up(hub, &of_account).await
}

/// Files first, so that no file stays without a row.
async fn give_up(hub: &Hub, given_up: &[UploadRow]) -> Result<usize, Problem> {
    for row in given_up {
        match tokio::fs::remove_file(partial(hub, row)).await {
            Err(error) if error.kind() != ErrorKind::NotFound => return Err(fault(error)),
            _ => {}
        }
    }
    let mut tx = hub.db.write().await?;
    for row in given_up {
        uploads::delete(&mut tx, &row.audience, &row.sha256, &row.account).await?;
    }
    tx.commit().await?;
    Ok(given_up.len())
}
