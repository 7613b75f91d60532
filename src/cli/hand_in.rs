//! `kentongan hand-in`: work goes to the teachers, can be taken back, and is never lost on the way.
//!
//! Invariant: what is handed in is a draft on this device first, and stays one until the hub has it.

use std::fmt::Write as _;
use std::path::PathBuf;

use kentongan_protocol::ids::{AudienceId, PostId};
use serde_json::json;

use super::failure::{Failure, file};
use super::format::{plural, time};
use super::numbers::Numbers;
use super::session::Session;
use super::{drums, fetching, files, names};
use crate::base64url::encode;
use crate::client::api::AttachmentFor;
use crate::client::device::WorkDraft;
use crate::client::homework::{HandedIn, Written};
use crate::client::payload::PostBody;
use crate::client::{Client, Error, REMOVED};

/// Hand in homework, or take it back
#[derive(Debug, clap::Args)]
#[command(after_help = "\
Examples:
  kentongan hand-in 3 \"Sudah, Bu.\" --attach foto1.jpg foto2.jpg
  kentongan hand-in 3 --draft --file jawaban.txt      keep it here for now
  kentongan hand-in 3                                 hand in what was kept
  kentongan hand-in 3 --reclaim                       take it back, to change it
  kentongan hand-in 3 --attach foto.jpg --guardian \"Ibu Ratna\"      a guardian hands in for the pupil

Only the teachers can read it. Without a connection it is kept here, with the time it was finished, until you hand it in
again. The hub signs for the time it received it: `kentongan receipt`.")]
pub(super) struct Args {
    /// The assignment: its number in `kentongan homework`, or the beginning of its id
    work: String,
    /// What you write; without it, --file or what was kept
    text: Option<String>,
    /// Read the text from this file; - is stdin
    #[arg(long, value_name = "FILE", conflicts_with = "text")]
    file: Option<PathBuf>,
    /// Files that go with it, in this order
    #[arg(long, value_name = "FILE", num_args = 1..)]
    attach: Vec<PathBuf>,
    /// Keep it on this machine, and hand nothing in yet
    #[arg(long, conflicts_with = "reclaim")]
    draft: bool,
    /// Take back what is handed in
    #[arg(long, conflicts_with_all = ["text", "file", "attach", "guardian"])]
    reclaim: bool,
    /// Your name, where you hand in for the pupil whose account this is; the teachers see it
    #[arg(long, value_name = "NAME")]
    guardian: Option<String>,
}

/// Keeps, sends or takes back.
pub(super) async fn run(args: Args, session: &Session) -> Result<(), Failure> {
    files::check(&args.attach)?;
    let note = match (&args.text, &args.file) {
        (None, None) => None,
        (text, path) => Some(files::text(text.clone(), path.as_deref(), false)?),
    };
    let (mut client, numbers) = newest(session).await?;
    let (audience, work) = names::work(&client, &numbers, &args.work)?;
    if args.reclaim {
        return reclaim(&mut client, &audience, &work, &args.work, session).await;
    }
    let paths = args.attach.iter().map(|path| std::path::absolute(path).map_err(file(path)));
    let paths = paths.collect::<Result<Vec<_>, _>>()?;
    if note.is_none() && paths.is_empty() && client.draft(&audience, &work).is_none() {
        return Err(Failure::usage(
            "there is nothing to hand in: give a text, or files with --attach",
        ));
    }
    if !args.draft {
        client.may_hand_in(&audience, &work).or_else(|error| {
            // What is on its way may be what is asked for: that is looked at when it is sent.
            if client.draft(&audience, &work).is_some() { Ok(0) } else { Err(error) }
        })?;
    }
    let written = Written { note, files: paths, guardian: args.guardian };
    let draft = client.keep_draft(&audience, &work, written, !args.draft).await?;
    if args.draft {
        return session.output.show(
            &json!({ "work": encode(work.0), "state": "CREATED", "files": draft.files.len() }),
            &format!("◐ Kept on this machine ({}).", plural(draft.files.len() as u64, "file")),
        );
    }
    match send(&mut client, &audience, &work, draft, session).await {
        Ok(handed_in) => told(&audience, &work, handed_in, &args.work, session),
        Err(failure) => Err(explained(&mut client, &audience, failure, &args.work).await),
    }
}

/// The account with what is new; without a connection, with what is known.
async fn newest(session: &Session) -> Result<(Client, Numbers), Failure> {
    let mut client = session.open_offline()?;
    match client.upkeep().await {
        Err(Error::Unreachable(_)) => {}
        done => done?,
    }
    let numbers = match fetching::all(&mut client, session.output).await {
        Err(failure) if failure.word == "unreachable" => {
            session.output.warn(&failure.detail);
            Numbers::catch_up(&client)?
        }
        fetched => fetched?,
    };
    Ok((client, numbers))
}

async fn send(
    client: &mut Client,
    audience: &AudienceId,
    work: &PostId,
    draft: WorkDraft,
    session: &Session,
) -> Result<HandedIn, Failure> {
    let (readers, output) = (AttachmentFor::Desk, session.output);
    let attachments = files::upload(client, audience, &draft.files, readers, output).await?;
    let content = PostBody { attachments, ..draft.content() };
    Ok(client.hand_in(audience, work, &content).await?)
}

/// What a failure means for the draft, which stays where it was.
async fn explained(
    client: &mut Client,
    audience: &AudienceId,
    failure: Failure,
    name: &str,
) -> Failure {
    let detail = match failure.word.as_str() {
        "unreachable" => format!(
            "the hub does not answer, so your work is kept on this machine: `kentongan hand-in {name}` sends it when there is a connection"
        ),
        "refused" | "not-allowed" | "not-found" => match client.fetch(audience).await {
            Ok(fetched) if fetched.state == REMOVED => {
                "you are no longer a member of this class, so nothing of yours is taken: ask the teacher".to_owned()
            }
            _ => return failure,
        },
        _ => return failure,
    };
    Failure { detail, ..failure }
}

fn told(
    audience: &AudienceId,
    work: &PostId,
    handed_in: HandedIn,
    name: &str,
    session: &Session,
) -> Result<(), Failure> {
    let late = if handed_in.late { ", late" } else { "" };
    let mut text = format!(
        "{} Handed in: received {}{late}.",
        drums::teak().apply_to("●"),
        time(handed_in.received_ms)
    );
    if handed_in.attempt > 1 {
        let _ = write!(text, " Attempt {}.", handed_in.attempt);
    }
    session.output.show(
        &json!({
            "work": encode(work.0), "audience": encode(audience.0), "state": "TURNED_IN",
            "letter": encode(handed_in.letter.0), "attempt": handed_in.attempt,
            "received_ms": handed_in.received_ms, "late": handed_in.late, "receipt": handed_in.receipt,
        }),
        &text,
    )?;
    if handed_in.receipt {
        session.output.hint(&format!("The hub signed for that: kentongan receipt save {name}"));
    } else {
        session.output.warn("The hub gave no receipt for it: ask its operator why.");
    }
    Ok(())
}

async fn reclaim(
    client: &mut Client,
    audience: &AudienceId,
    work: &PostId,
    name: &str,
    session: &Session,
) -> Result<(), Failure> {
    let received_ms = client.reclaim(audience, work).await?;
    session.output.show(
        &json!({ "work": encode(work.0), "state": "RECLAIMED_BY_STUDENT", "received_ms": received_ms }),
        "◯ Taken back: it does not count until you hand in again.",
    )?;
    session.output.hint(&format!("Next: kentongan hand-in {name} \"…\""));
    Ok(())
}
