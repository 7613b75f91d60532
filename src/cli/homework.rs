//! `kentongan homework`: a pupil's list by due date, across classes; as a calendar; the pupil's own record.

mod calendar;
mod record;

use std::fmt::Write as _;
use std::path::PathBuf;

use console::Style;
use kentongan_protocol::ids::{AudienceId, LetterId};
use serde_json::{Value, json};

use super::failure::Failure;
use super::format::{plural, time};
use super::names::{audience, short};
use super::numbers::Numbers;
use super::session::{Session, label};
use super::{clean, drums, fetching, show, states};
use crate::base64url::{B64, encode};
use crate::client::Client;
use crate::client::homework::{CourseWork, State, Submission, Work};
use crate::client::payload::PostBody;

/// List your homework by due date, across classes
#[derive(Debug, clap::Args)]
#[command(after_help = "\
Examples:
  kentongan homework
  kentongan homework \"Kelas 7B\" --todo
  kentongan homework --json | jq '.items[] | select(.missing)'
  kentongan homework --calendar pr.ics          due times for a calendar; again after a change
  kentongan homework --record                   what you handed in, the hub's receipts, your marks
  kentongan homework --record --csv > pr.csv

Read one with kentongan read, hand it in with kentongan hand-in. Classes that were put away are listed where they are
named. The calendar is a plain file that anybody with this machine can read.")]
pub(super) struct Args {
    /// Only this class
    audience: Option<String>,
    /// Only what is still to be handed in
    #[arg(long)]
    todo: bool,
    /// Write the due times to this iCalendar file, in place of an earlier one of ours
    #[arg(long, value_name = "FILE", conflicts_with = "todo")]
    calendar: Option<PathBuf>,
    /// Everything handed in, with the hub's receipts and the marks
    #[arg(long, conflicts_with_all = ["todo", "calendar"])]
    record: bool,
    /// The record as a file for spreadsheets: UTF-8, comma-separated
    #[arg(long, requires = "record")]
    csv: bool,
}

/// The parts of the list, in its order.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
enum Part {
    Missing,
    ToDo,
    HandedIn,
    Returned,
    Nothing,
}

impl Part {
    fn of(submission: &Submission, now_ms: u64) -> Self {
        match submission.state(false) {
            State::TurnedIn => Self::HandedIn,
            State::Returned if submission.redo => Self::ToDo,
            State::Returned => Self::Returned,
            _ if submission.missing(now_ms) => Self::Missing,
            _ if submission.excused || submission.mark.is_some() => Self::Nothing,
            _ => Self::ToDo,
        }
    }

    const fn word(self) -> &'static str {
        match self {
            Self::Missing => "Missing",
            Self::ToDo => "To do",
            Self::HandedIn => "Handed in",
            Self::Returned => "Returned",
            Self::Nothing => "Nothing to hand in",
        }
    }

    fn drum(self) -> String {
        match self {
            Self::Missing => drums::chilli().apply_to("◌").to_string(),
            Self::ToDo => "◯".to_owned(),
            Self::HandedIn => drums::teak().apply_to("●").to_string(),
            Self::Returned | Self::Nothing => drums::leaf().apply_to("◉").to_string(),
        }
    }
}

/// Fetches and lists.
pub(super) async fn run(args: Args, session: &Session) -> Result<(), Failure> {
    let (mut client, _) = fetching::open(session).await?;
    let numbers = fetching::letters(&mut client, session.output).await?;
    let only = args.audience.as_deref().map(|name| audience(&client, name)).transpose()?;
    let now = client.now();
    let wanted =
        |audience: &AudienceId| only.map_or(!client.archived(audience), |only| only == *audience);
    let mut works = client.works();
    works.retain(|work| !work.teaching && wanted(&work.audience));
    if let Some(path) = &args.calendar {
        return calendar::write(&client, &works, path, session);
    }
    if args.record {
        return record::run(&client, &works, &numbers, args.csv, session);
    }
    let works = works.into_iter().filter(|work| work.state == CourseWork::Published);
    let mut lines: Vec<_> = works
        .map(|work| {
            let submission = client.own_submission(&work);
            (Part::of(&submission, now), work, submission)
        })
        .filter(|(part, ..)| !args.todo || matches!(part, Part::Missing | Part::ToDo))
        .collect();
    // By due date within each part: the sort is stable.
    lines.sort_by_key(|(part, ..)| *part);
    let (mut text, mut items, mut before) = (String::new(), Vec::<Value>::new(), None);
    for (part, work, submission) in &lines {
        if before.replace(*part) != Some(*part) {
            let _ = writeln!(text, "{}", console::style(part.word()).bold());
        }
        text.push_str(&line(&client, *part, work, submission, &numbers));
        let mut document = states::work_document(&client, work, &numbers);
        let draft = client.draft(&work.audience, &work.id).is_some();
        states::add_submission(&mut document, submission, draft, now);
        document["returns"] = returns(&client, work, submission, &numbers);
        let reminders = client.reminders(work);
        document["reminded_ms"] = reminders.iter().map(|line| line.letter.received_ms).collect();
        document["guardian"] =
            json!(states::handed_in_by(&client, work, submission).map(|from| &from.name));
        items.push(document);
    }
    if items.is_empty() {
        text.push_str("No homework.");
    }
    session.output.show(&json!({ "items": items }), &text)?;
    if lines.iter().any(|(part, ..)| *part <= Part::ToDo) {
        session.output.hint("Hand in: kentongan hand-in NUMBER \"…\" --attach foto.jpg");
    }
    Ok(())
}

