//! `kentongan retry`: puts what was given up back in the queue, on the hub's machine.

use kentongan_protocol::ids::PostId;
use serde_json::json;

use super::failure::Failure;
use super::format::plural;
use super::output::Output;
use super::running::{Settings, open};
use crate::base64url;
use crate::hub::Hub;
use crate::posts;
use crate::problem::Problem;

/// Try again to make a post ready where that was given up
#[derive(Debug, clap::Args)]
#[command(after_help = "\
Examples:
  kentongan retry --all --config /etc/kentongan.toml     every post of this hub
  kentongan retry 8sPajAxzH-XP1swa11SG9Np4aILmj0HM3S54vnLlDlY

A publisher sees what failed, why, and the post's id with `kentongan status --json`. Workers take it up again; a cohort that is
ready stays as it is.")]
pub(super) struct Args {
    /// The post's id
    #[arg(required_unless_present = "all", conflicts_with = "all", allow_hyphen_values = true)]
    post: Option<String>,
    /// Every post of which something failed
    #[arg(long)]
    all: bool,
    #[command(flatten)]
    settings: Settings,
}

/// Opens the hub, puts the cohorts back, and closes it.
pub(super) async fn run(args: Args, output: Output) -> Result<(), Failure> {
    let post = args.post.as_deref().map(parse).transpose()?;
    let hub = open(args.settings.load()?).await?;
    let done = put_back(&hub, post).await;
    hub.db.close().await;
    let (posts, cohorts) = done?;
    let text = if cohorts == 0 {
        "Nothing to try again: no cohort has failed.".to_owned()
    } else {
        format!("{} of {} back in the queue.", plural(cohorts, "cohort"), plural(posts, "post"))
    };
    output.show(&json!({ "posts": posts, "cohorts": cohorts }), &text)
}

fn parse(text: &str) -> Result<PostId, Failure> {
    let bytes = base64url::decode(text).and_then(|bytes| bytes.try_into().ok());
    bytes.map(PostId).ok_or_else(|| {
        Failure::usage("this is no post's id: `kentongan status --json` shows it as `post`")
    })
}

/// How many posts, and how many cohorts of them.
async fn put_back(hub: &Hub, post: Option<PostId>) -> Result<(u64, u64), Failure> {
    let broken = |problem: Problem| Failure::new("retry", problem.to_string());
    let named = post.is_some();
    let all = match post {
        Some(post) => vec![post],
        None => posts::failed(hub).await.map_err(broken)?,
    };
    let (mut posts, mut cohorts) = (0, 0);
    for post in all {
        match posts::retry(hub, &post).await.map_err(broken)? {
            Some(0) => {}
            Some(back) => (posts, cohorts) = (posts + 1, cohorts + back as u64),
            None if named => {
                return Err(Failure::new("not-found", "there is no such post on this hub"));
            }
            None => {}
        }
    }
    Ok((posts, cohorts))
}
