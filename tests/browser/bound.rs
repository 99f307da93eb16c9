//! `bind`: a slider and a number field for one value, in two browsers.

use dash_devices::prelude::*;

use crate::support::{Server, Tab, browser_test};

#[components]
struct Pair {
    slider: Slider,
    number: NumberInput,
    readout: Text,
    zero: Button,
}

/// Counts its runs: one per change, although both names start it.
#[callback_shared(output = Pair::readout.text)]
fn show(runs: &mut u32, #[input(Pair::slider.value)] slider: f64, #[input(Pair::number.value)] number: f64) -> String {
    *runs += 1;
    format!("{slider} {number} {runs}")
}

#[callback_shared(on = Pair::zero.click, output = Pair::number.value)]
fn zero() -> f64 {
    0.0
}

impl Dashboard for Pair {
    type Device = u32;
    type Session = ();
    const CALLBACKS: Callbacks<Self> = callbacks![show, zero];
    const BINDINGS: Bindings<Self> = bindings![bind(Pair::slider.value, Pair::number.value)];

    fn layout(self) -> Element {
        let slider = self.slider.label("Voltage").unit("V").range(0.0..=30.0).step(0.1).value(12.0);
        let number = self.number.label("Voltage").unit("V").range(0.0..=30.0).step(0.1);
        page("Pair", card("Supply", (slider, number, self.readout, self.zero.label("Zero"))))
    }
}

const SLIDER: &str = "document.querySelector('#slider input').valueAsNumber";
const NUMBER: &str = "Number(document.querySelector('#number input').value)";

async fn both_show(tabs: [&Tab<'_>; 2], value: f64) {
    for tab in tabs {
        tab.until(&format!("{SLIDER} === {value} && {NUMBER} === {value}")).await;
    }
}

#[test]
fn slider_and_number_are_in_step_in_both_tabs_while_one_drags() {
    browser_test(async |browser| {
        let server = Server::start::<Pair>(0).await;
        let (left, right) = browser.two_tabs(&server.url()).await;
        both_show([&left, &right], 12.0).await;
        let grip = left.grab("#slider input", 0.4).await;
        for tab in [&left, &right] {
            tab.record(&format!("Math.abs({SLIDER} - {NUMBER})")).await;
        }
        grip.slide(0.4, 0.8, 25).await;
        // In the middle of the drag, before the button is released.
        let there: f64 = left.js(SLIDER).await;
        assert!(there > 20.0, "{there}");
        right.until(&format!("{NUMBER} === {there}")).await;
        grip.release(0.8).await;
        let end: f64 = left.js(SLIDER).await;
        both_show([&left, &right], end).await;
        for (tab, name) in [(&left, "under the finger"), (&right, "in the other tab")] {
            let apart = tab.recorded().await;
            assert!(apart.len() > 10, "{name}: {apart:?}");
            assert!(apart.iter().all(|apart| *apart == 0.0), "{name} they are apart in a frame: {apart:?}");
        }
    });
}

#[test]
fn the_partner_goes_along_before_anything_is_heard_of_the_server() {
    browser_test(async |browser| {
        let server = Server::start::<Pair>(0).await;
        let (hand, other) = browser.two_tabs(&server.url()).await;
        // In one script, so that no frame can arrive between the movement and the check.
        let seen: f64 = hand
            .js(&format!(
                "(() => {{ const control = document.querySelector('#slider input'); control.value = '7.5'; \
                 control.dispatchEvent(new Event('input', {{ bubbles: true }})); return {NUMBER}; }})()"
            ))
            .await;
        assert_eq!(seen, 7.5);
        both_show([&hand, &other], 7.5).await;
        hand.until("document.querySelector('#readout').textContent.startsWith('7.5 7.5 ')").await;
        let text = hand.text("#readout").await;
        assert_eq!(text, "7.5 7.5 2", "one run for the start, one for the change");
    });
}

#[test]
fn a_number_is_typed_and_stepped_and_the_slider_follows() {
    browser_test(async |browser| {
        let server = Server::start::<Pair>(0).await;
        let (hand, other) = browser.two_tabs(&server.url()).await;
        hand.focus("#number input").await;
        hand.run("document.querySelector('#number input').select()").await;
        hand.keys("4,5").await;
        assert_eq!(other.value("#slider input").await, "12", "nothing is sent half typed");
        hand.press("Enter").await;
        both_show([&hand, &other], 4.5).await;
        hand.press("ArrowUp").await;
        both_show([&hand, &other], 4.6).await;
        hand.click("#number .dd-number-less").await;
        both_show([&hand, &other], 4.5).await;
        hand.run("document.querySelector('#number input').select()").await;
        hand.keys("31").await;
        hand.press("Enter").await;
        assert_eq!(hand.attribute("#number input", "aria-invalid").await.as_deref(), Some("true"));
        hand.press("Escape").await;
        both_show([&hand, &other], 4.5).await;
        assert_eq!(hand.attribute("#number input", "aria-invalid").await, None);
        assert_eq!(hand.toasts().await, [] as [String; 0], "what is out of range is not even asked for");
        other.click("#zero button").await;
        both_show([&hand, &other], 0.0).await;
    });
}
