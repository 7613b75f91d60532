//! `kentongan homework --calendar`: due times as an iCalendar file (RFC 5545), made on this machine.
//!
//! Invariant: an assignment is the same event in every file of it, and a later file replaces what an earlier one said; a file
//! that is somebody else's is never overwritten.

use std::fmt::Write as _;
use std::io::Write as _;
use std::path::Path;

use icalendar::{Calendar, Component as _, Event, EventStatus};
use serde_json::json;
use tempfile::NamedTempFile;

use crate::base64url::encode;
use crate::cli::failure::{Failure, file};
use crate::cli::format::{plural, time, utc};
use crate::cli::session::{Session, cannot, label};
use crate::cli::{clean, show};
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
    let mut calendar = Calendar::empty();
    for (key, value) in [("VERSION", "2.0"), ("PRODID", PRODUCT), ("METHOD", "PUBLISH")] {
        calendar.append_property((key, value));
    }
    calendar.name("Kentongan");
    let events: Vec<_> = works.iter().filter_map(|work| event(client, work)).collect();
    let many = events.len();
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

/// An event at the due time; none where nothing is due.
fn event(client: &Client, work: &Work<'_>) -> Option<Event> {
    let submission = client.own_submission(work);
    let due = submission.due_ms()?;
    let changed = changed_ms(client, work, &submission);
    let mut text = clean::lines(&work.content.body);
    if let Some(cutoff) = submission.cutoff_ms() {
        let _ = write!(text, "\n\nCut-off: {}", time(cutoff));
    }
    let deleted = work.state == CourseWork::Deleted;
    let status = if deleted { EventStatus::Cancelled } else { EventStatus::Confirmed };
    let mut event = Event::new();
    event
        .uid(&format!("{}@kentongan", encode(work.id.0)))
        .sequence(sequence(work.given_ms, changed))
        .summary(&format!("{} ({})", show::heading(work.content), label(client, &work.audience)))
        .description(text.trim())
        .status(status)
        .add_property("DTSTAMP", utc(changed))
        .add_property("LAST-MODIFIED", utc(changed))
        .add_property("DTSTART", utc(due))
        .add_property("TRANSP", "TRANSPARENT");
    Some(event.done())
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
    use super::*;

    #[test]
    fn every_change_counts_up_and_nothing_overflows() {
        assert_eq!((sequence(5, 5), sequence(5, 6), sequence(5, 1_006)), (0, 1, 2));
        assert_eq!(sequence(0, u64::MAX), i32::MAX.unsigned_abs());
    }
}
