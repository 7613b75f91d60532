//! No function of the store goes without a test: whoever adds one adds its story here, on both databases.

use std::collections::BTreeSet;
use std::fs;
use std::path::{Path, PathBuf};

/// The Rust files in a folder and below, by name and text, their comments left out.
fn sources(folder: &str) -> Vec<(String, String)> {
    let mut folders = vec![Path::new(env!("CARGO_MANIFEST_DIR")).join(folder)];
    let mut files = Vec::new();
    while let Some(folder) = folders.pop() {
        for entry in fs::read_dir(&folder).expect("a source folder") {
            let path: PathBuf = entry.expect("an entry").path();
            if path.is_dir() {
                folders.push(path);
            } else if path.extension().is_some_and(|extension| extension == "rs") {
                let name = path.file_stem().expect("a name").to_string_lossy().into_owned();
                let text = fs::read_to_string(&path).expect("a source file");
                let code = text.lines().filter(|line| !line.trim_start().starts_with("//"));
                files.push((name, code.collect::<Vec<_>>().join("\n")));
            }
        }
    }
    files
}

/// `noun::function(` for every public function of `code` that takes a transaction.
fn functions(noun: &str, code: &str) -> Vec<String> {
    let declarations = code.split("pub async fn ").chain(code.split("pub fn "));
    let with_tx = declarations.filter_map(|rest| {
        let (head, rest) = rest.split_once('(')?;
        let name = head.split('<').next().unwrap_or_default();
        let is_name = !name.is_empty() && name.chars().all(|c| c == '_' || c.is_alphanumeric());
        let parameters = rest.split(')').next().unwrap_or_default();
        (is_name && parameters.contains("Tx")).then(|| format!("{noun}::{name}("))
    });
    with_tx.collect()
}

/// Whether `code` has `call` as a path of its own, not as the end of a longer name.
fn calls(code: &str, call: &str) -> bool {
    code.match_indices(call).any(|(at, _)| {
        !code[..at].ends_with(|before: char| before == '_' || before.is_alphanumeric())
    })
}

#[test]
fn every_function_of_the_store_is_called_here() {
    let tests: Vec<_> = sources("tests/store").into_iter().map(|(_, code)| code).collect();
    let store = sources("src/store");
    let all: BTreeSet<_> = store.iter().flat_map(|(noun, code)| functions(noun, code)).collect();
    assert!(all.len() > 100, "only {} were found: is the store written in another way?", all.len());
    let missing: Vec<_> =
        all.iter().filter(|call| !tests.iter().any(|code| calls(code, call))).collect();
    assert!(missing.is_empty(), "no test in tests/store calls {missing:#?}");
}

#[test]
fn the_census_sees_what_it_should() {
    let code = "pub async fn keep(tx: &mut Tx, row: &Row<'_>) -> bool {}
pub async fn many<T>(
    tx: &mut Tx,
    rows: &[T],
) {}
pub fn wake(tx: &mut Tx) {}
pub fn word(text: &str) {}
async fn own(tx: &mut Tx) {}
impl Row { pub const fn id(&self) {} }";
    assert_eq!(functions("row", code), ["row::keep(", "row::many(", "row::wake("]);
    assert!(calls("x(row::keep(tx))", "row::keep("));
    assert!(!calls("arrow::keep(tx)", "row::keep("));
    assert!(!calls("row::keep_all(tx)", "row::keep("));
}
