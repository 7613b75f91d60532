//! `kentongan audience rules` and `renew`: the next revision of an audience's charter.

use serde_json::json;

use super::new::Where;
use super::show::{approvals, replies_word};
use crate::cli::failure::Failure;
use crate::cli::format::time;
use crate::cli::names::audience_or_only;
use crate::cli::session::{Session, label};

/// Change where members may write, and how many publishers sign
#[derive(Debug, clap::Args)]
#[command(after_help = "\
Examples:
  kentongan audience rules \"Kelas 7B\" --replies desk
  kentongan audience rules \"Dinas Kesehatan\" --approvals 1     nothing goes out on one signature")]
pub(super) struct Args {
    /// Which audience; may be left out while there is one
    audience: Option<String>,
    /// Where members may write
    #[arg(long, value_name = "WHERE", required_unless_present = "approvals")]
    replies: Option<Where>,
    /// How many other publishers must sign each post
    #[arg(long, value_name = "N")]
    approvals: Option<u8>,
}

/// Let the rules hold for another three months
#[derive(Debug, clap::Args)]
#[command(after_help = "\
Example:
  kentongan audience renew \"Kelas 7B\"

An admin's kentongan does this by itself when less than a month is left.")]
pub(super) struct RenewArgs {
    /// Which audience; may be left out while there is one
    audience: Option<String>,
}

/// Changes them.
pub(super) async fn run(args: Args, session: &Session) -> Result<(), Failure> {
    let mut client = session.open().await?;
    let audience = audience_or_only(&client, args.audience.as_deref())?;
    let replies = args.replies.map(Into::into);
    let revision = client.set_rules(&audience, args.approvals, replies).await?;
    let chain = client.sync(&audience).await?;
    let charter = chain.current();
    let replies = replies_word(charter.replies);
    session.output.show(
        &json!({ "revision": revision, "replies": replies, "approvals": charter.approvals }),
        &format!(
            "{}, revision {revision}: replies to {replies}; approvals: {}.",
            label(&client, &audience),
            approvals(charter.approvals)
        ),
    )
}

/// Renews them.
pub(super) async fn renew(args: RenewArgs, session: &Session) -> Result<(), Failure> {
    let mut client = session.open().await?;
    let audience = audience_or_only(&client, args.audience.as_deref())?;
    let revision = client.renew(&audience).await?;
    let until = client.kept_chain(&audience).map_or(0, |chain| chain.current().not_after_ms);
    session.output.show(
        &json!({ "revision": revision, "not_after_ms": until }),
        &format!("{}, revision {revision}: good until {}.", label(&client, &audience), time(until)),
    )
}
