//! What a background worker does with an accepted post: `E'_j = t_j·E` for every slot (section 5).
//!
//! `E` is the same for every slot of every cohort, so its multiples are tabulated once per post and
//! a slot costs two dozen additions instead of a multiplication. The work is not constant-time: it
//! depends on tokens, which are the worker's own and useless for reading.

use curve25519_dalek::{RistrettoPoint, scalar::Scalar, traits::Identity};
use zeroize::{Zeroize, ZeroizeOnDrop, Zeroizing};

use crate::bytes::Malformed;
use crate::keys::Token;
use crate::primitives::point;

/// `E` of a post that was accepted.
///
/// Nothing unaccepted is ever transformed: a capsule comes from [`Post::accept`], or from the store
/// of accepted posts.
///
/// [`Post::accept`]: crate::post::Post::accept
#[derive(Clone, Copy)]
pub struct Capsule(RistrettoPoint);

impl Capsule {
    /// The capsule of a post which, on the caller's word, was accepted; refuses what no accepted
    /// post can have.
    pub fn of_accepted(encoded: &[u8; 32]) -> Result<Self, Malformed> {
        point(encoded).map(Self)
    }

    /// A capsule whose proof has been verified.
    pub(crate) const fn proven(e: RistrettoPoint) -> Self {
        Self(e)
    }

    /// `E`.
    pub(crate) const fn point(&self) -> &RistrettoPoint {
        &self.0
    }
}

/// A cohort's tokens in slot order, 32 bytes each and zeros where a slot is vacant; erased when
/// dropped.
#[derive(ZeroizeOnDrop)]
pub struct Tokens(Vec<[u8; 32]>);

impl Tokens {
    /// Room for `slots` slots, all vacant.
    #[must_use]
    pub fn vacant(slots: usize) -> Self {
        Self(vec![[0; 32]; slots])
    }

    /// The slots as they lie in memory, to read sealed tokens into without another copy.
    pub fn slots_mut(&mut self) -> &mut [[u8; 32]] {
        &mut self.0
    }

    /// The slots.
    #[must_use]
    pub fn slots(&self) -> &[[u8; 32]] {
        &self.0
    }

    /// Puts a member's token into a slot, or `None` to vacate it.
    ///
    /// # Panics
    ///
    /// If there is no such slot.
    pub fn put(&mut self, slot: usize, token: Option<&Token>) {
        self.0[slot] = token.map_or([0; 32], |t| *t.to_bytes());
    }
}

/// A slot holds bytes that are no token; nothing of that call's output is to be used.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct BadToken {
    /// The first such slot.
    pub slot: usize,
}

impl core::fmt::Display for BadToken {
    fn fmt(&self, f: &mut core::fmt::Formatter<'_>) -> core::fmt::Result {
        write!(f, "slot {} holds no canonical token", self.slot)
    }
}

impl core::error::Error for BadToken {}

/// Slots multiplied together, window after window: their sums and one window's multiples stay in
/// the second-level cache, and one inversion serves them all.
const CHUNK: usize = 512;

/// The multiples of one post's capsule, for multiplying it with many tokens.
///
/// The tables hold multiples of `½E`, because the batched encoding of RFC 9496's points costs one
/// inversion for all but encodes their doubles.
pub struct FixedBase {
    windows: Windows,
    /// Window after window: `1·B_j … n_j·B_j` with `B_j = 2^(w·j)·½E`.
    multiples: Vec<RistrettoPoint>,
}

impl FixedBase {
    /// Tabulates the multiples of `capsule`, with windows as wide as pays for about `slots` slots.
    ///
    /// For a cohort of 4,096 the table takes 2 MiB and the time of some 13,000 additions.
    #[must_use]
    pub fn new(capsule: &Capsule, slots: usize) -> Self {
        Self::with_windows(capsule, Windows::for_slots(slots))
    }

    fn with_windows(capsule: &Capsule, windows: Windows) -> Self {
        let mut multiples = Vec::with_capacity(windows.offset(windows.count));
        let mut base = capsule.point() * Scalar::ONE.div_by_2();
        for j in 0..windows.count {
            let mut multiple = base;
            multiples.push(multiple);
            for _ in 1..windows.size(j) {
                multiple += &base;
                multiples.push(multiple);
            }
            // Of every window but the last, the last multiple is 2^(w−1)·B_j.
            base = multiple + multiple;
        }
        Self { windows, multiples }
    }

