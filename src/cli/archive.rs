//! `kentongan archive`: an audience that is over is put away, on every device of the account.

use serde_json::json;

use super::failure::Failure;
use super::names::audience;
use super::session::{Session, label};
use crate::base64url::encode;

/// Put an audience away at the end of a year
#[derive(Debug, clap::Args)]
#[command(after_help = "\
Examples:
  kentongan archive \"Kelas 7B\"
  kentongan archive \"Kelas 7B\" --undo
  kentongan assign --copy-from \"Kelas 7B\" --to \"Kelas 7B 2027\" --shift 364 --draft

It leaves the lists of homework and goes to the end of `kentongan audience list`; nothing is deleted, nobody is told, and
it works as before where it is named.")]
pub(super) struct Args {
    /// Which audience
    audience: String,
    /// Take it out again
    #[arg(long)]
    undo: bool,
}

/// Notes it in the vault.
pub(super) async fn run(args: Args, session: &Session) -> Result<(), Failure> {
    let mut client = session.open().await?;
    client.refresh().await?;
    let audience = audience(&client, &args.audience)?;
    client.archive(&audience, !args.undo).await?;
    let name = label(&client, &audience);
    let text = if args.undo { "is in the lists again" } else { "is put away" };
    session.output.show(
        &json!({ "audience": encode(audience.0), "archived": !args.undo }),
        &format!("{name} {text}."),
    )
}
