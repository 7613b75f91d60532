//! The hub's settings: `config/default.toml`, then a file, then `KENTONGAN_…` variables; the only reader of the environment.

use std::net::{Ipv4Addr, Ipv6Addr, SocketAddr};
use std::path::{Path, PathBuf};

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
    /// The hub's own address as clients type it; logins are signed for it. Empty: `http://` and where it listens.
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
    /// Bytes of an account's vault and records.
    pub vault_bytes: u64,
    /// Bytes of attachments an account may upload in a day; 0 for any number.
    pub upload_bytes_per_day: u64,
    /// Requests an address may make in a minute without a session; 0 for any number.
    pub without_session_per_minute: u32,
    /// Proxies of the operator's own that a request passes, each writing down its peer in `X-Forwarded-For`.
    pub trusted_proxies: usize,
}

/// E-mail nudges; off while `smtp` is empty.
#[derive(Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Email {
    /// `smtp://host:port`, `smtp+starttls://user:password@host`, `smtps://…`; empty is off.
    pub smtp: String,
    /// PEM file of the authorities whose certificates the mail server may show; empty for the public ones.
    pub ca: PathBuf,
    /// The sender, `Kentongan <hub@example.org>`.
    pub from: String,
    /// Mails sent at once.
    pub connections: u32,
}

impl std::fmt::Debug for Email {
    /// Leaves out `smtp`, which may hold a password.
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Email")
            .field("ca", &self.ca)
            .field("from", &self.from)
            .finish_non_exhaustive()
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
    pub fn load(file: Option<&Path>) -> Result<Self, ConfigError> {
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
                "test_smtp_clear",
                "test_smtps",
                "test_mail",
                "vectors",
            ])
            .split("__");
        Ok(figment.merge(environment).extract().map_err(Box::new)?)
    }

    /// The hub's own address: the one set, or the one it listens on (for every interface: this machine's).
    #[must_use]
    pub fn own_origin(&self) -> String {
        if !self.origin.is_empty() {
            return self.origin.clone();
        }
        let mut listen = self.listen;
        if listen.ip().is_unspecified() {
            listen.set_ip(if listen.is_ipv4() {
                Ipv4Addr::LOCALHOST.into()
            } else {
                Ipv6Addr::LOCALHOST.into()
            });
        }
        format!("http://{listen}")
    }

    /// The defaults for a hub that lives in `data` and only on this machine, whatever the environment says.
    pub fn throw_away(data: PathBuf, listen: SocketAddr) -> Result<Self, ConfigError> {
        let defaults = Figment::from(Toml::string(DEFAULTS)).extract::<Self>().map_err(Box::new)?;
        Ok(Self { data, listen, origin: format!("http://{listen}"), ..defaults })
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

/// Where the command line keeps an account unless told otherwise.
#[must_use]
pub fn default_home() -> PathBuf {
    let data = std::env::var_os("XDG_DATA_HOME").map(PathBuf::from).filter(|p| p.is_absolute());
    let home = || std::env::home_dir().unwrap_or_default().join(".local").join("share");
    data.unwrap_or_else(home).join("kentongan")
}

/// The login card that the command line was given in `KENTONGAN_CARD`.
#[must_use]
pub fn login_card() -> Option<Zeroizing<String>> {
    std::env::var("KENTONGAN_CARD").ok().map(Zeroizing::new)
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
    fn the_address_follows_where_the_hub_listens_unless_it_is_set() {
        let mut config: Config = toml::from_str(DEFAULTS).expect("defaults");
        assert_eq!(config.own_origin(), "http://127.0.0.1:8080");
        config.listen = "0.0.0.0:9000".parse().expect("an address");
        assert_eq!(config.own_origin(), "http://127.0.0.1:9000");
        config.origin = "https://hub.example".into();
        assert_eq!(config.own_origin(), "https://hub.example");
    }

    #[test]
    fn an_unknown_setting_is_named() {
        let text = format!("{DEFAULTS}\n[nonsense]\nx = 1\n");
        let error = Figment::from(Toml::string(&text)).extract::<Config>().unwrap_err();
        assert!(error.to_string().contains("nonsense"));
    }
}
