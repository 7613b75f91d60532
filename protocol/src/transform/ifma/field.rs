//! Eight numbers modulo p = 2²⁵⁵ − 19, one in each 64-bit lane, five limbs of 51 bits each.
//!
//! The multiplier takes the low 52 bits of each lane, so factors must be *carried*: limbs below
//! 2⁵¹ + 2¹⁶. A product before its carries is a [`Wide`], with limbs below 2⁵⁹; sums and
//! differences of those are carried once, when they become factors again.
#![forbid(unsafe_code)]

use core::arch::x86_64::{
    __m512i, __mmask8, _mm512_add_epi64, _mm512_and_si512, _mm512_madd52hi_epu64,
    _mm512_madd52lo_epu64, _mm512_mask_blend_epi64, _mm512_mask_sub_epi64, _mm512_or_si512,
    _mm512_rol_epi64, _mm512_set1_epi64, _mm512_setzero_si512, _mm512_slli_epi64,
    _mm512_srli_epi64, _mm512_sub_epi64, _mm512_test_epi64_mask,
};

use super::super::field::{Fe, MASK};

/// Eight numbers, carried.
#[derive(Clone, Copy)]
pub(super) struct Fe8(pub(super) [__m512i; 5]);

/// Eight numbers whose limbs are still to be carried.
#[derive(Clone, Copy)]
pub(super) struct Wide(pub(super) [__m512i; 5]);

/// The same word in every lane.
#[inline]
#[target_feature(enable = "avx512f,avx512ifma")]
fn word(x: u64) -> __m512i {
    _mm512_set1_epi64(x.cast_signed())
}

impl Fe8 {
    /// The same number in every lane; its limbs are below 2⁵¹ + 2¹⁶.
    #[inline]
    #[target_feature(enable = "avx512f,avx512ifma")]
    pub(super) fn splat(x: Fe) -> Self {
        let [a, b, c, d, e] = x.0;
        Self([word(a), word(b), word(c), word(d), word(e)])
    }

    /// The 25 products of limbs, each as its low and its high 52 bits.
    #[inline]
    #[target_feature(enable = "avx512f,avx512ifma")]
    pub(super) fn times(self, other: Self) -> Wide {
        let (a, b) = (self.0, other.0);
        let mut c = [_mm512_setzero_si512(); 10];
        for i in 0..5 {
            for j in 0..5 {
                c[i + j + 1] = _mm512_madd52hi_epu64(c[i + j + 1], a[i], b[j]);
            }
        }
        for limb in &mut c[1..] {
            // 2⁵² is twice the next limb's 2⁵¹.
            *limb = _mm512_add_epi64(*limb, *limb);
        }
        for i in 0..5 {
            for j in 0..5 {
                c[i + j] = _mm512_madd52lo_epu64(c[i + j], a[i], b[j]);
            }
        }
        Wide::folded(&c)
    }

    /// The square, with 15 products instead of 25.
    #[inline]
    #[target_feature(enable = "avx512f,avx512ifma")]
    pub(super) fn squared(self) -> Wide {
        let a = self.0;
        let (mut high, mut low) = ([_mm512_setzero_si512(); 10], [_mm512_setzero_si512(); 10]);
        for i in 0..5 {
            for j in i + 1..5 {
                high[i + j + 1] = _mm512_madd52hi_epu64(high[i + j + 1], a[i], a[j]);
                low[i + j] = _mm512_madd52lo_epu64(low[i + j], a[i], a[j]);
            }
        }
        for (high, low) in high.iter_mut().zip(&mut low) {
            *high = _mm512_add_epi64(*high, *high);
            *low = _mm512_add_epi64(*low, *low);
        }
        for i in 0..5 {
            high[2 * i + 1] = _mm512_madd52hi_epu64(high[2 * i + 1], a[i], a[i]);
            low[2 * i] = _mm512_madd52lo_epu64(low[2 * i], a[i], a[i]);
        }
        for (high, low) in high.iter().zip(&mut low) {
            *low = _mm512_add_epi64(*low, _mm512_add_epi64(*high, *high));
        }
        Wide::folded(&low)
    }

    /// The product, carried.
    #[inline]
    #[target_feature(enable = "avx512f,avx512ifma")]
    pub(super) fn mul(self, other: Self) -> Self {
        self.times(other).carried()
    }

    /// The square, carried.
    #[inline]
    #[target_feature(enable = "avx512f,avx512ifma")]
    pub(super) fn square(self) -> Self {
        self.squared().carried()
    }

    /// Squared `n` times.
    #[target_feature(enable = "avx512f,avx512ifma")]
    fn squared_times(mut self, n: usize) -> Self {
        for _ in 0..n {
            self = self.square();
        }
        self
    }

    /// `1/x` = `x^(p − 2)`.
    #[target_feature(enable = "avx512f,avx512ifma")]
    pub(super) fn invert(self) -> Self {
        let x2 = self.square();
        let x9 = self.mul(x2.squared_times(2));
        let x11 = x2.mul(x9);
        let ones_5 = x9.mul(x11.square());
        let ones_10 = ones_5.squared_times(5).mul(ones_5);
        let ones_20 = ones_10.squared_times(10).mul(ones_10);
        let ones_40 = ones_20.squared_times(20).mul(ones_20);
        let ones_50 = ones_40.squared_times(10).mul(ones_10);
        let ones_100 = ones_50.squared_times(50).mul(ones_50);
        let ones_200 = ones_100.squared_times(100).mul(ones_100);
        let ones_250 = ones_200.squared_times(50).mul(ones_50);
        ones_250.squared_times(5).mul(x11)
    }

