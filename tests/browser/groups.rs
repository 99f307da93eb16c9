//! The same panel twice on one page, and an array of switches: each has its own values, in every tab.

use std::sync::{Arc, Mutex};

use dash_devices::prelude::*;

use crate::support::{Server, Tab, browser_test};

#[components]
struct Motor {
    speed: Slider,
    readout: Text,
    stop: Button,
}

impl Motor {
    fn view(self, name: &'static str) -> Element {
        card(name, (self.speed.label("Speed").unit("%"), self.readout.text("stands"), self.stop.label("Stop")))
    }
}

#[components]
struct Ui {
    left: Motor,
    right: Motor,
    lamps: [Switch; 4],
    lit: Text,
    dark: Button,
}

/// The device: the commands of each motor, in order.
#[derive(Debug, Clone, Default)]
struct Orders(Arc<Mutex<Vec<(String, f64)>>>);

#[callback_shared(output = Motor::readout.text, initial = false)]
fn drive(orders: &mut Orders, place: Place, #[input(Motor::speed.value)] speed: f64) -> String {
    orders.0.lock().unwrap().push((place.name().to_owned(), speed));
    if speed == 0.0 { "stands".to_owned() } else { format!("turns at {speed} %") }
}

#[callback_shared(on = Motor::stop.click, output = Motor::speed.value)]
fn stop() -> f64 {
    0.0
}

#[callback_shared(output = Ui::lit.text)]
fn count(#[input(Ui::lamps[0..4].on)] lamps: [bool; 4]) -> String {
    let lit: Vec<String> = (1..).zip(lamps).filter(|(_, on)| *on).map(|(number, _)| number.to_string()).collect();
    lit.join(" and ")
}

#[callback_shared(on = Ui::dark.click, output = Ui::lamps[0..4].on)]
fn dark() -> [bool; 4] {
    [false; 4]
}

impl Dashboard for Ui {
    type Device = Orders;
    type Session = ();
    const CALLBACKS: Callbacks<Self> = callbacks![
        drive for Ui::left, drive for Ui::right, stop for Ui::left, stop for Ui::right, count, dark
    ];

    const BINDINGS: Bindings<Self> =
        bindings![show_when(Ui::lamps[0].on, Ui::lamps[1]), show_when(Ui::lamps[3].on, Ui::right.readout)];

    fn layout(self) -> Element {
        let mut number = 0;
        let lamps = self.lamps.map(|lamp| {
            number += 1;
            lamp.label(format!("Lamp {number}"))
        });
        let motors = row((self.left.view("Left"), self.right.view("Right")));
        page("Motors", (motors, card("Lamps", (row(lamps), self.lit, self.dark.label("All off")))))
    }
}

/// Waits until each motor shows this speed, on the slider and in words.
async fn until_speeds(tabs: [&Tab<'_>; 2], left: f64, right: f64) {
    for tab in tabs {
        for (id, speed) in [("left", left), ("right", right)] {
            tab.until(&format!("document.querySelector('#{id}-speed input').valueAsNumber === {speed}")).await;
            let words = if speed == 0.0 { "stands".to_owned() } else { format!("turns at {speed} %") };
            tab.wait_for_text(&format!("#{id}-readout .dd-text-value"), &words).await;
        }
    }
}

#[test]
fn each_of_two_panels_of_one_group_moves_only_its_own_in_every_tab() {
    browser_test(async |browser| {
        let orders = Orders::default();
        let server = Server::start::<Ui>(orders.clone()).await;
        let (ada, bob) = browser.two_tabs(&server.url()).await;
        let grip = ada.grab("#left-speed input", 0.0).await;
        grip.slide(0.0, 1.0, 20).await;
        grip.release(1.0).await;
        until_speeds([&ada, &bob], 100.0, 0.0).await;
        bob.focus("#right-speed input").await;
        bob.press("End").await;
        bob.press("ArrowLeft").await;
        until_speeds([&ada, &bob], 100.0, 99.0).await;
        // A button of a panel stops that motor, also on the page that set it.
        bob.click("#left-stop button").await;
        until_speeds([&ada, &bob], 0.0, 99.0).await;
        ada.click("#right-stop button").await;
        until_speeds([&ada, &bob], 0.0, 0.0).await;
        // Each motor received the values of its own panel, in that order.
        let told = |motor: &str| -> Vec<f64> {
            let orders = orders.0.lock().unwrap();
            orders.iter().filter(|(name, _)| name == motor).map(|(_, speed)| *speed).collect()
        };
        let (left, right) = (told("left"), told("right"));
        assert!(left.ends_with(&[100.0, 0.0]) && left[..left.len() - 1].is_sorted(), "{left:?}");
        assert!(right.ends_with(&[99.0, 0.0]) && right.len() <= 3, "{right:?}");
    });
}

#[test]
fn the_switches_of_an_array_are_counted_together_and_go_out_together() {
    browser_test(async |browser| {
        let server = Server::start::<Ui>(Orders::default()).await;
        let (ada, bob) = browser.two_tabs(&server.url()).await;
        ada.click("#lamps-0 input").await;
        bob.click("#lamps-3 input").await;
        for tab in [&ada, &bob] {
            tab.wait_for_text("#lit .dd-text-value", "1 and 4").await;
            let lamps: Vec<bool> =
                tab.js("[...document.querySelectorAll('[id^=lamps-] input')].map((lamp) => lamp.checked)").await;
            assert_eq!(lamps, [true, false, false, true]);
        }
        // The dependent values are the same for both, and the others have not changed.
        let late = browser.open(&server.url()).await;
        for tab in [&ada, &bob, &late] {
            let hidden = "[...document.querySelectorAll('main [id][hidden]')].map(({ id }) => id)";
            assert_eq!(tab.js::<Vec<String>>(hidden).await, [""; 0]);
        }
        // The number of lit lamps at each moment that is visible.
        let lit = "document.querySelectorAll('[id^=lamps-] input:checked').length";
        bob.record(lit).await;
        ada.click("#dark button").await;
        for tab in [&ada, &bob] {
            tab.until(&format!("{lit} === 0")).await;
            tab.wait_for_text("#lit .dd-text-value", "").await;
            tab.until("document.querySelector('#lamps-1').hidden && document.querySelector('#right-readout').hidden")
                .await;
        }
        let seen = bob.recorded().await;
        assert!(seen.iter().all(|lit| [0.0, 2.0].contains(lit)), "all at once: {seen:?}");
    });
}
