//! Expansions among user items with arbitrary names: every module here compiles without a warning.
//!
//! Compilation is the test. The functions below only check that the right items were built.

#![deny(warnings, missing_docs, unreachable_pub, rust_2018_idioms, unused_qualifications, unused_lifetimes)]
#![deny(missing_debug_implementations, single_use_lifetimes, let_underscore_drop, trivial_casts)]

mod by_macro;
mod in_function;
mod no_prelude;
mod renamed;
mod shadowed;

use dash_devices::Dashboard;

fn listed<D: Dashboard>() -> String {
    format!("{:?}", D::CALLBACKS)
}

#[test]
fn without_the_prelude() {
    assert_eq!(listed::<no_prelude::Ui>(), r#"["show", "poll", "private"]"#);
}

#[test]
fn among_items_called_like_the_standard_library() {
    assert_eq!(
        listed::<shadowed::Ui>(),
        r#"["show", "later", "private", "grouped for props", "grouped for list[0]", "grouped for list[1]"]"#
    );
}

#[test]
fn with_everything_renamed() {
    assert_eq!(listed::<renamed::Page>(), r#"["show"]"#);
}

#[test]
fn written_by_a_macro() {
    assert_eq!(listed::<by_macro::Ui>(), r#"["first", "second", "count for panels[0]", "count for panels[1]"]"#);
}

#[test]
fn in_a_function() {
    assert_eq!(in_function::listed(), r#"["show", "drive for left", "drive for right[0]"]"#);
}
