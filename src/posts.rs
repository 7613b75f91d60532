//! Posts: accepted whole or not at all, then transformed for everyone (protocol section 5).

/// The most bytes of a post: 1 MiB of body and 65,535 wraps.
pub const LIMIT: usize = 3 << 20;
