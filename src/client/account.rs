//! Making, opening and bringing back an account; its vault on disk and on the hub, its bundle.

use kentongan_protocol::account::{BUNDLE_MAX_MS, KeyBundle, Origin, SignedBundle};
use kentongan_protocol::bytes::Writer;
use kentongan_protocol::card::LoginCard;
use kentongan_protocol::ids::AccountId;
use kentongan_protocol::vault::VaultError;

use super::device::{Device, Older};
use super::home::{CARD, DEVICE, Home, VAULT, volume};
use super::vault::{Vault, open_json, seal_json};
use super::{Api, Client, Error, ProblemKind};
use crate::base64url::B64;
use crate::entropy::Entropy;
use crate::hub::Clock;

/// A bundle is renewed when less than this is left of it.
const BUNDLE_RENEW_MS: u64 = 30 * 24 * 3600 * 1000;
/// Two devices that write at once settle within a few rounds.
const MERGE_ROUNDS: usize = 5;

impl Client {
    /// Makes an account on the hub at `origin`, and its login card, which is shown nowhere else.
    pub async fn create(
        home: Home,
        origin: Origin,
        name: Option<String>,
        clock: Clock,
        entropy: Entropy,
    ) -> Result<Self, Error> {
        refuse_second(&home)?;
        let mut rng = entropy.rng();
        let mut vault = Vault::random(origin.as_str(), name, &mut rng);
        let (card, device) = (LoginCard::random(&mut rng), Device::random(&mut rng));
        let api = Api::new(origin)?;
        vault.hub_key = Some(api.hub().await?.hub_key);
        let api = api.signed_in(vault.ik(), None);
        let mut client = Self { api, vault, device, home, card, clock, entropy };
        client.write_vault()?;
        let made = client.publish_first().await;
        if made.is_err() {
            // Nobody has seen its card: it could never be opened.
            for file in [VAULT, DEVICE] {
                let _ = std::fs::remove_file(client.home.path(file));
            }
        }
        made.map(|()| client)
    }

    async fn publish_first(&mut self) -> Result<(), Error> {
        self.renew_bundle().await?;
        self.save().await
    }

    /// Opens the account of this folder.
    pub fn open(
        home: Home,
        card: LoginCard,
        clock: Clock,
        entropy: Entropy,
    ) -> Result<Self, Error> {
        let file = home.read(VAULT)?.ok_or_else(|| {
            Error::cannot(format_args!(
                "there is no account in {}: make one with `kentongan account new`, or bring yours back with `kentongan account restore`",
                home.dir().display()
            ))
        })?;
        let vault = Vault::open(&file, &card).map_err(|e| match e {
            VaultError::WrongCard => Error::WrongCard,
            VaultError::Damaged => Error::Damaged(
                home.path(VAULT),
                "move it away and run `kentongan account restore` with the login card",
            ),
        })?;
        let device = match home.read(DEVICE)? {
            Some(file) => open_device(&home, &file, &card)?,
            None => Device {
                // The version here may not have reached the hub, the one before has.
                vault_version: vault.version.saturating_sub(1),
                ..Device::random(&mut entropy.rng())
            },
        };
        let api = Api::new(super::origin(&vault.hub)?)?;
        let api = api.signed_in(vault.ik(), device.session.clone());
        Ok(Self { api, vault, device, home, card, clock, entropy })
    }

    /// Brings an account back from the hub at `origin` with its login card.
    pub async fn restore(
        home: Home,
        origin: Origin,
        card: LoginCard,
        clock: Clock,
        entropy: Entropy,
    ) -> Result<Self, Error> {
        refuse_second(&home)?;
        let api = Api::new(origin)?;
        let (version, file) = api.vault(&card.vault_id().0).await?;
        let mut vault = open_served(&file, &card)?;
        api.origin().as_str().clone_into(&mut vault.hub);
        let device = Device { vault_version: version, ..Device::random(&mut entropy.rng()) };
        let api = api.signed_in(vault.ik(), None);
        let mut client = Self { api, vault, device, home, card, clock, entropy };
        client.write_vault()?;
        client.save_device().await?;
        Ok(client)
    }

    /// The login card; whoever has it has the account.
    #[must_use]
    pub const fn card(&self) -> &LoginCard {
        &self.card
    }

    /// Writes the vault as the next version: to disk, then to the hub; merges with what another device wrote meanwhile.
    pub async fn save(&mut self) -> Result<(), Error> {
        let id = self.card.vault_id().0;
        for _ in 0..MERGE_ROUNDS {
            self.vault.version = self.device.vault_version + 1;
            let file = self.write_vault()?;
            match self.api.put_vault(&id, self.vault.version, file.into()).await {
                Err(error) if error.is(&ProblemKind::VersionConflict) => self.take_newer().await?,
                answer => {
                    answer?;
                    self.device.vault_version = self.vault.version;
                    return self.save_device().await;
                }
            }
        }
        Err(Error::cannot("another device keeps writing this account's vault: try again"))
    }

    /// Takes in what the hub has of the vault; refuses a version below one seen.
    pub async fn refresh(&mut self) -> Result<(), Error> {
        self.take_newer().await?;
        self.write_vault()?;
        self.save_device().await
    }

    async fn take_newer(&mut self) -> Result<(), Error> {
        let (version, file) = self.api.vault(&self.card.vault_id().0).await?;
        if version < self.device.vault_version {
            return Err(Error::distrust(
                "the hub serves an older vault than this account has seen; ask its operator whether a backup was restored",
            ));
        }
        let theirs = open_served(&file, &self.card)?;
        if theirs.account() != self.vault.account() {
            return Err(Error::distrust("the hub serves the vault of another account"));
        }
        self.vault.merge(theirs);
        self.device.vault_version = version;
        Ok(())
    }

