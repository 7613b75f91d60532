//! `kentongan audience`: founding, listing, showing, and the links in; the rest is beside this file.

use clap::{Args, Subcommand, ValueEnum};
use kentongan_protocol::charter::{History, Hosting, Replies, Role};
use kentongan_protocol::ids::{AccountId, AudienceId, IdentityKey};
use kentongan_protocol::link::LinkKind;
use serde_json::{Value, json};

use super::output::{Output, time, visible_line};
use super::{Failure, audience_members as members, audience_rules as rules, find};
use crate::client::{Client, NewLink, Rules};

/// Classes and channels: their members, links, staff and keys
#[derive(Debug, Subcommand)]
pub(super) enum Audience {
    New(New),
    List(List),
    Show(Show),
    Link(Link),
    Requests(members::Requests),
    Admit(members::Admit),
    Decline(members::Decline),
    Members(members::Members),
    Remove(members::Remove),
    Rotate(rules::Rotate),
    Staff(rules::Staff),
    Rules(rules::Change),
    Renew(rules::Renew),
    Leave(rules::Leave),
}

impl Audience {
    pub(super) async fn run(self, client: &mut Client, out: Output) -> Result<(), Failure> {
        match self {
            Self::New(new) => new.run(client, out).await,
            Self::List(list) => list.run(client, out).await,
            Self::Show(show) => show.run(client, out).await,
            Self::Link(link) => link.run(client, out).await,
            Self::Requests(requests) => requests.run(client, out).await,
            Self::Admit(admit) => admit.run(client, out).await,
            Self::Decline(decline) => decline.run(client, out).await,
            Self::Members(members) => members.run(client, out).await,
            Self::Remove(remove) => remove.run(client, out).await,
            Self::Rotate(rotate) => rotate.run(client, out).await,
            Self::Staff(staff) => staff.run(client, out).await,
            Self::Rules(rules) => rules.run(client, out).await,
            Self::Renew(renew) => renew.run(client, out).await,
            Self::Leave(leave) => leave.run(client, out).await,
        }
    }
}

/// Where members may write.
#[derive(Clone, Copy, Debug, ValueEnum)]
pub(super) enum RepliesTo {
    /// Nowhere
    None,
    /// To the publishers, privately
    Desk,
    /// To everyone in the thread
    Everyone,
}

impl From<RepliesTo> for Replies {
    fn from(to: RepliesTo) -> Self {
        match to {
            RepliesTo::None => Self::None,
            RepliesTo::Desk => Self::Desk,
            RepliesTo::Everyone => Self::Everyone,
        }
    }
}

/// Found an audience
#[derive(Args, Debug)]
#[command(
    after_help = "Examples:\n  kentongan audience new --class 'VII B'\n  kentongan audience new --channel 'Puskesmas Melati' --replies desk\n\n\
    A class lets everyone reply and asks a person to admit its members; a channel is open and takes no replies."
)]
pub(super) struct New {
    /// A closed audience, for homework
    #[arg(
        long,
        value_name = "NAME",
        required_unless_present = "channel",
        conflicts_with = "channel"
    )]
    class: Option<String>,
    /// An open audience, for announcements
    #[arg(long, value_name = "NAME")]
    channel: Option<String>,
    /// Where members may write
    #[arg(long, value_enum)]
    replies: Option<RepliesTo>,
    /// Give late joiners nothing from before they joined
    #[arg(long)]
    no_history: bool,
}

impl New {
    async fn run(self, client: &mut Client, out: Output) -> Result<(), Failure> {
        let usual = if self.class.is_some() { Replies::Everyone } else { Replies::None };
        let label = self.class.or(self.channel).unwrap_or_default();
        if label.trim().is_empty() {
            return Err(Failure::Usage("give the audience a name".into()));
        }
        let rules = Rules {
            replies: self.replies.map_or(usual, Into::into),
            history: if self.no_history { History::FromJoining } else { History::SameKey },
        };
        let audience = client.found(&label, rules).await?;
        let document = json!({ "audience": hex::encode(audience.0), "label": label });
        let text = format!(
            "{label} is founded: {}\nNext: kentongan audience link {:?} makes a link for its members.",
            find::short(&audience.0),
            label
        );
        out.result(&document, &text);
        Ok(())
    }
}

/// List your audiences
#[derive(Args, Debug)]
#[command(after_help = "Example:\n  kentongan audience list")]
pub(super) struct List {
    /// Also those you left
    #[arg(long)]
    all: bool,
}

impl List {
    async fn run(self, client: &mut Client, out: Output) -> Result<(), Failure> {
        let served = client.api().audiences().await?;
        let mut items = Vec::new();
        let mut text = Vec::new();
        for (id, keys) in client.vault().audiences.iter().filter(|(_, keys)| self.all || !keys.left)
        {
            let row = served.iter().find(|row| row.audience == *id);
            let role = row.map_or("-", |row| row.role.as_str());
            let state = row.map_or("not admitted", |row| row.state.as_str());
            items.push(json!({
                "audience": hex::encode(id.0), "label": keys.label, "role": role, "state": state, "left": keys.left,
            }));
            let line = format!(
                "{}  {:<24}  {role:<9}  {state}\n",
                find::short(&id.0),
                visible_line(&keys.label)
            );
            text.push(line);
        }
        if items.is_empty() {
            text.push("You are in no audience yet: found one with `kentongan audience new`, or follow a link with `kentongan join`.".to_owned());
        }
        out.result(&json!({ "items": items }), &text.concat());
        Ok(())
    }
}

/// Show an audience's charter
#[derive(Args, Debug)]
#[command(after_help = "Example:\n  kentongan audience show 'VII B'")]
pub(super) struct Show {
    /// Its name or the start of its id
    audience: String,
}

