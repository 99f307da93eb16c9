//! What the compiler says to a user: one mistake per file in `ui/<topic>/fail`, correct neighbours in `ui/<topic>/pass`.
//!
//! `cargo test --test ui` runs all of them, `cargo test --test ui -- ui trybuild=circle` those whose path contains `circle`.
//! After a change of a message: `TRYBUILD=overwrite cargo test --test ui`, then read the difference as somebody would who
//! has never seen this crate. See `tests/README.md`.

#![allow(clippy::expect_used, reason = "a test says what is wrong by failing")]

use std::{
    fs,
    path::{Path, PathBuf},
};

/// The cases that are to fail and are `built`, or those that are not.
///
/// The checks of the wiring are constants, and `cargo check` does not evaluate those that need types. What it says without
/// them takes a tenth of the time: trybuild checks all cases with one command, and builds each with several of its own.
fn mistakes(built: bool) -> impl Iterator<Item = PathBuf> {
    let topics = fs::read_dir("tests/ui").expect("the topics").map(|topic| topic.expect("a topic").path().join("fail"));
    let files = topics.filter(|fail| fail.is_dir()).flat_map(|fail| fs::read_dir(fail).expect("the cases"));
    let mut cases: Vec<_> = files.map(|file| file.expect("a case").path()).filter(|path| is_rust(path)).collect();
    cases.sort();
    cases.into_iter().filter(move |case| needs_a_build(case) == built)
}

fn is_rust(path: &Path) -> bool {
    path.extension().is_some_and(|extension| extension == "rs")
}

/// By what the compiler is to say: E0080 is a constant that cannot be evaluated. A new case says nothing yet.
fn needs_a_build(case: &Path) -> bool {
    fs::read_to_string(case.with_extension("stderr")).map_or(true, |said| said.contains("E0080"))
}

#[test]
fn ui_that_is_checked() {
    let cases = trybuild::TestCases::new();
    mistakes(false).for_each(|case| cases.compile_fail(case));
}

#[test]
fn ui_that_is_built() {
    let cases = trybuild::TestCases::new();
    // A correct case among them makes trybuild build instead of check.
    cases.pass("tests/ui/*/pass/*.rs");
    mistakes(true).for_each(|case| cases.compile_fail(case));
}
