//! `kentongan audience requests`, `admit`, `decline`, `members`, `remove`: who receives.

use clap::Args;
use kentongan_protocol::ids::AccountId;
use kentongan_protocol::membership::MemberRole;
use serde_json::json;

use super::output::{Output, time, visible_line};
use super::{Failure, find};
use crate::client::{Asking, Client};

/// Who asks to be admitted
#[derive(Args, Debug)]
#[command(after_help = "Example:\n  kentongan audience requests 'VII B'")]
pub(super) struct Requests {
    /// Its name or the start of its id
    audience: String,
}

/// Admit those who ask
#[derive(Args, Debug)]
#[command(
    after_help = "Examples:\n  kentongan audience admit 'VII B' 4c1e 90ab\n  kentongan audience admit 'VII B' --all\n\n\
    Compare names with your list first: one invented account can read everything."
)]
pub(super) struct Admit {
    /// Its name or the start of its id
    audience: String,
    /// The starts of their ids
    #[arg(required_unless_present = "all")]
    accounts: Vec<String>,
    /// Everyone who asks
    #[arg(long, conflicts_with = "accounts")]
    all: bool,
    /// As guardians, who act for a pupil
    #[arg(long)]
    guardian: bool,
}

/// Decline a request
#[derive(Args, Debug)]
#[command(after_help = "Example:\n  kentongan audience decline 'VII B' 4c1e")]
pub(super) struct Decline {
    /// Its name or the start of its id
    audience: String,
    /// The start of their id
    account: String,
}

/// List the members
#[derive(Args, Debug)]
#[command(after_help = "Example:\n  kentongan audience members 'VII B' --json")]
pub(super) struct Members {
    /// Its name or the start of its id
    audience: String,
}

/// Remove a member, at once
#[derive(Args, Debug)]
#[command(after_help = "Example:\n  kentongan audience remove 'VII B' 4c1e\n\n\
    The hub stops serving them. To shut them out even if the hub helped them: kentongan audience rotate 'VII B' --without 4c1e")]
pub(super) struct Remove {
    /// Its name or the start of its id
    audience: String,
    /// The start of their id
    account: String,
}

impl Requests {
    pub(super) async fn run(self, client: &mut Client, out: Output) -> Result<(), Failure> {
        let audience = find::audience(client, &self.audience)?;
        let (asking, refused) = client.asking(&audience).await?;
        let items: Vec<_> = asking.iter().map(|a| json!({
            "account": hex::encode(a.account.0), "name": a.name, "received_ms": a.received_ms,
        })).collect();
        let mut text: Vec<String> = asking
            .iter()
            .map(|a| {
                format!(
                    "{}  {}  {}\n",
                    find::short(&a.account.0),
                    time(a.received_ms.unsigned_abs()),
                    visible_line(a.name.as_deref().unwrap_or("(no name given)")),
                )
            })
            .collect();
        if asking.is_empty() {
            text.push("Nobody asks to be admitted.".to_owned());
        }
        out.result(&json!({ "items": items, "refused": refused_json(&refused) }), &text.concat());
        note_refused(&refused, out);
        Ok(())
    }
}

impl Admit {
    pub(super) async fn run(self, client: &mut Client, out: Output) -> Result<(), Failure> {
        let audience = find::audience(client, &self.audience)?;
        let (asking, refused) = client.asking(&audience).await?;
        note_refused(&refused, out);
        let chosen = self.choose(asking)?;
        let bar = out.bar(chosen.len() as u64, "Enrolling", false);
        let role = if self.guardian { MemberRole::Guardian } else { MemberRole::Member };
        let enrolled = client.admit(&audience, &chosen, role, &|n| bar.set_position(n)).await?;
        bar.finish_and_clear();
        let admitted: Vec<_> = enrolled.admitted.iter().map(|a| hex::encode(a.0)).collect();
        let document = json!({ "admitted": admitted, "refused": refused_json(&enrolled.refused) });
        out.result(&document, &format!("{} admitted.", admitted.len()));
        note_refused(&enrolled.refused, out);
        if enrolled.refused.is_empty() {
            Ok(())
        } else {
            Err(Failure::Refused(format!("{} could not be admitted", enrolled.refused.len())))
        }
    }

    fn choose(&self, asking: Vec<Asking>) -> Result<Vec<Asking>, Failure> {
        if self.all {
            return Ok(asking);
        }
        let mut chosen = Vec::new();
        for name in &self.accounts {
            let account = find::account(asking.iter().map(|a| a.account), name)?;
            chosen.extend(asking.iter().find(|a| a.account == account).cloned());
        }
        Ok(chosen)
    }
}

impl Decline {
    pub(super) async fn run(self, client: &mut Client, out: Output) -> Result<(), Failure> {
        let audience = find::audience(client, &self.audience)?;
        let (asking, refused) = client.asking(&audience).await?;
        let accounts = asking.iter().map(|a| a.account).chain(refused.iter().map(|r| r.0));
        let account = find::account(accounts, &self.account)?;
        client.decline(&audience, &account).await?;
        out.result(&json!({ "declined": hex::encode(account.0) }), "Declined.");
        Ok(())
    }
}

impl Members {
    pub(super) async fn run(self, client: &mut Client, out: Output) -> Result<(), Failure> {
        let audience = find::audience(client, &self.audience)?;
        let members = client.members(&audience).await?;
        let items: Vec<_> = members.iter().map(|m| json!({
            "account": hex::encode(m.account.0), "name": m.name, "role": m.role, "joined_ms": m.joined_ms,
            "removed": m.removed,
        })).collect();
        let mut text: Vec<String> = members
            .iter()
            .map(|m| {
                format!(
                    "{}  {:<8}  {}{}\n",
                    find::short(&m.account.0),
                    m.role,
                    visible_line(m.name.as_deref().unwrap_or("(no name given)")),
                    if m.removed { "  removed" } else { "" },
                )
            })
            .collect();
        if members.is_empty() {
            text.push(
                "No members yet: `kentongan audience link` makes a link for them.".to_owned(),
            );
        }
        out.result(&json!({ "items": items }), &text.concat());
        Ok(())
    }
}

impl Remove {
    pub(super) async fn run(self, client: &mut Client, out: Output) -> Result<(), Failure> {
        let audience = find::audience(client, &self.audience)?;
        let members = client.members(&audience).await?;
        let account = find::account(members.iter().map(|m| m.account), &self.account)?;
        client.remove(&audience, &account).await?;
        out.result(
            &json!({ "removed": hex::encode(account.0) }),
            "Removed: nothing new reaches them.",
        );
        Ok(())
    }
}

pub(super) fn refused_json(refused: &[(AccountId, String)]) -> serde_json::Value {
    let line = |(account, reason): &(AccountId, String)| json!({ "account": hex::encode(account.0), "reason": reason });
    refused.iter().map(line).collect()
}

pub(super) fn note_refused(refused: &[(AccountId, String)], out: Output) {
    for (account, reason) in refused {
        out.note(&format!("{}: {}", find::short(&account.0), visible_line(reason)));
    }
}
