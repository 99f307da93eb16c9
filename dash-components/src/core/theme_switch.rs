use dash_macros::Component;
use dash_runtime::component::prelude::*;

/// Light, dark, or as the system. The browser remembers the choice for all dashboards of the same host name.
///
/// With `night(true)` it also offers a theme for eyes that are used to the dark, as in an observatory or on a bridge: a
/// black ground, dim text without blue or white, and dimmed pictures. Alarms stay the brightest thing on the page.
///
/// Nothing of it reaches a callback. Its place is the bar of the page: see [`header`](crate::header).
#[derive(Component)]
#[component(tag = "dd-theme-switch", script = "theme_switch.js", style = "theme_switch.css", bundled)]
pub struct ThemeSwitch {
    id: ComponentId,
    /// The name for a screen reader. Default: `Theme`.
    #[prop(default = "Theme".to_owned())]
    label: String,
    /// Whether it offers the theme for a dark room. Default: `false`.
    night: bool,
}

/// The name of each theme, what it is called, and its icon: a sun, a disc that is half filled, a moon, a closed eye.
const THEMES: [(&str, &str, &str); 4] = [
    (
        "light",
        "Light",
        "M12 8a4 4 0 1 1 0 8 4 4 0 0 1 0-8ZM12 3v2M12 19v2M3 12h2M19 12h2M5.6 5.6 7 7M17 17l1.4 1.4M5.6 18.4 7 17M17 7l1.4-1.4",
    ),
    ("system", "As the system", "M12 4a8 8 0 1 1 0 16 8 8 0 0 1 0-16ZM12 4v16M15 5v14M18 7.5v9"),
    ("dark", "Dark", "M20 14.5A8.4 8.4 0 1 1 9.5 4 6.7 6.7 0 0 0 20 14.5Z"),
    ("night", "Dark room", "M3 10c2 3.5 5.2 5.2 9 5.2s7-1.7 9-5.2M12 15.2V19M6.8 13.8 5 17M17.2 13.8 19 17"),
];

impl View for ThemeSwitch {
    fn view(p: ThemeSwitchBound, look: &mut Look) {
        look.tag("div").attr("class", "dd-themes").attr("role", "group").attr("aria-label", p.label).inner(|look| {
            for (theme, name, icon) in THEMES {
                let button =
                    look.tag("button").attr("type", "button").attr("class", "dd-theme").attr("data-choice", theme);
                let button = button.attr("aria-label", name).attr("title", name);
                let button = if theme == "night" { button.flag("data-off", p.night.not()) } else { button };
                button.inner(|look| {
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

    #[test]
    fn the_theme_for_a_dark_room_is_offered_only_if_the_dashboard_asks_for_it() {
        assert_has(&component::<ThemeSwitch>(), &["title=\"Dark room\" data-off"]);
        assert_has(&component::<ThemeSwitch>().night(true), &["title=\"Dark room\"><svg"]);
    }
}
