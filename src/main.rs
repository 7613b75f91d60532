//! The one binary: a hub, its workers, and the client of an account.

use std::process::ExitCode;

fn main() -> ExitCode {
    kentongan::cli::run()
}
