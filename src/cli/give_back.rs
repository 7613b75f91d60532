//! `kentongan return`: a teacher gives work back, or changes what is asked of a pupil.

use std::path::PathBuf;

use kentongan_protocol::ids::{AccountId, AudienceId, PostId};
use serde_json::{Value, json};

use super::failure::Failure;
use super::format::{moment, plural};
use super::names::{one, person, same};
use super::output::Output;
use super::session::{Session, cannot};
use super::{drums, fetching, files, names};
use crate::base64url::encode;
use crate::client::Client;
use crate::client::api::AttachmentFor;
use crate::client::homework::{Pupil, State, Verdict};
use crate::client::payload::Attachment;

/// Give homework back: mark, feedback, do it again, excuse, more time
#[derive(Debug, clap::Args)]
#[command(after_help = "\
Examples:
  kentongan return 3 Budi --mark 85 --feedback \"Rapi. Nomor 7 lihat lagi.\"
  kentongan return 3 Budi --mark 70 --attach koreksi.jpg suara.ogg
  kentongan return 3 Budi --redo --feedback \"Nomor 3 dan 4 sekali lagi.\"
  kentongan return 3 --all --feedback \"Terima kasih.\"       all that wait
  kentongan return 3 Ani --excuse
  kentongan return 3 Ani --extend \"2026-12-04 20:00\"

Only that pupil can read it. A mark may be given where nothing was handed in here, for work on paper.")]
#[expect(clippy::struct_excessive_bools, reason = "each is a switch of the command line")]
pub(super) struct Args {
    /// The assignment: its number, or the beginning of its id
    work: String,
    /// Whose: the name they gave, or the beginning of their account's id
    #[arg(required_unless_present = "all")]
    pupil: Option<String>,
    /// All that are handed in and wait
    #[arg(long, conflicts_with_all = ["pupil", "excuse", "no_excuse", "extend"])]
    all: bool,
    /// The mark
    #[arg(long)]
    mark: Option<String>,
    /// In words
    #[arg(long, value_name = "TEXT")]
    feedback: Option<String>,
    /// Files that go with it: a photo with your drawing on it, a voice note
    #[arg(long, value_name = "FILE", num_args = 1..)]
    attach: Vec<PathBuf>,
    /// It is to be done again, also after the cut-off
    #[arg(long)]
    redo: bool,
    /// The pupil need not hand in
    #[arg(long)]
    excuse: bool,
    /// The pupil has to hand in after all
    #[arg(long, conflicts_with = "excuse")]
    no_excuse: bool,
    /// Due time and cut-off are not before this, for this pupil
    #[arg(long, value_name = "TIME", value_parser = moment)]
    extend: Option<u64>,
}

impl Args {
    fn verdict(&self, attachments: Vec<Attachment>) -> Verdict {
        let excused = (self.excuse || self.no_excuse).then_some(self.excuse);
        Verdict {
            feedback: self.feedback.clone().unwrap_or_default(),
            attachments,
            mark: self.mark.clone(),
            redo: self.redo,
            excused,
            extended_until_ms: self.extend,
        }
    }

    /// Whether it says anything about work that is not here.
    const fn says(&self) -> bool {
        self.mark.is_some()
            || self.feedback.is_some()
            || !self.attach.is_empty()
            || self.redo
            || self.excuse
            || self.no_excuse
            || self.extend.is_some()
    }
}

/// Looks, then sends.
pub(super) async fn run(args: Args, session: &Session) -> Result<(), Failure> {
    files::check(&args.attach)?;
    let (mut client, _) = fetching::open(session).await?;
    let numbers = fetching::letters(&mut client, session.output).await?;
    let (audience, work) = names::work(&client, &numbers, &args.work)?;
    let board = client.board(&audience, &work).await?;
    let whom = match &args.pupil {
        Some(name) => vec![one_of(&board, name)?],
        None => board.iter().filter(|p| p.submission.state(false) == State::TurnedIn).collect(),
    };
    if whom.is_empty() {
        return Err(cannot("nothing waits: `kentongan submissions` shows who has handed in"));
    }
    if let ([pupil], false) = (&whom[..], args.says())
        && pupil.submission.handed_in().is_none()
    {
        return Err(cannot("nothing of theirs is handed in: give --excuse, --extend or a --mark"));
    }
    let mut items = Vec::<Value>::new();
    for pupil in &whom {
        let name = person(pupil.name.as_deref(), &pupil.account);
        let sent = give(&mut client, &audience, &work, pupil.account, &args, session.output).await;
        let received_ms = sent.map_err(|failure| Failure {
            detail: format!(
                "{name}: {} (told before: {})",
                failure.detail,
                plural(items.len() as u64, "pupil")
            ),
            ..failure
        })?;
        items.push(json!({
            "account": encode(pupil.account.0), "name": pupil.name, "received_ms": received_ms,
            "returned": pupil.submission.handed_in().is_some(),
        }));
    }
    let text = match &whom[..] {
        [pupil] => {
            let name = person(pupil.name.as_deref(), &pupil.account);
            let returned = pupil.submission.handed_in().is_some();
            if returned { format!("Returned to {name}.") } else { format!("{name} is told.") }
        }
        all => format!("Returned to {}.", plural(all.len() as u64, "pupil")),
    };
    session.output.show(
        &json!({ "work": encode(work.0), "items": items }),
        &format!("{} {text}", drums::leaf().apply_to("◉")),
    )
}

/// The pupil on a board that `name` means.
pub(super) fn one_of<'a>(board: &'a [Pupil], name: &str) -> Result<&'a Pupil, Failure> {
    let called = |pupil: &&Pupil| pupil.name.as_deref().is_some_and(|given| same(given, name));
    let mut found: Vec<_> = board.iter().filter(called).collect();
    if found.is_empty() {
        found = board.iter().filter(|pupil| names::begins(&pupil.account.0, name)).collect();
    }
    one(found, "pupil", "kentongan submissions WORK", name)
}

async fn give(
    client: &mut Client,
    audience: &AudienceId,
    work: &PostId,
    pupil: AccountId,
    args: &Args,
    output: Output,
) -> Result<u64, Failure> {
    let readers = AttachmentFor::Account(pupil.0);
    let attachments = files::upload(client, audience, &args.attach, readers, output).await?;
    Ok(client.give_back(audience, work, &pupil, args.verdict(attachments)).await?)
}
