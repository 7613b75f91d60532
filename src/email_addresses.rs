//! Mail addresses of accounts that asked to be told by mail, each confirmed by whoever reads it.
//!
//! Invariant: an address rests sealed under the master key; a token of a link is looked up by its hash, and mail goes
//! only to an address whose reader confirmed it, but for the one that asks.

use kentongan_protocol::bytes::Writer;
use kentongan_protocol::ids::AccountId;
use kentongan_protocol::primitives::verify;
use lettre::Address;
use rand_core::Rng as _;
use sha2::{Digest as _, Sha256};

use crate::accounts::Caller;
use crate::base64url::{decode_array, encode};
use crate::hub::Hub;
use crate::jobs::{nudge::Nudge, queue};
use crate::problem::Problem;
use crate::store::email_addresses::{self as rows, AddressRow};
use crate::store::{StoreError, Tx, due_times, nudges};

/// RFC 5321: a path of 256 bytes with its brackets.
const LONGEST: usize = 254;
const CONFIRM_MS: i64 = 24 * 3600 * 1000;
/// A signature older or newer than this is not of this request.
const SKEW_MS: u64 = 10 * 60 * 1000;
/// Confirmations an account can ask for, and an address can be asked for, in a day.
const CONFIRMATIONS_A_DAY: i64 = 5;

/// What an account sees of its address.
pub struct State {
    /// `none`, `unconfirmed`, `confirmed`, `failed` or `off`.
    pub state: String,
    /// Why it failed.
    pub reason: Option<String>,
    /// Whether this hub sends mail at all.
    pub enabled: bool,
}

/// What to send where, as an account signs it.
pub struct Wish<'a> {
    /// The address.
    pub address: &'a str,
    /// `id` or `en`.
    pub language: &'a str,
    /// When it was signed.
    pub at_ms: u64,
    /// `Sign(ik, "email", op8(origin) ‖ op8(address) ‖ at_ms)`.
    pub signature: &'a [u8; 64],
}

/// How the caller's address stands.
pub async fn state(hub: &Hub, caller: &Caller) -> Result<State, Problem> {
    let mut tx = hub.db.read().await?;
    let row = rows::of_account(&mut tx, caller.account.as_ref()).await?;
    let (state, reason) = row.map_or(("none".into(), None), |row| (row.state, row.reason));
    Ok(State { state, reason, enabled: hub.mailer.is_some() })
}

/// Takes an address and owes it a mail that asks to confirm it; one that stands confirmed stays so.
pub async fn put(hub: &Hub, caller: &Caller, wish: &Wish<'_>) -> Result<(), Problem> {
    if hub.mailer.is_none() {
        return Err(Problem::NotAllowed("this hub sends no mail: its operator has not set it up"));
    }
    let address = parse(wish.address)?;
    if !["id", "en"].contains(&wish.language) {
        return Err(Problem::field("language", "expected `id` or `en`"));
    }
    signed(hub, caller, wish)?;
    let (account, now) = (caller.account.as_ref(), hub.now_ms());
    let address_hash = keyed_hash(hub, &[b"address", wish.address.to_lowercase().as_bytes()]);
    let row = Sealed::new(hub, address.clone()).row(hub, &caller.account, wish.language);
    let mut tx = hub.db.write().await?;
    if let Some(mut row) = rows::of_account(&mut tx, account).await?
        && row.state == "confirmed"
        && Sealed::open(hub, &row)?.address == address
    {
        wish.language.clone_into(&mut row.language);
        rows::put(&mut tx, &row, now).await?;
        return Ok(tx.commit().await?);
    }
    let day_ago = now - CONFIRM_MS;
    let asked = rows::confirmations_since(&mut tx, account, &address_hash, day_ago).await?;
    if asked >= CONFIRMATIONS_A_DAY {
        return Err(Problem::RateLimited(3600));
    }
    rows::put(&mut tx, &row, now).await?;
    rows::insert_confirmation(&mut tx, &row.confirm_hash, account, &address_hash, now).await?;
    owe(&mut tx, &row, now).await?;
    Ok(tx.commit().await?)
}

