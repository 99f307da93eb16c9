//! Text that each browser computes: `examples/example2a`.

use crate::support::{Example, Tab, browser_test};

/// The value of the gauge, and the value in the text beside it.
async fn measured(tab: &Tab<'_>) -> (f64, f64) {
    tab.js("[document.querySelector('#measured .dd-gauge-value').textContent, \
         document.querySelector('#measured_in_words').textContent.replace('It is ', '')].map(Number.parseFloat)")
        .await
}

#[test]
fn a_push_and_a_hand_both_drive_what_each_browser_computes() {
    browser_test(async |browser| {
        let example = Example::start(browser, "example2a");
        let (hand, other) = browser.two_tabs(&example.url()).await;
        for tab in [&hand, &other] {
            tab.until("/^It is [0-9.]+ °C[.]$/.test(document.querySelector('#measured_in_words').textContent)").await;
        }
        let before = measured(&other).await.1;
        // In one script, so that nothing can have arrived from the server.
        let words: String = hand
            .js("(() => { const control = document.querySelector('#wanted input'); control.value = '30'; \
                 control.dispatchEvent(new Event('input', { bubbles: true })); \
                 return document.querySelector('#wanted_in_words').textContent; })()")
            .await;
        assert_eq!(words, "It should be 30.0 °C.");
        other.wait_for_text("#wanted_in_words", &words).await;
        // The thread follows the set-point and pushes only a number.
        for tab in [&hand, &other] {
            tab.until(&format!(
                "Number.parseFloat(document.querySelector('#measured_in_words').textContent.replace('It is ', '')) > {before} + 1"
            ))
            .await;
            let (gauge, words) = measured(tab).await;
            assert_eq!(gauge, words, "one value, shown twice");
        }
        let late = browser.tab().await;
        late.go(&example.url()).await;
        assert_eq!(late.text("#wanted_in_words").await, words, "in the first paint, too");
    });
}
