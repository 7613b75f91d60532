//! Accounts as the hub knows them: bundles, sessions by signed challenge, vaults it cannot open.

use kentongan_protocol::account::{KeyBundle, SignedBundle, verify_login};
use kentongan_protocol::ids::{AccountId, IdentityKey};
use rand_core::Rng as _;
use rayon::prelude::*;
use sha2::{Digest as _, Sha256};

use crate::base64url;
use crate::hub::Hub;
use crate::problem::Problem;
use crate::store::accounts::{self as rows, BundleRow, SessionRow, VaultRow};
use crate::store::deletion;

/// The most bytes of a vault.
pub const VAULT_LIMIT: usize = 4 << 20;

const CHALLENGE_MS: i64 = 2 * 60 * 1000;
const SESSION_MS: i64 = 30 * 24 * 3600 * 1000;

/// Who calls: an account with a live session.
#[derive(Clone)]
pub struct Caller {
    /// The account.
    pub account: AccountId,
    /// Its identity key.
    pub ik: IdentityKey,
    token_hash: [u8; 32],
}

/// A bundle that the hub holds now.
pub struct Stored {
    /// Whose.
    pub account: AccountId,
    /// Its sequence number.
    pub seq: u64,
    /// False where the same bundle was held before.
    pub new: bool,
}

/// Takes exactly the next bundle of an account; the first makes the account.
pub async fn put_bundle(hub: &Hub, bundle: &[u8], signature: &[u8; 64]) -> Result<Stored, Problem> {
    const REFUSED: Problem = Problem::Refused(
        "the bundle is malformed, expired or not signed by its own key; make a new one",
    );
    let signed = SignedBundle {
        bundle: KeyBundle::parse(bundle).map_err(|_| REFUSED)?,
        signature: *signature,
    };
    signed.verify().map_err(|_| REFUSED)?;
    let now = hub.now_ms();
    if !signed.bundle.valid_at(now.unsigned_abs()) {
        return Err(REFUSED);
    }
    let keys = &signed.bundle;
    let account = AccountId::of(&keys.ik());
    let seq = i64::try_from(keys.seq()).map_err(|_| REFUSED)?;
    let row = BundleRow {
        ik: keys.ik().0.to_vec(),
        seq,
        bundle: bundle.to_vec(),
        bundle_signature: signature.to_vec(),
    };
    let mut tx = hub.db.write().await?;
    let held = rows::bundle(&mut tx, account.as_ref()).await?;
    let new = match held {
        Some(held) if held.seq == seq && held.bundle == bundle => false,
        None if seq == 1 => {
            if deletion::is_deleted(&mut tx, account.as_ref()).await? {
                return Err(DELETED);
            }
            rows::insert(&mut tx, account.as_ref(), &row, keys.xk().as_ref(), now).await?
        }
        Some(_) => {
            rows::replace_bundle(&mut tx, account.as_ref(), &row, keys.xk().as_ref()).await?
        }
        None => false,
    };
    let stands = new
        || rows::bundle(&mut tx, account.as_ref()).await?.is_some_and(|held| held.bundle == bundle);
    tx.commit().await?;
    if stands {
        Ok(Stored { account, seq: keys.seq(), new })
    } else {
        Err(Problem::Conflict(
            "this is not the next bundle of the account, or its letter key is another's: fetch the one held and count on",
        ))
    }
}

const DELETED: Problem =
    Problem::Conflict("this account was deleted and never comes again: make another");

