//! Numbers modulo p = 2²⁵⁵ − 19 in five limbs of 51 bits: the field of the portable path.
//!
//! Products and differences have limbs below 2⁵¹ + 2¹⁵, sums at most the sum of their terms'; a
//! factor's limbs stay below 2⁵⁴ and a subtrahend's below 2⁵⁴, so two additions in a row are safe.
//! Nothing here is constant-time.

use core::ops::{Add, Mul, Neg, Sub};

/// A number modulo p, not always in its canonical form.
#[derive(Clone, Copy)]
pub(super) struct Fe(pub(super) [u64; 5]);

/// The bits of one limb.
pub(super) const MASK: u64 = (1 << 51) - 1;

impl Fe {
    pub(super) const ZERO: Self = Self([0; 5]);
    pub(super) const ONE: Self = Self([1, 0, 0, 0, 0]);

    /// The curve's `d` = −121665/121666.
    pub(super) const D: Self = Self([
        0x0003_4dca_1359_78a3,
        0x0001_a828_3b15_6ebd,
        0x0005_e7a2_6001_c029,
        0x0007_39c6_63a0_3cbb,
        0x0005_2036_cee2_b6ff,
    ]);

    /// `2d`.
    pub(super) const TWICE_D: Self = Self([
        0x0006_9b94_26b2_f159,
        0x0003_5050_762a_dd7a,
        0x0003_cf44_c003_8052,
        0x0006_738c_c740_7977,
        0x0002_406d_9dc5_6dff,
    ]);

    /// `1/2d`.
    pub(super) const HALF_INVERSE_D: Self = Self([
        0x0000_793b_66e4_fc18,
        0x0001_8427_9542_e25e,
        0x0003_739e_cc16_bbad,
        0x0003_90ca_c588_4533,
        0x0006_0483_f690_a6ae,
    ]);

    /// The root of −1 that is not negative: `SQRT_M1` of RFC 9496.
    pub(super) const SQRT_M1: Self = Self([
        0x0006_1b27_4a0e_a0b0,
        0x0000_d5a5_fc8f_189d,
        0x0007_ef5e_9cbd_0c60,
        0x0007_8595_a680_4c9e,
        0x0002_b832_4804_fc1d,
    ]);

    /// `1/√(−1 − d)`: `INVSQRT_A_MINUS_D` of RFC 9496.
    pub(super) const INVSQRT_A_MINUS_D: Self = Self([
        0x0000_fdaa_805d_40ea,
        0x0002_eb48_2e57_d339,
        0x0000_0761_0274_bc58,
        0x0006_510b_613d_c8ff,
        0x0007_86c8_905c_faff,
    ]);

    /// Reads 255 bits, little-endian.
    pub(super) fn from_bytes(bytes: &[u8; 32]) -> Self {
        let (words, _) = bytes.as_chunks::<8>();
        let word = |i: usize| u64::from_le_bytes(words[i]);
        Self([
            word(0) & MASK,
            (word(0) >> 51 | word(1) << 13) & MASK,
            (word(1) >> 38 | word(2) << 26) & MASK,
            (word(2) >> 25 | word(3) << 39) & MASK,
            (word(3) >> 12) & MASK,
        ])
    }

    /// The canonical 32 bytes.
    pub(super) fn to_bytes(self) -> [u8; 32] {
        let l = self.canonical().0;
        let words = [
            l[0] | l[1] << 51,
            l[1] >> 13 | l[2] << 38,
            l[2] >> 26 | l[3] << 25,
            l[3] >> 39 | l[4] << 12,
        ];
        let mut bytes = [0; 32];
        for (place, word) in bytes.chunks_exact_mut(8).zip(words) {
            place.copy_from_slice(&word.to_le_bytes());
        }
        bytes
    }

    /// The difference without carries, of what two products at most have gone into.
    #[inline]
    pub(super) fn minus(self, other: Self) -> Self {
        self.difference(other, 2)
    }

    /// `self − other + 2^padding·p`, which must keep every limb from going below zero.
    #[inline]
    fn difference(self, other: Self, padding: u32) -> Self {
        let p = [MASK - 18, MASK, MASK, MASK, MASK];
        Self(core::array::from_fn(|i| self.0[i] + (p[i] << padding) - other.0[i]))
    }

    /// One pass of carries, all at once.
    #[inline]
    const fn carried(self) -> Self {
        let l = self.0;
        Self([
            (l[0] & MASK) + 19 * (l[4] >> 51),
            (l[1] & MASK) + (l[0] >> 51),
            (l[2] & MASK) + (l[1] >> 51),
            (l[3] & MASK) + (l[2] >> 51),
            (l[4] & MASK) + (l[3] >> 51),
        ])
    }

    /// The one form with a value below p.
    fn canonical(self) -> Self {
        let mut l = self.carried().0;
        // Whether the value is p or more, and so what adding 19 would carry out of bit 255.
        let mut q = (l[0] + 19) >> 51;
        for limb in &l[1..] {
            q = (limb + q) >> 51;
        }
        let mut carry = 19 * q;
        for limb in &mut l {
            *limb += carry;
            carry = *limb >> 51;
            *limb &= MASK;
        }
        Self(l)
    }

    /// RFC 9496 calls the odd numbers negative.
    pub(super) fn is_negative(self) -> bool {
        self.canonical().0[0] & 1 == 1
    }

    /// The number or its negative, whichever is not negative.
    pub(super) fn abs(self) -> Self {
        if self.is_negative() { -self } else { self }
    }

