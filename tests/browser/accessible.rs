//! The gallery has all components. axe-core finds no violation on it: by theme, by width, and in the states in which
//! something is the matter.

use std::{fs, path::Path};

use serde_json::{Value, json};

use crate::support::{Approved, Browser, Example, Tab, browser_test};

/// The rules of axe-core, a package of npm for the tests alone.
fn axe() -> String {
    let file = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../node_modules/axe-core/axe.min.js");
    fs::read_to_string(&file).unwrap_or_else(|error| panic!("run `npm ci` first: {}: {error}", file.display()))
}

const RUN: &str = "axe.run().then(({ violations }) => violations.flatMap(({ id, nodes }) => \
                   nodes.map(({ html, failureSummary }) => `${id}: ${html.slice(0, 200)}: ${failureSummary}`)))";

/// What axe-core finds on the page that is open.
async fn violations(tab: &Tab<'_>, axe: &str) -> Vec<String> {
    tab.cdp("Runtime.evaluate", json!({ "expression": axe })).await;
    let run = json!({ "expression": RUN, "awaitPromise": true, "returnByValue": true });
    let found = tab.cdp("Runtime.evaluate", run).await["result"]["value"].take();
    serde_json::from_value(found.clone()).unwrap_or_else(|error| panic!("{error}: {found}"))
}

/// A tab with this theme and width. axe-core needs styles that the page's policy forbids.
async fn tab<'b>(browser: &'b Browser, theme: &str, width: u32) -> Tab<'b> {
    let tab = browser.tab().await;
    tab.cdp("Page.setBypassCSP", json!({ "enabled": true })).await;
    let metrics = json!({ "width": width, "height": 900, "deviceScaleFactor": 1, "mobile": width < 500 });
    tab.cdp("Emulation.setDeviceMetricsOverride", metrics).await;
    // A colour that changes has no contrast.
    let features: Value = json!([
        { "name": "prefers-color-scheme", "value": theme },
        { "name": "prefers-reduced-motion", "value": "reduce" },
    ]);
    tab.cdp("Emulation.setEmulatedMedia", json!({ "features": features })).await;
    tab
}

/// What differs from one run to the next: what follows the clock, and pictures that come from a callback.
const MOVING: &str =
    "dd-audio-level, dd-camera, dd-video, dd-log, dd-trend, dd-sparkline, .dd-sparkline, #text, dd-alarms time";

#[test]
fn every_page_of_the_gallery_is_accessible_and_looks_as_approved() {
    browser_test(async |browser| {
        let (axe, example) = (axe(), Example::start(browser, "gallery"));
        let (mut found, mut approved) = (Vec::new(), Approved::default());
        for (theme, width) in [("light", 1280), ("dark", 1280), ("light", 390)] {
            let tab = tab(browser, theme, width).await;
            for path in ["", "charts", "controls", "texts", "layout", "icons"] {
                tab.go(&format!("http://{}/{path}", example.address)).await;
                tab.until_live().await;
                tab.until("document.querySelector('.dd-view-title + .dd-flow .dd-card')").await;
                let here = violations(&tab, &axe).await;
                found.extend(here.into_iter().map(|one| format!("/{path} {theme} {width}: {one}")));
                // The readouts are compared in their states, where they stand still. Charts are full of times.
                if !["", "charts"].contains(&path) {
                    approved.look(&tab, &format!("{path}-{theme}-{width}"), MOVING).await;
                }
            }
            // A picture that any page is like would prove nothing.
            for change in
                ["querySelector('.dd-icon').remove()", "documentElement.style.setProperty('--dd-accent', 'teal')"]
            {
                tab.go(&format!("http://{}/layout", example.address)).await;
                tab.until("document.querySelector('.dd-view-title + .dd-flow .dd-card')").await;
                tab.run(&format!("document.{change}")).await;
                assert!(Approved::differs(&tab, &format!("layout-{theme}-{width}"), MOVING).await, "{change}");
            }
        }
        assert!(found.is_empty(), "{found:#?}");
        approved.end();
    });
}

#[test]
fn axe_finds_nothing_on_figures() {
    browser_test(async |browser| {
        let (axe, example) = (axe(), Example::start(browser, "figures"));
        let mut found = Vec::new();
        for (theme, width) in [("light", 1280), ("dark", 390)] {
            let tab = tab(browser, theme, width).await;
            tab.go(&format!("http://{}/", example.address)).await;
            tab.until("document.querySelector('#curve .main-svg')").await;
            found.extend(violations(&tab, &axe).await.into_iter().map(|one| format!("{theme} {width}: {one}")));
        }
        assert!(found.is_empty(), "{found:#?}");
    });
}

#[test]
fn axe_finds_nothing_on_a_figure_that_is_read_with_keys() {
    browser_test(async |browser| {
        let (axe, example) = (axe(), Example::start(browser, "figures"));
        let mut found = Vec::new();
        for (theme, width) in [("light", 1280), ("dark", 1280), ("light", 390), ("dark", 390)] {
            let tab = tab(browser, theme, width).await;
            tab.go(&format!("http://{}/", example.address)).await;
            let graphs: Vec<String> = tab.js("[...document.querySelectorAll('dd-graph')].map(({ id }) => id)").await;
            assert!(graphs.len() > 2, "{graphs:?}");
            for id in graphs {
                tab.run(&format!("document.querySelector('#{id}').scrollIntoView({{ behavior: 'instant' }})")).await;
                tab.until(&format!("document.querySelector('#{id} .dd-graph-note').hidden")).await;
                tab.focus(&format!("#{id} .dd-graph-keys")).await;
                for key in ["ArrowRight", "ArrowRight", "ArrowDown"] {
                    tab.press(key).await;
                }
                tab.until(&format!("document.querySelector('#{id} [role=status]').textContent !== ''")).await;
                let here = violations(&tab, &axe).await;
                found.extend(here.into_iter().map(|one| format!("{id} {theme} {width}: {one}")));
            }
        }
        assert!(found.is_empty(), "{found:#?}");
    });
}

