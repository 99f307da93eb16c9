//! Faults of dash_devices and of Dash that were seen in a browser, with one test each.
//! `dash-runtime/src/engine/tests/faults.rs` has the table of all faults.

use std::time::Duration;

use dash_devices::prelude::*;

use crate::{
    panel::{Bench, Panel},
    support::{Server, Tab, browser_test},
};

#[components]
struct Chain {
    level: Slider,
    c1: Text,
    c2: Text,
    c3: Text,
    c4: Text,
    c5: Text,
}

/// Runs on a thread, for longer than the time between two keys.
#[callback_shared(output = Chain::c1.text)]
fn first(#[input(Chain::level.value)] level: f64) -> String {
    std::thread::sleep(Duration::from_millis(3));
    level.to_string()
}

#[callback_shared(output = Chain::c2.text)]
async fn second(#[input(Chain::c1.text)] text: String) -> String {
    tokio::time::sleep(Duration::from_millis(2)).await;
    text
}

#[callback_shared(output = Chain::c3.text)]
fn third(#[input(Chain::c2.text)] text: &str) -> String {
    text.to_owned()
}

#[callback_shared(output = Chain::c4.text)]
fn fourth(#[input(Chain::c3.text)] text: &str) -> String {
    std::thread::sleep(Duration::from_millis(3));
    text.to_owned()
}

#[callback_shared(output = Chain::c5.text)]
async fn fifth(#[input(Chain::c4.text)] text: String) -> String {
    tokio::task::yield_now().await;
    text
}

impl Dashboard for Chain {
    type Device = ();
    type Session = ();
    const CALLBACKS: Callbacks<Self> = callbacks![first, second, third, fourth, fifth];

    fn layout(self) -> Element {
        let Self { level, c1, c2, c3, c4, c5 } = self;
        page("Chain", (level.label("Level").range(0.0..=100.0).value(0.0), c1, c2, c3, c4, c5))
    }
}

const LEVEL: &str = "document.querySelector('#level input').value";
const LINKS: [&str; 5] = ["#c1", "#c2", "#c3", "#c4", "#c5"];

async fn assert_all_show(tab: &Tab<'_>, value: &str) {
    for link in LINKS {
        tab.wait_for_text(link, value).await;
    }
    tab.until(&format!("{LEVEL} === '{value}'")).await;
}

/// The fault: in 4 of 4 rounds the slider showed 8, the first value of the chain 8 on one page and 1 elsewhere, and the
/// others 1 everywhere and on the server.
#[test]
fn fault_03_eight_fast_key_presses_through_a_chain_of_five_end_at_the_right_value_everywhere() {
    browser_test(async |browser| {
        let server = Server::start::<Chain>(()).await;
        let (hand, other) = browser.two_tabs(&server.url()).await;
        hand.focus("#level input").await;
        for (key, end) in [("ArrowRight", "8"), ("ArrowRight", "16"), ("ArrowLeft", "8"), ("ArrowRight", "16")] {
            for _ in 0..8 {
                hand.press(key).await;
            }
            assert_all_show(&hand, end).await;
            assert_all_show(&other, end).await;
            // Some frames later, a late echo would be visible.
            tokio::time::sleep(Duration::from_millis(100)).await;
            for tab in [&hand, &other] {
                for link in LINKS {
                    assert_eq!(tab.text(link).await, end, "{link}");
                }
            }
        }
        let late = browser.open(&server.url()).await;
        assert_all_show(&late, "16").await;
    });
}

/// The fault: in 8 of 8 rounds each page showed the value of the other one.
#[test]
fn fault_02_two_tabs_that_change_one_slider_at_the_same_time_agree_in_8_of_8_rounds() {
    browser_test(async |browser| {
        let server = Server::start::<Chain>(()).await;
        let (left, right) = browser.two_tabs(&server.url()).await;
        // Both pointers go down at the same time of one clock.
        let arm = |value: u32, at: u64| {
            format!(
                "globalThis.done = false; setTimeout(() => {{ const input = document.querySelector('#level input'); \
                 input.value = {value}; input.dispatchEvent(new Event('input', {{ bubbles: true }})); \
                 input.dispatchEvent(new Event('change', {{ bubbles: true }})); done = true; }}, {at} - Date.now())"
            )
        };
        for round in 1..=8 {
            let at = left.js::<u64>("Date.now() + 150").await;
            left.run(&arm(10 + round, at)).await;
            right.run(&arm(90 - round, at)).await;
            left.until("done").await;
            right.until("done").await;
            // Check again after some frames: the pages must not agree only in passing.
            agreed(&left, &right).await;
            tokio::time::sleep(Duration::from_millis(150)).await;
            let truth = agreed(&left, &right).await;
            assert!(
                [10 + round, 90 - round].map(|value| value.to_string()).contains(&truth),
                "{truth} in round {round}"
            );
        }
    });
}

/// Waits until both pages show one value, in the slider and in every value of the chain.
async fn agreed(left: &Tab<'_>, right: &Tab<'_>) -> String {
    let all = format!("[{LEVEL}, ...{LINKS:?}.map((link) => document.querySelector(link).textContent)]");
    for _ in 0..200 {
        let mut shown: Vec<String> = left.js(&all).await;
        shown.extend(right.js::<Vec<String>>(&all).await);
        shown.dedup();
        if let [one] = &shown[..] {
            return one.clone();
        }
        tokio::time::sleep(Duration::from_millis(20)).await;
    }
    panic!(
        "the tabs do not agree: {:?}, {:?}",
        left.js::<Vec<String>>(&all).await,
        right.js::<Vec<String>>(&all).await
    );
}

/// The fault: the value was lost, and the page did not show it.
#[test]
fn dash_5_a_value_set_while_the_server_is_down_is_visibly_refused() {
    browser_test(async |browser| {
        for text in ["WebSocket connection to", "ERR_CONNECTION_REFUSED", "ERR_CONNECTION_RESET", "ERR_EMPTY_RESPONSE"]
        {
            browser.allow(text);
        }
        let server = Server::start::<Panel>(Bench::counted(0)).await;
        let address = server.address;
        let (hand, other) = browser.two_tabs(&server.url()).await;
        hand.wait_for_text("#readout", "25 %").await;
        server.stop().await;
        hand.until("document.documentElement.dataset.link === 'lost'").await;
        hand.focus("#level input").await;
        hand.press("End").await;
        hand.until("document.getElementById('level').dataset.pending !== undefined").await;
        assert_eq!(hand.js::<String>(LEVEL).await, "100", "what the person wants, marked as not done");

        let _server = Server::start_at::<Panel>(address, Bench::counted(0)).await;
        hand.until("document.getElementById('level').dataset.failed === 'refused'").await;
        let toasts = hand.toasts().await;
        assert!(matches!(&toasts[..], [one] if one.contains("Level") && one.contains("restarted")), "{toasts:?}");
        for tab in [&hand, &other] {
            tab.until("document.documentElement.dataset.link !== 'lost'").await;
            tab.until(&format!("{LEVEL} === '25'")).await;
            tab.wait_for_text("#readout", "25 %").await;
        }
        assert_eq!(other.toasts().await, [""; 0]);
    });
}
