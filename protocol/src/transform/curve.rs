//! Points of edwards25519, as many as a table needs of them: the curve under ristretto255.
//!
//! Additions are complete: they hold for every pair of points, the identity and equal ones included.

use super::field::{Fe, invert_all};

/// A point `(X : Y : Z : T)` with `T = XY/Z`, kept as the sum and difference additions begin with.
#[derive(Clone, Copy)]
pub(super) struct Point {
    /// `Y + X`.
    pub(super) plus: Fe,
    /// `Y − X`.
    pub(super) minus: Fe,
    pub(super) z: Fe,
    pub(super) t: Fe,
}

/// The four numbers that both doubling and encoding the double begin with; `2P` is
/// `(eh : fg : fh : eg)`.
pub(super) struct Halfway {
    /// `4XY`.
    pub(super) e: Fe,
    /// `2(Y² − X²)`.
    pub(super) f: Fe,
    /// `2(Y² + X²)`.
    pub(super) g: Fe,
    /// `4Z² − f`.
    pub(super) h: Fe,
}

impl Point {
    /// `(0, 1)`.
    pub(super) const IDENTITY: Self =
        Self { plus: Fe::ONE, minus: Fe::ONE, z: Fe::ONE, t: Fe::ZERO };

    /// `Decode` of RFC 9496 for bytes that are known to be an encoding.
    pub(super) fn from_encoding(bytes: &[u8; 32]) -> Self {
        let s = Fe::from_bytes(bytes);
        let ss = s.square();
        let (u1, u2) = (Fe::ONE - ss, Fe::ONE + ss);
        let u2_squared = u2.square();
        let v = -(Fe::D * u1.square()) - u2_squared;
        let root = (v * u2_squared).inverse_root();
        let den_x = root * u2;
        let den_y = root * den_x * v;
        let x = ((s + s) * den_x).abs();
        let y = u1 * den_y;
        Self { plus: y + x, minus: y - x, z: Fe::ONE, t: x * y }
    }

    /// Four products on the way to `2P`.
    #[inline]
    pub(super) fn halfway(&self) -> Halfway {
        let (plus, minus, z) = (self.plus.square(), self.minus.square(), self.z.square());
        let f = self.plus * self.minus;
        let (f, z2) = (f + f, z + z);
        Halfway { e: plus - minus, f, g: plus + minus, h: z2 + z2 - f }
    }

    /// `2P`.
    pub(super) fn double(&self) -> Self {
        let Halfway { e, f, g, h } = self.halfway();
        let (x, y) = (e * h, f * g);
        Self { plus: y + x, minus: y - x, z: f * h, t: e * g }
    }

    /// `P + Q`, or `P − Q`, in the place of `P`; nothing branches on signs, which are as good as
    /// random.
    #[inline]
    pub(super) fn add_assign(&mut self, q: &Multiple, negative: bool) {
        let sign = usize::from(negative);
        let plus = self.plus * q.sum(sign);
        let minus = self.minus * q.sum(1 - sign);
        let t = self.t * q.xy2d();
        let (e, h) = (plus.minus(minus), plus + minus);
        let z2 = self.z + self.z;
        let both = [z2.minus(t), z2 + t];
        let (f, g) = (both[sign], both[1 - sign]);
        let (x, y) = (e * f, g * h);
        self.plus = y + x;
        self.minus = y.minus(x);
        self.z = f * g;
        self.t = e * h;
    }
}

/// An entry of a table: an affine point as `y + x`, `y − x` and `2d·xy`, five limbs each.
///
/// Two cache lines: `y + x` and three limbs of `2d·xy` in one, `y − x` and the other two in the
/// other, so that who reads the lines in the other order has `−P` but for the last number.
#[derive(Clone, Copy)]
#[repr(C, align(128))]
pub(super) struct Multiple(pub(super) [[u64; 8]; 2]);

impl Multiple {
    /// The identity: `(0, 1)`.
    pub(super) const ZERO: Self = Self([[1, 0, 0, 0, 0, 0, 0, 0]; 2]);

    fn new(plus: Fe, minus: Fe, xy2d: Fe) -> Self {
        let ([a, b, c, d, e], [f, g, h, i, j], [k, l, m, n, o]) = (plus.0, minus.0, xy2d.0);
        Self([[a, b, c, d, e, k, l, m], [f, g, h, i, j, n, o, 0]])
    }

    /// `y + x` at 0, `y − x` at 1.
    #[inline]
    pub(super) const fn sum(&self, sign: usize) -> Fe {
        let [a, b, c, d, e, ..] = self.0[sign];
        Fe([a, b, c, d, e])
    }

    /// `2d·xy`.
    #[inline]
    pub(super) const fn xy2d(&self) -> Fe {
        let [[.., a, b, c], [.., d, e, _]] = self.0;
        Fe([a, b, c, d, e])
    }

    /// The point with `Z = 1`; starting a sum with it saves adding it to the identity.
    #[inline]
    pub(super) fn point(&self) -> Point {
        let t = self.xy2d() * Fe::HALF_INVERSE_D;
        Point { plus: self.sum(0), minus: self.sum(1), z: Fe::ONE, t }
    }
}

/// The points as entries of a table, with one inversion for all.
pub(super) fn affine(points: &[Point]) -> impl Iterator<Item = Multiple> {
    // Additions are complete, so Z is never zero.
    let mut inverses: Vec<_> = points.iter().map(|p| p.z).collect();
    invert_all(&mut inverses);
    points.iter().zip(inverses).map(|(p, inverse)| {
        Multiple::new(p.plus * inverse, p.minus * inverse, p.t * inverse * Fe::TWICE_D)
    })
}
