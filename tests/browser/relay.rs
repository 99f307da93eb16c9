//! A page over a relay: it is live like a page of the owner, and says why when the device cannot be reached.

use std::net::SocketAddr;

use dash_devices::{App, Relay, prelude::*};
use tokio::net::TcpListener;

use crate::{
    link::{expect_cuts, goes_on_after_a_cut, mends_a_short_cut, takes_a_snapshot_after_a_restart},
    panel::{Bench, Panel, Seen},
    support::{Browser, Server, browser_test, eventually, get, nats::Nats},
};

const LOST: &str = "document.documentElement.dataset.link === 'lost'";

/// A relay that runs until the end of the test.
async fn relay(nats: &Nats) -> SocketAddr {
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let address = listener.local_addr().unwrap();
    tokio::spawn(Relay::new(nats.url()).serve_on(listener, std::future::pending()));
    address
}

/// Messages of the browser itself about a device that cannot be reached, and about what was under way then.
fn expect_cut_devices(browser: &Browser) {
    for text in [
        "WebSocket connection to",
        "Unexpected response code: 503",
        "503 (Service Unavailable)",
        "answered with 503",
        "ERR_INCOMPLETE_CHUNKED_ENCODING",
        "Unexpected response code: 502",
        "502 (Bad Gateway)",
        "answered with 502",
    ] {
        browser.allow(text);
    }
}

/// Waits until the relay knows that this device is there.
async fn is_there(relay: SocketAddr, name: &str) {
    eventually(name, || async {
        let health = get(relay, "/health").await;
        let device = health.split(&format!("\"{name}\":")).nth(1)?.split('}').next()?.to_owned();
        device.contains("\"there\":true").then_some(())
    })
    .await;
}

#[test]
fn a_page_over_a_relay_is_live_and_says_why_when_it_is_cut_off_and_goes_on_without_reload() {
    browser_test(async |browser| {
        expect_cut_devices(browser);
        let (seen, mut nats) = (Seen::default(), Nats::start().await);
        let app = App::new::<Panel>(Bench::new(&seen)).unwrap().fabric(nats.url(), "lab.bench");
        let owner = Server::start_app(app).await;
        let relay = relay(&nats).await;
        let health = || async { get(relay, "/health").await.contains("\"there\":true").then_some(()) };
        eventually("the device", health).await;
        let list = browser.tab().await;
        list.go(&format!("http://{relay}/")).await;
        list.until("document.querySelector('.dd-fleet a')").await;
        assert!(list.text(".dd-fleet").await.contains("lab.bench"));
        let near = browser.open(&owner.url()).await;
        let far = browser.open(&format!("http://{relay}/d/lab.bench/")).await;
        far.run("globalThis.sameDocument = true").await;
        assert_eq!(far.js::<String>("document.documentElement.dataset.way").await, "socket");
        // The mark leads back to all devices. The owner has no such list.
        let home = "[...document.querySelectorAll('.dd-header a.dd-header-home')].map((link) => link.href)";
        assert_eq!(far.js::<Vec<String>>(home).await, [format!("http://{relay}/")]);
        assert_eq!(near.js::<Vec<String>>(home).await, [""; 0]);
        far.click("#add button").await;
        near.wait_for_text("#count", "1").await;
        let grip = far.grab("#level input", 0.25).await;
        grip.slide(0.25, 0.6, 5).await;
        grip.release(0.6).await;
        let level = far.text("#readout").await;
        near.wait_for_text("#readout", &level).await;
        // Whoever loads the page leaves its document at the relay.
        list.go(&format!("http://{relay}/d/lab.bench/")).await;
        list.until_live().await;
        list.go(&format!("http://{relay}/")).await;

        nats.kill();
        far.until(LOST).await;
        far.until("document.getElementById('dd-status').textContent.includes('no connection to the broker')").await;
        list.until("document.body.textContent.includes('no connection to its broker')").await;
        list.go(&format!("http://{relay}/d/lab.bench/")).await;
        // A page that is opened now shows the last values, as old from its first moment on.
        list.until(LOST).await;
        assert_eq!(list.text("#count").await, "1");
        list.until("document.getElementById('dd-status').textContent.includes('so lab.bench cannot be reached')").await;
        list.run("globalThis.sameDocument = true").await;
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
        for page in [&far, &list] {
            page.wait_for_text("#count", "3").await;
            assert!(page.js::<bool>("globalThis.sameDocument === true").await, "the page was loaded anew");
        }
    });
}

