//! Rows of fan-out: how far each cohort of a post is, its pack, and what late joiners were given.

use super::{StoreError, Tx};
use crate::{
    bulk_insert, execute, fetch_all, fetch_optional, fetch_scalar, fetch_scalar_optional,
    fetch_scalars,
};

/// One cohort of a post.
#[derive(Clone, Debug, sqlx::FromRow)]
pub struct CohortRow {
    /// Its place in the post's charter.
    pub position: i64,
    /// `S`.
    pub s_key: Vec<u8>,
    /// Slots to transform; later ones are history.
    pub slots: i64,
}

/// Writes a line for every cohort of a post, with the slots given so far; the cohorts in the charter's order.
pub async fn insert(
    tx: &mut Tx,
    post: &[u8],
    audience: &[u8],
    keys: &[[u8; 32]],
) -> Result<(), StoreError> {
    let rows: Vec<_> = (0_i64..).zip(keys).collect();
    bulk_insert!(
        tx,
        "insert into post_cohorts (post, position, s_key, slots, state)",
        "",
        rows,
        |(position, s_key)| [post, *position, &s_key[..], 0_i64, "waiting"]
    )?;
    cover(tx, post, audience).await
}

/// Has the post transformed for every slot given by now.
pub async fn cover(tx: &mut Tx, post: &[u8], audience: &[u8]) -> Result<(), StoreError> {
    execute!(
        tx,
        "update post_cohorts set slots = coalesce((select next_slot from cohorts c
             where c.audience = $2 and c.s_key = post_cohorts.s_key), 0)
         where post = $1 and state = 'waiting'",
        post,
        audience
    )
    .map(drop)
}

/// The cohorts from `first` on, `count` of them, that wait to be transformed (or failed to be).
pub async fn unready(
    tx: &mut Tx,
    post: &[u8],
    first: i64,
    count: i64,
) -> Result<Vec<CohortRow>, StoreError> {
    fetch_all!(
        tx,
        CohortRow,
        "select position, s_key, slots from post_cohorts
         where post = $1 and position >= $2 and position < $2 + $3 and state <> 'ready' order by position",
        post,
        first,
        count
    )
}

/// All slots of a post.
pub async fn slots(tx: &mut Tx, post: &[u8]) -> Result<i64, StoreError> {
    let sum = fetch_scalar_optional!(
        tx,
        i64,
        "select cast(coalesce(sum(slots), 0) as bigint) from post_cohorts where post = $1",
        post
    )?;
    Ok(sum.unwrap_or(0))
}

/// Keeps the pack of one cohort and marks it ready; false where it was, or where the post is gone.
pub async fn finish(
    tx: &mut Tx,
    post: &[u8],
    position: i64,
    pack: &[u8],
    recipients: i64,
    now_ms: i64,
) -> Result<bool, StoreError> {
    let finished = execute!(
        tx,
        "update post_cohorts set state = 'ready', recipients = $3, ready_ms = $4, reason = null
         where post = $1 and position = $2 and state <> 'ready'",
        post,
        position,
        recipients,
        now_ms
    )? == 1;
    if finished {
        execute!(
            tx,
            "insert into packs (post, position, pack) values ($1, $2, $3)",
            post,
            position,
            pack
        )?;
    }
    Ok(finished)
}

/// Marks the cohorts of a run that are not ready as failed; how many.
pub async fn fail(
    tx: &mut Tx,
    post: &[u8],
    first: i64,
    count: i64,
    reason: &str,
) -> Result<u64, StoreError> {
    execute!(
        tx,
        "update post_cohorts set state = 'failed', reason = $4
         where post = $1 and position >= $2 and position < $2 + $3 and state = 'waiting'",
        post,
        first,
        count,
        reason
    )
}

/// Posts with a failed cohort.
pub async fn posts_failed(tx: &mut Tx) -> Result<Vec<Vec<u8>>, StoreError> {
    let sql = "select distinct post from post_cohorts where state = 'failed' order by post";
    fetch_scalars!(tx, Vec<u8>, sql)
}

/// Marks the failed cohorts of a post as waiting again; their places, in order.
pub async fn put_back(tx: &mut Tx, post: &[u8]) -> Result<Vec<i64>, StoreError> {
    let mut positions = fetch_scalars!(
        tx,
        i64,
        "update post_cohorts set state = 'waiting', reason = null
         where post = $1 and state = 'failed' returning position",
        post
    )?;
    positions.sort_unstable();
    Ok(positions)
}

/// Whether a post accepted after `since_ms` still waits to be transformed for this cohort.
pub async fn running(
    tx: &mut Tx,
    audience: &[u8],
    s_key: &[u8],
    since_ms: i64,
) -> Result<bool, StoreError> {
    let waiting = fetch_scalar!(
        tx,
        i64,
        "select count(*) from post_cohorts join posts on posts.post = post_cohorts.post
         where post_cohorts.s_key = $2 and post_cohorts.state = 'waiting'
             and posts.audience = $1 and posts.state = 'accepted' and posts.accepted_ms > $3",
        audience,
        s_key,
        since_ms
    )?;
    Ok(waiting > 0)
}

/// How far a post's fan-out is.
#[derive(Clone, Debug, sqlx::FromRow)]
pub struct ProgressRow {
    /// Cohorts.
    pub cohorts: i64,
    /// Those transformed.
    pub ready: i64,
    /// Those given up.
    pub failed: i64,
    /// Members the post goes to.
    pub recipients: i64,
    /// Those who can have it.
    pub reached: i64,
}

