//! `kentongan reply`: an answer, to everyone in the thread or privately.

use kentongan_protocol::ids::{AccountId, AudienceId, PostId};
use kentongan_protocol::letter;
use kentongan_protocol::post::Kind;
use serde_json::json;

use super::content::Content;
use super::failure::Failure;
use super::names::person;
use super::session::{Session, cannot, label};
use super::{drums, fetching, files, names};
use crate::base64url::encode;
use crate::client::api::AttachmentFor;
use crate::client::payload::PostBody;
use crate::client::{Addressee, Client};

/// Answer a post, to everyone or privately
#[derive(Debug, clap::Args)]
#[command(after_help = "\
Examples:
  kentongan reply 3 \"Nomor 7 juga?\"                to everyone in the audience
  kentongan reply 3 \"Saya sakit.\" --private        to the publishers only; a publisher: to the author only
  kentongan reply 3 --private --attach tugas.jpg \\
      --file catatan.txt")]
pub(super) struct Args {
    /// Its number in the inbox, or the beginning of its id
    post: String,
    #[command(flatten)]
    content: Content,
    /// To the publishers only; from a publisher, to the author only
    #[arg(long)]
    private: bool,
}

/// Seals and sends it.
pub(super) async fn run(mut args: Args, session: &Session) -> Result<(), Failure> {
    let content = args.content.read(None)?;
    let (mut client, numbers) = fetching::open(session).await?;
    let (audience, post) = names::post_or_work(&client, &numbers, &args.post)?;
    if !args.private && client.post(&audience, &post).is_none() {
        return Err(cannot(
            "only chosen pupils have that assignment: ask its teachers with --private",
        ));
    }
    if args.private {
        return privately(&mut client, &audience, &post, content, &args, session).await;
    }
    let chain = client.sync(&audience).await?;
    client.require_replies(&chain)?;
    let attachments = files::upload(
        &mut client,
        &audience,
        &args.content.attach,
        AttachmentFor::Audience,
        session.output,
    )
    .await?;
    // Threads have one level: what answers a reply answers its root.
    let thread = client.post(&audience, &post).map_or(post, |view| match view.post.kind.as_str() {
        "reply" => PostId(view.post.thread.0),
        _ => post,
    });
    let content = PostBody { attachments, ..content };
    let sent = client.send(&audience, Kind::Reply, Some(thread), &content).await?;
    session.output.show(
        &json!({ "post": encode(sent.post.0), "audience": encode(audience.0), "thread": encode(thread.0), "private": false }),
        &format!("{} Your reply is on its way to everyone in {}.", drums::teak().apply_to("●"), label(&client, &audience)),
    )
}

async fn privately(
    client: &mut Client,
    audience: &AudienceId,
    post: &PostId,
    content: PostBody,
    args: &Args,
    session: &Session,
) -> Result<(), Failure> {
    let chain = client.sync(audience).await?;
    let publisher = chain.current().is_publisher(&client.vault().ik().public());
    let (to, whom) = if publisher {
        author(client, audience, post)?
    } else {
        (Addressee::Desk, "the publishers".into())
    };
    let readers = match to {
        Addressee::Desk => AttachmentFor::Desk,
        Addressee::Account(account) => AttachmentFor::Account(account.0),
    };
    let attachments =
        files::upload(client, audience, &args.content.attach, readers, session.output).await?;
    let content = PostBody { attachments, ..content };
    let taken =
        client.send_letter(audience, to, letter::Kind::Reply, Some(*post), &content).await?;
    session.output.show(
        &json!({
            "letter": encode(taken.letter.0), "audience": encode(audience.0), "thread": encode(post.0),
            "private": true, "received_ms": taken.received_ms,
        }),
        &format!("{} Sent to {whom} only.", drums::teak().apply_to("●")),
    )
}

/// A publisher answers the one who wrote.
fn author(
    client: &Client,
    audience: &AudienceId,
    post: &PostId,
) -> Result<(Addressee, String), Failure> {
    let view = client
        .post(audience, post)
        .ok_or_else(|| cannot("that post has gone: see `kentongan inbox`"))?;
    let account = AccountId::of(&view.author);
    if view.own {
        return Err(cannot(
            "that post is your own: to answer one member, answer their reply or their letter",
        ));
    }
    Ok((Addressee::Account(account), person(view.name, &account)))
}
