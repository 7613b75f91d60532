//! `kentongan assign --copy-from`: the assignments of one class for another, as at the turn of a year.
//!
//! Invariant: what the other class has a copy of already, given or kept, is not copied again.

use kentongan_protocol::ids::{AudienceId, PostId};
use kentongan_protocol::post::Kind;
use serde_json::{Value, json};

use super::Args;
use crate::base64url::{B64, encode};
use crate::cli::drums::progress;
use crate::cli::failure::Failure;
use crate::cli::format::{days_later, of, plural, time};
use crate::cli::names::{audience, audience_or_only};
use crate::cli::session::{Session, cannot, label};
use crate::cli::{ask, clean, drums, fetching, show};
use crate::client::Client;
use crate::client::device::AssignmentDraft;
use crate::client::homework::CourseWork;
use crate::client::payload::{Attachment, Homework, PostBody};

/// Shows what would be copied, asks, and copies.
pub(super) async fn run(args: &Args, from: &str, session: &Session) -> Result<(), Failure> {
    let (mut client, _) = fetching::open(session).await?;
    let source = audience(&client, from)?;
    let target = audience_or_only(&client, args.to.as_deref())?;
    if source == target {
        return Err(Failure::usage("name another class with --to: these are its own assignments"));
    }
    let (to_copy, there) = works(&client, &source, &target, args.shift.unwrap_or(0));
    let (from, to) = (label(&client, &source), label(&client, &target));
    if to_copy.is_empty() && there == 0 {
        return Err(cannot(format!("there is nothing to copy: {from} has no assignments")));
    }
    preview(&to_copy, session);
    let many = plural(to_copy.len() as u64, "assignment");
    if !to_copy.is_empty() {
        let how = if args.draft { "kept as drafts for" } else { "given at once to everybody in" };
        ask::confirm(&format!("{many} of {from}: {how} {to}"), args.yes, "--yes")?;
    }
    let whole = to_copy.len() as u64;
    let (mut items, mut done) = (Vec::<Value>::new(), 0);
    for (work, content) in to_copy {
        let copied = copy(&mut client, &source, &target, &work, content, args.draft, session).await;
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
        }),
        &format!("{} {many} copied to {to}.{there_text}", drums::teak().apply_to("●")),
    )
}

/// What is to be copied in the order in which it was given, and how much is there already.
fn works(
    client: &Client,
    source: &AudienceId,
    target: &AudienceId,
    days: i32,
) -> (Vec<(PostId, PostBody)>, u64) {
    let copied = client.copied(target);
    let mut works = client.works();
    works.retain(|work| {
        work.audience == *source && work.chosen.is_none() && work.state == CourseWork::Published
    });
    works.sort_by_key(|work| (work.given_ms, work.id.0));
    let all = works.len();
    works.retain(|work| !copied.contains(&work.id));
    let there = (all - works.len()) as u64;
    let later = |work: &crate::client::homework::Work<'_>| {
        let content = work.copy();
        let homework = shifted(&content.homework, days);
        (work.id, PostBody { homework, ..content })
    };
    (works.iter().map(later).collect(), there)
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

fn preview(works: &[(PostId, PostBody)], session: &Session) {
    for (_, content) in works {
        let due = content.homework.due_ms.map(|due| format!(" · due {}", time(due)));
        let files = content.attachments.len() as u64;
        let files = (files > 0).then(|| format!(" · {}", plural(files, "file")));
        session.output.hint(&format!(
            "  {}{}{}",
            show::heading(content),
            due.unwrap_or_default(),
            files.unwrap_or_default()
        ));
    }
}

async fn copy(
    client: &mut Client,
    source: &AudienceId,
    target: &AudienceId,
    work: &PostId,
    content: PostBody,
    draft: bool,
    session: &Session,
) -> Result<Value, Failure> {
    let (title, due_ms) = (show::heading(&content), content.homework.due_ms);
    let mut document = json!({ "copy_of": encode(work.0), "title": title, "due_ms": due_ms });
    if draft {
        let copied_from = Some(B64(source.0));
        let draft = AssignmentDraft { content, files: Vec::new(), copied_from };
        client.keep_assignment(target, work, draft).await?;
        document["draft"] = json!(encode(work.0));
        return Ok(document);
    }
    let attachments = reseal(client, Some(*source), target, &content, session).await?;
    let content = PostBody { attachments, ..content };
    let sent = client.send(target, Kind::Assignment, None, &content).await?;
    document["work"] = json!(encode(sent.post.0));
    document["state"] = json!(if sent.pending { "pending" } else { "accepted" });
    Ok(document)
}

/// The files of a content, sealed for `to`, where they are another class's.
pub(super) async fn reseal(
    client: &mut Client,
    from: Option<AudienceId>,
    to: &AudienceId,
    content: &PostBody,
    session: &Session,
) -> Result<Vec<Attachment>, Failure> {
    let Some(from) = from else { return Ok(content.attachments.clone()) };
    let mut resealed = Vec::with_capacity(content.attachments.len());
    for attachment in &content.attachments {
        let (name, size) = (clean::line(&attachment.file_name()), attachment.size);
        let bar = progress(session.output.draws(), &name, size, true);
        let done = client.reseal(&from, to, attachment, &|n| bar.set_position(n.min(size))).await;
        bar.finish_and_clear();
        resealed.push(done?);
    }
    Ok(resealed)
}
