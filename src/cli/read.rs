//! `kentongan read`: one post with everything that must be said beside it, and the replies to it.

use clap::Args;
use serde_json::json;

use super::inbox::line_json;
use super::output::{Output, size, time, visible, visible_line};
use super::{Failure, find};
use crate::client::{Client, PostView, Shown};

/// Show a post and its thread
#[derive(Args, Debug)]
#[command(after_help = "Example:\n  kentongan read 90ab12")]
pub(super) struct Read {
    /// The start of its id
    post: String,
}

impl Read {
    pub(super) async fn run(self, client: &mut Client, out: Output) -> Result<(), Failure> {
        let (audience, post) = find::post(client, &self.post).await?;
        let view = client
            .post(&audience, &post)
            .ok_or_else(|| Failure::Refused("the post is gone".into()))?;
        let all = client.posts(&audience);
        let replies: Vec<_> = all.iter().filter(|p| p.post.thread.0 == post.0).collect();
        let mut document = line_json(&audience, &view, false);
        document["replies"] =
            replies.iter().map(|reply| line_json(&audience, reply, false)).collect();
        let text: String = std::iter::once(page(&view))
            .chain(replies.into_iter().map(|reply| format!("\n— {}", page(reply))))
            .collect();
        out.result(&document, &text);
        Ok(())
    }
}

fn page(view: &PostView<'_>) -> String {
    let mut page = vec![format!(
        "{}  {}  {}{}\n",
        find::short(&view.id.0),
        time(view.post.sent_ms),
        visible_line(view.name.unwrap_or("(no name)")),
        if view.post.by_publisher { ", publisher" } else { "" },
    )];
    for notice in notices(view) {
        page.push(format!("[{notice}]\n"));
    }
    if matches!(view.shown, Shown::Withdrawn(_)) {
        return page.concat();
    }
    if let Some(title) = &view.content.title {
        page.push(format!("\n{}\n", visible_line(title)));
    }
    page.push(format!("\n{}\n", visible(view.content.body.trim_end())));
    for (n, file) in view.content.attachments.iter().enumerate() {
        page.push(format!("  {}. {}  {}\n", n + 1, visible_line(&file.name), size(file.size)));
    }
    page.concat()
}

fn notices(view: &PostView<'_>) -> Vec<String> {
    let mut notices = Vec::new();
    match view.shown {
        Shown::Original => {}
        Shown::Corrected(by) => notices.push(format!("corrected by {}", find::short(&by.0))),
        Shown::Withdrawn(by) => notices.push(format!("withdrawn by {}", find::short(&by.0))),
    }
    if view.post.pending {
        notices.push("waits for approval: members do not see it yet".into());
    }
    if view.post.earlier_rules {
        notices.push("sent under earlier rules of this audience".into());
    }
    if view.post.gap > 0 {
        notices.push(format!("{} earlier posts of this author never arrived", view.post.gap));
    }
    if view.post.thread_unavailable {
        notices.push("belongs to a post that this account cannot get".into());
    }
    notices
}

/// A word for machines that asked for something done to a post.
pub(super) fn done(post: &[u8; 32], what: &str) -> serde_json::Value {
    json!({ "post": hex::encode(post), "done": what })
}
