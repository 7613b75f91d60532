//! `kentongan status`: how far a post is, live if wanted.

use std::time::Duration;

use clap::Args;
use kentongan_protocol::ids::PostId;
use serde_json::json;

use super::output::Output;
use super::{Failure, find};
use crate::client::Client;
use crate::client::api::Status as Row;

/// How many have a post: made, delivered, acknowledged
#[derive(Args, Debug)]
#[command(after_help = "Examples:\n  kentongan status 90ab12\n  kentongan status 90ab12 --watch")]
pub(super) struct Status {
    /// The start of the post's id
    post: String,
    /// Go on until every recipient's copy is made
    #[arg(long)]
    watch: bool,
}

impl Status {
    pub(super) async fn run(self, client: &mut Client, out: Output) -> Result<(), Failure> {
        let (_, post) = find::post(client, &self.post).await?;
        let mut row = client.api().status(&post.0).await?;
        if self.watch {
            row = watch(client, &post, row, out).await?;
        }
        out.result(&json!({ "post": hex::encode(post.0), "status": row }), &text(&row));
        Ok(())
    }
}

/// Follows the fan-out by live events, looking by itself now and then in case one is lost.
async fn watch(client: &Client, post: &PostId, mut row: Row, out: Output) -> Result<Row, Failure> {
    let bar = out.bar(row.recipients.total.unsigned_abs(), "Making copies", false);
    let mut events = client.api().events(None).await?;
    loop {
        bar.set_length(row.recipients.total.unsigned_abs());
        bar.set_position(row.recipients.ready.unsigned_abs());
        if row.state != "pending" && row.cohorts.ready + row.cohorts.failed >= row.cohorts.total {
            bar.finish_and_clear();
            return Ok(row);
        }
        match tokio::time::timeout(Duration::from_secs(2), events.next()).await {
            Ok(Some(_)) | Err(_) => {}
            Ok(None) => events = client.api().events(None).await?,
        }
        row = client.api().status(&post.0).await?;
    }
}

fn text(row: &Row) -> String {
    let mut text = vec![format!(
        "State         {}{}\nCopies made   {} of {}\nDelivered     {}\nRead          {}\nAcknowledged  {}\n",
        row.state,
        if row.needed > 0 {
            format!(" ({} of {} approvals)", row.approvals, row.needed)
        } else {
            String::new()
        },
        row.recipients.ready,
        row.recipients.total,
        row.delivered,
        row.read,
        row.acknowledged,
    )];
    if row.cohorts.failed > 0 {
        text.push(format!(
            "{} of {} cohorts failed and will be tried again; the operator's log says why.\n",
            row.cohorts.failed, row.cohorts.total
        ));
    }
    text.concat()
}
