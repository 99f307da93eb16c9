//! Two panes with a border that people move.

use std::time::Duration;

use dash_devices::{Split, SplitAt, prelude::*};
use serde_json::json;

use crate::support::{Server, Tab, browser_test, phone};

#[components]
struct Bench {
    split: Split,
    stirrer: Text,
    more: Button,
}

#[callback_shared(on = Bench::more.click, output = Bench::split.second)]
fn more() -> Element {
    card("Added", "more")
}

impl Dashboard for Bench {
    type Device = ();
    type Session = ();
    const CALLBACKS: Callbacks<Self> = callbacks![more];

    fn layout(self) -> Element {
        let first = (card("Stirrer", self.stirrer.text("240 rpm")), card("Pump", "off"));
        page(
            "Bench",
            (self.split.panes(first, card("Lines", "of the log")).at(SplitAt::Third), self.more.label("More")),
        )
    }
}

const BORDER: &str = ".dd-split-border";

impl Tab<'_> {
    /// The left edges and the widths of the panes.
    async fn panes(&self) -> [(f64, f64); 2] {
        self.js(
            "[...document.querySelectorAll('.dd-pane')].map((pane) => pane.getBoundingClientRect()).map(({ left, width }) => [left, width])",
        )
        .await
    }

    /// The share of the first pane in percent: what the border tells, and what it is.
    async fn share(&self) -> (f64, f64) {
        self.js(
            "(() => { const split = document.querySelector('dd-split').getBoundingClientRect(); \
             const border = document.querySelector('.dd-split-border'); const { left, width } = border.getBoundingClientRect(); \
             return [+border.ariaValueNow, 100 * (left + width / 2 - split.left) / split.width]; })()",
        )
        .await
    }

    /// Drags the border with the mouse.
    async fn drag_border(&self, across: f64) {
        let (x, y) = self.point(BORDER, 0.5, 0.5).await;
        self.mouse("mouseMoved", (x, y), false).await;
        self.mouse("mousePressed", (x, y), true).await;
        self.mouse("mouseMoved", (x + across, y), true).await;
        self.mouse("mouseReleased", (x + across, y), false).await;
    }
}

fn near(one: f64, other: f64, within: f64) {
    assert!((one - other).abs() <= within, "{one} is not {other}");
}

#[test]
fn the_border_is_moved_by_a_mouse_and_by_keys_and_stays_where_it_is_over_a_reload() {
    browser_test(async |browser| {
        let server = Server::start::<Bench>(()).await;
        let tab = browser.open(&server.url()).await;
        tab.until_live().await;
        let (told, is) = tab.share().await;
        near(is, 33.0, 0.5);
        near(told, is, 1.0);
        let [(_, first), _] = tab.panes().await;
        tab.drag_border(100.0).await;
        near(tab.panes().await[0].1, first + 100.0, 1.5);
        let (told, is) = tab.share().await;
        near(told, is, 1.0);
        // A drag that begins beside the middle of the border does not make it jump.
        let [(_, first), _] = tab.panes().await;
        let (x, y) = tab.point(BORDER, 0.1, 0.5).await;
        tab.mouse("mousePressed", (x, y), true).await;
        tab.mouse("mouseMoved", (x + 10.0, y), true).await;
        tab.mouse("mouseReleased", (x + 10.0, y), false).await;
        near(tab.panes().await[0].1, first + 10.0, 1.5);
        // The pointer moves nothing when it is let go.
        tab.mouse("mouseMoved", (x + 90.0, y), false).await;
        near(tab.panes().await[0].1, first + 10.0, 1.5);

        tab.focus(BORDER).await;
        let (before, _) = tab.share().await;
        tab.press("ArrowLeft").await;
        near(tab.share().await.0, before - 2.0, 1.0);
        let (kept, _) = tab.share().await;
        tab.go(&server.url()).await;
        tab.until_live().await;
        near(tab.share().await.0, kept, 1.0);

        // Content that a callback sets leaves it where it is.
        tab.click("#more button").await;
        tab.until("document.body.innerText.includes('Added')").await;
        near(tab.share().await.0, kept, 1.0);

        let (x, y) = tab.point(BORDER, 0.5, 0.5).await;
        for count in [1, 2] {
            for kind in ["mousePressed", "mouseReleased"] {
                let event = json!({ "type": kind, "x": x, "y": y, "clickCount": count, "button": "left" });
                tab.cdp("Input.dispatchMouseEvent", event).await;
            }
        }
        near(tab.share().await.0, 33.0, 1.0);
        tab.go(&server.url()).await;
        tab.until_live().await;
        near(tab.share().await.0, 33.0, 1.0);
    });
}

