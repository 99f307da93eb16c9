//! Lost connections and restarts of the server: the page shows them, and then continues from its state.
//!
//! What happens is in functions of its own, because all of it must be the same at a relay (`relay.rs`).

use std::net::SocketAddr;

use crate::{
    panel::{Bench, Panel, Seen},
    support::{Browser, Cable, Server, Tab, browser_test},
};

const LOST: &str = "document.documentElement.dataset.link === 'lost'";
const BANNER: &str = "!document.getElementById('dd-status').hidden \
    && document.getElementById('dd-status').getBoundingClientRect().height > 0";

/// Messages of the browser itself about a lost connection.
pub(crate) fn expect_cuts(browser: &Browser) {
    for text in ["WebSocket connection to", "ERR_CONNECTION_REFUSED", "ERR_CONNECTION_RESET", "ERR_EMPTY_RESPONSE"] {
        browser.allow(text);
    }
}

/// Where a page is: an address, and its path there.
pub(crate) type Place<'a> = (SocketAddr, &'a str);

/// The place of the page at the server of its dashboard.
const fn at(server: &Server) -> Place<'static> {
    (server.address, "")
}

/// A reloaded page would not have this mark.
pub(crate) async fn mark(tab: &Tab<'_>) {
    tab.run("globalThis.sameDocument = true").await;
}

pub(crate) async fn assert_same_document(tab: &Tab<'_>) {
    assert!(tab.js::<bool>("globalThis.sameDocument === true").await, "the page was loaded anew");
}

#[test]
fn after_a_cut_the_page_goes_on_without_reload_and_keeps_what_was_typed() {
    browser_test(async |browser| {
        expect_cuts(browser);
        let server = Server::start::<Panel>(Bench::counted(0)).await;
        goes_on_after_a_cut(browser, &server, at(&server)).await;
    });
}

/// `place` is that of a page behind a cable, of the dashboard of this server.
pub(crate) async fn goes_on_after_a_cut(browser: &Browser, server: &Server, place: Place<'_>) {
    let mut cable = Cable::to(place.0).await;
    let far = browser.open(&format!("{}{}", cable.url(), place.1)).await;
    let near = browser.open(&server.url()).await;
    mark(&far).await;
    far.focus("#note input").await;
    far.keys("dear ").await;
    near.wait_for_text("#echo", "dear ").await;

    cable.cut().await;
    far.until(LOST).await;
    assert!(far.js::<bool>(BANNER).await, "the banner is there");
    assert!(far.text("#dd-status").await.contains("No connection"));
    // Both users continue.
    far.keys("diary").await;
    let grip = near.grab("#level input", 0.25).await;
    grip.slide(0.25, 0.6, 5).await;
    grip.release(0.6).await;
    near.click("#add button").await;
    near.wait_for_text("#count", "1").await;
    let level = near.text("#readout").await;
    // A click without a connection is not kept for later.
    far.click("#add button").await;
    far.until("document.querySelector('.dd-toast')").await;
    let toasts = far.toasts().await;
    assert!(matches!(&toasts[..], [one] if one.contains("no connection")), "{toasts:?}");
    assert_eq!(far.text("#readout").await, "25 %", "the last known value stays, marked as such by the banner");
    assert_eq!(far.value("#note input").await, "dear diary");

    cable.mend().await;
    far.until_live().await;
    near.wait_for_text("#echo", "dear diary").await;
    far.wait_for_text("#echo", "dear diary").await;
    far.wait_for_text("#readout", &level).await;
    far.wait_for_text("#count", "1").await;
    assert!(!far.js::<bool>(BANNER).await, "the banner is gone");
    assert_same_document(&far).await;
    far.focus("#note input").await;
    far.press("End").await;
    far.keys("!").await;
    near.wait_for_text("#echo", "dear diary!").await;
    assert_eq!(near.text("#count").await, "1", "the click in between was not carried out");
}

#[test]
fn a_short_cut_is_mended_without_a_word_and_loses_nothing() {
    browser_test(async |browser| {
        expect_cuts(browser);
        let server = Server::start::<Panel>(Bench::new(&Seen::default())).await;
        mends_a_short_cut(browser, at(&server)).await;
    });
}

/// The count of the device begins with 0.
pub(crate) async fn mends_a_short_cut(browser: &Browser, place: Place<'_>) {
    let mut cable = Cable::to(place.0).await;
    let tab = browser.tab().await;
    // The time after which a link counts as lost is longer in this test, because the machine may be slow.
    tab.before_the_page(
        "const after = setTimeout; globalThis.setTimeout = (what, time) => after(what, time === 1000 ? 60000 : time)",
    )
    .await;
    tab.go(&format!("{}{}", cable.url(), place.1)).await;
    tab.until_live().await;
    mark(&tab).await;
    tab.run(
        "globalThis.states = []; new MutationObserver(() => states.push(document.documentElement.dataset.link))\
             .observe(document.documentElement, { attributeFilter: ['data-link'] })",
    )
    .await;
    cable.cut().await;
    tab.click("#add button").await;
    cable.mend().await;
    tab.wait_for_text("#count", "1").await;
    tab.until_live().await;
    tab.click("#add button").await;
    tab.wait_for_text("#count", "2").await;
    assert_same_document(&tab).await;
    let states: Vec<String> = tab.js("states").await;
    assert!(!states.contains(&"lost".to_owned()), "{states:?}");
    assert_eq!(tab.toasts().await, [""; 0]);
}

#[test]
fn after_a_restart_of_the_server_the_page_takes_a_snapshot_in_place() {
    browser_test(async |browser| {
        expect_cuts(browser);
        let server = Server::start::<Panel>(Bench::counted(0)).await;
        let address = server.address;
        let again = async || Server::start_at::<Panel>(address, Bench::counted(7)).await;
        takes_a_snapshot_after_a_restart(browser, server, (address, ""), again).await;
    });
}

/// `again` starts the same program without any state of the old one.
pub(crate) async fn takes_a_snapshot_after_a_restart(
    browser: &Browser,
    server: Server,
    place: Place<'_>,
    again: impl AsyncFnOnce() -> Server,
) {
    let tab = browser.open(&format!("http://{}/{}", place.0, place.1)).await;
    mark(&tab).await;
    tab.focus("#level input").await;
    tab.press("End").await;
    tab.click("#light input").await;
    tab.click("#add button").await;
    tab.wait_for_text("#readout", "100 %").await;
    tab.wait_for_text("#count", "1").await;
    tab.focus("#note input").await;
    tab.keys("not to be lost").await;
    tab.wait_for_text("#echo", "not to be lost").await;

    server.stop().await;
    tab.until(LOST).await;
    let _server = again().await;
    tab.until("document.documentElement.dataset.link === 'restarted'").await;
    tab.wait_for_text("#readout", "25 %").await;
    tab.wait_for_text("#count", "").await;
    tab.wait_for_text("#echo", "").await;
    tab.until("document.querySelector('#level input').value === '25'").await;
    tab.until("!document.querySelector('#light input').checked").await;
    assert!(tab.text("#dd-status").await.contains("restarted"));
    assert_same_document(&tab).await;
    assert_eq!(tab.value("#note input").await, "not to be lost", "the person has not left the field");
    // The page works: typing continues, and the device is the new one.
    tab.keys(".").await;
    tab.wait_for_text("#echo", "not to be lost.").await;
    tab.click("#add button").await;
    tab.wait_for_text("#count", "8").await;
}
