use dash_macros::Component;
use dash_runtime::component::prelude::*;

use crate::icon::{self, Icon};

/// A round button that switches a device or its output on and off.
///
/// The outline is what was asked for, and the filled disc is what is so. If the device reports whether it is on,
/// `reported` shows that: the disc is dashed until the device has followed. Without `reported` the button believes what
/// was asked for.
///
/// ```
/// # use dash_components::PowerButton;
/// # fn of(output: PowerButton) -> PowerButton {
/// output.label("Output").confirm_on("Switch the output on? The load gets power at once.")
/// # }
/// ```
#[derive(Component)]
#[component(
    tag = "dd-power-button",
    script = "power_button.js",
    style = ["button.css", "power_button.css"],
    bundled
)]
pub struct PowerButton {
    id: ComponentId,
    /// Whether it shall be on. Default: `false`. The browser writes it.
    #[prop(writable)]
    on: bool,
    /// Whether the device is on, as it reports. `None` (the default): the device does not report it.
    reported: Option<bool>,
    /// The visible name. Empty (the default): no visible name.
    label: String,
    /// The line under the state, for example `for 2 min, by ada`. Empty (the default): no text.
    note: String,
    /// What the button asks before it switches on. The person answers with a second press, and `on` is sent only then.
    /// Empty (the default): it switches at once.
    confirm_on: String,
    /// What the button asks before it switches off. Empty (the default): it switches at once.
    confirm_off: String,
    /// Whether the button is disabled, for pages and for programs. Default: `false`. A callback can still set `on`.
    disabled: bool,
}

/// What the id of the word for the state has behind the component's.
const STATE: &str = "-state";

impl View for PowerButton {
    fn view(p: PowerButtonBound, look: &mut Look) {
        // `is` compares with what is asked for. If nothing is reported, that is so.
        let follows = p.reported.is_known().choose(p.reported.is(p.on), true);
        let word = follows.choose(p.on.choose("On", "Off"), p.on.choose("Switching on", "Switching off"));
        look.tag("div").attr("class", "dd-power-line").inner(|look| {
            look.tag("button")
                .attr("type", "button")
                .attr("class", "dd-power")
                .attr("role", "switch")
                .attr("aria-checked", p.on)
                .attr("aria-label", p.label.or(words_of_id()))
                .attr("aria-describedby", own_id(STATE))
                .attr("data-state", follows.choose(p.on.choose("on", "off"), "follows"))
                .flag("disabled", p.disabled)
                .inner(|look| icon::draw(look, Icon::OnOff.path()));
            look.tag("div").attr("class", "dd-power-words").inner(|look| {
                look.tag("span").attr("class", "dd-label").attr("aria-hidden", "true").text(p.label);
                look.tag("span").own_id(STATE).attr("class", "dd-power-word").attr("role", "status").text(word);
                look.tag("span").attr("class", "dd-note").text(p.note);
            });
        });
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::core::testing::{assert_has, component, drawn};

    #[test]
    fn it_is_a_switch_that_says_its_state() {
        let output = component::<PowerButton>().label("Output <1>").note("by ada");
        assert_has(
            &output,
            &[
                "<button type=\"button\" class=\"dd-power\" role=\"switch\" aria-checked=\"false\"",
                "aria-label=\"Output &lt;1&gt;\" aria-describedby=\"left_motor-state\" data-state=\"off\">",
                ">Output &lt;1&gt;</span>",
                "role=\"status\">Off</span>",
                ">by ada</span>",
            ],
        );
        assert_has(&output.on(true).disabled(true), &["aria-checked=\"true\"", "data-state=\"on\" disabled>", ">On<"]);
        assert_has(&component::<PowerButton>(), &["aria-label=\"left motor\""]);
    }

    #[test]
    fn a_device_that_has_not_followed_is_not_drawn_as_on() {
        let asked = |on: bool, reported: Option<bool>| component::<PowerButton>().on(on).reported(reported);
        assert_has(&asked(true, Some(false)), &["aria-checked=\"true\"", "\"follows\"", ">Switching on<"]);
        assert_has(&asked(false, Some(true)), &["aria-checked=\"false\"", "\"follows\"", ">Switching off<"]);
        assert_has(&asked(true, Some(true)), &["data-state=\"on\"", ">On<"]);
        assert!(!drawn(&asked(false, None)).contains("follows"));
    }
}
