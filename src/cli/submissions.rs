//! `kentongan submissions`: a teacher's board of who has handed in.

use std::fmt::Write as _;

use console::Style;
use serde_json::{Value, json};

use super::failure::Failure;
use super::format::{of, time};
use super::names::{person, short};
use super::numbers::Numbers;
use super::session::{Session, cannot, label};
use super::{drums, fetching, names, show, states};
use crate::base64url::encode;
use crate::client::Client;
use crate::client::homework::{CourseWork, Pupil, State, Work};

/// See who has handed in
#[derive(Debug, clap::Args)]
#[command(after_help = "\
Examples:
  kentongan submissions                  your assignments
  kentongan submissions 3                the board of one: handed in, late, missing, returned
  kentongan submissions 3 --json | jq -r '.pupils[] | select(.missing).name'

The number of a letter opens it: kentongan letters open 7, kentongan save 7 --letter.")]
pub(super) struct Args {
    /// The assignment: its number, or the beginning of its id
    work: Option<String>,
}

/// Fetches and shows.
pub(super) async fn run(args: Args, session: &Session) -> Result<(), Failure> {
    let (mut client, _) = fetching::open(session).await?;
    let numbers = fetching::letters(&mut client, session.output).await?;
    match args.work {
        Some(name) => board(&mut client, &numbers, &name, session).await,
        None => list(&client, &numbers, session),
    }
}

fn list(client: &Client, numbers: &Numbers, session: &Session) -> Result<(), Failure> {
    let (mut text, mut items) = (String::new(), Vec::<Value>::new());
    let works = client.works();
    for work in works.iter().filter(|work| work.teaching && !client.archived(&work.audience)) {
        let submissions = client.submissions(work);
        let waiting = submissions.values().filter(|s| s.state(false) == State::TurnedIn).count();
        let returned = submissions.values().filter(|s| s.state(false) == State::Returned).count();
        let number =
            numbers.of_post(&work.id.0).map_or_else(|| short(&work.id.0), |n| n.to_string());
        let due = work.terms.due_ms.map_or_else(String::new, |due| format!(" · due {}", time(due)));
        let state = match work.state {
            CourseWork::Draft => " · not out yet",
            CourseWork::Published => "",
            CourseWork::Deleted => " · taken back",
        };
        let detail = format!(
            "{}{due}{state} · {waiting} to look at, {returned} returned",
            label(client, &work.audience)
        );
        let detail = Style::new().dim().apply_to(detail);
        let _ = writeln!(text, "{number:>4} {}\n       {detail}", show::heading(work.content));
        let mut document = states::work_document(client, work, numbers);
        document["waiting"] = json!(waiting);
        document["returned"] = json!(returned);
        items.push(document);
    }
    if items.is_empty() {
        text.push_str("You have given no homework yet: kentongan assign");
    }
    session.output.show(&json!({ "items": items }), &text)
}

/// The columns of the board, in its order.
fn column(pupil: &Pupil, now_ms: u64) -> &'static str {
    let submission = &pupil.submission;
    match submission.state(false) {
        State::TurnedIn if submission.late() => "Late",
        State::TurnedIn => "Handed in",
        State::Returned => "Returned",
        _ if submission.missing(now_ms) => "Missing",
        _ => "Nothing yet",
    }
}

const COLUMNS: [&str; 5] = ["Handed in", "Late", "Missing", "Nothing yet", "Returned"];

async fn board(
    client: &mut Client,
    numbers: &Numbers,
    name: &str,
    session: &Session,
) -> Result<(), Failure> {
    let (audience, id) = names::work(client, numbers, name)?;
    let pupils = client.board(&audience, &id).await?;
    let work = client.work(&audience, &id).ok_or_else(|| cannot("that assignment has gone"))?;
    let now = client.now();
    let done = pupils.iter().filter(|pupil| pupil.submission.handed_in().is_some()).count();
    let mut text = format!(
        "{}\n{}\n",
        console::style(show::heading(work.content)).bold(),
        Style::new().dim().apply_to(format!(
            "{} · {} handed in",
            label(client, &audience),
            of(done as u64, pupils.len() as u64)
        ))
    );
    for title in COLUMNS {
        let mut there = pupils.iter().filter(|pupil| column(pupil, now) == title).peekable();
        if there.peek().is_some() {
            let _ = writeln!(text, "{title}");
        }
        there.for_each(|pupil| text.push_str(&line(client, &work, pupil, numbers)));
    }
    let mut document = states::work_document(client, &work, numbers);
    let pupil = |pupil| pupil_document(client, &work, pupil, numbers, now);
    document["pupils"] = pupils.iter().map(pupil).collect();
    session.output.show(&document, &text)?;
    if pupils.iter().any(|pupil| pupil.submission.state(false) == State::TurnedIn) {
        session.output.hint(&format!("Give back: kentongan return {name} PUPIL --mark …"));
    }
    Ok(())
}

fn line(client: &Client, work: &Work<'_>, pupil: &Pupil, numbers: &Numbers) -> String {
    let submission = &pupil.submission;
    let drum = match submission.state(false) {
        State::TurnedIn => drums::teak().apply_to("●").to_string(),
        State::Returned => drums::leaf().apply_to("◉").to_string(),
        _ => "◯".to_owned(),
    };
    let mut detail = Vec::new();
    detail.extend(states::times(submission));
    let guardian = states::handed_in_by(client, work, submission).map(states::guardian);
    detail.extend(guardian.map(|guardian| format!("by {guardian}")));
    detail.extend(states::flags(submission).into_iter().map(ToOwned::to_owned));
    detail.extend(states::mark(work, submission).map(|mark| format!("mark {mark}")));
    let reminded = client.reminded(work).remove(&pupil.account).filter(|_| submission.owed());
    detail.extend(reminded.map(|at| format!("reminded {}", time(at))));
    detail.extend(pupil.removed.then(|| "no longer in the class".to_owned()));
    let letter = submission.handed_in().and_then(|work| numbers.of_letter(&work.letter.0));
    detail.extend(letter.map(|number| format!("letter {number}")));
    let name = person(pupil.name.as_deref(), &pupil.account);
    format!("  {drum} {name}  {}\n", Style::new().dim().apply_to(detail.join(" · ")))
}

fn pupil_document(
    client: &Client,
    work: &Work<'_>,
    pupil: &Pupil,
    numbers: &Numbers,
    now_ms: u64,
) -> Value {
    let letter = pupil.submission.handed_in().and_then(|work| numbers.of_letter(&work.letter.0));
    let mut document = json!({
        "account": encode(pupil.account.0), "name": pupil.name, "removed": pupil.removed,
        "letter_number": letter, "reminded_ms": client.reminded(work).get(&pupil.account),
        "guardian": states::handed_in_by(client, work, &pupil.submission).map(|from| &from.name),
    });
    states::add_submission(&mut document, &pupil.submission, false, now_ms);
    document
}
