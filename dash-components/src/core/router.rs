use dash_macros::Component;
use dash_runtime::{component::prelude::*, element::Element, route::Path};

/// Several pages in one dashboard, each with its own address.
///
/// A private callback makes the page for the path. Each client has its own path:
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
/// Changing the page does not reload it. The components on all pages keep their values, because the server holds them.
/// A user can open, reload and share each address. The HTML of the response already contains the page, before any
/// script runs.
///
/// A loaded page is not a client yet. So the callback runs once for that response without a client, and again when the
/// page has connected. In the first run an `Option<Client>` is `None`. A callback that borrows the device or the
/// session, or takes a `Client`, cannot run without a client. Then the page appears only after the connection, and an
/// unknown address does not get status 404.
#[derive(Component)]
#[component(tag = "dd-router", script = "router.js", style = "router.css", bundled)]
pub struct Router {
    id: ComponentId,
    /// The client's path, relative to the address of the dashboard. Default: `/`. The browser writes it.
    #[prop(writable, own, no_setter)]
    path: Path,
    /// The page for the path. Default: nothing. A callback writes it.
    #[prop(no_setter)]
    children: Element,
}

// Not a view: its content is a tree of elements that a callback writes, and a view has no word for a tree. The server and
// `showTree` draw the same tree, so nothing is written twice.
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
    fn it_is_empty_until_a_callback_writes_the_page() {
        let router = component::<Router>();
        assert_eq!(router.path.as_str(), "/");
        assert_eq!(drawn(&router), "");
    }
}
