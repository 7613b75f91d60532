//! `kentongan audience link`: the way in, as an address and a QR code.

use std::fmt::Write as _;
use std::io::IsTerminal as _;

use kentongan_protocol::link::LinkKind;
use serde_json::{Value, json};

use crate::base64url::encode;
use crate::cli::failure::Failure;
use crate::cli::format::time;
use crate::cli::names::{audience_or_only, begins, one, short};
use crate::cli::session::{Session, label};
use crate::cli::{ask, qr};
use crate::client::{Client, LinkLine, NewLink};
use kentongan_protocol::charter::Replies;
use kentongan_protocol::ids::AudienceId;

const DAY_MS: u64 = 24 * 3600 * 1000;

/// Make, list or close the links into an audience
#[derive(Debug, clap::Args)]
#[expect(clippy::struct_excessive_bools, reason = "each is a switch of the command line")]
#[command(after_help = "\
Examples:
  kentongan audience link \"Kelas 7B\"                   who follows it asks you to be admitted
  kentongan audience link \"Puskesmas\" --open --uses 5000 --days 30
  kentongan audience link \"Kelas 7B\" --list
  kentongan audience link \"Kelas 7B\" --close w3Kd91ab

What follows the # opens the audience and is never sent to a server: hand it only to those it is for.")]
pub(super) struct Args {
    /// Which audience; may be left out while there is one
    audience: Option<String>,
    /// Let in whoever has the link, at once
    #[arg(long, conflicts_with = "approval")]
    open: bool,
    /// Let a publisher decide about each; the usual thing in a class
    #[arg(long)]
    approval: bool,
    /// How many accounts may join by it
    #[arg(long, default_value_t = 1000, value_name = "N", value_parser = clap::value_parser!(u32).range(1..))]
    uses: u32,
    /// For how many days it is good
    #[arg(long, default_value_t = 30, value_name = "N", value_parser = clap::value_parser!(u64).range(1..=3650))]
    days: u64,
    /// Show the links there are
    #[arg(long, conflicts_with_all = ["open", "approval", "close"])]
    list: bool,
    /// Close a link for good, named by the beginning of its key
    #[arg(long, value_name = "LINK", conflicts_with_all = ["open", "approval"])]
    close: Option<String>,
    /// Say yes to closing
    #[arg(long)]
    yes: bool,
    /// Leave out the QR code
    #[arg(long)]
    no_qr: bool,
}

/// Does one of the three.
pub(super) async fn run(args: Args, session: &Session) -> Result<(), Failure> {
    let mut client = session.open().await?;
    let audience = audience_or_only(&client, args.audience.as_deref())?;
    if args.list {
        return list(&mut client, &audience, session).await;
    }
    if let Some(name) = &args.close {
        return close(&mut client, &audience, name, args.yes, session).await;
    }
    let chain = client.sync(&audience).await?;
    // What takes no answers has nobody to admit them either.
    let channel = chain.current().replies == Replies::None;
    let open = args.open || (channel && !args.approval);
    let kind = if open { LinkKind::Open } else { LinkKind::Approval };
    let new = NewLink { kind, max_uses: args.uses, valid_ms: args.days * DAY_MS };
    let url = client.make_link(&audience, new).await?;
    let document = json!({ "url": url.as_str(), "kind": word(kind), "max_uses": args.uses, "days": args.days });
    let mut text = url.as_str().to_owned();
    let drawn = !args.no_qr && !session.output.quiet && std::io::stdout().is_terminal();
    if let (true, Ok(code)) = (drawn, qr::code(&url)) {
        text = format!("\n{code}\n{text}\n");
    }
    session.output.show(&document, &text)?;
    let name = label(&client, &audience);
    session.output.hint(&match kind {
        LinkKind::Open => format!(
            "Whoever has this link is in {name} at once and reads everything from then on, for {} days.",
            args.days
        ),
        LinkKind::Approval => format!(
            "Who follows it asks to join {name}. Then: kentongan audience requests \"{name}\""
        ),
    });
    Ok(())
}

async fn list(
    client: &mut Client,
    audience: &AudienceId,
    session: &Session,
) -> Result<(), Failure> {
    let links = client.links(audience).await?;
    let mut text = String::new();
    for line in &links {
        let state =
            if line.closed { "closed".into() } else { format!("until {}", time(line.expires_ms)) };
        let _ = writeln!(
            text,
            "  {}  {:<9} {} of {} joined, {state}",
            short(&line.link.0),
            word(line.kind),
            line.uses,
            line.max_uses
        );
        if let (Some(url), false) = (&line.url, line.closed) {
            let _ = writeln!(text, "            {}", url.as_str());
        }
    }
    if links.is_empty() {
        text.push_str("There is no link into this audience yet.");
    }
    let items: Vec<Value> = links.iter().map(described).collect();
    session.output.show(&json!({ "items": items }), &text)
}

fn described(line: &LinkLine) -> Value {
    json!({
        "link": encode(line.link.0), "kind": word(line.kind), "uses": line.uses, "max_uses": line.max_uses,
        "expires_ms": line.expires_ms, "closed": line.closed, "url": line.url.as_ref().map(|url| url.as_str()),
    })
}

async fn close(
    client: &mut Client,
    audience: &AudienceId,
    name: &str,
    yes: bool,
    session: &Session,
) -> Result<(), Failure> {
    let links = client.links(audience).await?;
    let found = links.iter().filter(|line| !line.closed && begins(&line.link.0, name)).collect();
    let line = one(found, "link", "kentongan audience link --list", name)?;
    ask::confirm("closing a link is for good: nobody comes in by it any more", yes, "--yes")?;
    client.close_link(audience, &line.link).await?;
    session.output.show(
        &json!({ "link": encode(line.link.0), "closed": true }),
        "The link is closed. Who came in by it stays.",
    )
}

const fn word(kind: LinkKind) -> &'static str {
    match kind {
        LinkKind::Open => "open",
        LinkKind::Approval => "approval",
    }
}
