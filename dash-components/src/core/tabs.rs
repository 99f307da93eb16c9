use dash_macros::Component;
use dash_runtime::{
    component::prelude::*,
    element::{Children, Element},
};

use super::words;
use crate::{given::IntoText, layout::flow};

/// Several groups of content of which one is visible. Each browser shows its own.
///
/// The content may be cards, which fill the lines of their tab, or anything else.
///
/// ```
/// # use dash_components::{Tabs, card};
/// # fn of(settings: Tabs) -> Tabs {
/// settings
///     .tab("Motor", (card("Speed", "1 480 rpm"), card("Current", "2.4 A")))
///     .tab("Network", "Connected")
/// # }
/// ```
#[derive(Component)]
#[component(tag = "dd-tabs", script = "tabs.js", style = "tabs.css", bundled)]
pub struct Tabs {
    id: ComponentId,
    /// The titles, from left to right.
    #[prop(no_setter)]
    titles: Vec<String>,
    /// The content of all tabs, in the order of `titles`. Add a tab with [`tab`](Tabs::tab).
    #[prop(no_setter)]
    children: Element,
    /// The name of the row of tabs for a screen reader. Empty (the default): the words of the id.
    label: String,
}

impl Tabs {
    /// Adds a tab. The first one is visible at the start.
    #[must_use]
    pub fn tab(mut self, title: impl IntoText, children: impl Children) -> Self {
        let title = title.into_text();
        let panel = Element::new("div").attr("class", "dd-tab-panel").attr("role", "tabpanel");
        let panel = panel.attr("aria-label", title.clone()).attr("tabindex", "-1");
        let panel = if self.titles.is_empty() { panel } else { panel.attr("hidden", "") };
        self.children = Element::of((self.children, panel.children(flow(children))));
        self.titles.push(title.into_owned());
        self
    }
}

// Not a view: its panels are a tree of elements, for which a view has no word, and the tab that is open is the browser's. The
// script sets the state of all tabs itself, so a binding for it would have no effect.
impl Render for Tabs {
    fn render(&self, html: &mut Html) {
        let name = if self.label.is_empty() { words(self.id) } else { self.label.clone() };
        html.tag("div").attr("class", "dd-tab-row").attr("role", "tablist").attr("aria-label", name).inner(|html| {
            for (at, title) in self.titles.iter().enumerate() {
                html.tag("button")
                    .attr("type", "button")
                    .attr("class", "dd-tab")
                    .attr("role", "tab")
                    .attr("aria-selected", at == 0)
                    .attr("tabindex", if at == 0 { 0 } else { -1 })
                    .text(title);
            }
        });
        html.tag("div").attr("class", "dd-tab-panels").inner(|html| html.element(&self.children));
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
    fn the_first_tab_is_visible() {
        let tabs = component::<Tabs>().tab("One <1>", card("A", component::<Gauge>())).tab("Two", "text");
        assert_has(
            &tabs,
            &[
                "role=\"tablist\" aria-label=\"left motor\"",
                "role=\"tab\" aria-selected=\"true\" tabindex=\"0\">One &lt;1&gt;<",
                "role=\"tab\" aria-selected=\"false\" tabindex=\"-1\">Two<",
                "role=\"tabpanel\" aria-label=\"One &lt;1&gt;\" tabindex=\"-1\"><div class=\"dd-flow\">",
                "<dd-gauge id=\"left_motor\">",
                "role=\"tabpanel\" aria-label=\"Two\" tabindex=\"-1\" hidden",
            ],
        );
    }
}
