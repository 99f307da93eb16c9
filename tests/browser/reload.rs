//! A page that is reloaded is the same client, on dashboards that want that.

use dash_devices::{Path, prelude::*};

use crate::support::{Server, browser_test};

#[components]
struct Ui {
    router: Router,
    who: Text,
    mine: Input,
}

#[callback(output = Ui::router.children)]
fn show(#[input(Ui::router.path)] path: &Path) -> Element {
    view(path.as_str().to_owned(), ())
}

#[callback(on = connect, output = Ui::who.text)]
fn who(client: Client) -> String {
    format!("client {}", client.id())
}

/// Makes the text private.
#[callback(output = Ui::mine.label)]
fn label(#[input(Ui::mine.value)] mine: &str) -> String {
    format!("{} letters", mine.len())
}

impl Dashboard for Ui {
    type Device = ();
    type Session = ();
    const CALLBACKS: Callbacks<Self> = callbacks![show, who, label];
    const SAME_CLIENT_AFTER_RELOAD: bool = true;

    fn layout(self) -> Element {
        page("Reload", (self.router, self.who, self.mine))
    }
}

#[test]
fn fault_a_reload_is_a_new_client_and_another_tab_is_another_client() {
    browser_test(async |browser| {
        let server = Server::start::<Ui>(()).await;
        let tab = browser.open(&server.url()).await;
        tab.wait_for_text("#who .dd-text-value", "client 1").await;
        tab.focus("#mine input").await;
        tab.keys("five!").await;
        tab.wait_for_text("#mine .dd-field-label", "5 letters").await;
        assert_eq!(tab.js::<u32>("sessionStorage.length").await, 0, "a copy of the tab would find nothing");
        tab.reload().await;
        tab.until_live().await;
        tab.wait_for_text("#who .dd-text-value", "client 1").await;
        tab.wait_for_text("#mine .dd-field-label", "5 letters").await;
        assert_eq!(tab.value("#mine input").await, "five!");
        // Also at another address of the same dashboard, and back.
        tab.go(&format!("{}lamp", server.url())).await;
        tab.until_live().await;
        tab.until("document.querySelector('.dd-view-title')?.textContent === '/lamp'").await;
        tab.wait_for_text("#who .dd-text-value", "client 1").await;
        assert_eq!(tab.js::<String>("location.pathname").await, "/lamp");
        tab.back().await;
        tab.until("document.querySelector('.dd-view-title')?.textContent === '/'").await;
        tab.until_live().await;
        tab.wait_for_text("#who .dd-text-value", "client 1").await;
        tab.focus("#mine input").await;
        tab.keys("!").await;
        tab.wait_for_text("#mine .dd-field-label", "6 letters").await;
        let other = browser.open(&server.url()).await;
        other.wait_for_text("#who .dd-text-value", "client 2").await;
        assert_eq!(other.value("#mine input").await, "");
    });
}
