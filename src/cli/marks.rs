//! `kentongan marks`: the table of a class, made on the teacher's machine.

use std::fmt::Write as _;

use kentongan_protocol::ids::AccountId;
use serde_json::{Value, json};

use super::failure::Failure;
use super::names::{audience_or_only, person};
use super::session::{Session, label};
use super::{clean, csv, fetching, show, states};
use crate::base64url::encode;
use crate::client::homework::{CourseWork, Pupil, State, Work};
use crate::client::{Client, MemberLine};

/// Show the marks of a class
#[derive(Debug, clap::Args)]
#[command(after_help = "\
Examples:
  kentongan marks \"Kelas 7B\"
  kentongan marks \"Kelas 7B\" --csv > nilai.csv

The table is made on this machine; the hub never sees a mark. In the file, a cell that a spreadsheet would take for a
formula begins with an apostrophe.")]
pub(super) struct Args {
    /// Which class; may be left out while there is one
    audience: Option<String>,
    /// As a file for spreadsheets: UTF-8, comma-separated
    #[arg(long)]
    csv: bool,
}

/// Fetches and shows.
pub(super) async fn run(args: Args, session: &Session) -> Result<(), Failure> {
    let (mut client, _) = fetching::open(session).await?;
    let numbers = fetching::letters(&mut client, session.output).await?;
    let audience = audience_or_only(&client, args.audience.as_deref())?;
    let members = client.members(&audience).await?;
    let table = Table::of(&client, &members, &audience)?;
    let works = table.works.iter().map(|work| states::work_document(&client, work, &numbers));
    let document = json!({
        "audience": encode(audience.0), "audience_label": label(&client, &audience),
        "works": works.collect::<Vec<_>>(), "pupils": table.document(),
    });
    let text = if args.csv { table.csv() } else { table.text(client.now()) };
    session.output.show(&document, &text)
}

/// Pupils down, assignments across.
struct Table<'a> {
    works: Vec<Work<'a>>,
    /// By name; who was not given an assignment has none there.
    rows: Vec<(AccountId, String, Vec<Option<Pupil>>)>,
}

impl<'a> Table<'a> {
    fn of(
        client: &'a Client,
        members: &[MemberLine],
        audience: &kentongan_protocol::ids::AudienceId,
    ) -> Result<Self, Failure> {
        let works = client.works().into_iter();
        let published = |work: &Work<'_>| work.state == CourseWork::Published;
        let works: Vec<_> =
            works.filter(|work| work.audience == *audience && published(work)).collect();
        let mut rows = Vec::<(AccountId, String, Vec<Option<Pupil>>)>::new();
        for (column, work) in works.iter().enumerate() {
            for pupil in client.board_of(members, audience, &work.id)? {
                let known = rows.iter().position(|(account, ..)| *account == pupil.account);
                let row = known.unwrap_or_else(|| {
                    let name = person(pupil.name.as_deref(), &pupil.account);
                    rows.push((pupil.account, name, works.iter().map(|_| None).collect()));
                    rows.len() - 1
                });
                rows[row].2[column] = Some(pupil);
            }
        }
        rows.sort_by_key(|(account, name, _)| (name.to_lowercase(), account.0));
        Ok(Self { works, rows })
    }

    fn document(&self) -> Value {
        let row = |(account, name, cells): &(AccountId, String, Vec<Option<Pupil>>)| {
            let marks: Vec<_> = cells
                .iter()
                .map(|cell| cell.as_ref().and_then(|pupil| pupil.submission.mark.clone()))
                .collect();
            json!({ "account": encode(account.0), "name": name, "marks": marks })
        };
        self.rows.iter().map(row).collect()
    }

    fn text(&self, now_ms: u64) -> String {
        if self.works.is_empty() {
            return "No homework was given here yet.".to_owned();
        }
        let mut text = String::new();
        for (n, work) in self.works.iter().enumerate() {
            let _ = writeln!(text, "{:>3}  {}", n + 1, show::heading(work.content));
        }
        let widest = self.rows.iter().map(|(_, name, _)| console::measure_text_width(name)).max();
        let wide = widest.unwrap_or_default();
        let heads: Vec<_> = (1..=self.works.len()).map(|n| format!("{n:>9}")).collect();
        let heads = heads.concat();
        let _ = writeln!(text, "\n{:wide$}{heads}", "");
        for (_, name, cells) in &self.rows {
            let cells = cells.iter().map(|cell| format!("{:>9}", short(cell.as_ref(), now_ms)));
            let padded = console::pad_str(name, wide, console::Alignment::Left, None);
            let _ = writeln!(text, "{padded}{}", cells.collect::<Vec<_>>().concat());
        }
        text
    }

    fn csv(&self) -> String {
        let titles = self.works.iter().map(|work| clean::line(&show::heading(work.content)));
        let head = ["name".to_owned(), "account".to_owned()].into_iter().chain(titles);
        let mut text = csv::BEGIN.to_owned() + &csv::line(head);
        for (account, name, cells) in &self.rows {
            let marks = cells.iter().map(|cell| {
                let mark = cell.as_ref().and_then(|pupil| pupil.submission.mark.as_deref());
                mark.map(clean::line).unwrap_or_default()
            });
            let who = [name.clone(), encode(account.0)];
            text.push_str(&csv::line(who.into_iter().chain(marks)));
        }
        text
    }
}

/// A cell of the table on a terminal.
fn short(cell: Option<&Pupil>, now_ms: u64) -> String {
    let Some(pupil) = cell else { return String::new() };
    let submission = &pupil.submission;
    match (&submission.mark, submission.state(false)) {
        (Some(mark), _) => clean::line(mark).chars().take(8).collect(),
        (None, State::TurnedIn) => "●".to_owned(),
        (None, State::Returned) => "◉".to_owned(),
        (None, _) if submission.excused => "excused".to_owned(),
        (None, _) if submission.missing(now_ms) => "missing".to_owned(),
        (None, _) => "◯".to_owned(),
    }
}
