//! `examples/tank`: a component whose look is written once, with a module for its behaviour.

use crate::support::{Example, browser_test, get};

#[test]
fn a_look_is_drawn_by_the_server_and_then_by_every_page() {
    browser_test(async |browser| {
        let example = Example::start(browser, "tank");
        let html = get(example.address, "/").await;
        assert!(html.contains("<output>– l</output><strong hidden>nearly empty</strong>"), "{html}");
        let (left, right) = browser.two_tabs(&example.url()).await;
        left.click("#fill button").await;
        for tab in [&left, &right] {
            tab.wait_for_text("#rain output", "19.5 l").await;
            assert_eq!(tab.attribute("#rain meter", "value").await.as_deref(), Some("19.5"));
            assert_eq!(tab.text("#rain strong").await, "");
        }
        right.click("#rain button").await;
        for tab in [&left, &right] {
            tab.wait_for_text("#rain output", "0.0 l").await;
            tab.wait_for_text("#rain strong", "nearly empty").await;
        }
        // The script keeps the elements that the server has written.
        left.reload().await;
        let kept = "document.querySelector('#rain output').textContent";
        assert_eq!(left.js::<String>(kept).await, "0.0 l");
        left.until_live().await;
        left.click("#fill button").await;
        left.wait_for_text("#rain output", "6.5 l").await;
    });
}
