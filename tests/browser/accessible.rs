//! The gallery has all components. axe-core finds no violation on it: by theme, by width, and in the states in which
//! something is the matter.

use std::{fs, path::Path};

use serde_json::{Value, json};

use crate::support::{Browser, Example, Tab, browser_test};

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

#[test]
fn axe_finds_nothing_on_any_page_of_the_gallery() {
    browser_test(async |browser| {
        let (axe, example) = (axe(), Example::start(browser, "gallery"));
        let mut found = Vec::new();
        for (theme, width) in [("light", 1280), ("dark", 1280), ("light", 390)] {
            let tab = tab(browser, theme, width).await;
            for path in ["", "controls", "texts", "layout", "icons"] {
                tab.go(&format!("http://{}/{path}", example.address)).await;
                tab.until_live().await;
                tab.until("document.querySelector('.dd-view-title + .dd-flow .dd-card')").await;
                let here = violations(&tab, &axe).await;
                found.extend(here.into_iter().map(|one| format!("/{path} {theme} {width}: {one}")));
            }
        }
        assert!(found.is_empty(), "{found:#?}");
    });
}

#[test]
fn axe_finds_nothing_in_an_alarm_without_values_with_disabled_controls_and_in_a_dialog() {
    browser_test(async |browser| {
        let (axe, example) = (axe(), Example::start(browser, "gallery"));
        let mut found = Vec::new();
        for theme in ["light", "dark"] {
            let tab = tab(browser, theme, 1280).await;
            for (path, press, until) in [
                ("", "input[value=alarm]", "document.querySelector('.dd-alarm[data-state=active]')"),
                ("", "input[value=error]", "document.querySelector('#gauge[data-bad]')"),
                ("", "input[value=missing]", "!document.querySelector('#gauge[data-bad]')"),
                ("controls", "#disabled input", "document.querySelector('#slider input').disabled"),
                ("layout", "#ask button", "document.querySelector('#question > :popover-open')"),
                ("layout", "#details button", "document.querySelector('#settings > :popover-open')"),
            ] {
                tab.go(&format!("http://{}/{path}", example.address)).await;
                tab.until_live().await;
                tab.until(&format!("document.querySelector({press:?})")).await;
                tab.run(&format!("document.querySelector({press:?}).click()")).await;
                tab.until(until).await;
                let here = violations(&tab, &axe).await;
                found.extend(here.into_iter().map(|one| format!("{press} {theme}: {one}")));
            }
            // As it was before.
            tab.run("document.querySelector('#disabled input').click()").await;
            tab.until("!document.querySelector('#disabled input').checked").await;
        }
        assert!(found.is_empty(), "{found:#?}");
    });
}
