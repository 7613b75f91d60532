//! `kentongan assign`: homework for a class, or for chosen pupils.

use kentongan_protocol::ids::{AccountId, AudienceId, PostId};
use kentongan_protocol::post::Kind;
use serde_json::json;

use super::content::Content;
use super::failure::Failure;
use super::format::{moment, plural, time};
use super::names::{audience_or_only, person, short};
use super::numbers::Numbers;
use super::session::{Session, label};
use super::{drums, fetching, files, names};
use crate::base64url::encode;
use crate::client::Client;
use crate::client::api::AttachmentFor;
use crate::client::payload::{Homework, PostBody};

/// Give homework
#[derive(Debug, clap::Args)]
#[command(after_help = "\
Examples:
  kentongan assign --to \"Kelas 7B\" --title \"Pecahan\" --due \"2026-11-30 20:00\" --points 100 \"Nomor 1–10.\"
  kentongan assign --to \"Kelas 7B\" --due \"2026-11-30 20:00\" --cutoff \"2026-12-02 20:00\" --file soal.txt --attach gambar.jpg
  kentongan assign --to \"Kelas 7B\" --pupil Budi --pupil Ani --word Baik --word Cukup \"Latihan tambahan.\"

To a class it is a post; chosen pupils get a letter each, and nobody else learns of it. What comes in after it is due is
late; from the cut-off on nothing is taken. The hub learns none of this. `kentongan correct` changes the text,
`kentongan withdraw` takes it back.")]
pub(super) struct Args {
    #[command(flatten)]
    content: Content,
    /// To this class; may be left out while there is one
    #[arg(long, value_name = "AUDIENCE")]
    to: Option<String>,
    /// Only to this pupil; say it once for each
    #[arg(long, value_name = "WHO")]
    pupil: Vec<String>,
    /// A title
    #[arg(long)]
    title: Option<String>,
    /// When it is due
    #[arg(long, value_name = "TIME", value_parser = moment)]
    due: Option<u64>,
    /// From when on nothing is taken
    #[arg(long, value_name = "TIME", value_parser = moment)]
    cutoff: Option<u64>,
    /// Before which nothing is taken
    #[arg(long, value_name = "TIME", value_parser = moment)]
    opens: Option<u64>,
    /// Marks are numbers up to this
    #[arg(long, value_name = "N", value_parser = clap::value_parser!(u32).range(1..=100_000), conflicts_with = "word")]
    points: Option<u32>,
    /// Marks are words: one of them; say it once for each
    #[arg(long, value_name = "WORD")]
    word: Vec<String>,
    /// How often it may be handed in; taking back does not count
    #[arg(long, value_name = "N", default_value_t = 1, value_parser = clap::value_parser!(u32).range(1..=100))]
    attempts: u32,
    /// Send it now and have it released at this time, at most 92 days ahead
    #[arg(long, value_name = "TIME", value_parser = moment, conflicts_with = "pupil")]
    at: Option<u64>,
}

impl Args {
    /// What it asks for, if that makes sense.
    fn homework(&self) -> Result<Homework, Failure> {
        let begins = self.opens.max(self.at).unwrap_or(0);
        if self.due.is_some_and(|due| due <= begins) {
            return Err(Failure::usage(
                "it would be due before anybody can begin: give a later --due",
            ));
        }
        if self.cutoff.is_some_and(|cutoff| cutoff <= begins.max(self.due.unwrap_or(0))) {
            return Err(Failure::usage(
                "the cut-off has to come after it opens and after it is due: give a later --cutoff",
            ));
        }
        Ok(Homework {
            due_ms: self.due,
            cutoff_ms: self.cutoff,
            opens_ms: self.opens,
            points: self.points,
            words: self.word.clone(),
            attempts: (self.attempts > 1).then_some(self.attempts),
            ..Homework::default()
        })
    }
}

/// Seals and sends it.
pub(super) async fn run(mut args: Args, session: &Session) -> Result<(), Failure> {
    let homework = args.homework()?;
    let content = PostBody { homework, ..args.content.read(args.title.take())? };
    let mut client = session.open().await?;
    let audience = audience_or_only(&client, args.to.as_deref())?;
    let (work, state, whom) = if args.pupil.is_empty() {
        to_all(&mut client, &audience, &args, &content, session).await?
    } else {
        let (work, names) = to_some(&mut client, &audience, &args, &content, session).await?;
        (work, "accepted", names)
    };
    let number = Numbers::catch_up(&client)?.of_post(&work.0);
    let numbered = number.map_or_else(|| short(&work.0), |n| n.to_string());
    let due = args.due.map_or_else(String::new, |due| format!(" It is due {}.", time(due)));
    session.output.show(
        &json!({
            "work": encode(work.0), "number": number, "audience": encode(audience.0),
            "audience_label": label(&client, &audience), "state": state, "due_ms": args.due,
            "pupils": args.pupil, "release_ms": args.at,
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
    let mut pupils = Vec::<(AccountId, String)>::new();
    for name in &args.pupil {
        let member = names::member(&members, name)?;
        if !pupils.iter().any(|(account, _)| *account == member.account) {
            pupils.push((member.account, person(member.name.as_deref(), &member.account)));
        }
    }
    let (work, paths) = (client.new_work(), &args.content.attach);
    for (done, (pupil, name)) in pupils.iter().enumerate() {
        let readers = AttachmentFor::Account(pupil.0);
        let given = async {
            let attachments =
                files::upload(client, audience, paths, readers, session.output).await?;
            let content = PostBody { attachments, ..content.clone() };
            Ok::<_, Failure>(client.assign_to(audience, &work, pupil, &content).await?)
        };
        given.await.map_err(|failure: Failure| Failure {
            detail: format!(
                "not given to {name}, nor to any after them ({} have it): {}",
                plural(done as u64, "pupil"),
                failure.detail
            ),
            ..failure
        })?;
    }
    let names: Vec<_> = pupils.into_iter().map(|(_, name)| name).collect();
    Ok((work, names.join(", ")))
}
