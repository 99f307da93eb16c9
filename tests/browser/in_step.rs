//! All browsers show the same values while users act.

use crate::{
    panel::{Bench, Panel, Seen},
    support::{Server, browser_test},
};

const LEVEL: &str = "document.querySelector('#level input').valueAsNumber";
const READOUT: &str = "Number.parseFloat(document.querySelector('#readout').textContent)";

/// The recorded values must never decrease.
fn assert_monotone(record: &[f64], what: &str) {
    let back = record.windows(2).find(|pair| pair[1] < pair[0]);
    assert!(back.is_none(), "{what} jumped back, {back:?}: {record:?}");
}

fn distinct(record: &[f64]) -> usize {
    let mut values = record.to_vec();
    values.dedup();
    values.len()
}

#[test]
fn two_tabs_are_in_step_while_one_drags() {
    browser_test(async |browser| {
        let seen = Seen::default();
        let server = Server::start::<Panel>(Bench::new(&seen)).await;
        let (left, right) = browser.two_tabs(&server.url()).await;
        let grip = left.grab("#level input", 0.25).await;
        left.record(LEVEL).await;
        right.record(LEVEL).await;
        grip.slide(0.25, 0.5, 15).await;
        // In the middle of the drag, before the button is released, the other page has followed.
        let there: f64 = left.js(LEVEL).await;
        assert!((45.0..=55.0).contains(&there), "{there}");
        right.until(&format!("{LEVEL} === {there}")).await;
        right.wait_for_text("#readout", &format!("{there} %")).await;
        left.wait_for_text("#readout", &format!("{there} %")).await;
        grip.slide(0.5, 0.9, 25).await;
        grip.release(0.9).await;
        let end: f64 = left.js(LEVEL).await;
        assert!((85.0..=95.0).contains(&end), "{end}");
        for tab in [&left, &right] {
            tab.until(&format!("{LEVEL} === {end}")).await;
            tab.wait_for_text("#readout", &format!("{end} %")).await;
            tab.wait_for_text("#tenfold", &format!("{}", 10.0 * end)).await;
        }
        // Some frames later, a late echo would be visible.
        tokio::time::sleep(std::time::Duration::from_millis(200)).await;
        for (tab, name) in [(&left, "the handle under the finger"), (&right, "the handle in the other tab")] {
            let record = tab.recorded().await;
            assert_monotone(&record, name);
            assert!(distinct(&record) >= 10, "{name} moves along, not at the end only: {record:?}");
            assert_eq!(record.last(), Some(&end), "{name}");
        }
        assert_eq!(seen.all().last().unwrap(), &format!("tenfold {}", 10.0 * end));
    });
}

#[test]
fn two_hands_on_one_slider_each_keep_their_handle_and_agree_in_the_end() {
    browser_test(async |browser| {
        let server = Server::start::<Panel>(Bench::new(&Seen::default())).await;
        let (left, right) = browser.two_tabs(&server.url()).await;
        let up = left.grab("#level input", 0.25).await;
        let down = right.grab("#level input", 0.75).await;
        // With the first movement the centre of the thumb moves to the pointer.
        up.to(0.25).await;
        down.to(0.75).await;
        left.record(LEVEL).await;
        right.record(&format!("-{LEVEL}")).await;
        for step in 0..=20 {
            let share = f64::from(step) / 20.0;
            up.to(0.25 + 0.7 * share).await;
            down.to(0.75 - 0.7 * share).await;
        }
        for (tab, name) in [(&left, "the handle that goes up"), (&right, "the handle that goes down")] {
            let record = tab.recorded().await;
            assert_monotone(&record, name);
            assert!(distinct(&record) >= 5, "{name}: {record:?}");
        }
        up.release(0.95).await;
        down.release(0.05).await;
        left.until(&format!("{LEVEL} === {READOUT}")).await;
        right.until(&format!("{LEVEL} === {READOUT}")).await;
        let truth: f64 = left.js(LEVEL).await;
        right.until(&format!("{LEVEL} === {truth}")).await;
    });
}
