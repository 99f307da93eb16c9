//! The cost of a page: requests and bytes.

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
        // Less than the 5 s after which the page sends a ping. Frames of the last movement may arrive at first.
        let mut sent = Vec::new();
        while sent.last() != Some(&0) {
            assert!(sent.len() < 3, "{sent:?} bytes in 3 s each");
            let before = cable.bytes();
            tokio::time::sleep(Duration::from_secs(3)).await;
            sent.push(cable.bytes() - before);
        }
    });
}
