//! A page that is much longer than the screen: what is off the screen costs no layout, and is still a part of the page.

use dash_devices::prelude::*;
use serde_json::json;

use crate::support::{Server, browser_test};

#[components]
struct Wall {
    again: Button,
    gauges: [Gauge; 200],
    last: Text,
}

struct Probe(f64);

#[callback_shared(on = Wall::again.click, output = (Wall::gauges[0].value, Wall::gauges[199].value))]
fn measure(probe: &mut Probe) -> (f64, f64) {
    probe.0 += 1.0;
    (probe.0, probe.0)
}

impl Dashboard for Wall {
    type Device = Probe;
    type Session = ();
    const CALLBACKS: Callbacks<Self> = callbacks![measure];

    fn layout(self) -> Element {
        page(
            "Wall",
            (
                self.again.label("Measure"),
                grid(self.gauges.into_iter().map(|gauge| gauge.unit("V")).collect::<Vec<_>>()),
                self.last.text("the needle in the haystack"),
            ),
        )
    }
}

/// Whether the browser lays out and paints an element. It decides that with each frame.
fn is_drawn(selector: &str) -> String {
    format!("document.querySelector('{selector}').checkVisibility({{ contentVisibilityAuto: true }})")
}

/// The first and the last gauge, and the text behind them.
const FIRST: &str = "#gauges-0 > svg";
const FAR: &str = "#gauges-199 > svg";
const LAST: &str = "#last > .dd-text-value";

const LAST_IS_ON_THE_SCREEN: &str =
    "document.getElementById('last').getBoundingClientRect().top < document.documentElement.clientHeight";

#[test]
fn what_is_off_the_screen_is_not_drawn_until_it_is_scrolled_to() {
    browser_test(async |browser| {
        let server = Server::start::<Wall>(Probe(0.0)).await;
        let tab = browser.open(&server.url()).await;
        tab.until(&format!("{} && !{}", is_drawn(FIRST), is_drawn(FAR))).await;
        // Updates are not lost: the value is there when the component comes onto the screen.
        tab.click("#again button").await;
        tab.wait_for_text("#gauges-0 .dd-gauge-value", "1").await;
        assert!(!tab.js::<bool>(&is_drawn(FAR)).await, "an update draws nothing off the screen");
        tab.run("document.getElementById('gauges-199').scrollIntoView()").await;
        tab.until(&is_drawn(FAR)).await;
        assert_eq!(tab.text("#gauges-199 .dd-gauge-value").await, "1");
        // The marks of a component are outside of its box.
        tab.run("document.getElementById('gauges-199').setAttribute('data-bad', '')").await;
        let seen = "getComputedStyle(document.getElementById('gauges-199')).contentVisibility";
        assert_eq!(tab.js::<String>(seen).await, "visible");
    });
}

#[test]
fn a_search_and_an_anchor_find_what_is_off_the_screen() {
    browser_test(async |browser| {
        let server = Server::start::<Wall>(Probe(0.0)).await;
        let tab = browser.open(&server.url()).await;
        tab.until(&format!("!{}", is_drawn(LAST))).await;
        assert!(tab.js::<bool>("window.find('needle in the')").await);
        tab.until(LAST_IS_ON_THE_SCREEN).await;
        tab.run("scrollTo(0, 0)").await;
        tab.until(&format!("!({LAST_IS_ON_THE_SCREEN})")).await;
        tab.run("location.hash = 'last'").await;
        tab.until(LAST_IS_ON_THE_SCREEN).await;
        let text: String = tab.js("document.querySelector('main').innerText").await;
        assert!(text.contains("the needle in the haystack"));
    });
}

#[test]
fn what_is_off_the_screen_is_printed() {
    browser_test(async |browser| {
        let server = Server::start::<Wall>(Probe(0.0)).await;
        let tab = browser.open(&server.url()).await;
        tab.until(&format!("!{}", is_drawn(FAR))).await;
        tab.cdp("Emulation.setEmulatedMedia", json!({ "media": "print" })).await;
        tab.until(&format!("{} && {}", is_drawn(FAR), is_drawn(LAST))).await;
    });
}
