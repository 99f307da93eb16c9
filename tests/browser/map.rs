//! A map: what is drawn, what pointer and keys read, and what a press sends.

use dash_devices::prelude::*;

use crate::support::{Server, browser_test};

#[components]
struct Ui {
    map: Map,
    lock: Switch,
    gone_to: Text,
}

#[callback_shared(output = Ui::gone_to.text)]
fn go(presses: &mut u32, #[input(Ui::map.click)] goal: Option<MapPoint>) -> Option<String> {
    let MapPoint { x, y } = goal?;
    *presses += 1;
    Some(format!("{presses}: {x:.1}, {y:.1}"))
}

#[callback_shared(output = (Ui::map.disabled, Ui::map.poses))]
fn lock(#[input(Ui::lock.on)] on: bool) -> (bool, Vec<Pose>) {
    (on, vec![Pose::new("Rover", 2.0, -3.0).heading(if on { 90.0 } else { 0.0 }), Pose::new("Dock", -4.0, 0.0)])
}

impl Dashboard for Ui {
    type Device = u32;
    type Session = ();
    const CALLBACKS: Callbacks<Self> = callbacks![go, lock];

    fn layout(self) -> Element {
        let way = Track::new("Way").points([(0.0, 0.0), (2.0, -3.0)]);
        let map = self.map.tracks([way]).x_range(-10.0..=10.0).y_range(-5.0..=5.0).clickable(true);
        page("Yard", (map, self.lock.label("Lock"), self.gone_to))
    }
}

#[test]
fn a_press_on_a_map_sends_its_place_and_a_drag_sends_nothing() {
    browser_test(async |browser| {
        let server = Server::start::<Ui>(0).await;
        let tab = browser.open(&server.url()).await;
        tab.until("document.querySelector('.dd-map-plot[data-clickable]')").await;
        let middle = tab.point(".dd-map-plot", 0.5, 0.5).await;
        let beside = (middle.0 + 40.0, middle.1);
        tab.mouse("mousePressed", middle, true).await;
        tab.mouse("mouseMoved", beside, true).await;
        tab.mouse("mouseReleased", beside, false).await;
        tab.mouse("mousePressed", middle, true).await;
        tab.mouse("mouseReleased", middle, false).await;
        tab.until("document.querySelector('#gone_to').textContent.startsWith('1: ')").await;
        // The middle of the plot is near the middle of the plane: the labels are at the left and below.
        let place: String = tab.text("#gone_to").await;
        let (x, y) = place[3..].split_once(", ").unwrap();
        assert!(x.parse::<f64>().unwrap().abs() < 1.5 && y.parse::<f64>().unwrap().abs() < 1.5, "{place}");
        tab.click("#lock label").await;
        tab.until("!document.querySelector('.dd-map-plot').hasAttribute('data-clickable')").await;
    });
}

#[test]
fn the_keyboard_moves_a_cross_and_sends_its_place_or_reads_what_is_where() {
    browser_test(async |browser| {
        let server = Server::start::<Ui>(0).await;
        let tab = browser.open(&server.url()).await;
        tab.until("document.querySelector('.dd-map-plot[data-clickable]')").await;
        tab.focus(".dd-map-plot").await;
        tab.press("ArrowRight").await;
        tab.until("document.querySelector('.dd-chart-reading').textContent === '0\u{a0}m, 0\u{a0}m'").await;
        tab.press("ArrowRight").await;
        tab.press("ArrowUp").await;
        tab.until("document.querySelector('.dd-chart-reading').textContent === '0.4\u{a0}m, 0.4\u{a0}m'").await;
        tab.press("Enter").await;
        tab.wait_for_text("#gone_to", "1: 0.4, 0.4").await;
        // A map that sends nothing is read.
        tab.click("#lock label").await;
        tab.until("!document.querySelector('.dd-map-plot').hasAttribute('data-clickable')").await;
        tab.focus(".dd-map-plot").await;
        tab.press("ArrowRight").await;
        tab.until(
            "document.querySelector('[role=status].dd-spoken').textContent === 'Rover: 2\u{a0}m, -3\u{a0}m, 90°'",
        )
        .await;
        tab.press("ArrowRight").await;
        tab.until("document.querySelector('.dd-chart-reading').textContent === 'Dock: -4\u{a0}m, 0\u{a0}m'").await;
        tab.press("Enter").await;
        assert_eq!(tab.text("#gone_to").await, "1: 0.4, 0.4");
    });
}
