use dash_macros::{Component, value};
use dash_runtime::{
    component::prelude::*,
    element::{Children, Element},
};

use super::words;
use crate::layout::flow;

/// Two panes side by side, with a border that people move. Where there is no room for that, as on a phone, the second one is
/// below the first one, and there is no border.
///
/// The border is moved by a mouse, by a finger, and by the arrow keys, Home and End. A double click puts it back. Each browser
/// has its own place for it, and keeps it over a reload.
///
/// The content may be cards, which fill the lines of their pane, or anything else.
///
/// ```
/// # use dash_components::{Log, Split, SplitAt, Tree};
/// # fn of(split: Split, files: Tree, log: Log) -> Split {
/// split.panes(files, log).at(SplitAt::Third)
/// # }
/// ```
#[derive(Component)]
#[component(tag = "dd-split", script = "split.js", style = "split.css", bundled)]
pub struct Split {
    id: ComponentId,
    /// The content of the first pane. Set both panes with [`panes`](Split::panes). Callbacks may write it.
    #[prop(no_setter)]
    first: Element,
    /// The content of the second pane. Callbacks may write it.
    #[prop(no_setter)]
    second: Element,
    /// Where the border is until a person moves it. Default: `Half`.
    at: SplitAt,
    /// The name of the border for a screen reader. Empty (the default): the words of the id.
    label: String,
}

/// The share of a [`Split`] that its first pane has.
#[value]
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
#[serde(rename_all = "snake_case")]
#[non_exhaustive]
pub enum SplitAt {
    /// A third.
    Third,
    /// One half.
    #[default]
    Half,
    /// Two thirds.
    TwoThirds,
}

impl SplitAt {
    /// In the stylesheet and in the script.
    const fn percent(self) -> u8 {
        match self {
            Self::Third => 33,
            Self::Half => 50,
            Self::TwoThirds => 67,
        }
    }
}

impl Split {
    /// Sets the content of both panes.
    #[must_use]
    pub fn panes(mut self, first: impl Children, second: impl Children) -> Self {
        (self.first, self.second) = (flow(first), flow(second));
        self
    }
}

// Not a view: its panes are trees of elements, for which a view has no word, and the place of the border is the browser's.
impl Render for Split {
    fn render(&self, html: &mut Html) {
        let Self { id, first, second, at, label } = self;
        let name = if label.is_empty() { words(*id) } else { label.clone() };
        html.tag("div").attr("class", "dd-split-panes").attr("data-at", at.percent()).inner(|html| {
            html.tag("div").attr("class", "dd-pane").inner(|html| html.element(first));
            html.tag("div")
                .attr("class", "dd-split-border")
                .attr("role", "separator")
                .attr("tabindex", 0)
                .attr("aria-label", name)
                .attr("aria-orientation", "vertical")
                .attr("aria-valuenow", at.percent())
                .text("");
            html.tag("div").attr("class", "dd-pane").inner(|html| html.element(second));
        });
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{
        Gauge, card,
        core::testing::{assert_has, component},
    };

    #[test]
    fn the_border_is_a_separator_between_the_panes() {
        let split = component::<Split>().panes(card("A", component::<Gauge>()), "text").at(SplitAt::Third);
        assert_has(
            &split,
            &[
                "<div class=\"dd-split-panes\" data-at=\"33\"><div class=\"dd-pane\"><div class=\"dd-flow\">",
                "<dd-gauge id=\"left_motor\">",
                "</div><div class=\"dd-split-border\" role=\"separator\" tabindex=\"0\" aria-label=\"left motor\" \
                 aria-orientation=\"vertical\" aria-valuenow=\"33\"></div><div class=\"dd-pane\">",
            ],
        );
    }
}