/// How far a post's fan-out is. A cohort not ready counts with the members it has now.
pub async fn progress(tx: &mut Tx, post: &[u8]) -> Result<Option<ProgressRow>, StoreError> {
    fetch_optional!(
        tx,
        ProgressRow,
        "select count(*) as cohorts,
             cast(coalesce(sum(case when pc.state = 'ready' then 1 else 0 end), 0) as bigint) as ready,
             cast(coalesce(sum(case when pc.state = 'failed' then 1 else 0 end), 0) as bigint) as failed,
             cast(coalesce(sum(case when pc.state = 'ready' then pc.recipients else c.live end), 0)
                 + (select count(*) from late_slots l where l.post = $1) as bigint) as recipients,
             cast(coalesce(sum(case when pc.state = 'ready' then pc.recipients else 0 end), 0)
                 + (select count(*) from late_slots l where l.post = $1) as bigint) as reached
         from post_cohorts pc join posts p on p.post = pc.post
             left join cohorts c on c.audience = p.audience and c.s_key = pc.s_key
         where pc.post = $1",
        post
    )
}

/// Why cohorts of a post failed, each reason once.
pub async fn reasons(tx: &mut Tx, post: &[u8]) -> Result<Vec<String>, StoreError> {
    Ok(fetch_all!(
        tx,
        (String,),
        "select distinct reason from post_cohorts
         where post = $1 and state = 'failed' and reason is not null order by reason limit 20",
        post
    )?
    .into_iter()
    .map(|(reason,)| reason)
    .collect())
}

/// A member's place in a post.
#[derive(Clone, Debug, sqlx::FromRow)]
pub struct PlaceRow {
    /// Whether the post was accepted when the slot had been given.
    pub covered: bool,
    /// The slot, transformed.
    pub transformed: Option<Vec<u8>>,
}

/// The place an account's slots give it in a post; slots it was removed from give none, those of a retired cohort do.
pub async fn place(
    tx: &mut Tx,
    post: &[u8],
    account: &[u8],
) -> Result<Option<PlaceRow>, StoreError> {
    fetch_optional!(
        tx,
        PlaceRow,
        "select s.slot < c.slots as covered,
             coalesce(l.transformed, substr(k.pack, cast(32 * s.slot + 1 as integer), 32)) as transformed
         from posts p join slots s on s.audience = p.audience and s.account = $2
             join cohorts h on h.audience = s.audience and h.s_key = s.s_key
                 and (s.dropped_ms is null or s.dropped_ms >= h.retired_ms)
             join post_cohorts c on c.post = p.post and c.s_key = s.s_key
             left join packs k on k.post = c.post and k.position = c.position and s.slot < c.slots
             left join late_slots l on l.post = c.post and l.position = c.position and l.slot = s.slot
         where p.post = $1
         order by case when l.transformed is not null or s.slot < c.slots then 0 else 1 end, s.granted_ms desc limit 1",
        post,
        account
    )
}

/// A post that late joiners under its cohort key may be given.
#[derive(Clone, Debug, sqlx::FromRow)]
pub struct EarlierRow {
    /// The post.
    pub post: Vec<u8>,
    /// Its place in the audience's list.
    pub list_position: i64,
    /// The cohort's place in the post.
    pub position: i64,
    /// The slots its pack is for.
    pub slots: i64,
    /// `E`.
    pub capsule: Vec<u8>,
}

/// Accepted posts under one cohort key with fewer slots than `end`, in the order of the list.
pub async fn earlier(
    tx: &mut Tx,
    audience: &[u8],
    s_key: &[u8],
    end: i64,
    after: i64,
    limit: i64,
) -> Result<Vec<EarlierRow>, StoreError> {
    fetch_all!(
        tx,
        EarlierRow,
        "select p.post, p.position as list_position, c.position, c.slots, substr(p.bytes, 198, 32) as capsule
         from posts p join post_cohorts c on c.post = p.post and c.s_key = $2
         where p.audience = $1 and p.state = 'accepted' and c.slots < $3 and p.position > $4
         order by p.position limit $5",
        audience,
        s_key,
        end,
        after,
        limit
    )
}

/// What one late joiner is given of one post.
pub struct LateSlot<'a> {
    /// The post.
    pub post: &'a [u8],
    /// The cohort's place in it.
    pub position: i64,
    /// The slot.
    pub slot: i64,
    /// It, transformed.
    pub transformed: [u8; 32],
}

/// Keeps what late joiners are given; what they have stays.
pub async fn insert_late(tx: &mut Tx, slots: &[LateSlot<'_>]) -> Result<u64, StoreError> {
    bulk_insert!(
        tx,
        "insert into late_slots (post, position, slot, transformed)",
        "on conflict do nothing",
        slots,
        |row| [row.post, row.position, row.slot, &row.transformed[..]]
    )
}

/// Whose slot this is.
pub async fn holder(
    tx: &mut Tx,
    audience: &[u8],
    s_key: &[u8],
    slot: i64,
) -> Result<Option<Vec<u8>>, StoreError> {
    fetch_scalar_optional!(
        tx,
        Vec<u8>,
        "select account from slots where audience = $1 and s_key = $2 and slot = $3",
        audience,
        s_key,
        slot
    )
}
