//! Offers the input to every public parser: none panics, and what one reads it writes back.
#![no_main]

#[path = "../../tests/parsers/mod.rs"]
mod parsers;
#[path = "../../tests/village/mod.rs"]
mod village;

use std::sync::LazyLock;

use libfuzzer_sys::fuzz_target;

use parsers::Parsers;
use village::Village;

static PARSERS: LazyLock<Parsers> = LazyLock::new(|| {
    let parsers = Parsers::beside(Village::new(1, 0, |_| ()).charter().clone());
    parsers.samples().iter().for_each(|bytes| parsers.offer(bytes));
    parsers
});

fuzz_target!(|bytes: &[u8]| PARSERS.offer(bytes));
