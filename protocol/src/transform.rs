//! What a background worker does with an accepted post: `E'_j = t_j·E` for every slot (section 5).
//!
//! `E` is the same for every slot of every cohort, so its multiples are tabulated once per post and
//! a slot costs two dozen additions instead of a multiplication, eight slots at a time where the
//! processor can. `docs/performance.md` tells how, what it costs and what limits it.
//!
//! **Not constant-time**: running time and memory accesses depend on the tokens. They are the
//! worker's own, held in its memory and useless for reading; never give this module a reader's or a
//! sender's secret.

mod curve;
mod field;
#[cfg(target_arch = "x86_64")]
mod ifma;
mod portable;
mod table;
mod windows;

use curve25519_dalek::{RistrettoPoint, scalar::Scalar};
use zeroize::ZeroizeOnDrop;

use self::curve::Point;
use self::table::Table;
use self::windows::{Digits, Live, Windows};

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

/// Which arithmetic multiplies.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Path {
    /// One recipient at a time, on any processor.
    Portable,
    /// Eight recipients at a time, on processors with AVX-512 IFMA.
    Ifma,
}

impl Path {
    /// Every path, the fastest last.
    pub const ALL: [Self; 2] = [Self::Portable, Self::Ifma];

    /// The fastest path this machine has.
    #[must_use]
    pub fn best() -> Self {
        if Self::Ifma.is_available() { Self::Ifma } else { Self::Portable }
    }

    /// Whether this machine has it.
    #[must_use]
    pub fn is_available(self) -> bool {
        Engine::of(self).is_some()
    }

    /// How many numbers it multiplies at a time.
    #[must_use]
    pub const fn lanes(self) -> usize {
        match self {
            Self::Portable => 1,
            Self::Ifma => 8,
        }
    }

    /// The widest windows, in bits: without prefetching, a window's multiples should be near.
    const fn widest(self) -> usize {
        match self {
            Self::Portable => 10,
            Self::Ifma => *Windows::WIDTHS.end(),
        }
    }

    /// `4·rounds` field multiplications in each lane, for measuring the floor under a transform;
    /// the bytes are of no use but to be wanted.
    #[must_use]
    pub fn multiplications(self, rounds: usize) -> Option<[u8; 32]> {
        Engine::of(self).map(|engine| match engine {
            Engine::Portable => portable::multiplications(rounds),
            #[cfg(target_arch = "x86_64")]
            Engine::Ifma(detected) => ifma::multiplications(detected, rounds),
        })
    }
}

impl core::fmt::Display for Path {
    fn fmt(&self, f: &mut core::fmt::Formatter<'_>) -> core::fmt::Result {
        f.write_str(match self {
            Self::Portable => "portable",
            Self::Ifma => "AVX-512 IFMA, eight at a time",
        })
    }
}

/// A path this machine has.
#[derive(Clone, Copy)]
enum Engine {
    Portable,
    #[cfg(target_arch = "x86_64")]
    Ifma(ifma::Detected),
}

impl Engine {
    fn of(path: Path) -> Option<Self> {
        match path {
            Path::Portable => Some(Self::Portable),
            #[cfg(target_arch = "x86_64")]
            Path::Ifma => ifma::Detected::here().map(Self::Ifma),
            #[cfg(not(target_arch = "x86_64"))]
            Path::Ifma => None,
        }
    }
}

/// Slots multiplied together, window after window: their sums and one window's multiples stay in
/// the second-level cache, and memory for them is asked for once.
const CHUNK: usize = 512;

/// The multiples of one post's capsule, for multiplying it with many tokens.
///
/// They are multiples of `½E`, because the batched encoding of RFC 9496's points that costs one
/// inversion for all encodes their doubles.
pub struct FixedBase {
    engine: Engine,
    table: Table,
}

impl FixedBase {
    /// Tabulates the multiples of `capsule` on the best path, with windows as wide as pays for
    /// about `slots` slots.
    ///
    /// For a cohort of 4,096 the table takes 1 MiB, and never more than 6 MiB.
    #[must_use]
    pub fn new(capsule: &Capsule, slots: usize) -> Self {
        Self::with_path(Path::best(), capsule, slots).expect("the best path is one there is")
    }

    /// The same on a path of the caller's choice, if this machine has it.
    #[must_use]
    pub fn with_path(path: Path, capsule: &Capsule, slots: usize) -> Option<Self> {
        Self::with_windows(path, capsule, Windows::for_slots(slots, path.widest()))
    }

    fn with_windows(path: Path, capsule: &Capsule, windows: Windows) -> Option<Self> {
        let engine = Engine::of(path)?;
        let half_e = capsule.point() * Scalar::ONE.div_by_2();
        let half_e = Point::from_encoding(half_e.compress().as_bytes());
        let table = match engine {
            Engine::Portable => portable::tabulate(windows, &half_e),
            #[cfg(target_arch = "x86_64")]
            Engine::Ifma(detected) => ifma::tabulate(detected, windows, &half_e),
        };
        Some(Self { engine, table })
    }

    /// The path it takes.
    #[must_use]
    pub const fn path(&self) -> Path {
        match self.engine {
            Engine::Portable => Path::Portable,
            #[cfg(target_arch = "x86_64")]
            Engine::Ifma(_) => Path::Ifma,
        }
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
        let table = &self.table;
        match self.engine {
            Engine::Portable => {
                let mut sums = Vec::new();
                self.in_chunks(tokens, out, |tokens, out| {
                    portable::multiply(table, tokens, &mut sums, out);
                })
            }
            #[cfg(target_arch = "x86_64")]
            Engine::Ifma(detected) => {
                let mut sums = ifma::Sums::default();
                self.in_chunks(tokens, out, |tokens, out| {
                    ifma::multiply(detected, table, tokens, &mut sums, out);
                })
            }
        }
    }

    /// Multiplies the tokens there are, chunk by chunk, and puts the products into their slots.
    fn in_chunks(
        &self,
        tokens: &[[u8; 32]],
        out: &mut [[u8; 32]],
        mut multiply: impl FnMut(&[Digits], &mut [[u8; 32]]),
    ) -> Result<(), BadToken> {
        assert_eq!(tokens.len(), out.len(), "one output slot for every token slot");
        let mut live = Live::with_capacity(CHUNK.min(tokens.len()));
        let mut products = [[0; 32]; CHUNK];
        for (n, (tokens, out)) in tokens.chunks(CHUNK).zip(out.chunks_mut(CHUNK)).enumerate() {
            live.read(self.table.windows(), tokens)
                .map_err(|BadToken { slot }| BadToken { slot: n * CHUNK + slot })?;
            let products = &mut products[..live.slots().len()];
            multiply(live.digits(), products);
            out.fill([0; 32]);
            for (slot, product) in live.slots().iter().zip(products) {
                out[*slot] = *product;
            }
        }
        Ok(())
    }
}

#[cfg(test)]
mod tests;
