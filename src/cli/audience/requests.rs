//! `kentongan audience requests`, `admit` and `decline`: who asks to join, and the person who decides.

use std::fmt::Write as _;

use kentongan_protocol::ids::{AccountId, AudienceId};
use kentongan_protocol::membership::MemberRole;
use serde_json::{Value, json};

use crate::base64url::encode;
use crate::cli::failure::Failure;
use crate::cli::format::{plural, time};
use crate::cli::names::{audience_or_only, begins, one, person, same, short};
use crate::cli::session::{Session, label};
use crate::cli::{ask, clean, drums};
use crate::client::{Asking, Client, Enrolled};

/// List who asks to be admitted
#[derive(Debug, clap::Args)]
#[command(after_help = "\
Example:
  kentongan audience requests \"Kelas 7B\"

Names are what people call themselves: ask if you are not sure who it is.")]
pub(super) struct ListArgs {
    /// Which audience; may be left out while there is one
    audience: Option<String>,
}

/// Admit people who asked
#[derive(Debug, clap::Args)]
#[command(after_help = "\
Examples:
  kentongan audience admit \"Kelas 7B\" Budi Sari
  kentongan audience admit \"Kelas 7B\" --all
  kentongan audience admit \"Kelas 7B\" --guardian \"Ibu Budi\"

A person is named by the name they gave, or the beginning of their account's id.")]
pub(super) struct AdmitArgs {
    /// Which audience
    audience: String,
    /// Whom
    #[arg(required_unless_present = "all", conflicts_with = "all")]
    people: Vec<String>,
    /// Everyone who asks
    #[arg(long)]
    all: bool,
    /// As guardians: members who act for a pupil
    #[arg(long)]
    guardian: bool,
    /// Say yes to --all
    #[arg(long)]
    yes: bool,
}

/// Decline people who asked
#[derive(Debug, clap::Args)]
#[command(after_help = "\
Example:
  kentongan audience decline \"Kelas 7B\" Xyz")]
pub(super) struct DeclineArgs {
    /// Which audience
    audience: String,
    /// Whom
    #[arg(required = true)]
    people: Vec<String>,
}

async fn asking(
    client: &mut Client,
    audience: &AudienceId,
    session: &Session,
) -> Result<Vec<Asking>, Failure> {
    let (asking, refused) = client.asking(audience).await?;
    for (account, why) in refused {
        session.output.warn(&format!(
            "A request of account {} is not shown: {}",
            short(&account.0),
            clean::line(&why)
        ));
    }
    Ok(asking)
}

/// Lists them.
pub(super) async fn list(args: ListArgs, session: &Session) -> Result<(), Failure> {
    let mut client = session.open().await?;
    let audience = audience_or_only(&client, args.audience.as_deref())?;
    let asking = asking(&mut client, &audience, session).await?;
    let mut text = String::new();
    for one in &asking {
        let name = person(one.name.as_deref(), &one.account);
        let since = time(one.received_ms.unsigned_abs());
        let _ = writeln!(text, "  {}  {name:<28} {since}", short(&one.account.0));
    }
    let name = label(&client, &audience);
    if asking.is_empty() {
        let _ = write!(text, "Nobody is asking to join {name}.");
    }
    let items: Vec<Value> = asking.iter().map(described).collect();
    session.output.show(&json!({ "items": items }), &text)?;
    if !asking.is_empty() {
        session.output.hint(&format!(
            "Next: kentongan audience admit \"{name}\" NAME… (or --all), or decline"
        ));
    }
    Ok(())
}

fn described(asking: &Asking) -> Value {
    json!({ "account": encode(asking.account.0), "name": asking.name, "received_ms": asking.received_ms })
}

/// Those of `asking` that were named.
fn chosen(asking: &[Asking], people: &[String]) -> Result<Vec<Asking>, Failure> {
    let find = |name: &String| {
        let called = |a: &&Asking| a.name.as_deref().is_some_and(|n| same(n, name));
        let mut found: Vec<_> = asking.iter().filter(called).collect();
        if found.is_empty() {
            found = asking.iter().filter(|a| begins(&a.account.0, name)).collect();
        }
        one(found, "request of", "kentongan audience requests AUDIENCE", name).cloned()
    };
    people.iter().map(find).collect()
}

