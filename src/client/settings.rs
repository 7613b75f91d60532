//! What its owner prefers, as the page keeps it in the vault (`web/src/client/settings.ts`).
//!
//! Invariant: a preference that is changed here leaves all others, also those of newer clients, as they were.

use kentongan_protocol::ids::AudienceId;
use serde_json::{Map, Value};

use super::{Client, Error};
use crate::base64url::encode;

/// Another device may write meanwhile, and its settings replace these.
const ROUNDS: usize = 4;

impl Client {
    /// Whether its owner has put an audience away.
    #[must_use]
    pub fn archived(&self, audience: &AudienceId) -> bool {
        let settings = self.vault.others.get("settings");
        let one = settings.map(|settings| &settings["audiences"][encode(audience.0)]);
        one.is_some_and(|one| one["archived"] == true)
    }

    /// Puts an audience away, on every device of the account, or takes it out again.
    pub async fn archive(&mut self, audience: &AudienceId, away: bool) -> Result<(), Error> {
        self.keys(audience)?;
        self.refresh().await?;
        for _ in 0..ROUNDS {
            if self.archived(audience) == away {
                return Ok(());
            }
            let settings = self.vault.others.entry("settings".to_owned()).or_default();
            let one = within(within(settings, "audiences"), &encode(audience.0));
            object(one).remove("archived");
            if away {
                object(one).insert("archived".to_owned(), Value::Bool(true));
            }
            self.save().await?;
        }
        Err(Error::cannot("another device keeps writing this account's vault: try again"))
    }
}

/// The object in this field, made where there is none.
fn within<'a>(value: &'a mut Value, field: &str) -> &'a mut Value {
    object(value).entry(field).or_insert_with(|| Value::Object(Map::new()))
}

fn object(value: &mut Value) -> &mut Map<String, Value> {
    if !value.is_object() {
        *value = Value::Object(Map::new());
    }
    value.as_object_mut().expect("it was just made one")
}