    /// The square, with 15 products of limbs instead of 25.
    #[inline]
    pub(super) fn square(self) -> Self {
        let [x, y, z, v, w] = self.0;
        let (x2, y2, v19, w19) = (2 * x, 2 * y, 19 * v, 19 * w);
        let mut carry = 0;
        let mut limb = |products: [(u64, u64); 3]| {
            let sum = products.iter().fold(carry, |sum, (x, y)| sum + wide(*x, *y));
            carry = sum >> 51;
            low(sum)
        };
        let c = [
            limb([(x, x), (y2, w19), (2 * z, v19)]),
            limb([(x2, y), (2 * z, w19), (v, v19)]),
            limb([(x2, z), (y, y), (2 * v, w19)]),
            limb([(x2, v), (y2, z), (w, w19)]),
            limb([(x2, w), (y2, v), (z, z)]),
        ];
        closed(c, carry)
    }

    /// Squared `n` times.
    fn squared(self, n: usize) -> Self {
        (0..n).fold(self, |x, _| x.square())
    }

    /// `x^(2²⁵⁰ − 1)` and `x¹¹`, which the two exponents near p have in common.
    fn powers(self) -> (Self, Self) {
        let x2 = self.square();
        let x9 = self * x2.squared(2);
        let x11 = x2 * x9;
        let ones_5 = x9 * x11.square();
        let ones_10 = ones_5.squared(5) * ones_5;
        let ones_20 = ones_10.squared(10) * ones_10;
        let ones_40 = ones_20.squared(20) * ones_20;
        let ones_50 = ones_40.squared(10) * ones_10;
        let ones_100 = ones_50.squared(50) * ones_50;
        let ones_200 = ones_100.squared(100) * ones_100;
        (ones_200.squared(50) * ones_50, x11)
    }

    /// `1/x` = `x^(p − 2)`.
    pub(super) fn invert(self) -> Self {
        let (ones_250, x11) = self.powers();
        ones_250.squared(5) * x11
    }

    /// `1/√x`, not negative, for an `x` that is a square.
    pub(super) fn inverse_root(self) -> Self {
        let cube = self.square() * self;
        let seventh = cube.square() * self;
        let (ones_250, _) = seventh.powers();
        // x³·(x⁷)^((p − 5)/8) is 1/√x or √−1 times that.
        let root = cube * ones_250.squared(2) * seventh;
        let one = self * root.square();
        if one.to_bytes() == Self::ONE.to_bytes() { root } else { root * Self::SQRT_M1 }.abs()
    }
}

/// Inverts every number with one inversion in all; none may be zero.
pub(super) fn invert_all(numbers: &mut [Fe]) {
    let mut product = Fe::ONE;
    let mut before = Vec::with_capacity(numbers.len());
    for x in numbers.iter() {
        before.push(product);
        product = product * *x;
    }
    let mut inverse = product.invert();
    for (x, before) in numbers.iter_mut().zip(before).rev() {
        (*x, inverse) = (inverse * before, inverse * *x);
    }
}

#[inline]
const fn wide(x: u64, y: u64) -> u128 {
    x as u128 * y as u128
}

/// The low 51 bits.
#[inline]
#[expect(clippy::cast_possible_truncation, reason = "it is cut to 51 bits")]
const fn low(sum: u128) -> u64 {
    sum as u64 & MASK
}

/// Brings what left the last limb back 19-fold, 2²⁵⁵ being 19.
#[inline]
#[expect(clippy::cast_possible_truncation, reason = "the last carry has at most 60 bits")]
const fn closed(mut l: [u64; 5], carry: u128) -> Fe {
    l[0] += 19 * carry as u64;
    l[1] += l[0] >> 51;
    l[0] &= MASK;
    Fe(l)
}

impl Mul for Fe {
    type Output = Self;

    #[inline]
    fn mul(self, other: Self) -> Self {
        let (a, b) = (self.0, other.0);
        let b19 = b.map(|limb| 19 * limb);
        // Limb by limb, so that no more than one wide sum is waiting at a time.
        let mut carry = 0;
        let mut limb = |products: [(u64, u64); 5]| {
            let sum = products.iter().fold(carry, |sum, (x, y)| sum + wide(*x, *y));
            carry = sum >> 51;
            low(sum)
        };
        let [x, y, z, v, w] = a;
        let c = [
            limb([(x, b[0]), (w, b19[1]), (v, b19[2]), (z, b19[3]), (y, b19[4])]),
            limb([(y, b[0]), (x, b[1]), (w, b19[2]), (v, b19[3]), (z, b19[4])]),
            limb([(z, b[0]), (y, b[1]), (x, b[2]), (w, b19[3]), (v, b19[4])]),
            limb([(v, b[0]), (z, b[1]), (y, b[2]), (x, b[3]), (w, b19[4])]),
            limb([(w, b[0]), (v, b[1]), (z, b[2]), (y, b[3]), (x, b[4])]),
        ];
        closed(c, carry)
    }
}

impl Add for Fe {
    type Output = Self;

    #[inline]
    fn add(self, other: Self) -> Self {
        Self(core::array::from_fn(|i| self.0[i] + other.0[i]))
    }
}

impl Sub for Fe {
    type Output = Self;

    #[inline]
    fn sub(self, other: Self) -> Self {
        self.difference(other, 4).carried()
    }
}

impl Neg for Fe {
    type Output = Self;

    #[inline]
    fn neg(self) -> Self {
        Self::ZERO - self
    }
}

#[cfg(test)]
pub(super) mod tests;