    /// Writes `t_j·E` for every slot, and 32 zero bytes for a vacant one.
    ///
    /// `tokens` are as in [`Tokens`], for one cohort or a part of one. On an error the output is
    /// incomplete and must not be used.
    ///
    /// # Panics
    ///
    /// If `out` has not as many slots as `tokens`.
    pub fn transform(&self, tokens: &[[u8; 32]], out: &mut [[u8; 32]]) -> Result<(), BadToken> {
        assert_eq!(tokens.len(), out.len(), "one output slot for every token slot");
        for (n, (tokens, out)) in tokens.chunks(CHUNK).zip(out.chunks_mut(CHUNK)).enumerate() {
            let live = Live::read(&self.windows, tokens)
                .map_err(|BadToken { slot }| BadToken { slot: n * CHUNK + slot })?;
            out.fill([0; 32]);
            let halves = self.multiply(&live.digits);
            let encoded = RistrettoPoint::double_and_compress_batch(&halves);
            for (slot, point) in live.slots.iter().zip(encoded) {
                out[*slot] = point.to_bytes();
            }
        }
        Ok(())
    }

    /// `½·t_i·E` for every `t_i`.
    fn multiply(&self, digits: &[Digits]) -> Vec<RistrettoPoint> {
        let mut sums = vec![RistrettoPoint::identity(); digits.len()];
        for j in 0..self.windows.count {
            let window = &self.multiples[self.windows.offset(j)..];
            for (sum, digits) in sums.iter_mut().zip(digits) {
                let digit = self.windows.digit(digits, j);
                let n = usize::from(digit.unsigned_abs());
                match digit.signum() {
                    1 => *sum += &window[n - 1],
                    -1 => *sum -= &window[n - 1],
                    _ => {}
                }
            }
        }
        sums
    }
}

/// The slots of a chunk that have a token.
struct Live {
    slots: Vec<usize>,
    digits: Zeroizing<Vec<Digits>>,
}

impl Live {
    fn read(windows: &Windows, tokens: &[[u8; 32]]) -> Result<Self, BadToken> {
        let mut live = Self {
            slots: Vec::with_capacity(tokens.len()),
            digits: Zeroizing::new(Vec::with_capacity(tokens.len())),
        };
        for (slot, token) in tokens.iter().enumerate().filter(|(_, token)| **token != [0; 32]) {
            let canonical: Option<Scalar> = Scalar::from_canonical_bytes(*token).into();
            let mut t = canonical.ok_or(BadToken { slot })?;
            live.slots.push(slot);
            live.digits.push(windows.recode(&t));
            t.zeroize();
        }
        Ok(live)
    }
}

/// A scalar plus [`Windows::bias`], little-endian limbs.
type Digits = [u64; 4];

/// How scalars below ℓ ≈ 2²⁵² are cut into digits of `width` bits, all but the highest signed.
///
/// A signed digit is read out of the scalar plus a bias of `2^(w−1)` in every window, and the bias
/// taken off again: no carries, and every digit by itself.
struct Windows {
    width: usize,
    count: usize,
    bias: Digits,
}

/// Bits of a scalar below ℓ, but for ℓ's own highest bit, which the unsigned last digit takes in.
const BITS: usize = 252;

impl Windows {
    /// The width with the fewest additions for `slots` slots, the table's included.
    ///
    /// Wider windows than 10 bits need fewer additions for more than a cohort, but their tables
    /// outgrow the second-level cache, and measured no faster.
    fn for_slots(slots: usize) -> Self {
        let additions = |w: &Self| w.offset(w.count) + w.count * slots;
        (4..=10).map(Self::of_width).min_by_key(additions).expect("there are seven widths")
    }

    fn of_width(width: usize) -> Self {
        let count = BITS.div_ceil(width);
        let mut bias = [0; 4];
        for j in 0..count - 1 {
            let bit = j * width + width - 1;
            bias[bit / 64] |= 1 << (bit % 64);
        }
        Self { width, count, bias }
    }

    /// The largest digit of window `j`, and so the number of its multiples.
    const fn size(&self, j: usize) -> usize {
        if j + 1 < self.count { 1 << (self.width - 1) } else { 1 << (BITS - j * self.width) }
    }

    /// Where the multiples of window `j` begin.
    const fn offset(&self, j: usize) -> usize {
        let last = self.count - 1;
        if j <= last { j << (self.width - 1) } else { (last << (self.width - 1)) + self.size(last) }
    }

    /// The scalar plus the bias; below 2²⁵³, so it does not overflow.
    fn recode(&self, scalar: &Scalar) -> Digits {
        let (limbs, _) = scalar.as_bytes().as_chunks::<8>();
        let mut carry = false;
        core::array::from_fn(|i| {
            let sum;
            (sum, carry) = u64::from_le_bytes(limbs[i]).carrying_add(self.bias[i], carry);
            sum
        })
    }

