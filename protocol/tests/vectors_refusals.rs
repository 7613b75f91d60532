//! refusals.json: what a hub and what a reader must refuse, each for its own reason.

use kentongan_protocol::approval::Approval;
use kentongan_protocol::bytes::Malformed;
use kentongan_protocol::post::{Key, Post, ReadRefused, Refused, Unreadable};
use serde_json::Value;

use sent::{Sent, parse_approval, parse_post, reader_key};
use support::{array, bytes, count, each, text, vectors};

mod sent;
mod support;

/// Why a post was refused at the hub's door.
#[derive(Debug, PartialEq)]
enum Refusal {
    Malformed(Malformed),
    Refused(Refused),
}

fn at_the_hub(sent: &Sent, entry: &Value) -> Result<(), Refusal> {
    let post = Post::parse(&bytes(&entry["post"])).map_err(Refusal::Malformed)?;
    let hub = sent.hub(post.header(), sent.posts.len());
    post.accept(&hub).map(drop).map_err(Refusal::Refused)
}

#[test]
fn the_hub_refuses_each_for_its_reason() {
    use Refused::{
        Audience, Author, Chain, CharterSuperseded, Proof, SentTime, Signature, Thread, Wraps,
    };

    let sent = Sent::load();
    let file = vectors("refusals.json");
    for entry in each(&file["hub"]) {
        let why = text(&entry["why"]);
        let refused = match why {
            _ if entry["accepted"] == true => None,
            "trailing byte" => Some(Refusal::Malformed(Malformed::Trailing)),
            "truncated" => Some(Refusal::Malformed(Malformed::Truncated)),
            "unknown version" | "unknown suite" | "unknown kind" => {
                Some(Refusal::Malformed(Malformed::Value))
            }
            _ => Some(Refusal::Refused(match why {
                "signature changed" | "body byte changed" => Signature,
                "identity proof point, with a proof that fits it"
                | "proof scalar zero, signed"
                | "identity capsule, with a proof that fits it"
                | "non-canonical capsule, signed"
                | "proof scalar not reduced"
                | "capsule of an older post, signed, without knowledge of e"
                | "blinded capsule of an older post, signed" => Proof,
                // The byte changed is one of the charter's hash.
                "header byte changed" | "unknown charter" | "superseded charter" => {
                    CharterSuperseded
                }
                "another audience" => Audience,
                "sent before the charter began"
                | "sent more than ten minutes ahead of the clock" => SentTime,
                "announcement inside a thread"
                | "reply to an unknown thread"
                | "reply without a thread"
                | "correction of nothing" => Thread,
                "correction by a member"
                | "withdrawal of another's post by a member"
                | "announcement by a member who may only reply"
                | "by someone who is neither publisher nor member" => Author,
                "one wrap too few" => Wraps,
                "sequence gap" | "sequence repeated" | "previous post of another chain" => Chain,
                other => panic!("an entry this test does not know: {other}"),
            })),
        };
        assert_eq!(at_the_hub(&sent, entry).err(), refused, "{why}");
    }
}

fn at_a_reader(sent: &Sent, entry: &Value) -> Result<(), ReadRefused> {
    let post = parse_post(&entry["post"]);
    let approvals: Vec<Approval> = each(&entry["approvals"]).iter().map(parse_approval).collect();
    let (slot, d) = (array(&entry["transformed"]), reader_key(&entry["d"]));
    let (cohort, key) = (count(&entry["cohort"]), Key::Member { slot: &slot, d: &d });
    let reading = sent.reading(post.header(), sent.posts.len(), &approvals, cohort, key);
    reading.open(&post.delivered(cohort).expect("a wrap")).map(drop)
}

#[test]
fn a_reader_refuses_each_for_its_reason() {
    let sent = Sent::load();
    let file = vectors("refusals.json");
    for entry in each(&file["reader"]) {
        let why = text(&entry["why"]);
        let refused = match why {
            _ if entry["opens"] == true => None,
            "no approval"
            | "approved by the author"
            | "approved by a member"
            | "approval of another post" => Some(ReadRefused::Approvals),
            "signature changed" => Some(ReadRefused::Signature),
            "announcement by a member" => Some(ReadRefused::Author),
            "vacant slot" | "non-canonical point" => Some(ReadRefused::Slot),
            _ => Some(ReadRefused::Unreadable(match why {
                "another member's slot"
                | "point chosen by the hub"
                | "wrong cohort"
                | "wrap of this cohort is garbage: capsule mismatch" => Unreadable::CapsuleMismatch,
                "padded longer than Padmé"
                | "padding not zero"
                | "inner length beyond the padding" => Unreadable::Padding,
                other => panic!("an entry this test does not know: {other}"),
            })),
        };
        assert_eq!(at_a_reader(&sent, entry).err(), refused, "{why}");
    }
}
