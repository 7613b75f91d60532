//! Rows of posts, as their author sent them and as their readers find them.

use super::{StoreError, Tx};
use crate::{execute, fetch_all, fetch_optional, fetch_scalar_optional, fetch_scalars};

/// A post to be stored.
pub struct NewPost<'a> {
    /// Its id.
    pub post: &'a [u8],
    /// The audience.
    pub audience: &'a [u8],
    /// Its place in the audience's list.
    pub position: i64,
    /// The charter it was accepted under.
    pub revision: i64,
    /// The author.
    pub ik: &'a [u8],
    /// The author's account.
    pub account: &'a [u8],
    /// The author's client.
    pub chain: &'a [u8],
    /// Its number in `(ik, chain)`.
    pub seq: i64,
    /// What it is.
    pub kind: i64,
    /// The post it names.
    pub thread: &'a [u8],
    /// Whether its charter lists the author.
    pub publisher: bool,
    /// The author's time.
    pub sent_ms: i64,
    /// The hub's.
    pub accepted_ms: i64,
    /// `pending`, `accepted` or `scheduled`.
    pub state: &'static str,
    /// When a scheduled one is released.
    pub release_ms: Option<i64>,
    /// The whole post.
    pub bytes: &'a [u8],
    /// The membership a member showed.
    pub writer_proof: Option<&'a [u8]>,
}

/// What rules ask about a stored post.
#[derive(Clone, Debug, sqlx::FromRow)]
pub struct PostRow {
    /// The audience.
    pub audience: Vec<u8>,
    /// Its place in the audience's list.
    pub position: i64,
    /// The charter it was accepted under.
    pub revision: i64,
    /// The author.
    pub ik: Vec<u8>,
    /// What it is.
    pub kind: i64,
    /// Whether its charter lists the author.
    pub publisher: bool,
    /// `pending`, `accepted`, `scheduled` or `lapsed`.
    pub state: String,
    /// When a scheduled one is released, or was to be.
    pub release_ms: Option<i64>,
    /// Why it lapsed.
    pub lapse_reason: Option<String>,
}

/// A line of an audience's list.
#[derive(Clone, Debug, sqlx::FromRow)]
pub struct ListRow {
    /// Its id.
    pub post: Vec<u8>,
    /// Its place in the list.
    pub position: i64,
    /// What it is.
    pub kind: i64,
    /// The post it names.
    pub thread: Vec<u8>,
    /// The author.
    pub ik: Vec<u8>,
    /// The author's time.
    pub sent_ms: i64,
    /// The hub's.
    pub accepted_ms: i64,
    /// Bytes of the whole post.
    pub size: i64,
    /// `pending`, `accepted`, `scheduled` or `lapsed`.
    pub state: String,
    /// When a scheduled one is released, or was to be.
    pub release_ms: Option<i64>,
    /// Why it lapsed.
    pub lapse_reason: Option<String>,
    /// The charter it was accepted under.
    pub revision: i64,
    /// The membership a member showed.
    pub writer_proof: Option<Vec<u8>>,
    /// How the thread under an announcement or assignment stands: `open`, `slow` or `closed`.
    pub thread_state: Option<String>,
    /// Of a slow one: seconds between two replies of one member.
    pub every_s: Option<i64>,
    /// The reader's own slot, once made.
    pub slot: Option<Vec<u8>>,
}

/// Gives the audience's next position, and keeps every other writer of the audience out until the transaction ends.
pub async fn next_position(tx: &mut Tx, audience: &[u8]) -> Result<Option<i64>, StoreError> {
    fetch_scalar_optional!(
        tx,
        i64,
        "update audiences set posts = posts + 1 where audience = $1 returning posts",
        audience
    )
}

/// Stores a post.
pub async fn insert(tx: &mut Tx, row: &NewPost<'_>) -> Result<(), StoreError> {
    execute!(
        tx,
        "insert into posts (post, audience, position, revision, ik, account, chain, seq, kind, thread, publisher,
             sent_ms, accepted_ms, state, bytes, writer_proof, release_ms)
         values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $15, $16, $17)",
        row.post,
        row.audience,
        row.position,
        row.revision,
        row.ik,
        row.account,
        row.chain,
        row.seq,
        row.kind,
        row.thread,
        row.publisher,
        row.sent_ms,
        row.accepted_ms,
        row.state,
        row.bytes,
        row.writer_proof,
        row.release_ms
    )
    .map(drop)
}

/// What rules ask about a post.
pub async fn post(tx: &mut Tx, post: &[u8]) -> Result<Option<PostRow>, StoreError> {
    fetch_optional!(
        tx,
        PostRow,
        "select audience, position, revision, ik, kind, publisher, state, release_ms, lapse_reason
         from posts where post = $1",
        post
    )
}

