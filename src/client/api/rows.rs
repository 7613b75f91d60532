//! What the hub answers, field for field as in docs/api.md; fields this client does not use are left out.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};

use crate::base64url::{B64, Bytes64};

/// A page of a list; the cursor is a number but for members.
#[derive(Deserialize)]
pub struct Page<T, C = i64> {
    /// This page.
    pub items: Vec<T>,
    /// Where the next begins, if there is one.
    pub next: Option<C>,
}

/// `GET /v1/hub`
#[derive(Deserialize)]
pub struct HubInfo {
    /// The hub's idea of its own address.
    pub origin: String,
    /// Signs receipts.
    pub hub_key: B64<32>,
    /// The version it runs.
    pub version: String,
}

/// A signed bundle.
#[derive(Deserialize)]
pub struct BundleRow {
    /// The bundle.
    pub bundle: Bytes64,
    /// Its signature.
    pub signature: B64<64>,
}

/// An audience of this account.
#[derive(Deserialize)]
pub struct OwnAudience {
    /// The audience.
    pub audience: B64<32>,
    /// `member`, `guardian`, `publisher` or `admin`.
    pub role: String,
    /// `live`, `removed` or `waiting`.
    pub state: String,
}

/// `GET /v1/audiences/{a}`
#[derive(Deserialize)]
pub struct AudienceRow {
    /// Genesis.
    pub genesis: Bytes64,
}

/// `GET /v1/audiences/{a}/due-times`
#[derive(Deserialize)]
pub struct DueTimes {
    /// Whether publishers may tell the hub due times.
    pub allowed: bool,
}

/// `GET /v1/posts/{p}/due`
#[derive(Deserialize)]
pub struct DueRow {
    /// When it is due.
    pub due_ms: u64,
    /// When the hub reminds.
    pub remind_ms: u64,
}

/// A charter with its signatures.
#[derive(Deserialize)]
pub struct CharterRow {
    /// The charter.
    pub charter: Bytes64,
    /// The signatures block.
    pub signatures: Bytes64,
}

/// A cohort as the hub counts it.
#[derive(Deserialize)]
pub struct CohortRow {
    /// `S`.
    pub s: B64<32>,
    /// Members in it.
    pub live: i64,
    /// Slots given so far.
    pub next_slot: i64,
    /// When its key left the charter.
    pub retired_ms: Option<i64>,
}

/// One deposit of an open link.
#[derive(Serialize)]
pub struct Deposited {
    /// `S`.
    pub s: B64<32>,
    /// `t_link`.
    pub token: B64<32>,
}

/// A link as everybody may see it, and for publishers how often it was used.
#[derive(Deserialize)]
pub struct LinkRow {
    /// The publisher's statement.
    pub link: Bytes64,
    /// Its signature.
    pub signature: B64<64>,
    /// Who signed.
    pub publisher: B64<32>,
    /// Whether it still lets anybody in; not told in a publisher's list.
    #[serde(default)]
    pub open: bool,
    /// The cohort to ask for, of an open link with room.
    #[serde(default)]
    pub s: Option<B64<32>>,
    /// Accounts that joined by it.
    #[serde(default)]
    pub uses: u32,
    /// When it was revoked.
    #[serde(default)]
    pub revoked_ms: Option<i64>,
}

/// The body of a request to join.
#[derive(Serialize)]
pub struct JoinBody {
    /// The request.
    pub request: Bytes64,
    /// The link's signature.
    pub link_signature: B64<64>,
    /// The joiner's.
    pub signature: B64<64>,
    /// For an open link: the membership it issues.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub membership: Option<Bytes64>,
    /// Its signature.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub membership_signature: Option<B64<64>>,
}

/// A pending request.
#[derive(Deserialize)]
pub struct RequestRow {
    /// Who asks.
    pub account: B64<32>,
    /// The request.
    pub request: Bytes64,
    /// The link's signature.
    pub link_signature: B64<64>,
    /// The joiner's.
    pub signature: B64<64>,
    /// When it came.
    pub received_ms: i64,
}

/// One enrolment of a batch.
#[derive(Clone, Serialize)]
pub struct Enrolment {
    /// Who.
    pub account: B64<32>,
    /// Under which `S`.
    pub s: B64<32>,
    /// The enrolment key the token is for.
    pub ek: B64<32>,
    /// `t`.
    pub token: B64<32>,
    /// The membership.
    pub membership: Bytes64,
    /// Its signature.
    pub membership_signature: B64<64>,
}

/// A batch of enrolments.
#[derive(Serialize)]
pub struct Enrolments {
    /// `X`.
    pub x: B64<32>,
    /// At most 4,096.
    pub members: Vec<Enrolment>,
}

/// A member as publishers see it.
#[derive(Deserialize)]
pub struct MemberRow {
    /// Who.
    pub account: B64<32>,
    /// Its identity key.
    pub ik: B64<32>,
    /// `member` or `guardian`.
    pub role: String,
    /// `S`.
    pub s: B64<32>,
    /// Its place in the cohort.
    pub slot: i64,
    /// When it joined.
    pub joined_ms: i64,
    /// When it was removed.
    pub removed_ms: Option<i64>,
    /// Its membership.
    pub membership: Bytes64,
    /// The signature on that.
    pub membership_signature: B64<64>,
    /// The open link that issued it.
    pub link: Option<B64<32>>,
}

/// `GET /v1/audiences/{a}/members/me`
#[derive(Deserialize)]
pub struct Me {
    /// `live`, `removed` or `waiting`.
    pub state: String,
    /// Newest first.
    pub slots: Vec<SlotRow>,
}

