//! E-mail nudges: an address the account gives the hub by a signed request; what a mail says is only that something is new.

use kentongan_protocol::bytes::Writer;

use super::api::MailState;
use super::{Client, Error};

/// The longest address there is (RFC 5321).
const ADDRESS_MAX: usize = 254;

impl Client {
    /// Asks the hub to nudge this address once its owner has confirmed it; `language` is `id` or `en`.
    pub async fn ask_for_mail(&self, address: &str, language: &str) -> Result<(), Error> {
        if address.len() > ADDRESS_MAX {
            return Err(Error::cannot("no mail address is that long: look at it again"));
        }
        let at_ms = self.now();
        let statement = Writer::default()
            .op8(self.api.origin().as_str().as_bytes())
            .op8(address.as_bytes())
            .u64(at_ms)
            .done();
        let signature = self.vault.ik().sign("email", &statement);
        self.api.put_email(address, language, at_ms, &signature).await
    }

    /// Where the address stands.
    pub async fn mail_state(&self) -> Result<MailState, Error> {
        self.api.email().await
    }

    /// Takes the address off the hub.
    pub async fn end_mail(&self) -> Result<(), Error> {
        self.api.delete_email().await
    }
}
