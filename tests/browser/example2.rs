//! A thermostat that is read only while a page is visible: `examples/example2`.

use std::time::{Duration, Instant};

use serde_json::Value;

use crate::support::{Example, PATIENCE, Tab, browser_test, get};

/// The latest measurement in °C: the second number of the legend.
const MEASURED: &str =
    "Number.parseFloat(document.querySelector('#history li:nth-child(2) .dd-chart-value').textContent)";

/// The samples in the initial document, before there is a connection.
const SAMPLES: &str = "(({ props, values }) => values[props.findIndex(([id, name]) => id === 'history' && name === 'points')])\
                       (JSON.parse(document.getElementById('dd-state').textContent))";

async fn measured(tab: &Tab<'_>) -> f64 {
    tab.js(MEASURED).await
}

async fn health(example: &Example) -> Value {
    let answer = get(example.address, "/health").await;
    serde_json::from_str(answer.split_once("\r\n\r\n").unwrap().1).unwrap()
}

#[test]
fn the_set_point_is_everybodys_and_all_see_the_room_follow() {
    browser_test(async |browser| {
        let example = Example::start(browser, "example2");
        let (hand, other) = browser.two_tabs(&example.url()).await;
        for tab in [&hand, &other] {
            tab.until(&format!("{MEASURED} > 15")).await;
        }
        let before = measured(&other).await;
        hand.focus("#wanted input").await;
        hand.press("End").await;
        other.until("document.querySelector('#wanted input').value === '30'").await;
        for tab in [&hand, &other] {
            tab.until(&format!("{MEASURED} > {before} + 1")).await;
            // All outputs of a run arrive together: the mark on the slider equals the newest point of the curve.
            let same =
                format!("document.querySelector('#wanted .dd-slider-measured').textContent === {MEASURED}.toFixed(1)");
            tab.until(&same).await;
        }
        other.focus("#wanted input").await;
        other.press("Home").await;
        hand.until("document.querySelector('#wanted input').value === '15'").await;
        hand.until("document.querySelector('#heater .dd-progress-value').textContent.startsWith('0')").await;
        let warmest = measured(&hand).await;
        hand.until(&format!("{MEASURED} < {warmest}")).await;
    });
}

#[test]
fn nothing_is_measured_while_nobody_looks_and_who_comes_late_sees_what_was_before() {
    browser_test(async |browser| {
        let example = Example::start(browser, "example2");
        let (early, other) = browser.two_tabs(&example.url()).await;
        let late = browser.tab().await;
        let end = Instant::now() + PATIENCE;
        let mut points = 0;
        while points < 4 {
            assert!(Instant::now() < end, "{points} points");
            late.go(&example.url()).await;
            points = late.js::<Vec<Value>>(SAMPLES).await.len();
        }
        late.until_live().await;
        // Two windows are minimized, and the third page is left.
        early.minimize(true).await;
        other.minimize(true).await;
        late.go("about:blank").await;
        let rest = at_rest(&example).await;
        assert_eq!(health(&example).await["clients"], 2, "connected, and not looked at");
        early.minimize(false).await;
        let end = Instant::now() + PATIENCE;
        while rev(&example).await <= rest {
            assert!(Instant::now() < end, "nothing is measured for who looks again");
            tokio::time::sleep(Duration::from_millis(50)).await;
        }
        // The curve continues after a gap, also on hidden pages and on a page that is opened now.
        late.go(&example.url()).await;
        let samples: Vec<Value> = late.js(SAMPLES).await;
        assert!(samples.iter().any(|sample| sample["values"][0].is_null()), "the curve has a gap: {samples:?}");
        early.go("about:blank").await;
        late.go("about:blank").await;
        at_rest(&example).await;
        other.minimize(false).await;
        let measured = "Number.parseFloat(document.querySelector('#wanted .dd-slider-measured').textContent)";
        other.until(&format!("{measured} === {MEASURED}")).await;
    });
}

async fn rev(example: &Example) -> u64 {
    health(example).await["rev"].as_u64().unwrap()
}

/// Waits until no revision is added, because each measurement adds one.
async fn at_rest(example: &Example) -> u64 {
    let end = Instant::now() + PATIENCE;
    loop {
        let before = rev(example).await;
        tokio::time::sleep(Duration::from_millis(1_500)).await;
        let after = rev(example).await;
        if before == after {
            return after;
        }
        assert!(Instant::now() < end, "{before} {after}");
    }
}
