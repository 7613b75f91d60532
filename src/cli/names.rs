//! What a person calls things: audiences by label, posts and letters by number, all of them by the beginning of the id.
//!
//! Invariant: a name that could mean two things means neither. An id may begin with a hyphen: options that take one allow it, and
//! before an argument the shell's `--` goes.

use kentongan_protocol::ids::{AccountId, AudienceId, LetterId, PostId};

use super::clean;
use super::failure::Failure;
use super::numbers::Numbers;
use super::session::label;
use crate::base64url::encode;
use crate::client::{Client, MemberLine};

/// Characters of an id that are shown, and at least asked for.
const SHORT: usize = 8;
const AT_LEAST: usize = 4;

/// The beginning of an id, as it is shown.
pub(super) fn short(id: &[u8; 32]) -> String {
    encode(id).chars().take(SHORT).collect()
}

/// The audience that `name` means.
pub(super) fn audience(client: &Client, name: &str) -> Result<AudienceId, Failure> {
    let all = client.audience_ids();
    let called = |id: &&AudienceId| same(&label(client, id), name);
    let labelled: Vec<_> = all.iter().filter(called).collect();
    let found = if labelled.is_empty() {
        all.iter().filter(|id| begins(&id.0, name)).collect()
    } else {
        labelled
    };
    match found[..] {
        [one] => Ok(*one),
        [] if all.is_empty() => Err(no_such(
            "you are in no audience yet: make one with `kentongan audience new`, or `kentongan join 'LINK'`",
        )),
        [] => Err(no_such(format!(
            "no audience of yours is called {}: `kentongan audience list` shows them",
            clean::line(name)
        ))),
        _ => Err(no_such(format!(
            "several audiences are called {}: name one by the beginning of its id, from `kentongan audience list`",
            clean::line(name)
        ))),
    }
}

/// The audience named, or the only one there is.
pub(super) fn audience_or_only(client: &Client, name: Option<&str>) -> Result<AudienceId, Failure> {
    match (name, &client.audience_ids()[..]) {
        (Some(name), _) => audience(client, name),
        (None, [one]) => Ok(*one),
        (None, []) => audience(client, ""),
        (None, _) => {
            Err(Failure::usage("say which audience: `kentongan audience list` shows yours"))
        }
    }
}

/// The post that `name` means: its number in the inbox, or the beginning of its id.
pub(super) fn post(
    client: &Client,
    numbers: &Numbers,
    name: &str,
) -> Result<(AudienceId, PostId), Failure> {
    let all = client.audience_ids().into_iter().flat_map(|audience| {
        client.posts(&audience).into_iter().map(move |view| (audience, view.id))
    });
    let by_number = name.parse().ok().and_then(|number| numbers.post(number));
    let found: Vec<_> = match by_number {
        Some(id) => all.filter(|(_, post)| post.0 == id).collect(),
        None => all.filter(|(_, post)| begins(&post.0, name)).collect(),
    };
    one(found, "post", "kentongan inbox", name)
}

/// The post that `name` means, or else the assignment to chosen pupils, which is no post.
pub(super) fn post_or_work(
    client: &Client,
    numbers: &Numbers,
    name: &str,
) -> Result<(AudienceId, PostId), Failure> {
    post(client, numbers, name).or_else(|no_post| work(client, numbers, name).map_err(|_| no_post))
}

/// The assignment that `name` means: its number in the inbox, or the beginning of its id.
pub(super) fn work(
    client: &Client,
    numbers: &Numbers,
    name: &str,
) -> Result<(AudienceId, PostId), Failure> {
    let by_number = name.parse().ok().and_then(|number| numbers.post(number));
    let meant = |id: &PostId| by_number.map_or_else(|| begins(&id.0, name), |of| of == id.0);
    let works = client.works().into_iter().map(|work| (work.audience, work.id));
    let found = works.filter(|(_, id)| meant(id)).collect();
    one(found, "assignment", "kentongan homework", name)
}

/// The letter that `name` means, likewise.
pub(super) fn letter(
    client: &Client,
    numbers: &Numbers,
    name: &str,
) -> Result<(AudienceId, LetterId), Failure> {
    let all = client.letters().into_iter().map(|line| (line.audience, line.id));
    let by_number = name.parse().ok().and_then(|number| numbers.letter(number));
    let found: Vec<_> = match by_number {
        Some(id) => all.filter(|(_, letter)| letter.0 == id).collect(),
        None => all.filter(|(_, letter)| begins(&letter.0, name)).collect(),
    };
    one(found, "letter", "kentongan letters list", name)
}

/// The member that `name` means: the name they gave, or the beginning of their account's id.
pub(super) fn member<'a>(members: &'a [MemberLine], name: &str) -> Result<&'a MemberLine, Failure> {
    let live = || members.iter().filter(|m| !m.removed);
    let called = |m: &&MemberLine| m.name.as_deref().is_some_and(|n| same(n, name));
    let mut found: Vec<_> = live().filter(called).collect();
    if found.is_empty() {
        found = live().filter(|m| begins(&m.account.0, name)).collect();
    }
    one(found, "member", "kentongan audience members AUDIENCE", name)
}

/// A whole account id, as `kentongan account show` prints it.
pub(super) fn account(text: &str) -> Result<AccountId, Failure> {
    crate::base64url::decode_array(text.trim()).map(AccountId).ok_or_else(|| {
        Failure::usage(
            "that is not an account's id: it has 43 characters, and `kentongan account show` prints the own one",
        )
    })
}

/// Who wrote something, as far as can be said: their own claim, or the beginning of their account's id.
pub(super) fn person(name: Option<&str>, account: &AccountId) -> String {
    name.map_or_else(|| format!("account {}", short(&account.0)), clean::line)
}

/// Whether two names are the same to a person.
pub(super) fn same(a: &str, b: &str) -> bool {
    a.trim().to_lowercase() == b.trim().to_lowercase()
}

/// Whether `name` is enough of the beginning of an id.
pub(super) fn begins(id: &[u8; 32], name: &str) -> bool {
    name.len() >= AT_LEAST && encode(id).starts_with(name)
}

/// The only thing found.
pub(super) fn one<T>(mut found: Vec<T>, what: &str, list: &str, name: &str) -> Result<T, Failure> {
    let name = clean::line(name);
    match (found.pop(), found.is_empty()) {
        (Some(one), true) => Ok(one),
        (None, _) => {
            Err(no_such(format!("there is no {what} {name} here: `{list}` shows what there is")))
        }
        (Some(_), false) => Err(no_such(format!(
            "{name} could be several: name the {what} by the beginning of its id, from `{list}`"
        ))),
    }
}

fn no_such(detail: impl Into<String>) -> Failure {
    Failure::new("no-such", detail)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_id_is_named_by_enough_of_its_beginning() {
        let id = [7; 32];
        let text = encode(id);
        assert!(begins(&id, &text) && begins(&id, &short(&id)) && begins(&id, &text[..4]));
        assert!(!begins(&id, &text[..3]), "too short to mean anything");
        assert!(!begins(&id, "") && !begins(&id, "zzzz"));
    }

    #[test]
    fn what_could_be_two_is_neither() {
        assert_eq!(one(vec![1], "post", "x", "n").ok(), Some(1));
        for found in [vec![], vec![1, 2]] {
            assert_eq!(one(found, "post", "x", "n").err().map(|f| f.word), Some("no-such".into()));
        }
    }
}
