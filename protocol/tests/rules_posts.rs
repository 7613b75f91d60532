//! Who may write what, when and in which thread: what the hub accepts and what a reader shows.

use kentongan_protocol::charter::{Hosting, Replies, Terms};
use kentongan_protocol::ids::PostId;
use kentongan_protocol::post::{
    ChainMemory, Continuity, HubState, Key, Kind, Notices, Opened, Post, ReadRefused, Reading,
    Refused, SealRefused, Standing, Thread, ThreadPost,
};
use kentongan_protocol::primitives::IdentitySecret;

use village::{Member, NOW_MS, Village, meant};

mod village;

const DAY_MS: u64 = 86_400_000;
const FIRST: (u64, PostId) = (1, PostId::ZERO);
const ROOT: PostId = PostId([5; 32]);

fn replies_to(whom: Replies) -> impl Fn(&mut Terms) {
    move |terms| terms.replies = whom
}

/// The first member and a post of theirs.
fn by_member(village: &mut Village, kind: Kind) -> (Member, Post) {
    let member = village.member(0);
    let (post, _) = village.post_by(&member.ik, kind, ROOT, FIRST);
    (member, post)
}

fn root(village: &Village) -> ThreadPost {
    meant(Kind::Announcement, &village.publishers[0], true)
}

fn refused(post: &Post, hub: &HubState<'_>) -> Option<Refused> {
    post.accept(hub).err()
}

#[test]
fn a_post_names_the_newest_charter_while_it_lasts() {
    let mut village = Village::new(1, 0, |_| ());
    let (post, _) = village.post(Kind::Announcement, PostId::ZERO);
    let expired = HubState { now_ms: NOW_MS + 90 * DAY_MS, ..village.hub() };
    assert_eq!(refused(&post, &expired), Some(Refused::CharterExpired));
    let early = |ms| HubState { now_ms: NOW_MS - ms, ..village.hub() };
    assert_eq!(refused(&post, &early(600_000)), None);
    assert_eq!(refused(&post, &early(600_001)), Some(Refused::SentTime));

    village.revise(|_| ());
    assert_eq!(refused(&post, &village.hub()), Some(Refused::CharterSuperseded));
    assert!(Refused::CharterSuperseded.seal_again() && !Refused::CharterExpired.seal_again());
}

#[test]
fn members_reply_only_where_everyone_may_and_while_they_are_members() {
    for (replies, expected) in [
        (Replies::Everyone, None),
        (Replies::Desk, Some(Refused::Author)),
        (Replies::None, Some(Refused::Author)),
    ] {
        let mut village = Village::new(1, 0, replies_to(replies));
        let (member, reply) = by_member(&mut village, Kind::Reply);
        let thread = Some(root(&village));
        let hub = HubState { member: Some(&member.proof), thread, ..village.hub() };
        assert_eq!(refused(&reply, &hub), expected);
        let removed = HubState { member: None, ..hub };
        assert_eq!(refused(&reply, &removed), Some(Refused::Author));
    }
}

#[test]
fn publishers_reply_unless_there_are_no_replies() {
    for (replies, expected) in [(Replies::Desk, None), (Replies::None, Some(Refused::Author))] {
        let mut village = Village::new(1, 0, replies_to(replies));
        let (reply, _) = village.post(Kind::Reply, ROOT);
        let hub = HubState { thread: Some(root(&village)), ..village.hub() };
        assert_eq!(refused(&reply, &hub), expected);
    }
}

#[test]
fn a_member_takes_back_its_own_reply_and_nothing_else() {
    let mut village = Village::new(1, 0, replies_to(Replies::None));
    let (member, withdrawal) = by_member(&mut village, Kind::Withdrawal);
    let other = village.member(0);
    let hub = HubState { member: Some(&member.proof), ..village.hub() };
    let of = |thread| refused(&withdrawal, &HubState { thread: Some(thread), ..hub });
    assert_eq!(of(meant(Kind::Reply, &member.ik, false)), None);
    assert_eq!(of(meant(Kind::Reply, &other.ik, false)), Some(Refused::Author));
    assert_eq!(of(root(&village)), Some(Refused::Author));
    assert_eq!(refused(&withdrawal, &hub), Some(Refused::Author), "of something unknown");
}

