//! `kentongan account delete`: leaving the hub for good.

use serde_json::json;

use crate::cli::failure::Failure;
use crate::cli::session::Session;
use crate::cli::{ask, drums};

/// Deletes the account after a yes.
pub(super) async fn run(abandon: bool, yes: bool, session: &Session) -> Result<(), Failure> {
    let client = session.open_offline()?;
    ask::confirm(
        "The account, its login card and all it kept here and on the hub are deleted for good; what it sent and others were given stays with them",
        yes,
        "--yes",
    )?;
    let home = client.delete_account(abandon).await?;
    crate::cli::numbers::forget(&home)?;
    session.output.show(
        &json!({ "deleted": true }),
        &format!("{} The account is gone.", drums::teak().apply_to("●")),
    )
}
