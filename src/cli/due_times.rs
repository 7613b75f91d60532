//! `kentongan due-times`: whether the hub may be told when homework is due.

use serde_json::json;

use super::failure::Failure;
use super::names::audience_or_only;
use super::session::{Session, label};
use crate::base64url::encode;

/// Show or say whether the hub may be told when homework is due
#[derive(Debug, clap::Args)]
#[command(after_help = "\
Examples:
  kentongan due-times \"Kelas 7B\"
  kentongan due-times \"Kelas 7B\" --allow      an admin; then `kentongan assign --remind 24h` works
  kentongan due-times \"Kelas 7B\" --forbid     the hub forgets those it was told

A hub that may know when homework is due reminds whoever has handed nothing in, without a word of what it is. It is told nothing
but the time, and only of homework given with --remind. Everybody in the class can see whether it is allowed.")]
pub(super) struct Args {
    /// Which audience; may be left out while there is one
    audience: Option<String>,
    /// Let publishers tell the hub
    #[arg(long, conflicts_with = "forbid")]
    allow: bool,
    /// Keep due times from the hub, and have it forget those it knows
    #[arg(long)]
    forbid: bool,
}

/// Says it, or shows it.
pub(super) async fn run(args: Args, session: &Session) -> Result<(), Failure> {
    let client = session.open().await?;
    let audience = audience_or_only(&client, args.audience.as_deref())?;
    if args.allow || args.forbid {
        client.allow_due_times(&audience, args.allow).await?;
    }
    let allowed = client.due_times_allowed(&audience).await?;
    let name = label(&client, &audience);
    let text = if allowed {
        format!("{name}: publishers may tell the hub when homework is due, for its reminders.")
    } else {
        format!("{name}: the hub is not told when homework is due, and reminds nobody.")
    };
    session.output.show(&json!({ "audience": encode(audience.0), "allowed": allowed }), &text)
}
