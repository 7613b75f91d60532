//! Eight points at a time: adding entries of a table to sums, and making that table.
//!
//! The formulas are those of [`super::super::curve`], with carries only where a factor needs them.
#![forbid(unsafe_code)]

use core::arch::x86_64::{
    __m512i, _mm512_setzero_si512, _mm512_shuffle_i64x2, _mm512_unpackhi_epi64,
    _mm512_unpacklo_epi64,
};

use zeroize::Zeroizing;

use super::super::curve::{Multiple, Point};
use super::super::field::Fe;
use super::super::table::{Table, bases};
use super::super::windows::{Digits, Windows};
use super::encode::encode_doubles;
use super::field::{Fe8, Wide};
use super::{load, prefetch, store};

/// Eight points, as [`Point`].
#[derive(Clone, Copy)]
pub(super) struct Points {
    pub(super) plus: Fe8,
    pub(super) minus: Fe8,
    pub(super) z: Fe8,
    pub(super) t: Fe8,
}

/// Eight entries of a table, each negated where its digit is.
struct Addends {
    plus: Fe8,
    minus: Fe8,
    xy2d: Fe8,
}

impl Points {
    #[inline]
    #[target_feature(enable = "avx512f,avx512ifma")]
    fn add_assign(&mut self, q: &Addends) {
        let (plus, minus) = (self.plus.times(q.plus), self.minus.times(q.minus));
        let t = self.t.times(q.xy2d);
        let e = plus.minus(minus).carried();
        let h = plus.plus(minus).carried();
        let z2 = self.z.wide().plus(self.z.wide());
        let f = z2.minus(t).carried();
        let g = z2.plus(t).carried();
        let (x, y) = (e.times(f), g.times(h));
        self.plus = y.plus(x).carried();
        self.minus = y.minus(x).carried();
        self.z = f.mul(g);
        self.t = e.mul(h);
    }

    /// The points of eight entries, with `Z = 1`, which saves adding them to the identity.
    #[target_feature(enable = "avx512f,avx512ifma")]
    fn starting(q: &Addends) -> Self {
        let t = q.xy2d.mul(Fe8::splat(Fe::HALF_INVERSE_D));
        Self { plus: q.plus, minus: q.minus, z: Fe8::splat(Fe::ONE), t }
    }

    /// Eight points, their limbs carried.
    #[target_feature(enable = "avx512f,avx512ifma")]
    fn gathered(points: &[Point; 8]) -> Self {
        let number = |of: fn(&Point) -> Fe| {
            let mut limbs = [[0; 8]; 5];
            for (lane, point) in points.iter().enumerate() {
                for (limb, words) in of(point).0.iter().zip(&mut limbs) {
                    words[lane] = *limb;
                }
            }
            let [a, b, c, d, e] = &limbs;
            Wide([load(a), load(b), load(c), load(d), load(e)]).carried()
        };
        Self {
            plus: number(|p| p.plus),
            minus: number(|p| p.minus),
            z: number(|p| p.z),
            t: number(|p| p.t),
        }
    }
}

impl Addends {
    /// The same entry eight times.
    #[target_feature(enable = "avx512f,avx512ifma")]
    fn splat(entry: &Multiple) -> Self {
        let [plus, minus] = [0, 1].map(|sign| Fe8::splat(entry.sum(sign)));
        Self { plus, minus, xy2d: Fe8::splat(entry.xy2d()) }
    }

    /// Reads the entries of eight digits: sixteen loads and two transpositions.
    #[inline]
    #[target_feature(enable = "avx512f,avx512ifma")]
    fn read(window: &[Multiple], digits: &[i32; 8]) -> Self {
        let mut lines = [[_mm512_setzero_si512(); 8]; 2];
        let mut negative = 0;
        for (lane, digit) in digits.iter().enumerate() {
            let sign = usize::from(*digit < 0);
            let entry = &window[digit.unsigned_abs() as usize].0;
            lines[0][lane] = load(&entry[sign]);
            lines[1][lane] = load(&entry[1 - sign]);
            negative |= u8::from(*digit < 0) << lane;
        }
        let [a, b, c, d, e, k, l, m] = transposed(&lines[0]);
        let [f, g, h, i, j, n, o, p] = transposed(&lines[1]);
        // Where the lines are in the other order, so are the limbs of 2d·xy.
        Self {
            plus: Fe8([a, b, c, d, e]),
            minus: Fe8([f, g, h, i, j]),
            xy2d: Fe8([k, l, m, n, o]).or_negated(negative, Fe8([n, o, p, k, l])),
        }
    }
}

