//! `unsafe` is in one file of this crate, where the reasons stand beside it.

use std::fs;
use std::path::{Path, PathBuf};

/// Every Rust file below a folder.
fn sources(folder: &Path, found: &mut Vec<PathBuf>) {
    for entry in fs::read_dir(folder).expect("a folder") {
        let path = entry.expect("an entry").path();
        if path.is_dir() {
            sources(&path, found);
        } else if path.extension().is_some_and(|extension| extension == "rs") {
            found.push(path);
        }
    }
}

/// Whether a line of code, not a comment, has `unsafe` as a word or allows it.
fn dares(line: &str) -> bool {
    let code = line.split("//").next().unwrap_or_default();
    let mut words = code.split(|c: char| !c.is_alphanumeric() && c != '_');
    let allows = code.contains("unsafe_code") && !code.contains("forbid") && !code.contains("deny");
    words.any(|word| word == "unsafe") || allows
}

#[test]
fn one_file_dares_and_gives_a_reason_each_time() {
    let root = Path::new(env!("CARGO_MANIFEST_DIR"));
    let mut files = Vec::new();
    sources(&root.join("src"), &mut files);
    sources(&root.join("benches"), &mut files);
    let read = |path: &PathBuf| fs::read_to_string(path).expect("a text");
    files.retain(|path| read(path).lines().any(dares));
    assert_eq!(files, [root.join("src/transform/ifma.rs")]);

    let text = read(&files[0]);
    let dared = text.lines().filter(|line| line.contains("unsafe {")).count();
    let reasons = text.lines().filter(|line| line.trim().starts_with("// SAFETY: ")).count();
    assert_eq!(dared, reasons);
    assert!(read(&root.join("src/lib.rs")).contains("#![deny(unsafe_code)]"));
}
