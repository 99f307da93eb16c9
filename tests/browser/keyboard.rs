//! All controls work without a mouse.

use crate::{
    panel::{Bench, Panel},
    support::{Server, browser_test, is_firefox},
};

#[test]
fn the_slider_obeys_the_keyboard() {
    browser_test(async |browser| {
        let server = Server::start::<Panel>(Bench::counted(0)).await;
        let (hand, other) = browser.two_tabs(&server.url()).await;
        hand.focus("#level input").await;
        for (key, level) in
            [("ArrowRight", "26 %"), ("ArrowUp", "27 %"), ("ArrowLeft", "26 %"), ("End", "100 %"), ("Home", "0 %")]
        {
            hand.press(key).await;
            other.wait_for_text("#readout", level).await;
            hand.wait_for_text("#readout", level).await;
        }
        hand.press("PageUp").await;
        other.until("Number.parseFloat(document.querySelector('#readout').textContent) >= 5").await;
        let spoken = hand.attribute("#level input", "aria-valuetext").await.unwrap();
        assert_eq!(spoken.replace('\u{a0}', " "), hand.text("#readout").await);
    });
}

#[test]
fn the_switch_obeys_the_keyboard() {
    browser_test(async |browser| {
        let server = Server::start::<Panel>(Bench::counted(0)).await;
        let (hand, other) = browser.two_tabs(&server.url()).await;
        hand.focus("#light input").await;
        for on in [true, false, true] {
            hand.press(" ").await;
            other.until(&format!("document.querySelector('#light input').checked === {on}")).await;
        }
    });
}

#[test]
fn the_dropdown_obeys_the_keyboard() {
    browser_test(async |browser| {
        let server = Server::start::<Panel>(Bench::counted(0)).await;
        let (hand, other) = browser.two_tabs(&server.url()).await;
        hand.focus("#mode select").await;
        for (key, mode) in [("ArrowDown", "Heat"), ("ArrowDown", "Cool"), ("ArrowUp", "Heat"), ("Home", "Off")] {
            hand.press(key).await;
            for tab in [&hand, &other] {
                tab.wait_for_text("#chosen", mode).await;
                tab.until(&format!("document.querySelector('#mode select').value === {mode:?}")).await;
            }
        }
    });
}

#[test]
fn the_button_obeys_the_keyboard_and_each_press_counts() {
    browser_test(async |browser| {
        let server = Server::start::<Panel>(Bench::counted(0)).await;
        let (hand, other) = browser.two_tabs(&server.url()).await;
        hand.focus("#add button").await;
        for key in ["Enter", " ", "Enter", " ", " "] {
            hand.press(key).await;
        }
        other.wait_for_text("#count", "5").await;
        for _ in 0..5 {
            other.click("#add button").await;
        }
        hand.wait_for_text("#count", "10").await;
    });
}

#[test]
fn the_tab_key_visits_every_control_in_the_order_of_the_page() {
    browser_test(async |browser| {
        let server = Server::start::<Panel>(Bench::counted(0)).await;
        let tab = browser.open(&server.url()).await;
        let ids = ["level", "light", "mode", "note", "add", "valve"];
        let mut before = Vec::new();
        for id in ids {
            before.push(tab.picture(&format!("#{id}")).await);
        }
        for (id, before) in ids.into_iter().zip(before) {
            tab.press("Tab").await;
            assert_eq!(tab.js::<String>("document.activeElement.closest('[id]:not(input, select)').id").await, id);
            // Firefox cuts an outline around an element off the element's picture.
            let outlined = "getComputedStyle(document.activeElement).outlineStyle !== 'none'";
            let seen = tab.picture(&format!("#{id}")).await != before || is_firefox() && tab.js(outlined).await;
            assert!(seen, "that #{id} has the focus is not to be seen");
        }
    });
}
