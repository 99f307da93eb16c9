//! The dashboard of the computer that runs the test: a real sensor and a real actuator.

use std::time::{Duration, Instant};

use crate::support::{Example, PATIENCE, Tab, browser_test};

/// The load that the generator really makes, in percent of the machine: the second number of the legend.
async fn used(tab: &Tab<'_>) -> f64 {
    tab.text("#effort li:nth-child(2) .dd-chart-value").await.parse().unwrap_or(f64::NAN)
}

/// Waits until the load reaches the expected value.
async fn until_used(tab: &Tab<'_>, what: &str, enough: impl Fn(f64) -> bool) -> f64 {
    let end = Instant::now() + PATIENCE;
    loop {
        let share = used(tab).await;
        if enough(share) {
            return share;
        }
        assert!(Instant::now() < end, "the load generator uses {share} %, not {what}");
        tokio::time::sleep(Duration::from_millis(100)).await;
    }
}

#[test]
fn the_load_slider_changes_the_measured_load_and_stop_acts_at_once() {
    browser_test(async |browser| {
        let example = Example::start(browser, "host");
        let (hand, other) = browser.two_tabs(&example.url()).await;
        until_used(&other, "next to nothing", |share| share < 10.0).await;
        assert!(other.js::<bool>("document.querySelector('#working').innerText.length > 0").await);
        // Other work of the machine and the browser only adds to the time, so the shortest of five counts.
        let mut times = Vec::new();
        while times.last().is_none_or(|time| *time >= Duration::from_secs(1)) {
            assert!(times.len() < 5, "{times:?}");
            let grip = hand.grab("#load input", 0.0).await;
            grip.slide(0.0, 0.5, 10).await;
            grip.release(0.5).await;
            // Other programs may use the processors too. Less than the set-point is accepted, but not zero.
            until_used(&other, "a good part of 50 %", |share| share > 15.0).await;
            other.until("Number.parseFloat(document.querySelector('#cpu .dd-gauge-value').textContent) > 15").await;
            other.until("document.querySelector('#load input').valueAsNumber > 40").await;

            let stopped = Instant::now();
            hand.click("#stop button").await;
            hand.until("document.querySelector('#load input').value === '0'").await;
            other.until("document.querySelector('#load input').value === '0'").await;
            times.push(stopped.elapsed());
        }
        until_used(&other, "next to nothing", |share| share < 10.0).await;
    });
}

#[test]
fn the_host_dashboard_is_alive_and_a_late_joiner_has_its_history() {
    browser_test(async |browser| {
        let example = Example::start(browser, "host");
        let early = browser.open(&example.url()).await;
        early.focus("#period input").await;
        early.press("Home").await;
        early.until("document.querySelectorAll('#processes tbody tr').length >= 3").await;
        early.until("/[0-9]/.test(document.querySelector('#memory .dd-gauge-value').textContent)").await;
        let late = browser.tab().await;
        let begun = Instant::now();
        let mut points = 0_u32;
        while points < 5 {
            assert!(begun.elapsed() < PATIENCE, "{points} points of history");
            late.go(&example.url()).await;
            // In the initial document, before there is a connection.
            points = late
                .js("(({ props, values }) => values[props.findIndex(([id, name]) => id === 'history' && name === 'points')].length)\
                     (JSON.parse(document.getElementById('dd-state').textContent))")
                .await;
        }
        late.until_live().await;
        assert_eq!(late.js::<String>("document.querySelector('#period input').value").await, "0.2");
    });
}