/// Makes the accounts of many first bundles in one transaction, all or none: a whole register at once.
pub async fn import(hub: &Hub, bundles: &[SignedBundle]) -> Result<(), Problem> {
    const REFUSED: Problem =
        Problem::Refused("one of the bundles is not a first bundle signed by its own key");
    let now = hub.now_ms();
    let first = |signed: &SignedBundle| {
        let current = signed.bundle.seq() == 1 && signed.bundle.valid_at(now.unsigned_abs());
        current && signed.verify().is_ok()
    };
    if !bundles.par_iter().all(first) {
        return Err(REFUSED);
    }
    let ids: Vec<u8> = bundles.iter().flat_map(|signed| signed.bundle.account().0).collect();
    let mut tx = hub.db.write().await?;
    if deletion::count_deleted(&mut tx, &ids).await? > 0 {
        return Err(DELETED);
    }
    let made = rows::insert_many(&mut tx, bundles, now).await?;
    if made != bundles.len() as u64 {
        return Err(Problem::Conflict("one of the accounts is there already"));
    }
    Ok(tx.commit().await?)
}

/// The bundle of an account.
pub async fn bundle(hub: &Hub, account: &AccountId) -> Result<BundleRow, Problem> {
    let mut tx = hub.db.read().await?;
    rows::bundle(&mut tx, account.as_ref())
        .await?
        .ok_or(Problem::NotFound("there is no such account on this hub"))
}

/// A login challenge, for one use.
pub struct Challenge {
    /// 32 random bytes to sign.
    pub bytes: [u8; 32],
    /// Until when it can be used.
    pub expires_ms: i64,
}

/// Makes a challenge good for two minutes.
pub async fn challenge(hub: &Hub) -> Result<Challenge, Problem> {
    let mut bytes = [0; 32];
    hub.rng().fill_bytes(&mut bytes);
    let expires_ms = hub.now_ms() + CHALLENGE_MS;
    let mut tx = hub.db.write().await?;
    rows::insert_challenge(&mut tx, &bytes, expires_ms).await?;
    tx.commit().await?;
    Ok(Challenge { bytes, expires_ms })
}

/// A session just begun.
pub struct Session {
    /// The bearer token; the hub keeps its hash only.
    pub token: String,
    /// Whose.
    pub account: AccountId,
    /// Until when.
    pub expires_ms: i64,
}

/// Begins a session for whoever signed the challenge for this hub's origin.
pub async fn login(
    hub: &Hub,
    ik: &IdentityKey,
    challenge: &[u8; 32],
    signature: &[u8; 64],
) -> Result<Session, Problem> {
    const REFUSED: Problem =
        Problem::Unauthenticated("the login was not accepted: ask for a new challenge and sign it");
    verify_login(ik, &hub.origin, challenge, signature).map_err(|_| REFUSED)?;
    let now = hub.now_ms();
    let account = AccountId::of(ik);
    let mut secret = [0; 32];
    hub.rng().fill_bytes(&mut secret);
    let token = base64url::encode(secret);
    let expires_ms = now + SESSION_MS;
    let mut tx = hub.db.write().await?;
    let known = rows::bundle(&mut tx, account.as_ref()).await?.is_some();
    let fresh = rows::use_challenge(&mut tx, challenge, now).await?;
    if known && fresh {
        rows::insert_session(&mut tx, &token_hash(&token), account.as_ref(), now, expires_ms)
            .await?;
    }
    tx.commit().await?; // a challenge is used up even where the login fails
    if known && fresh { Ok(Session { token, account, expires_ms }) } else { Err(REFUSED) }
}

/// Who the bearer of `token` is.
pub async fn caller(hub: &Hub, token: &str) -> Result<Caller, Problem> {
    const ENDED: Problem = Problem::Unauthenticated("this session has ended: sign in again");
    let token_hash = token_hash(token);
    let mut tx = hub.db.read().await?;
    let (account, ik) = rows::session(&mut tx, &token_hash, hub.now_ms()).await?.ok_or(ENDED)?;
    match (account.try_into(), ik.try_into()) {
        (Ok(account), Ok(ik)) => {
            Ok(Caller { account: AccountId(account), ik: IdentityKey(ik), token_hash })
        }
        _ => Err(Problem::Internal("an account's key is not 32 bytes".into())),
    }
}

