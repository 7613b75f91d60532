//! Fetching what is new, before it is listed or named; what was refused or has to wait is said.

use kentongan_protocol::ids::{AccountId, AudienceId};

use super::clean;
use super::failure::Failure;
use super::format::plural;
use super::names::person;
use super::numbers::Numbers;
use super::output::Output;
use super::session::{Session, label};
use crate::client::{ASKED, Client, Error, Met, ProblemKind, REMOVED};

/// Opens the account and fetches the posts of these audiences; of all, where none is named.
pub(super) async fn open(session: &Session) -> Result<(Client, Numbers), Failure> {
    let mut client = session.open().await?;
    for audience in client.audience_ids() {
        posts(&mut client, &audience, session.output).await?;
    }
    let numbers = Numbers::catch_up(&client)?;
    Ok((client, numbers))
}

/// Fetches the posts of all audiences, and letters.
pub(super) async fn all(client: &mut Client, output: Output) -> Result<Numbers, Failure> {
    for audience in client.audience_ids() {
        posts(client, &audience, output).await?;
    }
    letters(client, output).await
}

/// Fetches the posts of one audience.
pub(super) async fn posts(
    client: &mut Client,
    audience: &AudienceId,
    output: Output,
) -> Result<(), Failure> {
    let name = label(client, audience);
    let fetched = match client.fetch(audience).await {
        Ok(fetched) => fetched,
        // What one audience serves must not keep another's posts away.
        Err(error @ Error::Distrust(_)) => {
            output.warn(&format!("{name}: {}", clean::line(&error.to_string())));
            return Ok(());
        }
        Err(error) => return Err(error.into()),
    };
    for (_, why) in &fetched.refused {
        output.warn(&format!("{name}: a post was not shown: {}", clean::line(why)));
    }
    doubt(client, audience, output);
    if fetched.waiting > 0 {
        let waiting = plural(fetched.waiting as u64, "post");
        output.hint(&format!(
            "{name}: {waiting} still being prepared for you; look again in a moment."
        ));
    }
    if fetched.locked > 0 {
        let locked = plural(fetched.locked as u64, "post");
        output.warn(&format!(
            "{name}: {locked} under keys that nobody has sent you yet: an admin does with `kentongan audience staff --add` and your account"
        ));
    }
    match fetched.state.as_str() {
        ASKED => {
            output.hint(&format!("{name}: you have asked to join; a publisher has to admit you."));
        }
        REMOVED => output
            .hint(&format!("{name}: you are no longer a member; what you have read stays here.")),
        "waiting" => output
            .hint(&format!("{name}: its keys have changed; a publisher has to let you in again.")),
        _ => {}
    }
    Ok(())
}

/// Fetches letters, also those to the desks whose keys this account has.
pub(super) async fn letters(client: &mut Client, output: Output) -> Result<Numbers, Failure> {
    let warn = |client: &Client, audience: &AudienceId, why: &str| {
        output.warn(&format!("{}: {}", label(client, audience), clean::line(why)));
    };
    let fetched = client.fetch_letters().await?;
    for (audience, why) in fetched.refused {
        warn(client, &audience, &why);
    }
    for met in fetched.met {
        introduce(client, &met, output);
        posts(client, &met.audience, output).await?;
    }
    for audience in client.audience_ids() {
        match desk(client, &audience).await {
            // What one audience serves must not keep another's letters away, nor a key that has not come.
            Err(error @ (Error::Distrust(_) | Error::Cannot(_))) => {
                warn(client, &audience, &error.to_string());
            }
            fetched => {
                fetched?;
                doubt(client, &audience, output);
            }
        }
    }
    Numbers::catch_up(client)
}

/// Says that an audience is here which its owner never asked for, and by whose word.
fn introduce(client: &Client, met: &Met, output: Output) {
    let by = AccountId::of(&met.by);
    let name = person(client.local(&met.audience).and_then(|local| local.name(&by.0)), &by);
    let audience = label(client, &met.audience);
    output.warn(&format!(
        "{name} made you a publisher of {audience}; the names are their own words. If you do not know them: kentongan audience leave \"{audience}\""
    ));
}

/// Says which records of an audience were not believed.
fn doubt(client: &Client, audience: &AudienceId, output: Output) {
    let me = client.vault().account();
    for (ik, why) in client.refused_records(audience) {
        let account = AccountId::of(&ik);
        let name = client.local(audience).and_then(|local| local.name(&account.0));
        let whose = if account == me {
            "what your other devices sent".to_owned()
        } else {
            format!("what {} sent", person(name, &account))
        };
        let audience = label(client, audience);
        output.warn(&format!("{audience}: {whose} may not all be here: {}", clean::line(&why)));
    }
}

/// Tells this account's other devices, and at a desk its colleagues, what was just sent. Sent is sent: where that cannot be
/// done now, the next fetch does it.
pub(super) async fn record(client: &mut Client, audience: &AudienceId, output: Output) {
    if let Err(error) = client.write_records(audience).await {
        let why = clean::line(&error.to_string());
        output.hint(&format!("It is not on your other devices yet: {why}"));
    }
}

async fn desk(client: &mut Client, audience: &AudienceId) -> Result<(), Error> {
    if client.vault().audience(audience).is_none_or(|keys| keys.desks.is_empty()) {
        return Ok(());
    }
    let chain = client.sync(audience).await?;
    match client.fetch_desk(&chain).await {
        // Whoever published here once still holds the old keys.
        Err(error) if error.is(&ProblemKind::NotAllowed) || error.is(&ProblemKind::NotFound) => {
            Ok(())
        }
        fetched => fetched.map(drop),
    }
}
