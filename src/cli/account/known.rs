//! `kentongan account known`: every row the hub holds about the account, in plain words.

use std::fmt::Write as _;

use crate::cli::clean;
use crate::cli::failure::Failure;
use crate::cli::format::{count, number, plural};
use crate::cli::session::Session;

/// What a table's rows say about their account.
const WORDS: &[(&str, &str)] = &[
    ("accounts", "the account: its public keys, and when it was made"),
    ("sessions", "devices that are signed in"),
    (
        "vaults",
        "the sealed vault that the login card opens; its size and version, never what is in it",
    ),
    ("staff", "audiences you publish in; their charters say so to everyone in them"),
    ("members", "audiences you belong or belonged to"),
    ("slots", "your places in them: a token that opens nothing, and copies made for you"),
    ("links", "links you made"),
    ("link_uses", "links you joined by"),
    ("join_requests", "what you asked to join"),
    ("posts", "posts you sent: when, of which kind and size; never what they say"),
    ("approvals", "posts you approved"),
    ("receipts", "what your devices said became of posts"),
    ("threads", "threads you slowed, closed or opened"),
    ("letters", "letters from and to you: who, when and of which size; never what they say"),
    ("desk_letters", "letters on desks that you took or put away"),
    ("attachments", "sealed files from and to you, with their sizes"),
    ("uploads", "files on their way"),
    ("events", "live news for you alone, kept for devices that were away"),
    ("email_addresses", "your mail address, sealed; the hub opens it to send a mail"),
    ("email_confirmations", "confirmations of an address asked for in the last day"),
    ("nudges", "mails owed or sent: that something is new, never what"),
];

/// Shows what there is, or all rows of one table.
pub(super) async fn run(table: Option<&str>, session: &Session) -> Result<(), Failure> {
    let client = session.open().await?;
    if let Some(table) = table {
        for row in client.api().known_rows(table).await? {
            let line = serde_json::to_string(&row);
            let line = line.map_err(|e| Failure::new("internal", e.to_string()))?;
            session.output.show_line(&row, &clean::line(&line))?;
        }
        return Ok(());
    }
    let known = client.api().known().await?;
    let rows: i64 = known.counts.values().sum();
    let mut text = format!("The hub holds {} about this account.\n\n", plural(count(rows), "row"));
    for (table, held) in known.counts.iter().filter(|(_, held)| **held > 0) {
        let words = WORDS.iter().find(|(name, _)| name == table).map_or("", |(_, words)| words);
        let _ = writeln!(text, "{:>6}  {:<20} {words}", number(count(*held)), clean::line(table));
    }
    let _ = write!(
        text,
        "\nIt cannot see what posts, letters and files say, your name, or your login card."
    );
    session.output.show(&known, &text)?;
    session.output.hint("The rows themselves: kentongan account known TABLE, or --json");
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::store::known::TABLES;

    #[test]
    fn every_table_has_its_words() {
        let names: Vec<_> = TABLES.iter().map(|table| table.name).collect();
        assert_eq!(WORDS.iter().map(|(name, _)| *name).collect::<Vec<_>>(), names);
    }
}
