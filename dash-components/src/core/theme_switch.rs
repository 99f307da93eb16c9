use dash_macros::Component;
use dash_runtime::component::prelude::*;

/// Light, dark, or as the system. The browser remembers the choice for all dashboards of the same host name.
///
/// Nothing of it reaches a callback. Its place is the bar of the page: see [`header`](crate::header).
#[derive(Component)]
#[component(tag = "dd-theme-switch", script = "theme_switch.js", style = "theme_switch.css", bundled)]
pub struct ThemeSwitch {
    id: ComponentId,
    /// The name for a screen reader. Default: `Theme`.
    #[prop(default = "Theme".to_owned())]
    label: String,
}

/// The name of each theme, what it is called, and its icon: a sun, a disc that is half filled, a moon.
const THEMES: [(&str, &str, &str); 3] = [
    (
        "light",
        "Light",
        "M12 8a4 4 0 1 1 0 8 4 4 0 0 1 0-8ZM12 3v2M12 19v2M3 12h2M19 12h2M5.6 5.6 7 7M17 17l1.4 1.4M5.6 18.4 7 17M17 7l1.4-1.4",
    ),
    ("system", "As the system", "M12 4a8 8 0 1 1 0 16 8 8 0 0 1 0-16ZM12 4v16M15 5v14M18 7.5v9"),
    ("dark", "Dark", "M20 14.5A8.4 8.4 0 1 1 9.5 4 6.7 6.7 0 0 0 20 14.5Z"),
];

impl View for ThemeSwitch {
    fn view(p: ThemeSwitchBound, look: &mut Look) {
        look.tag("div").attr("class", "dd-themes").attr("role", "group").attr("aria-label", p.label).inner(|look| {
            for (theme, name, icon) in THEMES {
                let button =
                    look.tag("button").attr("type", "button").attr("class", "dd-theme").attr("data-choice", theme);
                button.attr("aria-label", name).attr("title", name).inner(|look| {
                    look.tag("svg")
                        .attr("class", "dd-theme-icon")
                        .attr("viewBox", "0 0 24 24")
                        .attr("aria-hidden", "true")
                        .inner(|look| look.tag("path").attr("d", icon).empty());
                });
            }
        });
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::core::testing::{assert_has, component};

    #[test]
    fn each_theme_has_a_button_with_a_name() {
        let parts = ["aria-label=\"Theme\"", "data-choice=\"light\" aria-label=\"Light\"", "\"system\"", "\"dark\""];
        assert_has(&component::<ThemeSwitch>(), &parts);
    }
}
