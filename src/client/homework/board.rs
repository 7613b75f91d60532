//! A teacher's board: every pupil of an assignment, with where their work stands.

use std::collections::BTreeMap;

use kentongan_protocol::ids::{AccountId, AudienceId, PostId};

use super::Submission;
use crate::client::{Client, Error, MemberLine};

/// A pupil on the board.
pub struct Pupil {
    /// The account.
    pub account: AccountId,
    /// The name it gives itself.
    pub name: Option<String>,
    /// Whether it is no longer in the class.
    pub removed: bool,
    /// Where the work stands.
    pub submission: Submission,
}

impl Client {
    /// Everybody who was given an assignment, by name, with those who left if they handed in.
    pub async fn board(
        &mut self,
        audience: &AudienceId,
        work: &PostId,
    ) -> Result<Vec<Pupil>, Error> {
        let members = self.members(audience).await?;
        self.board_of(&members, audience, work)
    }

    /// The same, of a class whose members are known already.
    pub fn board_of(
        &self,
        members: &[MemberLine],
        audience: &AudienceId,
        work: &PostId,
    ) -> Result<Vec<Pupil>, Error> {
        let work = self.work(audience, work).ok_or_else(super::assign::no_work)?;
        let mut submissions = self.submissions(&work);
        // From whom it was taken back owes nothing; what they have handed in is still theirs to get back.
        submissions.retain(|pupil, submission| {
            let chosen = work.chosen.as_ref().is_none_or(|chosen| chosen.contains(pupil));
            chosen || submission.handed_in().is_some()
        });
        let mut pupils = BTreeMap::new();
        for member in members {
            let given = match &work.chosen {
                Some(chosen) => chosen.contains(&member.account),
                // A guardian acts for a pupil, and owes nothing of their own.
                None => member.role == "member" && !member.removed,
            };
            let submission = submissions.get(&member.account).cloned();
            // Who was let in again has a place that was given up, and one that was not.
            let better = pupils.get(&member.account).is_none_or(|held: &Pupil| held.removed);
            if (given || submission.is_some()) && better {
                let (account, removed) = (member.account, member.removed);
                let none = || Submission::of(&self.terms_of(&work, &account), []);
                let submission = submission.unwrap_or_else(none);
                let pupil = Pupil { account, name: member.name.clone(), removed, submission };
                pupils.insert(account, pupil);
            }
        }
        submissions.retain(|account, _| !pupils.contains_key(account));
        // Of an account that is no member any more the hub may know nothing.
        for (account, submission) in submissions {
            let name = self.local(audience).and_then(|local| local.name(&account.0));
            let name = name.map(ToOwned::to_owned);
            pupils.insert(account, Pupil { account, name, removed: true, submission });
        }
        let mut pupils: Vec<_> = pupils.into_values().collect();
        pupils
            .sort_by_key(|pupil| (pupil.name.as_ref().map(|n| n.to_lowercase()), pupil.account.0));
        Ok(pupils)
    }
}
