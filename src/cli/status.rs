//! `kentongan status`: how far a post has come, cohort by cohort and person by person.

use std::fmt::Write as _;

use clap::ValueEnum;
use kentongan_protocol::ids::{AudienceId, PostId};
use serde_json::{Value, json};

use super::drums::{Beat, Row, of_members};
use super::failure::Failure;
use super::format::{count, of, plural, time};
use super::session::{Session, cannot};
use super::{clean, drums, fetching, names, show, watch};
use crate::base64url::encode;
use crate::client::Client;
use crate::client::api::Status;

/// See how far a post has come
#[derive(Debug, clap::Args)]
#[command(after_help = "\
Examples:
  kentongan status                       your newest post
  kentongan status 3 --watch             live, until everybody has understood; Ctrl-C ends it earlier
  kentongan status --watch --until ready --json

The drums: ◯ waiting  ◐ under way  ● done  ◉ understood  ◌ failed, and tried again")]
pub(super) struct Args {
    /// Its number in the inbox, or the beginning of its id; your newest post unless told
    post: Option<String>,
    /// Follow it live
    #[arg(long)]
    watch: bool,
    /// With --watch: how far
    #[arg(long, value_enum, default_value_t = Until::Acknowledged, value_name = "STAGE", requires = "watch")]
    until: Until,
}

/// How far a post is followed.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub(super) enum Until {
    Ready,
    Delivered,
    Acknowledged,
}

impl Until {
    /// Whether `status` is this far.
    pub(super) fn reached(self, status: &Status) -> bool {
        let cohorts = &status.cohorts;
        let ready = status.state == "accepted" && cohorts.ready >= cohorts.total;
        let all = status.recipients.total;
        match self {
            _ if status.state == "lapsed" => true,
            Self::Ready => ready,
            Self::Delivered => ready && status.delivered >= all,
            Self::Acknowledged => ready && status.acknowledged >= all,
        }
    }
}

/// Shows it, once or live.
pub(super) async fn run(args: Args, session: &Session) -> Result<(), Failure> {
    let (client, numbers) = fetching::open(session).await?;
    let (audience, post) = match &args.post {
        Some(name) => names::post(&client, &numbers, name)?,
        None => newest(&client)?,
    };
    let headline =
        client.post(&audience, &post).map(|view| show::headline(&view)).unwrap_or_default();
    let subject = Subject {
        post,
        title: format!("{headline} → {}", super::session::label(&client, &audience)),
    };
    if args.watch {
        return watch::run(client, &subject, args.until, session.output).await;
    }
    let status = client.api().status(&post.0).await?;
    session.output.show(&subject.document(&status), &subject.text(&status))
}

/// The newest post of this account.
fn newest(client: &Client) -> Result<(AudienceId, PostId), Failure> {
    let all = client
        .audience_ids()
        .into_iter()
        .flat_map(|a| client.posts(&a).into_iter().map(move |v| (a, v)));
    let own = all.filter(|(_, view)| view.own).max_by_key(|(_, view)| view.post.sent_ms);
    own.map(|(audience, view)| (audience, view.id))
        .ok_or_else(|| cannot("you have posted nothing yet: kentongan post --to AUDIENCE \"…\""))
}

/// The post that is looked at.
pub(super) struct Subject {
    /// Its id.
    pub(super) post: PostId,
    title: String,
}

impl Subject {
    /// For machines.
    pub(super) fn document(&self, status: &Status) -> Value {
        let mut document = json!(status);
        document["post"] = json!(encode(self.post.0));
        document
    }

    /// For people.
    pub(super) fn text(&self, status: &Status) -> String {
        let mut text = format!("{}\n", console::style(&self.title).bold());
        match status.state.as_str() {
            "pending" => {
                let _ = writeln!(
                    text,
                    "  waits for approvals: {}",
                    of(count(status.approvals), count(status.needed))
                );
                return text;
            }
            "scheduled" => {
                let _ = writeln!(text, "  goes out on {}", time(status.release_ms.unwrap_or(0)));
                return text;
            }
            "lapsed" => {
                let reason = show::lapsed(status.lapse_reason.as_deref().unwrap_or_default());
                let _ = writeln!(text, "  lapsed: {reason}");
                return text;
            }
            _ => {}
        }
        text.push_str(&rows(status));
        let arithmetic = format!("  arithmetic  {}", clean::line(&status.arithmetic));
        let _ = writeln!(text, "{}", console::style(arithmetic).dim());
        for reason in &status.reasons {
            let reason = reason.as_str().map_or_else(|| reason.to_string(), ToOwned::to_owned);
            let _ = writeln!(text, "  {} {}", drums::chilli().apply_to("◌"), clean::line(&reason));
        }
        text
    }
}

fn rows(status: &Status) -> String {
    let all = count(status.recipients.total);
    if all == 0 {
        return "  nobody was a member when it was sent\n".to_owned();
    }
    let cohorts = &status.cohorts;
    let (ready, total) = (count(cohorts.ready), count(cohorts.total));
    let failed = count(cohorts.failed);
    let left = ready + failed < total;
    let row = Row {
        done: ready,
        missing: failed,
        whole: total,
        going: status.working && left,
        beat: Beat::On,
    };
    let amounts = format!(
        "{} of {}, {}",
        super::format::number(ready),
        plural(total, "cohort"),
        of_members(count(status.recipients.ready), all)
    );
    let mut text = row.line("prepared", &amounts, "cohort");
    if left && !status.working {
        let advice = "no worker is running: the post waits for one (operator: kentongan work)";
        let _ = write!(text, "\n  {} {advice}", drums::chilli().apply_to("◌"));
    }
    let people = |word: &str, done: i64, beat| {
        let row = Row { done: count(done), missing: 0, whole: all, going: false, beat };
        row.line(word, &of(count(done), all), "member")
    };
    text = format!("{text}\n{}\n", people("delivered", status.delivered, Beat::On));
    if status.read > 0 {
        let _ = writeln!(text, "{}", people("read", status.read, Beat::On));
    }
    let _ = writeln!(text, "{}", people("understood", status.acknowledged, Beat::Echo));
    text
}
