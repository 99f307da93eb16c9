//! Long runs: every tab shows their progress, and any client can cancel them.

use std::{sync::Arc, time::Duration};

use dash_devices::prelude::*;
use tokio::sync::Notify;

use crate::support::{Server, Tab, browser_test};

#[components]
struct Ui {
    scan: Button,
    stop: Button,
    bar: Progress,
    result: Text,
    wait: Button,
    stuck: Switch,
    waited: Text,
}

/// The device: its run ends when the test opens the gate.
#[derive(Clone, Default)]
struct Gate(Arc<Notify>);

/// Runs until a client cancels it.
#[callback_shared(
    on = Ui::scan.click,
    cancel = Ui::stop.click,
    output = Ui::result.text,
    running(Ui::scan.disabled = true),
)]
async fn scan(#[progress(Ui::bar.value)] bar: ProgressSink<Option<f64>>) -> &'static str {
    for step in 0_u32.. {
        bar.set(Some(f64::from(step % 101)));
        tokio::time::sleep(Duration::from_millis(20)).await;
    }
    "scanned"
}

#[callback_shared(on = Ui::wait.click, output = Ui::waited.text, running(Ui::wait.disabled = true))]
async fn wait(gate: &mut Gate, #[state(Ui::stuck.on)] stuck: bool) -> Result<&'static str, &'static str> {
    gate.0.notified().await;
    if stuck { Err("it is stuck") } else { Ok("done") }
}

impl Dashboard for Ui {
    type Device = Gate;
    type Session = ();
    const CALLBACKS: Callbacks<Self> = callbacks![scan, wait];

    fn layout(self) -> Element {
        page(
            "Scan",
            (
                card("Scan", (row((self.scan.label("Scan"), self.stop.label("Stop"))), self.bar, self.result)),
                card("Wait", (row((self.wait.label("Wait"), self.stuck.label("Stuck"))), self.waited)),
            ),
        )
    }
}

const PERCENT: &str = "Number(document.querySelector('#bar [role=progressbar]').getAttribute('aria-valuenow') ?? 0)";

async fn until_disabled(tab: &Tab<'_>, id: &str, disabled: bool) {
    tab.until(&format!("document.querySelector('#{id} button').disabled === {disabled}")).await;
}

#[test]
fn a_run_is_watched_in_two_tabs_and_whoever_presses_stop_ends_it_for_both() {
    browser_test(async |browser| {
        browser.allow("was cancelled");
        let server = Server::start::<Ui>(Gate::default()).await;
        let (ada, bob) = browser.two_tabs(&server.url()).await;
        ada.click("#scan button").await;
        // It moves on both pages, and the drawing agrees with the text.
        for percent in [3, 6, 9] {
            for tab in [&ada, &bob] {
                tab.until(&format!("{PERCENT} >= {percent}")).await;
            }
        }
        for tab in [&ada, &bob] {
            until_disabled(tab, "scan", true).await;
            tab.until("parseFloat(document.querySelector('#bar .dd-progress-fill').getAttribute('width')) >= 9").await;
        }
        // A page that is opened now shows the current progress.
        let late = browser.open(&server.url()).await;
        assert!(late.js::<f64>(PERCENT).await >= 9.0);
        until_disabled(&late, "scan", true).await;
        bob.click("#stop button").await;
        for tab in [&ada, &bob, &late] {
            until_disabled(tab, "scan", false).await;
            assert_eq!(tab.text("#result .dd-text-value").await, "");
        }
        // Nothing moves any more.
        let end: f64 = ada.js(PERCENT).await;
        tokio::time::sleep(Duration::from_millis(200)).await;
        for tab in [&ada, &bob, &late] {
            assert_eq!(tab.js::<f64>(PERCENT).await, end);
        }
        // Only the client that started it is told the outcome.
        ada.until("document.querySelector('.dd-toast')?.innerText.includes('`scan` was cancelled')").await;
        assert_eq!((bob.toasts().await, late.toasts().await), (vec![], vec![]));
        // Any client can start it again.
        late.click("#scan button").await;
        ada.until(&format!("{PERCENT} !== {end}")).await;
        until_disabled(&ada, "scan", true).await;
        late.click("#stop button").await;
        until_disabled(&ada, "scan", false).await;
    });
}

#[test]
fn a_button_is_out_of_action_while_its_run_goes_on_and_comes_back_however_that_ends() {
    browser_test(async |browser| {
        let gate = Gate::default();
        let server = Server::start::<Ui>(gate.clone()).await;
        let (ada, bob) = browser.two_tabs(&server.url()).await;
        for (stuck, shown) in [(false, "done"), (true, "done")] {
            ada.click("#wait button").await;
            for tab in [&ada, &bob] {
                until_disabled(tab, "wait", true).await;
            }
            // A press on a disabled button does not count.
            bob.click("#wait button").await;
            gate.0.notify_one();
            for tab in [&ada, &bob] {
                until_disabled(tab, "wait", false).await;
                tab.wait_for_text("#waited .dd-text-value", shown).await;
                tab.until(&format!("document.querySelector('#waited').hasAttribute('data-bad') === {stuck}")).await;
            }
            ada.click("#stuck input").await;
        }
        ada.until("document.querySelector('.dd-toast')?.innerText.includes('it is stuck')").await;
        assert_eq!(bob.toasts().await, [] as [String; 0]);
    });
}
