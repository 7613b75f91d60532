//! `kentongan audience new`: founding a class or a channel.

use clap::ValueEnum;
use kentongan_protocol::charter::{History, Replies};
use serde_json::json;

use crate::base64url::encode;
use crate::cli::failure::Failure;
use crate::cli::names::{same, short};
use crate::cli::session::{Session, cannot};
use crate::cli::{clean, drums};
use crate::client::Rules;

/// Make a class or a channel
#[derive(Debug, clap::Args)]
#[command(after_help = "\
Examples:
  kentongan audience new --class \"Kelas 7B\"                      members ask to join; they may reply
  kentongan audience new --channel \"Puskesmas Sukamaju\"          whoever has the link is in; no replies
  kentongan audience new --channel \"Warga RW 04\" --replies desk  they may write back, to the publishers only

The hub never learns the name: it is sealed inside what you post.")]
pub(super) struct Args {
    #[command(flatten)]
    kind: Kind,
    /// Where members may write: nowhere, to the publishers, or to everyone
    #[arg(long, value_name = "WHERE")]
    replies: Option<Where>,
    /// Give late joiners nothing that was posted before they came
    #[arg(long)]
    no_history: bool,
}

#[derive(Debug, clap::Args)]
#[group(required = true, multiple = false)]
struct Kind {
    /// A closed audience: members are admitted one by one, and reply to everyone
    #[arg(long, value_name = "NAME")]
    class: Option<String>,
    /// An open audience: a link lets anyone in, and nobody replies
    #[arg(long, value_name = "NAME")]
    channel: Option<String>,
}

/// Where members may write.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub(super) enum Where {
    None,
    Desk,
    Everyone,
}

impl From<Where> for Replies {
    fn from(place: Where) -> Self {
        match place {
            Where::None => Self::None,
            Where::Desk => Self::Desk,
            Where::Everyone => Self::Everyone,
        }
    }
}

/// Makes it.
pub(super) async fn run(args: Args, session: &Session) -> Result<(), Failure> {
    let is_class = args.kind.class.is_some();
    let name = args.kind.class.or(args.kind.channel).unwrap_or_default();
    if name.trim().is_empty() {
        return Err(Failure::usage("an audience needs a name: --class \"Kelas 7B\""));
    }
    let usual = if is_class { Where::Everyone } else { Where::None };
    let rules = Rules {
        replies: args.replies.unwrap_or(usual).into(),
        history: if args.no_history { History::FromJoining } else { History::SameKey },
    };
    let mut client = session.open().await?;
    let taken = client
        .audience_ids()
        .into_iter()
        .any(|id| client.vault().audience(&id).is_some_and(|keys| same(&keys.label, &name)));
    if taken {
        return Err(cannot(format!(
            "you have an audience called {name} already: choose another name"
        )));
    }
    let audience = client.found(name.trim(), rules).await?;
    let kind = if is_class { "class" } else { "channel" };
    let document = json!({ "audience": encode(audience.0), "label": name.trim(), "kind": kind });
    let text = format!(
        "{} The {kind} {} is made ({}).",
        drums::leaf().apply_to("●"),
        console::style(clean::line(name.trim())).bold(),
        short(&audience.0)
    );
    session.output.show(&document, &text)?;
    let open = if is_class { "" } else { " --open" };
    session
        .output
        .hint(&format!("Next: kentongan audience link \"{}\"{open}", clean::line(name.trim())));
    Ok(())
}
