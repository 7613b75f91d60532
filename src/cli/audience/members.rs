//! `kentongan audience members`, `remove` and `leave`: who receives, and who no longer does.

use std::fmt::Write as _;

use serde_json::{Value, json};

use crate::base64url::encode;
use crate::cli::failure::Failure;
use crate::cli::format::{plural, time};
use crate::cli::names::{audience_or_only, member, person, short};
use crate::cli::session::{Session, label};
use crate::cli::{ask, clean};
use crate::client::{Cause, MemberLine};

/// List the members
#[derive(Debug, clap::Args)]
#[command(after_help = "\
Examples:
  kentongan audience members \"Kelas 7B\"
  kentongan audience members \"Kelas 7B\" --removed     those who were removed too

Only publishers can list members; members never see who else is one.")]
pub(super) struct ListArgs {
    /// Which audience; may be left out while there is one
    audience: Option<String>,
    /// Show those who were removed too
    #[arg(long)]
    removed: bool,
}

/// Remove a member: the next post stays shut to them
#[derive(Debug, clap::Args)]
#[command(after_help = "\
Examples:
  kentongan audience remove \"Kelas 7B\" Budi
  kentongan audience remove \"Kelas 7B\" Budi --rotate --yes

Removal holds at once. With --rotate the cohort's keys are replaced too, so that it holds even if the hub and the
removed member work together; members who stay notice nothing.")]
pub(super) struct RemoveArgs {
    /// Which audience
    audience: String,
    /// Whom: the name they gave, or the beginning of their account's id
    member: String,
    /// Replace the keys they had as well
    #[arg(long)]
    rotate: bool,
    /// Say yes
    #[arg(long)]
    yes: bool,
}

/// Leave an audience
#[derive(Debug, clap::Args)]
#[command(after_help = "\
Example:
  kentongan audience leave \"Puskesmas Sukamaju\"

What you have read stays on this machine; nothing new comes.")]
pub(super) struct LeaveArgs {
    /// Which audience
    audience: String,
    /// Say yes
    #[arg(long)]
    yes: bool,
}

/// Lists them.
pub(super) async fn list(args: ListArgs, session: &Session) -> Result<(), Failure> {
    let mut client = session.open().await?;
    let audience = audience_or_only(&client, args.audience.as_deref())?;
    let all = client.members(&audience).await?;
    let live = all.iter().filter(|m| !m.removed).count() as u64;
    let shown: Vec<_> = all.iter().filter(|m| args.removed || !m.removed).collect();
    let mut text = String::new();
    for line in &shown {
        let name = person(line.name.as_deref(), &line.account);
        let role = if line.removed { "removed" } else { &line.role };
        let since = time(line.joined_ms.unsigned_abs());
        let _ = writeln!(
            text,
            "  {}  {name:<28} {:<9} since {since}",
            short(&line.account.0),
            clean::line(role)
        );
    }
    let _ = write!(text, "{} in {}.", plural(live, "member"), label(&client, &audience));
    let items: Vec<Value> = shown.into_iter().map(described).collect();
    session.output.show(&json!({ "items": items, "live": live }), &text)
}

fn described(line: &MemberLine) -> Value {
    json!({
        "account": encode(line.account.0), "name": line.name, "role": line.role,
        "joined_ms": line.joined_ms, "removed": line.removed,
    })
}

/// Removes one.
pub(super) async fn remove(args: RemoveArgs, session: &Session) -> Result<(), Failure> {
    let mut client = session.open().await?;
    let audience = audience_or_only(&client, Some(&args.audience))?;
    let members = client.members(&audience).await?;
    let line = member(&members, &args.member)?;
    let (who, whence) = (person(line.name.as_deref(), &line.account), label(&client, &audience));
    ask::confirm(
        &format!(
            "{who} (account {}) will receive nothing more from {whence}",
            short(&line.account.0)
        ),
        args.yes,
        "--yes",
    )?;
    let mut document = json!({ "account": encode(line.account.0), "rotated": args.rotate });
    if args.rotate {
        let rotated = client.rotate(&audience, Cause::Member(line.account), &|_| {}).await?;
        document["rotation"] = super::rotate::described(&rotated);
        let text = format!("{who} is removed from {whence}.\n{}", super::rotate::told(&rotated));
        return session.output.show(&document, &text);
    }
    client.remove(&audience, &line.account).await?;
    session.output.show(
        &document,
        &format!("{who} is removed from {whence}: the next post stays shut to them."),
    )?;
    session.output.hint(
        "If they might have the hub's help, replace the keys as well: kentongan audience rotate",
    );
    Ok(())
}

/// Leaves.
pub(super) async fn leave(args: LeaveArgs, session: &Session) -> Result<(), Failure> {
    let mut client = session.open().await?;
    let audience = audience_or_only(&client, Some(&args.audience))?;
    let name = label(&client, &audience);
    ask::confirm(&format!("you will receive nothing more from {name}"), args.yes, "--yes")?;
    client.leave(&audience).await?;
    session.output.show(
        &json!({ "audience": encode(audience.0), "left": true }),
        &format!("You have left {name}."),
    )
}
