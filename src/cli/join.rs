//! `kentongan join`: following a link, after seeing where it leads.

use std::fmt::Write as _;

use kentongan_protocol::charter::{Hosting, Replies};
use kentongan_protocol::ids::AccountId;
use kentongan_protocol::link::LinkKind;
use serde_json::json;

use super::failure::Failure;
use super::names::short;
use super::session::{Session, label};
use super::{ask, clean, drums};
use crate::base64url::encode;
use crate::client::{Client, Invitation, Joined, origin};

/// Join an audience by its link
#[derive(Debug, clap::Args)]
#[command(after_help = "\
Examples:
  kentongan join 'https://hub.example/join#AQLb…'      quotes, for the # means something to the shell
  kentongan join 'https://hub.example/join#AQLb…' --as \"Kelas 7B\"
  kentongan join 'https://hub.example/join#AQHk…' --consent     hosted: its operator can read, and says so")]
pub(super) struct Args {
    /// The whole link, or what follows its #
    link: String,
    /// What you call the audience
    #[arg(long = "as", value_name = "LABEL")]
    label: Option<String>,
    /// The name the publishers see, if not your account's
    #[arg(long, conflicts_with = "anonymous")]
    name: Option<String>,
    /// Tell the publishers no name
    #[arg(long)]
    anonymous: bool,
    /// Agree that the operator of a hosted audience can read everything in it
    #[arg(long)]
    consent: bool,
}

/// Looks, asks, and joins.
pub(super) async fn run(args: Args, session: &Session) -> Result<(), Failure> {
    let mut client = session.open().await?;
    same_hub(&client, &args.link)?;
    let invitation = client.look(&args.link).await?;
    session.output.hint(&told(&invitation));
    let consent = consented(&invitation, args.consent, session)?;
    let name = args.name.or_else(|| client.vault().name.clone()).filter(|_| !args.anonymous);
    let (audience, joined) =
        client.join(&args.link, args.label.as_deref(), name.as_deref(), consent).await?;
    let (word, sentence) = match joined {
        Joined::Member => ("member", "You are in"),
        Joined::Asked => ("asked", "You have asked to join"),
        Joined::Publisher => ("publisher", "You publish in"),
    };
    let called = label(&client, &audience);
    session.output.show(
        &json!({ "audience": encode(audience.0), "label": called, "state": word }),
        &format!("{} {sentence} {}.", drums::leaf().apply_to("●"), console::style(&called).bold()),
    )?;
    session.output.hint(match joined {
        Joined::Asked => "A publisher decides; then what they post is in: kentongan inbox",
        _ => "Next: kentongan inbox",
    });
    Ok(())
}

/// An account cannot follow a link to another hub.
fn same_hub(client: &Client, link: &str) -> Result<(), Failure> {
    let Some((address, _)) = link.trim().split_once("/join#") else { return Ok(()) };
    let (there, here) = (origin(address)?, client.api().origin());
    if there.as_str() == here.as_str() {
        return Ok(());
    }
    Err(Failure::new(
        "cannot",
        format!(
            "the link leads to {0}, and this account lives on {1}: make one there with `kentongan --home DIR --hub {0} account new`",
            there.as_str(),
            here.as_str()
        ),
    ))
}

/// Whose it is, how it is hosted, and what the hub will know.
fn told(invitation: &Invitation) -> String {
    let charter = &invitation.charter;
    let publishers: Vec<_> = charter
        .staff
        .iter()
        .map(|s| format!("account {}", short(&AccountId::of(&s.ik).0)))
        .collect();
    let mut text = format!("This link leads to audience {}.\n\n", short(&invitation.audience.0));
    let mut fact = |name: &str, fact: &str| {
        let _ = writeln!(text, "  {name:<13} {fact}");
    };
    fact("published by", &publishers.join(", "));
    fact("can read", &super::audience::readers(&charter.hosting));
    fact(
        "the hub knows",
        "that you are in it, when things are sent and how large they are; no name, no text",
    );
    fact(
        "you may write",
        match charter.replies {
            Replies::None => "no",
            Replies::Desk => "to its publishers only",
            Replies::Everyone => "to everyone, or privately to its publishers",
        },
    );
    fact(
        "you are in",
        match invitation.kind {
            LinkKind::Open => "at once; anyone with this link is",
            LinkKind::Approval => "when a publisher has admitted you",
        },
    );
    text
}

fn consented(invitation: &Invitation, given: bool, session: &Session) -> Result<bool, Failure> {
    let Hosting::Hosted(host) = &invitation.charter.hosting else { return Ok(given) };
    let host = clean::line(host);
    session.output.warn(&format!(
        "This audience is hosted: {host} can read everything in it, also what you write."
    ));
    ask::confirm(
        &format!("{host} will be able to read what you receive and write here"),
        given,
        "--consent",
    )?;
    Ok(true)
}
