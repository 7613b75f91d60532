//! Tells cargo when the web client that the binary embeds has changed.

use std::path::Path;

fn main() {
    // Debug builds read it from the disk. Before the first build of the client its sources stand in for it, because a path
    // that is not there would have cargo build anew every time.
    let release = std::env::var("PROFILE").is_ok_and(|profile| profile == "release");
    let watched = match (release, Path::new("web/dist/app").exists()) {
        (false, _) => "build.rs",
        (true, true) => "web/dist/app",
        (true, false) => "web",
    };
    println!("cargo::rerun-if-changed={watched}");
}
