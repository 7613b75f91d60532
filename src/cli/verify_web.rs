//! `kentongan verify-web`: whether a hub serves browsers the web client of a release, and nothing else.

use std::fmt::Write as _;

use serde_json::json;

use super::failure::{Failure, file};
use super::output::Output;
use super::{clean, drums};
use crate::base64url::encode;
use crate::client::{install_tls, origin};
use crate::entropy::Entropy;
use crate::web_client::WebClient;
use crate::web_client::manifest::{parse_key, pinned_key};
use crate::web_client::verify::{Report, Trust, Vouched, verify};
use kentongan_protocol::ids::IdentityKey;

/// Compare the pages that a hub serves with those of its release
#[derive(Debug, clap::Args)]
#[command(after_help = "\
Examples:
  kentongan verify-web https://hub.example                    by the key in this program
  kentongan verify-web https://hub.example --key 11qYAYKx…     by this key
  kentongan verify-web https://hub.example --key release.pub   likewise, from a file
  kentongan verify-web https://hub.example --json              for a machine that looks every hour

Fetches every file and every page, as a browser does, and compares them with the hub's manifest. That has to be signed
by the release key in this program (while there is none, by who built this program) or by the one given; else it has to
be the manifest in this program. It finds a hub that serves other code to
everyone. A hub that does so to one person, once, can only be avoided: by reading with `kentongan`, not in a page.

Exit codes: 0 all of it is the release's, 1 something differs or cannot be judged, 2 used wrongly.")]
pub(super) struct Args {
    /// The hub's address
    url: String,
    /// The Ed25519 key that signs releases (base64url), or a file with it
    #[arg(long, value_name = "FILE|KEY")]
    key: Option<String>,
}

/// Fetches, compares, and says what differs.
pub(super) async fn run(args: &Args, output: Output) -> Result<(), Failure> {
    let hub = origin(&args.url).map_err(|error| Failure::usage(error.to_string()))?;
    let given = args.key.as_deref().map(key).transpose()?;
    install_tls();
    let own = WebClient::built().map(|client| client.manifest.as_ref());
    let trust = Trust { key: given.or_else(pinned_key), own: own.filter(|_| given.is_none()) };
    let report = verify(&hub, trust, &mut Entropy::System.rng())
        .await
        .map_err(|error| Failure::new("unverified", error.to_string()))?;
    output.show(&document(&report), &text(hub.as_str(), &report))?;
    if report.differences.is_empty() {
        return Ok(());
    }
    let advice = "do not type your login card into these pages until their operator has explained \
                  this; `kentongan` in a terminal takes no code from the hub";
    Err(Failure::new("not-the-release", advice))
}

/// A key as it was typed, or in a file.
fn key(given: &str) -> Result<IdentityKey, Failure> {
    if let Some(key) = parse_key(given) {
        return Ok(key);
    }
    let path = std::path::Path::new(given);
    let text = std::fs::read_to_string(path)
        .map_err(file(path))
        .map_err(|failure| Failure::usage(format!("--key: {}", failure.detail)))?;
    parse_key(&text).ok_or_else(|| {
        Failure::usage("--key: one line of base64url is wanted, 43 letters, beside comments")
    })
}

fn document(report: &Report) -> serde_json::Value {
    let (vouched, key) = match report.vouched {
        Vouched::Signed(key) => ("signed", Some(encode(key.0))),
        Vouched::Same => ("same", None),
        Vouched::Nobody => ("nobody", None),
    };
    let differences = report.differences.iter();
    let differences: Vec<_> =
        differences.map(|found| json!({ "what": found.what, "why": found.why })).collect();
    json!({
        "version": report.version,
        "vouched": vouched,
        "key": key,
        "compared": report.compared,
        "differences": differences,
    })
}

fn text(hub: &str, report: &Report) -> String {
    let version = clean::line(&report.version);
    let vouched = match report.vouched {
        Vouched::Signed(key) => format!("signed by {}", encode(key.0)),
        Vouched::Same => "the same as in this program".into(),
        Vouched::Nobody => "nobody vouches for that".into(),
    };
    if report.differences.is_empty() {
        let drum = drums::leaf().apply_to("●");
        return format!(
            "{drum} {hub} serves the pages of Kentongan {version} ({vouched}): {} answers compared.",
            report.compared
        );
    }
    let drum = drums::chilli().apply_to("○");
    let mut text = format!(
        "{drum} {hub} says it serves the pages of Kentongan {version} ({vouched}); of {} answers, these differ:",
        report.compared
    );
    for found in &report.differences {
        let _ = write!(text, "\n  {} {}", clean::line(&found.what), found.why);
    }
    text
}
