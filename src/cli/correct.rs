//! `kentongan correct`: a new wording in place of an earlier one.

use kentongan_protocol::post::Kind;
use serde_json::json;

use super::content::Content;
use super::failure::Failure;
use super::session::{Session, cannot};
use super::{drums, fetching, files, names};
use crate::base64url::encode;
use crate::client::api::AttachmentFor;
use crate::client::payload::PostBody;

/// Put a new wording in place of a post
#[derive(Debug, clap::Args)]
#[command(after_help = "\
Examples:
  kentongan correct 3 \"Nomor 1–8, bukan 1–10.\"
  kentongan correct 3 --title \"Pecahan, halaman 43\" --file tugas.txt

Title and files stay unless you give others, and so does what an assignment asks for: kentongan assign --change changes
that. Readers see that it was corrected, and by whom; what was read was read.")]
pub(super) struct Args {
    /// Its number in the inbox, or the beginning of its id
    post: String,
    #[command(flatten)]
    content: Content,
    /// Another title
    #[arg(long)]
    title: Option<String>,
    /// Leave out the files that were with it
    #[arg(long)]
    no_files: bool,
}

/// Seals and sends it.
pub(super) async fn run(mut args: Args, session: &Session) -> Result<(), Failure> {
    let mut content = args.content.read(args.title.take())?;
    let (mut client, numbers) = fetching::open(session).await?;
    let (audience, post) = names::post(&client, &numbers, &args.post)?;
    let view = client
        .post(&audience, &post)
        .ok_or_else(|| cannot("that post has gone: see `kentongan inbox`"))?;
    content.title = content.title.or_else(|| view.content.title.clone());
    let mut attachments = if args.no_files { Vec::new() } else { view.content.attachments.clone() };
    let added = files::upload(
        &mut client,
        &audience,
        &args.content.attach,
        AttachmentFor::Audience,
        session.output,
    )
    .await?;
    attachments.extend(added);
    let content = PostBody { attachments, ..content };
    let sent = client.send(&audience, Kind::Correction, Some(post), &content).await?;
    let waits = if sent.pending { " It waits for approvals." } else { "" };
    session.output.show(
        &json!({ "post": encode(post.0), "correction": encode(sent.post.0), "state": if sent.pending { "pending" } else { "accepted" } }),
        &format!("{} The correction takes its place.{waits}", drums::teak().apply_to("●")),
    )
}
