//! Where the hub's randomness comes from: the operating system, or a seed in tests.

use std::sync::Mutex;

use rand_chacha::ChaCha20Rng;
use rand_core::{Rng as _, SeedableRng as _};

/// A source of generators.
#[derive(Debug)]
pub enum Entropy {
    /// The operating system.
    System,
    /// A seed, so that a test's every run is alike.
    Seeded(Box<Mutex<ChaCha20Rng>>),
}

impl Entropy {
    /// A source that repeats itself.
    #[must_use]
    pub fn seeded(seed: u64) -> Self {
        Self::Seeded(Box::new(Mutex::new(ChaCha20Rng::seed_from_u64(seed))))
    }

    /// A generator of its own for one piece of work.
    #[must_use]
    pub fn rng(&self) -> ChaCha20Rng {
        let mut seed = [0; 32];
        match self {
            Self::System => rand::fill(&mut seed),
            Self::Seeded(shared) => {
                shared
                    .lock()
                    .unwrap_or_else(std::sync::PoisonError::into_inner)
                    .fill_bytes(&mut seed);
            }
        }
        ChaCha20Rng::from_seed(seed)
    }
}
