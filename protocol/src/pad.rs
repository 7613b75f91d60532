//! Padding that hides the length of a payload in few size classes (section 5).
//!
//! A padded payload has exactly one valid form: `unpad` refuses any other length and any padding
//! that is not zero, so nothing can hide in it.

use zeroize::Zeroizing;

use crate::bytes::{Malformed, Reader, Writer};

/// The longest padded payload: 1 MiB.
pub const MAX_PADDED: usize = 1 << 20;

/// The longest payload, in bytes; with its length it fills 1 MiB, which is a size class of its own.
pub const MAX_PAYLOAD: usize = MAX_PADDED - LENGTH;

/// The shortest sealed payload: the smallest size class and a tag.
pub const MIN_SEALED: usize = SMALLEST + TAG;

/// The longest sealed payload: 1 MiB and a tag.
pub const MAX_SEALED: usize = MAX_PADDED + TAG;

/// Everything short looks alike.
const SMALLEST: usize = 256;

/// `op32`'s length.
const LENGTH: usize = 4;

/// Poly1305's tag.
const TAG: usize = 16;

/// A payload above [`MAX_PAYLOAD`].
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct TooLong;

impl core::fmt::Display for TooLong {
    fn fmt(&self, f: &mut core::fmt::Formatter<'_>) -> core::fmt::Result {
        f.write_str("the message is longer than 1 MiB; put large things into attachments")
    }
}

impl core::error::Error for TooLong {}

/// `pad(x)`: `op32(x)` and zeros up to the size class.
pub fn pad(payload: &[u8]) -> Result<Zeroizing<Vec<u8>>, TooLong> {
    if payload.len() > MAX_PAYLOAD {
        return Err(TooLong);
    }
    let length = padded_length(LENGTH + payload.len());
    let mut padded = Writer::with_capacity(length).op32(payload).done();
    padded.resize(length, 0);
    Ok(Zeroizing::new(padded))
}

/// The payload inside; refuses a length that `pad` would not give and padding that is not zero.
pub fn unpad(padded: &[u8]) -> Result<&[u8], Malformed> {
    let mut r = Reader::new(padded);
    let payload = r.op32(MAX_PAYLOAD)?;
    r.expect(padded.len() == padded_length(LENGTH + payload.len()))?;
    r.expect(r.rest().iter().all(|byte| *byte == 0))?;
    Ok(payload)
}

/// `L'` of `L`: 256, or Padmé (Nikitin et al. 2019), which leaks O(log log L) bits and adds at most
/// 12 %.
fn padded_length(l: usize) -> usize {
    if l < SMALLEST {
        return SMALLEST;
    }
    let e = l.ilog2();
    let s = e.ilog2() + 1;
    l.next_multiple_of(1 << (e - s))
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn the_longest_payload_fills_one_mebibyte() {
        let longest = vec![7; MAX_PAYLOAD];
        let padded = pad(&longest).expect("it fits");
        assert_eq!(padded.len(), MAX_PADDED);
        assert_eq!(unpad(&padded), Ok(longest.as_slice()));
        assert_eq!(pad(&vec![7; MAX_PAYLOAD + 1]), Err(TooLong));
    }

    #[test]
    fn a_length_beyond_the_padding_is_refused() {
        let mut padded = pad(b"pentungan").expect("short").to_vec();
        padded[..4].copy_from_slice(&253_u32.to_be_bytes());
        assert_eq!(unpad(&padded), Err(Malformed::Truncated));
        padded[..4].copy_from_slice(&u32::MAX.to_be_bytes());
        assert_eq!(unpad(&padded), Err(Malformed::Value));
        assert_eq!(unpad(&[0, 0, 0]), Err(Malformed::Truncated));
    }

    proptest! {
        #[test]
        fn padding_has_one_form(payload in proptest::collection::vec(any::<u8>(), 0..3000), at: usize) {
            let padded = pad(&payload).expect("short");
            prop_assert_eq!(unpad(&padded), Ok(payload.as_slice()));
            prop_assert!(unpad(&[&padded[..], &[0]].concat()).is_err());
            prop_assert!(unpad(&padded[..padded.len() - 1]).is_err());
            let zeros = padded.len() - 4 - payload.len();
            if zeros > 0 {
                let mut other = padded.to_vec();
                other[4 + payload.len() + at % zeros] = 1;
                prop_assert!(unpad(&other).is_err());
            }
        }
    }
}