    fn write_vault(&self) -> Result<Vec<u8>, Error> {
        let file = self.vault.seal(&self.card);
        self.home.replace(VAULT, &file)?;
        Ok(file)
    }

    /// Writes down what this installation remembers.
    pub(super) async fn save_device(&mut self) -> Result<(), Error> {
        self.device.session = self.api.session().await.map(|token| token.to_string());
        if let Some(full) = self.device.full_volume() {
            let name = volume(self.device.volumes);
            self.home.replace(&name, &seal_json(&full, &self.card))?;
            self.device.settle();
        }
        self.home.replace(DEVICE, &seal_json(&self.device, &self.card))
    }

    /// Deletes the account on the hub, for good, and what it kept in its folder, which is free again.
    ///
    /// `abandon` leaves audiences with others in them without an admin.
    pub async fn delete_account(self, abandon: bool) -> Result<Home, Error> {
        let at_ms = self.now();
        let origin = self.api.origin().as_str().as_bytes();
        let statement = Writer::default().op8(origin).u64(at_ms).done();
        let signature = self.vault.ik().sign("account-delete", &statement);
        self.api.delete_account(at_ms, &signature, abandon).await?;
        let volumes = (0..self.device.volumes).map(volume);
        for file in volumes.chain([CARD, DEVICE, VAULT].map(Into::into)) {
            self.home.remove(&file)?;
        }
        Ok(self.home)
    }

    /// What has to be done in time: a bundle or a charter near its end is renewed.
    pub async fn upkeep(&mut self) -> Result<(), Error> {
        if self.vault.bundle_until_ms.saturating_sub(self.now()) < BUNDLE_RENEW_MS {
            self.renew_bundle().await?;
            self.save().await?;
        }
        self.renew_charters().await
    }

    /// Sends the next bundle of the same keys; counts on from the hub's where another device sent one.
    async fn renew_bundle(&mut self) -> Result<(), Error> {
        match self.send_bundle().await {
            Err(error) if error.is(&ProblemKind::Conflict) => {
                let row = self.api.bundle(&self.vault.account().0).await?;
                let held = verified_bundle(&row.bundle.0, &row.signature, &self.vault.account())?;
                self.vault.bundle_seq = held.seq().max(self.vault.bundle_seq);
                self.send_bundle().await
            }
            sent => sent,
        }
    }

    async fn send_bundle(&mut self) -> Result<(), Error> {
        let (seq, from) = (self.vault.bundle_seq + 1, self.now().saturating_sub(super::SKEW_MS));
        let until = from + BUNDLE_MAX_MS;
        let signed = self.vault.keys().bundle(seq, from, until);
        let signed = signed.map_err(|_| Error::cannot("this machine's clock is not set"))?;
        self.api.put_bundle(&signed.bundle.encode(), &signed.signature).await?;
        (self.vault.bundle_seq, self.vault.bundle_until_ms) = (seq, until);
        Ok(())
    }

    /// Another account's bundle: genuine, valid now, and not older than one seen before.
    pub(super) async fn contact(&mut self, account: &AccountId) -> Result<KeyBundle, Error> {
        let row = self.api.bundle(&account.0).await?;
        let bundle = verified_bundle(&row.bundle.0, &row.signature, account)?;
        if !bundle.valid_at(self.now()) {
            return Err(Error::cannot(
                "that account's keys have expired: its owner has to come online first",
            ));
        }
        let seen = self.vault.contacts.entry(B64(account.0)).or_default();
        if bundle.seq() < *seen {
            return Err(Error::distrust(
                "the hub serves older keys of that account than it did before",
            ));
        }
        *seen = bundle.seq();
        Ok(bundle)
    }
}

fn refuse_second(home: &Home) -> Result<(), Error> {
    match home.read(VAULT)? {
        None => Ok(()),
        Some(_) => Err(Error::cannot(format_args!(
            "there is an account in {} already: use it, or choose another --home",
            home.dir().display()
        ))),
    }
}

/// The document of this installation, with its volumes.
fn open_device(home: &Home, file: &[u8], card: &LoginCard) -> Result<Device, Error> {
    let damaged = || {
        let advice = "delete it; what it kept is fetched again from the hub";
        Error::Damaged(home.path(DEVICE), advice)
    };
    let mut device: Device = open_json(file, card).map_err(|_| damaged())?;
    for number in (0..device.volumes).rev() {
        let file = home.read(&volume(number))?.ok_or_else(damaged)?;
        let older: Older = open_json(&file, card).map_err(|_| damaged())?;
        device.take(older);
    }
    Ok(device)
}

fn open_served(file: &[u8], card: &LoginCard) -> Result<Vault, Error> {
    Vault::open(file, card)
        .map_err(|_| Error::distrust("the vault that the hub serves does not open with this card"))
}

fn verified_bundle(
    bundle: &[u8],
    signature: &B64<64>,
    account: &AccountId,
) -> Result<KeyBundle, Error> {
    let bad = || Error::distrust("the keys that the hub serves for that account are not its own");
    let bundle = KeyBundle::parse(bundle).map_err(|_| bad())?;
    let signed = SignedBundle { bundle, signature: signature.0 };
    let genuine = signed.verify().is_ok() && bundle.account() == *account;
    if genuine { Ok(bundle) } else { Err(bad()) }
}