/// What a page does at the owner's address when its link is cut, it does at a relay too.
#[test]
fn the_link_of_a_page_over_a_relay_is_as_at_the_owner() {
    browser_test(async |browser| {
        expect_cuts(browser);
        expect_cut_devices(browser);
        let nats = Nats::start().await;
        let relay = relay(&nats).await;
        let bench = |name: &str, bench: Bench| App::new::<Panel>(bench).unwrap().fabric(nats.url(), name);
        let one = Server::start_app(bench("lab.one", Bench::counted(0))).await;
        let two = Server::start_app(bench("lab.two", Bench::new(&Seen::default()))).await;
        let three = Server::start_app(bench("lab.three", Bench::counted(0))).await;
        for name in ["lab.one", "lab.two", "lab.three"] {
            is_there(relay, name).await;
        }
        goes_on_after_a_cut(browser, &one, (relay, "d/lab.one/")).await;
        mends_a_short_cut(browser, (relay, "d/lab.two/")).await;
        let again = async || Server::start_app(bench("lab.three", Bench::counted(7))).await;
        takes_a_snapshot_after_a_restart(browser, three, (relay, "d/lab.three/"), again).await;
        drop(two);
    });
}

/// A rover whose values the test pushes.
#[components]
struct Rover {
    #[fleet]
    battery: Gauge,
}

impl Dashboard for Rover {
    type Device = ();
    type Session = ();
    const CALLBACKS: Callbacks<Self> = callbacks![];

    fn layout(self) -> Element {
        page("Rover", self.battery.label("Battery").unit("%"))
    }
}

#[test]
fn the_list_of_a_relay_is_live_and_searched_while_it_is_open() {
    browser_test(async |browser| {
        expect_cuts(browser);
        browser.allow("ERR_INCOMPLETE_CHUNKED_ENCODING");
        let nats = Nats::start().await;
        let (stop, stopped) = tokio::sync::oneshot::channel::<()>();
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let relay = listener.local_addr().unwrap();
        let served = tokio::spawn(Relay::new(nats.url()).serve_on(listener, async { _ = stopped.await }));
        let start = async |name: &str| {
            let mut handle = None;
            let app = App::with::<Rover>(|own| handle = Some(own)).unwrap().fabric(nats.url(), name);
            (Server::start_app(app).await, handle.unwrap())
        };
        let (seven, handle) = start("lab.rover-7").await;
        is_there(relay, "lab.rover-7").await;
        let list = browser.tab().await;
        list.go(&format!("http://{relay}/")).await;
        list.until("document.documentElement.dataset.link === 'live'").await;
        list.run("globalThis.sameDocument = true").await;
        handle.push(changes![Rover::battery.value = Some(42.0)]).unwrap();
        list.wait_for_text("[data-name='lab.rover-7'] .dd-fleet-text", "42").await;
        // Another one comes while the list is open, at its place, although it is searched.
        list.focus(".dd-fleet-search input").await;
        list.keys("ROVER 1").await;
        list.until("document.querySelectorAll('.dd-fleet > li:not([hidden])').length === 0").await;
        list.until("!document.querySelector('.dd-fleet-none').hidden").await;
        assert!(list.js::<bool>("location.search === '?q=ROVER+1'").await, "a link has the search");
        let (ten, _) = start("lab.rover-10").await;
        list.until("[...document.querySelectorAll('.dd-fleet > li')].map((row) => row.hidden).join() === 'true,false'")
            .await;
        list.until("document.querySelector('.dd-fleet-none').hidden").await;
        list.wait_for_text(".dd-fleet-count", "2 devices").await;
        seven.stop().await;
        list.wait_for_text(".dd-fleet-count", "2 devices, 1 cut off").await;
        let state = "document.querySelector(\"[data-name='lab.rover-7'][data-old] .dd-fleet-state\").textContent";
        list.until(&format!("/cut off for [2-9] seconds, values from then/.test({state})")).await;
        assert_eq!(list.text("[data-name='lab.rover-7'] .dd-fleet-text").await, "42");
        // A row opens its device in the same tab.
        list.click("[data-name='lab.rover-10'] .dd-fleet-state").await;
        list.until("location.pathname === '/d/lab.rover-10/'").await;
        list.until_live().await;
        list.go(&format!("http://{relay}/?q=7")).await;
        list.until("document.querySelectorAll('.dd-fleet > li:not([hidden])').length === 1").await;
        list.until("document.documentElement.dataset.link === 'live'").await;
        // Without the relay nothing is drawn as live.
        drop(stop);
        served.await.unwrap().unwrap();
        list.until("document.documentElement.dataset.link === 'lost'").await;
        assert!(list.text("#dd-status").await.contains("lost its connection to the relay"));
        drop(ten);
    });
}
