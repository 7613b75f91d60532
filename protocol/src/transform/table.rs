//! The multiples of one point that sums are made of: for every window `j` zero and
//! `1·B_j … n_j·B_j`, where `B_j = 2^(width·j)·½E`.

use super::curve::{Multiple, Point, affine};
use super::windows::Windows;

/// The multiples of `½E`, window after window.
pub(super) struct Table {
    windows: Windows,
    multiples: Vec<Multiple>,
}

impl Table {
    /// A table that is zero in every window.
    pub(super) fn empty(windows: Windows) -> Self {
        let multiples = vec![Multiple::ZERO; windows.entries()];
        Self { windows, multiples }
    }

    pub(super) const fn windows(&self) -> &Windows {
        &self.windows
    }

    /// Zero and the multiples of window `j`: the entry of a digit is at its magnitude.
    pub(super) fn window(&self, j: usize) -> &[Multiple] {
        &self.multiples[self.windows.range(j)]
    }

    /// Every entry, in order.
    pub(super) fn multiples_mut(&mut self) -> &mut [Multiple] {
        &mut self.multiples
    }
}

/// Where a window's multiples start: `B_j`, also as an addend, and `8·B_j`, the stride of eight lanes.
pub(super) struct Base {
    pub(super) point: Point,
    pub(super) once: Multiple,
    pub(super) eightfold: Multiple,
}

impl Base {
    /// `1·B … 8·B`.
    pub(super) fn first_eight(&self) -> [Point; 8] {
        let mut multiples = [self.point; 8];
        for i in 1..8 {
            multiples[i] = multiples[i - 1];
            multiples[i].add_assign(&self.once, false);
        }
        multiples
    }
}

/// The bases of every window.
pub(super) fn bases(windows: &Windows, half_e: &Point) -> Vec<Base> {
    let mut points = Vec::with_capacity(2 * windows.count());
    let mut point = *half_e;
    for _ in 0..windows.count() {
        points.push(point);
        for bit in 0..windows.width() {
            if bit == 3 {
                points.push(point);
            }
            point = point.double();
        }
    }
    let affine: Vec<_> = affine(&points).collect();
    let (points, _) = points.as_chunks();
    let (affine, _) = affine.as_chunks();
    let base = |([point, _], [once, eightfold]): (&[Point; 2], &[Multiple; 2])| Base {
        point: *point,
        once: *once,
        eightfold: *eightfold,
    };
    points.iter().zip(affine).map(base).collect()
}
