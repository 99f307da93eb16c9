//! The link at its edges: slow links and half-open links.

use std::time::Duration;

use dash_devices::{App, Limits, prelude::*};

use crate::{
    panel::{Bench, Panel},
    support::{Browser, Cable, Server, browser_test},
};

const LOST: &str = "document.documentElement.dataset.link === 'lost'";

/// The length of a text that takes 10 s on the slow link.
const SIZE: usize = 120_000;
/// In bytes per second.
const RATE: u64 = 12_000;

#[components]
pub(crate) struct Gallery {
    picture: Text,
    make: Button,
    add: Button,
    count: Text,
}

#[callback_shared(on = Gallery::make.click, output = Gallery::picture.text)]
fn make() -> String {
    "0123456789".repeat(SIZE / 10)
}

#[callback_shared(on = Gallery::add.click, output = Gallery::count.text)]
fn add(count: &mut u32) -> String {
    *count += 1;
    count.to_string()
}

impl Dashboard for Gallery {
    type Device = u32;
    type Session = ();
    const CALLBACKS: Callbacks<Self> = callbacks![make, add];

    fn layout(self) -> Element {
        page("Gallery", (self.make.label("Make"), self.add.label("Add"), self.count, self.picture))
    }
}

fn expect_cuts(browser: &Browser) {
    for text in ["WebSocket connection to", "ERR_CONNECTION_REFUSED", "ERR_CONNECTION_RESET", "ERR_EMPTY_RESPONSE"] {
        browser.allow(text);
    }
}

/// A page that gives up after 8 s without a message would never get this frame.
#[test]
fn fault_a_large_frame_on_a_slow_link_arrives_and_the_page_is_not_shown_as_live_before() {
    browser_test(async |browser| {
        expect_cuts(browser);
        let server = Server::start::<Gallery>(0).await;
        let mut cable = Cable::to(server.address).await;
        let far = browser.open(&cable.url()).await;
        let near = browser.open(&server.url()).await;
        far.until_live().await;
        cable.cut().await;
        near.click("#make button").await;
        near.until(&format!("document.querySelector('#picture').innerText.length >= {SIZE}")).await;
        far.until(LOST).await;
        far.run(
            "globalThis.early = 0; new MutationObserver(() => {
                const live = document.documentElement.dataset.link === 'live';
                if (live && document.querySelector('#picture').innerText.length < 1000) globalThis.early += 1;
            }).observe(document.documentElement, { attributes: true })",
        )
        .await;
        cable.limit(RATE);
        cable.mend().await;
        let before = cable.connections();
        // The banner says why the values are still old.
        far.until("document.getElementById('dd-status').innerText.includes('still on their way')").await;
        for _ in 0..2 {
            // A wait has a limit that is close to what the frame takes.
            tokio::time::sleep(Duration::from_secs(4)).await;
        }
        far.until_live().await;
        far.until(&format!("document.querySelector('#picture').innerText.length >= {SIZE}")).await;
        assert_eq!(far.js::<u32>("globalThis.early").await, 0, "live with old values");
        assert!(cable.connections() <= before + 1, "the page connected again and again");
        far.click("#add button").await;
        near.wait_for_text("#count", "1").await;
    });
}

/// Nothing goes through any more, and nobody is told.
#[test]
fn fault_a_half_open_link_is_noticed_by_a_click_which_is_not_carried_out_late() {
    browser_test(async |browser| {
        expect_cuts(browser);
        let server = Server::start::<Panel>(Bench::counted(0)).await;
        let cable = Cable::to(server.address).await;
        let far = browser.open(&cable.url()).await;
        let near = browser.open(&server.url()).await;
        far.until_live().await;
        cable.hold(true);
        far.click("#add button").await;
        // 2 s until the page asks, 3 s until it gives up, 1 s until it says so. A silent link would take 9 s.
        far.until(LOST).await;
        cable.hold(false);
        far.until_live().await;
        far.until("document.querySelector('.dd-toast')").await;
        let toasts = far.toasts().await;
        assert!(toasts.iter().any(|toast| toast.contains("expired")), "{toasts:?}");
        near.click("#add button").await;
        far.wait_for_text("#count", "1").await;
    });
}

/// A text expires like any setting. That forbids to carry it out, not to keep it.
#[test]
fn fault_text_that_was_typed_in_a_cut_and_has_expired_is_kept_and_marked() {
    browser_test(async |browser| {
        expect_cuts(browser);
        let short = Limits::default().state_lifespan(Duration::from_millis(1_500));
        let server = Server::start_app(App::new::<Panel>(Bench::counted(0)).unwrap().limits(short)).await;
        let mut cable = Cable::to(server.address).await;
        let far = browser.open(&cable.url()).await;
        let near = browser.open(&server.url()).await;
        far.until_live().await;
        far.focus("#note input").await;
        far.keys("dear ").await;
        near.wait_for_text("#echo", "dear ").await;

        cable.cut().await;
        far.keys("diary").await;
        far.until(LOST).await;
        tokio::time::sleep(Duration::from_secs(2)).await;
        cable.mend().await;
        far.until_live().await;
        far.until("document.querySelector('#note').dataset.failed === 'expired'").await;
        assert_eq!(far.value("#note input").await, "dear diary", "what is typed stays");
        assert_eq!(near.text("#echo").await, "dear ", "and was not carried out");
        // The person goes on, and then it is.
        far.keys("!").await;
        near.wait_for_text("#echo", "dear diary!").await;
        far.until("!document.querySelector('#note').hasAttribute('data-failed')").await;
    });
}
