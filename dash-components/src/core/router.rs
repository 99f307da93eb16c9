use dash_macros::Component;
use dash_runtime::{component::prelude::*, element::Element, route::Path};

/// Several pages in one dashboard, each with an address of its own.
///
/// A private callback makes the page of the path, which is different for each client:
///
/// ```text
/// #[callback(output = Ui::router.children)]
/// fn pages(#[input(Ui::router.path)] path: &Path) -> Element {
///     match path.route() {
///         Page::Home => view("Home", link(Page::Lamp { id: 3 }, "Lamp 3")),
///         Page::Lamp { id } => view(format!("Lamp {id}"), Ui::level.place()),
///         Page::NotFound => not_found_view("Nothing here", link(Page::Home, "Home")),
///     }
/// }
/// ```
///
/// Going from page to page loads nothing anew. What is on the pages keeps its values, because the server has them. An
/// address can be opened, reloaded and sent to somebody: the page that is loaded shows it before any script runs. A page that
/// is loaded is no client yet, so for this first look the callback runs by itself, and once more when the page has joined.
/// A callback that borrows the device or the session or takes a `Client` cannot run by itself: then the page is there when it
/// has joined, and an address that is nowhere is not told by status 404. `Option<Client>` is `None` for the first look.
#[derive(Component)]
#[component(tag = "dd-router", script = "router.js", style = "router.css", bundled)]
pub struct Router {
    id: ComponentId,
    /// Where the client is, as a path below the dashboard's own. Written by the browser.
    #[prop(writable, no_setter)]
    path: Path,
    /// The page there.
    #[prop(no_setter)]
    children: Element,
}

impl Render for Router {
    fn render(&self, html: &mut Html) {
        html.element(&self.children);
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::core::testing::{component, drawn};

    #[test]
    fn nothing_is_there_until_a_callback_has_said_what() {
        let router = component::<Router>();
        assert_eq!(router.path.as_str(), "/");
        assert_eq!(drawn(&router), "");
    }
}
