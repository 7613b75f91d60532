//! `kentongan inbox`: fetching what is new and listing it.

use clap::Args;
use kentongan_protocol::ids::AudienceId;
use serde_json::json;

use super::output::{Output, time, visible_line};
use super::{Failure, find};
use crate::client::{ASKED, Client, Fetched, PostView, Shown};

/// Fetch and list posts
#[derive(Args, Debug)]
#[command(after_help = "Examples:\n  kentongan inbox\n  kentongan inbox 'VII B' --new --json")]
pub(super) struct Inbox {
    /// Only this audience
    audience: Option<String>,
    /// Only what was not fetched before
    #[arg(long)]
    new: bool,
    /// How many of each audience
    #[arg(long, value_name = "N", default_value_t = 20)]
    last: usize,
}

impl Inbox {
    pub(super) async fn run(self, client: &mut Client, out: Output) -> Result<(), Failure> {
        let audiences = match &self.audience {
            Some(name) => vec![find::audience(client, name)?],
            None => client.audience_ids(),
        };
        client.upkeep().await?;
        let letters = client.fetch_letters().await?.len();
        let (mut items, mut text, mut failed) = (Vec::new(), Vec::new(), Vec::new());
        let mut states = Vec::new();
        for audience in audiences {
            match client.fetch(&audience).await {
                Ok(fetched) => {
                    self.show(client, &audience, &fetched, &mut items, &mut text);
                    let (audience, state) = (hex::encode(audience.0), fetched.state);
                    states.push(
                        json!({ "audience": audience, "state": state, "waiting": fetched.waiting }),
                    );
                }
                Err(error) => failed.push((audience, error.to_string())),
            }
        }
        let failures: Vec<_> = failed
            .iter()
            .map(|(a, why)| json!({ "audience": hex::encode(a.0), "reason": why }))
            .collect();
        if text.is_empty() {
            text.push("Nothing here.".to_owned());
        }
        out.result(&json!({ "items": items, "audiences": states, "new_letters": letters, "failed": failures }), &text.concat());
        if letters > 0 {
            out.note(&format!("{letters} new letters: `kentongan letters` shows them."));
        }
        let said: Vec<_> = failed
            .iter()
            .map(|(audience, why)| format!("{}: {}", label(client, audience), visible_line(why)))
            .collect();
        if said.is_empty() { Ok(()) } else { Err(Failure::Refused(said.join("; "))) }
    }

    fn show(
        &self,
        client: &Client,
        audience: &AudienceId,
        fetched: &Fetched,
        items: &mut Vec<serde_json::Value>,
        text: &mut Vec<String>,
    ) {
        let name = label(client, audience);
        let posts = client.posts(audience);
        let shown: Vec<_> =
            posts.iter().filter(|p| !self.new || fetched.new.contains(&p.id)).collect();
        let skip = shown.len().saturating_sub(self.last);
        text.push(format!("{name}{}\n", state_note(fetched)));
        for view in &shown[skip..] {
            let new = fetched.new.contains(&view.id);
            items.push(line_json(audience, view, new));
            text.push(line(view, new));
        }
        for (post, why) in &fetched.refused {
            text.push(format!("! {}  not shown, {}\n", find::short(&post.0), visible_line(why)));
            items.push(json!({ "audience": hex::encode(audience.0), "post": hex::encode(post.0), "refused": why }));
        }
    }
}

fn state_note(fetched: &Fetched) -> String {
    let waiting = match fetched.waiting {
        0 => String::new(),
        n => format!("  ({n} still being made for you)"),
    };
    let state = match fetched.state.as_str() {
        "live" => "",
        "waiting" => "  (new keys: a publisher has to enrol you again)",
        ASKED => "  (no publisher has admitted you yet)",
        _ => "  (you are not a member any more)",
    };
    format!("{state}{waiting}")
}

fn label(client: &Client, audience: &AudienceId) -> String {
    client
        .vault()
        .audience(audience)
        .map_or_else(|| find::short(&audience.0), |keys| visible_line(&keys.label))
}

fn line(view: &PostView<'_>, new: bool) -> String {
    let title = view.content.title.as_deref().unwrap_or_default();
    let first = view.content.body.lines().next().unwrap_or_default();
    let said = match (view.shown, title) {
        (Shown::Withdrawn(_), _) => "(withdrawn)".to_owned(),
        (_, "") => visible_line(first),
        (_, title) => visible_line(title),
    };
    let said: String = said.chars().take(60).collect();
    format!(
        "{} {}  {}  {:<20}  {}{said}{}\n",
        if new { '*' } else { ' ' },
        find::short(&view.id.0),
        time(view.post.sent_ms),
        visible_line(view.name.unwrap_or("(no name)")),
        if view.post.kind == "reply" { "↳ " } else { "" },
        if view.post.pending { "  [waits for approval]" } else { "" },
    )
}

/// A post as machines get it.
pub(super) fn line_json(
    audience: &AudienceId,
    view: &PostView<'_>,
    new: bool,
) -> serde_json::Value {
    let (shown, by) = match view.shown {
        Shown::Original => ("original", None),
        Shown::Corrected(by) => ("corrected", Some(by)),
        Shown::Withdrawn(by) => ("withdrawn", Some(by)),
    };
    let withdrawn = shown == "withdrawn";
    let files: Vec<_> = view
        .content
        .attachments
        .iter()
        .map(|a| json!({ "name": a.name, "type": a.r#type, "size": a.size }))
        .collect();
    json!({
        "audience": hex::encode(audience.0),
        "post": hex::encode(view.id.0),
        "kind": view.post.kind,
        "thread": (view.post.thread.0 != [0; 32]).then(|| hex::encode(view.post.thread.0)),
        "author": hex::encode(kentongan_protocol::ids::AccountId::of(&view.author).0),
        "name": view.name,
        "publisher": view.post.by_publisher,
        "own": view.own,
        "sent_ms": view.post.sent_ms,
        "new": new,
        "pending": view.post.pending,
        "acknowledged": view.post.acknowledged,
        "shown": shown,
        "shown_by": by.map(|id| hex::encode(id.0)),
        "title": if withdrawn { None } else { view.content.title.as_deref() },
        "body": if withdrawn { "" } else { view.content.body.as_str() },
        "attachments": if withdrawn { Vec::new() } else { files },
        "earlier_rules": view.post.earlier_rules,
        "missing_before": view.post.gap,
        "thread_unavailable": view.post.thread_unavailable,
    })
}
