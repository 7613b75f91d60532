//! `kentongan assign --draft`, `--drafts`, `--give` and `--discard`: assignments that are kept on this machine.

use std::fmt::Write as _;

use console::Style;
use kentongan_protocol::ids::{AudienceId, PostId};
use serde_json::{Value, json};

use super::Args;
use crate::base64url::{B64, encode};
use crate::cli::failure::{Failure, file};
use crate::cli::format::{plural, time};
use crate::cli::names::{audience, audience_or_only, begins, one, short};
use crate::cli::session::{Session, cannot, label};
use crate::cli::{ask, clean, drums, fetching, files, show};
use crate::client::Client;
use crate::client::api::AttachmentFor;
use crate::client::device::AssignmentDraft;
use crate::client::payload::PostBody;

/// Keeps it.
pub(super) async fn keep(args: &Args, content: PostBody, session: &Session) -> Result<(), Failure> {
    let mut client = session.open_offline()?;
    let class = audience_or_only(&client, args.to.as_deref())?;
    let whole = |path: &std::path::PathBuf| std::path::absolute(path).map_err(file(path));
    let files = args.content.attach.iter().map(whole).collect::<Result<Vec<_>, _>>()?;
    let id = client.new_work();
    let draft = AssignmentDraft { content, files, for_chosen: false };
    client.keep_assignment(&class, &id, draft).await?;
    session.output.show(
        &json!({ "draft": encode(id.0), "audience": encode(class.0), "work_state": "DRAFT" }),
        &format!("◐ Kept on this machine ({}).", short(&id.0)),
    )?;
    session.output.hint(&format!("Give it: kentongan assign --give {}", short(&id.0)));
    Ok(())
}

/// Lists what is kept.
pub(super) fn list(to: Option<&str>, session: &Session) -> Result<(), Failure> {
    let client = session.open_offline()?;
    let only = to.map(|name| audience(&client, name)).transpose()?;
    let (mut text, mut items) = (String::new(), Vec::<Value>::new());
    let classes = client.audience_ids().into_iter();
    for class in classes.filter(|class| only.is_none_or(|only| only == *class)) {
        for (id, draft) in client.assignment_drafts(&class) {
            let homework = &draft.content.homework;
            let mut detail = vec![label(&client, &class)];
            detail.extend(homework.due_ms.map(|due| format!("due {}", time(due))));
            let files = draft.files.len() + draft.content.attachments.len();
            detail.extend((files > 0).then(|| plural(files as u64, "file")));
            detail.extend(draft.for_chosen.then(|| "was for chosen pupils".to_owned()));
            let detail = Style::new().dim().apply_to(detail.join(" · "));
            let heading = show::heading(&draft.content);
            let _ = writeln!(text, "  {} ◐ {heading}\n             {detail}", short(&id.0));
            items.push(json!({
                "draft": encode(id.0), "audience": encode(class.0),
                "audience_label": label(&client, &class), "title": draft.content.title,
                "body": draft.content.body, "homework": homework, "files": files,
                "for_chosen": draft.for_chosen,
            }));
        }
    }
    if items.is_empty() {
        text.push_str("Nothing is kept.");
    }
    session.output.show(&json!({ "items": items }), &text)
}

/// Gives what is kept, with what is said besides in its place.
pub(super) async fn give(mut args: Args, name: &str, session: &Session) -> Result<(), Failure> {
    files::check(&args.content.attach)?;
    let text = args.content.given()?;
    let mut client = session.open().await?;
    let (class, id) = named(&client, name)?;
    let draft = kept(&client, &class, &id)?;
    files::check(&draft.files)?;
    let homework = args.asked.over(&draft.content.homework, None)?;
    let title = args.title.take().or_else(|| draft.content.title.clone());
    let body = text.unwrap_or_else(|| draft.content.body.clone());
    if draft.for_chosen && args.pupil.is_empty() {
        let everybody =
            format!("it was for chosen pupils, and goes to all of {}", label(&client, &class));
        ask::confirm(&everybody, args.yes, "--yes, or for whom with --pupil")?;
    }
    if let Some(gone) = client.missing_file(&class, &draft.content).await? {
        return Err(cannot(format!(
            "the hub has not kept {}: throw the draft away with --discard and copy or write it again",
            clean::line(&gone.file_name())
        )));
    }
    let paths = [&draft.files[..], &args.content.attach].concat();
    let added =
        files::upload(&mut client, &class, &paths, AttachmentFor::Audience, session.output).await?;
    let attachments = draft.content.attachments.iter().cloned().chain(added).collect();
    let content = PostBody { title, body, attachments, homework, ..draft.content };
    if !args.pupil.is_empty() {
        return give_to(&mut client, &class, &id, &content, &args, session).await;
    }
    let sent = client.give_assignment(&class, &id, &content).await?;
    if let Err(failure) = fetching::posts(&mut client, &class, session.output).await {
        session.output.hint(&failure.detail);
    }
    let (state, whom) = (if sent.pending { "pending" } else { "accepted" }, label(&client, &class));
    super::told(&client, &class, &sent.post, state, &whom, &content, &args, session)
}

/// Gives it to those who are named; who has it already when the same is said again is sent nothing.
async fn give_to(
    client: &mut Client,
    class: &AudienceId,
    id: &PostId,
    content: &PostBody,
    args: &Args,
    session: &Session,
) -> Result<(), Failure> {
    let members = client.members(class).await?;
    let (accounts, names): (Vec<_>, Vec<_>) =
        super::pupils(&members, &args.pupil)?.into_iter().unzip();
    let bar = drums::progress(session.output.draws(), "letters", accounts.len() as u64, false);
    let given =
        client.give_assignment_to(class, id, &accounts, content, &|n| bar.set_position(n)).await;
    bar.finish_and_clear();
    given?;
    fetching::record(client, class, session.output).await;
    super::told(client, class, id, "accepted", &names.join(", "), content, args, session)
}

/// Throws away what is kept.
pub(super) async fn discard(name: &str, session: &Session) -> Result<(), Failure> {
    let mut client = session.open_offline()?;
    let (class, id) = named(&client, name)?;
    client.discard_assignment(&class, &id).await?;
    session.output.show(
        &json!({ "draft": encode(id.0), "audience": encode(class.0) }),
        &format!("{} It is thrown away.", drums::teak().apply_to("●")),
    )
}

fn named(client: &Client, name: &str) -> Result<(AudienceId, PostId), Failure> {
    let classes = client.audience_ids();
    let all = classes
        .iter()
        .flat_map(|class| client.assignment_drafts(class).map(move |(id, _)| (*class, id)));
    let found = all.filter(|(_, id)| begins(&id.0, name)).collect();
    one(found, "draft", "kentongan assign --drafts", name)
}

fn kept(client: &Client, class: &AudienceId, id: &PostId) -> Result<AssignmentDraft, Failure> {
    let local = client.local(class).and_then(|local| local.assignments.get(&B64(id.0)));
    local.cloned().ok_or_else(|| cannot("that draft has gone: look at `kentongan assign --drafts`"))
}
