//! The vector field, lane by lane, against arithmetic modulo p as one does it by hand.
#![forbid(unsafe_code)]

use rand_chacha::ChaCha8Rng;
use rand_chacha::rand_core::{Rng, SeedableRng};

use super::super::field::tests::{Number, bytes, negative, product, sum, value};
use super::super::field::{Fe, MASK};
use super::field::{Fe8, Wide};
use super::points::invert_all;
use super::{load, store};

/// Eight numbers' limbs.
type Eight = [[u64; 5]; 8];

/// The greatest limbs that a factor may have, and that a product may have before its carries.
const CARRIED: u64 = (1 << 51) + (1 << 16) - 1;
const WIDE: u64 = (1 << 59) - 1;

#[target_feature(enable = "avx512f,avx512ifma")]
fn wide(numbers: &Eight) -> Wide {
    let mut rows = [[0; 8]; 5];
    for (lane, number) in numbers.iter().enumerate() {
        for (row, limb) in rows.iter_mut().zip(number) {
            row[lane] = *limb;
        }
    }
    let [a, b, c, d, e] = &rows;
    Wide([load(a), load(b), load(c), load(d), load(e)])
}

#[target_feature(enable = "avx512f,avx512ifma")]
fn carried(numbers: &Eight) -> Fe8 {
    Fe8(wide(numbers).0)
}

/// Asserts that every lane of `found` is what `expected` makes of that lane's number.
#[target_feature(enable = "avx512f,avx512ifma")]
fn same(what: &str, found: &Fe8, expected: impl Fn(usize) -> Number) {
    for limb in found.0 {
        let mut lanes = [0; 8];
        store(limb, &mut lanes);
        assert!(lanes.iter().all(|limb| *limb <= CARRIED), "{what} is not carried");
    }
    let mut words = [[0; 8]; 4];
    for (lanes, words) in found.to_words().into_iter().zip(&mut words) {
        store(lanes, words);
    }
    for lane in 0..8 {
        let number = words.map(|word| word[lane]);
        assert_eq!(bytes(number), bytes(expected(lane)), "{what} in lane {lane}");
    }
}

#[target_feature(enable = "avx512f,avx512ifma")]
fn compute(a: &Eight, b: &Eight, c: &Eight, d: &Eight, mask: u8) {
    let [x, y, z, w] = [a, b, c, d].map(|numbers| numbers.map(value));
    let (fx, fy) = (carried(a), carried(b));
    let (fz, fw) = (wide(c), wide(d));
    same("the product", &fx.mul(fy), |l| product(x[l], y[l]));
    same("the square", &fx.square(), |l| product(x[l], x[l]));
    same("the sum", &fz.plus(fw).carried(), |l| sum(z[l], w[l]));
    same("the difference", &fz.minus(fw).carried(), |l| sum(z[l], negative(w[l])));
    same("the negative", &fx.negated(), |l| negative(x[l]));
    let chosen = |l: usize| mask >> l & 1 == 1;
    same("the choice", &fx.or(mask, fy), |l| if chosen(l) { y[l] } else { x[l] });
    let either = |l| if chosen(l) { negative(y[l]) } else { x[l] };
    let negated = fx.or_negated(mask, fy);
    same("the choice of a negative", &negated.mul(Fe8::splat(Fe::ONE)), either);
    for (lane, x) in x.iter().enumerate() {
        let negative = fx.negative() >> lane & 1 == 1;
        assert_eq!(negative, x[0] & 1 == 1, "the sign in lane {lane}");
    }
}

#[target_feature(enable = "avx512f,avx512ifma")]
fn invert(a: &Eight, b: &Eight) {
    let one = |_| [1, 0, 0, 0];
    let mut both = [carried(a), carried(b)];
    same("the inverse, times the number", &carried(a).mul(both[0].invert()), one);
    invert_all(&mut both);
    same("the first of two inverses, times the number", &carried(a).mul(both[0]), one);
    same("the second of two inverses, times the number", &carried(b).mul(both[1]), one);
}

/// Eight numbers with limbs up to `max`, at both ends more often than chance would have it.
fn eight(rng: &mut ChaCha8Rng, max: u64) -> Eight {
    let mut limb = || match rng.next_u32() % 8 {
        0 => 0,
        1 => max,
        2 => MASK,
        3 => MASK - 18,
        _ => rng.next_u64() % (max + 1),
    };
    core::array::from_fn(|_| core::array::from_fn(|_| limb()))
}

/// Thousands of random and extreme numbers.
#[target_feature(enable = "avx512f,avx512ifma")]
pub(super) fn check() {
    let mut rng = ChaCha8Rng::seed_from_u64(9);
    for _ in 0..500 {
        let [a, b, c, d] = [CARRIED, CARRIED, WIDE, WIDE].map(|max| eight(&mut rng, max));
        compute(&a, &b, &c, &d, rng.next_u32().to_le_bytes()[0]);
    }
    for _ in 0..100 {
        let [a, b] = [CARRIED, CARRIED].map(|max| eight(&mut rng, max));
        if a.iter().chain(&b).all(|number| value(*number) != [0; 4]) {
            invert(&a, &b);
        }
    }
}
