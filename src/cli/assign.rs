//! `kentongan assign`: homework for a class, or for chosen pupils; changed, taken back, kept as a draft or copied.

mod asked;
mod change;
mod copy;
mod drafts;

use kentongan_protocol::ids::{AccountId, AudienceId, PostId};
use kentongan_protocol::post::Kind;
use serde_json::json;

pub(super) use change::withdraw;

use super::content::Content;
use super::due_times::{self, Reminder};
use super::failure::Failure;
use super::format::{moment, plural, time};
use super::names::{audience_or_only, person, short};
use super::numbers::Numbers;
use super::session::{Session, label};
use super::{drums, fetching, files, names};
use crate::base64url::encode;
use crate::client::api::AttachmentFor;
use crate::client::payload::PostBody;
use crate::client::{Client, MemberLine};
use asked::Asked;

/// Give homework, change it, take it back
#[derive(Debug, clap::Args)]
#[command(after_help = "\
Examples:
  kentongan assign --to \"Kelas 7B\" --title \"Pecahan\" --due \"2026-11-30 20:00\" --points 100 \"Nomor 1–10.\"
  kentongan assign --to \"Kelas 7B\" --due \"2026-11-30 20:00\" --cutoff \"2026-12-02 20:00\" --file soal.txt --attach gambar.jpg
  kentongan assign --to \"Kelas 7B\" --pupil Budi --pupil Ani --word Baik --word Cukup \"Latihan tambahan.\"
  kentongan assign --change 3 --due \"2026-12-01 20:00\" --cutoff none      the rest stays as it was
  kentongan assign --change 4 --pupil Citra --without Budi               of chosen pupils
  kentongan assign --withdraw 3
  kentongan assign --draft --to \"Kelas 7B\" --title \"Perbandingan\" \"Nomor 1–5.\"
  kentongan assign --drafts
  kentongan assign --give Xk3Jd9_x --due \"2026-12-07 20:00\"
  kentongan assign --copy-from \"Kelas 7A\" --to \"Kelas 7B\" --shift 364 --draft     last year's, to be given one by one

To a class it is a post; chosen pupils get a letter each, and nobody else learns of it. What comes in after it is due is
late; from the cut-off on nothing is taken. The hub learns none of this but, with --remind, when it is due. A draft stays on this
machine: no other device of the account has it. A copy that broke off is finished by the same command: nothing is copied
twice. What was for chosen pupils is left out of a copy unless --for-chosen is said, and asks for its pupils anew.")]
#[command(group = clap::ArgGroup::new("mode").multiple(false))]
#[expect(clippy::struct_excessive_bools, reason = "each is a switch of the command line")]
pub(super) struct Args {
    #[command(flatten)]
    content: Content,
    /// To this class; may be left out while there is one
    #[arg(long, value_name = "AUDIENCE", allow_hyphen_values = true)]
    to: Option<String>,
    /// Only to this pupil, or with --change also to this one; say it once for each
    #[arg(long, value_name = "WHO", allow_hyphen_values = true)]
    pupil: Vec<String>,
    /// A title
    #[arg(long)]
    title: Option<String>,
    #[command(flatten)]
    asked: Asked,
    #[command(flatten)]
    reminder: Reminder,
    /// Send it now and have it released at this time, at most 92 days ahead
    #[arg(long, value_name = "TIME", value_parser = moment, conflicts_with_all = ["pupil", "mode"])]
    at: Option<u64>,
    /// Change this assignment: its number, or the beginning of its id
    #[arg(
        long,
        value_name = "WORK",
        allow_hyphen_values = true,
        group = "mode",
        conflicts_with = "to"
    )]
    change: Option<String>,
    /// With --change: take it back from this pupil; say it once for each
    #[arg(long, value_name = "WHO", allow_hyphen_values = true, requires = "change")]
    without: Vec<String>,
    /// With --change: leave out the files that were with it
    #[arg(long, requires = "change")]
    no_files: bool,
    /// Take this assignment back from everybody who has it
    #[arg(long, value_name = "WORK", allow_hyphen_values = true, group = "mode", conflicts_with_all = ["to", "text", "file", "attach"])]
    withdraw: Option<String>,
    /// Keep it on this machine, and give nothing yet
    #[arg(long, conflicts_with_all = ["change", "withdraw", "pupil", "at"])]
    draft: bool,
    /// List what is kept
    #[arg(long, group = "mode", conflicts_with_all = ["draft", "text", "file", "attach"])]
    drafts: bool,
    /// Give what is kept under this id, with what is said besides; with --pupil only to those
    #[arg(long, value_name = "ID", allow_hyphen_values = true, group = "mode", conflicts_with_all = ["draft", "to"])]
    give: Option<String>,
    /// Throw away what is kept under this id
    #[arg(long, value_name = "ID", allow_hyphen_values = true, group = "mode", conflicts_with_all = ["draft", "to", "text", "file", "attach"])]
    discard: Option<String>,
    /// Copy the assignments of this class; with --draft they are kept on this machine, and nobody hears of them yet
    #[arg(long, value_name = "AUDIENCE", allow_hyphen_values = true, group = "mode", conflicts_with_all = ["text", "file", "attach", "pupil", "title"])]
    copy_from: Option<String>,
    /// With --copy-from: every time in them is this many days later
    #[arg(long, value_name = "DAYS", requires = "copy_from", allow_negative_numbers = true, value_parser = clap::value_parser!(i32).range(-3660..=3660))]
    shift: Option<i32>,
    /// With --copy-from and --draft: also what was for chosen pupils
    #[arg(long, requires_all = ["copy_from", "draft"])]
    for_chosen: bool,
    /// Say yes
    #[arg(long)]
    yes: bool,
}

