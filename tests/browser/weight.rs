//! How little a page takes.

use std::time::Duration;

use crate::support::{Cable, Example, browser_test};

#[test]
fn the_first_page_of_roundtrip_takes_four_requests_and_forty_kilobytes() {
    browser_test(async |browser| {
        let example = Example::start(browser, "roundtrip");
        let cable = Cable::to(example.address).await;
        let tab = browser.open(&cable.url()).await;
        tab.wait_for_text("#c5", "0").await;
        let (requests, bytes) = (browser.requests().await, cable.bytes());
        println!("{} requests, {bytes} bytes on the wire, both ways and with all headers", requests.len());
        assert!(requests.len() <= 4, "{requests:?}");
        assert!(bytes <= 40_000, "{bytes} bytes");
    });
}

#[test]
fn an_idle_page_is_silent() {
    browser_test(async |browser| {
        let example = Example::start(browser, "roundtrip");
        let cable = Cable::to(example.address).await;
        let tab = browser.open(&cable.url()).await;
        tab.focus("#slider input").await;
        tab.press("ArrowRight").await;
        tab.wait_for_text("#c5", "1").await;
        tokio::time::sleep(Duration::from_millis(300)).await;
        let before = cable.bytes();
        // Less than the 5 s after which the page asks whether the server is there.
        tokio::time::sleep(Duration::from_secs(3)).await;
        assert_eq!(cable.bytes() - before, 0);
    });
}
