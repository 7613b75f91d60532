//! `kentongan homework --calendar`: due times as an iCalendar file (RFC 5545), made on this machine.
//!
//! Invariants: an assignment is the same event in every file of it, also of the page's, and a later file replaces what an
//! earlier one said. Calendars are copied to whoever keeps them, so nothing of an assignment is in one but its title, its
//! class and its time. A file that is somebody else's is never overwritten.

use std::io::Write as _;
use std::path::Path;

use icalendar::{Calendar, Component as _, Event, EventStatus};
use serde_json::json;
use tempfile::NamedTempFile;

use crate::base64url::encode;
use crate::cli::clean;
use crate::cli::failure::{Failure, file};
use crate::cli::format::{plural, utc};
use crate::cli::session::{Session, cannot, label};
use crate::client::Client;
use crate::client::homework::{CourseWork, Submission, Work};

/// By which a file is known as one of ours.
const PRODUCT: &str = "-//Kentongan//Homework//EN";

/// Writes the file.
pub(super) fn write(
    client: &Client,
    works: &[Work<'_>],
    path: &Path,
    session: &Session,
) -> Result<(), Failure> {
    if path.exists() && !ours(path)? {
        return Err(cannot(format!(
            "{} is no calendar of Kentongan's: name another file",
            clean::line(&path.display().to_string())
        )));
    }
    let dated = |work: &Work<'_>| {
        let submission = client.own_submission(work);
        let changed = changed_ms(client, work, &submission);
        event(work, submission.due_ms()?, &label(client, &work.audience), changed)
    };
    let events: Vec<_> = works.iter().filter_map(dated).collect();
    let many = events.len();
    let mut calendar = empty();
    calendar.extend(events);
    let text = calendar.to_string();
    let folder = path.parent().filter(|p| !p.as_os_str().is_empty()).unwrap_or(Path::new("."));
    let mut out = NamedTempFile::new_in(folder).map_err(file(folder))?;
    out.write_all(text.as_bytes()).map_err(file(path))?;
    out.persist(path).map_err(|error| file(path)(error.error))?;
    let shown = clean::line(&path.display().to_string());
    session.output.show(
        &json!({ "path": path, "events": many }),
        &format!("  {shown}  {}", plural(many as u64, "due time")),
    )
}

fn ours(path: &Path) -> Result<bool, Failure> {
    let there = std::fs::read_to_string(path).map_err(file(path))?;
    Ok(there.starts_with("BEGIN:VCALENDAR") && there.contains(PRODUCT))
}

/// A calendar of ours without events.
fn empty() -> Calendar {
    let mut calendar = Calendar::empty();
    for (key, value) in [("VERSION", "2.0"), ("PRODID", PRODUCT), ("METHOD", "PUBLISH")] {
        calendar.append_property((key, value));
    }
    calendar.name("Kentongan").done()
}

/// An event at the due time; none of what pupils do not have yet.
fn event(work: &Work<'_>, due_ms: u64, class: &str, changed_ms: u64) -> Option<Event> {
    let status = match work.state {
        CourseWork::Draft => return None,
        CourseWork::Published => EventStatus::Confirmed,
        CourseWork::Deleted => EventStatus::Cancelled,
    };
    let event = Event::new()
        .uid(&format!("{}@kentongan", encode(work.id.0)))
        .sequence(sequence(work.given_ms, changed_ms))
        .summary(&summary(work.content.title.as_deref(), class))
        .status(status)
        .add_property("DTSTAMP", utc(changed_ms))
        .add_property("LAST-MODIFIED", utc(changed_ms))
        .add_property("DTSTART", utc(due_ms))
        .add_property("TRANSP", "TRANSPARENT")
        .done();
    Some(event)
}

/// The title and the class, or the class alone: what is asked for stays where it is sealed.
fn summary(title: Option<&str>, class: &str) -> String {
    let (title, class) = (in_one_line(title.unwrap_or_default()), in_one_line(class));
    if title.is_empty() { class } else { format!("{title} ({class})") }
}

fn in_one_line(text: &str) -> String {
    let words = text.split(|c: char| c.is_whitespace() || c.is_control());
    words.filter(|word| !word.is_empty()).collect::<Vec<_>>().join(" ")
}

