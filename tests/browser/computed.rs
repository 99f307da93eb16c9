//! Values that each browser computes, in two browsers.

use dash_devices::prelude::*;

use crate::support::{Server, browser_test, get};

#[components]
struct Supply {
    volts: Slider,
    amperes: Slider,
    gauge: Gauge,
    readout: Text,
    power: Text,
    expert: Switch,
    details: Text,
    half: Button,
    sweep: Button,
}

#[callback_shared(on = Supply::half.click, output = Supply::volts.value)]
fn halve(#[state(Supply::volts.value)] volts: f64) -> f64 {
    volts / 2.0
}

/// Pushes from its own thread, like a driver that measures.
#[callback_shared(on = Supply::sweep.click)]
fn sweep(handle: Handle<Supply>) {
    std::thread::spawn(move || {
        for volts in 1..=20 {
            handle.push(changes![Supply::volts.value = f64::from(volts)]).unwrap();
            std::thread::sleep(std::time::Duration::from_millis(20));
        }
    });
}

impl Dashboard for Supply {
    type Device = ();
    type Session = ();
    const CALLBACKS: Callbacks<Self> = callbacks![halve, sweep];
    const BINDINGS: Bindings<Self> = bindings![
        mirror(Supply::volts.value, Supply::gauge.value),
        format(Supply::volts.value, Supply::readout.text, "{:.1} V"),
        show_when(Supply::expert.on, Supply::details),
        script("watts.js", (Supply::volts.value, Supply::amperes.value), Supply::power.text),
    ];

    fn layout(self) -> Element {
        let volts = self.volts.label("Voltage").unit("V").range(0.0..=30.0).step(0.1).value(12.0);
        let amperes = self.amperes.label("Current").unit("A").range(0.0..=5.0).step(0.1).value(2.0);
        let power = self.power.text("…");
        let expert = row((self.expert.label("Expert"), self.details.text("fuse: 5 A")));
        let buttons = row((self.half.label("Half"), self.sweep.label("Sweep")));
        page("Supply", card("", (volts, amperes, self.gauge, self.readout, power, expert, buttons)))
    }
}

#[test]
fn the_first_paint_has_it_before_any_script_has_run() {
    browser_test(async |browser| {
        let server = Server::start::<Supply>(()).await;
        let html = get(server.address, "/").await;
        assert!(html.contains(">12.0 V<"), "{html}");
        assert!(html.contains("<dd-text id=\"details\" hidden>"), "{html}");
        assert!(html.contains(">…<"), "scripts run in browsers only: {html}");
        let tab = browser.open(&server.url()).await;
        tab.wait_for_text("#power", "24.0 W").await;
        assert_eq!(tab.text("#readout").await, "12.0 V");
    });
}

#[test]
fn it_goes_along_with_the_hand_and_with_the_server_in_both_tabs() {
    browser_test(async |browser| {
        let server = Server::start::<Supply>(()).await;
        let (hand, other) = browser.two_tabs(&server.url()).await;
        // In one script, so that nothing can have arrived from the server.
        let seen: [String; 2] = hand
            .js("(() => { const control = document.querySelector('#volts input'); control.value = '7.5'; \
                 control.dispatchEvent(new Event('input', { bubbles: true })); \
                 return ['#readout', '#power'].map((id) => document.querySelector(id).textContent); })()")
            .await;
        assert_eq!(seen, ["7.5 V", "15.0 W"]);
        other.wait_for_text("#readout", "7.5 V").await;
        other.wait_for_text("#power", "15.0 W").await;
        other.click("#half button").await;
        for tab in [&hand, &other] {
            tab.wait_for_text("#readout", "3.8 V").await;
            tab.wait_for_text("#power", "7.5 W").await;
            tab.until("document.querySelector('#gauge').textContent.startsWith('4')").await;
        }
        let late = browser.open(&server.url()).await;
        late.wait_for_text("#power", "7.5 W").await;
        assert_eq!(late.text("#readout").await, "3.8 V", "who comes later sees the same");
    });
}

#[test]
fn a_component_is_there_while_its_switch_is_on() {
    browser_test(async |browser| {
        let server = Server::start::<Supply>(()).await;
        let (hand, other) = browser.two_tabs(&server.url()).await;
        let height = "document.querySelector('#details').offsetHeight";
        assert_eq!(hand.js::<f64>(height).await, 0.0);
        hand.click("#expert input").await;
        for tab in [&hand, &other] {
            tab.until(&format!("{height} > 0")).await;
        }
        other.click("#expert input").await;
        for tab in [&hand, &other] {
            tab.until(&format!("{height} === 0")).await;
        }
    });
}

#[test]
fn a_function_that_throws_marks_its_property_and_stops_nothing_else() {
    browser_test(async |browser| {
        browser.allow("the fuse has blown");
        let server = Server::start::<Supply>(()).await;
        let (hand, other) = browser.two_tabs(&server.url()).await;
        hand.focus("#amperes input").await;
        hand.press("End").await;
        for tab in [&hand, &other] {
            tab.until(
                "(document.querySelector('#power').dataset.bad ?? '').includes('`watts` failed: the fuse has blown')",
            )
            .await;
        }
        hand.press("ArrowLeft").await;
        for tab in [&hand, &other] {
            tab.wait_for_text("#power", "58.8 W").await;
            assert_eq!(tab.attribute("#power", "data-bad").await, None);
        }
    });
}

#[test]
fn what_a_thread_pushes_drives_the_functions_of_every_browser() {
    browser_test(async |browser| {
        let server = Server::start::<Supply>(()).await;
        let (hand, other) = browser.two_tabs(&server.url()).await;
        hand.wait_for_text("#power", "24.0 W").await;
        let watts = "Number.parseFloat(document.querySelector('#power').textContent)";
        let volts = "Number.parseFloat(document.querySelector('#readout').textContent)";
        for tab in [&hand, &other] {
            tab.record(&format!("{watts} - 2 * {volts}")).await;
        }
        hand.click("#sweep button").await;
        for tab in [&hand, &other] {
            tab.wait_for_text("#readout", "20.0 V").await;
            tab.wait_for_text("#power", "40.0 W").await;
            let apart = tab.recorded().await;
            assert!(apart.len() > 5 && apart.iter().all(|apart| *apart == 0.0), "in every frame: {apart:?}");
        }
    });
}
