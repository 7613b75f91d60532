//! The path of processors with AVX-512 IFMA: the same sums, eight at a time.
//!
//! This file is the only one in the crate with `unsafe`, and has all that a compiler cannot check:
//! that the processor has the instructions ([`Detected`] proves it), and moves between memory and
//! vector registers. The arithmetic is in the modules below, in safe code.
#![expect(unsafe_code, reason = "the compiler cannot know the processor it will run on")]

mod encode;
mod field;
mod points;

use core::arch::x86_64::{
    __m512i, _MM_HINT_T0, _mm_prefetch, _mm512_loadu_si512, _mm512_storeu_si512,
};

pub(super) use points::Sums;

use super::curve::{Multiple, Point};
use super::table::Table;
use super::windows::{Digits, Windows};

/// Proof that this processor has the instructions; nobody else can make one.
#[derive(Clone, Copy)]
pub(super) struct Detected(());

impl Detected {
    /// Asks the processor and the operating system.
    pub(super) fn here() -> Option<Self> {
        (is_x86_feature_detected!("avx512f") && is_x86_feature_detected!("avx512ifma"))
            .then_some(Self(()))
    }
}

/// The multiples of `½E`.
pub(super) fn tabulate(_: Detected, windows: Windows, half_e: &Point) -> Table {
    // SAFETY: `Detected` exists only where the instructions do.
    unsafe { points::tabulate(windows, half_e) }
}

/// The encodings of `t·E`, for tokens in digits.
pub(super) fn multiply(
    _: Detected,
    table: &Table,
    tokens: &[Digits],
    sums: &mut Sums,
    out: &mut [[u8; 32]],
) {
    // SAFETY: `Detected` exists only where the instructions do.
    unsafe { points::multiply(table, tokens, sums, out) }
}

/// `32·rounds` field multiplications, eight by eight.
pub(super) fn multiplications(_: Detected, rounds: usize) -> [u8; 32] {
    // SAFETY: `Detected` exists only where the instructions do.
    unsafe { points::multiplications(rounds) }
}

/// Eight words into a register, the first into lane 0.
#[inline]
#[target_feature(enable = "avx512f,avx512ifma")]
fn load(words: &[u64; 8]) -> __m512i {
    // SAFETY: the reference is to the 64 bytes that are read, and the load asks for no alignment.
    unsafe { _mm512_loadu_si512(words.as_ptr().cast()) }
}

/// Eight words out of a register.
#[inline]
#[target_feature(enable = "avx512f,avx512ifma")]
fn store(lanes: __m512i, words: &mut [u64; 8]) {
    // SAFETY: the reference is to the 64 bytes that are written, and the store asks for no alignment.
    unsafe { _mm512_storeu_si512(words.as_mut_ptr().cast(), lanes) }
}

/// Begins to fetch the two cache lines of an entry that will be needed soon.
#[inline]
fn prefetch(entry: &Multiple) {
    for line in &entry.0 {
        // SAFETY: a prefetch changes no state that a program can see, and the address is valid.
        unsafe { _mm_prefetch::<_MM_HINT_T0>(line.as_ptr().cast()) }
    }
}

#[cfg(test)]
mod tests;

/// Here, because only this file may call what needs the instructions.
#[cfg(test)]
#[test]
fn every_lane_computes_as_one_does_by_hand() {
    if Detected::here().is_some() {
        // SAFETY: it has just been detected.
        unsafe { tests::check() }
    }
}
