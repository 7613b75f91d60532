//! An account's side: its vault, sealing and opening, and what it says to its hub. For the command line, gateways and tests.
//!
//! Invariants: a new secret is in the vault, on disk and on the hub, before anything that needs it is sent; whatever a hub
//! serves is checked before it is stored or shown, and refused with the reason. Nothing in here prints.

mod account;
mod answers;
pub mod api;
mod approve;
mod attach;
mod audience;
mod desk;
pub mod device;
mod due_times;
mod enrol;
mod error;
mod home;
pub mod homework;
mod invitation;
mod join;
mod label;
mod letters;
mod links;
mod mail;
mod met;
mod outbox;
pub mod payload;
mod read;
pub mod records;
mod role;
mod rotate;
mod schedule;
mod secrets;
mod settings;
mod uploads;
pub mod vault;
mod view;
mod write;

use kentongan_protocol::card::LoginCard;
use kentongan_protocol::ids::{AudienceId, IdentityKey};
use rand_chacha::ChaCha20Rng;

pub use answers::Answer;
pub use api::{Api, install_tls, origin};
pub use attach::Source;
pub use audience::Rules;
pub use desk::Care;
pub use enrol::{Asking, Enrolled, MemberLine};
pub use error::{Error, HubProblem, ProblemKind};
pub(crate) use home::VAULT;
pub use home::{CARD, Home};
pub use invitation::Invitation;
pub use join::Joined;
pub use letters::{Addressee, FetchedLetters, LetterLine};
pub use links::{LinkLine, NewLink};
pub use met::Met;
pub use read::{ASKED, Fetched, REMOVED};
pub use rotate::{Cause, Rotated};
pub use view::{PostView, Shown};
pub use write::Sent;

use crate::base64url::B64;
use crate::entropy::Entropy;
use crate::hub::Clock;
use device::{Device, Local};
use vault::{Keys, Vault};

/// Told how far long work is: bytes sent, members enrolled.
pub type Progress<'a> = &'a (dyn Fn(u64) + Send + Sync);

/// A client's clock may be behind the hub's by this much before a new charter is refused as not begun.
const SKEW_MS: u64 = 60_000;

/// An account, opened with its login card on this machine.
pub struct Client {
    api: Api,
    vault: Vault,
    device: Device,
    home: Home,
    card: LoginCard,
    clock: Clock,
    entropy: Entropy,
}

impl Client {
    /// The hub this account lives on.
    #[must_use]
    pub const fn api(&self) -> &Api {
        &self.api
    }

    /// The account's secrets.
    #[must_use]
    pub const fn vault(&self) -> &Vault {
        &self.vault
    }

    /// What this installation remembers of an audience.
    #[must_use]
    pub fn local(&self, audience: &AudienceId) -> Option<&Local> {
        self.device.audiences.get(&B64(audience.0))
    }

    /// The folder it lives in.
    #[must_use]
    pub const fn home(&self) -> &Home {
        &self.home
    }

    /// The time by this account's clock, in milliseconds.
    #[must_use]
    pub fn now(&self) -> u64 {
        self.clock.now_ms().unsigned_abs()
    }

    fn rng(&self) -> ChaCha20Rng {
        self.entropy.rng()
    }

    fn ik(&self) -> IdentityKey {
        self.vault.ik().public()
    }

    fn local_mut(&mut self, audience: &AudienceId) -> &mut Local {
        self.device.audiences.entry(B64(audience.0)).or_default()
    }

    fn keys(&self, audience: &AudienceId) -> Result<&Keys, Error> {
        self.vault.audience(audience).ok_or_else(not_in)
    }

    fn keys_mut(&mut self, audience: &AudienceId) -> Result<&mut Keys, Error> {
        self.vault.audiences.get_mut(&B64(audience.0)).ok_or_else(not_in)
    }
}

fn not_in() -> Error {
    Error::cannot("this account is not in that audience: join it with its link first")
}
