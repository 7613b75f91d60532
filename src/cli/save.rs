//! `kentongan save`: files that came with a post or letter.

use std::fmt::Write as _;
use std::path::PathBuf;

use kentongan_protocol::ids::AudienceId;
use serde_json::json;

use super::failure::Failure;
use super::format::size;
use super::session::{Session, cannot};
use super::{clean, drums, fetching, names};
use crate::client::homework::CourseWork;
use crate::client::payload::Attachment;
use crate::client::{Client, Shown};

/// Save the files of a post or letter
#[derive(Debug, clap::Args)]
#[command(after_help = "\
Examples:
  kentongan save 3                          all files of post 3, into this folder
  kentongan save 3 2 --into ~/Downloads     the second
  kentongan save 1 --letter                 the files of letter 1

A file that is there already is never overwritten.")]
pub(super) struct Args {
    /// The post's number in the inbox, or the beginning of its id
    post: String,
    /// Which of its files, counted from 1; all of them unless told
    file: Option<usize>,
    /// It is a letter
    #[arg(long)]
    letter: bool,
    /// The folder they go to
    #[arg(long, value_name = "DIR", default_value = ".")]
    into: PathBuf,
}

/// Downloads, checks, opens and saves.
pub(super) async fn run(args: Args, session: &Session) -> Result<(), Failure> {
    let (mut client, audience, attachments) = if args.letter {
        of_letter(&args, session).await?
    } else {
        of_post(&args, session).await?
    };
    let wanted: Vec<_> = match args.file {
        None => attachments.iter().collect(),
        Some(n) => n.checked_sub(1).and_then(|i| attachments.get(i)).into_iter().collect(),
    };
    if wanted.is_empty() {
        let there = attachments.len();
        return Err(cannot(format!(
            "there is no such file: {} has {there}",
            clean::line(&args.post)
        )));
    }
    let (mut text, mut items) = (String::new(), Vec::new());
    for attachment in wanted {
        let target = args.into.join(attachment.file_name());
        if target.exists() {
            return Err(cannot(format!(
                "{} is there already: save it elsewhere with --into DIR",
                target.display()
            )));
        }
        let bar = drums::progress(
            session.output.draws(),
            &clean::line(&attachment.file_name()),
            attachment.size,
            true,
        );
        let saved = client
            .save_attachment(&audience, attachment, &target, &|n| {
                bar.set_position(n.min(attachment.size));
            })
            .await;
        bar.finish_and_clear();
        let saved = saved?;
        let path = clean::line(&target.display().to_string());
        let _ = writeln!(text, "  {path}  {}", size(saved));
        items.push(json!({ "path": target, "size": saved, "type": attachment.r#type }));
    }
    session.output.show(&json!({ "items": items }), &text)
}

type Found = (Client, AudienceId, Vec<Attachment>);

async fn of_post(args: &Args, session: &Session) -> Result<Found, Failure> {
    let (client, numbers) = fetching::open(session).await?;
    let (audience, post) = names::post_or_work(&client, &numbers, &args.post)?;
    let view = client.post(&audience, &post);
    let given = || client.work(&audience, &post).filter(|w| w.state == CourseWork::Published);
    let content = match view {
        Some(view) => Some(view.content).filter(|_| !matches!(view.shown, Shown::Withdrawn(_))),
        None => given().map(|work| work.content),
    };
    let attachments = content.map(|content| content.attachments.clone()).unwrap_or_default();
    Ok((client, audience, attachments))
}

async fn of_letter(args: &Args, session: &Session) -> Result<Found, Failure> {
    let mut client = session.open().await?;
    let numbers = fetching::letters(&mut client, session.output).await?;
    let (audience, letter) = names::letter(&client, &numbers, &args.post)?;
    let lines = client.letters();
    let line = lines.iter().find(|line| line.id == letter);
    let attachments = line.map(|line| line.letter.content.attachments.clone()).unwrap_or_default();
    drop(lines);
    Ok((client, audience, attachments))
}
