//! `kentongan audience list`: every audience of this account, and what one is in it.

use std::collections::BTreeMap;
use std::fmt::Write as _;

use kentongan_protocol::ids::AudienceId;
use serde_json::json;

use crate::base64url::encode;
use crate::cli::failure::Failure;
use crate::cli::format::plural;
use crate::cli::names::short;
use crate::cli::session::{Session, label};

/// List your audiences
#[derive(Debug, clap::Args)]
#[command(after_help = "\
Examples:
  kentongan audience list
  kentongan audience list --json")]
pub(super) struct Args {}

/// Lists them.
pub(super) async fn run(_: Args, session: &Session) -> Result<(), Failure> {
    let mut client = session.open().await?;
    client.refresh().await?;
    let known = client.api().audiences().await?;
    let known: BTreeMap<_, _> = known.into_iter().map(|own| (own.audience.0, own)).collect();
    let standing = |id: &AudienceId| {
        known.get(&id.0).map_or(("asked", "pending"), |own| (&*own.role, &*own.state))
    };
    let (mut text, mut items) = (String::new(), Vec::new());
    let mut ids = client.audience_ids();
    ids.sort_by_key(|id| client.archived(id));
    for id in ids {
        let (role, state) = standing(&id);
        let posts = client.posts(&id).len() as u64;
        items.push(json!({
            "audience": encode(id.0), "label": client.vault().audience(&id).map(|k| &k.label),
            "role": role, "state": state, "posts": posts, "archived": client.archived(&id),
        }));
        let name = label(&client, &id);
        let mut standing = spoken(role, state);
        if client.archived(&id) {
            standing.push_str(", put away");
        }
        let _ = writeln!(
            text,
            "  {}  {name:<28} {standing:<30} {}",
            short(&id.0),
            plural(posts, "post")
        );
    }
    if items.is_empty() {
        text.push_str("You are in no audience yet.");
    }
    session.output.show(&json!({ "items": items }), &text)?;
    if items.is_empty() {
        session
            .output
            .hint("Next: kentongan audience new --class \"NAME\", or kentongan join 'LINK'");
    }
    Ok(())
}

fn spoken(role: &str, state: &str) -> String {
    match (role, state) {
        (_, "removed") => "removed".into(),
        (_, "waiting") => "waiting for a publisher".into(),
        ("asked", _) => "asked to join".into(),
        ("admin", _) => "publisher, admin".into(),
        (role, _) => crate::cli::clean::line(role),
    }
}
