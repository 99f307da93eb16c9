use dash_macros::Component;
use dash_runtime::component::prelude::*;

/// A switch that is on or off.
///
/// ```
/// # use dash_components::Switch;
/// # fn of(light: Switch) -> Switch {
/// light.label("Ring light").on(true)
/// # }
/// ```
#[derive(Component)]
#[component(tag = "dd-switch", script = "switch.js", style = "switch.css", bundled)]
pub struct Switch {
    id: ComponentId,
    /// Whether the switch is on. Default: `false`. The browser writes it.
    #[prop(writable)]
    on: bool,
    /// The visible name. Empty (the default): no visible name.
    label: String,
    /// Whether the switch is disabled, for pages and for programs. Default: `false`. A callback can still set `on`.
    disabled: bool,
}

impl View for Switch {
    fn view(p: SwitchBound, look: &mut Look) {
        // A native checkbox, so that the space bar, the focus and forms work as usual. Its role makes a screen reader
        // say "on" or "off".
        look.tag("label").attr("class", "dd-switch").inner(|look| {
            look.tag("span").attr("class", "dd-label").text(p.label);
            look.tag("input")
                .attr("type", "checkbox")
                .attr("role", "switch")
                .attr("autocomplete", "off")
                .attr("class", "dd-switch-control")
                .attr("aria-label", p.label.is_missing().gives(words_of_id()))
                .flag("checked", p.on)
                .flag("disabled", p.disabled)
                .void();
        });
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::core::testing::{assert_has, component, drawn};

    #[test]
    fn it_is_a_native_checkbox_that_says_on_or_off() {
        let switch = component::<Switch>().label("Light & fan");
        assert_has(&switch, &["Light &amp; fan", "type=\"checkbox\"", "role=\"switch\""]);
        assert!(!drawn(&switch).contains("checked"));
        assert!(!drawn(&switch).contains("aria-label"));
        assert_has(&switch.on(true).disabled(true), &[" checked disabled>"]);
    }

    #[test]
    fn without_a_label_a_screen_reader_says_its_id() {
        assert_has(&component::<Switch>(), &["aria-label=\"left motor\""]);
    }
}
