//! `kentongan homework`: a pupil's list by due date, across classes.

use std::fmt::Write as _;

use console::Style;
use serde_json::{Value, json};

use super::failure::Failure;
use super::format::time;
use super::names::{audience, short};
use super::numbers::Numbers;
use super::session::{Session, label};
use super::{clean, drums, fetching, show, states};
use crate::client::Client;
use crate::client::homework::{CourseWork, State, Submission, Work};

/// List your homework by due date, across classes
#[derive(Debug, clap::Args)]
#[command(after_help = "\
Examples:
  kentongan homework
  kentongan homework \"Kelas 7B\" --todo
  kentongan homework --json | jq '.items[] | select(.missing)'

Read one with kentongan read, hand it in with kentongan hand-in.")]
pub(super) struct Args {
    /// Only this class
    audience: Option<String>,
    /// Only what is still to be handed in
    #[arg(long)]
    todo: bool,
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
    let works = client.works().into_iter();
    let works = works.filter(|work| !work.teaching && work.state == CourseWork::Published);
    let works = works.filter(|work| only.is_none_or(|only| only == work.audience));
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
    detail.extend(states::mark(work, submission).map(|mark| format!("mark {mark}")));
    let mut text = format!(
        "{number:>4} {} {}\n       {}\n",
        part.drum(),
        show::heading(work.content),
        Style::new().dim().apply_to(detail.join(" · "))
    );
    if let Some(feedback) = feedback(client, work, submission) {
        let _ = writeln!(text, "       “{feedback}”");
    }
    text
}

/// What the teacher wrote last, in one line.
fn feedback(client: &Client, work: &Work<'_>, submission: &Submission) -> Option<String> {
    let local = client.local(&work.audience)?;
    let newest = submission.returns.iter().rev();
    let mut bodies = newest.filter_map(|id| {
        local.letters.get(&crate::base64url::B64(id.0)).map(|letter| &letter.content.body)
    });
    let body = bodies.find(|body| !body.trim().is_empty())?;
    Some(clean::line(body.lines().next().unwrap_or_default()))
}
