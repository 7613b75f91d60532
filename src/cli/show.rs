//! How posts and letters look, to people and to machines.
//!
//! Invariant: who speaks is said as what it is, a key's own claim; what a reader should doubt is said before the text.

use std::fmt::Write as _;

use console::Style;
use kentongan_protocol::ids::{AccountId, AudienceId, IdentityKey};
use serde_json::{Value, json};

use super::format::{plural, size, time};
use super::names::person;
use super::numbers::Numbers;
use super::session::label;
use super::{clean, states};
use crate::base64url::encode;
use crate::client::payload::{Attachment, PostBody, Priority};
use crate::client::{Client, LetterLine, PostView, Shown};

/// Text is wrapped at most this wide.
const WIDTH: usize = 80;

/// Its drum: new, read, or understood.
pub(super) fn drum(view: &PostView<'_>, numbers: &Numbers) -> String {
    if view.post.acknowledged {
        super::drums::leaf().apply_to("◉").to_string()
    } else if view.own || numbers.was_read(&view.id.0) {
        super::drums::teak().apply_to("●").to_string()
    } else {
        "◯".into()
    }
}

/// Title, or the beginning of the text.
pub(super) fn headline(view: &PostView<'_>) -> String {
    if let Shown::Withdrawn(_) = view.shown {
        return "(withdrawn)".into();
    }
    heading(view.content)
}

/// Title, or the beginning of the text.
pub(super) fn heading(content: &PostBody) -> String {
    let first = || content.body.lines().find(|line| !line.trim().is_empty());
    let said = content.title.as_deref().or_else(first);
    let text = said.map_or_else(|| states::wordless(content), clean::line);
    if text.chars().count() <= 60 {
        return text;
    }
    text.chars().take(59).chain(['…']).collect()
}

/// A post for machines.
pub(super) fn post_document(
    client: &Client,
    audience: &AudienceId,
    view: &PostView<'_>,
    numbers: &Numbers,
) -> Value {
    let (shown, by) = match view.shown {
        Shown::Original => ("original", None),
        Shown::Corrected(by) => ("corrected", Some(by)),
        Shown::Withdrawn(by) => ("withdrawn", Some(by)),
    };
    let content = if shown == "withdrawn" { &PostBody::default() } else { view.content };
    json!({
        "post": encode(view.id.0), "number": numbers.of_post(&view.id.0),
        "audience": encode(audience.0), "audience_label": label(client, audience),
        "kind": view.post.kind, "thread": id_or_null(&view.post.thread.0),
        "author": encode(AccountId::of(&view.author).0), "author_name": view.name,
        "by_publisher": view.post.by_publisher, "own": view.own,
        "sent_ms": view.post.sent_ms, "pending": view.post.pending,
        "release_ms": view.post.release_ms, "lapsed": view.post.lapsed,
        "acknowledged": view.post.acknowledged, "new": !view.own && !numbers.was_read(&view.id.0),
        "shown": shown, "shown_by": by.map(|by| encode(by.0)),
        "missing_before": view.post.gap, "earlier_rules": view.post.earlier_rules,
        "title": content.title, "body": content.body, "attachments": attached(&content.attachments),
        "priority": content.priority, "place": content.place,
        "language": content.language, "versions": content.versions,
        "homework": (view.post.kind == "assignment").then_some(view.homework),
    })
}

fn id_or_null(id: &[u8; 32]) -> Option<String> {
    (*id != [0; 32]).then(|| encode(id))
}