/// The whole post, and the membership shown with it.
pub async fn bytes(
    tx: &mut Tx,
    post: &[u8],
) -> Result<Option<(Vec<u8>, Option<Vec<u8>>)>, StoreError> {
    fetch_optional!(
        tx,
        (Vec<u8>, Option<Vec<u8>>),
        "select bytes, writer_proof from posts where post = $1",
        post
    )
}

/// `E` of a post: 32 bytes after its header of 197.
pub async fn capsule(tx: &mut Tx, post: &[u8]) -> Result<Option<Vec<u8>>, StoreError> {
    fetch_scalar_optional!(
        tx,
        Vec<u8>,
        "select substr(bytes, 198, 32) from posts where post = $1",
        post
    )
}

/// `seq` and id of the last post of a chain, accepted or not.
pub async fn last_of_chain(
    tx: &mut Tx,
    audience: &[u8],
    ik: &[u8],
    chain: &[u8],
) -> Result<Option<(i64, Vec<u8>)>, StoreError> {
    fetch_optional!(
        tx,
        (i64, Vec<u8>),
        "select seq, post from posts where audience = $1 and ik = $2 and chain = $3 order by seq desc limit 1",
        audience,
        ik,
        chain
    )
}

/// When a member wrote the `nth` newest of its posts of one kind since `since_ms`.
pub async fn nth_newest_of_member(
    tx: &mut Tx,
    audience: &[u8],
    ik: &[u8],
    kind: i64,
    since_ms: i64,
    nth: i64,
) -> Result<Option<i64>, StoreError> {
    fetch_scalar_optional!(
        tx,
        i64,
        "select accepted_ms from posts where audience = $1 and ik = $2 and kind = $3 and accepted_ms > $4
             and not publisher
         order by accepted_ms desc limit 1 offset $5",
        audience,
        ik,
        kind,
        since_ms,
        nth - 1
    )
}

/// Lets a pending post count, at a new position so that no reader's cursor is past it.
pub async fn release(
    tx: &mut Tx,
    post: &[u8],
    position: i64,
    now_ms: i64,
) -> Result<(), StoreError> {
    execute!(
        tx,
        "update posts set state = 'accepted', position = $2, accepted_ms = $3 where post = $1 and state = 'pending'",
        post,
        position,
        now_ms
    )
    .map(drop)
}

/// Lets every pending post of an audience lapse.
pub async fn lapse(tx: &mut Tx, audience: &[u8]) -> Result<u64, StoreError> {
    execute!(
        tx,
        "update posts set state = 'lapsed', lapse_reason = 'charter-changed' where audience = $1 and state = 'pending'",
        audience
    )
}

/// Lets a scheduled post out at a new position: to count, or to wait for its approvals.
pub async fn let_out(
    tx: &mut Tx,
    post: &[u8],
    position: i64,
    counts: bool,
    now_ms: i64,
) -> Result<(), StoreError> {
    execute!(
        tx,
        "update posts set state = $2, position = $3, accepted_ms = $4 where post = $1 and state = 'scheduled'",
        post,
        if counts { "accepted" } else { "pending" },
        position,
        now_ms
    )
    .map(drop)
}

/// Lets one scheduled post lapse.
pub async fn lapse_scheduled(tx: &mut Tx, post: &[u8], reason: &str) -> Result<(), StoreError> {
    execute!(
        tx,
        "update posts set state = 'lapsed', lapse_reason = $2 where post = $1 and state = 'scheduled'",
        post,
        reason
    )
    .map(drop)
}

/// A post that waits for its time.
#[derive(Clone, Debug, sqlx::FromRow)]
pub struct ScheduledRow {
    /// Its id.
    pub post: Vec<u8>,
    /// The author.
    pub ik: Vec<u8>,
    /// The charter it names.
    pub charter: Vec<u8>,
}

/// The posts of an audience that wait for their time.
pub async fn scheduled(tx: &mut Tx, audience: &[u8]) -> Result<Vec<ScheduledRow>, StoreError> {
    fetch_all!(
        tx,
        ScheduledRow,
        "select p.post, p.ik, c.charter from posts p
             join charters c on c.audience = p.audience and c.revision = p.revision
         where p.audience = $1 and p.state = 'scheduled' order by p.position",
        audience
    )
}

/// At most `limit` posts that wait and whose time has come, in the order of their times.
pub async fn due(tx: &mut Tx, now_ms: i64, limit: i64) -> Result<Vec<Vec<u8>>, StoreError> {
    fetch_scalars!(
        tx,
        Vec<u8>,
        "select post from posts where state = 'scheduled' and release_ms <= $1
         order by release_ms, position, post limit $2",
        now_ms,
        limit
    )
}