    /// The number without its promise of small limbs.
    #[inline]
    pub(super) const fn wide(self) -> Wide {
        Wide(self.0)
    }

    /// `−x`.
    #[inline]
    #[target_feature(enable = "avx512f,avx512ifma")]
    pub(super) fn negated(self) -> Self {
        Wide([_mm512_setzero_si512(); 5]).minus(self.wide()).carried()
    }

    /// `other` in the lanes of `mask`, `self` in the others.
    #[inline]
    #[target_feature(enable = "avx512f,avx512ifma")]
    pub(super) fn or(self, mask: __mmask8, other: Self) -> Self {
        let mut chosen = self.0;
        for (a, b) in chosen.iter_mut().zip(other.0) {
            *a = _mm512_mask_blend_epi64(mask, *a, b);
        }
        Self(chosen)
    }

    /// `−other` in the lanes of `mask`, `self` in the others.
    #[inline]
    #[target_feature(enable = "avx512f,avx512ifma")]
    pub(super) fn or_negated(self, mask: __mmask8, other: Self) -> Self {
        // Carried limbs are below those of 2p, and these below 2⁵².
        let p2 = [word((MASK - 18) << 1), word(MASK << 1)];
        let mut chosen = self.0;
        for (i, (a, b)) in chosen.iter_mut().zip(other.0).enumerate() {
            *a = _mm512_mask_sub_epi64(*a, mask, p2[usize::from(i > 0)], b);
        }
        Self(chosen)
    }

    /// The lanes that RFC 9496 calls negative: the odd ones.
    #[inline]
    #[target_feature(enable = "avx512f,avx512ifma")]
    pub(super) fn negative(self) -> __mmask8 {
        _mm512_test_epi64_mask(self.canonical()[0], word(1))
    }

    /// The limbs of the one form with a value below p.
    #[inline]
    #[target_feature(enable = "avx512f,avx512ifma")]
    fn canonical(self) -> [__m512i; 5] {
        let mut l = self.wide().carried().0;
        // Whether the value is p or more, and so what adding 19 would carry out of bit 255.
        let mut q = word(19);
        for limb in l {
            q = _mm512_srli_epi64::<51>(_mm512_add_epi64(limb, q));
        }
        let mut carry = _mm512_madd52lo_epu64(_mm512_setzero_si512(), q, word(19));
        for limb in &mut l {
            let sum = _mm512_add_epi64(*limb, carry);
            carry = _mm512_srli_epi64::<51>(sum);
            *limb = _mm512_and_si512(sum, word(MASK));
        }
        l
    }

    /// The canonical encodings as four little-endian words.
    #[inline]
    #[target_feature(enable = "avx512f,avx512ifma")]
    pub(super) fn to_words(self) -> [__m512i; 4] {
        let [a, b, c, d, e] = self.canonical();
        [
            _mm512_or_si512(a, _mm512_slli_epi64::<51>(b)),
            _mm512_or_si512(_mm512_srli_epi64::<13>(b), _mm512_slli_epi64::<38>(c)),
            _mm512_or_si512(_mm512_srli_epi64::<26>(c), _mm512_slli_epi64::<25>(d)),
            _mm512_or_si512(_mm512_srli_epi64::<39>(d), _mm512_slli_epi64::<12>(e)),
        ]
    }
}

impl Wide {
    /// Brings the upper five of ten limbs back to the lower, 2²⁵⁵ being 19.
    #[inline]
    #[target_feature(enable = "avx512f,avx512ifma")]
    fn folded(c: &[__m512i; 10]) -> Self {
        let mut sum = [c[0]; 5];
        for k in 0..5 {
            let x = c[k + 5];
            let x3 = _mm512_add_epi64(x, _mm512_add_epi64(x, x));
            // Rotated, not shifted, or the compiler sees a multiplication and pays for one.
            let x19 = _mm512_add_epi64(x3, _mm512_rol_epi64::<4>(x));
            sum[k] = _mm512_add_epi64(c[k], x19);
        }
        Self(sum)
    }

    /// One pass of carries, all at once; limbs must be below 2⁶².
    #[inline]
    #[target_feature(enable = "avx512f,avx512ifma")]
    pub(super) fn carried(self) -> Fe8 {
        let l = self.0;
        let mask = word(MASK);
        let over = _mm512_srli_epi64::<51>(l[4]);
        let first = _mm512_madd52lo_epu64(_mm512_and_si512(l[0], mask), over, word(19));
        let mut carried = [first; 5];
        for i in 1..5 {
            let over = _mm512_srli_epi64::<51>(l[i - 1]);
            carried[i] = _mm512_add_epi64(_mm512_and_si512(l[i], mask), over);
        }
        Fe8(carried)
    }

    /// The sum.
    #[inline]
    #[target_feature(enable = "avx512f,avx512ifma")]
    pub(super) fn plus(self, other: Self) -> Self {
        let mut sum = self.0;
        for (a, b) in sum.iter_mut().zip(other.0) {
            *a = _mm512_add_epi64(*a, b);
        }
        Self(sum)
    }

    /// The difference; the subtrahend is a product, its limbs below 2⁵⁹.
    #[inline]
    #[target_feature(enable = "avx512f,avx512ifma")]
    pub(super) fn minus(self, other: Self) -> Self {
        // 2⁹·p, so that no limb goes below zero.
        let p = [word((MASK - 18) << 9), word(MASK << 9)];
        let mut difference = self.0;
        for (i, (a, b)) in difference.iter_mut().zip(other.0).enumerate() {
            *a = _mm512_sub_epi64(_mm512_add_epi64(*a, p[usize::from(i > 0)]), b);
        }
        Self(difference)
    }
}
