//! How a token is cut into digits: the plan which tables and sums of both paths follow.
//!
//! For every token `t = Σ digit(j)·2^(width·j)`, and no digit exceeds its window's size.

use zeroize::Zeroizing;

use super::BadToken;

/// A scalar plus [`Windows::bias`], little-endian; below 2²⁵³, the fifth limb is zero.
pub(super) type Digits = [u64; 5];

/// Bits of a scalar below ℓ, but for ℓ's own highest bit, which the unsigned last digit takes in.
const BITS: usize = 252;

/// ℓ, little-endian.
const ORDER: [u64; 4] = [0x5812_631a_5cf5_d3ed, 0x14de_f9de_a2f7_9cd6, 0, 0x1000_0000_0000_0000];

/// How scalars below ℓ ≈ 2²⁵² are cut into digits of `width` bits, all but the highest signed.
///
/// A signed digit is read out of the scalar plus a bias of `2^(w−1)` in every window, and the bias
/// taken off again: no carries, and every digit by itself.
pub(super) struct Windows {
    width: usize,
    count: usize,
    bias: [u64; 4],
}

impl Windows {
    /// Narrower windows would not fill eight lanes with multiples; wider ones were measured no
    /// faster, and their tables are larger.
    pub(super) const WIDTHS: core::ops::RangeInclusive<usize> = 4..=12;

    /// The width with the fewest field multiplications for `slots` slots, the table's included;
    /// no more than `widest`.
    pub(super) fn for_slots(slots: usize, widest: usize) -> Self {
        /// An addition and a share in an inversion, and the conversion of the result.
        const MULTIPLE: usize = 14;
        /// An addition of a tabulated multiple.
        const ADDITION: usize = 7;
        let cost = |windows: &Self| {
            windows.entries() * MULTIPLE + slots.saturating_mul(windows.count * ADDITION)
        };
        let widths = *Self::WIDTHS.start()..=widest;
        widths.map(Self::of_width).min_by_key(cost).expect("there are widths")
    }

    pub(super) fn of_width(width: usize) -> Self {
        let count = BITS.div_ceil(width);
        let mut bias = [0; 4];
        for j in 0..count - 1 {
            let bit = j * width + width - 1;
            bias[bit / 64] |= 1 << (bit % 64);
        }
        Self { width, count, bias }
    }

    pub(super) const fn width(&self) -> usize {
        self.width
    }

    /// The number of windows.
    pub(super) const fn count(&self) -> usize {
        self.count
    }

    /// The multiples tabulated for window `j`: its largest digit, in full vectors of eight.
    pub(super) const fn size(&self, j: usize) -> usize {
        let largest =
            if j + 1 < self.count { 1 << (self.width - 1) } else { 1 << (BITS - j * self.width) };
        usize::next_multiple_of(largest, 8)
    }

    /// Where the entries of window `j` lie in the table: zero, then its multiples.
    pub(super) const fn range(&self, j: usize) -> core::ops::Range<usize> {
        let start = j * ((1 << (self.width - 1)) + 1);
        start..start + 1 + self.size(j)
    }

    /// The entries of all windows.
    pub(super) const fn entries(&self) -> usize {
        self.range(self.count - 1).end
    }

    /// How to read digit `j`: −2^(w−1) … 2^(w−1) − 1, of the last window 0 … its size.
    pub(super) const fn cut(&self, j: usize) -> Cut {
        let start = j * self.width;
        let (mask, sign) = if j + 1 < self.count {
            ((1 << self.width) - 1, 1 << (self.width - 1))
        } else {
            (u32::MAX, 0)
        };
        Cut { limb: start / 64, shift: start % 64, mask, sign }
    }

    /// The token plus the bias; `None` if it is not below ℓ.
    fn recode(&self, token: &[u8; 32]) -> Option<Digits> {
        let (limbs, _) = token.as_chunks::<8>();
        let limbs: [u64; 4] = core::array::from_fn(|i| u64::from_le_bytes(limbs[i]));
        if limbs.iter().rev().ge(ORDER.iter().rev()) {
            return None;
        }
        let mut digits = [0; 5];
        let mut carry = false;
        for (digit, (limb, bias)) in digits.iter_mut().zip(limbs.iter().zip(self.bias)) {
            (*digit, carry) = limb.carrying_add(bias, carry);
        }
        Some(digits)
    }
}

/// Where one window's digit lies in [`Digits`].
#[derive(Clone, Copy)]
pub(super) struct Cut {
    limb: usize,
    shift: usize,
    mask: u32,
    sign: i32,
}

impl Cut {
    /// The digit.
    #[inline]
    #[expect(clippy::cast_possible_truncation, reason = "a digit has at most 14 bits")]
    pub(super) const fn digit(self, digits: &Digits) -> i32 {
        let (low, high) = (digits[self.limb], digits[self.limb + 1]);
        let bits = low >> self.shift | high << 1 << (63 - self.shift);
        (bits as u32 & self.mask).cast_signed() - self.sign
    }

    /// The digits of all tokens, the last repeated until they fill vectors of eight.
    pub(super) fn digits(self, tokens: &[Digits], digits: &mut Vec<i32>) {
        digits.clear();
        digits.extend(tokens.iter().map(|token| self.digit(token)));
        if let Some(last) = digits.last().copied() {
            digits.resize(digits.len().next_multiple_of(8), last);
        }
    }
}

/// The slots of a chunk that have a token.
pub(super) struct Live {
    slots: Vec<usize>,
    digits: Zeroizing<Vec<Digits>>,
}

impl Live {
    /// Room for a chunk.
    pub(super) fn with_capacity(slots: usize) -> Self {
        Self { slots: Vec::with_capacity(slots), digits: Zeroizing::new(Vec::with_capacity(slots)) }
    }

    /// Takes in another chunk; the first token that is not below ℓ is an error.
    pub(super) fn read(&mut self, windows: &Windows, tokens: &[[u8; 32]]) -> Result<(), BadToken> {
        self.slots.clear();
        self.digits.clear();
        for (slot, token) in tokens.iter().enumerate().filter(|(_, token)| **token != [0; 32]) {
            self.slots.push(slot);
            self.digits.push(windows.recode(token).ok_or(BadToken { slot })?);
        }
        Ok(())
    }

    /// The slots, ascending.
    pub(super) fn slots(&self) -> &[usize] {
        &self.slots
    }

    /// Their tokens' digits.
    pub(super) fn digits(&self) -> &[Digits] {
        &self.digits
    }
}
