//! Refused and failed commands are shown, and the control returns to the server's value.

use crate::{
    panel::{Bench, Panel, Seen},
    support::{Server, browser_test},
};

#[test]
fn a_refused_command_returns_the_control_to_the_truth_and_tells_why() {
    browser_test(async |browser| {
        let seen = Seen::default();
        let server = Server::start::<Panel>(Bench::new(&seen)).await;
        let (hand, other) = browser.two_tabs(&server.url()).await;
        // A manipulated or old page: its slider has a larger range than the device.
        hand.run("document.querySelector('#level input').max = 1000").await;
        hand.focus("#level input").await;
        hand.press("End").await;
        hand.until("document.querySelector('#level').dataset.failed === 'refused'").await;
        hand.until("document.querySelector('#level input').value === '25'").await;
        assert_eq!(hand.text("#level .dd-slider-value").await, "25");
        let why = hand.attribute("#level", "title").await.unwrap();
        assert!(why.contains("refused") && why.contains("100"), "{why}");
        let toasts = hand.toasts().await;
        assert!(matches!(&toasts[..], [one] if one.contains("Level") && one.contains("100")), "{toasts:?}");
        // The next valid command removes the mark.
        hand.press("ArrowLeft").await;
        hand.wait_for_text("#readout", "24 %").await;
        hand.until("document.querySelector('#level').dataset.failed === undefined").await;
        other.wait_for_text("#readout", "24 %").await;
        assert_eq!(other.toasts().await, [""; 0], "nobody else hears of it");
        assert_eq!(seen.all(), ["level 25", "tenfold 250", "level 24", "tenfold 240"]);
    });
}

#[test]
fn a_failing_callback_is_shown_to_the_asker_only() {
    browser_test(async |browser| {
        let server = Server::start::<Panel>(Bench::counted(0)).await;
        let (asker, other) = browser.two_tabs(&server.url()).await;
        asker.click("#valve button").await;
        asker.until("document.querySelector('.dd-toast')").await;
        let toasts = asker.toasts().await;
        assert!(matches!(&toasts[..], [one] if one.contains("the valve is stuck")), "{toasts:?}");
        assert_eq!(asker.attribute("#valve", "data-failed").await.as_deref(), Some("failed"));
        // A second failure: the message gets a count, and no second message is added.
        asker.click("#valve button").await;
        asker.until("document.querySelector('.dd-toast').innerText.includes('2×')").await;
        // When this command is finished, everything that the first one caused has arrived at the other page.
        asker.click("#add button").await;
        other.wait_for_text("#count", "1").await;
        assert_eq!(other.toasts().await, [""; 0]);
        assert_eq!(other.attribute("#valve", "data-failed").await, None);
        // The user closes the message.
        asker.click(".dd-toast-close").await;
        asker.until("!document.querySelector('.dd-toast')").await;
    });
}
