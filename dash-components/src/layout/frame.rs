//! The frame of a page: the bar at its top, the navigation, the dock at its bottom, and the colour of the brand.

use std::{
    collections::BTreeMap,
    sync::{Mutex, PoisonError},
};

use dash_runtime::{
    bar::{self, BAR_CSS},
    element::{Children, Element},
};

use super::{LAYOUT_CSS, flow};
use crate::{core::color_picker::Color, given::IntoText, icon::Icon};

const FRAME_CSS: &str = include_str!("frame.css");
const NAVIGATION_CSS: &str = include_str!("navigation.css");
const DOCK_CSS: &str = include_str!("dock.css");
const COMPACT_CSS: &str = include_str!("compact.css");

/// The whole page: a bar with the title, the state of the connection and the account, and below it the cards and all
/// other children. The title is also that of the browser tab.
///
/// Among the children, a [`header`] puts more into the bar, a [`navigation`] stands at the side or, on a phone, at the
/// bottom, a [`dock`] at the bottom, and [`Alarms`](crate::Alarms) below the bar. A [`brand`] sets the colour of the
/// controls, a [`density`] how close everything stands. All other children are the content. What stands at an edge never hides content: the end of the page scrolls
/// above it.
pub fn page(title: impl IntoText, children: impl Children) -> Element {
    let title = title.into_text();
    let mut content = Element::list(children);
    let mut take = |wanted: fn(&Element) -> bool| -> Element {
        Element::of(content.extract_if(.., |child| wanted(child)).collect::<Vec<_>>())
    };
    let bars = take(|child| has_class(child, "dd-header-items"));
    let looks = take(|child| has_class(child, "dd-brand") || has_class(child, "dd-density"));
    let navigations = take(|child| has_class(child, "dd-navigation"));
    let docks = take(|child| has_class(child, "dd-dock"));
    let alarms = take(|child| child.tag() == Some("dd-alarms"));
    // In a card or a line of cards they would take part in its layout.
    let floating = take(|child| matches!(child.tag(), Some("dd-dialog" | "dd-drawer")));
    // For the stylesheet, on the root of the document too. `:has()` there would have the browser search the page at each change.
    let edges = [("navigation", &navigations), ("dock", &docks)];
    let edges: Vec<_> =
        edges.into_iter().filter(|(_, found)| !found.inside().is_empty()).map(|(name, _)| name).collect();
    let has_alarms = !alarms.inside().is_empty();
    let bell = has_alarms.then(|| {
        // It opens the list, where each person finds the filter, the sound and the notifications.
        let bell = Element::new("button").attr("type", "button").attr("class", "dd-bell");
        bell.attr("aria-label", "Alarms").attr("aria-expanded", "false").children(Icon::Bell)
    });
    let bar = Element::new("header").attr("class", "dd-header").stylesheet(BAR_CSS).children((
        bar::mark(),
        Element::new("h1").attr("class", "dd-title").children(Element::text(title.clone())),
        // The stylesheet writes the state. A screen reader hears it from the page's status. It is beside the title, which
        // has space for its longest word, so that the buttons do not move.
        Element::new("span").attr("class", "dd-link-state").attr("aria-hidden", "true"),
        Element::of(bell),
        bars,
        // For the server, which knows the user. Without a login it stays empty.
        Element::new("div").attr("class", "dd-header-account").attr("data-account", ""),
    ));
    let alarms =
        (!alarms.inside().is_empty()).then(|| Element::new("div").attr("class", "dd-alarm-bar").children(alarms));
    let main = Element::new("main").attr("class", "dd-main").stylesheet(LAYOUT_CSS);
    let main = main.children((Element::of(alarms), flow(content), floating));
    let page = Element::new("div").attr("class", "dd-page").attr("data-title", title).stylesheet(FRAME_CSS);
    let page = if edges.is_empty() { page } else { page.attr("data-edges", edges.join(" ")) };
    page.children((looks, bar, navigations, main, docks))
}

