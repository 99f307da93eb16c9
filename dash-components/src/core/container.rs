use dash_macros::Component;
use dash_runtime::{
    component::prelude::*,
    element::{Children, Element},
};

/// A place on the page whose content callbacks decide: a form or a message, one card or several.
///
/// A callback with `output = Ui::content.children` returns what is to be there: an [`Element`], a component, a tuple of
/// them. What stays between two contents keeps its place in the browser: the focus, a text that is being typed.
///
/// The container itself has no look. What is in it flows as if it stood directly where the container is: cards among the
/// page's cards, controls in a card one below the other.
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
    /// What is in it.
    #[prop(no_setter)]
    children: Element,
}

impl Container {
    /// What is in it at the start.
    #[must_use]
    pub fn children(mut self, children: impl Children) -> Self {
        self.children = Element::of(children);
        self
    }
}

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
