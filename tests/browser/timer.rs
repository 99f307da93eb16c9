//! Round trips through the socket and by request, side by side: `examples/timer`.

use crate::support::{Example, browser_test};

#[test]
fn both_ways_are_measured_and_the_other_tab_does_not_move() {
    browser_test(async |browser| {
        let example = Example::start(browser, "timer");
        let (hand, other) = browser.two_tabs(&example.url()).await;
        for (slider, trips) in [("#socket", "#socket_trips"), ("#http", "#http_trips")] {
            assert_eq!(hand.text(&format!("{trips} .timer-range")).await, "no trip yet");
            hand.click(&format!("{trips} button")).await;
            hand.until(&format!(
                "document.querySelector('{trips} .timer-range').textContent.startsWith('median of 50,')"
            ))
            .await;
            hand.until(&format!("!document.querySelector('{trips} button').disabled")).await;
            let median: f64 =
                hand.js(&format!("parseFloat(document.querySelector('{trips} output').textContent)")).await;
            assert!((0.0..1_000.0).contains(&median), "{trips}: {median} ms");
            assert_eq!(hand.value(&format!("{slider} input")).await, "50");
        }
        // By request: exactly the commands of this slider.
        let requests: u32 = hand
            .js("performance.getEntriesByType('resource').filter(({ name }) => name.includes('/_dash/command')).length")
            .await;
        assert_eq!(requests, 50);
        for (slider, trips) in [("#socket", "#socket_trips"), ("#http", "#http_trips")] {
            assert_eq!(other.value(&format!("{slider} input")).await, "0", "private");
            assert_eq!(other.text(&format!("{trips} .timer-range")).await, "no trip yet");
        }
    });
}