fn has_class(child: &Element, class: &str) -> bool {
    child.attribute("class") == Some(class)
}

/// The places of a dashboard with several pages: a rail at the side, and a bar at the bottom of a phone. Place it among
/// the children of a [`page`]. Its children are at most five [`link`](crate::link)s, each with an icon and a word.
///
/// ```
/// # use dash_components::{Icon, Router, link, navigation, page};
/// # use dash_runtime::{IntoValue, element::Element, route::Route};
/// # fn layout<Page: Route>(router: Router, home: Page, beds: Page) -> Element {
/// page("Greenhouse", (
///     navigation((link(home, (Icon::Home, "Overview")), link(beds, (Icon::Plant, "Beds")))),
///     router,
/// ))
/// # }
/// ```
pub fn navigation(children: impl Children) -> Element {
    let list = Element::new("div").attr("class", "dd-navigation-list").children(children);
    let navigation = Element::new("nav").attr("class", "dd-navigation").attr("aria-label", "Pages");
    navigation.stylesheet(NAVIGATION_CSS).children(list)
}

/// What stays at the bottom of a [`page`] while it scrolls, within reach of a thumb: a [`Stop`](crate::Stop), and beside
/// it the state of the machine.
///
/// ```
/// # use dash_components::{Indicator, Stop, card, dock, page};
/// # use dash_runtime::element::Element;
/// # fn layout(stop: Stop, ready: Indicator) -> Element {
/// page("Rover", (card("Drive", ""), dock((ready.label("Ready to move"), stop))))
/// # }
/// ```
pub fn dock(children: impl Children) -> Element {
    Element::new("footer").attr("class", "dd-dock").stylesheet(DOCK_CSS).children(children)
}

/// What stands beside the title in the bar of a [`page`]: links, a [`ThemeSwitch`](crate::ThemeSwitch), a button.
///
/// ```
/// # use dash_components::{ThemeSwitch, card, header, page};
/// # use dash_runtime::element::Element;
/// # fn layout(theme: ThemeSwitch) -> Element {
/// page("Greenhouse", (header(theme), card("Air", "21 °C")))
/// # }
/// ```
pub fn header(children: impl Children) -> Element {
    Element::new("div").attr("class", "dd-header-items").children(children)
}

/// The colour of everything that can be operated. Place it among the children of a [`page`]. Its hue is used at a fixed
/// lightness, so that text on it can be read with every colour, in the light and in the dark. Browsers from before 2024
/// show the built-in blue.
///
/// ```
/// # use dash_components::{Color, brand, card, page};
/// # use dash_runtime::element::Element;
/// # fn layout() -> Element {
/// page("Greenhouse", (brand(Color::new(11, 122, 75)), card("Air", "21 °C")))
/// # }
/// ```
pub fn brand(color: Color) -> Element {
    // The login page looks for the attribute.
    let element = Element::new("div").attr("class", "dd-brand").attr("data-brand", "");
    element.attr("hidden", "").stylesheet(brand_css(color))
}

/// How close everything on a page stands.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum Density {
    /// For fingers, gloves, and a screen that is read from a distance.
    #[default]
    Comfortable,
    /// For many values on a desk: smaller texts, numbers, controls and distances. With a touch screen, controls are as high
    /// as in the other density.
    Compact,
}

/// How close everything on the page stands. Place it among the children of a [`page`]. Without it, a page is comfortable.
///
/// ```
/// # use dash_components::{Density, card, density, page};
/// # use dash_runtime::element::Element;
/// # fn layout() -> Element {
/// page("Rack", (density(Density::Compact), card("Air", "21 °C")))
/// # }
/// ```
pub fn density(density: Density) -> Element {
    let element = Element::new("div").attr("class", "dd-density").attr("hidden", "");
    match density {
        Density::Comfortable => element,
        Density::Compact => element.stylesheet(COMPACT_CSS),
    }
}

