//! Encoding eight points at a time.
#![forbid(unsafe_code)]

use super::super::field::Fe;
use super::field::Fe8;
use super::points::{Points, invert_all};
use super::store;

/// As [`Halfway`](super::super::curve::Halfway), with the `Z` and `T` of `2P`.
struct Halfway {
    e: Fe8,
    f: Fe8,
    g: Fe8,
    h: Fe8,
    z: Fe8,
    t: Fe8,
}

impl Halfway {
    #[inline]
    #[target_feature(enable = "avx512f,avx512ifma")]
    fn of(p: &Points) -> Self {
        let (plus, minus) = (p.plus.squared(), p.minus.squared());
        let f = p.plus.times(p.minus);
        let f2 = f.plus(f).carried();
        let z2 = p.z.wide().plus(p.z.wide()).carried();
        let e = plus.minus(minus).carried();
        let g = plus.plus(minus).carried();
        let h = z2.squared().minus(f2.wide()).carried();
        Self { e, f: f2, g, h, z: f2.mul(h), t: e.mul(g) }
    }

    #[inline]
    #[target_feature(enable = "avx512f,avx512ifma")]
    fn encoded(&self, inverse: &Fe8) -> Fe8 {
        let (z_inverse, t_inverse) = (self.t.mul(*inverse), self.z.mul(*inverse));
        let root = Fe8::splat(Fe::SQRT_M1);
        let rotated = self.t.mul(z_inverse).negative();
        let e = self.e.or(rotated, self.g);
        let g = self.g.or(rotated, self.e.negated());
        let h = self.h.or(rotated, self.f.mul(root));
        let magic = Fe8::splat(Fe::INVSQRT_A_MINUS_D).or(rotated, root);
        let g = g.or(h.mul(e).mul(z_inverse).negative(), g.negated());
        let s = h.wide().minus(g.wide()).carried().mul(magic.mul(g).mul(t_inverse));
        s.or(s.negative(), s.negated())
    }
}

/// `Encode(2P)` of RFC 9496 for every `P`, with one inversion for all; no `2P` may be the identity.
///
/// The points come eight to a vector, of which the last may have lanes to spare.
#[target_feature(enable = "avx512f,avx512ifma")]
pub(super) fn encode_doubles(points: &[Points], out: &mut [[u8; 32]]) {
    let mut halfway = Vec::with_capacity(points.len());
    let mut inverses = Vec::with_capacity(points.len());
    for p in points {
        let p = Halfway::of(p);
        inverses.push(p.z.mul(p.t));
        halfway.push(p);
    }
    invert_all(&mut inverses);
    for ((p, inverse), out) in halfway.iter().zip(inverses).zip(out.chunks_mut(8)) {
        let mut words = [[0; 8]; 4];
        for (lanes, words) in p.encoded(&inverse).to_words().into_iter().zip(&mut words) {
            store(lanes, words);
        }
        for (lane, out) in out.iter_mut().enumerate() {
            for (bytes, words) in out.chunks_exact_mut(8).zip(&words) {
                bytes.copy_from_slice(&words[lane].to_le_bytes());
            }
        }
    }
}
