//! The hub's settings: `config/default.toml`, then a file, then `KENTONGAN_…` variables; the only reader of the environment.

use std::net::SocketAddr;
use std::path::PathBuf;

use figment::Figment;
use figment::providers::{Env, Format as _, Toml};
use serde::Deserialize;
use zeroize::Zeroizing;

/// The reference of settings and their defaults, part of the binary.
pub const DEFAULTS: &str = include_str!("../config/default.toml");

/// Settings that could not be read; the text names the setting and where it came from.
#[derive(Debug, thiserror::Error)]
#[error("the settings cannot be used: {0}")]
pub struct ConfigError(#[from] Box<figment::Error>);

/// Everything a hub can be told. `config/default.toml` documents each field.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Config {
    /// Where the hub listens.
    pub listen: SocketAddr,
    /// The hub's own address as clients type it; logins are signed for it.
    pub origin: String,
    /// Where files are kept: database, master key, attachments.
    pub data: PathBuf,
    /// `sqlite:PATH` or `postgres://…`; empty for SQLite inside `data`.
    pub database: String,
    /// Background work.
    pub workers: Workers,
    /// Sizes and rates.
    pub limits: Limits,
    /// E-mail nudges.
    pub email: Email,
    /// What is deleted, and when.
    pub retention: Retention,
}

/// Background work.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Workers {
    /// Jobs at once; 0 for one per core.
    pub concurrency: usize,
    /// Cohorts one fan-out job takes in a large audience.
    pub cohorts_per_job: u32,
}

/// Sizes in bytes and rates.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Limits {
    /// One attachment.
    pub attachment: u64,
    /// Replies a member may write in an hour, divided by the number of cohorts.
    pub replies_per_hour: u32,
    /// Letters an account may write in an hour.
    pub letters_per_hour: u32,
    /// Requests an address without a session may make in a minute.
    pub anonymous_per_minute: u32,
}

/// E-mail nudges; off while `smtp` is empty.
#[derive(Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Email {
    /// `smtp://host:port`, `smtp+starttls://user:password@host`, `smtps://…`; empty is off.
    pub smtp: String,
    /// The sender, `Kentongan <hub@example.org>`.
    pub from: String,
    /// Mails sent at once.
    pub connections: u32,
}

impl std::fmt::Debug for Email {
    /// Leaves out `smtp`, which may hold a password.
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Email").field("from", &self.from).finish_non_exhaustive()
    }
}

/// What is deleted, and when; 0 keeps for ever.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Retention {
    /// Posts, with their packs and receipts.
    pub posts_days: u32,
    /// Letters.
    pub letters_days: u32,
    /// Attachments.
    pub attachments_days: u32,
    /// Live events, which clients that were away catch up on.
    pub events_days: u32,
}

impl Config {
    /// Reads the defaults, then `file` if given, then the environment (`KENTONGAN_LIMITS__ATTACHMENT=…`).
    pub fn load(file: Option<&std::path::Path>) -> Result<Self, ConfigError> {
        let mut figment = Figment::from(Toml::string(DEFAULTS));
        if let Some(file) = file {
            figment = figment.merge(Toml::file_exact(file));
        }
        let environment = Env::prefixed("KENTONGAN_")
            .ignore(&[
                "home",
                "hub",
                "card",
                "test_postgres",
                "test_smtp",
                "test_smtp_ca",
                "test_mail",
                "vectors",
            ])
            .split("__");
        Ok(figment.merge(environment).extract().map_err(Box::new)?)
    }

    /// The database's address: the one set, or SQLite inside `data`.
    #[must_use]
    pub fn database_url(&self) -> String {
        if self.database.is_empty() {
            format!("sqlite:{}", self.data.join("kentongan.db").display())
        } else {
            self.database.clone()
        }
    }
}

/// The login card in `KENTONGAN_CARD`, for an account's client.
#[must_use]
pub fn login_card() -> Option<Zeroizing<String>> {
    std::env::var("KENTONGAN_CARD").ok().map(Zeroizing::new)
}

/// The home folder of whoever runs this.
#[must_use]
pub fn home() -> Option<PathBuf> {
    std::env::home_dir()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_defaults_are_complete() {
        let config: Config = Figment::from(Toml::string(DEFAULTS)).extract().expect("defaults");
        assert_eq!(config.database_url(), "sqlite:data/kentongan.db");
        assert!(config.email.smtp.is_empty(), "no mail before somebody asks for it");
    }

    #[test]
    fn an_unknown_setting_is_named() {
        let text = format!("{DEFAULTS}\n[nonsense]\nx = 1\n");
        let error = Figment::from(Toml::string(&text)).extract::<Config>().unwrap_err();
        assert!(error.to_string().contains("nonsense"));
    }
}
