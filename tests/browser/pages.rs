//! Several pages in one dashboard: links, back and forward, addresses.

use dash_devices::{Path, prelude::*};

use crate::support::{Browser, Server, Tab, browser_test};

#[derive(Route)]
enum Page {
    #[route("/")]
    Home,
    #[route("/lamp/{id}")]
    Lamp { id: u32 },
    #[route(not_found)]
    NotFound,
}

#[components]
struct Ui {
    router: Router,
    #[dynamic]
    level: Slider,
    #[dynamic]
    readout: Text,
    #[dynamic]
    note: Input,
}

#[callback(output = Ui::router.children)]
fn pages(#[input(Ui::router.path)] path: &Path) -> Element {
    match path.route() {
        Page::Home => {
            view("Home", card("All lamps", (Ui::readout.place().label("Level"), Ui::note.place().label("Note"))))
        }
        Page::Lamp { id } => view(
            format!("Lamp {id}"),
            card("Lamp", (Ui::level.place().label("Level").unit("%"), Ui::readout.place().label("Level"))),
        ),
        Page::NotFound => not_found_view("Nothing here", text("There is no such page.")),
    }
}

#[callback_shared(output = Ui::readout.text)]
fn read(#[input(Ui::level.value)] level: f64) -> String {
    format!("{level:.0} %")
}

impl Dashboard for Ui {
    type Device = ();
    type Session = ();
    const CALLBACKS: Callbacks<Self> = callbacks![pages, read];

    fn layout(self) -> Element {
        let links =
            (link(Page::Home, "Home"), link(Page::Lamp { id: 3 }, "Lamp 3"), link(Page::Lamp { id: 4 }, "Lamp 4"));
        page("Workshop", (Element::new("nav").attr("aria-label", "Pages").children(row(links)), self.router))
    }
}

const LAMP: &str = "nav a[data-route='/lamp/3']";
const HOME: &str = "nav a[data-route='/']";

async fn is_at(tab: &Tab<'_>, path: &str, title: &str) {
    tab.until(&format!("document.querySelector('.dd-view-title')?.textContent === {title:?}")).await;
    let shown: (String, String, Vec<String>) = tab
        .js("[location.pathname, document.title, [...document.querySelectorAll('nav [aria-current=page]')].map((link) => link.dataset.route)]")
        .await;
    let current = if title == "Nothing here" { vec![] } else { vec![path.to_owned()] };
    assert_eq!(shown, (path.to_owned(), format!("{title} · Workshop"), current));
}

async fn open(browser: &Browser) -> (Server, Tab<'_>, Tab<'_>) {
    let server = Server::start::<Ui>(()).await;
    let (left, right) = browser.two_tabs(&server.url()).await;
    (server, left, right)
}

#[test]
fn two_tabs_are_on_different_pages_and_what_they_share_is_in_step() {
    browser_test(async |browser| {
        let (_server, left, right) = open(browser).await;
        left.run("globalThis.before = document.querySelector('main');").await;
        left.click(LAMP).await;
        is_at(&left, "/lamp/3", "Lamp 3").await;
        is_at(&right, "/", "Home").await;
        assert!(left.js::<bool>("before.isConnected").await, "nothing was loaded anew");
        let widths: [u32; 2] =
            left.js("['nav', '.dd-view'].map((part) => document.querySelector(part).clientWidth)").await;
        assert_eq!(widths[0], widths[1], "a page has all the room there is");
        left.focus("#level input").await;
        left.press("ArrowRight").await;
        for tab in [&left, &right] {
            tab.until("document.querySelector('#readout .dd-text-value').textContent === '1 %'").await;
        }
    });
}

#[test]
fn back_and_forward_lead_through_the_pages_and_what_was_typed_is_there() {
    browser_test(async |browser| {
        let (_server, left, right) = open(browser).await;
        left.focus("#note input").await;
        left.keys("buy bulbs").await;
        right.until("document.querySelector('#note input').value === 'buy bulbs'").await;
        left.click(LAMP).await;
        is_at(&left, "/lamp/3", "Lamp 3").await;
        left.click("nav a[data-route='/lamp/4']").await;
        is_at(&left, "/lamp/4", "Lamp 4").await;
        left.back().await;
        is_at(&left, "/lamp/3", "Lamp 3").await;
        left.back().await;
        is_at(&left, "/", "Home").await;
        assert_eq!(left.value("#note input").await, "buy bulbs");
        left.run("history.go(2);").await;
        is_at(&left, "/lamp/4", "Lamp 4").await;
        is_at(&right, "/", "Home").await;
    });
}

#[test]
fn an_address_can_be_opened_and_reloaded() {
    browser_test(async |browser| {
        let server = Server::start::<Ui>(()).await;
        let tab = browser.open(&format!("{}lamp/4", server.url())).await;
        is_at(&tab, "/lamp/4", "Lamp 4").await;
        tab.focus("#level input").await;
        tab.press("ArrowRight").await;
        tab.until("document.querySelector('#readout .dd-text-value').textContent === '1 %'").await;
        tab.reload().await;
        tab.until_live().await;
        is_at(&tab, "/lamp/4", "Lamp 4").await;
        assert_eq!(tab.value("#level input").await, "1");
        browser.allow("elsewhere");
        let lost = browser.open(&format!("{}elsewhere", server.url())).await;
        is_at(&lost, "/elsewhere", "Nothing here").await;
        lost.click(HOME).await;
        is_at(&lost, "/", "Home").await;
    });
}

#[test]
fn without_script_a_deep_link_reads_the_same_and_links_lead_on() {
    browser_test(async |browser| {
        let server = Server::start::<Ui>(()).await;
        let still = browser.tab().await;
        still.cdp("Emulation.setScriptExecutionDisabled", serde_json::json!({ "value": true })).await;
        still.go(&format!("{}lamp/3", server.url())).await;
        is_at(&still, "/lamp/3", "Lamp 3").await;
        assert_eq!(still.text("#readout .dd-text-value").await, "0 %");
        still.click(HOME).await;
        is_at(&still, "/", "Home").await;
    });
}

#[test]
fn the_keyboard_follows_a_link_and_the_focus_goes_to_the_new_pages_heading() {
    browser_test(async |browser| {
        let (_server, left, right) = open(browser).await;
        left.focus(LAMP).await;
        left.press("Enter").await;
        is_at(&left, "/lamp/3", "Lamp 3").await;
        left.until("document.activeElement?.textContent === 'Lamp 3'").await;
        left.press("Tab").await;
        left.until("document.activeElement?.closest('#level') !== null").await;
        let elsewhere: bool = right.js("document.activeElement === document.body").await;
        assert!(elsewhere, "who did not go anywhere keeps the focus");
    });
}