/// Does what is asked for.
pub(super) async fn run(mut args: Args, session: &Session) -> Result<(), Failure> {
    if let Some(work) = args.change.take() {
        return change::run(args, &work, session).await;
    }
    if let Some(work) = &args.withdraw {
        return change::withdraw_named(work, args.yes, session).await;
    }
    if let Some(from) = args.copy_from.take() {
        return copy::run(&args, &from, session).await;
    }
    if let Some(id) = args.give.take() {
        return drafts::give(args, &id, session).await;
    }
    if let Some(id) = &args.discard {
        return drafts::discard(id, session).await;
    }
    if args.drafts {
        return drafts::list(args.to.as_deref(), session);
    }
    let homework = args.asked.anew(args.at)?;
    let content = PostBody { homework, ..args.content.read(args.title.take())? };
    if args.draft {
        return drafts::keep(&args, content, session).await;
    }
    give(&args, &content, session).await
}

/// Seals and sends it.
async fn give(args: &Args, content: &PostBody, session: &Session) -> Result<(), Failure> {
    let mut client = session.open().await?;
    let audience = audience_or_only(&client, args.to.as_deref())?;
    let begins_ms = content.homework.opens_ms.max(args.at).unwrap_or(0);
    let due_ms = content.homework.due_ms;
    let reminder = args.reminder.of(&client, &audience, due_ms, begins_ms).await?;
    let (work, state, whom) = if args.pupil.is_empty() {
        to_all(&mut client, &audience, args, content, session).await?
    } else {
        let (work, names) = to_some(&mut client, &audience, args, content, session).await?;
        (work, "accepted", names)
    };
    due_times::tell(&client, &work, reminder).await?;
    told(&client, &audience, &work, state, &whom, content, args, session)
}

#[expect(clippy::too_many_arguments, reason = "each is a part of one sentence")]
fn told(
    client: &Client,
    audience: &AudienceId,
    work: &PostId,
    state: &str,
    whom: &str,
    content: &PostBody,
    args: &Args,
    session: &Session,
) -> Result<(), Failure> {
    let number = Numbers::catch_up(client)?.of_post(&work.0);
    let numbered = number.map_or_else(|| short(&work.0), |n| n.to_string());
    let due_ms = content.homework.due_ms;
    let due = due_ms.map_or_else(String::new, |due| format!(" It is due {}.", time(due)));
    session.output.show(
        &json!({
            "work": encode(work.0), "number": number, "audience": encode(audience.0),
            "audience_label": label(client, audience), "state": state, "due_ms": due_ms,
            "pupils": args.pupil, "release_ms": args.at, "remind_ms": args.reminder.at(due_ms),
        }),
        &format!("{} Given to {whom} ({numbered}).{due}", drums::teak().apply_to("●")),
    )?;
    session.output.hint(&format!("Who has handed in: kentongan submissions {numbered}"));
    Ok(())
}

async fn to_all(
    client: &mut Client,
    audience: &AudienceId,
    args: &Args,
    content: &PostBody,
    session: &Session,
) -> Result<(PostId, &'static str, String), Failure> {
    let (paths, output) = (&args.content.attach, session.output);
    let attachments =
        files::upload(client, audience, paths, AttachmentFor::Audience, output).await?;
    let content = PostBody { attachments, ..content.clone() };
    let (post, state) = if let Some(at) = args.at {
        (client.schedule(audience, Kind::Assignment, &content, at).await?, "scheduled")
    } else {
        let sent = client.send(audience, Kind::Assignment, None, &content).await?;
        (sent.post, if sent.pending { "pending" } else { "accepted" })
    };
    // Sent is sent: that it cannot be fetched at once is no failure of this command.
    if let Err(failure) = fetching::posts(client, audience, output).await {
        output.hint(&failure.detail);
    }
    Ok((post, state, label(client, audience)))
}

async fn to_some(
    client: &mut Client,
    audience: &AudienceId,
    args: &Args,
    content: &PostBody,
    session: &Session,
) -> Result<(PostId, String), Failure> {
    let members = client.members(audience).await?;
    let pupils = pupils(&members, &args.pupil)?;
    let (paths, readers) = (&args.content.attach, AttachmentFor::Audience);
    let attachments = files::upload(client, audience, paths, readers, session.output).await?;
    let content = PostBody { attachments, ..content.clone() };
    let work = client.new_work();
    for (done, (pupil, name)) in pupils.iter().enumerate() {
        let given = client.assign_to(audience, &work, pupil, &content).await;
        given.map_err(|error| unfinished(client, &work, name, done as u64, error.into()))?;
    }
    fetching::record(client, audience, session.output).await;
    let names: Vec<_> = pupils.into_iter().map(|(_, name)| name).collect();
    Ok((work, names.join(", ")))
}

fn unfinished(client: &Client, work: &PostId, name: &str, done: u64, failure: Failure) -> Failure {
    if done == 0 {
        return failure;
    }
    let number = Numbers::catch_up(client).ok().and_then(|numbers| numbers.of_post(&work.0));
    let number = number.map_or_else(|| short(&work.0), |number| number.to_string());
    let detail = format!(
        "not given to {name}, nor to any after them ({} have it): {}. Go on with kentongan assign --change {number} --pupil …",
        plural(done, "pupil"),
        failure.detail
    );
    Failure { detail, ..failure }
}

/// Those that are named, each once.
fn pupils(members: &[MemberLine], named: &[String]) -> Result<Vec<(AccountId, String)>, Failure> {
    let mut pupils = Vec::<(AccountId, String)>::new();
    for name in named {
        let member = names::member(members, name)?;
        if !pupils.iter().any(|(account, _)| *account == member.account) {
            pupils.push((member.account, person(member.name.as_deref(), &member.account)));
        }
    }
    Ok(pupils)
}
