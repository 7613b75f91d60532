//! `kentongan inbox`: what has come, newest last.

use std::fmt::Write as _;

use kentongan_protocol::ids::AudienceId;
use serde_json::{Value, json};

use super::failure::Failure;
use super::format::{plural, time};
use super::names::audience;
use super::numbers::Numbers;
use super::session::{Session, label};
use super::{fetching, show};
use crate::client::{Client, PostView};

/// List the posts of your audiences, newest last
#[derive(Debug, clap::Args)]
#[command(after_help = "\
Examples:
  kentongan inbox
  kentongan inbox \"Kelas 7B\" --new
  kentongan inbox --json | jq -r '.items[].title'

The number before a post stays its number here: kentongan read 3, kentongan ack 3, kentongan reply 3 \"…\".")]
pub(super) struct Args {
    /// Only this audience
    audience: Option<String>,
    /// Only what was not read here yet
    #[arg(long)]
    new: bool,
    /// Everything, not only the last twenty
    #[arg(long)]
    all: bool,
}

/// Fetches and lists.
pub(super) async fn run(args: Args, session: &Session) -> Result<(), Failure> {
    let (mut client, _) = fetching::open(session).await?;
    let numbers = fetching::letters(&mut client, session.output).await?;
    let only = args.audience.as_deref().map(|name| audience(&client, name)).transpose()?;
    let mut roots = roots(&client, only);
    let wanted = |(_, view): &(AudienceId, PostView<'_>)| !args.new || is_new(view, &numbers);
    roots.retain(wanted);
    let earlier = if args.all { 0 } else { roots.len().saturating_sub(20) };
    let (mut text, mut items) = (String::new(), Vec::<Value>::new());
    for (audience, view) in &roots[earlier..] {
        text.push_str(&line(&client, audience, view, &numbers));
        items.push(show::post_document(&client, audience, view, &numbers));
    }
    if items.is_empty() {
        text.push_str(if args.new { "Nothing new." } else { "Nothing has come yet." });
    }
    let letters = client.letters();
    let letters =
        letters.iter().filter(|l| super::letters::matters(l) && !numbers.was_read(&l.id.0)).count();
    session
        .output
        .show(&json!({ "items": items, "earlier": earlier, "new_letters": letters }), &text)?;
    if earlier > 0 {
        session.output.hint(&format!("{} earlier: --all", plural(earlier as u64, "post")));
    }
    if letters > 0 {
        session
            .output
            .hint(&format!("{} waiting: kentongan letters", plural(letters as u64, "letter")));
    }
    Ok(())
}

/// Announcements and assignments, oldest first.
fn roots(client: &Client, only: Option<AudienceId>) -> Vec<(AudienceId, PostView<'_>)> {
    let audiences =
        client.audience_ids().into_iter().filter(|a| only.is_none_or(|only| only == *a));
    let posts = audiences.flat_map(|a| client.posts(&a).into_iter().map(move |view| (a, view)));
    let mut roots: Vec<_> = posts.filter(|(_, view)| view.post.kind != "reply").collect();
    roots.sort_by_key(|(_, view)| (view.post.sent_ms, view.id.0));
    roots
}

fn is_new(view: &PostView<'_>, numbers: &Numbers) -> bool {
    !view.own && !numbers.was_read(&view.id.0)
}

fn line(client: &Client, audience: &AudienceId, view: &PostView<'_>, numbers: &Numbers) -> String {
    let number = numbers.of_post(&view.id.0).unwrap_or_default();
    let headline = console::style(show::headline(view));
    let headline = if is_new(view, numbers) { headline.bold() } else { headline };
    let mut text = format!("{number:>4} {} {headline}\n", show::drum(view, numbers));
    let mut detail = format!("{} · {}", label(client, audience), time(view.post.sent_ms));
    if view.post.kind == "assignment" {
        detail.push_str(" · assignment");
    }
    if let Some(at) = view.post.release_ms {
        let _ = write!(detail, " · goes out on {}", time(at));
    } else if view.post.pending {
        detail.push_str(" · waits for approvals");
    } else if view.post.lapsed.is_some() {
        detail.push_str(" · lapsed, reached nobody");
    }
    let replies = client.posts(audience).into_iter().filter(|v| v.post.thread.0 == view.id.0);
    let (mut all, mut new) = (0, 0);
    for reply in replies {
        all += 1;
        new += u64::from(is_new(&reply, numbers));
    }
    if all > 0 {
        let many = if all == 1 { "reply" } else { "replies" };
        let _ = write!(detail, " · {all} {many}");
    }
    if new > 0 {
        let _ = write!(detail, ", {new} new");
    }
    let _ = writeln!(text, "       {}", console::Style::new().dim().apply_to(detail));
    text
}
