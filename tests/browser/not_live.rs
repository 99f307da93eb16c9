//! A page that is not live does not look live.

use std::time::Duration;

use axum::{
    extract,
    http::{StatusCode, header},
    middleware,
    response::IntoResponse as _,
};
use dash_devices::App;
use serde_json::json;

use crate::{
    panel::{Bench, Panel},
    support::{Server, Tab, browser_test, proxy::Proxy},
};

/// What a person sees of the state of the page: the message, whether the values look old, whether the controls take a
/// pointer, and the word in the bar.
async fn looks(tab: &Tab<'_>) -> (String, bool, bool, String) {
    tab.js(
        "(() => { const status = document.getElementById('dd-status'); const control = document.querySelector('#light input'); \
         const shown = getComputedStyle(status).visibility === 'visible' && status.getClientRects().length > 0; \
         const grey = getComputedStyle(document.querySelector('#readout .dd-text-value')).filter.includes('grayscale(1)'); \
         const inert = getComputedStyle(control).pointerEvents === 'none'; \
         const chip = getComputedStyle(document.querySelector('.dd-link-state'), '::after').content; \
         return [shown ? status.innerText : '', grey, inert, chip]; })()",
    )
    .await
}

/// A server that answers so when it is asked for a script or a stylesheet.
async fn with_files(answer: fn(&str) -> Option<(StatusCode, &'static str)>) -> Server {
    let app = App::new::<Panel>(Bench::counted(0)).unwrap().wrap(move |router| {
        router.layer(middleware::from_fn(move |request: extract::Request, next: middleware::Next| async move {
            match answer(request.uri().path()) {
                Some((status, text)) => (status, [(header::CONTENT_TYPE, "text/javascript")], text).into_response(),
                None => next.run(request).await,
            }
        }))
    });
    Server::start_app(app).await
}

#[test]
fn fault_a_page_whose_script_does_not_run_looked_live() {
    browser_test(async |browser| {
        for text in [
            "blockedReason",
            "404",
            "403",
            "SyntaxError",
            "MIME type",
            "WebSocket connection to",
            "Unexpected response",
            // The page that the proxy leads to asks why it is refused, also when the proxy has ended with the test.
            "ERR_CONNECTION_REFUSED",
        ] {
            browser.allow(text);
        }
        let server = Server::start::<Panel>(Bench::counted(0)).await;
        // A browser that does not know the language of the script says that it cannot read it.
        let old =
            with_files(|path| path.ends_with(".js").then_some((StatusCode::OK, "class Page { #private of }"))).await;
        // A proxy with a wrong path in front finds the document only.
        let lost = with_files(|path| (path.len() > 1).then_some((StatusCode::NOT_FOUND, ""))).await;
        let (blocked, calm) = (browser.tab().await, browser.tab().await);
        for tab in [&blocked, &calm] {
            tab.cdp("Network.enable", json!({})).await;
            tab.cdp("Network.setBlockedURLs", json!({ "urls": ["*.js"] })).await;
        }
        // Who wants no motion reads it as late as others.
        let still = json!({ "features": [{ "name": "prefers-reduced-motion", "value": "reduce" }] });
        calm.cdp("Emulation.setEmulatedMedia", still).await;
        let off = browser.tab().await;
        off.cdp("Emulation.setScriptExecutionDisabled", json!({ "value": true })).await;
        let (ancient, misled) = (browser.tab().await, browser.tab().await);
        let visits = [(&blocked, &server), (&calm, &server), (&off, &server), (&ancient, &old)];
        for (number, (tab, server)) in visits.iter().enumerate() {
            tab.go(&server.url()).await;
            // From the first byte on the bar says that it is not live yet, and the controls do nothing.
            let first = looks(tab).await;
            assert_eq!(
                first,
                (String::new(), false, true, "\"connecting\"".to_owned()),
                "it may still be loading: {number}"
            );
        }
        // A proxy that does not pass on who was asked: the script runs, and the server refuses the page.
        let config = "server { listen 80; location / { proxy_pass http://127.0.0.1:8050; } }\n";
        let proxy = Proxy::nginx(config, server.address).await;
        let refused = browser.tab().await;
        refused.go(&format!("http://{}/", proxy.address)).await;
        // Without its stylesheet it says so at once.
        misled.go(&lost.url()).await;
        let said: String = misled.js("document.getElementById('dd-status').innerText").await;
        assert!(said.contains("not live") && said.contains("not found"), "{said:?}");
        tokio::time::sleep(Duration::from_secs(5)).await;
        for (number, (tab, _)) in visits.iter().enumerate() {
            let (said, grey, inert, _) = looks(tab).await;
            let why = said.contains("not live") && said.contains("switched off, blocked or not found");
            assert!(why && said.contains("too old") && grey && inert, "{number}: {said:?} {grey} {inert}");
            tab.click("#light input").await;
            assert!(!tab.js::<bool>("document.querySelector('#light input').checked").await, "{number}");
        }
        let words = ["Not connected: ", "let the proxy pass on the Host header"];
        for text in words {
            refused.until(&format!("document.getElementById('dd-status').innerText.includes({text:?})")).await;
        }
        assert_eq!(looks(&refused).await.3, "\"no link\"");
        blocked.cdp("Network.setBlockedURLs", json!({ "urls": [] })).await;
        blocked.reload().await;
        blocked.until_live().await;
        assert_eq!(looks(&blocked).await, (String::new(), false, false, "\"live\"".to_owned()));
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
