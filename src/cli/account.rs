//! `kentongan account`: making an account, bringing one back, showing this one.

use std::path::PathBuf;

use clap::{Args, Subcommand};
use kentongan_protocol::ids::AccountId;
use serde_json::json;

use super::output::Output;
use super::{Failure, Global};
use crate::client::{CARD, Client, Home, origin};
use crate::entropy::Entropy;
use crate::hub::Clock;

/// Your account: new, restored, shown
#[derive(Debug, Subcommand)]
pub(super) enum Account {
    New(New),
    Restore(Restore),
    Show(Show),
}

/// Make an account and its login card
#[derive(Args, Debug)]
#[command(
    after_help = "Example:\n  kentongan account new --hub https://hub.example --name 'Bu Sari'\n\n\
    The login card is shown once. Whoever has it has the account; without it nobody can bring the account back."
)]
pub(super) struct New {
    /// The name you write under; readers see it as your claim
    #[arg(long, value_name = "NAME")]
    name: Option<String>,
    /// Keep the login card readable in the home folder, so that it need not be typed
    #[arg(long)]
    keep_card: bool,
}

/// Bring an account back with its login card
#[derive(Args, Debug)]
#[command(
    after_help = "Example:\n  kentongan account restore --hub https://hub.example --card-file card.txt"
)]
pub(super) struct Restore {
    /// Keep the login card readable in the home folder, so that it need not be typed
    #[arg(long)]
    keep_card: bool,
}

/// Show this account, up to date with the hub
#[derive(Args, Debug)]
#[command(after_help = "Example:\n  kentongan account show --json")]
pub(super) struct Show {
    /// Do not ask the hub
    #[arg(long)]
    offline: bool,
}

impl Account {
    pub(super) async fn run(self, global: &Global, out: Output) -> Result<(), Failure> {
        match self {
            Self::New(new) => new.run(global, out).await,
            Self::Restore(restore) => restore.run(global, out).await,
            Self::Show(show) => show.run(&mut global.open(out)?, out).await,
        }
    }
}

fn hub_of(global: &Global) -> Result<kentongan_protocol::account::Origin, Failure> {
    let hub = global.hub.as_deref().ok_or_else(|| {
        Failure::Usage("say which hub: --hub https://hub.example, or KENTONGAN_HUB".into())
    })?;
    origin(hub).map_err(|error| Failure::Usage(error.to_string()))
}

impl New {
    async fn run(self, global: &Global, out: Output) -> Result<(), Failure> {
        let origin = hub_of(global)?;
        let home = Home::lock(&global.home_dir()?)?;
        let client =
            Client::create(home, origin, self.name, Clock::System, Entropy::System).await?;
        let card = client.card().to_groups();
        let kept = self.keep_card || ask_to_keep(out);
        if kept {
            keep(&client)?;
        }
        let (account, hub) = (client.vault().account(), &client.vault().hub);
        let document = json!({
            "account": hex::encode(account.0),
            "hub": hub,
            "home": client.home().dir(),
            "card": card.as_str(),
            "card_kept": kept,
        });
        let advice = if kept {
            kept_note(&client)
        } else {
            "It is kept nowhere else: commands ask for it, or take it from KENTONGAN_CARD.".into()
        };
        let text = format!(
            "Account {} on {hub}\n\nLogin card:  {}\n\nWrite it down now. Whoever has it has the account, and nobody can bring the\naccount back without it. {advice}",
            hex::encode(account.0),
            card.as_str()
        );
        out.result(&document, &text);
        Ok(())
    }
}

impl Restore {
    async fn run(self, global: &Global, out: Output) -> Result<(), Failure> {
        let origin = hub_of(global)?;
        let home = Home::lock(&global.home_dir()?)?;
        let card = global.card(&home, out)?;
        let client = Client::restore(home, origin, card, Clock::System, Entropy::System).await?;
        if self.keep_card {
            keep(&client)?;
            out.note(&kept_note(&client));
        }
        let account = client.vault().account();
        let audiences = client.audience_ids().len();
        let document = json!({
            "account": hex::encode(account.0),
            "hub": client.vault().hub,
            "home": client.home().dir(),
            "audiences": audiences,
            "card_kept": self.keep_card,
        });
        let text =
            format!("Account {} is back, with {audiences} audiences.", hex::encode(account.0));
        out.result(&document, &text);
        Ok(())
    }
}

impl Show {
    async fn run(self, client: &mut Client, out: Output) -> Result<(), Failure> {
        if !self.offline {
            client.refresh().await?;
            client.upkeep().await?;
        }
        let vault = client.vault();
        let AccountId(account) = vault.account();
        let document = json!({
            "account": hex::encode(account),
            "name": vault.name,
            "hub": vault.hub,
            "home": client.home().dir(),
            "vault_version": vault.version,
            "bundle_until_ms": vault.bundle_until_ms,
            "audiences": client.audience_ids().len(),
        });
        let text = format!(
            "Account    {}\nName       {}\nHub        {}\nHome       {}\nVault      version {}\nAudiences  {}",
            hex::encode(account),
            vault.name.as_deref().unwrap_or("-"),
            vault.hub,
            client.home().dir().display(),
            vault.version,
            client.audience_ids().len()
        );
        out.result(&document, &text);
        Ok(())
    }
}

fn ask_to_keep(out: Output) -> bool {
    if !out.can_ask() {
        return false;
    }
    out.note(
        "Keep the login card on this machine, readable for whoever can read your files? [y/N]",
    );
    let mut answer = String::new();
    let read = std::io::stdin().read_line(&mut answer);
    read.is_ok() && matches!(answer.trim(), "y" | "Y" | "yes")
}

fn keep(client: &Client) -> Result<(), Failure> {
    Ok(client.home().replace(CARD, client.card().to_groups().as_bytes())?)
}

fn kept_note(client: &Client) -> String {
    let path: PathBuf = client.home().path(CARD);
    format!(
        "It is also in {} in the clear: whoever can read that file has the account.",
        path.display()
    )
}
