//! What an update costs a page with many components. A measurement, on a computer that does nothing else:
//!
//! ```text
//! CARGO_PROFILE_RELEASE_LTO=off cargo test --release -p browser-tests --test browser -- --ignored many:: --nocapture
//! ```

use std::time::Duration;

use dash_devices::prelude::*;

use crate::support::{Server, browser_test};

#[components]
struct Wall {
    gauges: Many<u32, Gauge>,
}

/// How many updates there were, and how many gauges change with each.
struct Probes {
    updates: u32,
    change: u32,
}

/// How many gauges the page has that is made next.
static GAUGES: std::sync::atomic::AtomicU32 = std::sync::atomic::AtomicU32::new(0);

#[callback_shared(every = "100ms", output = Wall::gauges[..].value)]
fn measure(probes: &mut Probes, #[state(Wall::gauges.rows)] rows: Vec<u32>) -> Rows<u32, f64> {
    probes.updates += 1;
    let now = probes.updates;
    rows.into_iter()
        .take(probes.change as usize)
        .map(|at| (at, f64::from((at * 7 + now * 13) % 1_000) / 10.0))
        .collect()
}

impl Dashboard for Wall {
    type Device = Probes;
    type Session = ();
    const CALLBACKS: Callbacks<Self> = callbacks![measure];

    fn layout(self) -> Element {
        let count = GAUGES.load(std::sync::atomic::Ordering::Relaxed);
        let gauges = self.gauges.rows(0..count).each(|_, gauge| gauge.unit("V").digits(1).max(100.0));
        page("Wall", grid(gauges))
    }
}

/// How long each page is watched, and how many updates that is.
const WATCHED: Duration = Duration::from_secs(10);
const UPDATES: f64 = 100.0;

const METRICS: [&str; 4] = ["ScriptDuration", "RecalcStyleDuration", "LayoutDuration", "TaskDuration"];

/// For pages of so many gauges, of which so many change ten times per second.
#[test]
#[ignore = "a measurement that needs a quiet computer"]
fn the_time_of_an_update_on_a_page_of_many_gauges() {
    browser_test(async |browser| {
        for (count, change) in [(10, 1), (3_000, 1), (1_000, 1_000), (10, 1), (3_000, 1), (1_000, 1_000)] {
            GAUGES.store(count, std::sync::atomic::Ordering::Relaxed);
            let server = Server::start::<Wall>(Probes { updates: 0, change }).await;
            let tab = browser.open(&server.url()).await;
            tab.until("document.querySelector('.dd-gauge-value').textContent !== ''").await;
            tokio::time::sleep(Duration::from_secs(3)).await;
            let before = tab.spent(METRICS).await;
            tokio::time::sleep(WATCHED).await;
            let after = tab.spent(METRICS).await;
            let [script, style, layout, all] = [0, 1, 2, 3].map(|at| (after[at] - before[at]) * 1000.0 / UPDATES);
            println!(
                "{count} gauges, {change} of them change: an update takes {script:.1} ms of scripts, {style:.1} ms of styles, \
                 {layout:.1} ms of layout, {all:.1} ms of the page's thread"
            );
        }
    });
}
