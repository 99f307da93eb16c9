//! The past of a chart whose history is kept: by keys, pointer, wheel and fingers, and back to the newest samples.

use std::time::{Duration, SystemTime};

use dash_devices::{Handle, prelude::*, store::MemoryStore};
use serde_json::json;

use crate::{
    support::{
        Browser, Server, Tab, browser_test,
        logger::{self, Logger, PLOT, requests},
        phone,
    },
    trend::DRAWN,
};

/// The samples of the last three hours, one in each second, except for twenty minutes of them. The page gets 2 000.
async fn logger(browser: &Browser) -> (Server, Tab<'_>, Handle<Logger>) {
    let (server, handle) = logger::logger(|app| app.store_in(MemoryStore::new())).await;
    let now = SystemTime::now();
    let is_measured = |before: &u32| !(4_000..5_200).contains(before);
    let sample = |before: u32| {
        let time = now - Duration::from_secs(u64::from(before));
        Sample::at(time, [50.0 + 40.0 * (f64::from(before) / 90.0).sin()])
    };
    handle
        .push(changes![Logger::history.points = (0..10_800).rev().filter(is_measured).map(sample).collect::<Vec<_>>()])
        .unwrap();
    let tab = browser.open(&server.url()).await;
    tab.until(&format!("{DRAWN} > 0.9")).await;
    (server, tab, handle)
}

const IS_PAST: &str = "document.querySelector('#history .dd-chart-plot').hasAttribute('data-past')";
/// The number of requests for the history.
const ASKED: &str = concat!(requests!(), ".length");

#[test]
fn page_up_shows_what_no_page_has_and_live_shows_the_newest_again() {
    browser_test(async |browser| {
        let (_server, tab, _handle) = logger(browser).await;
        let live = "document.querySelector('.dd-trend-live').getAttribute('aria-pressed')";
        assert_eq!(tab.js::<String>(live).await, "true", "the newest samples are shown");
        assert_eq!(tab.js::<u32>(ASKED).await, 0, "nothing is asked for that nobody looks at");
        tab.focus(PLOT).await;
        // Twelve times as long: the samples of the page reach back for 33 minutes.
        for _ in 0..7 {
            tab.keys("-").await;
        }
        tab.until(&format!("{IS_PAST} && {ASKED} > 0 && {DRAWN} > 0.6")).await;
        // 2 hours and 8 minutes: the whole span is drawn, but for the gap.
        tab.until(&format!("{DRAWN} > 0.75 && {DRAWN} < 0.95")).await;
        let value = "document.querySelector('#history .dd-chart-value').textContent";
        tab.until(&format!("{value} !== '–'")).await;
        tab.keys("0").await;
        tab.until(&format!("!{IS_PAST} && {DRAWN} > 0.9")).await;
        tab.press("PageUp").await;
        tab.until(IS_PAST).await;
        tab.click(".dd-trend-live").await;
        tab.until(&format!("!{IS_PAST}")).await;
    });
}

#[test]
fn a_chart_is_drawn_at_each_moment_while_it_is_dragged_into_the_past() {
    browser_test(async |browser| {
        let (_server, tab, _handle) = logger(browser).await;
        tab.record(DRAWN).await;
        for _ in 0..6 {
            let (from, to) = (tab.point(PLOT, 0.3, 0.5).await, tab.point(PLOT, 0.6, 0.5).await);
            tab.mouse("mousePressed", from, true).await;
            for step in 1..=10 {
                let part = f64::from(step) / 10.0;
                tab.mouse("mouseMoved", (from.0 + (to.0 - from.0) * part, from.1), true).await;
            }
            tab.mouse("mouseReleased", to, false).await;
            // The next pull begins when this one is answered, as a person does.
            tokio::time::sleep(Duration::from_millis(200)).await;
        }
        tab.until(&format!("{IS_PAST} && {DRAWN} > 0.9")).await;
        let drawn = tab.recorded().await;
        let worst = drawn.iter().copied().fold(1.0, f64::min);
        assert!(worst > 0.5, "half of it was blank: {drawn:?}");
    });
}

#[test]
fn a_wheel_scrolls_the_page_unless_the_chart_has_the_focus() {
    browser_test(async |browser| {
        let (_server, tab, _handle) = logger(browser).await;
        let (x, y) = tab.point(PLOT, 0.5, 0.5).await;
        let wheel = async |delta: f64| {
            tab.cdp(
                "Input.dispatchMouseEvent",
                json!({ "type": "mouseWheel", "x": x, "y": y, "deltaX": 0, "deltaY": delta }),
            )
            .await;
            tokio::time::sleep(Duration::from_millis(100)).await;
        };
        wheel(120.0).await;
        assert!(!tab.js::<bool>(IS_PAST).await, "the wheel was for the page");
        tab.focus(PLOT).await;
        wheel(120.0).await;
        tab.until(IS_PAST).await;
    });
}

