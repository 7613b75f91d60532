//! `kentongan return --draft` and `--drafts`: marks that are written now and given later, on any of the teacher's devices.

use kentongan_protocol::ids::{AudienceId, PostId};
use serde_json::{Value, json};

use super::{Args, told};
use crate::base64url::encode;
use crate::cli::failure::Failure;
use crate::cli::format::plural;
use crate::cli::names::person;
use crate::cli::session::{Session, cannot};
use crate::cli::{ask, clean, drums, fetching};
use crate::client::Client;
use crate::client::homework::{Pupil, Verdict};
use crate::client::records::MarkDraft;

/// Keeps what is said about one pupil's work, beside the files that were kept before; throws it away where nothing is said.
pub(super) async fn keep(
    client: &mut Client,
    audience: &AudienceId,
    work: &PostId,
    pupil: &Pupil,
    args: &Args,
    session: &Session,
) -> Result<(), Failure> {
    let kept = client.marks(audience, work).get(&pupil.account).map(|kept| (*kept).clone());
    let draft = args.says().then(|| MarkDraft {
        mark: args.mark.clone(),
        body: args.feedback.clone().unwrap_or_default(),
        redo: args.redo,
        attachments: kept.as_ref().map(|kept| kept.attachments.clone()).unwrap_or_default(),
    });
    if draft.is_none() && kept.is_none() {
        return Err(cannot("nothing is kept for that pupil: give --mark, --feedback or --redo"));
    }
    client.keep_mark(audience, work, &pupil.account, draft.clone()).await?;
    fetching::record(client, audience, session.output).await;
    let name = person(pupil.name.as_deref(), &pupil.account);
    let text = match draft {
        Some(_) => format!("◐ Kept for {name}, on your devices only."),
        None => format!("◯ What was kept for {name} is thrown away."),
    };
    let document = json!({
        "work": encode(work.0), "account": encode(pupil.account.0), "name": pupil.name,
        "draft": draft.as_ref().map(document),
    });
    session.output.show(&document, &text)
}

/// A draft for machines.
pub(in crate::cli) fn document(draft: &MarkDraft) -> Value {
    json!({
        "mark": draft.mark, "feedback": draft.body, "redo": draft.redo,
        "files": draft.attachments.len(),
    })
}

/// A draft in a word or two.
pub(in crate::cli) fn words(draft: &MarkDraft) -> String {
    match &draft.mark {
        Some(mark) => format!("draft: mark {}", clean::line(mark)),
        None if draft.redo => "draft: to be done again".to_owned(),
        None => "draft".to_owned(),
    }
}

/// Returns everything that was kept about a work, after saying to whom.
pub(super) async fn give(
    client: &mut Client,
    audience: &AudienceId,
    work: &PostId,
    board: &[Pupil],
    args: &Args,
    session: &Session,
) -> Result<(), Failure> {
    let marks = client.marks(audience, work);
    let whom = board.iter().filter_map(|pupil| Some((pupil, marks.get(&pupil.account)?)));
    let whom: Vec<_> = whom.map(|(pupil, draft)| (pupil, (*draft).clone())).collect();
    if whom.is_empty() {
        return Err(cannot("nothing is kept: `kentongan return WORK PUPIL --mark … --draft` does"));
    }
    let named: Vec<_> = whom
        .iter()
        .map(|(pupil, draft)| {
            format!("{} ({})", person(pupil.name.as_deref(), &pupil.account), words(draft))
        })
        .collect();
    let many = plural(whom.len() as u64, "pupil");
    ask::confirm(&format!("{}: returned to {many}", named.join(", ")), args.yes, "--yes")?;
    let mut items = Vec::<Value>::new();
    for (pupil, draft) in whom {
        let verdict = Verdict::from(draft);
        let sent = client.give_back(audience, work, &pupil.account, verdict).await;
        items.push(told(pupil, sent.map_err(Failure::from), items.len())?);
    }
    fetching::record(client, audience, session.output).await;
    session.output.show(
        &json!({ "work": encode(work.0), "items": items }),
        &format!("{} Returned to {many}.", drums::leaf().apply_to("◉")),
    )
}