/// Ends the caller's session.
pub async fn logout(hub: &Hub, caller: &Caller) -> Result<(), Problem> {
    let mut tx = hub.db.write().await?;
    rows::delete_session(&mut tx, &caller.token_hash).await?;
    Ok(tx.commit().await?)
}

/// One of the caller's own sessions.
pub struct Own {
    /// When it began and until when it lasts.
    pub row: SessionRow,
    /// Whether it is the one that asks.
    pub current: bool,
}

/// The caller's sessions, the newest first.
pub async fn sessions(hub: &Hub, caller: &Caller) -> Result<Vec<Own>, Problem> {
    let mut tx = hub.db.read().await?;
    let rows = rows::sessions(&mut tx, caller.account.as_ref(), hub.now_ms()).await?;
    let own = |row: SessionRow| Own { current: row.token_hash == caller.token_hash, row };
    Ok(rows.into_iter().map(own).collect())
}

/// Ends every session of the caller but the one that asks.
pub async fn logout_others(hub: &Hub, caller: &Caller) -> Result<(), Problem> {
    let mut tx = hub.db.write().await?;
    rows::delete_other_sessions(&mut tx, caller.account.as_ref(), &caller.token_hash).await?;
    Ok(tx.commit().await?)
}

/// Looking a session up by its hash takes no time that depends on the token.
fn token_hash(token: &str) -> [u8; 32] {
    Sha256::digest(token).into()
}

/// A vault; whoever knows its id has the login card.
pub async fn vault(hub: &Hub, vault_id: &[u8; 16]) -> Result<VaultRow, Problem> {
    let mut tx = hub.db.read().await?;
    let row = rows::vault(&mut tx, vault_id).await?;
    row.ok_or(Problem::NotFound(
        "no vault belongs to this login card on this hub: check the card and the hub's address",
    ))
}

/// Writes exactly the next version of the caller's vault; a repeat of the version held is answered alike.
pub async fn put_vault(
    hub: &Hub,
    caller: &Caller,
    vault_id: &[u8; 16],
    version: i64,
    vault: &[u8],
) -> Result<(), Problem> {
    let row = VaultRow { account: caller.account.0.to_vec(), version, vault: vault.to_vec() };
    let mut tx = hub.db.write().await?;
    let others = rows::other_vault_bytes(&mut tx, &row.account, vault_id).await?;
    if others.unsigned_abs() + vault.len() as u64 > hub.config.limits.vault_bytes {
        return Err(Problem::NotAllowed(
            "the vault and the records of this account fill the space that this hub gives one: ask its operator for more",
        ));
    }
    let written = if version == 1 {
        rows::insert_vault(&mut tx, vault_id, &row, hub.now_ms()).await?
    } else {
        rows::replace_vault(&mut tx, vault_id, &row, hub.now_ms()).await?
    };
    let stands = written
        || rows::vault(&mut tx, vault_id).await?.is_some_and(|held| {
            held.account == row.account && held.version == version && held.vault == vault
        });
    tx.commit().await?;
    if stands { Ok(()) } else { Err(Problem::VersionConflict) }
}

/// Deletes exactly this version of a vault of the caller's, whose card was replaced; one that is gone stays gone.
pub async fn delete_vault(
    hub: &Hub,
    caller: &Caller,
    vault_id: &[u8; 16],
    version: i64,
) -> Result<(), Problem> {
    let account = caller.account.as_ref();
    let mut tx = hub.db.write().await?;
    // Two that replace each other's card must not both find the other's vault and leave none.
    rows::lock(&mut tx, account).await?;
    let deleted = rows::delete_vault(&mut tx, vault_id, account, version).await?;
    let held = if deleted { None } else { rows::vault(&mut tx, vault_id).await? };
    tx.commit().await?;
    match held {
        None => Ok(()),
        Some(held) if held.account == account && held.version == version => Err(Problem::Conflict(
            "this is the account's only vault: write it under the new card first",
        )),
        Some(_) => Err(Problem::VersionConflict),
    }
}
