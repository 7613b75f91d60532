//! `--version`, and with `--verbose` what decides how fast and by which protocol this program works.

use serde_json::json;

use super::failure::Failure;
use super::output::Output;

const VERSION: &str = env!("CARGO_PKG_VERSION");

/// Prints it.
pub(super) fn show(output: Output, verbose: bool) -> Result<(), Failure> {
    let suite = kentongan_protocol::SUITE;
    let document = json!({ "version": VERSION, "suite": suite });
    let short = format!("kentongan {VERSION}");
    let text = if verbose { format!("{short}\nprotocol    suite {suite}") } else { short };
    output.show(&document, &text)
}
