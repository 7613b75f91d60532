//! The one binary: a hub, its workers, and the client of an account.

use std::process::ExitCode;

#[tokio::main]
async fn main() -> ExitCode {
    kentongan::client::install_tls();
    kentongan::cli::run().await
}
