//! Letters: from one account to another or to an audience's desk (protocol section 7).
//!
//! Invariant: a letter in a mailbox was written by its author, who might write it there when it came; its receipt says
//! when, and stays the same however often it is asked for.

use kentongan_protocol::charter::Charter;
use kentongan_protocol::ids::{AccountId, AudienceId, IdentityKey, LetterId};
use kentongan_protocol::letter::{Header, HubState, Kind, Letter, Recipient, Refused};
use kentongan_protocol::membership::WriterProof;
use kentongan_protocol::receipt::Receipt;

use crate::accounts::Caller;
use crate::audiences::{self, Standing, standing};
use crate::desk;
use crate::hub::Hub;
use crate::jobs::{notify::Notify, queue};
use crate::notifications::live::{self, Event, To};
use crate::problem::Problem;
use crate::store::letters::{self as rows, LetterRow, ListedRow};
use crate::store::{Tx, accounts};

/// The most bytes of a letter: 1 MiB of ciphertext and its frame.
pub const LIMIT: usize = (1 << 20) + 1024;

const HOUR_MS: i64 = 3600 * 1000;
const REFUSED: Problem = Problem::Refused(
    "the letter was not accepted: check who it is for and what its sender may send there",
);

/// A letter in its mailbox.
pub struct Delivered {
    /// Its id.
    pub letter: LetterId,
    /// When it came in, by the hub's clock.
    pub received_ms: i64,
    /// The hub's word for that, on a submission.
    pub receipt: Option<[u8; 64]>,
    /// False where it was there before.
    pub new: bool,
}

/// Takes a letter of the caller's to its recipient's mailbox; one that is there is answered as the first time.
pub async fn send(
    hub: &Hub,
    caller: &Caller,
    bytes: &[u8],
    proof: Option<&[u8]>,
) -> Result<Delivered, Problem> {
    let letter = Letter::parse(bytes).map_err(|_| REFUSED)?;
    if letter.header().ik != caller.ik {
        return Err(Problem::NotAllowed("a letter is sent in its author's own session"));
    }
    let id = letter.id();
    let mut tx = hub.db.read().await?;
    if let Some(received_ms) = rows::received(&mut tx, id.as_ref()).await? {
        return Ok(delivered(hub, letter.header().kind, id, received_ms, false));
    }
    within_rate(hub, &mut tx, caller).await?;
    let header = letter.header();
    let charters = Charters::of(&mut tx, header).await?.ok_or(REFUSED)?;
    let to_desk = header.to == charters.current.desk;
    let ground = Ground::of(&mut tx, header, to_desk, &caller.account).await?;
    drop(tx);
    let as_member = check(hub, &letter, &ground, &charters, proof)?;
    deliver(hub, caller, header, id, bytes, &ground, proof.filter(|_| as_member)).await
}

/// Writes an accepted letter down, unless what it was accepted on changed meanwhile.
async fn deliver(
    hub: &Hub,
    caller: &Caller,
    header: &Header,
    id: LetterId,
    bytes: &[u8],
    ground: &Ground,
    proof: Option<&[u8]>,
) -> Result<Delivered, Problem> {
    let now = hub.now_ms();
    let mut tx = hub.db.write().await?;
    crate::store::audiences::lock(&mut tx, header.audience.as_ref()).await?;
    if let Some(received_ms) = rows::received(&mut tx, id.as_ref()).await? {
        return Ok(delivered(hub, header.kind, id, received_ms, false));
    }
    if Ground::of(&mut tx, header, ground.to_desk, &caller.account).await? != *ground {
        return Err(Problem::CharterSuperseded);
    }
    let row = LetterRow {
        letter: id.0.to_vec(),
        audience: header.audience.0.to_vec(),
        to_account: ground.recipient.map(|(account, _)| account.0.to_vec()),
        ik: header.ik.0.to_vec(),
        account: caller.account.0.to_vec(),
        thread: header.thread.0.to_vec(),
        kind: header.kind as i64,
        sent_ms: i64::try_from(header.sent_ms).map_err(|_| REFUSED)?,
        received_ms: now,
        bytes: bytes.to_vec(),
        writer_proof: proof.map(<[u8]>::to_vec),
    };
    rows::insert(&mut tx, &row).await?;
    queue::push(&mut tx, &Notify::letter(id), now).await?;
    if ground.recipient.is_none() {
        let (audience, thread) = (&header.audience, &header.thread.0);
        desk::reopen(&mut tx, hub, audience, &caller.account, thread).await?;
    }
    let to = match &ground.recipient {
        Some((account, _)) => To::Account(&header.audience, account),
        None => To::Staff(&header.audience),
    };
    let event = Event { kind: live::Kind::Letter, to, subject: &id.0, at_ms: now };
    live::announce(&mut tx, &event).await?;
    tx.commit().await?;
    Ok(delivered(hub, header.kind, id, now, true))
}

fn delivered(hub: &Hub, kind: Kind, letter: LetterId, received_ms: i64, new: bool) -> Delivered {
    let receipt = (kind == Kind::Submission)
        .then(|| Receipt::sign(&hub.hub_key, letter, received_ms.unsigned_abs()).signature);
    Delivered { letter, received_ms, receipt, new }
}

async fn within_rate(hub: &Hub, tx: &mut Tx, caller: &Caller) -> Result<(), Problem> {
    let since = hub.now_ms() - HOUR_MS;
    let sent = rows::sent_since(tx, caller.account.as_ref(), since).await?;
    if sent < i64::from(hub.config.limits.letters_per_hour) {
        Ok(())
    } else {
        Err(Problem::RateLimited(600))
    }
}

