//! A page that is not live does not look live.

use std::time::Duration;

use serde_json::json;

use crate::{
    panel::{Bench, Panel, Seen},
    support::{Server, Tab, browser_test},
};

/// What a person sees of the state of the page.
async fn looks(tab: &Tab<'_>) -> (String, bool, bool) {
    tab.js(
        "(() => { const status = document.getElementById('dd-status'); const page = document.querySelector('.dd-page'); \
         const shown = getComputedStyle(status).visibility === 'visible' && status.getClientRects().length > 0; \
         const grey = getComputedStyle(document.querySelector('#readout .dd-text-value')).filter.includes('grayscale(1)'); \
         return [shown ? status.innerText : '', grey, getComputedStyle(page).pointerEvents === 'none']; })()",
    )
    .await
}

#[test]
fn a_page_whose_script_is_blocked_says_that_it_is_not_live_and_its_controls_do_nothing() {
    browser_test(async |browser| {
        browser.allow("blockedReason");
        let seen = Seen::default();
        let server = Server::start::<Panel>(Bench::new(&seen)).await;
        let tab = browser.tab().await;
        tab.cdp("Network.enable", json!({})).await;
        tab.cdp("Network.setBlockedURLs", json!({ "urls": ["*.js"] })).await;
        tab.go(&server.url()).await;
        assert_eq!(looks(&tab).await, (String::new(), false, false), "it may still be loading");
        tokio::time::sleep(Duration::from_secs(5)).await;
        let (said, grey, inert) = looks(&tab).await;
        assert!(said.contains("not live") && grey && inert, "{said:?} {grey} {inert}");
        tab.click("#light input").await;
        assert!(!tab.js::<bool>("document.querySelector('#light input').checked").await);
        tab.cdp("Network.setBlockedURLs", json!({ "urls": [] })).await;
        tab.reload().await;
        tab.until_live().await;
        assert_eq!(looks(&tab).await, (String::new(), false, false));
    });
}

#[test]
fn people_who_want_no_motion_read_it_as_late_as_others() {
    browser_test(async |browser| {
        browser.allow("blockedReason");
        let server = Server::start::<Panel>(Bench::counted(0)).await;
        let tab = browser.tab().await;
        let calm = json!({ "features": [{ "name": "prefers-reduced-motion", "value": "reduce" }] });
        tab.cdp("Emulation.setEmulatedMedia", calm).await;
        tab.cdp("Network.enable", json!({})).await;
        tab.cdp("Network.setBlockedURLs", json!({ "urls": ["*.js"] })).await;
        tab.go(&server.url()).await;
        assert_eq!(looks(&tab).await, (String::new(), false, false));
        tokio::time::sleep(Duration::from_secs(5)).await;
        assert!(looks(&tab).await.0.contains("not live"));
    });
}

#[test]
fn what_was_pressed_before_the_script_ran_does_not_stand_there_as_if_it_were_the_value() {
    browser_test(async |browser| {
        let server = Server::start::<Panel>(Bench::counted(0)).await;
        let tab = browser.tab().await;
        tab.before_the_page(
            "new MutationObserver((_, observer) => { const light = document.querySelector('#light input'); \
             const mode = document.querySelector('#mode select'); const level = document.querySelector('#level input'); \
             if (!light || !level || !mode?.options.length) return; observer.disconnect(); light.click(); \
             mode.selectedIndex = 3; level.value = '77'; globalThis.pressed = true; \
             }).observe(document, { childList: true, subtree: true })",
        )
        .await;
        tab.go(&server.url()).await;
        tab.until_live().await;
        assert!(tab.js::<bool>("globalThis.pressed").await);
        let shown = "[document.querySelector('#light input').checked, document.querySelector('#mode select').value, \
                     document.querySelector('#level input').value]";
        assert_eq!(tab.js::<(bool, String, String)>(shown).await, (false, "Off".to_owned(), "25".to_owned()));
    });
}
