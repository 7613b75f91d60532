//! How homework is told: where a work stands, in words and for machines.

use std::fmt::Write as _;

use console::Style;
use serde_json::{Value, json};

use super::format::{plural, time};
use super::numbers::Numbers;
use super::session::label;
use super::{clean, show};
use crate::base64url::encode;
use crate::client::Client;
use crate::client::homework::{CourseWork, Scale, Submission, Work};
use crate::client::payload::{From, Homework, PostBody};

/// Minutes between finishing and the hub's receipt that are worth telling.
const APART_MS: u64 = 10 * 60_000;

/// A mark with its whole.
pub(super) fn mark(work: &Work<'_>, submission: &Submission) -> Option<String> {
    let mark = clean::line(submission.mark.as_deref()?);
    Some(match work.terms.scale {
        Scale::Points(points) => format!("{mark} of {points}"),
        Scale::Words(_) | Scale::Free => mark,
    })
}

/// When it came in, and when it was finished where that was long before.
pub(super) fn times(submission: &Submission) -> Option<String> {
    let work = submission.handed_in()?;
    let received = time(work.received_ms);
    let apart = work.finished_ms.filter(|ms| ms.saturating_add(APART_MS) < work.received_ms);
    Some(match apart {
        Some(finished) => format!("finished {}, received {received}", time(finished)),
        None => received,
    })
}

/// What a teacher has set for this pupil, and lateness.
pub(super) fn flags(submission: &Submission) -> Vec<&'static str> {
    let extended = submission.extended_until_ms.is_some();
    [
        (submission.late(), "late"),
        (submission.redo, "to be done again"),
        (submission.excused, "excused"),
        (extended, "more time"),
        (!submission.refused.is_empty(), "some letters not counted"),
    ]
    .into_iter()
    .filter_map(|(set, word)| set.then_some(word))
    .collect()
}

/// What a post or letter says about homework, a line each.
pub(super) fn said(homework: &Homework) -> String {
    let words = homework.words.iter().map(|word| clean::line(word)).collect::<Vec<_>>().join(", ");
    let lines = [
        ("opens", homework.opens_ms.map(time)),
        ("due", homework.due_ms.map(time)),
        ("cut-off", homework.cutoff_ms.map(time)),
        ("attempts", homework.attempts.map(|n| n.to_string())),
        ("marks", homework.points.map(|points| format!("0 to {points}"))),
        ("marks", (!words.is_empty()).then_some(words)),
        ("mark", homework.mark.as_deref().map(clean::line)),
        ("again", homework.redo.then(|| "yes, please".to_owned())),
        ("excused", homework.excused.map(|yes| if yes { "yes" } else { "no" }.to_owned())),
        ("more time", homework.extended_until_ms.map(|until| format!("until {}", time(until)))),
        ("finished", homework.finished_ms.map(time)),
        ("by", homework.guardian.as_ref().map(guardian)),
    ];
    let mut text = String::new();
    for (word, said) in lines.into_iter().filter_map(|(word, said)| Some((word, said?))) {
        let _ = writeln!(text, "  {} {said}", Style::new().dim().apply_to(format!("{word:<9}")));
    }
    if text.is_empty() { text } else { format!("\n{text}") }
}

/// Who handed in for the pupil: their own claim.
pub(super) fn guardian(guardian: &From) -> String {
    format!("{}, for the pupil", clean::line(&guardian.name))
}

/// The guardian who handed in what is in, if one did.
pub(super) fn handed_in_by<'a>(
    client: &'a Client,
    work: &Work<'_>,
    submission: &Submission,
) -> Option<&'a From> {
    let letter = submission.handed_in()?.letter;
    client.submitted(&work.audience, &letter)?.homework.guardian.as_ref()
}

/// What a letter without a text is.
pub(super) fn wordless(content: &PostBody) -> String {
    let homework = &content.homework;
    match (&homework.mark, content.attachments.len()) {
        _ if homework.reclaim.is_some() || homework.withdrawn => "(taken back)".to_owned(),
        _ if homework.remind => "(a reminder)".to_owned(),
        (Some(mark), _) => format!("(mark {})", clean::line(mark)),
        (None, 0) => "(no text)".to_owned(),
        (None, files) => format!("({})", plural(files as u64, "file")),
    }
}

/// An assignment to chosen pupils as it is read.
pub(super) fn work_text(client: &Client, work: &Work<'_>, name: &str) -> String {
    let mut text = String::new();
    if let Some(title) = &work.content.title {
        let _ = writeln!(text, "{}", console::style(clean::line(title)).bold());
    }
    let by = work.content.from.as_ref().map(|from| format!("{} · ", clean::line(&from.name)));
    let from = format!(
        "{}{} · {} · to chosen pupils",
        by.unwrap_or_default(),
        label(client, &work.audience),
        time(work.given_ms)
    );
    let _ = writeln!(text, "{}", Style::new().dim().apply_to(from));
    if work.state == CourseWork::Deleted {
        let _ = writeln!(text, "\nIt was taken back.");
        return text;
    }
    let _ = writeln!(text, "\n{}", show::wrapped(&work.content.body));
    text.push_str(&said(work.homework));
    text.push_str(&show::attachments_text(&work.content.attachments, name, ""));
    text
}

/// An assignment for machines.
pub(super) fn work_document(client: &Client, work: &Work<'_>, numbers: &Numbers) -> Value {
    let (points, words) = match &work.terms.scale {
        Scale::Points(points) => (Some(points), None),
        Scale::Words(words) => (None, Some(words)),
        Scale::Free => (None, None),
    };
    json!({
        "work": encode(work.id.0), "number": numbers.of_post(&work.id.0),
        "audience": encode(work.audience.0), "audience_label": label(client, &work.audience),
        "title": work.content.title, "body": work.content.body, "work_state": work.state.word(),
        "due_ms": work.terms.due_ms, "cutoff_ms": work.terms.cutoff_ms,
        "opens_ms": work.terms.opens_ms, "points": points, "words": words,
        "attempts": work.terms.attempts, "given_ms": work.given_ms, "changed_ms": work.changed_ms,
        "files": work.content.attachments.len(),
    })
}

/// Where a pupil's work stands, for machines; added to `document`.
pub(super) fn add_submission(
    document: &mut Value,
    submission: &Submission,
    draft: bool,
    now_ms: u64,
) {
    let handed_in = submission.handed_in().map(|work| {
        json!({
            "letter": encode(work.letter.0), "attempt": work.attempt,
            "received_ms": work.received_ms, "finished_ms": work.finished_ms,
        })
    });
    let refused = submission.refused.iter();
    let refused: Vec<_> = refused
        .map(|(letter, why)| json!({ "letter": encode(letter.0), "why": why.to_string() }))
        .collect();
    let more = json!({
        "state": submission.state(draft).word(), "late": submission.late(),
        "missing": submission.missing(now_ms), "excused": submission.excused,
        "redo": submission.redo, "extended_until_ms": submission.extended_until_ms,
        "mark": submission.mark, "handed_in": handed_in, "not_counted": refused,
    });
    if let (Some(document), Value::Object(more)) = (document.as_object_mut(), more) {
        document.extend(more);
    }
}
