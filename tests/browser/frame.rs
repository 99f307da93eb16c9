//! The bar of the page: its title, the state of the connection, the theme and the brand colour.

use dash_devices::prelude::*;
use serde_json::json;

use crate::support::{Cable, Server, browser_test};

#[components]
struct Framed {
    theme: ThemeSwitch,
    go: Button,
}

impl Dashboard for Framed {
    type Device = ();
    type Session = ();
    const CALLBACKS: Callbacks<Self> = callbacks![];

    fn layout(self) -> Element {
        let filler = (0..60).map(|n| text(format!("line {n}"))).collect::<Vec<_>>();
        page("Frame", (header(self.theme), brand(Color::new(11, 122, 75)), card("", filler), card("", self.go)))
    }
}

const THEME: &str = "document.documentElement.dataset.theme ?? 'system'";
const GROUND: &str = "getComputedStyle(document.body).backgroundColor";

#[test]
fn a_theme_is_remembered_and_there_before_the_script_runs() {
    browser_test(async |browser| {
        let server = Server::start::<Framed>(()).await;
        let tab = browser.open(&server.url()).await;
        tab.until_live().await;
        assert_eq!(tab.js::<String>(THEME).await, "system");
        let light: String = tab.js(GROUND).await;
        tab.click("[data-choice='dark']").await;
        assert_ne!(tab.js::<String>(GROUND).await, light);
        // The document itself has the theme.
        tab.before_the_page(
            "addEventListener('DOMContentLoaded', () => { globalThis.first = document.documentElement.dataset.theme })",
        )
        .await;
        tab.reload().await;
        tab.until_live().await;
        assert_eq!(tab.js::<String>("globalThis.first").await, "dark");
        let pressed = "document.querySelector('[data-choice=dark]').ariaPressed";
        assert_eq!(tab.js::<String>(pressed).await, "true");
        // A new tab of the same browser has it, too.
        let other = browser.open(&server.url()).await;
        assert_eq!(other.js::<String>(THEME).await, "dark");
        other.click("[data-choice='system']").await;
        other.reload().await;
        other.until_live().await;
        assert_eq!(other.js::<String>(THEME).await, "system");
    });
}

#[test]
fn the_bar_stays_and_tells_the_state_of_the_link() {
    browser_test(async |browser| {
        let server = Server::start::<Framed>(()).await;
        browser.allow("ERR_CONNECTION_REFUSED");
        let mut cable = Cable::to(server.address).await;
        let tab = browser.open(&cable.url()).await;
        tab.until_live().await;
        let state = "getComputedStyle(document.querySelector('.dd-link-state'), '::after').content";
        assert_eq!(tab.js::<String>(state).await, "\"live\"");
        tab.run("scrollTo(0, 400)").await;
        assert_eq!(tab.js::<f64>("document.querySelector('.dd-header').getBoundingClientRect().top").await, 0.0);
        cable.cut().await;
        tab.until(&format!("{state} === '\"no link\"'")).await;
        let metrics = json!({ "width": 390, "height": 700, "deviceScaleFactor": 1, "mobile": false });
        tab.cdp("Emulation.setDeviceMetricsOverride", metrics).await;
        assert!(tab.js::<i32>("document.documentElement.scrollWidth - innerWidth").await <= 0);
    });
}

#[test]
fn the_brand_is_the_colour_of_what_can_be_operated() {
    browser_test(async |browser| {
        let server = Server::start::<Framed>(()).await;
        let tab = browser.open(&server.url()).await;
        tab.until_live().await;
        // The hue of the brand, at the lightness of the theme.
        let accent: String = tab.js("getComputedStyle(document.querySelector('.dd-mark-is')).fill").await;
        assert!(accent.starts_with("oklch(0.5 "), "{accent}");
        tab.click("[data-choice='dark']").await;
        let dark: String = tab.js("getComputedStyle(document.querySelector('.dd-mark-is')).fill").await;
        assert!(dark.starts_with("oklch(0.52 "), "{dark}");
        let hue = |colour: &str| {
            colour.trim_end_matches(')').rsplit(' ').next().map(|hue| hue.parse::<f64>().unwrap().round())
        };
        assert_eq!(hue(&accent), hue(&dark));
    });
}
