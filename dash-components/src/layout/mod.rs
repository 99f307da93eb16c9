//! The layout of a page: functions that return an [`Element`] without an id and without a script.
//!
//! ```
//! # use dash_components::{card, grid, page, row};
//! # use dash_runtime::element::Element;
//! fn layout() -> Element {
//!     page("Workshop", (
//!         card("Lamp", ("Any component", "goes here, one below the other.")),
//!         card("Motors", grid(("left", "right"))),
//!     ))
//! }
//! # let _ = layout();
//! ```
//!
//! The cards of a page fill all lines: two side by side on a tablet, three or four on a screen, six on a wide one. Their
//! order never changes. Low cards that follow each other stand in a pile beside a higher one. A card that needs more or
//! less space sets a [`width`](WidthExt::width), as in `card("Curves", self.curves).width(Width::Wide)`.

pub(crate) mod frame;
mod heights;
pub(crate) mod help;
mod lines;
pub(crate) mod row;

use dash_runtime::{
    element::{Children, Element, IntoElement as _},
    route::Route,
};

use self::{
    heights::{height, is_picture},
    lines::{Card, Size},
};
use crate::{
    given::{IntoText, IntoTitle},
    icon::{Icon, Title},
};

/// The stylesheet of all elements in this module.
const LAYOUT_CSS: &str = include_str!("layout.css");
/// The stylesheet of the lines of cards.
const LINES_CSS: &str = include_str!("lines.css");

/// Cards with a heading. A section has lines of its own, as wide as the page. It is useful where a page has several
/// groups of cards, or as the content of a [`Container`](crate::Container).
///
/// ```
/// # use dash_components::{card, page, section};
/// # use dash_runtime::element::Element;
/// # fn layout() -> Element {
/// page("Greenhouse", (
///     section("Climate", (card("Air", ""), card("Soil", ""))),
///     section("Beds", (card("Tomatoes", ""), card("Beans", ""), card("Herbs", ""))),
/// ))
/// # }
/// ```
pub fn section(title: impl IntoText, children: impl Children) -> Element {
    let title = title.into_text();
    let heading = (!title.is_empty())
        .then(|| Element::new("h2").attr("class", "dd-section-title").children(Element::text(title)));
    boxed("section", "dd-section").children(heading).children(flow(children))
}

/// One page of several. A callback returns it for the `children` of a [`Router`](crate::Router). The browser tab shows
/// its title together with the title of the [`page`](frame::page).
pub fn view(title: impl IntoText, children: impl Children) -> Element {
    let title = title.into_text();
    boxed("section", "dd-view").attr("data-title", title.clone()).children((
        // The title gets the focus when the user opens the view, so that a screen reader reads it.
        Element::new("h2").attr("class", "dd-view-title").attr("tabindex", "-1").children(Element::text(title)),
        flow(children),
    ))
}

/// A [`view`] for an address without a page. The server answers a request for such an address with status 404.
pub fn not_found_view(title: impl IntoText, children: impl Children) -> Element {
    view(title, children).attr("data-nowhere", "")
}

/// A link to a page of this dashboard. The browser changes the page without a reload. A link to the current page is
/// marked with `aria-current`.
///
/// ```
/// # use dash_components::link;
/// # use dash_runtime::{element::Element, route::Route};
/// # fn lamp<Page: Route>(page: Page) -> Element {
/// link(page, "Lamp 3")
/// # }
/// ```
#[allow(clippy::needless_pass_by_value, reason = "a route is usually a temporary value")]
pub fn link(route: impl Route, children: impl Children) -> Element {
    boxed("a", "dd-link").attr("data-route", route.path()).children(children)
}

/// A framed group of related elements, stacked below a title. An empty title takes no space. A pair of an
/// [`Icon`](crate::Icon) and a text is a title with an icon: `card((Icon::Camera, "Camera"), ..)`.
pub fn card(title: impl IntoTitle, children: impl Children) -> Element {
    let Title { icon, text } = title.into_title();
    let heading = (!text.is_empty()).then(|| {
        let icon = if icon == Icon::None { Element::default() } else { icon.into_element() };
        Element::new("h2").attr("class", "dd-card-title").children((icon, Element::text(text)))
    });
    boxed("section", "dd-card").children(heading).children(children)
}

