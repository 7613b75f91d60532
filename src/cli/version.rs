//! `--version`, and with `--verbose` what decides how fast and by which protocol this program works.

use kentongan_protocol::transform::Path;
use serde_json::json;

use super::failure::Failure;
use super::output::Output;

const VERSION: &str = env!("CARGO_PKG_VERSION");

/// Prints it.
pub(super) fn show(output: Output, verbose: bool) -> Result<(), Failure> {
    let (suite, arithmetic) = (kentongan_protocol::SUITE, Path::best().to_string());
    let document = json!({ "version": VERSION, "suite": suite, "arithmetic": arithmetic });
    let mut text = format!("kentongan {VERSION}");
    if verbose {
        text = format!("{text}\n  protocol    suite {suite}\n  arithmetic  {arithmetic}");
    }
    output.show(&document, &text)
}
