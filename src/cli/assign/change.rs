//! `kentongan assign --change` and `--withdraw`: an assignment that was given already.

use std::collections::BTreeSet;

use kentongan_protocol::ids::{AccountId, AudienceId, PostId};
use serde_json::json;

use super::Args;
use crate::base64url::encode;
use crate::cli::failure::Failure;
use crate::cli::format::{of, plural};
use crate::cli::output::Output;
use crate::cli::session::{Session, cannot};
use crate::cli::{ask, drums, fetching, files, names, show};
use crate::client::Client;
use crate::client::api::AttachmentFor;
use crate::client::homework::Work;
use crate::client::payload::PostBody;

/// Seals and sends what is said in place of what was.
pub(super) async fn run(mut args: Args, name: &str, session: &Session) -> Result<(), Failure> {
    files::check(&args.content.attach)?;
    let text = args.content.given()?;
    let (mut client, _) = fetching::open(session).await?;
    let numbers = fetching::letters(&mut client, session.output).await?;
    let (audience, work) = names::work(&client, &numbers, name)?;
    let chosen = chosen(&mut client, &audience, &work, &args).await?;
    let says = text.is_some() || args.title.is_some() || args.asked.says() || args.no_files;
    if !says && args.content.attach.is_empty() && args.pupil.is_empty() && args.without.is_empty() {
        return Err(Failure::usage("say what is to change: see `kentongan assign --help`"));
    }
    let known = client.work(&audience, &work).ok_or_else(gone)?;
    let mut content = anew(&mut args, text, &known)?;
    let (paths, readers) = (&args.content.attach, AttachmentFor::Audience);
    let added = files::upload(&mut client, &audience, paths, readers, session.output).await?;
    content.attachments.extend(added);
    let whole = chosen.as_ref().map_or(1, |chosen| chosen.len() + args.without.len());
    let letters = Letters::new(session.output, whole as u64);
    let changed =
        client.change_work(&audience, &work, &content, chosen.as_ref(), &|n| letters.done(n)).await;
    letters.end(changed.map_err(Failure::from))?;
    fetching::record(&mut client, &audience, session.output).await;
    if let Err(failure) = fetching::posts(&mut client, &audience, session.output).await {
        session.output.hint(&failure.detail);
    }
    let whom = chosen
        .as_ref()
        .map_or_else(|| "the class".to_owned(), |chosen| plural(chosen.len() as u64, "pupil"));
    session.output.show(
        &json!({
            "work": encode(work.0), "audience": encode(audience.0),
            "pupils": chosen.map(|chosen| chosen.iter().map(|pupil| encode(pupil.0)).collect::<Vec<_>>()),
        }),
        &format!("{} Changed for {whom}.", drums::teak().apply_to("●")),
    )
}

/// What it said, with what is said now in its place; files that are added come later.
fn anew(args: &mut Args, text: Option<String>, known: &Work<'_>) -> Result<PostBody, Failure> {
    let homework = args.asked.over(known.homework, None)?;
    let mut content = PostBody { homework, from: None, audience: None, ..known.content.clone() };
    if let Some(text) = text {
        // What other languages said was a translation of the text before.
        (content.body, content.versions) = (text, Vec::new());
    }
    content.title = args.title.take().or(content.title);
    if args.no_files {
        content.attachments.clear();
    }
    Ok(content)
}

/// Who is to have it from now on: of those who had it the ones that are still in the class, with those added and without
/// those taken out. None where it is everybody's.
async fn chosen(
    client: &mut Client,
    audience: &AudienceId,
    work: &PostId,
    args: &Args,
) -> Result<Option<BTreeSet<AccountId>>, Failure> {
    let Some(had) = client.work(audience, work).ok_or_else(gone)?.chosen else {
        if args.pupil.is_empty() && args.without.is_empty() {
            return Ok(None);
        }
        return Err(cannot("the whole class has that assignment: nobody can be added or left out"));
    };
    let members = client.members(audience).await?;
    let mut chosen = had;
    chosen.retain(|pupil| members.iter().any(|m| m.account == *pupil && !m.removed));
    for (pupil, _) in super::pupils(&members, &args.without)? {
        if !chosen.remove(&pupil) {
            return Err(cannot("somebody named with --without does not have that assignment"));
        }
    }
    chosen.extend(super::pupils(&members, &args.pupil)?.into_iter().map(|(pupil, _)| pupil));
    Ok(Some(chosen))
}

/// Takes back the assignment of this name.
pub(super) async fn withdraw_named(
    name: &str,
    yes: bool,
    session: &Session,
) -> Result<(), Failure> {
    let (mut client, _) = fetching::open(session).await?;
    let numbers = fetching::letters(&mut client, session.output).await?;
    let (audience, work) = names::work(&client, &numbers, name)?;
    withdraw(&mut client, &audience, &work, yes, session).await
}

/// Takes an assignment back from everybody who has it.
pub(in crate::cli) async fn withdraw(
    client: &mut Client,
    audience: &AudienceId,
    work: &PostId,
    yes: bool,
    session: &Session,
) -> Result<(), Failure> {
    let known = client.work(audience, work).ok_or_else(gone)?;
    let (title, had) = (show::heading(known.content), known.chosen.as_ref().map(BTreeSet::len));
    let from = had.map_or_else(|| "everybody".to_owned(), |n| plural(n as u64, "pupil"));
    ask::confirm(&format!("\"{title}\" is taken back from {from}"), yes, "--yes")?;
    let letters = Letters::new(session.output, had.unwrap_or(1) as u64);
    let taken = client.withdraw_work(audience, work, &|n| letters.done(n)).await;
    letters.end(taken.map_err(Failure::from))?;
    fetching::record(client, audience, session.output).await;
    session.output.show(
        &json!({ "work": encode(work.0), "audience": encode(audience.0), "work_state": "DELETED" }),
        "It is taken back. Whoever has read it has read it.",
    )
}

fn gone() -> Failure {
    cannot("that assignment has gone: look at `kentongan submissions`")
}

/// How many of the letters are on their way, drawn and told.
struct Letters {
    bar: indicatif::ProgressBar,
    whole: u64,
}

impl Letters {
    fn new(output: Output, whole: u64) -> Self {
        let bar = drums::progress(output.draws() && whole > 1, "letters", whole, false);
        Self { bar, whole }
    }

    fn done(&self, sent: u64) {
        self.bar.set_position(sent.min(self.whole));
    }

    /// A failure says how far it came: the same command goes on from there.
    fn end<T>(self, result: Result<T, Failure>) -> Result<T, Failure> {
        let sent = self.bar.position();
        self.bar.finish_and_clear();
        result.map_err(|failure| match sent {
            0 => failure,
            sent => Failure {
                detail: format!(
                    "{} (sent to {}: the same again goes on from there)",
                    failure.detail,
                    of(sent, self.whole)
                ),
                ..failure
            },
        })
    }
}