/// Owes the mail that asks to confirm; its subject is the confirmation itself.
async fn owe(tx: &mut Tx, row: &AddressRow, now: i64) -> Result<(), Problem> {
    let subject = row.confirm_hash.as_slice().try_into().ok();
    let nudge = subject.and_then(|subject| Nudge::new(subject, &row.account));
    let nudge = nudge.ok_or_else(|| Problem::Internal("a hash that is not 32 bytes".into()))?;
    nudges::insert(tx, &row.confirm_hash, std::slice::from_ref(&row.account), now).await?;
    queue::push(tx, &nudge, now).await?;
    Ok(())
}

/// Forgets the caller's address.
pub async fn delete(hub: &Hub, caller: &Caller) -> Result<(), Problem> {
    let mut tx = hub.db.write().await?;
    rows::delete(&mut tx, caller.account.as_ref()).await?;
    Ok(tx.commit().await?)
}

/// What a link of a mail leads to.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Linked {
    /// The language its reader chose.
    pub language: String,
    /// Whether it is done already.
    pub done: bool,
}

/// What the link of a confirmation leads to; `None` where it is unknown or its time is over.
pub async fn confirmation(hub: &Hub, token: &str) -> Result<Option<Linked>, Problem> {
    let row = rows::by_confirm(&mut hub.db.read().await?, &hash_of(token)).await?;
    Ok(row.and_then(|row| confirmable(hub, row)))
}

/// Confirms the address that this link went to.
pub async fn confirm(hub: &Hub, token: &str) -> Result<Option<Linked>, Problem> {
    let (hash, now) = (hash_of(token), hub.now_ms());
    let mut tx = hub.db.write().await?;
    let row = rows::by_confirm(&mut tx, &hash).await?;
    let Some(mut linked) = row.and_then(|row| confirmable(hub, row)) else { return Ok(None) };
    if !linked.done {
        rows::change_state(&mut tx, &hash, "unconfirmed", "confirmed", None, now).await?;
        tx.commit().await?;
        linked.done = true;
    }
    Ok(Some(linked))
}

fn confirmable(hub: &Hub, row: AddressRow) -> Option<Linked> {
    let done = row.state == "confirmed";
    let open = row.state == "unconfirmed" && hub.now_ms() < row.confirm_until_ms;
    (done || open).then_some(Linked { language: row.language, done })
}

/// What the link that stops mail leads to; `None` where it is unknown.
pub async fn subscription(hub: &Hub, token: &str) -> Result<Option<Linked>, Problem> {
    let row = rows::by_unsubscribe(&mut hub.db.read().await?, &hash_of(token)).await?;
    Ok(row.map(|row| Linked { language: row.language, done: row.state == "off" }))
}

/// Stops mail to the address that this link went to.
pub async fn unsubscribe(hub: &Hub, token: &str) -> Result<Option<Linked>, Problem> {
    let mut tx = hub.db.write().await?;
    let Some(row) = rows::by_unsubscribe(&mut tx, &hash_of(token)).await? else { return Ok(None) };
    let (hash, now) = (&row.confirm_hash, hub.now_ms());
    rows::change_state(&mut tx, hash, &row.state, "off", None, now).await?;
    tx.commit().await?;
    Ok(Some(Linked { language: row.language, done: true }))
}

/// Writes on an address why its mail server takes no mail for it.
pub async fn fail(hub: &Hub, row: &AddressRow, reason: &str) -> Result<(), StoreError> {
    let mut tx = hub.db.write().await?;
    let (hash, now) = (&row.confirm_hash, hub.now_ms());
    rows::change_state(&mut tx, hash, &row.state, "failed", Some(reason), now).await?;
    tx.commit().await
}

/// The address to which a mail about `subject` is still owed: a confirmation that waits, or news to a confirmed one.
pub async fn still_owed(
    tx: &mut Tx,
    subject: &[u8],
    account: &[u8],
    now_ms: i64,
) -> Result<Option<AddressRow>, StoreError> {
    let Some(row) = rows::of_account(tx, account).await? else { return Ok(None) };
    let owed = match row.state.as_str() {
        "unconfirmed" => row.confirm_hash == subject && now_ms < row.confirm_until_ms,
        "confirmed" => {
            nudges::still_news(tx, subject, account).await?
                || due_times::still_owes(tx, subject, account, now_ms).await?
        }
        _ => false,
    };
    Ok(owed.then_some(row))
}

/// What a row seals.
pub struct Sealed {
    /// The address.
    pub address: Address,
    confirm: [u8; 32],
    unsubscribe: [u8; 32],
}

