//! `kentongan letters`: what is for one pair of eyes, or for the publishers' desk.

mod answers;
mod desk;

use std::fmt::Write as _;

use clap::ValueEnum;
use kentongan_protocol::ids::{AccountId, IdentityKey, PostId};
use kentongan_protocol::letter;
use serde_json::{Value, json};

use desk::Turn;

use super::content::Content;
use super::failure::Failure;
use super::format::time;
use super::names::person;
use super::session::{Session, cannot, label};
use super::{drums, fetching, files, names, show};
use crate::base64url::encode;
use crate::client::api::AttachmentFor;
use crate::client::payload::PostBody;
use crate::client::{Addressee, Client, LetterLine};

/// Private letters: to you, and to the desks of your audiences
#[derive(Debug, clap::Args)]
#[command(
    args_conflicts_with_subcommands = true,
    after_help = "\
Examples:
  kentongan letters                       list them
  kentongan letters --desk                only those to the publishers
  kentongan letters --all                 also homework and reminders
  kentongan letters open 2
  kentongan letters answer 2 \"Semoga lekas sembuh.\"
  kentongan letters resolve 2             put one away, for all publishers

To begin one, reply to a post: kentongan reply 3 --private \"…\""
)]
pub(super) struct Args {
    #[command(subcommand)]
    command: Option<Command>,
    #[command(flatten)]
    list: ListArgs,
}

#[derive(Debug, clap::Subcommand)]
enum Command {
    /// List them
    #[command(after_help = "Example:\n  kentongan letters list --desk")]
    List(ListArgs),
    /// Open one
    #[command(after_help = "Example:\n  kentongan letters open 2")]
    Open {
        /// Its number, or the beginning of its id
        letter: String,
    },
    /// Answer one, privately
    #[command(
        after_help = "Example:\n  kentongan letters answer 2 \"Semoga lekas sembuh.\" --attach jadwal.pdf"
    )]
    Answer {
        /// Its number, or the beginning of its id
        letter: String,
        #[command(flatten)]
        content: Content,
    },
    /// Have a publisher look after a letter to the desk
    #[command(
        after_help = "Examples:\n  kentongan letters assign 2              you do\n  kentongan letters assign 2 --to \"Pak Joko\""
    )]
    Assign {
        /// Its number, or the beginning of its id
        letter: String,
        /// Whom: the name they gave, or the beginning of their account's id; you, where nobody is named
        #[arg(long, value_name = "WHO", allow_hyphen_values = true)]
        to: Option<String>,
    },
    /// Put a letter to the desk away
    #[command(
        after_help = "Example:\n  kentongan letters resolve 2\n\nAnother letter by the same author about the same post opens it again."
    )]
    Resolve {
        /// Its number, or the beginning of its id
        letter: String,
    },
    /// Lay a letter to the desk open again
    #[command(after_help = "Example:\n  kentongan letters reopen 2")]
    Reopen {
        /// Its number, or the beginning of its id
        letter: String,
    },
}

/// How a letter stands on its desk.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
enum State {
    Open,
    Assigned,
    Resolved,
}

impl State {
    const fn word(self) -> &'static str {
        match self {
            Self::Open => "open",
            Self::Assigned => "assigned",
            Self::Resolved => "resolved",
        }
    }
}

#[derive(Debug, clap::Args)]
struct ListArgs {
    /// Only those to the publishers' desk
    #[arg(long)]
    desk: bool,
    /// Only those to the desk that are in this state
    #[arg(long, value_enum)]
    state: Option<State>,
    /// Also homework handed in and given back, reminders, and those that only tell a name, which have no number
    #[arg(long)]
    all: bool,
}

/// Does what the subcommand says.
pub(super) async fn run(args: Args, session: &Session) -> Result<(), Failure> {
    match args.command {
        None => list(&args.list, session).await,
        Some(Command::List(args)) => list(&args, session).await,
        Some(Command::Open { letter }) => open(&letter, session).await,
        Some(Command::Answer { letter, content }) => answer(&letter, content, session).await,
        Some(Command::Assign { letter, to }) => {
            desk::turn(&letter, Turn::Assign(to), session).await
        }
        Some(Command::Resolve { letter }) => desk::turn(&letter, Turn::Resolve, session).await,
        Some(Command::Reopen { letter }) => desk::turn(&letter, Turn::Reopen, session).await,
    }
}

/// Whether a letter says no more than a name.
pub(super) fn introduces(line: &LetterLine<'_>) -> bool {
    matches!(line.letter.kind.as_str(), "join" | "profile")
}

/// Whether it is a letter to be read as such: one of homework is told where the homework is.
pub(super) fn matters(line: &LetterLine<'_>) -> bool {
    line.letter.kind == "reply" && !line.letter.content.homework.remind
}

fn author(line: &LetterLine<'_>) -> AccountId {
    AccountId::of(&IdentityKey(line.letter.ik.0))
}

