//! A page over a relay: it is live like a page of the owner, and says why when the device cannot be reached.

use dash_devices::{App, Relay};
use tokio::net::TcpListener;

use crate::{
    panel::{Bench, Panel, Seen},
    support::{Server, browser_test, eventually, get, nats::Nats},
};

const LOST: &str = "document.documentElement.dataset.link === 'lost'";

/// A relay that runs until the end of the test.
async fn relay(nats: &Nats) -> std::net::SocketAddr {
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let address = listener.local_addr().unwrap();
    tokio::spawn(Relay::new(nats.url()).serve_on(listener, std::future::pending()));
    address
}

#[test]
fn a_page_over_a_relay_is_live_and_says_why_when_it_is_cut_off_and_goes_on_without_reload() {
    browser_test(async |browser| {
        for text in [
            "WebSocket connection to",
            "Unexpected response code: 503",
            "503 (Service Unavailable)",
            "answered with 503",
            // What was under way when the broker ended.
            "ERR_INCOMPLETE_CHUNKED_ENCODING",
            "Unexpected response code: 502",
            "502 (Bad Gateway)",
            "answered with 502",
        ] {
            browser.allow(text);
        }
        let (seen, mut nats) = (Seen::default(), Nats::start().await);
        let app = App::new::<Panel>(Bench::new(&seen)).unwrap().fabric(nats.url(), "lab.bench");
        let owner = Server::start_app(app).await;
        let relay = relay(&nats).await;
        let health = || async { get(relay, "/health").await.contains("\"there\":true").then_some(()) };
        eventually("the device", health).await;
        let list = browser.tab().await;
        list.go(&format!("http://{relay}/")).await;
        list.until("document.querySelector('.dd-device-list a')").await;
        assert!(list.text(".dd-device-list").await.contains("lab.bench"));
        let near = browser.open(&owner.url()).await;
        let far = browser.open(&format!("http://{relay}/d/lab.bench/")).await;
        far.run("globalThis.sameDocument = true").await;
        assert_eq!(far.js::<String>("document.documentElement.dataset.way").await, "socket");
        far.click("#add button").await;
        near.wait_for_text("#count", "1").await;
        let grip = far.grab("#level input", 0.25).await;
        grip.slide(0.25, 0.6, 5).await;
        grip.release(0.6).await;
        let level = far.text("#readout").await;
        near.wait_for_text("#readout", &level).await;

        nats.kill();
        far.until(LOST).await;
        far.until("document.getElementById('dd-status').textContent.includes('no connection to the broker')").await;
        list.until("document.body.textContent.includes('no connection to its broker')").await;
        list.go(&format!("http://{relay}/d/lab.bench/")).await;
        assert!(list.text("main").await.contains("so lab.bench cannot be reached"));
        // A click is not kept for later, and the owner's own page goes on.
        far.click("#add button").await;
        far.until("document.querySelector('.dd-toast')").await;
        near.click("#add button").await;
        near.wait_for_text("#count", "2").await;

        nats.again().await;
        far.until_live().await;
        far.wait_for_text("#count", "2").await;
        far.click("#add button").await;
        near.wait_for_text("#count", "3").await;
        assert!(far.js::<bool>("globalThis.sameDocument === true").await, "the page was loaded anew");
    });
}
