//! `kentongan audience staff`: who may publish, handed on and taken back.

use std::fmt::Write as _;

use kentongan_protocol::charter::{Charter, Role};
use kentongan_protocol::ids::{AccountId, AudienceId, IdentityKey};
use serde_json::{Value, json};

use super::show::staff;
use crate::base64url::encode;
use crate::cli::ask;
use crate::cli::failure::Failure;
use crate::cli::names::{account, audience_or_only, begins, one, same, short};
use crate::cli::session::{Session, label};
use crate::client::{Cause, Client};

/// Show, add or remove publishers
#[derive(Debug, clap::Args)]
#[command(after_help = "\
Examples:
  kentongan audience staff \"Kelas 7B\"
  kentongan audience staff \"Kelas 7B\" --add ACCOUNT            from `kentongan account show` on their side
  kentongan audience staff \"Kelas 7B\" --add ACCOUNT --admin    may change the rules and the staff too
  kentongan audience staff \"Kelas 7B\" --remove \"Pak Joko\"

Somebody new gets the keys in a sealed letter, and follows any link of the audience to be there. An admin who is added again gets the
keys again and stays an admin. Removing a publisher
replaces every key of the audience.")]
pub(super) struct Args {
    /// Which audience; may be left out while there is one
    audience: Option<String>,
    /// Make this account a publisher; its whole id
    #[arg(long, value_name = "ACCOUNT", allow_hyphen_values = true, conflicts_with = "remove")]
    add: Option<String>,
    /// With --add: an admin
    #[arg(long, requires = "add")]
    admin: bool,
    /// Take publishing from them: a name, or the beginning of their account's id
    #[arg(long, value_name = "WHO", allow_hyphen_values = true)]
    remove: Option<String>,
    /// Say yes
    #[arg(long)]
    yes: bool,
}

/// Does one of the three.
pub(super) async fn run(args: Args, session: &Session) -> Result<(), Failure> {
    let mut client = session.open().await?;
    let audience = audience_or_only(&client, args.audience.as_deref())?;
    match (&args.add, &args.remove) {
        (Some(who), _) => add(&mut client, &audience, who, &args, session).await,
        (_, Some(who)) => remove(&mut client, &audience, who, args.yes, session).await,
        _ => list(&mut client, &audience, session).await,
    }
}

async fn list(
    client: &mut Client,
    audience: &AudienceId,
    session: &Session,
) -> Result<(), Failure> {
    let chain = client.sync(audience).await?;
    let (mut text, mut items) = (String::new(), Vec::<Value>::new());
    for (account, name, role) in staff(client, chain.current()) {
        let _ = writeln!(text, "  {}  {name:<28} {role}", short(&account.0));
        items.push(json!({ "account": encode(account.0), "name": name, "role": role }));
    }
    session.output.show(&json!({ "items": items }), &text)
}

async fn add(
    client: &mut Client,
    audience: &AudienceId,
    who: &str,
    args: &Args,
    session: &Session,
) -> Result<(), Failure> {
    let (account, name) = (account(who)?, label(client, audience));
    let role = if args.admin { Role::Admin } else { Role::Publisher };
    ask::confirm(
        &format!(
            "account {} will read everything in {name}, and write to all of it",
            short(&account.0)
        ),
        args.yes,
        "--yes",
    )?;
    let revision = client.add_staff(audience, &account, role).await?;
    let word = match client.kept_chain(audience).map(|chain| role_of(chain.current(), &account)) {
        Some(Some(Role::Admin)) => "admin",
        _ => "publisher",
    };
    session.output.show(
        &json!({ "account": encode(account.0), "role": word, "revision": revision }),
        &format!("Account {} is now {word} of {name}.", short(&account.0)),
    )?;
    session.output.hint(
        "Send them any link of the audience: with it their side finds the keys that were sent.",
    );
    Ok(())
}

fn role_of(charter: &Charter, account: &AccountId) -> Option<Role> {
    charter.staff.iter().find(|staff| AccountId::of(&staff.ik) == *account).map(|staff| staff.role)
}

async fn remove(
    client: &mut Client,
    audience: &AudienceId,
    who: &str,
    yes: bool,
    session: &Session,
) -> Result<(), Failure> {
    let chain = client.sync(audience).await?;
    let charter = chain.current();
    let people = staff(client, charter);
    let keys: Vec<(AccountId, IdentityKey)> =
        charter.staff.iter().map(|s| (AccountId::of(&s.ik), s.ik)).collect();
    let called = |(account, name, _): &&(AccountId, String, &str)| {
        same(name, who) || begins(&account.0, who)
    };
    let found = one(
        people.iter().filter(called).collect(),
        "publisher",
        "kentongan audience staff AUDIENCE",
        who,
    )?;
    let ik = keys.iter().find(|(account, _)| *account == found.0).map(|(_, ik)| *ik);
    let ik = ik.ok_or_else(|| Failure::new("no-such", "that publisher has just gone"))?;
    let name = label(client, audience);
    ask::confirm(
        &format!(
            "{} will publish in {name} no more, and all of its keys and links are replaced",
            found.1
        ),
        yes,
        "--yes",
    )?;
    let rotated = client.rotate(audience, Cause::Publisher(ik), &|_| {}).await?;
    let mut document = super::rotate::described(&rotated);
    document["account"] = json!(encode(found.0.0));
    let text =
        format!("{} publishes in {name} no more.\n{}", found.1, super::rotate::told(&rotated));
    session.output.show(&document, &text)
}
