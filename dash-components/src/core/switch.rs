use dash_macros::Component;
use dash_runtime::component::prelude::*;

/// A switch: on or off.
///
/// ```
/// # use dash_components::Switch;
/// # fn of(light: Switch) -> Switch {
/// light.label("Ring light").on(true)
/// # }
/// ```
#[derive(Component)]
#[component(tag = "dd-switch", script = "switch.js", style = "switch.css")]
pub struct Switch {
    id: ComponentId,
    /// Whether it is on. Written by the browser.
    #[prop(writable)]
    on: bool,
    /// What it switches. Empty: no visible name.
    label: String,
    /// Whether it is out of action in the browser. A callback can still set it.
    disabled: bool,
}

impl Render for Switch {
    fn render(&self, html: &mut Html) {
        // A native checkbox: space bar, focus and forms behave as everywhere; the role makes a screen reader say "on".
        html.tag("label").attr("class", "dd-switch").inner(|html| {
            html.tag("span").attr("class", "dd-label").text(&self.label);
            html.tag("input")
                .attr("type", "checkbox")
                .attr("role", "switch")
                .attr("autocomplete", "off")
                .attr("class", "dd-switch-control")
                .opt("aria-label", self.label.is_empty().then(|| super::words(self.id)))
                .flag("checked", self.on)
                .flag("disabled", self.disabled)
                .void();
        });
    }
}
