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

use large::{Fault, Large};

#[path = "support/large.rs"]
mod large;

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
    large_dashboards(&cases);
}

/// What nobody writes by hand: a dashboard as large as they get compiles with default lints, of which one is against constants
/// that take long, and without a warning; and what is wrong far down in the list is found there.
fn large_dashboards(cases: &trybuild::TestCases) {
    let folder = Path::new(env!("CARGO_TARGET_TMPDIR")).join("large");
    fs::create_dir_all(&folder).expect("a folder for what is generated");

    let file = folder.join("of_200_callbacks.rs");
    let dashboard = Large { sliders: 100, callbacks: 200, bindings: 64, fault: Fault::None };
    fs::write(&file, dashboard.source()).expect("room for a file");
    cases.pass(&file);

    let file = folder.join("late_writer.rs");
    let dashboard = Large { sliders: 10, callbacks: 200, bindings: 0, fault: Fault::SecondWriter(3) };
    let source = dashboard.source();
    let first = source.lines().position(|line| line.starts_with("fn c3(")).expect("the callback");
    // As trybuild writes it.
    let place = match file.strip_prefix(env!("CARGO_MANIFEST_DIR")) {
        Ok(file) => format!("$DIR/{}:{}", file.display(), first + 1),
        Err(_) => format!("{}:{}", file.display(), first + 1),
    };
    let error = format!(
        "`c200` writes `t3.text`, which `c3` ({place}) already writes: let one callback write it, with the inputs of both"
    );
    fails_at_the_last_entry(cases, &file, &source, &error);

    let dashboard = Large { sliders: 1, callbacks: 520, bindings: 0, fault: Fault::Circle };
    let chain = |of: std::ops::Range<usize>| of.map(|i| format!("`c{i}` → `t{i}.text` → ")).collect::<String>();
    let error = format!(
        "{}{}… 504 more … → {}`c519` goes round in a circle: read one of these with `#[state(..)]`, which does not start the callback",
        chain(519..520),
        chain(0..7),
        chain(511..519)
    );
    fails_at_the_last_entry(cases, &folder.join("circle_of_520.rs"), &dashboard.source(), &error);
}

/// The error is said at the last callback in the list.
fn fails_at_the_last_entry(cases: &trybuild::TestCases, file: &Path, source: &str, error: &str) {
    let lines: Vec<_> = source.lines().collect();
    let at = lines.iter().rposition(|line| line.starts_with("        c")).expect("a list of callbacks");
    let (line, entry, margin) = (at + 1, lines[at], " ".repeat((at + 1).to_string().len()));
    let marks = "^".repeat(entry.trim().trim_end_matches(',').len());
    let expected = [
        format!("error[E0080]: evaluation panicked: {error}"),
        format!("{margin}--> {}:{line}:9", file.display()),
        format!("{margin} |"),
        format!("{line} | {entry}"),
        format!(
            "{margin} |         {marks} evaluation of `<Ui as dash_devices::Dashboard>::CALLBACKS::_` failed here\n"
        ),
    ];
    fs::write(file, source).expect("room for a file");
    fs::write(file.with_extension("stderr"), expected.join("\n")).expect("room for a file");
    cases.compile_fail(file);
}
