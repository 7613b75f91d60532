//! The house rules of `docs/architecture.md`: which folder may know what.
//!
//! A rule that nobody checks is a wish. These read the source, so they hold for code not written yet.

use std::fs;
use std::path::{Path, PathBuf};

/// Every Rust file under these folders, without its tests.
fn sources(folders: &[&str]) -> Vec<(PathBuf, String)> {
    let mut files = Vec::new();
    for folder in folders {
        collect(&Path::new(env!("CARGO_MANIFEST_DIR")).join(folder), &mut files);
    }
    assert!(!files.is_empty(), "no source found: was a folder renamed?");
    files
}

fn collect(path: &Path, files: &mut Vec<(PathBuf, String)>) {
    for entry in fs::read_dir(path).expect("a source folder") {
        let path = entry.expect("an entry").path();
        if path.is_dir() {
            collect(&path, files);
        } else if path.extension().is_some_and(|e| e == "rs") {
            let text = fs::read_to_string(&path).expect("a source file");
            let code = text.split("#[cfg(test)]").next().unwrap_or_default();
            files.push((path, without_comments(code)));
        }
    }
}

fn without_comments(code: &str) -> String {
    code.lines().filter(|line| !line.trim_start().starts_with("//")).collect::<Vec<_>>().join("\n")
}

/// Asserts that none of `words` stands in `folders` but in files whose path contains one of `owners`.
fn only(owners: &[&str], words: &[&str], folders: &[&str]) {
    for (path, code) in sources(folders) {
        let shown = path
            .strip_prefix(env!("CARGO_MANIFEST_DIR"))
            .expect("below the project")
            .display()
            .to_string();
        if owners.iter().any(|owner| shown.contains(owner)) {
            continue;
        }
        for word in words {
            assert!(!code.contains(word), "{shown} says `{word}`, which belongs to {owners:?}");
        }
    }
}

#[test]
fn sql_lives_in_the_store() {
    only(
        &["src/store/", "jobs/queue.rs"], // the queue's migrations are apalis's own
        &[
            "sqlx::",
            "fetch_one!",
            "fetch_all!",
            "fetch_optional!",
            "fetch_scalar",
            "execute!(",
            "bulk_insert!",
        ],
        &["src", "jobs"],
    );
}

#[test]
fn apalis_is_known_to_the_queue_alone() {
    only(
        &["jobs/queue.rs"],
        &["apalis::", "apalis_sqlite", "apalis_postgres", "apalis_core"],
        &["src", "jobs"],
    );
}

#[test]
fn status_codes_are_known_to_one_file() {
    only(
        &["src/http/error.rs", "src/client/"], // the client reads them
        &["StatusCode::"],
        &["src", "jobs"],
    );
}

#[test]
fn the_environment_is_read_in_one_place() {
    only(&["src/config.rs"], &["env::var", "env::vars"], &["src", "jobs"]);
}

#[test]
fn the_store_knows_nobody_above_it() {
    for (path, code) in sources(&["src/store"]) {
        for above in [
            "crate::http",
            "crate::cli",
            "crate::client",
            "crate::posts",
            "crate::members",
            "crate::letters",
        ] {
            assert!(!code.contains(above), "{} reaches up to {above}", path.display());
        }
    }
}

#[test]
fn nouns_do_not_know_the_web() {
    let nouns = sources(&["src"]).into_iter().filter(|(path, _)| {
        let shown = path.display().to_string();
        !["src/http/", "src/client/", "src/cli/", "src/main.rs"]
            .iter()
            .any(|edge| shown.contains(edge))
    });
    for (path, code) in nouns {
        for edge in ["axum::", "crate::http", "crate::cli", "crate::client"] {
            assert!(!code.contains(edge), "{} reaches out to {edge}", path.display());
        }
    }
}

#[test]
fn the_protocol_has_no_clock_and_no_randomness_of_its_own() {
    for (path, code) in sources(&["protocol/src"]) {
        for word in [
            "SystemTime",
            "Instant::now",
            "OsRng",
            "SysRng",
            "rand::rng",
            "getrandom",
            "std::fs",
            "std::net",
        ] {
            assert!(!code.contains(word), "{} uses {word}", path.display());
        }
    }
}

#[test]
fn both_databases_have_the_same_migrations() {
    let names = |folder: &str| {
        let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("migrations").join(folder);
        let mut names: Vec<_> = fs::read_dir(path)
            .expect("migrations")
            .map(|e| e.expect("an entry").file_name())
            .collect();
        names.sort();
        names
    };
    assert_eq!(names("sqlite"), names("postgres"));
}

#[test]
fn nothing_is_left_for_later() {
    for (path, code) in sources(&["src", "jobs", "protocol/src"]) {
        for word in ["todo!", "unimplemented!", "FIXME", "XXX"] {
            assert!(!code.contains(word), "{} says {word}", path.display());
        }
    }
}