#[test]
fn each_kind_has_the_thread_it_may_have() {
    let mut village = Village::new(1, 0, |_| ());
    let publisher = IdentitySecret::from_bytes(&village.publishers[1].to_bytes());
    let member = village.member(0);
    for kind in [Kind::Reply, Kind::Correction, Kind::Withdrawal] {
        let (post, _) = village.post(kind, ROOT);
        let fits = |thread| {
            let hub = HubState { thread, ..village.hub() };
            match refused(&post, &hub) {
                None => true,
                Some(Refused::Thread) => false,
                other => panic!("{other:?}"),
            }
        };
        assert!(!fits(None));
        for of in [Kind::Announcement, Kind::Assignment, Kind::Reply] {
            let by_publisher = meant(of, &publisher, true);
            assert_eq!(fits(Some(by_publisher)), kind != Kind::Reply || of != Kind::Reply);
            for standing in [Standing::Pending, Standing::Lapsed] {
                assert!(!fits(Some(ThreadPost { standing, ..by_publisher })));
            }
        }
        let members_reply = meant(Kind::Reply, &member.ik, false);
        assert_eq!(fits(Some(members_reply)), kind == Kind::Withdrawal);
        for of in [Kind::Correction, Kind::Withdrawal] {
            assert!(!fits(Some(meant(of, &publisher, true))));
        }
        let (without, _) = village.post(kind, PostId::ZERO);
        let hub = HubState { thread: Some(root(&village)), ..village.hub() };
        assert_eq!(refused(&without, &hub), Some(Refused::Thread));
    }
}

#[test]
fn a_chain_has_no_gaps_at_the_hub() {
    let mut village = Village::new(1, 0, |_| ());
    let author = IdentitySecret::from_bytes(&village.publishers[1].to_bytes());
    let (post, _) = village.post_by(&author, Kind::Announcement, PostId::ZERO, (3, ROOT));
    let after = |last| refused(&post, &HubState { last, ..village.hub() });
    assert_eq!(after(Some((2, ROOT))), None);
    for last in [None, Some((1, ROOT)), Some((3, ROOT)), Some((2, PostId([6; 32])))] {
        assert_eq!(after(last), Some(Refused::Chain), "{last:?}");
    }
}

#[test]
fn nobody_seals_under_an_expired_charter_or_what_is_not_of_its_kind() {
    use kentongan_protocol::ids::ChainId;
    use kentongan_protocol::pad::MAX_PAYLOAD;
    use kentongan_protocol::post::{Draft, Position, seal};
    use kentongan_protocol::primitives::Seed;

    let mut village = Village::new(1, 0, |_| ());
    let draft = Draft {
        charter: village.charters.current(),
        position: Position { chain: ChainId([1; 16]), seq: 1, prev: PostId::ZERO },
        kind: Kind::Announcement,
        thread: PostId::ZERO,
        now_ms: NOW_MS,
        payload: br#"{"type":"announcement"}"#,
    };
    let hedge = Seed::from_bytes(&[1; 32]);
    let mut sealed = |draft: Draft<'_>| {
        seal(&draft, &village.publishers[0], &hedge, &mut village.rng).map(|(post, _)| post)
    };
    let begins = draft.charter.not_before_ms;
    let slow_clock = sealed(Draft { now_ms: begins - DAY_MS, ..draft }).expect("a good draft");
    assert_eq!(slow_clock.header().sent_ms, begins);
    let expired = Draft { now_ms: draft.charter.not_after_ms, ..draft };
    assert_eq!(sealed(expired).err(), Some(SealRefused::CharterExpired));
    let other = Draft { kind: Kind::Reply, ..draft };
    assert_eq!(sealed(other).err(), Some(SealRefused::Payload));
    let long = format!(r#"{{"type":"announcement","body":"{}"}}"#, "x".repeat(MAX_PAYLOAD));
    let long = Draft { payload: long.as_bytes(), ..draft };
    assert_eq!(sealed(long).err(), Some(SealRefused::TooLong));
}

