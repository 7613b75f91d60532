//! A school on an empty database: the rows that tests of several nouns stand on.
//!
//! Invariant: ids of one kind are in the order of their names here, and no two things share one.

use futures_util::FutureExt as _;
use kentongan::execute;
use kentongan::store::accounts::{self, BundleRow};
use kentongan::store::audiences::{self, CharterKeys, CharterRow, StaffRow};
use kentongan::store::members::{self, NewSlot};
use kentongan::store::posts::{self, NewPost};
use kentongan::store::{Db, Tx, fan_out, tokens};

/// An id or a key.
pub(crate) type Id = [u8; 32];

/// When a test begins; a whole second.
pub(crate) const NOON: i64 = 1_790_000_000_000;
/// The teacher, admin of both audiences.
pub(crate) const RINI: Id = [0x11; 32];
/// The first pupil.
pub(crate) const SARI: Id = [0x12; 32];
/// The second.
pub(crate) const BUDI: Id = [0x13; 32];
/// The third.
pub(crate) const DEWI: Id = [0x14; 32];
/// Her identity key.
pub(crate) const RINI_IK: Id = ik(RINI);
/// A class.
pub(crate) const CLASS: Id = [0xC1; 32];
/// Another audience of the same teacher.
pub(crate) const CHANNEL: Id = [0xC2; 32];
/// `S` of the class's first cohort.
pub(crate) const MELATI: Id = [0x51; 32];
/// `S` of its second.
pub(crate) const MAWAR: Id = [0x52; 32];
/// What no row is found by.
pub(crate) const NOTHING: Id = [0xEE; 32];
/// The thread of what names no post.
pub(crate) const ZERO: Id = [0; 32];
/// `E` of every post here.
pub(crate) const CAPSULE: Id = [0xE0; 32];

/// A whole post: a header of 197 bytes, `E`, and some more.
pub(crate) static BYTES: [u8; 300] = {
    let mut bytes = [1; 300];
    let mut place = 197;
    while place < 197 + 32 {
        bytes[place] = CAPSULE[0];
        place += 1;
    }
    bytes
};

/// The identity key of an account.
pub(crate) const fn ik(account: Id) -> Id {
    [account[0] + 0x10; 32]
}

/// The letter key of an account.
pub(crate) const fn xk(account: Id) -> Id {
    [account[0] + 0x20; 32]
}

/// A transaction that writes on an empty database.
pub(crate) async fn empty(db: &Db) -> Tx {
    db.write().await.expect("a transaction")
}

/// The same with four accounts, a class with two cohorts and a channel, nobody in either but the teacher.
pub(crate) async fn founded(db: &Db) -> Tx {
    let mut tx = empty(db).await;
    for account in [RINI, SARI, BUDI, DEWI] {
        let row = bundle(account, 1);
        let made = accounts::insert(&mut tx, &account, &row, &xk(account), NOON).await;
        assert_eq!(made, Ok(true));
    }
    for audience in [CLASS, CHANNEL] {
        found(&mut tx, audience).await;
    }
    for (position, s) in (0..).zip([MELATI, MAWAR]) {
        let made = tokens::insert_cohort(&mut tx, &CLASS, &s, position, b"key").await;
        assert_eq!(made, Ok(true));
    }
    tx
}

async fn found(tx: &mut Tx, audience: Id) {
    assert_eq!(audiences::insert(tx, &audience, b"genesis", &hash(0), NOON).await, Ok(true));
    charter(tx, audience, 0, NOON).await;
    let admin = StaffRow { account: RINI, ik: RINI_IK, role: 2 };
    audiences::replace_staff(tx, &audience, &[admin]).await.expect("a staff");
}

/// What a revision's charter is found by.
pub(crate) fn hash(revision: u8) -> Id {
    [0xD0 + revision; 32]
}

/// Keeps a charter of as many bytes as its text `charter …` has, good for a day from `not_before_ms`.
pub(crate) async fn charter(tx: &mut Tx, audience: Id, revision: u8, not_before_ms: i64) {
    let row = CharterRow {
        revision: revision.into(),
        charter: format!("charter {}", ".".repeat(revision.into())).into_bytes(),
        signatures: b"signatures".to_vec(),
        accepted_ms: not_before_ms,
    };
    let not_after_ms = not_before_ms + 86_400_000;
    let keys = CharterKeys { hash: &hash(revision), not_before_ms, not_after_ms };
    audiences::insert_charter(tx, &audience, &row, &keys).await.expect("a charter");
}