/// Cards and other children in full lines. See [`lines`].
pub(crate) fn flow(children: impl Children) -> Element {
    let children = Element::list(children);
    // What callbacks place is not known. The stylesheet puts such cards into lines one after the other, and what is
    // beside them on the page, too.
    let placed = if children.iter().any(|child| matches!(child.tag(), Some("dd-container" | "dd-rows"))) {
        children
    } else {
        arranged(children)
    };
    Element::new("div")
        .attr("class", "dd-flow")
        .stylesheet(LINES_CSS)
        .children(Element::new("div").attr("class", "dd-cards").children(placed))
}

/// The children with the classes of their parts of the lines, and low cards in piles.
fn arranged(children: Vec<Element>) -> Vec<Element> {
    let cards: Vec<Card> = children.iter().map(known_of).collect();
    let slots = lines::slots(&cards);
    let classes = lines::classes(&slots, &cards);
    let mut children = children.into_iter();
    let arrange = |(slot, classes): (lines::Slot, lines::Classes)| {
        let mut cards: Vec<Element> = children.by_ref().take(slot.count).collect();
        if slot.count == 1 {
            return cards.swap_remove(0).placed_in(classes.slot);
        }
        let cards: Vec<Element> = cards.into_iter().zip(classes.cards).map(|(card, class)| card.class(class)).collect();
        Element::new("div").attr("class", "dd-pile").class(classes.slot).children(cards)
    };
    slots.into_iter().zip(classes).map(arrange).collect()
}

trait PlacedIn {
    fn placed_in(self, class: String) -> Self;
}

impl PlacedIn for Element {
    /// Only cards share a line. What is not a card has a whole line of the stylesheet.
    fn placed_in(self, class: String) -> Self {
        if is_card(&self) { self.class(class) } else { self }
    }
}

fn is_card(element: &Element) -> bool {
    element.attribute("class").is_some_and(|class| class.split(' ').any(|class| class == "dd-card"))
}

/// What the rule for lines must know of a child.
fn known_of(child: &Element) -> Card {
    let size = match child.attribute("data-width") {
        _ if !is_card(child) => Size::Full,
        Some("narrow") => Size::Small,
        Some("wide") => Size::Large,
        Some("full") => Size::Full,
        _ => Size::Medium,
    };
    let flexible = contains(child, &|tag| is_picture(tag) || tag == "dd-log");
    // Their height is not known.
    let alone = contains(child, &|tag| matches!(tag, "dd-container" | "dd-rows" | "dd-router" | "dd-table"));
    Card { size, height: height(child, size), flexible, alone }
}

fn contains(element: &Element, wanted: &dyn Fn(&str) -> bool) -> bool {
    element.tag().is_some_and(wanted) || element.inside().iter().any(|child| contains(child, wanted))
}

/// Content that a press on its title shows and hides. It is closed at the start; `.attr("open", "")` opens it.
///
/// ```
/// # use dash_components::{accordion, card};
/// # let _ =
/// card("Motor", ("1 480 rpm", accordion("Details", "Serial number 1234")))
/// # ;
/// ```
pub fn accordion(title: impl IntoText, children: impl Children) -> Element {
    let summary =
        Element::new("summary").attr("class", "dd-accordion-title").children(Element::text(title.into_text()));
    let body = Element::new("div").attr("class", "dd-column dd-accordion-body").children(children);
    boxed("details", "dd-accordion").children((summary, body))
}

/// An element of the layout, with the stylesheet of this module.
fn boxed(name: &'static str, class: &'static str) -> Element {
    Element::new(name).attr("class", class).stylesheet(LAYOUT_CSS)
}

/// Elements stacked below each other. A card does this by itself, so a column is only useful inside a
/// [`row`](row::row) or a [`grid`].
pub fn column(children: impl Children) -> Element {
    boxed("div", "dd-column").children(children)
}

/// Columns of equal width, as many as fit. A column is wide enough for a slider, or as wide as
/// [`width`](WidthExt::width) says.
pub fn grid(children: impl Children) -> Element {
    let grid = boxed("div", "dd-grid").children(children);
    let is_dial = |child: &Element| child.tag() == Some("dd-gauge");
    // A line that is not full has its gauges in the middle. They have no edge that must be below another one.
    if !grid.inside().is_empty() && grid.inside().iter().all(is_dial) { grid.attr("data-dials", "") } else { grid }
}

