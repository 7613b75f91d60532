//! Both paths against plain multiplication with dalek, which they must equal in every byte.
//!
//! A machine without AVX-512 IFMA tests the portable path alone.

use proptest::prelude::*;
use rand_chacha::{ChaCha8Rng, rand_core::Rng, rand_core::SeedableRng};

use super::*;
use crate::primitives::random_scalar;

fn paths() -> impl Iterator<Item = Path> {
    Path::ALL.into_iter().filter(|path| path.is_available())
}

fn capsule(seed: u64) -> Capsule {
    Capsule(RistrettoPoint::mul_base(&random_scalar(&mut ChaCha8Rng::seed_from_u64(seed))))
}

fn plain(capsule: &Capsule, token: &Scalar) -> [u8; 32] {
    (capsule.point() * token).compress().to_bytes()
}

fn transformed(base: &FixedBase, tokens: &[[u8; 32]]) -> Vec<[u8; 32]> {
    let mut out = vec![[9; 32]; tokens.len()];
    base.transform(tokens, &mut out).expect("tokens are canonical");
    out
}

/// Multiplies on every path and names what differs from plain multiplication.
fn assert_plain(capsule: &Capsule, width: usize, tokens: &[Scalar]) {
    let expected: Vec<_> = tokens.iter().map(|t| plain(capsule, t)).collect();
    let slots: Vec<_> = tokens.iter().map(Scalar::to_bytes).collect();
    for path in paths() {
        let base = FixedBase::with_windows(path, capsule, Windows::of_width(width));
        let out = transformed(&base.expect("it is available"), &slots);
        let wrong = out.iter().zip(&expected).position(|(a, b)| a != b);
        assert_eq!(wrong.map(|i| tokens[i]), None, "{path}, windows of {width} bits");
    }
}

/// `2^(width·j)`.
fn place(width: usize, j: usize) -> Scalar {
    (0..width * j).fold(Scalar::ONE, |power, _| power + power)
}

/// Scalars whose digits are extreme in windows of `width` bits.
fn edges(width: usize) -> Vec<Scalar> {
    let half = Scalar::ONE.div_by_2();
    let mut edges = vec![Scalar::ONE, -Scalar::ONE, half, -half];
    edges.extend((2_u64..70).map(Scalar::from));
    edges.extend((2_u64..70).map(|n| -Scalar::from(n)));
    edges.extend((0..253).map(|bit| place(1, bit)));
    // Every digit the same: 0…01, one below the sign, the sign, one above it, all ones.
    let count = Windows::of_width(width).count();
    let sign = 1_u64 << (width - 1);
    for digit in [1, sign - 1, sign, sign + 1, 2 * sign - 1] {
        let mut all = Scalar::ZERO;
        for _ in 0..count {
            all = all * Scalar::from(2 * sign) + Scalar::from(digit);
            edges.extend([all, -all]);
        }
    }
    // One window zero, and all others zero.
    let full = random_scalar(&mut ChaCha8Rng::seed_from_u64(3)).to_bytes();
    for j in 0..count - 1 {
        let bits = (0..width)
            .filter(|bit| full[(width * j + bit) / 8] >> ((width * j + bit) % 8) & 1 == 1);
        let digit = Scalar::from(bits.fold(0_u64, |digit, bit| digit | 1 << bit));
        let only = digit * place(width, j);
        edges.extend([Scalar::from_bytes_mod_order(full) - only, only + Scalar::ONE]);
    }
    edges
}

#[test]
fn edge_scalars_multiply_as_they_should_in_windows_of_every_width() {
    let capsule = capsule(1);
    for width in Windows::WIDTHS {
        assert_plain(&capsule, width, &edges(width));
    }
}

/// Encodings that decode, nearest to both ends of their range: 2, 4, … and p − 1, p − 3, ….
fn edge_encodings() -> impl Iterator<Item = Capsule> {
    let near_p = |n: u8| {
        let mut bytes = [0xff; 32];
        (bytes[0], bytes[31]) = (0xed - n, 0x7f);
        bytes
    };
    let near_0 = |n: u8| core::array::from_fn(|i| if i == 0 { n } else { 0 });
    let low = (2..=100).step_by(2).map(near_0);
    let high = (1..=99).step_by(2).map(near_p);
    low.chain(high).filter_map(|bytes| Capsule::of_accepted(&bytes).ok())
}

#[test]
fn capsules_at_the_edges_multiply_as_they_should() {
    let mut rng = ChaCha8Rng::seed_from_u64(4);
    let tokens: Vec<_> = (0..9).map(|_| random_scalar(&mut rng)).collect();
    let small = (1_u64..=32).map(|n| Capsule(RistrettoPoint::mul_base(&Scalar::from(n))));
    let half = Capsule(RistrettoPoint::mul_base(&Scalar::ONE.div_by_2()));
    let negative = Capsule(RistrettoPoint::mul_base(&-Scalar::ONE));
    let mut capsules: Vec<_> = small.chain([half, negative]).collect();
    let before = capsules.len();
    capsules.extend(edge_encodings());
    assert!(capsules.len() > before + 20, "about every fourth candidate decodes");
    for capsule in &capsules {
        assert_plain(capsule, 5, &tokens);
    }
}

