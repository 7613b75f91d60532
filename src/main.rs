//! The one binary: a hub, its workers, and the client of an account.

fn main() {}
