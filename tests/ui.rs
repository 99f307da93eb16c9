//! What the compiler says to a user: one mistake per file in `ui/<topic>/fail`, correct neighbours in `ui/<topic>/pass`.
//!
//! `cargo test --test ui` runs all of them, `cargo test --test ui -- ui trybuild=circle` those whose path contains `circle`.
//! After a change of a message: `TRYBUILD=overwrite cargo test --test ui`, then read the difference as somebody would who
//! has never seen this crate. See `tests/README.md`.

#[test]
fn ui() {
    let cases = trybuild::TestCases::new();
    // A correct case among them makes trybuild build instead of check, which the checks of the wiring need: they are
    // constants, and `check` does not evaluate those that need types.
    cases.pass("tests/ui/*/pass/*.rs");
    cases.compile_fail("tests/ui/*/fail/*.rs");
}
