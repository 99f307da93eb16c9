//! The page is told the rate of an input. The server accepts any rate.

use dash_devices::prelude::*;
use serde_json::json;

use crate::support::Served;

#[components]
struct Ui {
    level: Slider,
    readout: Text,
    name: Input,
    greeting: Text,
    plain: Slider,
}

#[callback_shared(output = Ui::readout.text)]
fn show(#[input(Ui::level.value, throttle = "50ms")] level: f64, #[input(Ui::plain.value)] plain: f64) -> String {
    (level + plain).to_string()
}

#[callback(output = Ui::greeting.text)]
fn greet(#[input(Ui::name.value, debounce = "0.3s")] name: &str) -> String {
    format!("Hello {name}")
}

/// Requests the same rate.
#[callback_shared(initial = false)]
fn again(#[input(Ui::level.value, throttle = "50ms")] _level: f64) {}

impl Dashboard for Ui {
    type Device = ();
    type Session = ();
    const CALLBACKS: Callbacks<Self> = callbacks![show, greet, again];

    fn layout(self) -> Element {
        page("Rates", (self.level, self.readout, self.name, self.greeting, self.plain))
    }
}

#[tokio::test]
async fn the_page_is_told_at_which_rate_to_send() {
    let app = Served::new::<Ui>(()).await;
    let page = app.page().await;
    let (level, name) = (page.number("level.value"), page.number("name.value"));
    assert_eq!(page.state["rates"], json!([[level, "throttle", 50], [name, "debounce", 300]]));
    // A client that sends more often is not refused.
    let mut browser = app.join().await;
    for value in 0..5 {
        browser.apply("level.value", value).await;
        assert_eq!(browser.value("readout.text"), &json!(value.to_string()));
    }
}
