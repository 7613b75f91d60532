//! Watching a fan-out: a drum for each cohort, recipients, and the rate.

use std::time::{Duration, Instant};

use kentongan_protocol::ids::PostId;
use serde_json::{Value, json};

use super::row;
use super::tell::Teller;
use crate::cli::drums::Row;
use crate::cli::failure::Failure;
use crate::cli::format::number;
use crate::client::Client;
use crate::client::api::Status;

/// How often the hub is asked.
const LOOK: Duration = Duration::from_millis(25);

/// Watches a fan-out to its end and tells of it; recipients, cohorts, seconds and recipients a second.
pub(super) async fn watch(
    publisher: &Client,
    post: &PostId,
    began: Instant,
    teller: &Teller,
) -> Result<Value, Failure> {
    let mut tick = tokio::time::interval(LOOK);
    let mut last = None;
    let status = loop {
        tick.tick().await;
        let status = publisher.api().status(&post.0).await?;
        teller.redraw(&drums(&status));
        if last.as_ref() != Some(&status) {
            teller.fact(
                "progress",
                json!({ "cohorts": status.cohorts, "recipients": status.recipients }),
            )?;
        }
        if status.cohorts.failed > 0 {
            return Err(Failure::new(
                "fan-out",
                "a cohort's fan-out failed; run the tour again with RUST_LOG=info",
            ));
        }
        if status.cohorts.ready == status.cohorts.total {
            break status;
        }
        last = Some(status);
    };
    let seconds = began.elapsed().as_secs_f64();
    teller.keep();
    let recipients = status.recipients.ready;
    #[expect(
        clippy::cast_precision_loss,
        clippy::cast_possible_truncation,
        reason = "a rate for people"
    )]
    let rate = (recipients as f64 / seconds) as i64;
    teller.say(&format!(
        "{} ciphertexts, {:.2} s after it was sent: {} a second.",
        number(recipients.unsigned_abs()),
        seconds,
        number(rate.unsigned_abs())
    ));
    Ok(
        json!({ "recipients": recipients, "cohorts": status.cohorts.total, "seconds": seconds, "per_second": rate }),
    )
}

fn drums(status: &Status) -> String {
    let amounts = format!(
        "{} of {}",
        number(status.recipients.ready.unsigned_abs()),
        number(status.recipients.total.unsigned_abs())
    );
    let going = status.cohorts.ready < status.cohorts.total;
    Row { going, ..row(status.cohorts.ready.unsigned_abs(), status.cohorts.total.unsigned_abs()) }
        .line("fan-out", &amounts, "cohort")
}

/// Waits for a fan-out's end without a word.
pub(super) async fn wait(publisher: &Client, post: &PostId) -> Result<Status, Failure> {
    let mut tick = tokio::time::interval(LOOK);
    loop {
        tick.tick().await;
        let status = publisher.api().status(&post.0).await?;
        if status.cohorts.ready == status.cohorts.total || status.cohorts.failed > 0 {
            return Ok(status);
        }
    }
}
