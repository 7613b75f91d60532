//! Opening the account of this machine: its folder and its login card.

use std::path::{Path, PathBuf};

use kentongan_protocol::card::LoginCard;
use zeroize::Zeroizing;

use super::output::Output;
use super::{Failure, Global};
use crate::client::{CARD, Client, Home};
use crate::config;
use crate::entropy::Entropy;
use crate::hub::Clock;

impl Global {
    /// The folder of the account.
    pub(super) fn home_dir(&self) -> Result<PathBuf, Failure> {
        let usual = || config::home().map(|home| home.join(".local/share/kentongan"));
        self.home.clone().or_else(usual).ok_or_else(|| {
            Failure::Usage(
                "there is no home folder: say where the account lives with --home".into(),
            )
        })
    }

    /// The account of that folder.
    pub(super) fn open(&self, out: Output) -> Result<Client, Failure> {
        let dir = self.home_dir()?;
        if !dir.join("vault.age").exists() {
            return Err(Failure::Refused(format!(
                "there is no account in {}: make one with `kentongan account new`, or bring yours back with `kentongan account restore`",
                dir.display()
            )));
        }
        let home = Home::lock(&dir)?;
        let card = self.card(&home, out)?;
        Ok(Client::open(home, card, Clock::System, Entropy::System)?)
    }

    /// The login card: from the environment, a file, the folder, or a person.
    pub(super) fn card(&self, home: &Home, out: Output) -> Result<LoginCard, Failure> {
        let kept = home.path(CARD);
        let text = if let Some(file) = &self.card_file {
            read(file)?
        } else if let Some(card) = config::login_card() {
            card
        } else if kept.exists() {
            read(&kept)?
        } else if out.can_ask() {
            let typed = rpassword::prompt_password("Login card: ");
            Zeroizing::new(typed.map_err(|_| Failure::Refused("no login card was given".into()))?)
        } else {
            return Err(Failure::Usage(
                "the login card is needed: set KENTONGAN_CARD, or give --card-file".into(),
            ));
        };
        LoginCard::parse(text.trim()).map_err(|e| crate::client::Error::Card(e).into())
    }
}

fn read(file: &Path) -> Result<Zeroizing<String>, Failure> {
    let text = std::fs::read_to_string(file);
    text.map(Zeroizing::new)
        .map_err(|error| Failure::Refused(format!("{}: {error}", file.display())))
}
