//! The bar at the top of every page. Pages of dashboards have it from the frame of the components. A relay draws it for its
//! own pages, without components.

use super::element::Element;

/// What the bar, its mark and its title look like.
pub const BAR_CSS: &str = include_str!("../../client/bar.css");

const MARK: &str = "dd-header-mark";
const TITLE: &str = "dd-title";

/// What is around the mark where it leads to the list of all devices.
pub fn home(list: &str) -> Element {
    let home = Element::new("a").attr("class", "dd-header-home").attr("href", list.to_owned());
    home.attr("aria-label", "All devices").attr("title", "All devices")
}

/// The page of a device at a relay: its mark leads to the list of all devices, and above its title is the name of the device,
/// because the pages of a fleet are all alike. A layout without a bar stays as it is.
pub(crate) fn at_relay(layout: &Element, name: &str, list: &str) -> Element {
    let named = |title: Element| {
        let name = Element::new("span").attr("class", "dd-header-device").children(name.to_owned());
        Element::new("div").attr("class", "dd-header-names").children((name, title))
    };
    let layout = layout.with(MARK, &|mark| home(list).children(mark)).unwrap_or_else(|| layout.clone());
    layout.with(TITLE, &named).unwrap_or(layout)
}

/// The mark in the bar: a disc and a ring, for what is and what was asked for.
pub fn mark() -> Element {
    let circle = |class, x| Element::new("circle").attr("class", class).attr("cx", x).attr("cy", "12").attr("r", "6.5");
    let mark = Element::new("svg").attr("class", MARK).attr("viewBox", "0 0 24 24");
    mark.attr("aria-hidden", "true").children((circle("dd-mark-is", "9"), circle("dd-mark-wanted", "15")))
}
