//! A choice of one and of several of ten thousand options, by typing: only what a person meant reaches the device.

use dash_devices::prelude::*;

use crate::{
    panel::Seen,
    support::{Browser, Server, Tab, browser_test, eventually, put},
};

const COUNT: u32 = 10_000;

#[components]
struct Signals {
    signal: Combobox,
    record: MultiSelect,
}

#[callback_shared]
fn choose(seen: &mut Seen, #[input(Signals::signal.value)] signal: &str) {
    seen.note(format!("signal {signal}"));
}

#[callback_shared]
fn record(seen: &mut Seen, #[input(Signals::record.value)] record: &[String]) {
    seen.note(format!("record {}", record.join(",")));
}

impl Dashboard for Signals {
    type Device = Seen;
    type Session = ();
    const CALLBACKS: Callbacks<Self> = callbacks![choose, record];

    fn layout(self) -> Element {
        let options = || (0..COUNT).map(|n| (n.to_string(), format!("Signal {n} Grösse")));
        page(
            "Signals",
            card(
                "Signals",
                (self.signal.options(options()).value("5000"), self.record.options(options()).value(["7"])),
            ),
        )
    }
}

async fn start(browser: &Browser) -> (Seen, Server, Tab<'_>) {
    let seen = Seen::default();
    let server = Server::start::<Signals>(seen.clone()).await;
    let tab = browser.open(&server.url()).await;
    tab.until_live().await;
    (seen, server, tab)
}

/// What the device received after the start.
async fn until_received(seen: &Seen, kind: &str, what: &[&str]) {
    let received = || seen.all().into_iter().filter(|line| line.starts_with(kind)).skip(1).collect::<Vec<_>>();
    eventually(&format!("{kind}: {what:?}"), async || (received() == what).then_some(())).await;
}

const SIGNAL: &str = "#signal .dd-combo-field";
const RECORD: &str = "#record .dd-combo-field";

/// The label of the option that Enter would choose, as a screen reader finds it.
fn active(field: &str) -> String {
    format!(
        "document.getElementById(document.querySelector({field:?}).getAttribute('aria-activedescendant'))?.textContent"
    )
}

#[test]
fn one_of_ten_thousand_options_is_found_by_typing_and_only_enter_sends_it() {
    browser_test(async |browser| {
        let (seen, server, tab) = start(browser).await;
        assert_eq!(tab.value(SIGNAL).await, "Signal 5000 Grösse");
        // Opened without typing, the list is at the chosen option. Only what is visible is in the document.
        tab.focus(SIGNAL).await;
        tab.press("ArrowDown").await;
        tab.until(&format!("{} === 'Signal 5000 Grösse'", active(SIGNAL))).await;
        let drawn: u32 = tab.js("document.querySelectorAll('#signal [role=option]').length").await;
        assert!((5..60).contains(&drawn), "{drawn} options are drawn");
        // Without accents, in any order.
        tab.keys("grosse 99").await;
        tab.until(&format!("{} === 'Signal 99 Grösse'", active(SIGNAL))).await;
        tab.press("ArrowDown").await;
        tab.until(&format!("{} === 'Signal 199 Grösse'", active(SIGNAL))).await;
        let found: String = tab.js("document.querySelector('#signal .dd-combo-note').textContent").await;
        // As many as numbers below 10 000 that contain 99.
        assert_eq!(found, "280 of 10000");
        // Somebody else's choice does not change what the person looks at, and Escape shows it.
        put(server.address, "/api/props/signal/value", "\"3\"").await;
        until_received(&seen, "signal", &["signal 3"]).await;
        assert_eq!(tab.value(SIGNAL).await, "grosse 99");
        tab.press("Escape").await;
        tab.until(&format!("document.querySelector({SIGNAL:?}).value === 'Signal 3 Grösse'")).await;
        tab.keys("zz").await;
        tab.until("document.querySelector('#signal .dd-combo-note').textContent === 'No option has these words.'")
            .await;
        tab.press("Enter").await;
        tab.press("Escape").await;
        tab.blur().await;
        // What is typed after a click replaces the text.
        tab.click(SIGNAL).await;
        tab.keys("signal 42 ").await;
        tab.press("Enter").await;
        until_received(&seen, "signal", &["signal 3", "signal 42"]).await;
        tab.until(&format!("document.querySelector({SIGNAL:?}).value === 'Signal 42 Grösse'")).await;
        tab.until("!document.querySelector('#signal .dd-combo-popup').matches(':popover-open')").await;
    });
}

#[test]
fn several_options_are_chosen_and_removed_by_finger_and_by_keys() {
    browser_test(async |browser| {
        let (seen, _server, tab) = start(browser).await;
        tab.becomes_a_phone(844).await;
        tab.reload().await;
        tab.until_live().await;
        tab.tap(RECORD).await;
        tab.until("document.querySelector('#record [role=option][data-at=\"7\"][aria-selected=true]')").await;
        tab.tap("#record [role=option][data-at='5']").await;
        until_received(&seen, "record", &["record 5,7"]).await;
        // The list stays open for the next one.
        tab.tap("#record [role=option][data-at='7']").await;
        until_received(&seen, "record", &["record 5,7", "record 5"]).await;
        tab.keys("9999").await;
        tab.until(&format!("{} === 'Signal 9999 Grösse'", active(RECORD))).await;
        tab.press("Enter").await;
        until_received(&seen, "record", &["record 5,7", "record 5", "record 5,9999"]).await;
        tab.press("Escape").await;
        // What was chosen is removed with the keyboard, and the focus stays near.
        tab.focus("#record .dd-combo-chip").await;
        tab.press("Enter").await;
        until_received(&seen, "record", &["record 5,7", "record 5", "record 5,9999", "record 9999"]).await;
        let focused: String = tab.js("document.activeElement.getAttribute('aria-label')").await;
        assert_eq!(focused, "Remove Signal 9999 Grösse");
        assert_eq!(tab.js::<u32>("document.querySelectorAll('#record .dd-combo-chip').length").await, 1);
    });
}
