//! `kentongan audience rotate`: new keys for an audience.

use std::fmt::Write as _;

use serde_json::{Value, json};

use crate::base64url::encode;
use crate::cli::failure::Failure;
use crate::cli::format::{count, plural};
use crate::cli::names::{audience_or_only, short};
use crate::cli::session::{Session, label};
use crate::cli::{ask, clean, drums};
use crate::client::{Cause, Rotated};

/// Replace an audience's keys
#[derive(Debug, clap::Args)]
#[command(after_help = "\
Example:
  kentongan audience rotate \"Kelas 7B\"         once in a while, or when keys may have leaked

Members who stay notice nothing; open links are closed for good, and whoever had old keys reads nothing new.")]
pub(super) struct Args {
    /// Which audience
    audience: String,
    /// Say yes
    #[arg(long)]
    yes: bool,
}

/// Rotates every cohort.
pub(super) async fn run(args: Args, session: &Session) -> Result<(), Failure> {
    let mut client = session.open().await?;
    let audience = audience_or_only(&client, Some(&args.audience))?;
    let name = label(&client, &audience);
    ask::confirm(
        &format!("all keys of {name} are replaced and its open links closed for good"),
        args.yes,
        "--yes",
    )?;
    let cohorts = client.api().cohorts(&audience.0).await?;
    let live = cohorts.iter().filter(|c| c.retired_ms.is_none()).map(|c| count(c.live)).sum();
    let bar = drums::progress(session.output.draws() && live > 50, "enrolling", live, false);
    let rotated = client.rotate(&audience, Cause::Age, &|n| bar.set_position(n)).await;
    bar.finish_and_clear();
    let rotated = rotated?;
    session.output.show(&described(&rotated), &format!("{name} has new keys.\n{}", told(&rotated)))
}

/// For machines.
pub(super) fn described(rotated: &Rotated) -> Value {
    let rejoin: Vec<_> = rotated
        .rejoin
        .iter()
        .map(|(account, why)| json!({ "account": encode(account.0), "reason": why }))
        .collect();
    json!({ "revision": rotated.revision, "cohorts": rotated.cohorts, "stayed": rotated.stayed, "rejoin": rejoin })
}

/// For people.
pub(super) fn told(rotated: &Rotated) -> String {
    let mut text = format!(
        "  {} with new keys; {} enrolled under them (revision {}).",
        plural(rotated.cohorts as u64, "cohort"),
        plural(rotated.stayed as u64, "member"),
        rotated.revision
    );
    for (account, why) in &rotated.rejoin {
        let _ = write!(
            text,
            "\n  account {} has to join again: {}",
            short(&account.0),
            clean::line(why)
        );
    }
    text
}
