//! The tests that a run with Firefox leaves out, because they need the protocol of Chromium. Each has its reason.

use std::io::Write as _;

/// The tests, or all tests of a module, and what they need. Names as `module-test`.
const NEEDS_CHROMIUM: [(&str, &str); 17] = [
    ("accessible", "pictures that are approved in Chromium, and a page without its policy for axe-core"),
    ("beside_others-a_trend_beside_plotly", "the time of scripts that a page tells"),
    ("fields-a_text_that_is_composed_is_sent_when_it_is_finished", "a composition of an input method"),
    ("gates-fault_a_stop_had_no_accessible_name", "the tree of accessibility"),
    (
        "gestures-a_tap_on_a_control_that_has_just_moved_under_the_finger_does_not_act",
        "moves of the layout, which only Chromium reports to a page",
    ),
    ("gestures-fault_a_finger_just_above_or_below_a_slider_missed_it", "a screen that is operated with fingers"),
    (
        "gestures-fault_a_tap_after_a_swipe_that_began_beside_the_thumb_of_a_slider_was_lost",
        "a finger that scrolls the page",
    ),
    ("gestures-scrolling_past_a_slider_with_a_finger_does_not_set_it", "a finger that scrolls the page"),
    ("gestures-two_fingers_and_a_cancelled_touch_leave_a_slider_as_it_was", "a touch that the system takes away"),
    ("greenhouse-a_gardener_with_a_phone_reaches_everything_with_a_finger", "a screen that is operated with fingers"),
    ("inputs-a_finger_turns_a_knob_and_scrolls_beside_it", "a finger that scrolls the page"),
    ("not_live-fault_a_page_whose_script_does_not_run_looked_live", "blocked addresses"),
    ("off_screen-what_is_off_the_screen_is_printed", "the media type of a printer"),
    (
        "own_tls-a_login_over_own_tls_gives_a_live_page_and_what_browsers_keep_from_plain_http",
        "the attributes of cookies",
    ),
    (
        "photo-the_picture_of_now_is_there_without_a_script_and_stays_when_the_script_comes",
        "scripts of a test without those of the page",
    ),
    (
        "texts-an_upload_reaches_the_callback_and_what_is_not_accepted_does_not",
        "files that are chosen without a dialog",
    ),
    ("texts-a_text_is_copied_and_a_key_acts_except_while_somebody_types", "the permission to read the clipboard"),
];

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