/// The stylesheet of a brand colour. Stylesheets live as long as the program, so each colour has only one.
fn brand_css(color: Color) -> &'static str {
    static KNOWN: Mutex<BTreeMap<String, &'static str>> = Mutex::new(BTreeMap::new());
    let mut known = KNOWN.lock().unwrap_or_else(PoisonError::into_inner);
    known.entry(color.to_string()).or_insert_with(|| {
        let tokens = |accent: &str, fill: &str, soft: &str| {
            let colour = |lightness: &str, chroma: &str| format!("oklch(from {color} {lightness} {chroma} h)");
            let [accent, fill] = [accent, fill].map(|lightness| colour(lightness, "c"));
            format!(
                "--dd-accent:{accent};--dd-accent-fill:{fill};--dd-accent-soft:{soft}",
                soft = colour(soft, "min(c,0.05)")
            )
        };
        let (light, dark) = (tokens("0.5", "0.5", "0.945"), tokens("0.73", "0.52", "0.3"));
        let css = format!(
            "@supports (color:oklch(from red l c h)){{:root{{{light}}}\
             @media (prefers-color-scheme:dark){{:root:not([data-theme=\"light\"]){{{dark}}}}}\
             [data-theme=\"dark\"]{{{dark}}}}}\n"
        );
        Box::leak(css.into_boxed_str())
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{
        Alarms, Dialog, Gauge, Stop, card,
        core::testing::{component, html},
        link,
    };

    #[test]
    fn a_header_and_a_brand_are_in_the_bar_and_no_cards() {
        let page = page(
            "P <1>",
            (
                card("One", "1"),
                brand(Color::new(11, 122, 75)),
                density(Density::Compact),
                header("beside"),
                card("Two", "2"),
            ),
        );
        let html = html(&page);
        let bar = "<h1 class=\"dd-title\">P &lt;1&gt;</h1><span class=\"dd-link-state\" aria-hidden=\"true\"></span><div class=\"dd-header-items\">beside</div>";
        assert!(html.contains(bar), "{html}");
        assert!(html.contains("<div class=\"dd-cards\"><section class=\"dd-card dd-a24 dd-b12\">"), "{html}");
        assert_eq!(brand_css(Color::new(1, 2, 3)).as_ptr(), brand_css(Color::new(1, 2, 3)).as_ptr());
        assert!(brand_css(Color::new(255, 0, 0)).contains("oklch(from #ff0000 0.5 c h)"));
    }

    #[test]
    fn each_part_of_the_frame_is_at_its_edge_wherever_it_was_written() {
        let page = page(
            "P",
            (
                dock(("ready", component::<Stop>())),
                card("One", component::<Gauge>()),
                component::<Dialog>(),
                navigation(link(Place, (Icon::Home, "Home"))),
                component::<Alarms>(),
            ),
        );
        let html = html(&page);
        let mut rest = &*html;
        for part in [
            "<header class=\"dd-header\">",
            "<button type=\"button\" class=\"dd-bell\" aria-label=\"Alarms\" aria-expanded=\"false\"><svg",
            "<div class=\"dd-header-account\" data-account=\"\"></div></header>",
            "<nav class=\"dd-navigation\" aria-label=\"Pages\"><div class=\"dd-navigation-list\"><a class=\"dd-link\"",
            "<svg class=\"dd-icon\"",
            "Home</a>",
            "<main class=\"dd-main\"><div class=\"dd-alarm-bar\"><dd-alarms",
            "<div class=\"dd-flow\"><div class=\"dd-cards\"><section class=\"dd-card dd-a24\">",
            "</div></div><dd-dialog",
            "</main><footer class=\"dd-dock\">ready<dd-stop",
        ] {
            let Some((_, behind)) = rest.split_once(part) else {
                panic!("{part} is missing or in the wrong place: {html}")
            };
            rest = behind;
        }
    }

    struct Place;

    impl dash_runtime::route::Route for Place {
        fn from_path(_: &str) -> Self {
            Self
        }

        fn path(&self) -> String {
            "/".to_owned()
        }
    }
}
