//! The path of every machine: one recipient after the other, in the field of [`super::field`].

use super::curve::{Halfway, Point, affine};
use super::field::{Fe, invert_all};
use super::table::{Table, bases};
use super::windows::{Digits, Windows};

/// Points that share an inversion: enough that it costs little, few enough for the cache.
const BATCH: usize = 128;

/// The multiples of `½E`.
pub(super) fn tabulate(windows: Windows, half_e: &Point) -> Table {
    let bases = bases(&windows, half_e);
    let mut points = Vec::with_capacity(windows.entries());
    for (j, base) in bases.iter().enumerate() {
        points.push(Point::IDENTITY);
        let mut multiple = base.point;
        for _ in 0..windows.size(j) {
            points.push(multiple);
            multiple.add_assign(&base.once, false);
        }
    }
    let mut table = Table::empty(windows);
    for (multiples, points) in table.multiples_mut().chunks_mut(BATCH).zip(points.chunks(BATCH)) {
        for (multiple, point) in multiples.iter_mut().zip(affine(points)) {
            *multiple = point;
        }
    }
    table
}

/// The encodings of `t·E`, for tokens in digits; `sums` is room for as many points.
pub(super) fn multiply(
    table: &Table,
    tokens: &[Digits],
    sums: &mut Vec<Point>,
    out: &mut [[u8; 32]],
) {
    let windows = table.windows();
    let last = windows.count() - 1;
    let (window, cut) = (table.window(last), windows.cut(last));
    sums.clear();
    // The last digit is never negative, and a sum that starts with Z = 1 saves an addition.
    sums.extend(tokens.iter().map(|t| window[cut.digit(t).unsigned_abs() as usize].point()));
    for j in (0..last).rev() {
        let (window, cut) = (table.window(j), windows.cut(j));
        for (sum, token) in sums.iter_mut().zip(tokens) {
            let digit = cut.digit(token);
            sum.add_assign(&window[digit.unsigned_abs() as usize], digit < 0);
        }
    }
    for (sums, out) in sums.chunks(BATCH).zip(out.chunks_mut(BATCH)) {
        encode_doubles(sums, out);
    }
}

/// `Encode(2P)` of RFC 9496 for every `P`, with one inversion for all; no `2P` may be the identity.
///
/// The root that `Encode` takes is of a square here: a double's `Z` and `T` come as products.
fn encode_doubles(points: &[Point], out: &mut [[u8; 32]]) {
    let halfway: Vec<_> = points.iter().map(Point::halfway).collect();
    let zt: Vec<_> = halfway.iter().map(|p| (p.f * p.h, p.e * p.g)).collect();
    let mut inverses: Vec<_> = zt.iter().map(|(z, t)| *z * *t).collect();
    invert_all(&mut inverses);
    for (((p, (z, t)), inverse), out) in halfway.iter().zip(zt).zip(inverses).zip(out) {
        *out = encode(p, (z, t), inverse);
    }
}

fn encode(p: &Halfway, (z, t): (Fe, Fe), inverse: Fe) -> [u8; 32] {
    let (z_inverse, t_inverse) = (t * inverse, z * inverse);
    let (e, g, h, magic) = if (t * z_inverse).is_negative() {
        (p.g, -p.e, p.f * Fe::SQRT_M1, Fe::SQRT_M1)
    } else {
        (p.e, p.g, p.h, Fe::INVSQRT_A_MINUS_D)
    };
    let g = if (h * e * z_inverse).is_negative() { -g } else { g };
    ((h - g) * (magic * g * t_inverse)).abs().to_bytes()
}

/// `4·rounds` field multiplications, four at a time independent of each other.
pub(super) fn multiplications(rounds: usize) -> [u8; 32] {
    let mut numbers = [Fe::D, Fe::TWICE_D, Fe::SQRT_M1, Fe::INVSQRT_A_MINUS_D];
    for _ in 0..rounds {
        for x in &mut numbers {
            *x = *x * Fe::D;
        }
    }
    let [a, b, c, d] = numbers;
    (a + b + c + d).to_bytes()
}
