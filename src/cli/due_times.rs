//! `kentongan due-times`: whether the hub may be told when homework is due.

use kentongan_protocol::ids::{AudienceId, PostId};
use serde_json::json;

use super::failure::Failure;
use super::names::audience_or_only;
use super::session::{Session, label};
use crate::base64url::encode;
use crate::client::Client;

/// Show or say whether the hub may be told when homework is due
#[derive(Debug, clap::Args)]
#[command(after_help = "\
Examples:
  kentongan due-times \"Kelas 7B\"
  kentongan due-times \"Kelas 7B\" --allow      an admin; then `kentongan assign --remind 24h` works
  kentongan due-times \"Kelas 7B\" --forbid     the hub forgets those it was told

A hub that may know when homework is due reminds whoever has handed nothing in, without a word of what it is. It is told nothing
but the time, and only of homework given with --remind. Everybody in the class can see whether it is allowed.")]
pub(super) struct Args {
    /// Which audience; may be left out while there is one
    audience: Option<String>,
    /// Let publishers tell the hub
    #[arg(long, conflicts_with = "forbid")]
    allow: bool,
    /// Keep due times from the hub, and have it forget those it knows
    #[arg(long)]
    forbid: bool,
}

/// Says it, or shows it.
pub(super) async fn run(args: Args, session: &Session) -> Result<(), Failure> {
    let client = session.open().await?;
    let audience = audience_or_only(&client, args.audience.as_deref())?;
    if args.allow || args.forbid {
        client.allow_due_times(&audience, args.allow).await?;
    }
    let allowed = client.due_times_allowed(&audience).await?;
    let name = label(&client, &audience);
    let text = if allowed {
        format!("{name}: publishers may tell the hub when homework is due, for its reminders.")
    } else {
        format!("{name}: the hub is not told when homework is due, and reminds nobody.")
    };
    session.output.show(&json!({ "audience": encode(audience.0), "allowed": allowed }), &text)
}

/// When the hub is to remind of an assignment, as `kentongan assign` asks for it.
#[derive(Clone, Copy, Debug, clap::Args)]
pub(super) struct Reminder {
    /// Have the hub remind whoever has handed nothing in, so long before it is due: 90m, 24h, 3d
    #[arg(long, value_name = "BEFORE", value_parser = before, conflicts_with_all = UNSENT)]
    remind: Option<u64>,
}

/// What `kentongan assign` does without a new post.
const UNSENT: [&str; 8] =
    ["pupil", "draft", "drafts", "change", "withdraw", "discard", "copy_from", "shift"];

impl Reminder {
    /// When the hub reminds of work that is due then, if it was asked to.
    pub(super) fn at(self, due_ms: Option<u64>) -> Option<u64> {
        Some(due_ms?.saturating_sub(self.remind?))
    }

    /// The due time and when to remind, if that was asked for, makes sense for work that begins at `begins_ms`, and is
    /// allowed in the audience: asked before anything is sent.
    pub(super) async fn of(
        self,
        client: &Client,
        audience: &AudienceId,
        due_ms: Option<u64>,
        begins_ms: u64,
    ) -> Result<Option<(u64, u64)>, Failure> {
        let Some(before) = self.remind else { return Ok(None) };
        let due_ms = due_ms.ok_or_else(|| {
            Failure::usage("nobody can be reminded of what is never due: give a --due")
        })?;
        let remind_ms = due_ms.saturating_sub(before);
        if remind_ms <= begins_ms.max(client.now()) {
            return Err(Failure::usage(
                "the reminder would come before anybody can begin: give a shorter --remind",
            ));
        }
        if !client.due_times_allowed(audience).await? {
            return Err(Failure::new(
                "not-allowed",
                "this class keeps due times from the hub: an admin allows them with `kentongan due-times --allow`",
            ));
        }
        Ok(Some((due_ms, remind_ms)))
    }
}

/// Tells the hub, once the work was given; that it was is said where this fails.
pub(super) async fn tell(
    client: &Client,
    work: &PostId,
    reminder: Option<(u64, u64)>,
) -> Result<(), Failure> {
    let Some((due_ms, remind_ms)) = reminder else { return Ok(()) };
    client.tell_due(work, due_ms, remind_ms).await.map_err(|error| {
        let failure = Failure::from(error);
        let detail = format!("it was given, but the hub will not remind of it: {}", failure.detail);
        Failure { detail, ..failure }
    })
}

/// The milliseconds of a span as people write it: `90m`, `24h`, `3d`.
fn before(text: &str) -> Result<u64, String> {
    let unit_ms = |unit| match unit {
        'm' => Some(60_000),
        'h' => Some(3_600_000),
        'd' => Some(24 * 3_600_000),
        _ => None,
    };
    let span = || {
        let unit = text.chars().last()?;
        let number: u64 = text.strip_suffix(unit)?.parse().ok()?;
        number.checked_mul(unit_ms(unit)?).filter(|ms| *ms > 0)
    };
    span().ok_or_else(|| "expected a span like 90m, 24h or 3d".to_owned())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_span_is_read_as_people_write_it() {
        assert_eq!(before("90m"), Ok(5_400_000));
        assert_eq!(before("24h"), Ok(86_400_000));
        assert_eq!(before("3d"), before("72h"));
        for bad in ["", "h", "24", "-1h", "0d", "1w", "1.5h", "99999999999999999999h", "2ʰ"] {
            assert!(before(bad).is_err(), "{bad}");
        }
    }
}
