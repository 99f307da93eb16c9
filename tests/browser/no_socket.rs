//! A page whose WebSocket never opens works, and changes to a socket when one opens.

use crate::{
    panel::{Bench, Panel},
    support::{Browser, Cable, Server, Tab, browser_test},
};

const WAY: &str = "document.documentElement.dataset.way";
const LEVEL: &str = "document.querySelector('#level input').valueAsNumber";

/// Messages of the browser itself about sockets that do not open, and about lost connections.
fn expect_no_sockets(browser: &Browser) {
    for text in [
        "WebSocket connection to",
        "Unexpected response code: 403",
        "ERR_CONNECTION_REFUSED",
        "ERR_CONNECTION_RESET",
        "ERR_EMPTY_RESPONSE",
        "ERR_INCOMPLETE_CHUNKED_ENCODING",
    ] {
        browser.allow(text);
    }
}

/// Records from now on what the page shows about its connection.
async fn watch(tab: &Tab<'_>) {
    tab.run(
        "globalThis.sameDocument = true; globalThis.states = []; \
         new MutationObserver(() => states.push(document.documentElement.dataset.link))\
         .observe(document.documentElement, { attributeFilter: ['data-link'] })",
    )
    .await;
}

async fn is_quiet(tab: &Tab<'_>) {
    assert!(
        tab.js::<bool>(
            "document.getElementById('dd-status').hidden || !document.getElementById('dd-status').textContent"
        )
        .await
    );
    assert_eq!(tab.toasts().await, [""; 0]);
}

#[test]
fn a_page_that_gets_no_socket_is_in_step_with_one_that_does_and_changes_when_it_gets_one() {
    browser_test(async |browser| {
        expect_no_sockets(browser);
        let server = Server::start::<Panel>(Bench::counted(0)).await;
        let cable = Cable::without_sockets(server.address).await;
        let (far, near) = (browser.open(&cable.url()).await, browser.open(&server.url()).await);
        assert_eq!(far.js::<String>(WAY).await, "stream");
        assert_eq!(near.js::<String>(WAY).await, "socket");
        is_quiet(&far).await;
        watch(&far).await;

        // In both directions, also while the other page is dragging.
        let grip = far.grab("#level input", 0.25).await;
        grip.slide(0.25, 0.8, 25).await;
        let there: f64 = far.js(LEVEL).await;
        near.until(&format!("{LEVEL} === {there}")).await;
        grip.release(0.8).await;
        let end: f64 = far.js(LEVEL).await;
        for tab in [&far, &near] {
            tab.until(&format!("{LEVEL} === {end}")).await;
            tab.wait_for_text("#readout", &format!("{end} %")).await;
            tab.wait_for_text("#tenfold", &format!("{}", 10.0 * end)).await;
        }
        near.focus("#note input").await;
        near.keys("from near").await;
        far.wait_for_text("#echo", "from near").await;
        for _ in 0..5 {
            far.click("#add button").await;
        }
        near.wait_for_text("#count", "5").await;
        far.wait_for_text("#count", "5").await;
        // Failures are shown as usual.
        far.click("#valve button").await;
        far.until("document.querySelector('.dd-toast')").await;
        far.click(".dd-toast-close").await;

        cable.let_sockets_through();
        far.until(&format!("{WAY} === 'socket'")).await;
        far.click("#add button").await;
        near.wait_for_text("#count", "6").await;
        far.wait_for_text("#count", "6").await;
        let states: Vec<String> = far.js("states").await;
        assert!(states.iter().all(|state| state == "live"), "{states:?}");
        assert!(far.js::<bool>("globalThis.sameDocument === true").await, "the page was loaded anew");
        is_quiet(&far).await;
    });
}

#[test]
fn after_a_cut_a_page_without_a_socket_goes_on_where_it_was() {
    browser_test(async |browser| {
        expect_no_sockets(browser);
        let server = Server::start::<Panel>(Bench::counted(0)).await;
        let mut cable = Cable::without_sockets(server.address).await;
        let (far, near) = (browser.open(&cable.url()).await, browser.open(&server.url()).await);
        watch(&far).await;
        far.focus("#note input").await;
        far.keys("dear ").await;
        near.wait_for_text("#echo", "dear ").await;
        cable.cut().await;
        far.until("document.documentElement.dataset.link === 'lost'").await;
        far.keys("diary").await;
        near.click("#add button").await;
        near.wait_for_text("#count", "1").await;
        cable.mend().await;
        far.until_live().await;
        near.wait_for_text("#echo", "dear diary").await;
        far.wait_for_text("#count", "1").await;
        assert_eq!(far.value("#note input").await, "dear diary");
        assert!(far.js::<bool>("globalThis.sameDocument === true").await, "the page was loaded anew");
    });
}