fn line(
    client: &Client,
    part: Part,
    work: &Work<'_>,
    submission: &Submission,
    numbers: &Numbers,
) -> String {
    let number = numbers.of_post(&work.id.0).map_or_else(|| short(&work.id.0), |n| n.to_string());
    let mut detail = vec![label(client, &work.audience)];
    detail.extend(submission.due_ms().map(|due| format!("due {}", time(due))));
    detail.extend(states::times(submission).map(|times| format!("handed in {times}")));
    detail.extend(states::flags(submission).into_iter().map(ToOwned::to_owned));
    if client.draft(&work.audience, &work.id).is_some() {
        detail.push("a draft is here".to_owned());
    }
    let guardian = states::handed_in_by(client, work, submission).map(states::guardian);
    detail.extend(guardian.map(|guardian| format!("by {guardian}")));
    detail.extend(states::mark(work, submission).map(|mark| format!("mark {mark}")));
    let mut text = format!(
        "{number:>4} {} {}\n       {}\n",
        part.drum(),
        show::heading(work.content),
        Style::new().dim().apply_to(detail.join(" · "))
    );
    let reminders = client.reminders(work);
    if let (Some(reminder), true) = (reminders.last(), submission.owed()) {
        let at = time(reminder.letter.received_ms.unsigned_abs());
        let reminded = format!("◌ your teacher reminded you on {at}");
        let _ = writeln!(text, "       {}", drums::chilli().apply_to(reminded));
    }
    if let Some(feedback) = feedback(client, work, submission) {
        let _ = writeln!(text, "       “{feedback}”");
    }
    for (letter, content) in returned(client, work, submission) {
        let files = content.attachments.len() as u64;
        if let (1.., Some(number)) = (files, numbers.of_letter(&letter.0)) {
            let files = plural(files, "file");
            let how = format!("{files} with it: kentongan save {number} --letter");
            let _ = writeln!(text, "       {}", Style::new().dim().apply_to(how));
        }
    }
    text
}

/// What teachers sent back, oldest first.
fn returned<'a>(
    client: &'a Client,
    work: &Work<'_>,
    submission: &Submission,
) -> Vec<(LetterId, &'a PostBody)> {
    let letters = client.local(&work.audience).map(|local| &local.letters);
    let returns = submission.returns.iter();
    let content = |id: &LetterId| Some((*id, &letters?.get(&B64(id.0))?.content));
    returns.filter_map(content).collect()
}

fn returns(client: &Client, work: &Work<'_>, submission: &Submission, numbers: &Numbers) -> Value {
    let returned = returned(client, work, submission).into_iter();
    let document = |(letter, content): (LetterId, &PostBody)| {
        json!({
            "letter": encode(letter.0), "letter_number": numbers.of_letter(&letter.0),
            "feedback": content.body, "mark": content.homework.mark,
            "redo": content.homework.redo, "files": content.attachments.len(),
        })
    };
    returned.map(document).collect()
}

/// What the teacher wrote last, in one line.
fn feedback(client: &Client, work: &Work<'_>, submission: &Submission) -> Option<String> {
    let returned = returned(client, work, submission);
    let mut bodies = returned.iter().rev().map(|(_, content)| &content.body);
    let body = bodies.find(|body| !body.trim().is_empty())?;
    Some(clean::line(body.lines().next().unwrap_or_default()))
}
