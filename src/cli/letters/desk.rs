//! `kentongan letters assign`, `resolve` and `reopen`: the desk as a shared inbox.

use std::collections::BTreeMap;

use kentongan_protocol::ids::{AccountId, AudienceId, LetterId};
use serde_json::json;

use crate::base64url::encode;
use crate::cli::failure::Failure;
use crate::cli::names::{begins, one, person, same};
use crate::cli::session::{Session, cannot};
use crate::cli::{drums, fetching, names};
use crate::client::{Care, Client, ProblemKind};

/// What becomes of a letter.
pub(super) enum Turn {
    /// A publisher looks after it: the one named, or oneself.
    Assign(Option<String>),
    /// It is put away.
    Resolve,
    /// It is open again.
    Reopen,
}

/// How the letters stand on the desks of the audiences this account publishes in.
pub(super) async fn all(client: &Client) -> Result<BTreeMap<[u8; 32], Care>, Failure> {
    let mut all = BTreeMap::new();
    for audience in client.audience_ids() {
        let keys = client.vault().audience(&audience);
        if keys.is_none_or(|keys| keys.desks.is_empty()) {
            continue;
        }
        match client.desk(&audience).await {
            Ok(letters) => all.extend(letters),
            // Whoever published here once still holds the old keys.
            Err(error)
                if error.is(&ProblemKind::NotAllowed) || error.is(&ProblemKind::NotFound) => {}
            Err(error) => return Err(error.into()),
        }
    }
    Ok(all)
}

/// What is said of a letter in a list.
pub(super) fn words(client: &Client, audience: &AudienceId, care: &Care) -> Option<String> {
    let who = || care.assignee.as_ref().map(|account| publisher(client, audience, account));
    match (care.state.as_str(), who()) {
        ("assigned", Some(who)) => {
            let looks = if who == "you" { "look" } else { "looks" };
            Some(format!("{who} {looks} after it"))
        }
        ("resolved", Some(who)) => Some(format!("resolved by {who}")),
        ("resolved", None) => Some("resolved".to_owned()),
        _ => None,
    }
}

fn publisher(client: &Client, audience: &AudienceId, account: &AccountId) -> String {
    if *account == client.vault().account() {
        return "you".to_owned();
    }
    person(client.local(audience).and_then(|local| local.name(&account.0)), account)
}

/// Tells the hub what becomes of a letter.
pub(super) async fn turn(name: &str, turn: Turn, session: &Session) -> Result<(), Failure> {
    let mut client = session.open().await?;
    let numbers = fetching::letters(&mut client, session.output).await?;
    let (audience, letter) = names::letter(&client, &numbers, name)?;
    at_a_desk(&client, &letter)?;
    let (state, assignee, text) = match turn {
        Turn::Resolve => {
            client.resolve(&letter).await?;
            ("resolved", None, "It is resolved.".to_owned())
        }
        Turn::Reopen => {
            client.reopen(&letter).await?;
            ("open", None, "It is open again.".to_owned())
        }
        Turn::Assign(to) => {
            let to = match to {
                Some(name) => named(&mut client, &audience, &name).await?,
                None => client.vault().account(),
            };
            client.assign(&letter, &to).await?;
            let who = publisher(&client, &audience, &to);
            ("assigned", Some(encode(to.0)), format!("It is for {who} to look after."))
        }
    };
    session.output.show(
        &json!({ "letter": encode(letter.0), "state": state, "assignee": assignee }),
        &format!("{} {text}", drums::teak().apply_to("●")),
    )
}

fn at_a_desk(client: &Client, letter: &LetterId) -> Result<(), Failure> {
    let lines = client.letters();
    let line = lines.iter().find(|line| line.id == *letter);
    if line.is_some_and(|line| line.letter.desk) {
        return Ok(());
    }
    Err(cannot("that letter came to you alone: only those to a desk are taken and put away"))
}

/// The publisher that `name` means: the name they gave, or the beginning of their account's id.
async fn named(
    client: &mut Client,
    audience: &AudienceId,
    name: &str,
) -> Result<AccountId, Failure> {
    let chain = client.sync(audience).await?;
    let staff = chain.current().staff.iter().map(|staff| staff.ik);
    let called = |ik: &kentongan_protocol::ids::IdentityKey| {
        client.name_of(audience, ik).is_some_and(|given| same(&given, name))
            || begins(&AccountId::of(ik).0, name)
    };
    let found: Vec<_> = staff.filter(called).collect();
    one(found, "publisher", "kentongan audience staff AUDIENCE", name).map(|ik| AccountId::of(&ik))
}
