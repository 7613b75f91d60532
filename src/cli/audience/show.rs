//! `kentongan audience show`: an audience's rules, who speaks in it, and who can read.

use std::fmt::Write as _;

use kentongan_protocol::charter::{Charter, History, Hosting, Replies, Role};
use kentongan_protocol::ids::{AccountId, AudienceId};
use serde_json::{Value, json};

use crate::base64url::encode;
use crate::cli::clean;
use crate::cli::failure::Failure;
use crate::cli::format::{plural, time};
use crate::cli::names::{audience_or_only, person};
use crate::cli::session::{Session, label};
use crate::client::Client;

/// Show an audience: its rules, its publishers, who can read
#[derive(Debug, clap::Args)]
#[command(after_help = "\
Examples:
  kentongan audience show \"Kelas 7B\"
  kentongan audience show --json            the only audience there is")]
pub(super) struct Args {
    /// Which audience; may be left out while there is one
    audience: Option<String>,
}

/// Shows it.
pub(super) async fn run(args: Args, session: &Session) -> Result<(), Failure> {
    let mut client = session.open().await?;
    let audience = audience_or_only(&client, args.audience.as_deref())?;
    let chain = client.sync(&audience).await?;
    let charter = chain.current();
    let staff = staff(&client, charter);
    let document = json!({
        "audience": encode(audience.0),
        "label": client.vault().audience(&audience).map(|keys| &keys.label),
        "revision": charter.revision,
        "hosting": match &charter.hosting { Hosting::Blind => json!("blind"), Hosting::Hosted(host) => json!({ "hosted": host }) },
        "replies": replies_word(charter.replies),
        "history": match charter.history { History::FromJoining => "from-joining", History::SameKey => "same-key" },
        "approvals": charter.approvals,
        "staff": staff.iter().map(|(account, _, role)| json!({ "account": encode(account.0), "role": role })).collect::<Vec<Value>>(),
        "cohorts": charter.cohorts.len(),
        "not_after_ms": charter.not_after_ms,
    });
    session.output.show(&document, &text(&client, &audience, charter, &staff))
}

fn text(
    client: &Client,
    audience: &AudienceId,
    charter: &Charter,
    staff: &[(AccountId, String, &str)],
) -> String {
    let mut text = format!("{}\n\n", console::style(label(client, audience)).bold());
    let mut fact = |name: &str, fact: &str| {
        let _ = writeln!(text, "  {name:<11} {fact}");
    };
    fact("can read", &readers(&charter.hosting));
    for (i, (_, name, role)) in staff.iter().enumerate() {
        fact(if i == 0 { "publishers" } else { "" }, &format!("{name}, {role}"));
    }
    fact(
        "replies",
        match charter.replies {
            Replies::None => "none",
            Replies::Desk => "to the publishers only",
            Replies::Everyone => "to everyone, or privately to the publishers",
        },
    );
    fact(
        "late comers",
        match charter.history {
            History::FromJoining => "get what is posted from then on",
            History::SameKey => "also get earlier posts",
        },
    );
    fact("approvals", &approvals(charter.approvals));
    fact(
        "rules",
        &format!("revision {}, good until {}", charter.revision, time(charter.not_after_ms)),
    );
    fact("room", &plural(charter.cohorts.len() as u64, "cohort of 4,096"));
    fact("id", &encode(audience.0));
    text
}

/// Who can read, said before anything else.
pub(in crate::cli) fn readers(hosting: &Hosting) -> String {
    match hosting {
        Hosting::Blind => "members and publishers; the hub cannot".into(),
        Hosting::Hosted(host) => {
            format!("members, publishers, and the operator: {}", clean::line(host))
        }
    }
}

/// How many others sign, in words.
pub(super) fn approvals(n: u8) -> String {
    match n {
        0 => "none needed".into(),
        1 => "one other publisher must sign each post".into(),
        n => format!("{n} other publishers must sign each post"),
    }
}

/// The word of the JSON documents.
pub(super) const fn replies_word(replies: Replies) -> &'static str {
    match replies {
        Replies::None => "none",
        Replies::Desk => "desk",
        Replies::Everyone => "everyone",
    }
}

/// The publishers with their names, as far as they gave any.
pub(super) fn staff(client: &Client, charter: &Charter) -> Vec<(AccountId, String, &'static str)> {
    let own = client.vault().account();
    let one = |staff: &kentongan_protocol::charter::Staff| {
        let account = AccountId::of(&staff.ik);
        let name = client.name_of(&charter.audience, &staff.ik);
        let mut name = person(name.as_deref(), &account);
        if account == own {
            name = client
                .vault()
                .name
                .as_deref()
                .map_or("you".into(), |n| format!("{} (you)", clean::line(n)));
        }
        let role = match staff.role {
            Role::Publisher => "publisher",
            Role::Admin => "admin",
        };
        (account, name, role)
    };
    charter.staff.iter().map(one).collect()
}