/// What a letter is accepted on, which may change until it is written down.
#[derive(PartialEq, Eq)]
struct Ground {
    revision: i64,
    to_desk: bool,
    /// The account whose `xk` it is for, if it stands in the audience; none for the desk.
    recipient: Option<(AccountId, Recipient)>,
    sender: Standing,
}

impl Ground {
    async fn of(
        tx: &mut Tx,
        header: &Header,
        to_desk: bool,
        sender: &AccountId,
    ) -> Result<Self, Problem> {
        let audience = crate::store::audiences::audience(tx, header.audience.as_ref()).await?;
        Ok(Self {
            revision: audience.ok_or(REFUSED)?.revision,
            to_desk,
            recipient: if to_desk { None } else { recipient(tx, header).await? },
            sender: standing(tx, &header.audience, sender).await?,
        })
    }
}

async fn recipient(
    tx: &mut Tx,
    header: &Header,
) -> Result<Option<(AccountId, Recipient)>, Problem> {
    let Some(account) = accounts::by_xk(tx, header.to.as_ref()).await? else { return Ok(None) };
    let Some(bundle) = accounts::bundle(tx, &account).await? else { return Ok(None) };
    let unreadable = |_| Problem::Internal("an account's id or key is not 32 bytes".into());
    let account = AccountId(account.try_into().map_err(unreadable)?);
    let ik = IdentityKey(bundle.ik.try_into().map_err(unreadable)?);
    let member = match standing(tx, &header.audience, &account).await? {
        Standing::Member { .. } | Standing::Waiting => true,
        Standing::Publisher | Standing::Admin => false,
        Standing::Nobody | Standing::Removed => return Ok(None),
    };
    Ok(Some((account, Recipient { ik, member })))
}

struct Charters {
    current: Charter,
    in_force: Option<Charter>,
}

impl Charters {
    async fn of(tx: &mut Tx, header: &Header) -> Result<Option<Self>, Problem> {
        let Some(current) = audiences::current_charter(tx, &header.audience).await? else {
            return Ok(None);
        };
        let Ok(sent_ms) = i64::try_from(header.sent_ms) else { return Ok(None) };
        let in_force = rows::charter_at(tx, header.audience.as_ref(), sent_ms).await?;
        let in_force = in_force.map(|bytes| Charter::parse(&bytes)).transpose();
        let in_force = in_force
            .map_err(|_| Problem::Internal("an unreadable charter in the database".into()))?;
        Ok(Some(Self { current, in_force }))
    }
}

/// Makes every check of section 7; whether it was written as a member.
fn check(
    hub: &Hub,
    letter: &Letter,
    ground: &Ground,
    charters: &Charters,
    proof: Option<&[u8]>,
) -> Result<bool, Problem> {
    let proof = proof.map(WriterProof::parse).transpose().map_err(|_| REFUSED)?;
    let live = matches!(ground.sender, Standing::Member { .. } | Standing::Waiting);
    let member = proof.as_ref().filter(|_| live);
    let state = HubState {
        now_ms: hub.now_ms().unsigned_abs(),
        current: &charters.current,
        in_force: charters.in_force.as_ref(),
        recipient: ground.recipient.map(|(_, recipient)| recipient),
        member,
    };
    match letter.accept(&state) {
        Ok(_) => Ok(member.is_some() && letter.header().kind != Kind::Join),
        Err(refused) => {
            tracing::info!(%refused, "a letter was refused");
            Err(problem(refused, letter.header(), charters, ground.sender))
        }
    }
}

/// What the sender is told. Of a letter to an account, only a publisher learns whether that account is in the audience:
/// for everybody else the answer is the same either way.
fn problem(refused: Refused, header: &Header, charters: &Charters, sender: Standing) -> Problem {
    let for_desk =
        matches!(header.kind, Kind::Reply | Kind::Submission | Kind::Profile | Kind::Join);
    let seal_again = match refused {
        Refused::Recipient | Refused::Sender if !sender.publishes() => {
            for_desk && header.to != charters.current.desk
        }
        Refused::SentTime | Refused::Charter | Refused::Recipient => true,
        _ => false,
    };
    if seal_again { Problem::CharterSuperseded } else { REFUSED }
}

/// The caller's mailbox after a position.
pub async fn mailbox(
    hub: &Hub,
    caller: &Caller,
    after: i64,
    limit: i64,
) -> Result<Vec<ListedRow>, Problem> {
    let mut tx = hub.db.read().await?;
    Ok(rows::of_account(&mut tx, caller.account.as_ref(), after, limit).await?)
}

/// A letter, for its recipient, its sender and, where it went to the desk, the publishers.
pub async fn letter(hub: &Hub, caller: &Caller, letter: &LetterId) -> Result<LetterRow, Problem> {
    const NONE: Problem = Problem::NotFound("there is no such letter for this account");
    let mut tx = hub.db.read().await?;
    let row = rows::letter(&mut tx, letter.as_ref()).await?.ok_or(NONE)?;
    let me = caller.account.as_ref();
    let mine = row.account == me || row.to_account.as_deref() == Some(me);
    if mine || row.to_account.is_none() && publishes(&mut tx, &row, &caller.account).await? {
        Ok(row)
    } else {
        Err(NONE)
    }
}

async fn publishes(tx: &mut Tx, row: &LetterRow, account: &AccountId) -> Result<bool, Problem> {
    let unreadable = |_| Problem::Internal("a letter's audience is not 32 bytes".into());
    let audience = AudienceId(row.audience.as_slice().try_into().map_err(unreadable)?);
    Ok(standing(tx, &audience, account).await?.publishes())
}
