//! The bar at the top of every page. Pages of dashboards have it from the frame of the components. A relay draws it for its
//! own pages, without components.

use super::element::Element;

/// What the bar, its mark and its title look like.
pub const BAR_CSS: &str = include_str!("../../client/bar.css");

/// The class of the mark in the bar.
pub const MARK: &str = "dd-header-mark";

/// What is around the mark where it leads to the list of all devices.
pub fn home(list: &str) -> Element {
    let home = Element::new("a").attr("class", "dd-header-home").attr("href", list.to_owned());
    home.attr("aria-label", "All devices").attr("title", "All devices")
}

/// The mark in the bar: a disc and a ring, for what is and what was asked for.
pub fn mark() -> Element {
    let circle = |class, x| Element::new("circle").attr("class", class).attr("cx", x).attr("cy", "12").attr("r", "6.5");
    let mark = Element::new("svg").attr("class", MARK).attr("viewBox", "0 0 24 24");
    mark.attr("aria-hidden", "true").children((circle("dd-mark-is", "9"), circle("dd-mark-wanted", "15")))
}