/// A bundle of an account, whose bytes tell its number.
pub(crate) fn bundle(account: Id, seq: u8) -> BundleRow {
    BundleRow {
        ik: ik(account).to_vec(),
        seq: seq.into(),
        bundle: vec![account[0], seq],
        bundle_signature: vec![seq; 64],
    }
}

/// A slot that a publisher's batch gives.
pub(crate) fn new_slot(slot: i64, account: &Id) -> NewSlot<'_> {
    NewSlot {
        slot,
        account,
        ik: &RINI_IK,
        role: 1,
        x: Some(b"x"),
        ek: Some(b"ek"),
        membership: b"membership",
        membership_signature: b"signature",
        link_pk: None,
    }
}

/// Seats an account in the next slot of a cohort of the class; which it is.
pub(crate) async fn seat(tx: &mut Tx, s: Id, account: Id, now_ms: i64) -> i64 {
    let slot = tokens::take_slots(tx, &CLASS, &s, 1, 4096).await.expect("an update");
    let slot = slot.expect("a free slot");
    let row = NewSlot { ik: &ik(account), ..new_slot(slot, &account) };
    members::insert(tx, &CLASS, &s, &[row], now_ms).await.expect("a seat");
    slot
}

/// Takes a member's seat away, as the hub does.
pub(crate) async fn unseat(tx: &mut Tx, s: Id, account: Id, now_ms: i64) {
    tokens::leave(tx, &CLASS, &s).await.expect("one less");
    members::remove(tx, &CLASS, &account, now_ms).await.expect("a removal");
}

/// Takes a cohort's key away for good, as the hub does.
pub(crate) async fn rotate(tx: &mut Tx, s: Id, now_ms: i64) {
    members::drop_slots(tx, &CLASS, &s, now_ms).await.expect("slots without tokens");
    tokens::retire(tx, &CLASS, &s, now_ms).await.expect("a retired cohort");
}

/// An accepted announcement of the teacher in the class; its place in the list and in her chain is one number.
pub(crate) fn announcement(post: &Id, position: i64) -> NewPost<'_> {
    NewPost {
        post,
        audience: &CLASS,
        position,
        revision: 0,
        ik: &RINI_IK,
        account: &RINI,
        chain: &[7; 16],
        seq: position,
        kind: 1,
        thread: &ZERO,
        publisher: true,
        sent_ms: NOON + position,
        accepted_ms: NOON + position,
        state: "accepted",
        bytes: &BYTES,
        writer_proof: None,
        release_ms: None,
    }
}

/// Announces something to both cohorts of the class, for the slots given by now.
pub(crate) async fn announce(tx: &mut Tx, post: Id, position: i64) {
    posts::insert(tx, &announcement(&post, position)).await.expect("a post");
    fan_out::insert(tx, &post, &CLASS, &[MELATI, MAWAR]).await.expect("its cohorts");
}

/// A pack whose slot `j` is 32 bytes of `first + j`.
pub(crate) fn pack(first: u8, slots: u8) -> Vec<u8> {
    (first..first + slots).flat_map(|slot| [slot; 32]).collect()
}

/// An id or bytes as a look-up answers with them.
#[expect(clippy::unnecessary_wraps, reason = "it stands for a look-up's answer")]
pub(crate) fn some(id: &[u8]) -> Option<Vec<u8>> {
    Some(id.to_vec())
}

/// A second writer beside one under way, that gives up soon where it has to wait; none on SQLite, which lets no
/// second one begin.
pub(crate) async fn second_writer(db: &Db) -> Option<Tx> {
    if let Db::Sqlite { .. } = db {
        assert!(db.write().now_or_never().is_none(), "SQLite has one writer");
        return None;
    }
    let mut tx = db.write().await.expect("a second transaction");
    execute!(tx, "set local lock_timeout = '50ms'").expect("a setting");
    Some(tx)
}
