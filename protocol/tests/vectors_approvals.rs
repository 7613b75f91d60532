//! approvals.json: approvals that count and that do not, and a permalink.

use kentongan_protocol::approval;
use kentongan_protocol::ids::PostId;
use kentongan_protocol::permalink::{Linked, Permalink};
use kentongan_protocol::post::{Post, ReadRefused};
use serde_json::Value;

use sent::{Sent, parse_approval};
use support::{bytes, each, id, text, vectors};

mod sent;
mod support;

fn approved<'a>(sent: &'a Sent, entry: &Value) -> &'a Post {
    let meant = id::<PostId>(&entry["post_id"]);
    sent.posts.iter().find(|p| p.id() == meant).expect("one of the posts")
}

fn missing(sent: &Sent, entry: &Value) -> u8 {
    let (post, given) = (approved(sent, entry), parse_approval(&entry["approval"]));
    assert_eq!(given.encode(), bytes(&entry["approval"]));
    approval::missing(sent.charters.current(), post.header(), &post.id(), &[given, given])
}

#[test]
fn an_approval_by_the_other_publisher_is_enough() {
    let sent = Sent::load();
    let file = vectors("approvals.json");
    assert_eq!(missing(&sent, &file["approval"]), 0);
    assert_eq!(missing(&sent, &file["second"]), 0);
    for entry in each(&file["refused"]) {
        assert_eq!(missing(&sent, entry), 1, "{}", entry["why"]);
    }
}

#[test]
fn more_approvals_than_there_can_be_publishers_are_not_looked_at() {
    let sent = Sent::load();
    let file = vectors("approvals.json");
    let (good, bad) = (&file["approval"], &file["refused"][0]);
    let (post, good, bad) = (
        approved(&sent, good),
        parse_approval(&good["approval"]),
        parse_approval(&bad["approval"]),
    );
    let missing = |before: usize| {
        let given = [vec![bad; before], vec![good]].concat();
        approval::missing(sent.charters.current(), post.header(), &post.id(), &given)
    };
    assert_eq!(missing(approval::MAX_GIVEN - 1), 0);
    assert_eq!(missing(approval::MAX_GIVEN), 1);
}

#[test]
fn replies_and_withdrawals_wait_for_nobody() {
    let sent = Sent::load();
    let reply = &sent.posts[2];
    let lacks = approval::missing(sent.charters.current(), reply.header(), &reply.id(), &[]);
    assert_eq!(lacks, 0);
}

#[test]
fn the_permalink_opens_its_post_and_no_other() {
    let sent = Sent::load();
    let file = vectors("approvals.json");
    let fragment = text(&file["permalink_fragment"]);
    let link = Permalink::parse(fragment).expect("a fragment");
    assert_eq!(*link.to_text(), fragment);

    let open = |n: usize, approvals| {
        let post: &Post = &sent.posts[n];
        let (tbs, signature, body) = (post.tbs(), post.signature(), post.body());
        link.open(&sent.charters, false, &Linked { tbs, signature, body, approvals })
    };
    let opened = open(0, &sent.approvals[0]).expect("it opens");
    let posts = vectors("posts.json");
    assert_eq!(*opened.payload, text(&posts["posts"][0]["payload"]).as_bytes());
    assert!(!opened.earlier_rules);
    assert_eq!(open(0, &[]).err(), Some(ReadRefused::Approvals));
    assert_eq!(open(1, &sent.approvals[1]).err(), Some(ReadRefused::Identity));
    assert_eq!(open(2, &[]).err(), Some(ReadRefused::Author), "a member's reply has no permalink");
}

#[test]
fn a_fragment_has_one_form() {
    let file = vectors("approvals.json");
    let fragment = text(&file["permalink_fragment"]);
    // 64 bytes leave four unused bits in the last of 86 characters: `Q` has them zero, `R` not.
    assert!(fragment.ends_with('Q'));
    let unused_bits = fragment.replace("pO8bzQ", "pO8bzR");
    assert_ne!(unused_bits, fragment);
    for text in [&unused_bits, &format!("{fragment}=="), &fragment[1..], "", "A"] {
        assert!(Permalink::parse(text).is_err(), "{text}");
    }
}
