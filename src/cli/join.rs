//! `kentongan join`: following a link.

use clap::Args;
use serde_json::json;

use super::Failure;
use super::output::Output;
use crate::client::{Client, Joined};

/// Follow a link into an audience
#[derive(Args, Debug)]
#[command(
    after_help = "Example:\n  kentongan join 'https://hub.example/join#AQK…' --as 'VII B' --name 'Budi (father of Ani)'\n\n\
    Quote the link: the part after # is the key. The name goes to the publishers, sealed; the hub never sees it."
)]
pub(super) struct Join {
    /// The whole link, or what follows its #
    link: String,
    /// What you call the audience
    #[arg(long = "as", value_name = "NAME")]
    label: Option<String>,
    /// Who you are, for the publishers
    #[arg(long, value_name = "NAME")]
    name: Option<String>,
    /// Agree that the operator of a hosted audience can read everything
    #[arg(long)]
    consent_hosting: bool,
}

impl Join {
    pub(super) async fn run(self, client: &mut Client, out: Output) -> Result<(), Failure> {
        let name = self.name.or_else(|| client.vault().name.clone());
        let joined =
            client.join(&self.link, self.label.as_deref(), name.as_deref(), self.consent_hosting);
        let (audience, joined) = joined.await?;
        let (state, text) = match joined {
            Joined::Member => ("member", "You are in. `kentongan inbox` shows what is there."),
            Joined::Asked => {
                ("asked", "A publisher has been asked. `kentongan inbox` shows when you are in.")
            }
            Joined::Publisher => {
                ("publisher", "You publish here; the keys come from the other publishers.")
            }
        };
        out.result(&json!({ "audience": hex::encode(audience.0), "state": state }), text);
        Ok(())
    }
}