/// Attachments without what opens them.
fn attached(attachments: &[Attachment]) -> Vec<Value> {
    let one = |a: &Attachment| json!({ "name": a.name, "type": a.r#type, "size": a.size, "file": a.file_name() });
    attachments.iter().map(one).collect()
}

/// A post as it is read.
pub(super) fn post_text(
    client: &Client,
    audience: &AudienceId,
    view: &PostView<'_>,
    number: usize,
) -> String {
    let account = AccountId::of(&view.author);
    let role = if view.post.by_publisher { "publisher" } else { "member" };
    let mut text = String::new();
    let urgent = view.content.priority == Some(Priority::Urgent);
    if urgent && !matches!(view.shown, Shown::Withdrawn(_)) {
        let _ = writeln!(text, "{}", super::drums::chilli().apply_to("Urgent"));
    }
    if let (Some(title), false) = (&view.content.title, matches!(view.shown, Shown::Withdrawn(_))) {
        let _ = writeln!(text, "{}", console::style(clean::line(title)).bold());
    }
    let from = format!(
        "{} ({role}) · {} · {} · {}",
        person(view.name, &account),
        label(client, audience),
        time(view.post.sent_ms),
        view.post.kind
    );
    let _ = writeln!(text, "{}", Style::new().dim().apply_to(from));
    for doubt in doubts(view) {
        let _ = writeln!(text, "{}", super::drums::chilli().apply_to(doubt));
    }
    if let Shown::Withdrawn(_) = view.shown {
        let _ = writeln!(text, "\nIt was withdrawn.");
        return text;
    }
    let _ = writeln!(text, "\n{}", wrapped(&view.content.body));
    text.push_str(&states::said(view.homework));
    text.push_str(&besides(view.content));
    text.push_str(&attachments_text(&view.content.attachments, number, ""));
    text
}

/// Where it is, and the same in other languages.
fn besides(content: &PostBody) -> String {
    let (mut text, dim) = (String::new(), Style::new().dim());
    if let Some(place) = &content.place {
        let geo = place.geo.as_deref().map(|geo| format!("  {}", clean::line(geo)));
        let name = clean::line(&place.name);
        let _ = writeln!(text, "\n  {} {name}{}", dim.apply_to("place"), geo.unwrap_or_default());
    }
    for version in &content.versions {
        let _ =
            writeln!(text, "\n{}", dim.apply_to(format!("in {}", clean::line(&version.language))));
        if let Some(title) = &version.title {
            let _ = writeln!(text, "{}", console::style(clean::line(title)).bold());
        }
        let _ = writeln!(text, "{}", wrapped(&version.body));
    }
    text
}

/// What a reader should know before reading.
fn doubts(view: &PostView<'_>) -> Vec<String> {
    let post = view.post;
    let mut doubts = Vec::new();
    if let Some(at) = post.release_ms {
        doubts.push(format!("It goes out on {}: members do not have it yet.", time(at)));
    } else if post.pending {
        doubts.push("It waits for approvals: members do not have it yet.".to_owned());
    }
    if let Some(reason) = &post.lapsed {
        doubts.push(format!("It reached nobody: {}.", lapsed(reason)));
    }
    if let Shown::Corrected(_) = view.shown {
        doubts.push("It was corrected: this is the newest wording.".to_owned());
    }
    if post.gap > 0 {
        doubts.push(format!(
            "{} before it by the same author never reached you.",
            plural(post.gap, "post")
        ));
    }
    if post.earlier_rules {
        doubts.push(
            "It came after the rules had changed, and was sent under the earlier ones.".to_owned(),
        );
    }
    if post.thread_unavailable {
        doubts.push("What it answers could not be had.".to_owned());
    }
    doubts
}

/// Why a post lapsed, in words.
pub(super) fn lapsed(reason: &str) -> &'static str {
    match reason {
        "taken-back" => "it was taken back before its time",
        "keys-changed" => "the audience's keys changed before its time, so write it again",
        "not-publisher" => "its author was no longer a publisher when its time came",
        "charter-expired" => "the audience's charter had expired; renew it and write again",
        "approvals-raised" => "more approvals were asked for before its time, so write it again",
        _ => "the rules changed before it was approved, so write it again",
    }
}

/// Files that can be saved, with their sizes.
pub(super) fn attachments_text(
    attachments: &[Attachment],
    number: impl std::fmt::Display,
    flag: &str,
) -> String {
    let mut text = String::new();
    for (i, attachment) in attachments.iter().enumerate() {
        let _ = writeln!(
            text,
            "  {} {}  {}",
            Style::new().dim().apply_to(format!("file {}", i + 1)),
            clean::line(&attachment.file_name()),
            size(attachment.size)
        );
    }
    if !attachments.is_empty() {
        let _ = writeln!(
            text,
            "  {}",
            Style::new().dim().apply_to(format!("kentongan save {number}{flag}"))
        );
    }
    text
}

/// A reply under its post.
pub(super) fn reply_text(view: &PostView<'_>, numbers: &Numbers) -> String {
    let account = AccountId::of(&view.author);
    let number = numbers.of_post(&view.id.0).unwrap_or_default();
    let mut text = format!(
        "  {} {}  {}\n",
        Style::new().dim().apply_to(format!("{number:>3}")),
        console::style(person(view.name, &account)).bold(),
        Style::new().dim().apply_to(time(view.post.sent_ms))
    );
    let body = match view.shown {
        Shown::Withdrawn(_) => "(withdrawn)".to_owned(),
        _ => wrapped(&view.content.body),
    };
    for line in body.lines() {
        let _ = writeln!(text, "      {line}");
    }
    for line in attachments_text(&view.content.attachments, number, "").lines() {
        let _ = writeln!(text, "    {line}");
    }
    text
}

/// A letter for machines.
pub(super) fn letter_document(client: &Client, line: &LetterLine<'_>, numbers: &Numbers) -> Value {
    let author = AccountId::of(&IdentityKey(line.letter.ik.0));
    json!({
        "letter": encode(line.id.0), "number": numbers.of_letter(&line.id.0),
        "audience": encode(line.audience.0), "audience_label": label(client, &line.audience),
        "desk": line.letter.desk, "kind": line.letter.kind, "thread": id_or_null(&line.letter.thread.0),
        "author": encode(author.0), "author_name": line.name,
        "sent_ms": line.letter.sent_ms, "received_ms": line.letter.received_ms,
        "new": !numbers.was_read(&line.id.0),
        "title": line.letter.content.title, "body": line.letter.content.body,
        "homework": line.letter.content.homework,
        "attachments": attached(&line.letter.content.attachments),
    })
}

/// A text of somebody's, no wider than is good to read.
pub(super) fn wrapped(body: &str) -> String {
    let width = usize::from(console::Term::stdout().size().1).clamp(40, WIDTH);
    let body = clean::lines(body);
    body.trim_end().lines().map(|line| wrap(line, width)).collect::<Vec<_>>().join("\n")
}

fn wrap(line: &str, width: usize) -> String {
    let (mut text, mut column) = (String::new(), 0);
    for word in line.split_inclusive(' ') {
        let wide = console::measure_text_width(word.trim_end());
        if column > 0 && column + wide > width {
            text.truncate(text.trim_end().len());
            text.push('\n');
            column = 0;
        }
        text.push_str(word);
        column += console::measure_text_width(word);
    }
    text
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::client::payload::{Place, Version};

    #[test]
    fn a_text_is_wrapped_between_words_and_keeps_them_all() {
        assert_eq!(wrap("satu dua tiga empat", 9), "satu dua\ntiga\nempat");
        assert_eq!(wrap("  masuk", 20), "  masuk");
        assert_eq!(wrap("kata-yang-sangat-panjang ya", 10), "kata-yang-sangat-panjang\nya");
    }

    #[test]
    fn place_and_other_languages_stand_under_the_text_and_move_no_cursor() {
        let content = PostBody {
            place: Some(Box::new(Place {
                name: "Balai\u{1b}[2J desa".into(),
                geo: Some("-7.79,110.36".into()),
            })),
            versions: vec![Version {
                language: "en".into(),
                title: Some("Vaccination".into()),
                body: "Monday.".into(),
            }],
            ..PostBody::default()
        };
        let text = console::strip_ansi_codes(&besides(&content)).into_owned();
        assert_eq!(text, "\n  place Balai␛[2J desa  -7.79,110.36\n\nin en\nVaccination\nMonday.\n");
    }

    #[test]
    fn a_post_without_a_title_goes_by_its_first_line() {
        let body = |body: &str| PostBody { body: body.into(), ..PostBody::default() };
        assert_eq!(heading(&body("\n\nBesok libur.\nSungguh.")), "Besok libur.");
        assert_eq!(heading(&body("")), "(no text)");
        assert_eq!(heading(&body(&"x".repeat(61))), format!("{}…", "x".repeat(59)));
    }
}
