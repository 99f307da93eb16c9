//! The record of commands on a page: live, escaped, and filtered by a text.

use dash_devices::prelude::*;
use serde_json::json;

use crate::support::{Server, browser_test, put};

#[components]
struct Shop {
    name: Input,
    speed: Slider,
    #[secret]
    pin: Input,
    log: AuditLog,
}

#[callback_shared]
fn spin(#[input(Shop::speed.value)] speed: f64) -> Result<(), String> {
    if speed > 50.0 { Err("the spindle is <b>blocked</b>".to_owned()) } else { Ok(()) }
}

impl Dashboard for Shop {
    type Device = ();
    type Session = ();
    const CALLBACKS: Callbacks<Self> = callbacks![spin];

    fn layout(self) -> Element {
        page("Shop", (card("Spindle", (self.name, self.speed, self.pin)), card("Commands", self.log.limit(4))))
    }
}

/// The texts of the rows that are shown, newest first, without the times.
const ROWS: &str = "[...document.querySelectorAll('#log tbody tr:not([hidden])')].map((row) => \
                    [...row.children].slice(1).map((cell) => cell.textContent).join('|')).join('\\n')";

const HOSTILE: &str = "<img src=x onerror=\"document.title='owned'\">";

#[test]
fn commands_are_shown_live_escaped_and_filtered() {
    browser_test(async |browser| {
        let server = Server::start::<Shop>(()).await;
        let tab = browser.open(&server.url()).await;
        tab.wait_for_text("#log .dd-audit-note", "No commands yet").await;
        put(server.address, "/api/props/name/value", &json!(HOSTILE).to_string()).await;
        put(server.address, "/api/props/speed/value", "30").await;
        put(server.address, "/api/props/pin/value", "\"p-i-n\"").await;
        put(server.address, "/api/props/speed/value", "60").await;
        let expected = format!(
            "local|speed.value|30.0 → 60.0|failed: the spindle is <b>blocked</b>\nlocal|pin.value|changed|applied\n\
             local|speed.value|0.0 → 30.0|applied\nlocal|name.value| → {HOSTILE}|applied"
        );
        tab.until(&format!("{ROWS} === {}", json!(expected))).await;
        assert_eq!(tab.js::<u32>("document.querySelectorAll('#log img, #log b').length").await, 0);
        assert!(!tab.js::<String>("document.title").await.contains("owned"));
        let times = "[...document.querySelectorAll('#log tbody td:first-child')].every((cell) => \
                     /^\\d\\d:\\d\\d:\\d\\d$/.test(cell.textContent))";
        assert!(tab.js::<bool>(times).await, "of today, by the system's clock");

        // A filter hides the others, also new ones.
        tab.focus("#log input").await;
        tab.keys("SPEED").await;
        tab.until(&format!("{ROWS}.split('\\n').length === 2")).await;
        put(server.address, "/api/props/name/value", "\"other\"").await;
        tab.until("document.querySelector('#log tbody').textContent.includes('other')").await;
        assert!(!tab.js::<String>(ROWS).await.contains("other"));
        // The page keeps as many as it may, the newest.
        assert_eq!(tab.js::<u32>("document.querySelectorAll('#log tbody tr').length").await, 4);

        // What is refused has a place of its own, and pushes nothing else out.
        for (path, value) in
            [("/api/props/speed/value", "1000"), ("/api/props/speed/value", "\"x\""), ("/api/props/name/value", "1")]
        {
            put(server.address, path, value).await;
        }
        tab.until("document.querySelectorAll('#log tr[data-outcome=refused]').length === 1").await;
        tab.until("document.querySelector('#log tr[data-outcome=refused]').textContent.includes('name.value')").await;
        assert_eq!(tab.js::<u32>("document.querySelectorAll('#log tbody tr').length").await, 5);

        // Who comes later gets them too.
        let late = browser.open(&server.url()).await;
        late.until(&format!("{ROWS}.includes('local|name.value|')")).await;
        late.until(&format!("{ROWS}.split('\\n').length === 5")).await;
    });
}
