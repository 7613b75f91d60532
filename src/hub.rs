//! One running hub: its database, settings, clock, randomness and keys, shared by web, API and workers.

use std::sync::Arc;
use std::sync::atomic::{AtomicI64, Ordering};
use std::time::{SystemTime, UNIX_EPOCH};

use kentongan_protocol::account::Origin;
use kentongan_protocol::primitives::IdentitySecret;
use rand_chacha::ChaCha20Rng;

use crate::config::Config;
use crate::entropy::Entropy;
use crate::jobs::fan_out::Tables;
use crate::master_key::MasterKey;
use crate::notifications::email::{BadSetting, Mailer};
use crate::notifications::live::Live;
use crate::store::{Db, StoreError};

/// Everything a request or a job needs.
pub struct Hub {
    /// The database.
    pub db: Db,
    /// The settings.
    pub config: Config,
    /// The hub's own address, which logins are signed for.
    pub origin: Origin,
    /// The time.
    pub clock: Clock,
    /// Seals what rests in the database.
    pub master_key: MasterKey,
    /// Signs receipts (protocol section 7).
    pub hub_key: IdentitySecret,
    /// Who is connected to this process, and the newest event.
    pub live: Live,
    /// Sends mail; `None` while the settings name no mail server.
    pub mailer: Option<Mailer>,
    /// The tables of the posts being transformed here.
    pub tables: Tables,
    entropy: Entropy,
}

/// Why a hub does not start.
#[derive(Debug, thiserror::Error)]
pub enum StartError {
    /// The data folder or the master key.
    #[error("{path}: {error}")]
    File {
        /// Which file or folder.
        path: String,
        /// What is wrong with it.
        error: std::io::Error,
    },
    /// `origin` is not an address.
    #[error("the setting `origin` is not an address like https://hub.example, without a path")]
    Origin,
    /// The settings of mail.
    #[error(transparent)]
    Email(#[from] BadSetting),
    /// The database.
    #[error("the database cannot be opened: {0}")]
    Database(#[from] StoreError),
}

impl Hub {
    /// Opens the data folder, the master key and the database, and brings its tables up to date.
    pub async fn open(
        mut config: Config,
        clock: Clock,
        entropy: Entropy,
    ) -> Result<Arc<Self>, StartError> {
        let at = |path: &std::path::Path| {
            let path = path.display().to_string();
            move |error| StartError::File { path, error }
        };
        config.origin = config.own_origin();
        let origin = Origin::parse(&config.origin).map_err(|_| StartError::Origin)?;
        let mailer = Mailer::open(&config.email)?;
        make_private(&config.data).map_err(at(&config.data))?;
        let key_file = config.data.join("master.key");
        let master_key = MasterKey::open(&key_file, &mut entropy.rng()).map_err(at(&key_file))?;
        let db = Db::open(&config.database_url()).await?;
        db.migrate().await?;
        let hub_key = master_key.hub_key();
        Ok(Arc::new(Self {
            db,
            config,
            origin,
            clock,
            master_key,
            hub_key,
            live: Live::default(),
            mailer,
            tables: Tables::default(),
            entropy,
        }))
    }

    /// A generator for one piece of work.
    #[must_use]
    pub fn rng(&self) -> ChaCha20Rng {
        self.entropy.rng()
    }

    /// The time in milliseconds since 1970.
    #[must_use]
    pub fn now_ms(&self) -> i64 {
        self.clock.now_ms()
    }
}

/// The time: the machine's, or one that a test moves.
#[derive(Clone, Debug)]
pub enum Clock {
    /// The machine's.
    System,
    /// Milliseconds since 1970, moved by hand.
    Fixed(Arc<AtomicI64>),
}

impl Clock {
    /// A clock that stands still until it is moved.
    #[must_use]
    pub fn fixed(ms: i64) -> Self {
        Self::Fixed(Arc::new(AtomicI64::new(ms)))
    }

    /// Milliseconds since 1970.
    #[must_use]
    pub fn now_ms(&self) -> i64 {
        match self {
            Self::System => SystemTime::now()
                .duration_since(UNIX_EPOCH)
                .map_or(0, |since| i64::try_from(since.as_millis()).unwrap_or(i64::MAX)),
            Self::Fixed(ms) => ms.load(Ordering::SeqCst),
        }
    }

    /// Moves a fixed clock on; the machine's goes by itself.
    pub fn advance(&self, ms: i64) {
        if let Self::Fixed(now) = self {
            now.fetch_add(ms, Ordering::SeqCst);
        }
    }
}

/// Makes the data folder, if need be, for the hub's own user alone (0700).
fn make_private(folder: &std::path::Path) -> std::io::Result<()> {
    let mut builder = std::fs::DirBuilder::new();
    builder.recursive(true);
    #[cfg(unix)]
    std::os::unix::fs::DirBuilderExt::mode(&mut builder, 0o700);
    builder.create(folder)
}