/// Admits them.
pub(super) async fn admit(args: AdmitArgs, session: &Session) -> Result<(), Failure> {
    let mut client = session.open().await?;
    let audience = audience_or_only(&client, Some(&args.audience))?;
    let asking = asking(&mut client, &audience, session).await?;
    let name = label(&client, &audience);
    if asking.is_empty() {
        return session.output.show(
            &json!({ "admitted": [], "refused": [] }),
            &format!("Nobody is asking to join {name}."),
        );
    }
    let chosen = if args.all { asking.clone() } else { chosen(&asking, &args.people)? };
    if args.all && !args.yes && crate::cli::output::someone_is_there() {
        ask::confirm(&consequence(&chosen, &name), false, "--yes")?;
    }
    let role = if args.guardian { MemberRole::Guardian } else { MemberRole::Member };
    let bar = drums::progress(
        session.output.draws() && chosen.len() > 50,
        "enrolling",
        chosen.len() as u64,
        false,
    );
    let enrolled = client.admit(&audience, &chosen, role, &|n| bar.set_position(n)).await;
    bar.finish_and_clear();
    let enrolled = enrolled?;
    told(&enrolled, &chosen, &name, session)
}

/// Who will read what, before it is so.
fn consequence(chosen: &[Asking], audience: &str) -> String {
    const NAMED: usize = 12;
    let mut names: Vec<_> =
        chosen.iter().take(NAMED).map(|a| person(a.name.as_deref(), &a.account)).collect();
    if chosen.len() > NAMED {
        names.push(format!("and {} more", chosen.len() - NAMED));
    }
    let names = names.join(", ");
    format!("{names}\nwill read everything posted to {audience} ({} in all)", chosen.len())
}

fn told(
    enrolled: &Enrolled,
    chosen: &[Asking],
    name: &str,
    session: &Session,
) -> Result<(), Failure> {
    let mut text = String::new();
    for asking in chosen.iter().filter(|a| enrolled.admitted.contains(&a.account)) {
        let who = person(asking.name.as_deref(), &asking.account);
        let _ = writeln!(text, "  {} {who}", drums::leaf().apply_to("●"));
    }
    for (account, why) in &enrolled.refused {
        let (drum, who) = (drums::chilli().apply_to("◌"), short(&account.0));
        let _ = writeln!(text, "  {drum} account {who}: {}", clean::line(why));
    }
    let _ = write!(text, "{} of {} admitted to {name}.", enrolled.admitted.len(), chosen.len());
    let reason = |(account, why): &(AccountId, String)| json!({ "account": encode(account.0), "reason": why });
    let refused: Vec<_> = enrolled.refused.iter().map(reason).collect();
    let admitted: Vec<_> = enrolled.admitted.iter().map(|account| encode(account.0)).collect();
    session.output.show(&json!({ "admitted": admitted, "refused": refused }), &text)?;
    if enrolled.admitted.is_empty() {
        return Err(Failure::new("refused", "nobody was admitted: see the reasons above"));
    }
    session.output.hint(&format!("Next: kentongan post --to \"{name}\" \"…\""));
    Ok(())
}

/// Declines them.
pub(super) async fn decline(args: DeclineArgs, session: &Session) -> Result<(), Failure> {
    let mut client = session.open().await?;
    let audience = audience_or_only(&client, Some(&args.audience))?;
    let asking = asking(&mut client, &audience, session).await?;
    let chosen = chosen(&asking, &args.people)?;
    for one in &chosen {
        client.decline(&audience, &one.account).await?;
    }
    let declined: Vec<_> = chosen.iter().map(|one| encode(one.account.0)).collect();
    let text = format!("{} declined.", plural(chosen.len() as u64, "request"));
    session.output.show(&json!({ "declined": declined }), &text)
}
