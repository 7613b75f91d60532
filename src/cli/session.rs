//! Which account a command acts for, and opening it.

use std::path::PathBuf;

use kentongan_protocol::account::Origin;
use kentongan_protocol::ids::AudienceId;

use super::card;
use super::failure::Failure;
use super::output::Output;
use crate::client::{Client, Error, Home, install_tls, origin};
use crate::entropy::Entropy;
use crate::hub::Clock;

/// Where an account goes unless told otherwise.
const USUAL_HUB: &str = "http://127.0.0.1:8080";

/// What every command is told.
pub(super) struct Session {
    /// How it speaks.
    pub(super) output: Output,
    /// The account's folder.
    pub(super) home: PathBuf,
    /// The hub, if one was named.
    pub(super) hub: Option<String>,
    /// Where the login card is, if told.
    pub(super) card_file: Option<PathBuf>,
}

impl Session {
    /// The hub of an account that is to be made or brought back.
    pub(super) fn origin(&self) -> Result<Origin, Failure> {
        install_tls();
        Ok(origin(self.hub.as_deref().unwrap_or(USUAL_HUB))?)
    }

    /// The folder, for this process alone.
    pub(super) fn lock(&self) -> Result<Home, Failure> {
        Ok(Home::lock(&self.home)?)
    }

    /// Opens the account and does for it what has to be done in time.
    pub(super) async fn open(&self) -> Result<Client, Failure> {
        let mut client = self.open_offline()?;
        client.upkeep().await?;
        Ok(client)
    }

    /// Opens the account and says nothing to its hub.
    pub(super) fn open_offline(&self) -> Result<Client, Failure> {
        install_tls();
        if !self.home.join(crate::client::VAULT).exists() {
            return Err(Failure::new(
                "no-account",
                format!(
                    "there is no account in {}: make one with `kentongan account new`, or bring yours back with `kentongan account restore`",
                    self.home.display()
                ),
            ));
        }
        let home = self.lock()?;
        let card = card::find(self.card_file.as_deref(), Some(&home))?;
        let client = Client::open(home, card, Clock::System, Entropy::System)?;
        self.same_hub(&client)?;
        Ok(client)
    }

    /// An account lives on one hub; being told another is a mistake that should not go unnoticed.
    fn same_hub(&self, client: &Client) -> Result<(), Failure> {
        let Some(named) = &self.hub else { return Ok(()) };
        let (named, own) = (origin(named)?, client.api().origin());
        if named.as_str() == own.as_str() {
            return Ok(());
        }
        Err(Failure::usage(format!(
            "this account lives on {}, not on {}: leave --hub (or KENTONGAN_HUB) out, or name another --home",
            own.as_str(),
            named.as_str()
        )))
    }
}

/// What an audience is called, cleaned: by its owner, else as its publishers call it.
pub(super) fn label(client: &Client, audience: &AudienceId) -> String {
    let label = client.vault().audience(audience).map_or("audience", |keys| keys.label.as_str());
    if !label.starts_with("audience ") {
        return super::clean::line(label);
    }
    let posts = client.posts(audience);
    let mut named = posts.iter().rev().filter(|view| view.post.by_publisher);
    let claim = named.find_map(|view| view.post.content.audience.as_deref());
    super::clean::line(claim.unwrap_or(label))
}

/// What cannot be, with the next step.
pub(super) fn cannot(detail: impl Into<String>) -> Failure {
    Failure::from(Error::Cannot(detail.into()))
}
