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
//! Cards flow into as many columns as fit: one on a phone, more on wider screens. A card that needs more space sets a
//! [`width`](WidthExt::width), as in `card("Curves", self.curves).width(Width::Wide)`.

use std::borrow::Cow;

use dash_runtime::{
    element::{Children, Element},
    route::Route,
};

/// The stylesheet of all elements in this module.
const LAYOUT_CSS: &str = include_str!("layout.css");

/// The whole page: the title, and below it the cards and all other children. The title is also that of the browser tab.
pub fn page(title: impl Into<Cow<'static, str>>, children: impl Children) -> Element {
    let title = title.into();
    boxed("main", "dd-page").attr("data-title", title.clone()).children((
        Element::new("h1").attr("class", "dd-title").children(Element::text(title)),
        Element::new("div").attr("class", "dd-cards").children(children),
    ))
}

/// One page of several. A callback returns it for the `children` of a [`Router`](crate::Router). The browser tab shows
/// its title together with the title of the [`page`].
pub fn view(title: impl Into<Cow<'static, str>>, children: impl Children) -> Element {
    let title = title.into();
    boxed("section", "dd-view").attr("data-title", title.clone()).children((
        // The title gets the focus when the user opens the view, so that a screen reader reads it.
        Element::new("h2").attr("class", "dd-view-title").attr("tabindex", "-1").children(Element::text(title)),
        Element::new("div").attr("class", "dd-cards").children(children),
    ))
}

/// A [`view`] for an address without a page. The server answers a request for such an address with status 404.
pub fn not_found_view(title: impl Into<Cow<'static, str>>, children: impl Children) -> Element {
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

/// A framed group of related elements, stacked below a title. An empty title takes no space.
pub fn card(title: impl Into<Cow<'static, str>>, children: impl Children) -> Element {
    let title = title.into();
    let heading =
        (!title.is_empty()).then(|| Element::new("h2").attr("class", "dd-card-title").children(Element::text(title)));
    boxed("section", "dd-card").children(heading).children(children)
}

/// An element of the layout, with the stylesheet of this module.
fn boxed(name: &'static str, class: &'static str) -> Element {
    Element::new(name).attr("class", class).stylesheet(LAYOUT_CSS)
}

/// Elements side by side. They wrap at the end of the line.
pub fn row(children: impl Children) -> Element {
    boxed("div", "dd-row").children(children)
}

/// Elements stacked below each other. A card does this by itself, so a column is only useful inside a [`row`] or a
/// [`grid`].
pub fn column(children: impl Children) -> Element {
    boxed("div", "dd-column").children(children)
}

/// Columns of equal width, as many as fit. A column is wide enough for a slider, or as wide as
/// [`width`](WidthExt::width) says.
pub fn grid(children: impl Children) -> Element {
    boxed("div", "dd-grid").children(children)
}

/// The space that an element needs. See [`WidthExt::width`].
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[non_exhaustive]
pub enum Width {
    /// A column of a [`grid`] is at least 8 rem wide, for indicators, small gauges and numbers. A [`card`] does not
    /// change.
    Narrow,
    /// The default. A column of a grid is at least 13 rem wide, for sliders, fields and gauges.
    Medium,
    /// A column of a grid is at least 20 rem wide, for trends and tables. A card has twice its width if the screen is
    /// wide enough.
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
pub fn heading(text: impl Into<Cow<'static, str>>) -> Element {
    boxed("h3", "dd-heading").children(Element::text(text))
}

/// A paragraph of constant text. Text that changes needs a [`Text`](crate::Text).
pub fn text(text: impl Into<Cow<'static, str>>) -> Element {
    boxed("p", "dd-paragraph").children(Element::text(text))
}