/// When its teachers last said anything about it to this pupil.
fn changed_ms(client: &Client, work: &Work<'_>, submission: &Submission) -> u64 {
    let local = client.local(&work.audience);
    let received = |id: &kentongan_protocol::ids::LetterId| {
        let letter = local?.letters.get(&crate::base64url::B64(id.0))?;
        u64::try_from(letter.received_ms).ok()
    };
    let returned = submission.returns.iter().filter_map(received).max();
    work.changed_ms.max(returned.unwrap_or(0))
}

/// Seconds from the giving to the last change: it never goes back, and needs no counting of what may not have come.
fn sequence(given_ms: u64, changed_ms: u64) -> u32 {
    let seconds = changed_ms.saturating_sub(given_ms).div_ceil(1000);
    u32::try_from(seconds).unwrap_or(u32::MAX).min(i32::MAX.unsigned_abs())
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeMap;

    use kentongan_protocol::ids::{AudienceId, LetterId, PostId};
    use serde::Deserialize;
    use serde_json::{Map, Value};

    use super::*;
    use crate::client::homework::{Deed, Entry, Terms};
    use crate::client::payload::{self, PostBody};

    #[derive(Deserialize)]
    struct Cases {
        cases: Vec<Case>,
    }

    #[derive(Deserialize)]
    struct Case {
        name: String,
        work: u8,
        class: String,
        says: Map<String, Value>,
        #[serde(default)]
        returns: Vec<Return>,
        #[serde(default)]
        deleted: bool,
        given_ms: u64,
        changed_ms: u64,
        event: Option<BTreeMap<String, String>>,
    }

    #[derive(Deserialize)]
    struct Return {
        received_ms: u64,
        says: Map<String, Value>,
    }

    fn read(kind: &str, says: &Map<String, Value>) -> PostBody {
        let mut says = says.clone();
        says.insert("type".to_owned(), json!(kind));
        payload::read(&serde_json::to_vec(&says).expect("JSON")).expect("a payload")
    }

    /// The event that a case makes, as a file has it.
    fn file(case: &Case) -> Option<String> {
        let content = read("assignment", &case.says);
        let terms = Terms::of(&content.homework);
        let returns = case.returns.iter().zip(0..).map(|(back, n)| Entry {
            letter: LetterId([n; 32]),
            received_ms: back.received_ms,
            deed: Deed::of_return(&read("return", &back.says)),
        });
        let submission = Submission::of(&terms, returns);
        let told = case.returns.iter().map(|back| back.received_ms).max();
        let work = Work {
            audience: AudienceId([0; 32]),
            id: PostId([case.work; 32]),
            state: if case.deleted { CourseWork::Deleted } else { CourseWork::Published },
            terms,
            homework: &content.homework,
            content: &content,
            given_ms: case.given_ms,
            changed_ms: case.changed_ms,
            teaching: false,
            chosen: None,
        };
        let changed = work.changed_ms.max(told.unwrap_or(0));
        let event = event(&work, submission.due_ms()?, &case.class, changed)?;
        Some(empty().push(event).done().to_string())
    }

    fn properties(file: &str) -> BTreeMap<String, String> {
        let whole = file.replace("\r\n ", "");
        let (_, event) = whole.split_once("BEGIN:VEVENT\r\n").expect("an event");
        let lines = event.lines().take_while(|line| *line != "END:VEVENT");
        let named = lines.filter_map(|line| line.split_once(':'));
        named.map(|(name, value)| (name.to_owned(), value.to_owned())).collect()
    }

    #[test]
    fn the_page_makes_the_same_events_and_nothing_else_of_an_assignment_is_in_them() {
        let cases = include_str!("../../../tests/data/calendar.json");
        let Cases { cases } = serde_json::from_str(cases).expect("cases");
        for case in cases {
            let file = file(&case);
            assert_eq!(file.as_deref().map(properties), case.event, "{}", case.name);
            let text = file.unwrap_or_default();
            assert!(text.split("\r\n").all(|line| line.len() <= 75), "folded: {text}");
        }
    }

    #[test]
    fn every_change_counts_up_and_nothing_overflows() {
        assert_eq!((sequence(5, 5), sequence(5, 6), sequence(5, 1_006)), (0, 1, 2));
        assert_eq!(sequence(0, u64::MAX), i32::MAX.unsigned_abs());
    }
}
