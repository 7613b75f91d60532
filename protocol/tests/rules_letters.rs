//! Who may send which letter to whom, at the hub and at the recipient.

use kentongan_protocol::charter::Replies;
use kentongan_protocol::ids::{ExchangeKey, PostId};
use kentongan_protocol::letter::{
    Draft, HubState, Kind, Letter, Mailbox, ReadRefused, Reading, Recipient, Refused, SealRefused,
    seal,
};
use kentongan_protocol::membership::WriterProof;
use kentongan_protocol::primitives::{ExchangeSecret, IdentitySecret};

use village::{NOW_MS, Village};

mod village;

const KINDS: [Kind; 7] = [
    Kind::Reply,
    Kind::Submission,
    Kind::Return,
    Kind::Profile,
    Kind::Secrets,
    Kind::Join,
    Kind::Assignment,
];

fn write(village: &mut Village, from: &IdentitySecret, to: ExchangeKey, kind: Kind) -> Letter {
    let payload = format!(r#"{{"type":"{}"}}"#, kind.word());
    let thread = if kind.is_about_post() { PostId([5; 32]) } else { PostId::ZERO };
    let audience = village.charter().audience;
    let payload = payload.as_bytes();
    let draft = Draft { audience, to, thread, kind, sent_ms: NOW_MS, payload };
    seal(&draft, from, &mut village.rng).expect("a good draft")
}

fn hub<'a>(
    village: &'a Village,
    recipient: Option<Recipient>,
    member: Option<&'a WriterProof>,
) -> HubState<'a> {
    let (current, in_force) = (village.charter(), village.charters.in_force_at(NOW_MS));
    HubState { now_ms: NOW_MS, current, in_force, recipient, member }
}