/// Which part of an audience's list is wanted.
pub struct Listing<'a> {
    /// The audience.
    pub audience: &'a [u8],
    /// After this position.
    pub after: i64,
    /// At most so many.
    pub limit: i64,
    /// Of this thread only: its root, what names that, and what names one of these.
    pub thread: Option<&'a [u8]>,
}

/// The list as publishers see it: every post, no slots.
pub async fn list_for_staff(tx: &mut Tx, wanted: &Listing<'_>) -> Result<Vec<ListRow>, StoreError> {
    fetch_all!(
        tx,
        ListRow,
        "select post, position, kind, thread, ik, sent_ms, accepted_ms, cast(length(bytes) as bigint) as size,
             state, release_ms, lapse_reason, revision, writer_proof, null as slot,
             case when kind in (1, 2) then coalesce((select t.state from threads t where t.post = posts.post), 'open') end
                 as thread_state,
             (select t.every_s from threads t where t.post = posts.post) as every_s
         from posts where audience = $1 and position > $2
             and ($3 is null or post = $3 or thread = $3
                 or thread in (select post from posts where audience = $1 and thread = $3))
         order by position limit $4",
        wanted.audience,
        wanted.after,
        wanted.thread,
        wanted.limit
    )
}

/// The list as one member sees it: accepted posts that were made for one of its slots, or (`history`) will be. A slot
/// that lost its token to a removal finds nothing; one whose cohort key was retired still finds what was made for it.
pub async fn list_for_member(
    tx: &mut Tx,
    wanted: &Listing<'_>,
    account: &[u8],
    history: bool,
) -> Result<Vec<ListRow>, StoreError> {
    fetch_all!(
        tx,
        ListRow,
        "select p.post, p.position, p.kind, p.thread, p.ik, p.sent_ms, p.accepted_ms,
             cast(length(p.bytes) as bigint) as size, p.state, p.release_ms, p.lapse_reason, p.revision,
             p.writer_proof,
             case when p.kind in (1, 2) then coalesce((select t.state from threads t where t.post = p.post), 'open') end
                 as thread_state,
             (select t.every_s from threads t where t.post = p.post) as every_s,
             (select coalesce(l.transformed, substr(k.pack, cast(32 * s.slot + 1 as integer), 32))
              from slots s join post_cohorts c on c.post = p.post and c.s_key = s.s_key
                  join cohorts h on h.audience = s.audience and h.s_key = s.s_key
                  left join packs k on k.post = c.post and k.position = c.position and s.slot < c.slots
                  left join late_slots l on l.post = c.post and l.position = c.position and l.slot = s.slot
              where s.audience = p.audience and s.account = $5
                  and (s.dropped_ms is null or s.dropped_ms >= h.retired_ms)
              order by case when l.transformed is not null or s.slot < c.slots then 0 else 1 end, s.granted_ms desc
              limit 1) as slot
         from posts p where p.audience = $1 and p.position > $2 and p.state = 'accepted'
             and ($3 is null or p.post = $3 or p.thread = $3
                 or p.thread in (select post from posts where audience = $1 and thread = $3))
             and exists (select 1 from slots s join post_cohorts c on c.post = p.post and c.s_key = s.s_key
                     join cohorts h on h.audience = s.audience and h.s_key = s.s_key
                 where s.audience = p.audience and s.account = $5
                     and (s.dropped_ms is null or s.dropped_ms >= h.retired_ms)
                     and (s.slot < c.slots or $6 or exists (select 1 from late_slots l
                         where l.post = c.post and l.position = c.position and l.slot = s.slot)))
         order by p.position limit $4",
        wanted.audience,
        wanted.after,
        wanted.thread,
        wanted.limit,
        account,
        history
    )
}

/// The accepted post of one kind that names `post` and is the greatest by its time and id.
pub async fn greatest_about(
    tx: &mut Tx,
    post: &[u8],
    kind: i64,
) -> Result<Option<Vec<u8>>, StoreError> {
    fetch_scalar_optional!(
        tx,
        Vec<u8>,
        "select post from posts where thread = $1 and kind = $2 and state = 'accepted'
             and audience = (select audience from posts where post = $1)
         order by sent_ms desc, post desc limit 1",
        post,
        kind
    )
}

/// Deletes at most `limit` posts accepted before `before_ms`, with all that hangs on them, but for those that still wait for
/// their time and the newest of each chain, which the chain's next post must follow (a scheduled one has none); how many.
pub async fn prune(tx: &mut Tx, before_ms: i64, limit: i64) -> Result<u64, StoreError> {
    execute!(
        tx,
        "delete from posts where post in (select post from posts old where accepted_ms < $1 and state <> 'scheduled'
             and (release_ms is not null or exists (select 1 from posts later where later.audience = old.audience and later.ik = old.ik
                 and later.chain = old.chain and later.seq > old.seq))
             limit $2)",
        before_ms,
        limit
    )
}
