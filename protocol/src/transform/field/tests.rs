//! The field against arithmetic modulo p as one does it by hand, bit by bit.

use proptest::prelude::*;

use super::*;

/// A number below p, least significant word first.
pub(in super::super) type Number = [u64; 4];

const P: Number = [0xffff_ffff_ffff_ffed, u64::MAX, u64::MAX, u64::MAX >> 1];

/// `a + b` modulo p.
pub(in super::super) fn sum(a: Number, b: Number) -> Number {
    let mut carry = false;
    let sum = core::array::from_fn(|i| {
        let word;
        (word, carry) = a[i].carrying_add(b[i], carry);
        word
    });
    if sum.iter().rev().lt(P.iter().rev()) { sum } else { less(sum, P) }
}

fn less(a: Number, b: Number) -> Number {
    let mut borrow = false;
    core::array::from_fn(|i| {
        let word;
        (word, borrow) = a[i].borrowing_sub(b[i], borrow);
        word
    })
}

/// `−a` modulo p.
pub(in super::super) fn negative(a: Number) -> Number {
    sum(less(P, a), [0; 4])
}

/// `a·b` modulo p, by doubling and adding.
pub(in super::super) fn product(a: Number, b: Number) -> Number {
    (0..256).rev().fold([0; 4], |c, bit| {
        let c = sum(c, c);
        if b[bit / 64] >> (bit % 64) & 1 == 1 { sum(c, a) } else { c }
    })
}

/// What limbs of any size stand for.
pub(in super::super) fn value(limbs: [u64; 5]) -> Number {
    limbs.iter().rev().fold([0; 4], |c, limb| {
        let shifted = (0..51).fold(c, |c, _| sum(c, c));
        sum(shifted, [*limb, 0, 0, 0])
    })
}

pub(in super::super) fn bytes(number: Number) -> [u8; 32] {
    let mut bytes = [0; 32];
    for (place, word) in bytes.chunks_exact_mut(8).zip(number) {
        place.copy_from_slice(&word.to_le_bytes());
    }
    bytes
}

/// Limbs up to `max`, at both ends more often than chance would have it.
fn limbs(max: u64) -> impl Strategy<Value = [u64; 5]> {
    let limb =
        prop_oneof![0..=max, 0..=max, Just(0), Just(max), Just(MASK), Just(MASK - 18), 0..=19_u64];
    prop::array::uniform5(limb)
}

proptest! {
    #[test]
    fn it_computes_as_one_does_by_hand(
        a in limbs((1 << 54) - 1),
        b in limbs((1 << 54) - 1),
        c in limbs((1 << 53) - 76),
    ) {
        let [x, y, z] = [a, b, c].map(value);
        let [fx, fy, fz] = [a, b, c].map(Fe);
        prop_assert_eq!(fx.to_bytes(), bytes(x));
        prop_assert_eq!((fx * fy).to_bytes(), bytes(product(x, y)));
        prop_assert_eq!(fx.square().to_bytes(), bytes(product(x, x)));
        prop_assert_eq!((fx + fy).to_bytes(), bytes(sum(x, y)));
        prop_assert_eq!((fx - fy).to_bytes(), bytes(sum(x, negative(y))));
        prop_assert_eq!(fx.minus(fz).to_bytes(), bytes(sum(x, negative(z))));
        prop_assert_eq!((-fx).to_bytes(), bytes(negative(x)));
        prop_assert_eq!(fx.is_negative(), x[0] & 1 == 1);
        prop_assert_eq!(Fe::from_bytes(&bytes(x)).to_bytes(), bytes(x));
    }

    #[test]
    fn inverses_and_roots_undo(a in limbs(MASK)) {
        let x = Fe(a);
        prop_assume!(value(a) != [0; 4]);
        prop_assert_eq!((x.invert() * x).to_bytes(), Fe::ONE.to_bytes());
        let root = x.square().inverse_root();
        prop_assert_eq!((root * x).square().to_bytes(), Fe::ONE.to_bytes());
        prop_assert!(!root.is_negative());
        let mut many = [x, Fe::D, x.square(), -x];
        invert_all(&mut many);
        prop_assert_eq!((many[2] * x.square()).to_bytes(), Fe::ONE.to_bytes());
    }
}

#[test]
fn the_constants_are_what_their_names_say() {
    let number = |n| Fe([n, 0, 0, 0, 0]);
    let minus_one = (-Fe::ONE).to_bytes();
    assert_eq!((Fe::D * number(121_666)).to_bytes(), (-number(121_665)).to_bytes());
    assert_eq!(Fe::TWICE_D.to_bytes(), (Fe::D + Fe::D).to_bytes());
    assert_eq!((Fe::HALF_INVERSE_D * Fe::TWICE_D).to_bytes(), Fe::ONE.to_bytes());
    assert_eq!(Fe::SQRT_M1.square().to_bytes(), minus_one);
    assert!(!Fe::SQRT_M1.is_negative());
    let squared = Fe::INVSQRT_A_MINUS_D.square() * (-Fe::ONE - Fe::D);
    assert_eq!(squared.to_bytes(), Fe::ONE.to_bytes());
    assert!(!Fe::INVSQRT_A_MINUS_D.is_negative());
}