/// Rows become columns.
#[inline]
#[target_feature(enable = "avx512f,avx512ifma")]
fn transposed(rows: &[__m512i; 8]) -> [__m512i; 8] {
    let mut columns = *rows;
    for odd in 0..2 {
        let mut pairs = [rows[0]; 4];
        for (i, pair) in pairs.iter_mut().enumerate() {
            let (a, b) = (rows[2 * i], rows[2 * i + 1]);
            *pair =
                if odd == 0 { _mm512_unpacklo_epi64(a, b) } else { _mm512_unpackhi_epi64(a, b) };
        }
        let [a, b, c, d] = pairs;
        // Each holds two words of two rows in every quarter; of a column, all quarters are alike.
        let (ab_even, ab_odd) =
            (_mm512_shuffle_i64x2::<0x88>(a, b), _mm512_shuffle_i64x2::<0xdd>(a, b));
        let (cd_even, cd_odd) =
            (_mm512_shuffle_i64x2::<0x88>(c, d), _mm512_shuffle_i64x2::<0xdd>(c, d));
        columns[odd] = _mm512_shuffle_i64x2::<0x88>(ab_even, cd_even);
        columns[odd + 2] = _mm512_shuffle_i64x2::<0x88>(ab_odd, cd_odd);
        columns[odd + 4] = _mm512_shuffle_i64x2::<0xdd>(ab_even, cd_even);
        columns[odd + 6] = _mm512_shuffle_i64x2::<0xdd>(ab_odd, cd_odd);
    }
    columns
}

/// Room for a chunk's sums and one window's digits.
#[derive(Default)]
pub(in super::super) struct Sums {
    points: Vec<Points>,
    digits: Zeroizing<Vec<i32>>,
}

/// The encodings of `t·E`, for tokens in digits.
#[target_feature(enable = "avx512f,avx512ifma")]
pub(super) fn multiply(table: &Table, tokens: &[Digits], sums: &mut Sums, out: &mut [[u8; 32]]) {
    let windows = table.windows();
    let last = windows.count() - 1;
    let Sums { points, digits } = sums;
    points.clear();
    windows.cut(last).digits(tokens, digits);
    for digits in digits.as_chunks().0 {
        points.push(Points::starting(&Addends::read(table.window(last), digits)));
    }
    for j in (0..last).rev() {
        windows.cut(j).digits(tokens, digits);
        add_window(table.window(j), digits.as_chunks().0, points);
    }
    for (points, out) in points.chunks(BATCH).zip(out.chunks_mut(8 * BATCH)) {
        encode_doubles(points, out);
    }
}

/// Adds one window's multiples to every sum, fetching those of the next eight meanwhile.
#[target_feature(enable = "avx512f,avx512ifma")]
fn add_window(window: &[Multiple], digits: &[[i32; 8]], sums: &mut [Points]) {
    let ahead = digits.iter().skip(1).chain(digits.last());
    for ((sum, digits), ahead) in sums.iter_mut().zip(digits).zip(ahead) {
        for digit in ahead {
            prefetch(&window[digit.unsigned_abs() as usize]);
        }
        sum.add_assign(&Addends::read(window, digits));
    }
}

/// Vectors of points made affine together: enough that their inversion costs little, few enough for
/// the cache.
const BATCH: usize = 128;