async fn list(args: &ListArgs, session: &Session) -> Result<(), Failure> {
    let mut client = session.open().await?;
    let numbers = fetching::letters(&mut client, session.output).await?;
    let care = desk::all(&client).await?;
    let lines = client.letters();
    let in_state = |line: &LetterLine<'_>| match args.state {
        Some(state) => care.get(&line.id.0).is_some_and(|care| care.state == state.word()),
        None => true,
    };
    let shown = lines.iter().filter(|l| (args.all || matters(l)) && (!args.desk || l.letter.desk));
    let shown = shown.filter(|line| in_state(line));
    let (mut text, mut items) = (String::new(), Vec::<Value>::new());
    for line in shown {
        let number =
            numbers.of_letter(&line.id.0).map_or_else(|| "–".to_owned(), |n| n.to_string());
        let new = !numbers.was_read(&line.id.0);
        let drum = if new { "◯".to_owned() } else { drums::teak().apply_to("●").to_string() };
        let headline = console::style(show::heading(&line.letter.content));
        let headline = if new { headline.bold() } else { headline };
        let desk = if line.letter.desk { ", to the desk" } else { "" };
        let mut detail = format!(
            "{} · {}{desk} · {}",
            person(line.name, &author(line)),
            label(&client, &line.audience),
            time(line.letter.sent_ms)
        );
        let care = care.get(&line.id.0);
        if let Some(words) = care.and_then(|care| desk::words(&client, &line.audience, care)) {
            let _ = write!(detail, " · {words}");
        }
        if let Some(words) = answers::words(&client, line) {
            let _ = write!(detail, " · {words}");
        }
        let _ = writeln!(
            text,
            "{number:>4} {drum} {headline}\n       {}",
            console::Style::new().dim().apply_to(detail)
        );
        let mut document = show::letter_document(&client, line, &numbers);
        document["answers"] = answers::documents(&client, line);
        document["state"] = json!(care.map(|care| &care.state));
        document["assignee"] =
            json!(care.and_then(|care| care.assignee.as_ref()).map(|account| encode(account.0)));
        items.push(document);
    }
    if items.is_empty() {
        text.push_str("No letters.");
    }
    session.output.show(&json!({ "items": items }), &text)
}

async fn open(name: &str, session: &Session) -> Result<(), Failure> {
    let mut client = session.open().await?;
    let mut numbers = fetching::letters(&mut client, session.output).await?;
    let (_, id) = names::letter(&client, &numbers, name)?;
    let lines = client.letters();
    let line =
        lines.iter().find(|line| line.id == id).ok_or_else(|| cannot("that letter has gone"))?;
    let number = numbers.of_letter(&id.0).unwrap_or_default();
    let about = client
        .post(&line.audience, &PostId(line.letter.thread.0))
        .map(|view| show::headline(&view));
    let from = format!(
        "{} · {} · {}{}",
        person(line.name, &author(line)),
        label(&client, &line.audience),
        time(line.letter.sent_ms),
        if line.letter.desk { " · to the desk" } else { " · to you alone" }
    );
    let mut text = format!("{}\n", console::Style::new().dim().apply_to(from));
    if let Some(about) = about {
        let _ = writeln!(
            text,
            "{}",
            console::Style::new().dim().apply_to(format!("about \"{about}\""))
        );
    }
    let _ = writeln!(text, "\n{}", show::wrapped(&line.letter.content.body));
    text.push_str(&super::states::said(&line.letter.content.homework));
    text.push_str(&show::attachments_text(&line.letter.content.attachments, number, " --letter"));
    text.push_str(&answers::text(&client, line));
    let mut document = show::letter_document(&client, line, &numbers);
    document["answers"] = answers::documents(&client, line);
    session.output.show(&document, &text)?;
    drop(lines);
    numbers.note_read(&client, &[id.0])?;
    session.output.hint(&format!("\nNext: kentongan letters answer {number} \"…\""));
    Ok(())
}

async fn answer(name: &str, mut content: Content, session: &Session) -> Result<(), Failure> {
    let body = content.read(None)?;
    let mut client = session.open().await?;
    let numbers = fetching::letters(&mut client, session.output).await?;
    let (audience, id) = names::letter(&client, &numbers, name)?;
    let (to, thread, whom) = addressed(&client, &id.0)?;
    let readers = match to {
        Addressee::Desk => AttachmentFor::Desk,
        Addressee::Account(account) => AttachmentFor::Account(account.0),
    };
    let attachments =
        files::upload(&mut client, &audience, &content.attach, readers, session.output).await?;
    let body = PostBody { attachments, ..body };
    let taken = client.send_letter(&audience, to, letter::Kind::Reply, Some(thread), &body).await?;
    fetching::record(&mut client, &audience, session.output).await;
    session.output.show(
        &json!({ "letter": encode(taken.letter.0), "audience": encode(audience.0), "received_ms": taken.received_ms }),
        &format!("{} Sent to {whom} only.", drums::teak().apply_to("●")),
    )
}

/// To whom the answer goes: from the desk to the author, from a member to the desk.
fn addressed(client: &Client, id: &[u8; 32]) -> Result<(Addressee, PostId, String), Failure> {
    let lines = client.letters();
    let line =
        lines.iter().find(|line| line.id.0 == *id).ok_or_else(|| cannot("that letter has gone"))?;
    let thread = PostId(line.letter.thread.0);
    if thread.is_zero() {
        return Err(cannot(
            "that letter is about no post, so nothing can be answered to it: write a post instead",
        ));
    }
    let account = author(line);
    Ok(if line.letter.desk {
        (Addressee::Account(account), thread, person(line.name, &account))
    } else {
        (Addressee::Desk, thread, "the publishers".into())
    })
}
