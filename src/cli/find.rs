//! Finding what a person names: by the start of its id in hexadecimal, or an audience by its label.
//!
//! Hexadecimal, because an id in base64url may begin with a hyphen and be taken for an option.

use kentongan_protocol::ids::{AccountId, AudienceId, LetterId, PostId};

use super::Failure;
use crate::client::Client;

/// The shortest start of an id that is taken.
const SHORTEST: usize = 4;

/// The start of an id as it is printed.
pub(crate) fn short(id: &[u8; 32]) -> String {
    hex::encode(&id[..5])
}

/// The audience with this label or id.
pub(crate) fn audience(client: &Client, name: &str) -> Result<AudienceId, Failure> {
    let all = &client.vault().audiences;
    let labelled =
        all.iter().filter(|(_, keys)| keys.label.eq_ignore_ascii_case(name) && !keys.left);
    let labelled: Vec<_> = labelled.map(|(id, _)| id.0).collect();
    let found = match labelled.as_slice() {
        [] => one(
            all.keys().map(|id| id.0),
            name,
            "audience",
            "`kentongan audience list` shows them",
        )?,
        [id] => *id,
        _ => {
            return Err(Failure::Refused(format!(
                "several audiences are called {name:?}: name one by its id"
            )));
        }
    };
    Ok(AudienceId(found))
}

/// The post of this id, and its audience, among those fetched; fetches once where it is not there.
pub(crate) async fn post(client: &mut Client, name: &str) -> Result<(AudienceId, PostId), Failure> {
    if let Ok(found) = fetched_post(client, name) {
        return Ok(found);
    }
    for audience in client.audience_ids() {
        // One audience that cannot be fetched must not hide the others.
        let _ = client.fetch(&audience).await;
    }
    fetched_post(client, name)
}

fn fetched_post(client: &Client, name: &str) -> Result<(AudienceId, PostId), Failure> {
    let audiences = client.audience_ids();
    let ids = audiences
        .iter()
        .filter_map(|a| client.local(a))
        .flat_map(|l| l.posts.keys().map(|id| id.0));
    let found = PostId(one(ids, name, "post", "`kentongan inbox` shows them")?);
    let holds = |audience: &&AudienceId| client.post(audience, &found).is_some();
    let audience = audiences.iter().find(holds).copied();
    let audience = audience.ok_or_else(|| Failure::Refused("the post is gone".into()))?;
    Ok((audience, found))
}

/// The letter of this id, and its audience.
pub(crate) fn letter(client: &Client, name: &str) -> Result<(AudienceId, LetterId), Failure> {
    let letters = client.letters();
    let found =
        one(letters.iter().map(|l| l.id.0), name, "letter", "`kentongan letters` shows them")?;
    let line = letters.iter().find(|line| line.id.0 == found);
    line.map(|line| (line.audience, line.id))
        .ok_or_else(|| Failure::Refused("the letter is gone".into()))
}

/// The account of this id among `accounts`.
pub(crate) fn account(
    accounts: impl Iterator<Item = AccountId>,
    name: &str,
) -> Result<AccountId, Failure> {
    one(accounts.map(|a| a.0), name, "account", "give more of its id").map(AccountId)
}

/// A whole account id.
pub(crate) fn whole_account(name: &str) -> Result<AccountId, Failure> {
    let bytes = hex::decode(name).ok().and_then(|bytes| bytes.try_into().ok());
    bytes.map(AccountId).ok_or_else(|| {
        Failure::Usage(
            "give the whole account id, 64 hexadecimal digits: `kentongan account show` prints it"
                .into(),
        )
    })
}

fn one(
    ids: impl Iterator<Item = [u8; 32]>,
    name: &str,
    what: &str,
    hint: &str,
) -> Result<[u8; 32], Failure> {
    let start = name.to_ascii_lowercase();
    let mut found = ids.filter(|id| start.len() >= SHORTEST && hex::encode(id).starts_with(&start));
    match (found.next(), found.next()) {
        (Some(id), None) => Ok(id),
        (Some(_), Some(_)) => Err(Failure::Refused(format!(
            "more than one {what} begins with {start}: give more of its id"
        ))),
        (None, _) => Err(Failure::Refused(format!("there is no {what} {name:?} here: {hint}"))),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_start_names_one_or_is_refused() {
        let ids = [[0xab; 32], [0xcd; 32]];
        let mut near = [0xab; 32];
        near[2] = 1;
        let find =
            |name: &str, ids: &[[u8; 32]]| one(ids.iter().copied(), name, "post", "look").ok();
        assert_eq!(find("ABAB", &ids), Some([0xab; 32]));
        assert_eq!(find("aba", &ids), None, "too short");
        assert_eq!(find("abab", &[ids[0], near]), None, "two");
        assert_eq!(find("abab01", &[ids[0], near]), Some(near));
        assert_eq!(find("ffff", &ids), None);
    }
}
