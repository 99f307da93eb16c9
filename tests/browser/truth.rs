//! Running commands, failures and bad values are always marked.

use std::sync::{
    Arc,
    atomic::{AtomicBool, Ordering::Relaxed},
};

use dash_devices::prelude::*;
use tokio::sync::Semaphore;

use crate::support::{Server, browser_test};

#[components]
struct Oven {
    temperature: Gauge,
    heat: Button,
    done: Text,
}

/// An oven with a probe that can be unplugged. It is hot when the test says so.
struct Device {
    unplugged: Arc<AtomicBool>,
    hot: Arc<Semaphore>,
}

#[callback_shared(every = "20ms", output = Oven::temperature.value)]
fn read_temperature(device: &mut Device) -> Result<f64, &'static str> {
    if device.unplugged.load(Relaxed) { Err("the probe is unplugged") } else { Ok(21.0) }
}

#[callback_shared(on = Oven::heat.click, output = Oven::done.text)]
async fn heat(device: &mut Device) -> &'static str {
    device.hot.acquire().await.unwrap().forget();
    "hot"
}

impl Dashboard for Oven {
    type Device = Device;
    type Session = ();
    const CALLBACKS: Callbacks<Self> = callbacks![read_temperature, heat];

    fn layout(self) -> Element {
        page("Oven", (self.temperature.label("Temperature").unit("°C"), self.heat.label("Heat"), self.done))
    }
}

#[test]
fn a_value_whose_source_fails_is_marked_in_every_tab_until_it_is_good_again() {
    browser_test(async |browser| {
        let unplugged = Arc::new(AtomicBool::new(false));
        let device = Device { unplugged: Arc::clone(&unplugged), hot: Arc::new(Semaphore::new(0)) };
        let server = Server::start::<Oven>(device).await;
        let (left, right) = browser.two_tabs(&server.url()).await;
        let bad = "document.getElementById('temperature').dataset.bad !== undefined";
        left.until(&format!("!({bad}) && document.querySelector('.dd-gauge-value').textContent === '21'")).await;
        let good_looks = left.picture("#temperature").await;
        unplugged.store(true, Relaxed);
        left.until(bad).await;
        // The mark is already in the document, before there is a connection.
        let late = browser.tab().await;
        late.before_the_page(
            "document.addEventListener('readystatechange', () => { \
             globalThis.first ??= document.getElementById('temperature').dataset.bad !== undefined; })",
        )
        .await;
        late.go(&server.url()).await;
        assert!(late.js::<bool>("globalThis.first").await, "a late joiner sees it at first sight");
        for tab in [&left, &right, &late] {
            tab.until(bad).await;
            let why = tab.attribute("#temperature", "data-bad").await.unwrap();
            assert!(why.contains("the probe is unplugged"), "{why}");
            assert_eq!(tab.toasts().await, [""; 0], "nobody asked, so nobody is told off");
        }
        assert!(left.picture("#temperature").await != good_looks, "a bad value looks like a good one");
        unplugged.store(false, Relaxed);
        for tab in [&left, &right, &late] {
            tab.until(&format!("!({bad})")).await;
        }
    });
}

#[test]
fn a_command_that_takes_its_time_is_shown_as_pending_on_its_control() {
    browser_test(async |browser| {
        let hot = Arc::new(Semaphore::new(0));
        let server = Server::start::<Oven>(Device { unplugged: Arc::default(), hot: Arc::clone(&hot) }).await;
        let (hand, other) = browser.two_tabs(&server.url()).await;
        let pending = "document.getElementById('heat').dataset.pending !== undefined";
        hand.click("#heat button").await;
        hand.until(pending).await;
        assert_eq!(hand.attribute("#heat", "aria-busy").await.as_deref(), Some("true"));
        assert!(!other.js::<bool>(pending).await, "the others did not press it");
        hot.add_permits(1);
        hand.wait_for_text("#done", "hot").await;
        hand.until(&format!("!({pending})")).await;
        other.wait_for_text("#done", "hot").await;
    });
}
