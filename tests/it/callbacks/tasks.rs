//! Long runs on a real server: their progress is visible, and they can be cancelled.

use std::{
    sync::{
        Arc,
        atomic::{AtomicBool, Ordering},
    },
    thread,
    time::Duration,
};

use dash_devices::prelude::*;
use dash_runtime::testing::InMemory;
use serde_json::{Value, json};

use crate::support::{Outcome, Served};

#[components]
struct Ui {
    scan: Button,
    stop: Button,
    bar: Progress,
    result: Text,
    grind: Button,
    ground: Text,
    mine: Button,
    my_bar: Progress,
    level: Slider,
    readout: Text,
}

/// Records the end of its run, however it ends.
struct Over(Arc<AtomicBool>);

impl Drop for Over {
    fn drop(&mut self) {
        self.0.store(true, Ordering::Release);
    }
}

#[derive(Default)]
struct Motor {
    runs: u32,
    over: Arc<AtomicBool>,
}

/// Borrows the device, and never ends by itself.
#[callback_shared(
    on = Ui::scan.click,
    cancel = Ui::stop.click,
    output = Ui::result.text,
    running(Ui::scan.disabled = true),
)]
async fn scan(motor: &mut Motor, #[progress(Ui::bar.value)] bar: ProgressSink<Option<f64>>) -> String {
    motor.runs += 1;
    let _over = Over(Arc::clone(&motor.over));
    for percent in 1_u32.. {
        bar.set(Some(f64::from(percent.min(90))));
        tokio::time::sleep(Duration::from_millis(1)).await;
    }
    "done".to_owned()
}

/// Does not borrow the device, and asks for cancellation.
#[callback_shared(on = Ui::grind.click, cancel = Ui::stop.click, output = Ui::ground.text)]
fn grind(task: Cancellation) -> &'static str {
    while !task.is_cancelled() {
        thread::sleep(Duration::from_millis(1));
    }
    "stopped"
}

/// Private, and at the highest possible rate.
#[callback(on = Ui::mine.click)]
fn mine(#[progress(Ui::my_bar.value)] bar: ProgressSink<Option<f64>>) {
    (0..=100).for_each(|percent| bar.set(Some(f64::from(percent))));
}

#[callback_shared(output = Ui::readout.text)]
fn drive(motor: &mut Motor, #[input(Ui::level.value)] level: f64) -> String {
    format!("{level} after {}", motor.runs)
}

impl Dashboard for Ui {
    type Device = Motor;
    type Session = ();
    const CALLBACKS: Callbacks<Self> = callbacks![scan, grind, mine, drive];

    fn layout(self) -> Element {
        page(
            "Tasks",
            (
                row((self.scan, self.stop, self.bar, self.result, self.grind, self.ground)),
                row((self.mine, self.my_bar, self.level, self.readout)),
            ),
        )
    }
}

fn cancelled(callback: &str) -> Outcome {
    Outcome::Failed(format!("`{callback}` was cancelled"))
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn everybody_sees_how_far_a_run_is_and_anybody_cancels_it() {
    let motor = Motor::default();
    let over = Arc::clone(&motor.over);
    let app = Served::new::<Ui>(motor).await;
    let (mut asking, mut watching) = (app.join().await, app.join().await);
    let scan = asking.set("scan.click", Value::Null).await;
    watching.sees("scan.disabled", true).await;
    watching.until("some progress", |browser| browser.value("bar.value").as_f64() >= Some(5.0)).await;
    // A page that is opened later shows the progress.
    let late = app.page().await;
    assert!(late.value("bar.value").as_f64() >= Some(5.0) && late.value("scan.disabled") == &json!(true));
    // Commands for the device wait; the stop button does not.
    let waits = watching.set("level.value", 7).await;
    watching.apply("stop.click", Value::Null).await;
    assert_eq!(asking.outcome(scan).await, cancelled("scan"));
    assert!(over.load(Ordering::Acquire), "the future was dropped before its outcome was told");
    assert_eq!(watching.outcome(waits).await, Outcome::Applied);
    for browser in [&mut asking, &mut watching] {
        browser.sees("readout.text", "7 after 1").await;
        browser.sees("scan.disabled", false).await;
        assert_eq!((browser.value("result.text"), browser.bad("result.text")), (&"".into(), None));
    }
}

#[tokio::test]
async fn a_fn_is_asked_to_end_and_its_result_counts() {
    let app = Served::new::<Ui>(Motor::default()).await;
    let mut browser = app.join().await;
    let grind = browser.set("grind.click", Value::Null).await;
    browser.until("to be at work", |browser| browser.outcomes(grind) == [Outcome::Accepted]).await;
    // It does not borrow the device, so the device is free.
    browser.apply("level.value", 3).await;
    assert_eq!(browser.value("readout.text"), "3 after 0");
    browser.apply("stop.click", Value::Null).await;
    assert_eq!(browser.outcome(grind).await, Outcome::Merged, "its own newer command has cancelled it");
    browser.sees("ground.text", "stopped").await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_program_that_ends_cancels_what_can_be_cancelled() {
    let motor = Motor::default();
    let over = Arc::clone(&motor.over);
    // Long enough that the test would time out if the shutdown waited for runs that do not end by themselves.
    let app = Served::with_limits::<Ui>(motor, |limits| limits.shutdown = Duration::from_secs(3600)).await;
    let mut browser = app.join().await;
    browser.set("scan.click", Value::Null).await;
    browser.set("grind.click", Value::Null).await;
    browser.sees("scan.disabled", true).await;
    app.stop().await;
    assert!(over.load(Ordering::Acquire));
}

#[tokio::test]
async fn private_progress_is_seen_by_one_client_and_the_newest_value_arrives() {
    let app = Served::new::<Ui>(Motor::default()).await;
    let (mut asking, mut watching) = (app.join().await, app.join().await);
    asking.apply("mine.click", Value::Null).await;
    asking.sees("my_bar.value", 100.0).await;
    // How many of the values arrive depends on which thread runs when: on one busy processor nearly all. That a page which
    // cannot take each one gets the newest is tested in virtual time. Here each one is newer than the one before.
    let bar = asking.page.number("my_bar.value");
    let of_bar = |frame: &Value| -> Vec<f64> {
        let values = frame["p"].as_array().into_iter().flatten();
        values.filter(|entry| entry[0] == bar).filter_map(|entry| entry[1].as_f64()).collect()
    };
    let seen: Vec<f64> = asking.updates.iter().flat_map(of_bar).collect();
    assert!(seen.len() <= 101 && seen.is_sorted_by(|one, next| one < next) && seen.last() == Some(&100.0), "{seen:?}");
    watching.settle().await;
    assert_eq!(watching.value("my_bar.value"), &Value::Null);
}

#[test]
fn in_memory_there_is_progress_too() {
    let mut app = InMemory::new::<Ui>(Motor::default()).unwrap();
    let (ada, bob) = (app.join(), app.join());
    app.frames(&ada);
    let (mine, bar) = (app.number("mine", "click").unwrap(), app.number("my_bar", "value").unwrap());
    app.send(&ada, &json!({"n": 1, "p": mine}).to_string());
    let frames = app.frames(&ada).concat();
    assert!(frames.contains(&format!("[{bar},100.0]")), "{frames}");
    assert_eq!(app.frames(&bob), [] as [String; 0]);
}
