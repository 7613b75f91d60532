//! `kentongan audience role`: who acts for a pupil.

use clap::ValueEnum;
use kentongan_protocol::membership::MemberRole;
use serde_json::json;

use crate::base64url::encode;
use crate::cli::failure::Failure;
use crate::cli::names::{audience_or_only, member, person};
use crate::cli::session::{Session, label};

/// Make a member a guardian, or a member again
#[derive(Debug, clap::Args)]
#[command(after_help = "\
Examples:
  kentongan audience role \"Kelas 7B\" \"Ibu Budi\" guardian
  kentongan audience role \"Kelas 7B\" Budi member

A guardian receives and writes as a member does, and is shown as one who acts for a pupil. No key changes.")]
pub(super) struct Args {
    /// Which audience
    audience: String,
    /// Whom: the name they gave, or the beginning of their account's id
    member: String,
    /// What they are
    #[arg(value_enum)]
    role: Role,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
enum Role {
    Member,
    Guardian,
}

/// Signs and sends it.
pub(super) async fn run(args: Args, session: &Session) -> Result<(), Failure> {
    let mut client = session.open().await?;
    let audience = audience_or_only(&client, Some(&args.audience))?;
    let members = client.members(&audience).await?;
    let line = member(&members, &args.member)?;
    let (role, word) = match args.role {
        Role::Member => (MemberRole::Member, "member"),
        Role::Guardian => (MemberRole::Guardian, "guardian"),
    };
    client.change_role(&audience, &line.account, role).await?;
    let who = person(line.name.as_deref(), &line.account);
    session.output.show(
        &json!({ "account": encode(line.account.0), "role": word }),
        &format!("{who} is a {word} of {}.", label(&client, &audience)),
    )
}