/// The multiples of `½E`, eight by eight: lane `l` of a window's vector `i` is `(8i + l + 1)·B_j`.
#[target_feature(enable = "avx512f,avx512ifma")]
pub(super) fn tabulate(windows: Windows, half_e: &Point) -> Table {
    let bases = bases(&windows, half_e);
    let mut table = Table::empty(windows);
    let mut waiting = Vec::with_capacity(BATCH);
    for (j, base) in bases.iter().enumerate() {
        let mut multiples = Points::gathered(&base.first_eight());
        let stride = Addends::splat(&base.eightfold);
        for place in table.windows().range(j).skip(1).step_by(8) {
            waiting.push((place, multiples));
            multiples.add_assign(&stride);
            if waiting.len() == BATCH {
                write_affine(&mut waiting, table.multiples_mut());
            }
        }
    }
    write_affine(&mut waiting, table.multiples_mut());
    table
}

/// Writes points as entries to the places they wait for, with one inversion for all.
#[target_feature(enable = "avx512f,avx512ifma")]
fn write_affine(waiting: &mut Vec<(usize, Points)>, multiples: &mut [Multiple]) {
    let twice_d = Fe8::splat(Fe::TWICE_D);
    // Additions are complete, so Z is never zero.
    let mut inverses = Vec::with_capacity(waiting.len());
    for (_, p) in waiting.iter() {
        inverses.push(p.z);
    }
    invert_all(&mut inverses);
    for ((place, p), inverse) in waiting.drain(..).zip(inverses) {
        let addends = Addends {
            plus: p.plus.mul(inverse),
            minus: p.minus.mul(inverse),
            xy2d: p.t.mul(inverse).mul(twice_d),
        };
        addends.write(&mut multiples[place..place + 8]);
    }
}

impl Addends {
    /// Writes eight entries, one per lane.
    #[target_feature(enable = "avx512f,avx512ifma")]
    fn write(&self, places: &mut [Multiple]) {
        let (p, m, t) = (self.plus.0, self.minus.0, self.xy2d.0);
        let first = transposed(&[p[0], p[1], p[2], p[3], p[4], t[0], t[1], t[2]]);
        let second =
            transposed(&[m[0], m[1], m[2], m[3], m[4], t[3], t[4], _mm512_setzero_si512()]);
        for (place, (a, b)) in places.iter_mut().zip(first.into_iter().zip(second)) {
            store(a, &mut place.0[0]);
            store(b, &mut place.0[1]);
        }
    }
}

/// Inverts every number with one inversion in all; none may be zero.
#[target_feature(enable = "avx512f,avx512ifma")]
pub(super) fn invert_all(numbers: &mut [Fe8]) {
    let mut product = Fe8::splat(Fe::ONE);
    let mut before = Vec::with_capacity(numbers.len());
    for x in numbers.iter() {
        before.push(product);
        product = product.mul(*x);
    }
    let mut inverse = product.invert();
    for (x, before) in numbers.iter_mut().zip(before).rev() {
        (*x, inverse) = (inverse.mul(before), inverse.mul(*x));
    }
}

/// `4·rounds` field multiplications in each of eight lanes, four at a time independent of each
/// other.
#[target_feature(enable = "avx512f,avx512ifma")]
pub(super) fn multiplications(rounds: usize) -> [u8; 32] {
    let factor = Fe8::splat(Fe::D);
    let mut numbers = [
        Fe8::splat(Fe::D),
        Fe8::splat(Fe::TWICE_D),
        Fe8::splat(Fe::SQRT_M1),
        Fe8::splat(Fe::INVSQRT_A_MINUS_D),
    ];
    for _ in 0..rounds {
        for x in &mut numbers {
            *x = x.mul(factor);
        }
    }
    let [a, b, c, d] = numbers;
    let sum = a.wide().plus(b.wide()).plus(c.wide()).plus(d.wide()).carried();
    let mut bytes = [0; 32];
    for (place, lanes) in bytes.chunks_exact_mut(8).zip(sum.to_words()) {
        let mut words = [0; 8];
        store(lanes, &mut words);
        place.copy_from_slice(&words[0].to_le_bytes());
    }
    bytes
}
