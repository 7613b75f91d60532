//! `kentongan audience rotate`, `staff`, `rules`, `renew`, `leave`: what changes the charter.

use clap::{Args, ValueEnum};
use kentongan_protocol::charter::Role;
use kentongan_protocol::ids::{AccountId, AudienceId};
use serde_json::json;

use super::audience::RepliesTo;
use super::audience_members::{note_refused, refused_json};
use super::output::Output;
use super::{Failure, find};
use crate::client::{Cause, Client};

/// Give an audience new keys
#[derive(Args, Debug)]
#[command(
    after_help = "Examples:\n  kentongan audience rotate 'VII B'\n  kentongan audience rotate 'VII B' --without 4c1e\n\n\
    With --without, that member is shut out even if the hub helped them. Open links are closed; whoever came by one\n\
    joins again by a new one."
)]
pub(super) struct Rotate {
    /// Its name or the start of its id
    audience: String,
    /// The member to shut out
    #[arg(long, value_name = "ACCOUNT")]
    without: Option<String>,
}

/// Make somebody a publisher or admin, or take that away
#[derive(Args, Debug)]
#[command(
    after_help = "Examples:\n  kentongan audience staff 'VII B' --add ACCOUNT\n  kentongan audience staff 'VII B' --add ACCOUNT --role admin\n  \
    kentongan audience staff 'VII B' --remove 77d0\n  kentongan audience staff 'VII B' --share\n\n\
    They then run `kentongan join` with a link of the audience. Taking somebody away gives the audience new keys."
)]
pub(super) struct Staff {
    /// Its name or the start of its id
    audience: String,
    /// The whole account id of somebody to add, or to give another role
    #[arg(long, value_name = "ACCOUNT", required_unless_present_any = ["remove", "share"])]
    add: Option<String>,
    /// What they may do
    #[arg(long, value_enum, default_value_t = StaffRole::Publisher)]
    role: StaffRole,
    /// The publisher to take away
    #[arg(long, value_name = "ACCOUNT", conflicts_with = "add")]
    remove: Option<String>,
    /// Send the audience's keys to the other publishers again
    #[arg(long, conflicts_with_all = ["add", "remove"])]
    share: bool,
}

/// What staff may do.
#[derive(Clone, Copy, Debug, ValueEnum)]
enum StaffRole {
    /// Publish
    Publisher,
    /// Publish, and change the audience
    Admin,
}

/// Change an audience's rules
#[derive(Args, Debug)]
#[command(after_help = "Example:\n  kentongan audience rules 'Puskesmas Melati' --approvals 1")]
pub(super) struct Change {
    /// Its name or the start of its id
    audience: String,
    /// How many other publishers must approve a post
    #[arg(long, value_name = "N", required_unless_present = "replies")]
    approvals: Option<u8>,
    /// Where members may write
    #[arg(long, value_enum)]
    replies: Option<RepliesTo>,
}

/// Renew an audience's charter for three months
#[derive(Args, Debug)]
#[command(
    after_help = "Example:\n  kentongan audience renew 'VII B'\n\nAdmins' clients do this by themselves when a month is left."
)]
pub(super) struct Renew {
    /// Its name or the start of its id
    audience: String,
}

/// Leave an audience
#[derive(Args, Debug)]
#[command(after_help = "Example:\n  kentongan audience leave 'VII B'")]
pub(super) struct Leave {
    /// Its name or the start of its id
    audience: String,
}

impl Rotate {
    pub(super) async fn run(self, client: &mut Client, out: Output) -> Result<(), Failure> {
        let audience = find::audience(client, &self.audience)?;
        let cause = match self.without {
            None => Cause::Age,
            Some(name) => {
                let members = client.members(&audience).await?;
                Cause::Member(find::account(members.iter().map(|m| m.account), &name)?)
            }
        };
        rotate(client, &audience, cause, out).await
    }
}

async fn rotate(
    client: &mut Client,
    audience: &AudienceId,
    cause: Cause,
    out: Output,
) -> Result<(), Failure> {
    let bar = out.bar(0, "Enrolling", false);
    let rotated = client.rotate(audience, cause, &|n| bar.set_position(n)).await?;
    bar.finish_and_clear();
    let document = json!({
        "revision": rotated.revision,
        "cohorts": rotated.cohorts,
        "stayed": rotated.stayed,
        "rejoin": refused_json(&rotated.rejoin),
    });
    let text = format!(
        "New keys for {} cohorts; {} members stay, {} have to join again.",
        rotated.cohorts,
        rotated.stayed,
        rotated.rejoin.len()
    );
    out.result(&document, &text);
    note_refused(&rotated.rejoin, out);
    Ok(())
}

impl Staff {
    pub(super) async fn run(self, client: &mut Client, out: Output) -> Result<(), Failure> {
        let audience = find::audience(client, &self.audience)?;
        let chain = client.sync(&audience).await?;
        if self.share {
            client.share_secrets(&chain, None).await?;
            out.result(
                &json!({ "shared": true }),
                "The keys are on their way to the other publishers.",
            );
            return Ok(());
        }
        if let Some(name) = self.remove {
            let staff = &chain.current().staff;
            let account = find::account(staff.iter().map(|s| AccountId::of(&s.ik)), &name)?;
            let gone = staff.iter().find(|s| AccountId::of(&s.ik) == account).map(|s| s.ik);
            let gone =
                gone.ok_or_else(|| Failure::Refused("nobody of that id is on the staff".into()))?;
            return rotate(client, &audience, Cause::Publisher(gone), out).await;
        }
        let account = find::whole_account(&self.add.unwrap_or_default())?;
        let role = match self.role {
            StaffRole::Publisher => Role::Publisher,
            StaffRole::Admin => Role::Admin,
        };
        let revision = client.add_staff(&audience, &account, role).await?;
        out.result(
            &json!({ "added": hex::encode(account.0), "revision": revision }),
            "Added. They run `kentongan join` with a link of this audience, and receive its keys.",
        );
        Ok(())
    }
}

impl Change {
    pub(super) async fn run(self, client: &mut Client, out: Output) -> Result<(), Failure> {
        let audience = find::audience(client, &self.audience)?;
        let revision =
            client.set_rules(&audience, self.approvals, self.replies.map(Into::into)).await?;
        out.result(&json!({ "revision": revision }), &format!("Changed: revision {revision}."));
        Ok(())
    }
}

impl Renew {
    pub(super) async fn run(self, client: &mut Client, out: Output) -> Result<(), Failure> {
        let audience = find::audience(client, &self.audience)?;
        let revision = client.renew(&audience).await?;
        out.result(&json!({ "revision": revision }), &format!("Renewed: revision {revision}."));
        Ok(())
    }
}

impl Leave {
    pub(super) async fn run(self, client: &mut Client, out: Output) -> Result<(), Failure> {
        let audience = find::audience(client, &self.audience)?;
        client.leave(&audience).await?;
        out.result(
            &json!({ "left": hex::encode(audience.0) }),
            "You have left; nothing new reaches you.",
        );
        Ok(())
    }
}
