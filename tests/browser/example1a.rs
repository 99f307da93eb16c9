//! Callbacks without an output: `examples/example1a`.

use std::time::Duration;

use crate::support::{Example, Tab, browser_test};

const COUNT: &str = "Number(document.querySelector('#printed').textContent)";

/// The periodic callback shows the count four times a second. The result contains everything printed before.
async fn settled(tab: &Tab<'_>) -> u32 {
    tokio::time::sleep(Duration::from_millis(600)).await;
    tab.js(COUNT).await
}

#[test]
fn a_callback_without_an_output_acts_on_the_device_once_for_all_pages() {
    browser_test(async |browser| {
        let example = Example::start(browser, "example1a");
        let (left, right) = browser.two_tabs(&example.url()).await;
        assert_eq!(settled(&right).await, 0, "a page that comes tells the device nothing");

        left.focus("#shared_slider input").await;
        for presses in 1..=5 {
            left.press("ArrowRight").await;
            // One at a time, because waiting values would be merged into the newest.
            right.until(&format!("{COUNT} === {presses}")).await;
        }
        right.focus("#shared_text input").await;
        right.press("End").await;
        right.keys("!").await;
        left.until(&format!("{COUNT} === 6")).await;
        for tab in [&left, &right] {
            tab.wait_for_text("#shared_slider_output", "15").await;
            tab.wait_for_text("#shared_text_output", "for everybody!").await;
            assert_eq!(settled(tab).await, 6, "once, not once for each page");
        }

        left.focus("#slider input").await;
        left.press("ArrowRight").await;
        left.wait_for_text("#slider_output", "11").await;
        right.reload().await;
        right.until_live().await;
        assert_eq!(settled(&right).await, 6, "neither a private value nor a page that is loaded again gets there");
    });
}