/// A publisher reads `post` with what `change` adds to the knowledge of somebody new.
fn read(
    village: &Village,
    post: &Post,
    change: impl Fn(&mut Reading<'_>),
) -> Result<Opened, ReadRefused> {
    let mut reading = village.reading(0, Key::Publisher(&village.secrets[0]));
    change(&mut reading);
    reading.open(&post.delivered(0).expect("a wrap"))
}

#[test]
fn a_hosted_audience_is_read_by_those_who_agreed() {
    let hosted = |terms: &mut Terms| terms.hosting = Hosting::Hosted("Dinas Kesehatan".into());
    let mut village = Village::new(1, 0, hosted);
    let (post, _) = village.post(Kind::Announcement, PostId::ZERO);
    assert_eq!(read(&village, &post, |_| ()).err(), Some(ReadRefused::Hosting));
    assert!(read(&village, &post, |r| r.hosting_consented = true).is_ok());
}

#[test]
fn a_post_of_an_earlier_charter_is_shown_as_such() {
    let mut village = Village::new(1, 0, |_| ());
    let (post, _) = village.post(Kind::Announcement, PostId::ZERO);
    village.revise(|_| ());
    let opened = read(&village, &post, |_| ()).expect("it opens");
    let continuity = Continuity::Follows;
    let (thread_unavailable, approvals_missing) = (false, 0);
    let notices =
        Notices { earlier_rules: true, continuity, thread_unavailable, approvals_missing };
    assert_eq!(opened.notices, notices);

    let stranger = Village::new(1, 0, |terms| terms.approvals = 1);
    assert_eq!(read(&stranger, &post, |_| ()).err(), Some(ReadRefused::Charter));
}

#[test]
fn a_member_sees_a_pending_post_only_with_its_approval() {
    let mut village = Village::new(1, 1, |terms| terms.approvals = 1);
    let (post, _) = village.post(Kind::Announcement, PostId::ZERO);
    let (pack, approvals) = (village.pack(&post, 0, &[]), [village.approval(&post)]);
    let key = Key::Member { slot: &pack[0], d: &village.members[0][0].d };
    let mut reading = village.reading(0, key);
    let delivered = post.delivered(0).expect("a wrap");
    assert_eq!(reading.open(&delivered).err(), Some(ReadRefused::Approvals));
    reading.approvals = &approvals;
    assert!(reading.open(&delivered).is_ok());
    let pending = read(&village, &post, |_| ()).expect("a publisher opens it");
    assert_eq!(pending.notices.approvals_missing, 1);
}

#[test]
fn a_thread_one_cannot_get_is_said_to_be_so() {
    let mut village = Village::new(1, 0, |_| ());
    let (reply, _) = village.post(Kind::Reply, ROOT);
    let opened = read(&village, &reply, |_| ()).expect("it opens");
    assert!(opened.notices.thread_unavailable);
    let known = root(&village);
    let opened = read(&village, &reply, |r| r.thread = Thread::Known(known)).expect("it opens");
    assert!(!opened.notices.thread_unavailable);
    let wrong = meant(Kind::Reply, &village.publishers[0], true);
    let result = read(&village, &reply, |r| r.thread = Thread::Known(wrong));
    assert_eq!(result.err(), Some(ReadRefused::Thread));
}

#[test]
fn a_reader_sees_gaps_and_refuses_forks() {
    let mut village = Village::new(1, 0, |_| ());
    let author = IdentitySecret::from_bytes(&village.publishers[1].to_bytes());
    let (post, _) = village.post_by(&author, Kind::Announcement, PostId::ZERO, (5, ROOT));
    let other = PostId([6; 32]);
    let with = |same, before, after| {
        let memory = ChainMemory { same, before, after };
        read(&village, &post, |r| r.memory = memory).map(|opened| opened.notices.continuity)
    };
    assert_eq!(with(None, None, None), Ok(Continuity::First));
    assert_eq!(with(None, Some((4, ROOT)), None), Ok(Continuity::Follows));
    assert_eq!(with(None, Some((1, other)), None), Ok(Continuity::Gap { missing: 3 }));
    assert_eq!(with(Some(post.id()), None, None), Ok(Continuity::Follows));
    assert_eq!(with(None, Some((4, ROOT)), Some((6, post.id()))), Ok(Continuity::Follows));
    assert_eq!(with(None, Some((4, ROOT)), Some((7, other))), Ok(Continuity::Follows));

    assert_eq!(with(Some(other), None, None), Err(ReadRefused::Fork));
    assert_eq!(with(None, Some((4, other)), None), Err(ReadRefused::Previous));
    assert_eq!(with(None, Some((4, ROOT)), Some((6, other))), Err(ReadRefused::Previous));
    for position in [(0, PostId::ZERO), (1, ROOT), (2, PostId::ZERO)] {
        let (post, _) = village.post_by(&author, Kind::Announcement, PostId::ZERO, position);
        assert_eq!(read(&village, &post, |_| ()).err(), Some(ReadRefused::Previous));
    }
}