#[test]
fn two_fingers_zoom_into_the_past_and_a_double_click_leaves_it() {
    browser_test(async |browser| {
        let (server, tab, _handle) = logger(browser).await;
        drop(tab);
        let tab = phone(browser, &server, 700).await;
        tab.until(&format!("{DRAWN} > 0.8")).await;
        // The lengths of the spans that were asked for, in seconds.
        let lengths = concat!(
            requests!(),
            ".map(({ name }) => new URL(name).searchParams).map((asked) => asked.get('to') - asked.get('from'))"
        );
        let pinch = async |from: f64, to: f64| {
            let (x, y) = tab.point(PLOT, 0.5, 0.5).await;
            let fingers = |half: f64| [(x - half, y), (x + half, y)];
            tab.touch("touchStart", &fingers(from)[..1]).await;
            tab.touch("touchStart", &fingers(from)).await;
            for step in 1..=8 {
                tab.touch("touchMove", &fingers(from + (to - from) * f64::from(step) / 8.0)).await;
                tokio::time::sleep(Duration::from_millis(16)).await;
            }
            tab.touch("touchEnd", &[]).await;
        };
        // From a minute to more than the samples of the page.
        for _ in 0..3 {
            pinch(100.0, 25.0).await;
        }
        tab.until(&format!("{IS_PAST} && {ASKED} > 0 && {DRAWN} > 0.5")).await;
        tab.until(&format!("Math.max(...{lengths}) > 3600")).await;
        assert_eq!(tab.js::<f64>("visualViewport.scale").await, 1.0, "the page was zoomed instead");
        // Back to a short span, which stays in the past.
        let before = tab.js::<u32>(ASKED).await;
        for _ in 0..2 {
            pinch(25.0, 100.0).await;
        }
        tab.until(&format!("{IS_PAST} && {ASKED} > {before} && {lengths}.at(-1) < 1800 && {DRAWN} > 0.8")).await;
        tab.run(&format!("document.querySelector('{PLOT}').dispatchEvent(new MouseEvent('dblclick'))")).await;
        tab.until(&format!("!{IS_PAST}")).await;
    });
}

#[test]
fn a_span_that_ends_with_the_newest_sample_goes_on_with_them() {
    browser_test(async |browser| {
        let (_server, tab, handle) = logger(browser).await;
        tab.focus(PLOT).await;
        tab.keys("-").await;
        tab.until(&format!("{IS_PAST} && {ASKED} > 0 && {DRAWN} > 0.9")).await;
        handle.push(changes![Logger::history.points = Sample::now([Some(77.0)])]).unwrap();
        tab.until("document.querySelector('#history .dd-chart-value').textContent === '77'").await;
        // A span of the past stays where it is.
        tab.press("PageUp").await;
        tab.until("document.querySelector('#history .dd-chart-value').textContent !== '77'").await;
        let before = tab.text("#history .dd-chart-value").await;
        handle.push(changes![Logger::history.points = Sample::now([Some(11.0)])]).unwrap();
        tokio::time::sleep(Duration::from_millis(300)).await;
        assert_eq!(tab.text("#history .dd-chart-value").await, before);
    });
}

/// The buttons for spans, with the one that is shown in brackets.
const SPANS: &str = "[...document.querySelectorAll('.dd-trend-spans > button')].map((one) => \
    one.getAttribute('aria-pressed') === 'true' ? `[${one.textContent}]` : one.textContent).join(' ')";
/// The span that was asked for last, without what is around it, in seconds.
const SPAN: &str = concat!(
    "(() => { const at = new URL(",
    requests!(),
    ".at(-1).name).searchParams; return (at.get('to') - at.get('from')) / 2 })()"
);

#[test]
fn fault_a_chart_had_no_buttons_for_spans_and_zoomed_out_to_years_without_a_value() {
    browser_test(async |browser| {
        let (_server, tab, _handle) = logger(browser).await;
        // What fits three hours.
        tab.until(&format!("{SPANS} === '[Live] 5 min 15 min 1 h All'")).await;
        let height = "document.querySelector('#history .dd-chart-plot').getBoundingClientRect().bottom";
        let below = "document.querySelector('.dd-trend-spans').getBoundingClientRect().top";
        assert!(tab.js::<bool>(&format!("{height} <= {below}")).await, "no button covers the chart");
        tab.click("[data-span='1 h']").await;
        tab.until(&format!("{SPANS} === 'Live 5 min 15 min [1 h] All' && {IS_PAST} && {DRAWN} > 0.6")).await;
        tab.until(&format!("Math.abs({SPAN} - 3600) < 1")).await;
        // With the keyboard.
        tab.focus("[data-span='All']").await;
        tab.press("Enter").await;
        tab.until(&format!("{SPANS} === 'Live 5 min 15 min 1 h [All]'")).await;
        tab.until(&format!("{SPAN} > 10_700 && {SPAN} < 11_100")).await;
        // No key leads farther.
        tab.focus(PLOT).await;
        for _ in 0..6 {
            tab.keys("-").await;
        }
        tab.press("PageUp").await;
        tokio::time::sleep(Duration::from_millis(300)).await;
        assert_eq!(tab.js::<String>(SPANS).await, "Live 5 min 15 min 1 h [All]");
        assert!(tab.js::<f64>(SPAN).await < 11_100.0);
        tab.click(".dd-trend-live").await;
        tab.until(&format!("!{IS_PAST} && {SPANS} === '[Live] 5 min 15 min 1 h All'")).await;
        // On a phone they are as high as a finger needs, and nothing is cut off.
        tab.becomes_a_phone(800).await;
        tab.until("document.querySelector('.dd-trend-live').offsetHeight >= 44").await;
        let fits = "[...document.querySelectorAll('.dd-trend-spans > button')].every((one) => \
            one.getBoundingClientRect().right <= innerWidth && one.offsetWidth >= 44)";
        assert!(tab.js::<bool>(fits).await);
    });
}