/// The space that an element needs. See [`WidthExt::width`].
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[non_exhaustive]
pub enum Width {
    /// A card is a tile: two side by side on a phone, six on a usual screen. A tile shares its line only with tiles. A
    /// column of a [`grid`] is at least 8 rem wide, for indicators, small gauges and numbers.
    Narrow,
    /// The default. A card has a line of its own on a phone; four stand side by side on a usual screen. A column of a
    /// grid is at least 13 rem wide, for sliders, fields and gauges.
    Medium,
    /// A card has twice the width of a medium one where the screen is wide enough, for trends, pictures and tables. A
    /// column of a grid is at least 20 rem wide.
    Wide,
    /// The whole width. A grid has one column, and a card is as wide as the page.
    Full,
}

/// Sets the width of a [`card`] or of the columns of a [`grid`].
pub trait WidthExt {
    /// Sets the width. It has no effect on elements other than a card or a grid.
    ///
    /// ```
    /// use dash_components::{Width, WidthExt, card, grid};
    ///
    /// let curves = card("Curves", grid(("left", "right")).width(Width::Wide)).width(Width::Full);
    /// # let _ = curves;
    /// ```
    #[must_use]
    fn width(self, width: Width) -> Self;
}

impl WidthExt for Element {
    fn width(self, width: Width) -> Self {
        self.attr(
            "data-width",
            match width {
                Width::Narrow => "narrow",
                Width::Medium => "medium",
                Width::Wide => "wide",
                Width::Full => "full",
            },
        )
    }
}

/// A heading inside a card.
pub fn heading(text: impl IntoText) -> Element {
    boxed("h3", "dd-heading").children(Element::text(text.into_text()))
}

/// A paragraph of constant text. Text that changes needs a [`Text`](crate::Text).
pub fn text(text: impl IntoText) -> Element {
    boxed("p", "dd-paragraph").children(Element::text(text.into_text()))
}

#[cfg(test)]
mod tests {
    use dash_runtime::prop::ComponentId;

    use super::*;
    use crate::{
        Container, Gauge, Trend,
        core::testing::{component, html},
        page, row,
    };

    fn trend() -> Trend {
        dash_runtime::component::Component::new(ComponentId::new(1, "trend", 1))
    }

    #[test]
    fn cards_have_a_class_for_each_width_at_which_their_part_changes() {
        let page =
            page("P", (card("One", "1"), card("Two", "2").width(Width::Full), card("Three", component::<Gauge>())));
        let html = html(&page);
        assert!(
            html.contains("<div class=\"dd-flow\"><div class=\"dd-cards\"><section class=\"dd-card dd-a24\">"),
            "{html}"
        );
        assert!(html.contains("<section class=\"dd-card dd-a24\" data-width=\"full\">"), "{html}");
        assert!(!html.contains("style="), "{html}");
    }

    #[test]
    fn low_cards_beside_a_trend_are_a_pile() {
        let html = html(&page("P", (card("Curves", trend()).width(Width::Wide), card("One", "1"), card("Two", "2"))));
        let pile = "<div class=\"dd-pile dd-a24 dd-c8 dd-bn dd-cp\"><section class=\"dd-card dd-a24 dd-b12 dd-c24\"><h2 class=\"dd-card-title\">One</h2>";
        assert!(html.contains(pile), "{html}");
    }

    #[test]
    fn a_full_card_in_a_container_was_one_column_wide() {
        // What callbacks place has no class: the stylesheet reads its width from the attribute.
        let content = component::<Container>().children(card("Form", "").width(Width::Full));
        let html = html(&page("P", (card("One", "1"), content)));
        assert!(html.contains("<section class=\"dd-card\">"), "{html}");
        assert!(html.contains("<section class=\"dd-card\" data-width=\"full\">"), "{html}");
    }

    #[test]
    fn fault_the_third_gauge_stood_alone_at_the_left() {
        let gauge = component::<Gauge>;
        assert!(html(&grid((gauge(), gauge(), gauge()))).starts_with("<div class=\"dd-grid\" data-dials=\"\">"));
        // What has an edge at the left is below the others.
        assert!(html(&grid((gauge(), trend()))).starts_with("<div class=\"dd-grid\">"));
    }

    #[test]
    fn what_is_no_card_has_a_line_of_its_own() {
        let html = html(&page("P", (row("links"), card("One", "1"), card("Two", "2"))));
        assert!(html.contains("<div class=\"dd-row\">links</div><section class=\"dd-card dd-a24 dd-b12\">"), "{html}");
    }
}