impl Sealed {
    fn new(hub: &Hub, address: Address) -> Self {
        let (mut confirm, mut unsubscribe) = ([0; 32], [0; 32]);
        let mut rng = hub.rng();
        rng.fill_bytes(&mut confirm);
        rng.fill_bytes(&mut unsubscribe);
        Self { address, confirm, unsubscribe }
    }

    fn row(&self, hub: &Hub, account: &AccountId, language: &str) -> AddressRow {
        let address: &str = self.address.as_ref();
        let plain = [&self.confirm[..], &self.unsubscribe, address.as_bytes()].concat();
        let key = hub.master_key.seal_key("email");
        AddressRow {
            account: account.0.to_vec(),
            sealed_address: key.seal(account.as_ref(), &plain, &mut hub.rng()),
            language: language.to_owned(),
            state: "unconfirmed".into(),
            reason: None,
            confirm_hash: Sha256::digest(self.confirm).to_vec(),
            confirm_until_ms: hub.now_ms() + CONFIRM_MS,
            unsubscribe_hash: Sha256::digest(self.unsubscribe).to_vec(),
        }
    }

    /// Opens a row.
    pub fn open(hub: &Hub, row: &AddressRow) -> Result<Self, Problem> {
        let unreadable = || Problem::Internal("an unreadable address in the database".into());
        let plain = hub.master_key.seal_key("email").unseal(&row.account, &row.sealed_address)?;
        let (confirm, rest) = plain.split_first_chunk().ok_or_else(unreadable)?;
        let (unsubscribe, address) = rest.split_first_chunk().ok_or_else(unreadable)?;
        let address = std::str::from_utf8(address).ok().and_then(|text| text.parse().ok());
        let address = address.ok_or_else(unreadable)?;
        Ok(Self { address, confirm: *confirm, unsubscribe: *unsubscribe })
    }

    /// Where its reader confirms the address.
    #[must_use]
    pub fn confirm_link(&self, hub: &Hub) -> String {
        format!("{}/email/confirm/{}", hub.origin.as_str(), encode(self.confirm))
    }

    /// Where its reader stops mail to it.
    #[must_use]
    pub fn unsubscribe_link(&self, hub: &Hub) -> String {
        format!("{}/email/unsubscribe/{}", hub.origin.as_str(), encode(self.unsubscribe))
    }
}

/// The same for the same mail, and telling nothing to whoever reads it.
#[must_use]
pub fn message_id(hub: &Hub, subject: &[u8], account: &[u8]) -> String {
    hex::encode(&keyed_hash(hub, &[b"message", subject, account])[..16])
}

fn keyed_hash(hub: &Hub, parts: &[&[u8]]) -> [u8; 32] {
    let key = hub.master_key.seal_key("email-hash");
    let mut hash = Sha256::new_with_prefix(key.expose());
    for part in parts {
        hash.update(part.len().to_be_bytes());
        hash.update(part);
    }
    hash.finalize().into()
}

/// An address in plain ASCII at a named domain; a mail server by number would be sent to wherever somebody says.
fn parse(text: &str) -> Result<Address, Problem> {
    let wrong = || Problem::field("address", "expected an e-mail address like sari@example.org");
    let address: Address = text.parse().map_err(|_| wrong())?;
    if text.len() <= LONGEST && text.is_ascii() && !address.domain().starts_with('[') {
        Ok(address)
    } else {
        Err(wrong())
    }
}

fn signed(hub: &Hub, caller: &Caller, wish: &Wish<'_>) -> Result<(), Problem> {
    const REFUSED: Problem =
        Problem::Refused("the address is not signed by this account just now: sign it again");
    let statement = Writer::default()
        .op8(hub.origin.as_str().as_bytes())
        .op8(wish.address.as_bytes())
        .u64(wish.at_ms)
        .done();
    verify(&caller.ik, "email", &statement, wish.signature).map_err(|_| REFUSED)?;
    let recent = hub.now_ms().unsigned_abs().abs_diff(wish.at_ms) <= SKEW_MS;
    if recent { Ok(()) } else { Err(REFUSED) }
}

/// What a token is looked up by, which takes no time that depends on it; nothing has the hash of no token.
fn hash_of(token: &str) -> Vec<u8> {
    decode_array::<32>(token).map(|token| Sha256::digest(token).to_vec()).unwrap_or_default()
}
