use dash_macros::Component;
use dash_runtime::{
    component::prelude::*,
    element::{Children, Element},
};

/// A place on the page whose content callbacks set: a form, a message, one or more cards.
///
/// A callback with `output = Ui::content.children` returns the content: an [`Element`], a component, or a tuple of
/// these. What both the old and the new content contain stays in the browser, with its focus and with text that the
/// user is typing.
///
/// The container has no visible box. The layout treats its content as if it were placed directly: cards flow among the
/// page's cards, and controls inside a card are stacked.
///
/// ```
/// # use dash_components::{Container, card};
/// # fn of(content: Container) -> Container {
/// content.children(card("Camera", "Nothing is connected yet."))
/// # }
/// ```
#[derive(Component)]
#[component(tag = "dd-container", script = "container.js", style = "container.css", bundled)]
pub struct Container {
    id: ComponentId,
    /// The content. Default: nothing. Callbacks write it.
    #[prop(no_setter)]
    children: Element,
}

impl Container {
    /// Sets the content at the start.
    #[must_use]
    pub fn children(mut self, children: impl Children) -> Self {
        self.children = Element::of(children);
        self
    }
}

// Not a view: its content is a tree of elements that callbacks write, and a view has no word for a tree. The server and
// `showTree` draw the same tree, so nothing is written twice.
impl Render for Container {
    fn render(&self, html: &mut Html) {
        html.element(&self.children);
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{
        Text, card,
        core::testing::{component, drawn},
    };

    #[test]
    fn it_has_its_content_and_nothing_else() {
        let container = component::<Container>().children((card("", "a"), "b"));
        assert_eq!(drawn(&container), "<section class=\"dd-card\">a</section>b");
        assert_eq!(drawn(&component::<Container>()), "");
    }

    #[test]
    fn a_component_in_it_is_drawn_as_it_was_placed() {
        let container = component::<Container>().children(component::<Text>().text("7 <"));
        let html = drawn(&container);
        assert!(html.starts_with("<dd-text id=\"left_motor\">") && html.contains("7 &lt;"), "{html}");
    }
}
