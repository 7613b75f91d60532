//! The login card: where a command gets it from, and how it is printed the one time that it is.
//!
//! Invariant: a card is never an argument, where every process of the machine could read it.

use std::path::Path;

use kentongan_protocol::card::LoginCard;
use zeroize::Zeroizing;

use super::failure::{Failure, file};
use super::output::someone_is_there;
use crate::client::{CARD, Error, Home};

/// Finds the card: in `KENTONGAN_CARD`, in a file, kept beside the vault, or typed without echo.
pub(super) fn find(card_file: Option<&Path>, home: Option<&Home>) -> Result<LoginCard, Failure> {
    let text = match card_file {
        Some(path) => Some(read(path)?),
        None => crate::config::login_card(),
    };
    let text = match (text, home) {
        (None, Some(home)) => kept(home)?,
        (text, _) => text,
    };
    let text = text.map_or_else(typed, Ok)?;
    LoginCard::parse(text.trim()).map_err(|bad| Error::Card(bad).into())
}

fn kept(home: &Home) -> Result<Option<Zeroizing<String>>, Failure> {
    let bytes = home.read(CARD)?.map(Zeroizing::new);
    Ok(bytes.map(|bytes| Zeroizing::new(String::from_utf8_lossy(&bytes).into_owned())))
}

fn read(path: &Path) -> Result<Zeroizing<String>, Failure> {
    std::fs::read_to_string(path).map(Zeroizing::new).map_err(file(path))
}

fn typed() -> Result<Zeroizing<String>, Failure> {
    if !someone_is_there() {
        return Err(Failure::usage(
            "the login card is needed and nobody is here to type it: give it in KENTONGAN_CARD or with --card-file FILE",
        ));
    }
    let typed = rpassword::prompt_password("Login card (not shown): ").map(Zeroizing::new);
    typed.map_err(|e| Failure::new("file", format!("the terminal cannot be read: {e}")))
}

/// The card in a frame, as it is shown once.
pub(super) fn framed(card: &LoginCard) -> Zeroizing<String> {
    let groups = card.to_groups();
    let rows = [
        "",
        "LOGIN CARD",
        "",
        groups.as_str(),
        "",
        "Whoever has this card has the account.",
        "Write it down and keep it like a key:",
        "nobody can show it to you again.",
        "",
    ];
    let width = rows.iter().map(|row| row.chars().count()).max().unwrap_or_default() + 4;
    let mut text = Zeroizing::new(String::with_capacity(4 * width * rows.len()));
    let edge = "─".repeat(width);
    text.extend(["  ╭", &edge, "╮\n"]);
    for row in rows {
        text.push_str("  │  ");
        text.push_str(row);
        text.push_str(&" ".repeat(width - 2 - row.chars().count()));
        text.push_str("│\n");
    }
    text.extend(["  ╰", &edge, "╯\n"]);
    text
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_frame_is_straight_and_holds_the_card() {
        let card = LoginCard::from_bytes(&[7; 16]);
        let text = framed(&card);
        assert!(text.contains(card.to_groups().as_str()));
        let widths: Vec<_> = text.lines().map(|line| line.chars().count()).collect();
        assert!(widths.iter().all(|w| *w == widths[0]), "{}", *text);
    }
}
