//! The compiler's messages for users: one mistake per file in `<topic>/fail`. Correct variants are in `<topic>/pass`, the
//! modules of `../passes.rs`.
//!
//! `cargo test -p ui-tests` runs all of them, `cargo test -p ui-tests -- ui trybuild=circle` those whose path contains
//! `circle`. After a change of a message, run `TRYBUILD=overwrite cargo test -p ui-tests`. Then read the difference like
//! a user who does not know this crate. See `tests/README.md`.

#![allow(clippy::expect_used, reason = "a test says what is wrong by failing")]

use std::{
    env, fs,
    path::{Path, PathBuf},
    process::{self, Command},
};

use large::{Fault, Large};

#[path = "../support/large.rs"]
mod large;

/// The failing cases.
fn mistakes() -> Vec<PathBuf> {
    let topics = fs::read_dir(".").expect("the topics");
    let topics = topics.map(|topic| Path::new(&topic.expect("a topic").file_name()).join("fail"));
    let files = topics.filter(|fail| fail.is_dir()).flat_map(|fail| fs::read_dir(fail).expect("the cases"));
    let mut cases: Vec<_> = files.map(|file| file.expect("a case").path()).filter(|path| is_rust(path)).collect();
    cases.sort();
    cases
}

fn is_rust(path: &Path) -> bool {
    path.extension().is_some_and(|extension| extension == "rs")
}

/// The flags of trybuild for its cases, as cargo reads them.
///
/// trybuild first compiles the dependencies without `--diagnostic-width`. With other flags cargo compiles all of them once
/// more. This variable takes precedence over what trybuild says, so both times have the same flags.
const FLAGS: (&str, &str) =
    ("CARGO_ENCODED_RUSTFLAGS", "--cfg\x1ftrybuild\x1f--verbose\x1f-A\x1fdead_code\x1f--diagnostic-width=140");

/// Starts itself again with [`FLAGS`], because a program cannot safely change its own environment.
fn main() {
    let (name, flags) = FLAGS;
    if env::var(name).as_deref() == Ok(flags) {
        return ui();
    }
    let own = env::current_exe().expect("the path of this program");
    let status = Command::new(own).args(env::args_os().skip(1)).env(name, flags).status();
    let code = status.expect("this program starts again").code();
    process::exit(code.unwrap_or(1));
}

fn ui() {
    let cases = trybuild::TestCases::new();
    mistakes().into_iter().for_each(|case| cases.compile_fail(case));
    large_mistakes(&cases);
}

/// A fault near the end of a list of the largest supported size is found.
fn large_mistakes(cases: &trybuild::TestCases) {
    let folder = Path::new(env!("CARGO_TARGET_TMPDIR")).join("large");
    fs::create_dir_all(&folder).expect("a folder for what is generated");

    let file = folder.join("late_writer.rs");
    let dashboard = Large { sliders: 10, callbacks: 200, bindings: 0, fault: Fault::SecondWriter(3) };
    let source = dashboard.source();
    let first = source.lines().position(|line| line.starts_with("fn c3(")).expect("the callback");
    // As trybuild writes it.
    let repository = Path::new(env!("CARGO_MANIFEST_DIR")).ancestors().nth(2).expect("the repository");
    let place = match file.strip_prefix(repository) {
        Ok(file) => format!("$WORKSPACE/{}:{}", file.display(), first + 1),
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

/// The error is reported at the last callback in the list.
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
