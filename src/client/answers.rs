//! What was answered to a private letter: by this account, and from the desk also by its co-publishers.

use kentongan_protocol::ids::{AccountId, IdentityKey, LetterId};
use kentongan_protocol::letter::Kind;

use super::device::SentLetter;
use super::payload::LetterBody;
use super::{Client, LetterLine};
use crate::base64url::B64;

/// An answer to a letter.
pub struct Answer<'a> {
    /// Its id.
    pub letter: LetterId,
    /// Who wrote it.
    pub by: AccountId,
    /// Whether that is this account.
    pub own: bool,
    /// The name its author gave themselves.
    pub name: Option<&'a str>,
    /// When it came in, by the hub's clock.
    pub received_ms: u64,
    /// What it says.
    pub content: &'a LetterBody,
}

impl Client {
    /// Private replies on the same matter after a letter: to its author from the desk, or to the desk from this member. Oldest
    /// first; what co-publishers answered is known by their records.
    #[must_use]
    pub fn answers(&self, line: &LetterLine<'_>) -> Vec<Answer<'_>> {
        let Some(local) = self.local(&line.audience) else { return Vec::new() };
        let author = AccountId::of(&IdentityKey(line.letter.ik.0));
        let to = line.letter.desk.then_some(B64(author.0));
        let since = u64::try_from(line.letter.received_ms).unwrap_or_default();
        let answers = |letter: &SentLetter| {
            letter.to == to
                && letter.kind == Kind::Reply.word()
                && !letter.content.homework.remind
                && letter.thread == line.letter.thread
                && letter.received_ms >= since
        };
        let to_desk = local.sent.iter().filter(|(_, letter)| letter.to.is_none());
        let all = local.outgoing().chain(to_desk.map(|(id, letter)| (*id, letter)));
        let me = self.vault.account();
        let mut found: Vec<_> = all
            .filter(|(_, letter)| answers(letter))
            .map(|(id, letter)| {
                let by = local.author(&id).unwrap_or(me);
                Answer {
                    letter: LetterId(id.0),
                    by,
                    own: by == me,
                    name: local.name(&by.0),
                    received_ms: letter.received_ms,
                    content: &letter.content,
                }
            })
            .collect();
        found.sort_by_key(|answer| (answer.received_ms, answer.letter.0));
        found
    }
}