/// A slot of this account.
#[derive(Deserialize)]
pub struct SlotRow {
    /// `S`.
    pub s: B64<32>,
    /// The batch's `X`; none where it came through an open link.
    pub x: Option<B64<32>>,
    /// The enrolment key the token was made for.
    pub ek: Option<B64<32>>,
    /// The membership.
    pub membership: Bytes64,
    /// Its signature.
    pub membership_signature: B64<64>,
}

/// A post that the hub took.
#[derive(Deserialize)]
pub struct PostTaken {
    /// Its id.
    pub post: B64<32>,
    /// `pending`, `accepted` or `scheduled`.
    pub state: String,
}

/// A post in an audience's list.
#[derive(Deserialize)]
pub struct PostRow {
    /// Its id.
    pub post: B64<32>,
    /// Its place in the list.
    pub position: i64,
    /// `pending`, `accepted`, `scheduled` or `lapsed`.
    pub state: String,
    /// When a scheduled one is released, or was to be.
    #[serde(default)]
    pub release_ms: Option<u64>,
    /// Why it lapsed.
    #[serde(default)]
    pub lapse_reason: Option<String>,
    /// A member's membership.
    pub proof: Option<Bytes64>,
    /// Approvals, 96 bytes each.
    #[serde(default)]
    pub approvals: Vec<Bytes64>,
    /// The caller's own 32 bytes, once they are made.
    pub slot: Option<B64<32>>,
}

/// How far a post is.
#[derive(Clone, PartialEq, Eq, Deserialize, Serialize)]
pub struct Status {
    /// `pending`, `accepted`, `scheduled` or `lapsed`.
    pub state: String,
    /// When a scheduled one is released, or was to be.
    #[serde(default)]
    pub release_ms: Option<u64>,
    /// Why it lapsed.
    #[serde(default)]
    pub lapse_reason: Option<String>,
    /// Approvals given.
    pub approvals: i64,
    /// Approvals needed.
    pub needed: i64,
    /// Its cohorts.
    pub cohorts: CohortCount,
    /// Its recipients.
    pub recipients: RecipientCount,
    /// Recipients whose client has it.
    pub delivered: i64,
    /// Recipients who let it be known that they read it.
    pub read: i64,
    /// Recipients who acknowledged it.
    pub acknowledged: i64,
    /// Why cohorts failed.
    #[serde(default)]
    pub reasons: Vec<serde_json::Value>,
    /// Whether the hub has a worker to do the rest; one that does not say has.
    #[serde(default = "yes")]
    pub working: bool,
    /// How the hub multiplies.
    #[serde(default)]
    pub arithmetic: String,
}

fn yes() -> bool {
    true
}

/// Cohorts of a post.
#[derive(Clone, PartialEq, Eq, Deserialize, Serialize)]
pub struct CohortCount {
    /// All.
    pub total: i64,
    /// Done.
    pub ready: i64,
    /// Given up for now.
    pub failed: i64,
}

/// Recipients of a post.
#[derive(Clone, PartialEq, Eq, Deserialize, Serialize)]
pub struct RecipientCount {
    /// All.
    pub total: i64,
    /// Whose ciphertext is made.
    pub ready: i64,
}

/// An approval that the hub took.
#[derive(Deserialize, Serialize)]
pub struct Approved {
    /// `pending` or `accepted`.
    pub state: String,
    /// Given.
    pub approvals: i64,
    /// Needed.
    pub needed: i64,
}

/// A letter that the hub took.
#[derive(Deserialize)]
pub struct LetterTaken {
    /// Its id.
    pub letter: B64<32>,
    /// When it came in.
    pub received_ms: u64,
    /// The hub's signature for a submission.
    pub receipt: Option<B64<64>>,
}

/// A letter in a mailbox's list.
#[derive(Deserialize)]
pub struct LetterRow {
    /// Its id.
    pub letter: B64<32>,
    /// Its place in the mailbox.
    pub position: i64,
    /// The audience.
    pub audience: B64<32>,
    /// When it came in.
    pub received_ms: i64,
    /// A member's membership.
    pub proof: Option<Bytes64>,
}

/// How a letter stands on its desk.
#[derive(Deserialize)]
pub struct DeskRow {
    /// The letter.
    pub letter: B64<32>,
    /// `open`, `assigned` or `resolved`.
    pub state: String,
    /// Who looks after it, or did until it was resolved.
    pub assignee: Option<B64<32>>,
}

/// What a live event is about.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Event {
    /// Its number, to resume after.
    pub id: Option<String>,
    /// `post`, `progress`, `charter`, `letter`, `request`, `member`, `approval`, `lapsed`, `desk` or `thread`.
    pub kind: String,
    /// The audience, if it is about one.
    pub audience: Option<B64<32>>,
    /// The post, letter, account … it is about.
    pub subject: Option<B64<32>>,
}

/// What the hub knows about the account, by table.
#[derive(Deserialize, Serialize)]
pub struct Known {
    /// The newest rows of each, columns by their names.
    pub tables: BTreeMap<String, Vec<serde_json::Value>>,
    /// How many there are in all.
    pub counts: BTreeMap<String, i64>,
}

/// Where the account's mail address stands.
#[derive(Deserialize, Serialize)]
pub struct MailState {
    /// `none`, `unconfirmed`, `confirmed`, `failed` or `off`.
    pub state: String,
    /// Why it failed, for its owner.
    pub reason: Option<String>,
    /// Whether the hub sends mail at all.
    pub enabled: bool,
}
