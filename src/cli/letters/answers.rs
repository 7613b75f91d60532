//! What was answered to a letter, and by whom: by this account or, at the desk, by a colleague.

use std::fmt::Write as _;

use serde_json::{Value, json};

use crate::base64url::encode;
use crate::cli::format::time;
use crate::cli::names::person;
use crate::cli::show;
use crate::client::{Answer, Client, LetterLine};

fn who(answer: &Answer<'_>) -> String {
    if answer.own { "you".to_owned() } else { person(answer.name, &answer.by) }
}

/// Who answered, in a list.
pub(super) fn words(client: &Client, line: &LetterLine<'_>) -> Option<String> {
    let mut names = Vec::new();
    for answer in client.answers(line) {
        let name = who(&answer);
        if !names.contains(&name) {
            names.push(name);
        }
    }
    (!names.is_empty()).then(|| format!("answered by {}", names.join(", ")))
}

/// The answers themselves, under their letter.
pub(super) fn text(client: &Client, line: &LetterLine<'_>) -> String {
    let mut text = String::new();
    for answer in client.answers(line) {
        let from = format!("{} answered · {}", who(&answer), time(answer.received_ms));
        let from = console::Style::new().dim().apply_to(from);
        let _ = writeln!(text, "\n{from}\n{}", show::wrapped(&answer.content.body));
    }
    text
}

/// The answers for machines.
pub(super) fn documents(client: &Client, line: &LetterLine<'_>) -> Value {
    let document = |answer: Answer<'_>| {
        json!({
            "letter": encode(answer.letter.0), "author": encode(answer.by.0), "author_name": answer.name,
            "own": answer.own, "received_ms": answer.received_ms, "body": answer.content.body,
        })
    };
    client.answers(line).into_iter().map(document).collect()
}
