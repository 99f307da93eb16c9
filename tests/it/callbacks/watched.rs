//! A periodic callback that runs only while a page is visible or a program subscribes.

use std::time::Duration;

use dash_devices::prelude::*;
use dash_runtime::testing::InMemory;
use serde_json::Value;

use crate::support::{Served, events::Events, eventually, http::Request};

#[components]
struct Ui {
    probe: Text,
    other: Text,
}

#[callback_shared(every = "5ms", when = watched, output = Ui::probe.text)]
async fn measure(count: &mut u32) -> String {
    *count += 1;
    count.to_string()
}

impl Dashboard for Ui {
    type Device = u32;
    type Session = ();
    const CALLBACKS: Callbacks<Self> = callbacks![measure];

    fn layout(self) -> Element {
        page("Probe", (self.probe, self.other))
    }
}

async fn runs(app: &Served) -> u64 {
    app.health().await["counts"]["runs"].as_u64().unwrap()
}

/// Whether it runs: its period allows forty runs in a fifth of a second.
async fn goes_on(app: &Served) -> bool {
    let before = runs(app).await;
    tokio::time::sleep(Duration::from_millis(200)).await;
    runs(app).await > before
}

async fn stops(app: &Served) {
    eventually("the end of the runs", async || (!goes_on(app).await).then_some(())).await;
}

#[tokio::test]
async fn it_runs_while_a_page_can_be_seen() {
    let app = Served::new::<Ui>(0).await;
    assert!(!goes_on(&app).await);
    let mut ada = app.join().await;
    let several = |count: &Value| count.as_str().is_some_and(|count| count.parse().is_ok_and(|count: u32| count > 3));
    ada.until("several runs", |browser| several(browser.value("probe.text"))).await;
    ada.socket.say(r#"{"t":"view","hidden":true}"#).await;
    stops(&app).await;
    ada.socket.say(r#"{"t":"view","hidden":false}"#).await;
    eventually("more runs", async || goes_on(&app).await.then_some(())).await;
}

#[test]
fn a_test_can_hide_a_page() {
    let mut app = InMemory::new::<Ui>(0).unwrap();
    let handle = app.handle::<Ui>();
    app.advance(Duration::from_secs(1));
    assert_eq!(handle.get(Ui::probe.text), "");
    let ada = app.join();
    app.advance(Duration::from_millis(20));
    assert_eq!(handle.get(Ui::probe.text), "5", "once at once, and then on time");
    app.hide(&ada, true);
    app.advance(Duration::from_secs(1));
    // The page is still hidden when it reconnects.
    app.cut(&ada);
    app.come_back(&ada);
    app.advance(Duration::from_secs(1));
    assert_eq!(handle.get(Ui::probe.text), "5");
    app.hide(&ada, false);
    assert_eq!(handle.get(Ui::probe.text), "6");
}

#[tokio::test]
async fn it_runs_while_a_program_listens() {
    let app = Served::new::<Ui>(0).await;
    let mut events = Events::open(app.address, &Request::get("/api/subscribe?prop=probe.text")).await.unwrap();
    for _ in 0..5 {
        assert!(events.next().await.unwrap()["values"]["probe.text"].is_string());
    }
    drop(events);
    stops(&app).await;
}