#[test]
fn both_panes_keep_room_for_a_card_and_the_page_does_not_become_wider() {
    browser_test(async |browser| {
        let server = Server::start::<Bench>(()).await;
        let tab = browser.open(&server.url()).await;
        tab.until_live().await;
        for key in ["Home", "End"] {
            tab.focus(BORDER).await;
            tab.press(key).await;
            let (told, is) = tab.share().await;
            near(told, is, 1.0);
            for (_, width) in tab.panes().await {
                assert!(width >= 191.0, "{width}");
            }
            assert!(tab.js::<bool>("document.documentElement.scrollWidth <= innerWidth").await);
        }
        // From its limit a key moves it at once.
        let (before, _) = tab.share().await;
        tab.press("ArrowLeft").await;
        near(tab.share().await.0, before - 2.0, 1.0);
    });
}

#[test]
fn from_right_to_left_the_first_pane_is_at_the_right() {
    browser_test(async |browser| {
        let server = Server::start::<Bench>(()).await;
        let tab = browser.open(&server.url()).await;
        tab.until_live().await;
        tab.run("document.documentElement.dir = 'rtl'").await;
        let [(first_left, first), (second_left, _)] = tab.panes().await;
        assert!(first_left > second_left, "{first_left} {second_left}");
        tab.drag_border(-60.0).await;
        near(tab.panes().await[0].1, first + 60.0, 1.5);
        let (before, _) = tab.share().await;
        tab.press("ArrowLeft").await;
        near(tab.share().await.0, before + 2.0, 1.0);
    });
}

#[test]
fn a_finger_moves_the_border_on_a_tablet_and_a_phone_has_the_panes_below_each_other() {
    browser_test(async |browser| {
        let server = Server::start::<Bench>(()).await;
        let tablet = browser.tab().await;
        let metrics = json!({ "width": 1024, "height": 768, "deviceScaleFactor": 2, "mobile": true });
        tablet.cdp("Emulation.setDeviceMetricsOverride", metrics).await;
        let touch = json!({ "enabled": true, "maxTouchPoints": 3 });
        tablet.cdp("Emulation.setTouchEmulationEnabled", touch).await;
        tablet.go(&server.url()).await;
        tablet.until_live().await;
        // What has just moved takes no press.
        tokio::time::sleep(Duration::from_millis(600)).await;
        let width: f64 = tablet.js("document.querySelector('.dd-split-border').getBoundingClientRect().width").await;
        assert!(width >= 44.0, "{width}");
        let [(_, first), _] = tablet.panes().await;
        let point = tablet.point(BORDER, 0.5, 0.5).await;
        tablet.swipe(point, 10, (12.0, 3.0)).await;
        near(tablet.panes().await[0].1, first + 120.0, 3.0);

        let phone = phone(browser, &server, 844).await;
        let [(first, width), (second, other)] = phone.panes().await;
        near(first, second, 0.5);
        near(width, other, 0.5);
        assert!(!phone.js::<bool>("document.querySelector('.dd-split-border').checkVisibility()").await);
        assert!(phone.js::<bool>("document.documentElement.scrollWidth <= innerWidth").await);
    });
}
