//! `kentongan post`: one message to everyone in an audience, sealed once.

use std::fmt::Write as _;

use kentongan_protocol::ids::{AudienceId, PostId};
use kentongan_protocol::post::Kind;
use serde_json::{Value, json};

use super::content::Content;
use super::failure::Failure;
use super::format::{moment, time};
use super::names::{audience, audience_or_only, short};
use super::numbers::Numbers;
use super::session::{Session, label};
use super::{drums, fetching, files};
use crate::base64url::encode;
use crate::client::Client;
use crate::client::api::AttachmentFor;
use crate::client::payload::PostBody;

/// Write to everyone in an audience
#[derive(Debug, clap::Args)]
#[command(after_help = "\
Examples:
  kentongan post --to \"Kelas 7B\" \"Besok libur.\"
  kentongan post --to \"Kelas 7B\" --assignment --title \"Pecahan, halaman 42\" \"Nomor 1–10.\" --attach photo.jpg
  kentongan post --to \"Kelas 7A\" --to \"Kelas 7B\" --file surat.txt
  kentongan post --to \"Kelas 7B\" \"Upacara dimulai.\" --at \"2026-11-30 06:45\"
  pandoc surat.md -t plain | kentongan post --to \"Kelas 7B\" --title \"Surat\"

It is sealed on this machine; the hub turns it into one ciphertext per member without being able to read it. With --at
the hub holds it until then; it lapses if the audience's keys change before, and `kentongan withdraw` takes it back.")]
pub(super) struct Args {
    #[command(flatten)]
    content: Content,
    /// To this audience; say it once for each. May be left out while there is one
    #[arg(long, value_name = "AUDIENCE", allow_hyphen_values = true)]
    to: Vec<String>,
    /// A title
    #[arg(long)]
    title: Option<String>,
    /// It is an assignment
    #[arg(long)]
    assignment: bool,
    /// Send it now and have it released at this time, at most 92 days ahead
    #[arg(long, value_name = "TIME", value_parser = moment)]
    at: Option<u64>,
}

/// A post that the hub took.
struct Taken {
    post: PostId,
    state: &'static str,
}

/// Seals and sends it to each.
pub(super) async fn run(mut args: Args, session: &Session) -> Result<(), Failure> {
    let content = args.content.read(args.title.take())?;
    let mut client = session.open().await?;
    let mut audiences = Vec::new();
    for name in &args.to {
        let found = audience(&client, name)?;
        if !audiences.contains(&found) {
            audiences.push(found);
        }
    }
    if args.to.is_empty() {
        audiences.push(audience_or_only(&client, None)?);
    }
    let mut sent = Vec::new();
    let mut failed = None;
    for audience in audiences {
        match send(&mut client, &audience, &content, &args, session).await {
            Ok(one) => sent.push((audience, one)),
            Err(failure) => {
                failed = Some((audience, failure));
                break;
            }
        }
    }
    told(&client, &sent, args.at, session)?;
    match failed {
        None => Ok(()),
        Some((_, failure)) if sent.is_empty() => Err(failure),
        Some((audience, failure)) => {
            let name = label(&client, &audience);
            Err(Failure {
                detail: format!("not sent to {name}, nor to any after it: {}", failure.detail),
                ..failure
            })
        }
    }
}

async fn send(
    client: &mut Client,
    audience: &AudienceId,
    content: &PostBody,
    args: &Args,
    session: &Session,
) -> Result<Taken, Failure> {
    let kind = if args.assignment { Kind::Assignment } else { Kind::Announcement };
    let attachments = files::upload(
        client,
        audience,
        &args.content.attach,
        AttachmentFor::Audience,
        session.output,
    )
    .await?;
    let content = PostBody { attachments, ..content.clone() };
    let taken = if let Some(at) = args.at {
        let post = client.schedule(audience, kind, &content, at).await?;
        Taken { post, state: "scheduled" }
    } else {
        let sent = client.send(audience, kind, None, &content).await?;
        Taken { post: sent.post, state: if sent.pending { "pending" } else { "accepted" } }
    };
    // Sent is sent: that it cannot be fetched at once is no failure of this command.
    if let Err(failure) = fetching::posts(client, audience, session.output).await {
        session.output.hint(&failure.detail);
    }
    Ok(taken)
}

fn told(
    client: &Client,
    sent: &[(AudienceId, Taken)],
    at: Option<u64>,
    session: &Session,
) -> Result<(), Failure> {
    if sent.is_empty() {
        return Ok(());
    }
    let numbers = Numbers::catch_up(client)?;
    let (mut text, mut items) = (String::new(), Vec::<Value>::new());
    for (audience, one) in sent {
        let (name, number) = (label(client, audience), numbers.of_post(&one.post.0));
        let numbered = number.map_or_else(|| short(&one.post.0), |n| format!("number {n}"));
        let what = match (one.state, at) {
            ("scheduled", Some(at)) => format!("goes out on {}", time(at)),
            ("pending", _) => "waits for approvals".to_owned(),
            _ => "is on its way".to_owned(),
        };
        let _ = writeln!(
            text,
            "{} To {}: it {what} ({numbered}).",
            drums::teak().apply_to("●"),
            console::style(&name).bold()
        );
        items.push(json!({
            "audience": encode(audience.0), "audience_label": name, "post": encode(one.post.0), "number": number,
            "state": one.state, "release_ms": at,
        }));
    }
    session.output.show(&json!({ "items": items }), &text)?;
    session.output.hint("Watch it arrive: kentongan status --watch");
    Ok(())
}
