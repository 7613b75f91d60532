//! `kentongan assign --copy-from`: the assignments of one class for another, as at the turn of a year.
//!
//! Invariant: what the other class has a copy of already, given or kept, is not copied again.

use kentongan_protocol::ids::{AudienceId, PostId};
use kentongan_protocol::post::Kind;
use serde_json::{Value, json};

use super::Args;
use crate::base64url::encode;
use crate::cli::drums::progress;
use crate::cli::failure::Failure;
use crate::cli::format::{days_later, of, plural, time};
use crate::cli::names::{audience, audience_or_only};
use crate::cli::session::{Session, cannot, label};
use crate::cli::{ask, clean, drums, fetching, show};
use crate::client::Client;
use crate::client::device::AssignmentDraft;
use crate::client::homework::{CourseWork, Work};
use crate::client::payload::{Homework, PostBody};

/// Shows what would be copied, asks, and copies.
pub(super) async fn run(args: &Args, from: &str, session: &Session) -> Result<(), Failure> {
    let (mut client, _) = fetching::open(session).await?;
    let source = audience(&client, from)?;
    let target = audience_or_only(&client, args.to.as_deref())?;
    if source == target {
        return Err(Failure::usage("name another class with --to: these are its own assignments"));
    }
    let Found { to_copy, there, left_out } = works(&client, &source, &target, args);
    let (from, to) = (label(&client, &source), label(&client, &target));
    if to_copy.is_empty() && there == 0 && left_out.is_empty() {
        return Err(cannot(format!("there is nothing to copy: {from} has no assignments")));
    }
    preview(&to_copy, &left_out, args.draft, session);
    let many = plural(to_copy.len() as u64, "assignment");
    if !to_copy.is_empty() {
        let how = if args.draft { "kept as drafts for" } else { "given at once to everybody in" };
        ask::confirm(&format!("{many} of {from}: {how} {to}"), args.yes, "--yes")?;
    }
    let whole = to_copy.len() as u64;
    let (mut items, mut done) = (Vec::<Value>::new(), 0);
    for (work, one) in to_copy {
        let copied = copy(&mut client, &source, &target, &work, one, args.draft, session).await;
        items.push(copied.map_err(|failure| Failure {
            detail: format!(
                "{} ({} copied: the same again goes on from there)",
                failure.detail,
                of(done, whole)
            ),
            ..failure
        })?);
        done += 1;
    }
    if let Err(failure) = fetching::posts(&mut client, &target, session.output).await {
        session.output.hint(&failure.detail);
    }
    let there_text = if there > 0 {
        format!(" {} there already.", plural(there, "copy"))
    } else {
        String::new()
    };
    session.output.show(
        &json!({
            "from": encode(source.0), "to": encode(target.0), "items": items, "there_already": there,
            "left_out": left_out.iter().map(|(work, draft)| told(work, draft)).collect::<Vec<_>>(),
        }),
        &format!("{} {many} copied to {to}.{there_text}", drums::teak().apply_to("●")),
    )
}

/// What there is to copy.
struct Found {
    /// In the order in which it was given; its files are still the other class's.
    to_copy: Vec<(PostId, AssignmentDraft)>,
    /// How much is there already.
    there: u64,
    /// What was for chosen pupils, and nobody asked for.
    left_out: Vec<(PostId, AssignmentDraft)>,
}

fn works(client: &Client, source: &AudienceId, target: &AudienceId, args: &Args) -> Found {
    let (copied, days) = (client.copied(target), args.shift.unwrap_or(0));
    let mut works = client.works();
    works.retain(|work| work.audience == *source && work.state == CourseWork::Published);
    works.sort_by_key(|work| (work.given_ms, work.id.0));
    let (there, works): (Vec<_>, _) = works.into_iter().partition(|work| copied.contains(&work.id));
    let later = |work: &Work<'_>| {
        let content = work.copy();
        let homework = shifted(&content.homework, days);
        let content = PostBody { homework, ..content };
        let for_chosen = work.chosen.is_some();
        (work.id, AssignmentDraft { content, files: Vec::new(), for_chosen })
    };
    let wanted = |(_, draft): &(_, AssignmentDraft)| args.for_chosen || !draft.for_chosen;
    let (to_copy, left_out) = works.iter().map(later).partition(wanted);
    Found { to_copy, there: there.len() as u64, left_out }
}

fn told(work: &PostId, draft: &AssignmentDraft) -> Value {
    json!({ "copy_of": encode(work.0), "title": show::heading(&draft.content), "for_chosen": draft.for_chosen })
}

fn shifted(homework: &Homework, days: i32) -> Homework {
    let later = |ms: Option<u64>| ms.map(|ms| days_later(ms, days));
    Homework {
        due_ms: later(homework.due_ms),
        cutoff_ms: later(homework.cutoff_ms),
        opens_ms: later(homework.opens_ms),
        ..homework.clone()
    }
}

fn preview(
    works: &[(PostId, AssignmentDraft)],
    left_out: &[(PostId, AssignmentDraft)],
    draft: bool,
    session: &Session,
) {
    for (_, AssignmentDraft { content, for_chosen, .. }) in works {
        let due = content.homework.due_ms.map(|due| format!(" · due {}", time(due)));
        let files = content.attachments.len() as u64;
        let files = (files > 0).then(|| format!(" · {}", plural(files, "file")));
        session.output.hint(&format!(
            "  {}{}{}{}",
            show::heading(content),
            due.unwrap_or_default(),
            files.unwrap_or_default(),
            if *for_chosen { " · was for chosen pupils: choose them anew" } else { "" }
        ));
    }
    let how = if draft { "--for-chosen copies it" } else { "--draft --for-chosen copies it" };
    for (_, AssignmentDraft { content, .. }) in left_out {
        let title = show::heading(content);
        session.output.hint(&format!("  {title} · left out, was for chosen pupils: {how}"));
    }
}

async fn copy(
    client: &mut Client,
    source: &AudienceId,
    target: &AudienceId,
    work: &PostId,
    one: AssignmentDraft,
    draft: bool,
    session: &Session,
) -> Result<Value, Failure> {
    let due_ms = one.content.homework.due_ms;
    let mut document = told(work, &one);
    document["due_ms"] = json!(due_ms);
    // Sealed now also for a draft: whoever gives it may have left the other class by then.
    let files = &one.content.attachments;
    let name = clean::line(&show::heading(&one.content));
    let size = files.iter().map(|file| file.size).sum();
    let bar = progress(session.output.draws() && size > 0, &name, size, true);
    let resealed = client.reseal(source, target, files, &|n| bar.set_position(n)).await;
    bar.finish_and_clear();
    let content = PostBody { attachments: resealed?, ..one.content };
    if draft {
        client.keep_assignment(target, work, AssignmentDraft { content, ..one }).await?;
        document["draft"] = json!(encode(work.0));
        return Ok(document);
    }
    let sent = client.send(target, Kind::Assignment, None, &content).await?;
    document["work"] = json!(encode(sent.post.0));
    document["state"] = json!(if sent.pending { "pending" } else { "accepted" });
    Ok(document)
}