#[test]
fn the_table_of_who_may_send_what_holds_at_the_hub_and_at_the_recipient() {
    use Kind::{Assignment, Join, Profile, Reply, Return, Secrets, Submission};

    let mut village = Village::new(1, 0, |_| ());
    let (member, to_member) = (village.member(0), village.member(0));
    let stranger = IdentitySecret::random(&mut village.rng);
    let publisher = IdentitySecret::from_bytes(&village.publishers[0].to_bytes());
    let colleague = village.publishers[1].public();
    let (colleague_xk, desk) = {
        let desk = ExchangeSecret::from_bytes(&village.desk.to_bytes());
        (ExchangeSecret::random(&mut village.rng), desk)
    };

    let inbox = Mailbox::Own { xk: &to_member.xk, ik: to_member.ik.public(), member: true };
    let staff = Mailbox::Own { xk: &colleague_xk, ik: colleague, member: false };
    let none: &[Kind] = &[];
    let table: [(&IdentitySecret, Option<&WriterProof>, Mailbox<'_>, &[Kind]); 9] = [
        (
            &member.ik,
            Some(&member.proof),
            Mailbox::Desk(&desk),
            &[Reply, Submission, Profile, Join],
        ),
        (&member.ik, Some(&member.proof), inbox, none),
        (&member.ik, Some(&member.proof), staff, none),
        (&publisher, None, Mailbox::Desk(&desk), &[Join]),
        (&publisher, None, inbox, &[Reply, Return, Assignment]),
        (&publisher, None, staff, &[Secrets]),
        (&stranger, None, Mailbox::Desk(&desk), &[Join]),
        (&stranger, Some(&member.proof), inbox, none),
        (&stranger, Some(&member.proof), staff, none),
    ];
    for (row, (from, proof, mailbox, allowed)) in table.into_iter().enumerate() {
        let (to, recipient) = match mailbox {
            Mailbox::Desk(desk) => (desk.public(), None),
            Mailbox::Own { xk, ik, member } => (xk.public(), Some(Recipient { ik, member })),
        };
        for kind in KINDS {
            let letter = write(&mut village, from, to, kind);
            let accepted = letter.accept(&hub(&village, recipient, proof));
            let charters = &village.charters;
            let opened = letter.open(&Reading { charters, mailbox, seen: false, member: proof });
            let opened = opened.map(|opened| opened.id);
            if allowed.contains(&kind) {
                assert_eq!((accepted, opened), (Ok(letter.id()), Ok(letter.id())));
            } else {
                assert_eq!(accepted, Err(Refused::Sender), "row {row}, {kind:?}");
                assert_eq!(opened, Err(ReadRefused::Sender), "row {row}, {kind:?}");
            }
        }
    }
}

#[test]
fn without_replies_the_desk_takes_submissions_but_no_replies() {
    let mut village = Village::new(1, 0, |terms| terms.replies = Replies::None);
    let (member, desk) = (village.member(0), village.desk.public());
    for (kind, accepted) in [(Kind::Reply, false), (Kind::Submission, true)] {
        let letter = write(&mut village, &member.ik, desk, kind);
        let result = letter.accept(&hub(&village, None, Some(&member.proof)));
        assert_eq!(result.is_ok(), accepted, "{kind:?}");
    }
}

#[test]
fn the_hub_takes_letters_of_now_for_the_current_desk() {
    let mut village = Village::new(1, 0, |_| ());
    let (member, old_desk) = (village.member(0), village.desk.public());
    let letter = write(&mut village, &member.ik, old_desk, Kind::Submission);
    let proof = Some(&member.proof);
    let at = |now_ms| letter.accept(&HubState { now_ms, ..hub(&village, None, proof) }).err();
    assert_eq!(at(NOW_MS + 600_000), None);
    assert_eq!(at(NOW_MS - 600_000), None);
    assert_eq!(at(NOW_MS + 600_001), Some(Refused::SentTime));
    assert_eq!(at(NOW_MS - 600_001), Some(Refused::SentTime));
    let none = HubState { in_force: None, ..hub(&village, None, proof) };
    assert_eq!(letter.accept(&none), Err(Refused::Charter));

    let new_desk = ExchangeSecret::random(&mut village.rng);
    village.revise(|terms| terms.desk = new_desk.public());
    assert_eq!(letter.accept(&hub(&village, None, proof)), Err(Refused::Recipient));
    assert!(Refused::Recipient.seal_again() && !Refused::Sender.seal_again());
    // What came in before the change still opens, with the old secret.
    let mailbox = Mailbox::Desk(&village.desk);
    let reading = Reading { charters: &village.charters, mailbox, seen: false, member: proof };
    assert!(letter.open(&reading).is_ok());
}

#[test]
fn a_publisher_who_left_sends_no_secrets_and_its_earlier_letters_still_open() {
    let mut village = Village::new(1, 0, |_| ());
    let (reader, leaving) = (village.member(0), village.publishers[1].to_bytes());
    let leaving = IdentitySecret::from_bytes(&leaving);
    let admin = village.publishers[0].public();
    let (mark, secrets) = (
        write(&mut village, &leaving, reader.xk.public(), Kind::Return),
        write(&mut village, &leaving, reader.xk.public(), Kind::Secrets),
    );
    village.revise(|terms| {
        terms.staff.truncate(1);
        terms.not_before_ms = NOW_MS + 1;
    });
    let open = |letter: &Letter, ik| {
        let mailbox = Mailbox::Own { xk: &reader.xk, ik, member: true };
        let reading = Reading { charters: &village.charters, mailbox, seen: false, member: None };
        letter.open(&reading).map(drop)
    };
    assert_eq!(open(&mark, reader.ik.public()), Ok(()));
    assert_eq!(open(&secrets, admin), Err(ReadRefused::Sender));
}

#[test]
fn letters_that_say_something_else_than_they_are_cannot_be_sealed() {
    let mut village = Village::new(1, 0, |_| ());
    let author = IdentitySecret::random(&mut village.rng);
    let draft = Draft {
        audience: village.charter().audience,
        to: village.desk.public(),
        thread: PostId::ZERO,
        kind: Kind::Profile,
        sent_ms: NOW_MS,
        payload: br#"{"type":"profile","name":"Ana"}"#,
    };
    let mut refused = |draft: Draft<'_>| seal(&draft, &author, &mut village.rng).err();
    assert_eq!(refused(draft), None);
    assert_eq!(refused(Draft { kind: Kind::Join, ..draft }), Some(SealRefused::Payload));
    assert_eq!(refused(Draft { thread: PostId([1; 32]), ..draft }), Some(SealRefused::Thread));
    assert_eq!(refused(Draft { to: ExchangeKey::ZERO, ..draft }), Some(SealRefused::Recipient));
}
