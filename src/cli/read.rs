//! `kentongan read`: a post with its thread.

use serde_json::{Value, json};

use super::failure::Failure;
use super::session::Session;
use super::{drums, fetching, names, show, states};

/// Read a post and its thread
#[derive(Debug, clap::Args)]
#[command(after_help = "\
Examples:
  kentongan read 3
  kentongan read 3 --receipt        and let the publishers know that you have read it

Nobody learns that you read something unless you say so; `kentongan ack` says that you understood.")]
pub(super) struct Args {
    /// Its number in the inbox, or the beginning of its id
    post: String,
    /// Let the publishers know
    #[arg(long)]
    receipt: bool,
}

/// Shows it.
pub(super) async fn run(args: Args, session: &Session) -> Result<(), Failure> {
    let (client, mut numbers) = fetching::open(session).await?;
    let (audience, id) = names::post_or_work(&client, &numbers, &args.post)?;
    let all = client.posts(&audience);
    if let (None, Some(work)) = (client.post(&audience, &id), client.work(&audience, &id)) {
        let text = states::work_text(&client, &work, &args.post);
        return session.output.show(&states::work_document(&client, &work, &numbers), &text);
    }
    let named = all.iter().find(|view| view.id == id);
    // A reply is read where it was said: under its root.
    let root =
        named.and_then(|view| all.iter().find(|root| root.id.0 == view.post.thread.0)).or(named);
    let Some(root) = root else {
        return Err(super::session::cannot("that post has gone: see `kentongan inbox`"));
    };
    let thread: Vec<_> =
        all.iter().filter(|v| v.post.thread.0 == root.id.0 && v.post.kind == "reply").collect();
    let number = numbers.of_post(&root.id.0).unwrap_or_default();
    let mut document = show::post_document(&client, &audience, root, &numbers);
    document["replies"] = thread
        .iter()
        .map(|view| show::post_document(&client, &audience, view, &numbers))
        .collect::<Vec<Value>>()
        .into();
    let mut text = show::post_text(&client, &audience, root, number);
    if !thread.is_empty() {
        text.push('\n');
    }
    for view in &thread {
        text.push_str(&show::reply_text(view, &numbers));
    }
    if args.receipt && !root.own {
        client.api().receipt(&root.id.0, "read").await?;
        document["receipt"] = json!("read");
    }
    session.output.show(&document, &text)?;
    if !root.own && !root.post.acknowledged {
        session.output.hint(&format!(
            "\nUnderstood? {} kentongan ack {number}",
            drums::teak().for_stderr().apply_to("◉")
        ));
    }
    let ids: Vec<_> = thread.iter().map(|view| view.id.0).chain([root.id.0]).collect();
    drop(thread);
    numbers.note_read(&client, &ids)
}