#[test]
fn any_number_of_slots_with_any_vacant_comes_out_in_order() {
    let mut rng = ChaCha8Rng::seed_from_u64(5);
    let capsule = capsule(5);
    for slots in (0..=17).chain(511..=513).chain([1025]) {
        let tokens: Vec<_> =
            (0..slots).map(|_| (rng.next_u32() % 4 > 0).then(|| random_scalar(&mut rng))).collect();
        let bytes: Vec<_> = tokens.iter().map(|t| t.map_or([0; 32], |t| t.to_bytes())).collect();
        let expected: Vec<_> =
            tokens.iter().map(|t| t.map_or([0; 32], |t| plain(&capsule, &t))).collect();
        for path in paths() {
            let base = FixedBase::with_path(path, &capsule, slots).expect("it is available");
            assert_eq!(transformed(&base, &bytes), expected, "{slots} slots, {path}");
        }
    }
}

#[test]
fn a_chunk_without_any_token_stays_zero() {
    let tokens = Tokens::vacant(2 * CHUNK);
    for path in paths() {
        let base = FixedBase::with_path(path, &capsule(6), CHUNK).expect("it is available");
        assert_eq!(transformed(&base, tokens.slots()), vec![[0; 32]; 2 * CHUNK], "{path}");
    }
}

#[test]
fn a_bad_token_is_named_and_the_greatest_good_one_is_not() {
    let order = {
        let mut bytes = (-Scalar::ONE).to_bytes();
        bytes[0] += 1;
        bytes
    };
    let above = {
        let mut bytes = [0; 32];
        bytes[31] = 0x10;
        bytes[16] = 1;
        bytes
    };
    let mut tokens = Tokens::vacant(CHUNK + 9);
    tokens.put(3, Some(&Token(-Scalar::ONE)));
    for path in paths() {
        let base = FixedBase::with_path(path, &capsule(2), CHUNK).expect("it is available");
        let mut out = vec![[9; 32]; tokens.slots().len()];
        for (bad, slot) in [(order, 4), (above, CHUNK - 1), ([0xff; 32], CHUNK + 5)] {
            tokens.slots_mut()[slot] = bad;
            assert_eq!(base.transform(tokens.slots(), &mut out), Err(BadToken { slot }), "{path}");
            tokens.put(slot, None);
        }
        assert_eq!(base.transform(tokens.slots(), &mut out), Ok(()));
        assert_eq!(out[3], plain(&capsule(2), &-Scalar::ONE));
    }
}

#[test]
fn identity_and_non_canonical_bytes_are_no_capsules() {
    assert!(Capsule::of_accepted(&[0; 32]).is_err());
    assert!(Capsule::of_accepted(&[0xff; 32]).is_err());
}

#[test]
fn the_best_path_is_one_there_is_and_says_its_name() {
    assert!(Path::best().is_available());
    assert!(Path::Portable.is_available());
    assert_eq!(FixedBase::new(&capsule(7), 1).path(), Path::best());
    for path in Path::ALL {
        let base = FixedBase::with_path(path, &capsule(7), 1);
        assert_eq!(base.map(|base| base.path()), path.is_available().then_some(path));
    }
    assert_eq!(Path::Portable.to_string(), "portable");
    assert_eq!(Path::Ifma.to_string(), "AVX-512 IFMA, eight at a time");
}

/// A million tokens, each multiplied plainly too; every core takes its share.
#[test]
fn heavy_a_million_random_tokens_equal_plain_multiplication() {
    const MILLION: usize = 1_000_000;
    let cores = std::thread::available_parallelism().map_or(1, usize::from);
    let capsule = capsule(8);
    let bases: Vec<_> =
        paths().filter_map(|path| FixedBase::with_path(path, &capsule, MILLION)).collect();
    std::thread::scope(|scope| {
        for core in 0..cores {
            let (capsule, bases) = (&capsule, &bases);
            let share = MILLION / cores + usize::from(core < MILLION % cores);
            scope.spawn(move || {
                let mut rng = ChaCha8Rng::seed_from_u64(100 + core as u64);
                let tokens: Vec<_> = (0..share).map(|_| random_scalar(&mut rng)).collect();
                let slots: Vec<_> = tokens.iter().map(Scalar::to_bytes).collect();
                let expected: Vec<_> = tokens.iter().map(|t| plain(capsule, t)).collect();
                for base in bases {
                    assert!(transformed(base, &slots) == expected, "{}", base.path());
                }
            });
        }
    });
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(16))]
    #[test]
    fn it_equals_plain_multiplication(seed: u64, wide in proptest::collection::vec(any::<[u8; 32]>(), 1..40)) {
        let tokens: Vec<_> = wide.into_iter().map(Scalar::from_bytes_mod_order).collect();
        for width in [4, 5, 7, 8, 10, 12] {
            assert_plain(&capsule(seed), width, &tokens);
        }
    }
}
