//! Letters: from one account to another or to a desk (protocol section 7).

/// The most bytes of a letter: 1 MiB of ciphertext and its frame.
pub const LIMIT: usize = (1 << 20) + 1024;
