//! The cases of `tests/data/homework.json`, which the browser's client reads too: both make the same of the same letters.

use serde::Deserialize;
use serde_json::{Map, Value, json};

use super::*;
use crate::base64url::B64;
use crate::client::payload::{self, PostBody};

#[derive(Deserialize)]
struct Cases {
    cases: Vec<Case>,
}

#[derive(Deserialize)]
struct Case {
    name: String,
    terms: Map<String, Value>,
    letters: Vec<Letter>,
    after: Map<String, Value>,
    #[serde(default)]
    at: Vec<At>,
}

#[derive(Deserialize)]
struct Letter {
    #[serde(rename = "letter")]
    id: u8,
    received_ms: u64,
    kind: String,
    says: Map<String, Value>,
}

#[derive(Deserialize)]
struct At {
    ms: u64,
    next: Value,
    reclaim: Value,
    missing: bool,
}

/// A payload, with letters' names where the case has their numbers.
fn read(kind: &str, says: &Map<String, Value>) -> PostBody {
    let mut says = says.clone();
    for field in ["submission", "reclaim"] {
        if let Some(n) = says.get(field).and_then(Value::as_u64) {
            let n = u8::try_from(n).expect("a number of 8 bits");
            says.insert(field.to_owned(), json!(B64([n; 32])));
        }
    }
    says.insert("type".to_owned(), json!(kind));
    payload::read(&serde_json::to_vec(&says).expect("JSON")).expect("a payload")
}

fn entry(letter: &Letter) -> Entry {
    let content = read(&letter.kind, &letter.says);
    let deed = match letter.kind.as_str() {
        "submission" => Deed::of_submission(&content),
        "return" => Deed::of_return(&content),
        other => panic!("{other} does nothing"),
    };
    Entry { letter: LetterId([letter.id; 32]), received_ms: letter.received_ms, deed }
}

fn word(refusal: Refusal) -> &'static str {
    match refusal {
        Refusal::NotOpen => "not-open",
        Refusal::Closed => "closed",
        Refusal::AlreadyIn => "already-in",
        Refusal::NoAttemptsLeft => "no-attempts-left",
        Refusal::NotIn => "not-in",
    }
}

/// What a submission is, in the words of the cases; what is nothing, no or empty is left out.
fn told(work: &Submission) -> Map<String, Value> {
    let taken = work.handed_in();
    let number = |letter: &LetterId| letter.0[0];
    let refused = work.refused.iter().map(|(letter, why)| json!([number(letter), word(*why)]));
    let all = [
        ("state", json!(work.state(false).word())),
        ("in", json!(taken.map(|work| number(&work.letter)))),
        ("attempt", json!(taken.map(|work| work.attempt))),
        ("received_ms", json!(taken.map(|work| work.received_ms))),
        ("finished_ms", json!(taken.and_then(|work| work.finished_ms))),
        ("late", json!(work.late())),
        ("redo", json!(work.redo)),
        ("excused", json!(work.excused)),
        ("mark", json!(work.mark)),
        ("extended_until_ms", json!(work.extended_until_ms)),
        ("due_ms", json!(work.due_ms())),
        ("cutoff_ms", json!(work.cutoff_ms())),
        ("returns", json!(work.returns.iter().map(number).collect::<Vec<_>>())),
        ("refused", refused.collect()),
    ];
    let nothing = |value: &Value| matches!(value, Value::Null | Value::Bool(false));
    let said = all.into_iter().filter(|(_, value)| !nothing(value) && *value != json!([]));
    said.map(|(field, value)| (field.to_owned(), value)).collect()
}

#[test]
fn every_client_makes_the_same_of_the_same_letters() {
    let cases = include_str!("../../../../tests/data/homework.json");
    let Cases { cases } = serde_json::from_str(cases).expect("the cases");
    assert!(cases.len() > 25, "they are all there");
    for Case { name, terms, letters, after, at } in cases {
        let terms = Terms::of(&read("assignment", &terms).homework);
        let entries: Vec<_> = letters.iter().map(entry).collect();
        let work = Submission::of(&terms, entries.clone());
        assert_eq!(told(&work), after, "{name}");
        assert_eq!(work, Submission::of(&terms, entries.into_iter().rev()), "{name}, backwards");
        for At { ms, next, reclaim, missing } in at {
            let (attempt, letter) = (work.next_attempt(ms), work.reclaimable(ms));
            let attempt = attempt.map_or_else(|why| json!(word(why)), |attempt| json!(attempt));
            let letter = letter.map_or_else(|why| json!(word(why)), |letter| json!(letter.0[0]));
            assert_eq!((attempt, letter), (next, reclaim), "{name}, at {ms}");
            assert_eq!(work.missing(ms), missing, "{name}, at {ms}");
        }
    }
}
