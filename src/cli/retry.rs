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

/// Try again what was given up: posts, and the history of late joiners
#[derive(Debug, clap::Args)]
#[command(after_help = "\
Examples:
  kentongan retry --all --config /etc/kentongan.toml     every post of this hub, and what late joiners were to be given
  kentongan retry 8sPajAxzH-XP1swa11SG9Np4aILmj0HM3S54vnLlDlY

A publisher sees what failed, why, and the post's id with `kentongan status --json`. Workers take it up again; a cohort that is
ready stays as it is.")]
pub(super) struct Args {
    /// The post's id
    #[arg(required_unless_present = "all", conflicts_with = "all", allow_hyphen_values = true)]
    post: Option<String>,
    /// Every post of which something failed, and earlier posts that late joiners were not given
    #[arg(long)]
    all: bool,
    #[command(flatten)]
    settings: Settings,
}

/// Opens the hub, puts the cohorts back, and closes it.
pub(super) async fn run(args: Args, output: Output) -> Result<(), Failure> {
    let post = args.post.as_deref().map(parse).transpose()?;
    let hub = open(args.settings.load()?).await?;
    let done = async {
        let histories = match post {
            Some(_) => 0,
            None => posts::retry_history(&hub).await.map_err(broken)?,
        };
        let (posts, cohorts) = put_back(&hub, post).await?;
        Ok::<_, Failure>((posts, cohorts, histories))
    };
    let done = done.await;
    hub.db.close().await;
    let (posts, cohorts, histories) = done?;
    let mut back = Vec::new();
    if cohorts > 0 {
        back.push(format!("{} of {}", plural(cohorts, "cohort"), plural(posts, "post")));
    }
    if histories > 0 {
        back.push(format!("earlier posts for {}", plural(histories, "late joiner")));
    }
    let text = if back.is_empty() {
        "Nothing to try again: nothing was given up.".to_owned()
    } else {
        format!("{} back in the queue.", back.join(", and "))
    };
    output.show(&json!({ "posts": posts, "cohorts": cohorts, "histories": histories }), &text)
}

#[expect(clippy::needless_pass_by_value, reason = "it is what `map_err` gives")]
fn broken(problem: Problem) -> Failure {
    Failure::new("retry", problem.to_string())
}

fn parse(text: &str) -> Result<PostId, Failure> {
    let bytes = base64url::decode(text).and_then(|bytes| bytes.try_into().ok());
    bytes.map(PostId).ok_or_else(|| {
        Failure::usage("this is no post's id: `kentongan status --json` shows it as `post`")
    })
}

/// How many posts, and how many cohorts of them.
async fn put_back(hub: &Hub, post: Option<PostId>) -> Result<(u64, u64), Failure> {
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
