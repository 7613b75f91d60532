//! `kentongan receipt`: the hub's word for when work came in, kept and checked.

use std::fmt::Write as _;
use std::io::Write as _;
use std::path::{Path, PathBuf};

use kentongan_protocol::ids::{AccountId, AudienceId, LetterId};
use serde_json::json;

use super::failure::{Failure, file};
use super::format::time;
use super::names::{person, short};
use super::numbers::Numbers;
use super::session::{Session, cannot};
use super::{clean, drums, names, show};
use crate::base64url::encode;
use crate::client::Client;
use crate::client::homework::{SavedReceipt, VerifiedReceipt};

/// The hub's receipts for what you handed in
#[derive(Debug, clap::Args)]
#[command(after_help = "\
Examples:
  kentongan receipt save 3                  for assignment 3, into this folder
  kentongan receipt verify 3
  kentongan receipt verify receipt-Xk3Jd9_x.json

A receipt is checked on this machine, against the key your account has had of its hub since it first met it.")]
pub(super) struct Args {
    #[command(subcommand)]
    command: Command,
}

#[derive(Debug, clap::Subcommand)]
enum Command {
    /// Write one to a file
    #[command(after_help = "Example:\n  kentongan receipt save 3 --into ~/Documents")]
    Save {
        /// The assignment, or the beginning of the letter's id
        submission: String,
        /// The folder it goes to
        #[arg(long, value_name = "DIR", default_value = ".")]
        into: PathBuf,
    },
    /// Check one, without asking anybody
    #[command(
        after_help = "Examples:\n  kentongan receipt verify receipt-Xk3Jd9_x.json\n  kentongan receipt verify 3"
    )]
    Verify {
        /// A file, the assignment, or the beginning of the letter's id
        receipt: String,
    },
}

/// Does what the subcommand says; neither talks to the hub.
pub(super) fn run(args: Args, session: &Session) -> Result<(), Failure> {
    let client = session.open_offline()?;
    match args.command {
        Command::Save { submission, into } => save(&client, &submission, &into, session),
        Command::Verify { receipt } => verify(&client, &receipt, session),
    }
}

fn save(client: &Client, name: &str, into: &Path, session: &Session) -> Result<(), Failure> {
    let receipt = named(client, name)?;
    client.verify_receipt(&receipt)?;
    let path = into.join(format!("receipt-{}.json", short(&receipt.letter.0)));
    let internal = |error: serde_json::Error| Failure::new("internal", error.to_string());
    let text = serde_json::to_string_pretty(&receipt).map_err(internal)?;
    // What is there already is never overwritten.
    let mut out = std::fs::File::create_new(&path).map_err(file(&path))?;
    writeln!(out, "{text}").map_err(file(&path))?;
    let shown = clean::line(&path.display().to_string());
    session.output.show(
        &json!({ "path": path, "letter": encode(receipt.letter.0), "received_ms": receipt.received_ms }),
        &format!("  {shown}  received {}", time(receipt.received_ms)),
    )
}

fn verify(client: &Client, name: &str, session: &Session) -> Result<(), Failure> {
    let path = Path::new(name);
    let receipt = if path.is_file() {
        SavedReceipt::parse(&std::fs::read(path).map_err(file(path))?)?
    } else {
        named(client, name)?
    };
    let told = client.verify_receipt(&receipt)?;
    let author = told.author.as_ref().map(AccountId::of);
    let name = author.and_then(|account| {
        let local = client.local(&told.about?.0)?;
        local.name(&account.0).map(ToOwned::to_owned)
    });
    let title = title(client, &told);
    let mut text = format!(
        "{} Genuine: the hub received letter {} on {}.",
        drums::leaf().apply_to("◉"),
        short(&told.letter.0),
        time(told.received_ms)
    );
    if let Some(title) = &title {
        let whose = author.map(|account| format!(" by {}", person(name.as_deref(), &account)));
        let _ = write!(text, "\n  It is about \"{title}\"{}.", whose.unwrap_or_default());
    } else {
        text.push_str("\n  What the letter says is not known on this machine.");
    }
    session.output.show(
        &json!({
            "letter": encode(told.letter.0), "received_ms": told.received_ms, "genuine": true,
            "work": told.about.map(|(_, work)| encode(work.0)), "title": title,
            "author": author.map(|account| encode(account.0)), "author_name": name,
        }),
        &text,
    )
}

fn title(client: &Client, told: &VerifiedReceipt) -> Option<String> {
    let (audience, work) = told.about?;
    client.work(&audience, &work).map(|work| show::heading(work.content))
}

/// The receipt of what is meant: an assignment's newest, or that of one letter.
fn named(client: &Client, name: &str) -> Result<SavedReceipt, Failure> {
    let none = || cannot("the hub gave no receipt for that, or it was handed in on another device");
    for audience in client.audience_ids() {
        let sent = client.local(&audience).map(|local| &local.sent);
        let mut letters = sent.into_iter().flat_map(|sent| sent.keys());
        if let Some(letter) = letters.find(|letter| names::begins(&letter.0, name)) {
            return client.receipt(&audience, &LetterId(letter.0)).ok_or_else(none);
        }
    }
    let (audience, work) = names::work(client, &Numbers::catch_up(client)?, name)?;
    newest(client, &audience, &work.0).ok_or_else(none)
}

fn newest(client: &Client, audience: &AudienceId, work: &[u8; 32]) -> Option<SavedReceipt> {
    let sent = client.local(audience)?.sent.iter();
    let here = sent.filter(|(_, letter)| {
        letter.thread.0 == *work
            && letter.receipt.is_some()
            && letter.content.homework.reclaim.is_none()
    });
    let (letter, _) = here.max_by_key(|(_, letter)| letter.received_ms)?;
    client.receipt(audience, &LetterId(letter.0))
}
