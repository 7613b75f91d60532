//! Reminding pupils of work: letters that say nothing but that.
//!
//! Invariant: a reminder goes to whom it is meant for and to nobody else, and changes nothing about where work stands.

use std::collections::BTreeMap;

use kentongan_protocol::ids::{AccountId, AudienceId, PostId};
use kentongan_protocol::letter::Kind;

use super::Work;
use crate::client::payload::{Homework, PostBody};
use crate::client::{Addressee, Client, Error, LetterLine, Progress};

impl Client {
    /// Reminds these pupils of a work, one after another; `progress` counts them.
    pub async fn remind(
        &mut self,
        audience: &AudienceId,
        work: &PostId,
        pupils: &[AccountId],
        progress: Progress<'_>,
    ) -> Result<(), Error> {
        let homework = Homework { remind: true, ..Homework::default() };
        let content = PostBody { homework, ..PostBody::default() };
        for (pupil, reminded) in pupils.iter().zip(1..) {
            let to = Addressee::Account(*pupil);
            self.send_letter(audience, to, Kind::Reply, Some(*work), &content).await?;
            progress(reminded);
        }
        Ok(())
    }

    /// The reminders of a work that came to this account, oldest first.
    #[must_use]
    pub fn reminders(&self, work: &Work<'_>) -> Vec<LetterLine<'_>> {
        let mut letters = self.letters();
        letters.retain(|line| {
            let letter = line.letter;
            let reminds = letter.content.homework.remind && letter.kind == Kind::Reply.word();
            let about = line.audience == work.audience && letter.thread.0 == work.id.0;
            reminds && about && !letter.desk
        });
        letters
    }

    /// When each pupil was last reminded of a work by a teacher, by the hub's clock.
    #[must_use]
    pub fn reminded(&self, work: &Work<'_>) -> BTreeMap<AccountId, u64> {
        let mut reminded = BTreeMap::<_, u64>::new();
        let sent = self.local(&work.audience).into_iter().flat_map(|local| local.outgoing());
        for (_, letter) in sent.filter(|(_, letter)| letter.thread.0 == work.id.0) {
            if let (Some(to), true) = (letter.to, letter.content.homework.remind) {
                let at = reminded.entry(AccountId(to.0)).or_default();
                *at = letter.received_ms.max(*at);
            }
        }
        reminded
    }
}
