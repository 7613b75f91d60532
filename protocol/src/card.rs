//! The login card: 16 random bytes on paper that bring an account back (section 2).
//!
//! Whoever has the card has the account, so it can be neither printed by accident nor copied, and
//! its check symbol catches every single mistyped symbol.

use rand_core::CryptoRng;
use zeroize::{ZeroizeOnDrop, Zeroizing};

use crate::primitives::kdf;

/// Crockford's base32 symbols, then the five further ones of his check symbol.
const SYMBOLS: &[u8; 37] = b"0123456789ABCDEFGHJKMNPQRSTVWXYZ*~$=U";

/// Symbols before the check symbol: 128 bits and two zero bits.
const DATA_SYMBOLS: u32 = 26;

/// Why a text is not a login card.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum BadCard {
    /// Not 26 symbols and a check symbol.
    Length,
    /// A character that is on no card.
    Symbol,
    /// The check symbol does not fit: something was mistyped.
    Check,
}

impl core::fmt::Display for BadCard {
    fn fmt(&self, f: &mut core::fmt::Formatter<'_>) -> core::fmt::Result {
        f.write_str(match self {
            Self::Length => "a login card has 27 symbols",
            Self::Symbol => "a character is not one that login cards use",
            Self::Check => "one of the symbols is mistyped",
        })
    }
}

impl core::error::Error for BadCard {}

/// The name under which a hub keeps a vault; tells nothing about the card or the account.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct VaultId(pub [u8; 16]);

/// 16 secret bytes that find and open an account's vault.
#[derive(ZeroizeOnDrop)]
pub struct LoginCard(Zeroizing<[u8; 16]>);

impl LoginCard {
    /// A new card.
    #[must_use]
    pub fn random(rng: &mut impl CryptoRng) -> Self {
        let mut card = Zeroizing::new([0; 16]);
        rng.fill_bytes(card.as_mut());
        Self(card)
    }

    /// The card of these bytes.
    #[must_use]
    pub fn from_bytes(card: &[u8; 16]) -> Self {
        Self(Zeroizing::new(*card))
    }

    /// The secret bytes.
    #[must_use]
    pub fn expose(&self) -> &[u8; 16] {
        &self.0
    }

    /// 26 symbols and the check symbol: what the QR code holds.
    #[must_use]
    pub fn to_text(&self) -> Zeroizing<String> {
        let number = u128::from_be_bytes(*self.0);
        let data = (0..DATA_SYMBOLS).map(|i| {
            // The last symbol holds three bits of the card and two zero bits.
            let bits = if i < 25 { number >> (123 - 5 * i) } else { number << 2 };
            (bits & 31) as usize
        });
        let check = (number % 37) as usize;
        let mut text = Zeroizing::new(String::with_capacity(27));
        text.extend(data.chain([check]).map(|value| char::from(SYMBOLS[value])));
        text
    }

    /// The same in groups of four, for people.
    #[must_use]
    pub fn to_groups(&self) -> Zeroizing<String> {
        let text = self.to_text();
        let mut groups = Zeroizing::new(String::with_capacity(33));
        for (i, symbol) in text.chars().enumerate() {
            if i > 0 && i % 4 == 0 {
                groups.push('-');
            }
            groups.push(symbol);
        }
        groups
    }

    /// Reads what a person typed: any case, I and L for 1, O for 0, hyphens and spaces anywhere.
    pub fn parse(typed: &str) -> Result<Self, BadCard> {
        let mut number = Zeroizing::new(0u128);
        let mut count = 0;
        for c in typed.chars().filter(|c| *c != '-' && !c.is_whitespace()) {
            let value = symbol_value(c)?;
            match count {
                0..25 if value < 32 => *number = *number << 5 | value,
                // Of the last symbol only three bits are the card's.
                25 if value < 32 && value % 4 == 0 => *number = *number << 3 | value >> 2,
                25 if value < 32 => return Err(BadCard::Check),
                26 if value == *number % 37 => {}
                26 => return Err(BadCard::Check),
                0..26 => return Err(BadCard::Symbol),
                _ => return Err(BadCard::Length),
            }
            count += 1;
        }
        if count != DATA_SYMBOLS + 1 {
            return Err(BadCard::Length);
        }
        Ok(Self(Zeroizing::new(number.to_be_bytes())))
    }

    /// `KDF(-, card, "vault-id", "", 16)`: finds the vault.
    #[must_use]
    pub fn vault_id(&self) -> VaultId {
        VaultId(*kdf(None, self.0.as_slice(), "vault-id", b""))
    }

    /// `KDF(-, card, "vault-key", "", 32)`: the secret bytes of the vault's X25519 identity.
    #[must_use]
    pub fn vault_key(&self) -> Zeroizing<[u8; 32]> {
        kdf(None, self.0.as_slice(), "vault-key", b"")
    }
}

fn symbol_value(c: char) -> Result<u128, BadCard> {
    let symbol = match c.to_ascii_uppercase() {
        'I' | 'L' => '1',
        'O' => '0',
        other => other,
    };
    let value = SYMBOLS.iter().position(|s| char::from(*s) == symbol).ok_or(BadCard::Symbol)?;
    Ok(value as u128)
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    proptest! {
        #[test]
        fn what_is_shown_is_read_back(bytes: [u8; 16], lower: bool) {
            let card = LoginCard::from_bytes(&bytes);
            for mut shown in [card.to_text(), card.to_groups()] {
                if lower {
                    shown.make_ascii_lowercase();
                }
                let read = LoginCard::parse(&shown).map(|card| *card.expose());
                prop_assert_eq!(read, Ok(bytes));
            }
        }

        #[test]
        fn every_single_wrong_symbol_is_noticed(bytes: [u8; 16]) {
            let text = LoginCard::from_bytes(&bytes).to_text();
            for place in 0..text.len() {
                for wrong in SYMBOLS.iter().filter(|s| **s != text.as_bytes()[place]) {
                    let mut typed = text.as_bytes().to_vec();
                    typed[place] = *wrong;
                    let typed = String::from_utf8(typed).expect("ASCII");
                    prop_assert!(LoginCard::parse(&typed).is_err(), "{place} {wrong}");
                }
            }
        }
    }

    #[test]
    fn all_37_check_symbols_are_read() {
        for value in 0..37u128 {
            let card = LoginCard::from_bytes(&value.to_be_bytes());
            assert!(card.to_text().ends_with(char::from(SYMBOLS[value as usize])));
            assert_eq!(
                LoginCard::parse(&card.to_text()).map(|c| *c.expose()),
                Ok(value.to_be_bytes())
            );
        }
    }

    #[test]
    fn what_is_no_card_is_said_to_be_none() {
        let refusal = |typed: &str| LoginCard::parse(typed).err();
        assert_eq!(refusal(""), Some(BadCard::Length));
        assert_eq!(refusal("EKMM-AZ01"), Some(BadCard::Length));
        assert_eq!(refusal("EKMMAZ01Y3861P4WK3HW0FSK98FF"), Some(BadCard::Length));
        assert_eq!(refusal("EKMMAZ01Y3861P4WK3HW0FSK9!F"), Some(BadCard::Symbol));
        assert_eq!(refusal("UKMMAZ01Y3861P4WK3HW0FSK98F"), Some(BadCard::Symbol));
        assert_eq!(refusal("EKMMAZ01Y3861P4WK3HW0FSK99F"), Some(BadCard::Check));
        assert_eq!(refusal("éééééééééééééééééééééééé"), Some(BadCard::Symbol));
    }
}