#[test]
fn with_the_colours_of_the_system_a_switch_shows_its_state() {
    browser_test(async |browser| {
        let example = Example::start(browser, "gallery");
        let tab = browser.tab().await;
        let forced = json!({ "features": [{ "name": "forced-colors", "value": "active" }] });
        tab.cdp("Emulation.setEmulatedMedia", forced).await;
        tab.go(&format!("http://{}/controls", example.address)).await;
        tab.until_live().await;
        tab.until("document.querySelector('#switch input')").await;
        let thumb = "getComputedStyle(document.querySelector('#switch input'), '::before').backgroundColor";
        let ground = "getComputedStyle(document.querySelector('.dd-card')).backgroundColor";
        for on in [false, true] {
            let (thumb, ground): (String, String) = (tab.js(thumb).await, tab.js(ground).await);
            assert_ne!(thumb, ground, "{on}");
            tab.click("#switch input").await;
            tab.until(&format!("document.querySelector('#switch input').checked === {}", !on)).await;
        }
    });
}

/// What is drawn of a text, from left to right.
const DRAWN: &str = "((node) => { const range = document.createRange(); const text = node.firstChild; \
    return [...text.data].map((sign, at) => { range.setStart(text, at); range.setEnd(text, at + 1); \
    return [range.getBoundingClientRect().left, sign]; }).sort(([a], [b]) => a - b).map(([, sign]) => sign).join(''); })";

#[test]
fn fault_the_sign_of_a_number_stood_behind_it_on_a_page_from_right_to_left() {
    browser_test(async |browser| {
        let example = Example::start(browser, "gallery");
        let tab = browser.open(&format!("http://{}/", example.address)).await;
        tab.run("document.documentElement.dir = 'rtl'").await;
        tab.until("document.querySelector('input[value=alarm]')").await;
        tab.run("document.querySelector('input[value=alarm]').click()").await;
        tab.until("document.querySelector('#balance .dd-gauge-value').textContent === '-85.0'").await;
        let end = "document.querySelector('#balance .dd-gauge-min')";
        assert_eq!(tab.js::<String>(&format!("{end}.textContent")).await, "-100");
        for (node, text) in [("#balance .dd-gauge-value", "-85.0"), ("#balance .dd-gauge-min", "-100")] {
            assert_eq!(tab.js::<String>(&format!("{DRAWN}(document.querySelector({node:?}))")).await, text);
        }
        // The number is before its unit, and the reading is at the beginning of its line.
        let before = "(() => { const box = (of) => document.querySelector(of).getBoundingClientRect(); \
            return box('#stat .dd-reading-number').right <= box('#stat .dd-unit').left + 1 \
            && Math.abs(box('#stat .dd-reading').right - box('#stat').right) < 2; })()";
        assert!(tab.js::<bool>(before).await);
        tab.run("const cell = document.querySelector('#stat .dd-reading-number'); cell.textContent = '-85.0'").await;
        let sign = format!("{DRAWN}(document.querySelector('#stat .dd-reading-number'))");
        assert_eq!(tab.js::<String>(&sign).await, "-85.0");
        // The whole page runs from right to left.
        assert!(
            tab.js::<bool>("document.querySelector('.dd-navigation').getBoundingClientRect().left > innerWidth / 2")
                .await
        );
    });
}

#[test]
fn every_state_of_the_gallery_is_accessible_and_looks_as_approved() {
    browser_test(async |browser| {
        let (axe, example) = (axe(), Example::start(browser, "gallery"));
        let (mut found, mut approved) = (Vec::new(), Approved::default());
        for (theme, width) in [("light", 1280), ("dark", 1280), ("dark", 390)] {
            let tab = tab(browser, theme, width).await;
            for (state, path, press, until) in [
                (
                    "warning",
                    "",
                    "input[value=warning]",
                    "document.querySelector('#phase')?.textContent.includes('Draining')",
                ),
                ("alarm", "", "input[value=alarm]", "document.querySelector('.dd-alarm[data-state=active]')"),
                ("error", "", "input[value=error]", "document.querySelector('#gauge[data-bad]')"),
                ("missing", "", "input[value=missing]", "!document.querySelector('#gauge[data-bad]')"),
                ("disabled", "controls", "#disabled input", "document.querySelector('#slider input').disabled"),
                ("dialog", "layout", "#ask button", "document.querySelector('#question > :popover-open')"),
                ("drawer", "layout", "#details button", "document.querySelector('#settings > :popover-open')"),
            ] {
                // On a phone, what has another layout there.
                if width < 500 && !["alarm", "disabled"].contains(&state) {
                    continue;
                }
                tab.go(&format!("http://{}/{path}", example.address)).await;
                tab.until_live().await;
                tab.until(&format!("document.querySelector({press:?})")).await;
                tab.run(&format!("document.querySelector({press:?}).click()")).await;
                tab.until(until).await;
                let here = violations(&tab, &axe).await;
                found.extend(here.into_iter().map(|one| format!("{state} {theme} {width}: {one}")));
                approved.look(&tab, &format!("{state}-{theme}-{width}"), MOVING).await;
            }
            // As it was before.
            tab.run("document.querySelector('#disabled input').click()").await;
            tab.until("!document.querySelector('#disabled input').checked").await;
        }
        assert!(found.is_empty(), "{found:#?}");
        approved.end();
    });
}