    /// Digit `j`: −2^(w−1) … 2^(w−1) − 1, of the last window 0 … its size.
    #[inline]
    fn digit(&self, digits: &Digits, j: usize) -> i16 {
        let (limb, shift) = (j * self.width / 64, j * self.width % 64);
        let mut bits = digits[limb] >> shift;
        if shift + self.width > 64 && limb < 3 {
            bits |= digits[limb + 1] << (64 - shift);
        }
        // A digit has at most 10 bits, so neither the cut nor the sign loses any.
        let bits = ((bits & 0x3ff) as u16).cast_signed();
        if j + 1 == self.count {
            return bits;
        }
        let sign = 1 << (self.width - 1);
        (bits & (2 * sign - 1)) - sign
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;
    use rand_chacha::{ChaCha8Rng, rand_core::SeedableRng};

    use super::*;
    use crate::primitives::random_scalar;

    /// Scalars whose digits are extreme in windows of `width` bits.
    fn edges(width: usize) -> Vec<Scalar> {
        let half = Scalar::ONE.div_by_2();
        let mut edges = vec![Scalar::ONE, -Scalar::ONE, half, -half];
        edges.extend((2_u64..70).map(Scalar::from));
        edges.extend((2_u64..70).map(|n| -Scalar::from(n)));
        // Every digit the same: 0…01, one below the sign, the sign, all ones; and each bit alone.
        let sign = 1_u64 << (width - 1);
        for digit in [1, sign - 1, sign, sign + 1, 2 * sign - 1] {
            let mut all = Scalar::ZERO;
            for _ in 0..BITS.div_ceil(width) {
                all = all * Scalar::from(2 * sign) + Scalar::from(digit);
                edges.extend([all, -all]);
            }
        }
        edges.extend((0..253).scan(Scalar::ONE, |bit, _| {
            *bit += *bit;
            Some(*bit)
        }));
        edges
    }

    fn transformed(capsule: &Capsule, windows: Windows, tokens: &[Scalar]) -> Vec<[u8; 32]> {
        let slots: Vec<_> = tokens.iter().map(Scalar::to_bytes).collect();
        let mut out = vec![[9; 32]; slots.len()];
        FixedBase::with_windows(capsule, windows).transform(&slots, &mut out).expect("canonical");
        out
    }

    fn capsule(seed: u64) -> Capsule {
        Capsule(RistrettoPoint::mul_base(&random_scalar(&mut ChaCha8Rng::seed_from_u64(seed))))
    }

    #[test]
    fn edge_scalars_multiply_as_they_should() {
        let capsule = capsule(1);
        for width in [4, 5, 7, 8, 10] {
            let edges = edges(width);
            let plain: Vec<_> =
                edges.iter().map(|t| (capsule.0 * t).compress().to_bytes()).collect();
            assert_eq!(transformed(&capsule, Windows::of_width(width), &edges), plain, "{width}");
        }
    }

    #[test]
    fn vacant_slots_stay_zero_and_a_bad_token_is_named() {
        let mut rng = ChaCha8Rng::seed_from_u64(2);
        let mut tokens = Tokens::vacant(CHUNK + 9);
        let t = Token(random_scalar(&mut rng));
        for slot in [0, 7, CHUNK - 1, CHUNK + 3] {
            tokens.put(slot, Some(&t));
        }
        tokens.put(7, None);
        let base = FixedBase::new(&capsule(2), tokens.slots().len());
        let mut out = vec![[9; 32]; tokens.slots().len()];
        base.transform(tokens.slots(), &mut out).expect("all canonical");
        let product = (capsule(2).0 * t.0).compress().to_bytes();
        for (slot, point) in out.iter().enumerate() {
            let live = [0, CHUNK - 1, CHUNK + 3].contains(&slot);
            assert_eq!(*point, if live { product } else { [0; 32] }, "slot {slot}");
        }

        tokens.slots_mut()[CHUNK + 5] = [0xff; 32];
        let refused = base.transform(tokens.slots(), &mut out);
        assert_eq!(refused, Err(BadToken { slot: CHUNK + 5 }));
    }

    #[test]
    fn identity_and_non_canonical_bytes_are_no_capsules() {
        assert!(Capsule::of_accepted(&[0; 32]).is_err());
        assert!(Capsule::of_accepted(&[0xff; 32]).is_err());
    }

    proptest! {
        #![proptest_config(ProptestConfig::with_cases(16))]
        #[test]
        fn it_equals_plain_multiplication(seed: u64, wide in proptest::collection::vec(any::<[u8; 32]>(), 1..40)) {
            let capsule = capsule(seed);
            let tokens: Vec<_> = wide.into_iter().map(Scalar::from_bytes_mod_order).collect();
            let plain: Vec<_> =
                tokens.iter().map(|t| (capsule.0 * t).compress().to_bytes()).collect();
            for width in [4, 5, 7, 8, 10] {
                prop_assert_eq!(&transformed(&capsule, Windows::of_width(width), &tokens), &plain);
            }
        }
    }
}
