use dash_macros::Component;
use dash_runtime::component::prelude::*;

use super::CONTROL;

/// A small button that explains what is beside it. It opens with a press, with a key, and under a mouse that rests on it,
/// and closes with Escape.
///
/// It only explains or repeats: what a person must know to operate the machine is written on the page.
///
/// ```
/// # use dash_components::{Slider, Tooltip, row};
/// # let _ = |gain: Slider, about_gain: Tooltip| {
/// row((gain.label("Gain"), about_gain.text("More than 20 dB adds noise.").label("About the gain")))
/// # };
/// ```
#[derive(Component)]
#[component(tag = "dd-tooltip", script = "tooltip.js", style = "tooltip.css", bundled)]
pub struct Tooltip {
    id: ComponentId,
    /// The explanation. Default: empty.
    text: String,
    /// The name of the button for a screen reader. Default: `Help`.
    #[prop(default = "Help".to_owned())]
    label: String,
}

impl View for Tooltip {
    fn view(p: TooltipBound, look: &mut Look) {
        // The browser opens and closes it without a script.
        look.tag("button")
            .attr("type", "button")
            .attr("class", "dd-tip")
            .attr("popovertarget", own_id(CONTROL))
            .attr("aria-label", p.label)
            .attr("aria-describedby", own_id(CONTROL))
            .text("?");
        look.tag("div")
            .own_id(CONTROL)
            .attr("class", "dd-tip-words")
            .attr("popover", "")
            .attr("role", "tooltip")
            .text(p.text);
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::core::testing::{assert_has, component};

    #[test]
    fn it_is_a_button_that_the_browser_itself_opens() {
        let tip = component::<Tooltip>().text("More than <20> dB adds noise.").label("About the gain");
        assert_has(
            &tip,
            &[
                "popovertarget=\"left_motor-control\" aria-label=\"About the gain\" aria-describedby=\"left_motor-control\"",
                "id=\"left_motor-control\" class=\"dd-tip-words\" popover=\"\" role=\"tooltip\">More than &lt;20&gt; dB",
            ],
        );
    }
}
