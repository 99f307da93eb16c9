//! What gives a page its shape: functions that return an [`Element`], without an id and without a script.
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
//! Cards flow into as many columns as fit, from one on a phone upwards. Nothing has to be said about widths; a card that
//! needs more room than others has a [`width`](WidthExt::width): `card("Curves", self.curves).width(Width::Wide)`.

use std::borrow::Cow;

use dash_runtime::{
    element::{Children, Element},
    route::Route,
};

/// The stylesheet of everything in this module.
const LAYOUT_CSS: &str = include_str!("layout.css");

/// The whole page: its title, which is also the browser tab's, and below it cards and whatever else is placed directly.
pub fn page(title: impl Into<Cow<'static, str>>, children: impl Children) -> Element {
    let title = title.into();
    boxed("main", "dd-page").attr("data-title", title.clone()).children((
        Element::new("h1").attr("class", "dd-title").children(Element::text(title)),
        Element::new("div").attr("class", "dd-cards").children(children),
    ))
}

/// One page of several: what a callback returns for the `children` of a [`Router`](crate::Router). Its title is that of the
/// browser's tab, together with the [`page`]'s.
pub fn view(title: impl Into<Cow<'static, str>>, children: impl Children) -> Element {
    let title = title.into();
    boxed("section", "dd-view").attr("data-title", title.clone()).children((
        // The focus goes there when somebody comes, so that a screen reader says where that is.
        Element::new("h2").attr("class", "dd-view-title").attr("tabindex", "-1").children(Element::text(title)),
        Element::new("div").attr("class", "dd-cards").children(children),
    ))
}

/// A [`view`] that says that there is no such page: to browsers and programs, too, with status 404.
pub fn not_found_view(title: impl Into<Cow<'static, str>>, children: impl Children) -> Element {
    view(title, children).attr("data-nowhere", "")
}

/// A link to a page of this dashboard. The browser goes there without loading anything anew; a link to the page that is
/// shown says so (`aria-current`).
///
/// ```
/// # use dash_components::link;
/// # use dash_runtime::{element::Element, route::Route};
/// # fn lamp<Page: Route>(page: Page) -> Element {
/// link(page, "Lamp 3")
/// # }
/// ```
#[allow(clippy::needless_pass_by_value, reason = "a route is made where its link is")]
pub fn link(route: impl Route, children: impl Children) -> Element {
    boxed("a", "dd-link").attr("data-route", route.path()).children(children)
}

/// A framed group of things that belong together, one below the other, under a title. An empty title takes no room.
pub fn card(title: impl Into<Cow<'static, str>>, children: impl Children) -> Element {
    let title = title.into();
    let heading =
        (!title.is_empty()).then(|| Element::new("h2").attr("class", "dd-card-title").children(Element::text(title)));
    boxed("section", "dd-card").children(heading).children(children)
}

/// An element of the layout: it brings the stylesheet along.
fn boxed(name: &'static str, class: &'static str) -> Element {
    Element::new(name).attr("class", class).stylesheet(LAYOUT_CSS)
}

/// Things side by side, which wrap where the room ends.
pub fn row(children: impl Children) -> Element {
    boxed("div", "dd-row").children(children)
}

/// Things one below the other. A card does this by itself; a column is for inside of a [`row`] or a [`grid`].
pub fn column(children: impl Children) -> Element {
    boxed("div", "dd-column").children(children)
}

/// Equal columns, as many as fit when each has the room for a slider; with a [`width`](WidthExt::width), for what has that
/// width.
pub fn grid(children: impl Children) -> Element {
    boxed("div", "dd-grid").children(children)
}

/// How much room something needs: see [`WidthExt::width`].
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[non_exhaustive]
pub enum Width {
    /// A column of a [`grid`] has at least 8 rem: for indicators, small gauges, numbers. A [`card`] is as it always is.
    Narrow,
    /// As without a width. A column of a grid has at least 13 rem: for sliders, fields, gauges.
    Medium,
    /// A column of a grid has at least 20 rem, a card twice its width where the screen has room: for trends and tables.
    Wide,
    /// All that there is: a grid has one column, and a card is as wide as the page.
    Full,
}

/// The width of a [`card`], and of the columns of a [`grid`].
pub trait WidthExt {
    /// Takes this much room. Of anything but a card or a grid it changes nothing.
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

/// A heading inside of a card.
pub fn heading(text: impl Into<Cow<'static, str>>) -> Element {
    boxed("h3", "dd-heading").children(Element::text(text))
}

/// A paragraph of plain text that never changes. What changes is a [`Text`](crate::Text).
pub fn text(text: impl Into<Cow<'static, str>>) -> Element {
    boxed("p", "dd-paragraph").children(Element::text(text))
}
