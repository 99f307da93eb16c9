//! The tests that a run with Firefox leaves out, because they need the protocol of Chromium. Each has its reason.

use std::io::Write as _;

/// The tests, or all tests of a module, and what they need. Names as `module-test`.
const NEEDS_CHROMIUM: [(&str, &str); 1] =
    [("fields-a_text_that_is_composed_is_sent_when_it_is_finished", "a composition of an input method")];

/// Why Firefox leaves out this test, if it does.
pub(super) fn reason(name: &str) -> Option<&'static str> {
    let is_it = |listed: &str| name == listed || name.strip_prefix(listed).is_some_and(|rest| rest.starts_with('-'));
    NEEDS_CHROMIUM.iter().find(|(listed, _)| is_it(listed)).map(|(_, reason)| *reason)
}

/// Says so, past the capture of what tests print.
pub(super) fn say(name: &str, reason: &str) {
    _ = writeln!(std::io::stderr(), "left out in Firefox: {name}: {reason}");
}

#[test]
fn each_test_that_is_left_out_exists() {
    let folder = std::path::Path::new(env!("CARGO_MANIFEST_DIR"));
    for (name, _) in NEEDS_CHROMIUM {
        let (module, test) = name.split_once('-').unwrap_or((name, ""));
        let source = std::fs::read_to_string(folder.join(module).with_extension("rs")).unwrap_or_default();
        assert!(source.contains(&format!("fn {test}")), "there is no test {name}");
    }
}
