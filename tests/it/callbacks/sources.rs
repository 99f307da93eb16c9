//! Callbacks that run periodically.

use dash_devices::prelude::*;
use serde_json::{Value, json};

use crate::support::{Outcome, Served, eventually};

#[components]
struct Ui {
    period: Slider,
    ticks: Trend,
    fixed: Text,
    reset: Button,
    after: Text,
}

#[derive(Default)]
struct Clock {
    ticks: u32,
    fixed: u32,
}

#[callback_shared(every = Ui::period.value, output = Ui::ticks.points)]
fn tick(clock: &mut Clock) -> Sample {
    clock.ticks += 1;
    Sample { t: f64::from(clock.ticks), values: vec![] }
}

#[callback_shared(every = "5ms", output = Ui::fixed.text)]
async fn fixed(clock: &mut Clock) -> String {
    clock.fixed += 1;
    clock.fixed.to_string()
}

/// The output of a periodic callback starts other callbacks as usual.
#[callback_shared(output = Ui::after.text)]
fn after(#[input(Ui::fixed.text)] fixed: &str) -> String {
    format!("after {fixed}")
}

/// Between two ticks other callbacks can borrow the device.
#[callback_shared(on = Ui::reset.click)]
fn reset(clock: &mut Clock) {
    clock.ticks = 0;
}

impl Dashboard for Ui {
    type Device = Clock;
    type Session = ();
    const CALLBACKS: Callbacks<Self> = callbacks![tick, fixed, after, reset];

    fn layout(self) -> Element {
        page(
            "Sources",
            (
                self.period.range(0.002..=10_000.0).value(10_000.0),
                self.ticks.series(["t"]),
                self.fixed,
                self.reset,
                self.after,
            ),
        )
    }
}

fn ticks(points: &Value) -> Vec<f64> {
    points.as_array().unwrap().iter().map(|point| point["t"].as_f64().unwrap()).collect()
}

#[tokio::test]
async fn a_source_runs_before_anybody_looks() {
    let app = Served::new::<Ui>(Clock::default()).await;
    eventually("ticks", async || {
        let page = app.page().await;
        (page.value("fixed.text").as_str()?.parse::<u32>().ok()? > 3 && page.value("ticks.points") != &json!([]))
            .then_some(())
    })
    .await;
    let page = app.page().await;
    // One revision, so one snapshot: the dependent value is never behind.
    assert_eq!(page.shown("after"), format!("after {}", page.shown("fixed")));
    assert_eq!(ticks(page.value("ticks.points")), [1.0], "the other one ran once, at the start");
}

#[tokio::test]
async fn a_period_from_a_property_counts_from_when_it_is_set() {
    let app = Served::new::<Ui>(Clock::default()).await;
    let mut browser = app.join().await;
    browser.until("the first tick", |browser| ticks(browser.value("ticks.points")).len() == 1).await;
    browser.apply("period.value", 0.002).await;
    browser.until("ten ticks", |browser| ticks(browser.value("ticks.points")).len() >= 10).await;
    // No tick is lost or delivered twice.
    let seen = ticks(browser.value("ticks.points"));
    assert_eq!(seen, (1..=seen.len()).map(|at| at as f64).collect::<Vec<_>>());

    browser.apply("reset.click", Value::Null).await;
    browser.until("a tick after the reset", |browser| ticks(browser.value("ticks.points")).last() < Some(&9.0)).await;

    browser.apply("period.value", 10_000).await;
    // It runs after a tick that is already running.
    browser.apply("reset.click", Value::Null).await;
    let before = browser.value("ticks.points").clone();
    // The other periodic callback shows how much time has passed.
    let fixed: u32 = browser.value("fixed.text").as_str().unwrap().parse().unwrap();
    browser
        .until("time", |browser| browser.value("fixed.text").as_str().unwrap().parse::<u32>().unwrap() > fixed + 10)
        .await;
    assert_eq!(browser.value("ticks.points"), &before);
}

#[tokio::test]
async fn a_period_is_checked_like_any_value() {
    let app = Served::new::<Ui>(Clock::default()).await;
    let mut browser = app.join().await;
    for period in [0.0, -1.0, 1e9] {
        assert!(matches!(browser.outcome_of("period.value", period).await, Outcome::Refused { .. }), "{period}");
    }
}