impl Show {
    async fn run(self, client: &mut Client, out: Output) -> Result<(), Failure> {
        let audience = find::audience(client, &self.audience)?;
        let chain = client.sync(&audience).await?;
        let charter = chain.current();
        let host = match &charter.hosting {
            Hosting::Blind => None,
            Hosting::Hosted(host) => Some(host.as_str()),
        };
        let replies = match charter.replies {
            Replies::None => "none",
            Replies::Desk => "desk",
            Replies::Everyone => "everyone",
        };
        let staff: Vec<_> =
            charter.staff.iter().map(|s| staff_line(client, &audience, s.role, &s.ik)).collect();
        let document = json!({
            "audience": hex::encode(audience.0),
            "revision": charter.revision,
            "charter_hash": hex::encode(charter.hash().0),
            "hosted_by": host,
            "replies": replies,
            "history": charter.history == History::SameKey,
            "approvals": charter.approvals,
            "threshold": charter.threshold,
            "staff": staff,
            "cohorts": charter.cohorts.len(),
            "not_before_ms": charter.not_before_ms,
            "not_after_ms": charter.not_after_ms,
        });
        let people: Vec<String> = staff
            .iter()
            .map(|s| {
                let text = |key: &str| s[key].as_str().unwrap_or("-").to_owned();
                format!(
                    "\n  {:<9}  {}  {}",
                    text("role"),
                    &text("account")[..10],
                    visible_line(&text("name"))
                )
            })
            .collect();
        let text = format!(
            "{}\nRevision   {}, until {} UTC\nHosting    {}\nReplies    {replies}\nApprovals  {}\nCohorts    {}\nStaff{}",
            hex::encode(audience.0),
            charter.revision,
            time(charter.not_after_ms),
            host.map_or_else(
                || "blind: the hub cannot read".into(),
                |h| format!("{} can read everything", visible_line(h))
            ),
            charter.approvals,
            charter.cohorts.len(),
            people.concat(),
        );
        out.result(&document, &text);
        Ok(())
    }
}

fn staff_line(client: &Client, audience: &AudienceId, role: Role, ik: &IdentityKey) -> Value {
    json!({
        "account": hex::encode(AccountId::of(ik).0),
        "role": if role == Role::Admin { "admin" } else { "publisher" },
        "name": client.name_of(audience, ik),
    })
}

/// Make a link into an audience, list its links, or close one
#[derive(Args, Debug)]
#[command(
    after_help = "Examples:\n  kentongan audience link 'VII B'\n  kentongan audience link 'Puskesmas Melati' --open --uses 100000 --days 90\n  \
    kentongan audience link 'VII B' --list\n  kentongan audience link 'VII B' --close 3f2a91\n\n\
    Whoever has an open link can read; an approval link only asks a publisher."
)]
pub(super) struct Link {
    /// Its name or the start of its id
    audience: String,
    /// Let people in at once instead of asking a publisher
    #[arg(long)]
    open: bool,
    /// How many accounts may use it
    #[arg(long, value_name = "N", default_value_t = 100)]
    uses: u32,
    /// For how many days it is good
    #[arg(long, value_name = "DAYS", default_value_t = 30, value_parser = clap::value_parser!(u32).range(1..=3650))]
    days: u32,
    /// List the audience's links instead
    #[arg(long, conflicts_with_all = ["open", "close"])]
    list: bool,
    /// Close the link whose id begins so
    #[arg(long, value_name = "LINK", conflicts_with = "open")]
    close: Option<String>,
}

impl Link {
    async fn run(self, client: &mut Client, out: Output) -> Result<(), Failure> {
        let audience = find::audience(client, &self.audience)?;
        if self.list {
            return list_links(client, &audience, out).await;
        }
        if let Some(name) = self.close {
            let links = client.links(&audience).await?;
            let ids = links.iter().map(|line| AccountId(line.link.0));
            let link = find::account(ids, &name)?;
            client.close_link(&audience, &IdentityKey(link.0)).await?;
            out.result(
                &json!({ "closed": hex::encode(link.0) }),
                "The link lets nobody in any more.",
            );
            return Ok(());
        }
        let kind = if self.open { LinkKind::Open } else { LinkKind::Approval };
        let valid_ms = u64::from(self.days) * 24 * 3600 * 1000;
        let url =
            client.make_link(&audience, NewLink { kind, max_uses: self.uses, valid_ms }).await?;
        out.result(&json!({ "url": url.as_str(), "open": self.open }), &url);
        Ok(())
    }
}

async fn list_links(
    client: &mut Client,
    audience: &AudienceId,
    out: Output,
) -> Result<(), Failure> {
    let links = client.links(audience).await?;
    let kind = |kind| if kind == LinkKind::Open { "open" } else { "approval" };
    let items: Vec<_> = links.iter().map(|line| json!({
        "link": hex::encode(line.link.0), "kind": kind(line.kind), "uses": line.uses, "max_uses": line.max_uses,
        "expires_ms": line.expires_ms, "closed": line.closed, "url": line.url.as_ref().map(|url| url.as_str()),
    })).collect();
    let text: Vec<String> = links
        .iter()
        .map(|line| {
            format!(
                "{}  {:<8}  {}/{} used  until {}{}{}\n",
                find::short(&line.link.0),
                kind(line.kind),
                line.uses,
                line.max_uses,
                time(line.expires_ms),
                if line.closed { "  closed" } else { "" },
                line.url.as_ref().map_or_else(String::new, |url| format!("\n    {}", url.as_str())),
            )
        })
        .collect();
    out.result(&json!({ "items": items }), &text.concat());
    Ok(())
}
