//! Reads the published vectors, from `vectors/` or the folder named by `KENTONGAN_VECTORS`.
#![allow(dead_code, reason = "each test binary uses its own part of this module")]

use std::path::PathBuf;

use kentongan_protocol::chain::{Chain, Genesis, SignedCharter};
use kentongan_protocol::charter::Charter;
use rand_chacha::ChaCha20Rng;
use rand_chacha::rand_core::SeedableRng;
use serde_json::Value;

/// Where the clock stands in the vectors.
pub(crate) const NOW_MS: u64 = 1_790_000_300_000;

/// A vector file.
pub(crate) fn vectors(file: &str) -> Value {
    let folder = std::env::var_os("KENTONGAN_VECTORS")
        .map_or_else(|| PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("vectors"), PathBuf::from);
    let path = folder.join(file);
    let text = std::fs::read_to_string(&path)
        .unwrap_or_else(|e| panic!("vectors at {}: {e}", path.display()));
    serde_json::from_str(&text).expect("vectors are JSON")
}

/// The entries of a list.
pub(crate) fn each(list: &Value) -> &[Value] {
    list.as_array().expect("a list")
}

/// A text.
pub(crate) fn text(value: &Value) -> &str {
    value.as_str().expect("a text")
}

/// A count.
pub(crate) fn count(value: &Value) -> usize {
    usize::try_from(value.as_u64().expect("a number")).expect("a small number")
}

/// Bytes from hex.
pub(crate) fn bytes(value: &Value) -> Vec<u8> {
    hex::decode(text(value)).expect("hex")
}

/// Exactly `N` bytes from hex.
pub(crate) fn array<const N: usize>(value: &Value) -> [u8; N] {
    bytes(value).try_into().expect("the right number of bytes")
}

/// A name or key from hex.
pub(crate) fn id<T: From<[u8; 32]>>(value: &Value) -> T {
    array::<32>(value).into()
}

/// Randomness that is the same in every run.
pub(crate) fn seeded(seed: u64) -> ChaCha20Rng {
    ChaCha20Rng::seed_from_u64(seed)
}

/// A charter with its signatures.
pub(crate) fn signed_charter(entry: &Value) -> SignedCharter {
    let charter = Charter::parse(&bytes(&entry["charter"])).expect("a charter");
    SignedCharter::parse(charter, &bytes(&entry["signatures"])).expect("a signatures block")
}

/// The audience of `charters.json` up to and with `revision`.
pub(crate) fn chain_up_to(revision: usize) -> Chain {
    let file = vectors("charters.json");
    let genesis = Genesis::parse(&bytes(&file["genesis"])).expect("a Genesis");
    let charters = each(&file["charters"]);
    let mut chain = Chain::begin(genesis, signed_charter(&charters[0])).expect("revision 0");
    for next in &charters[1..=revision] {
        chain.append(&signed_charter(next)).expect("the next revision");
    }
    chain
}
