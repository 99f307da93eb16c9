//! Callbacks that fail, panic or take long: the failure is shown to the client that caused the run, logged, and marked
//! at the outputs. Everything else continues.

use std::{fmt, sync::mpsc, time::Duration};

use dash_devices::prelude::*;
use serde_json::Value;

use crate::support::{Outcome, Served, log};

#[components]
struct Ui {
    level: Slider,
    readout: Text,
    echo: Text,
    async_level: Slider,
    async_readout: Text,
    uses: Text,
    use_it: Button,
    stop: Button,
    other: Slider,
    other_readout: Text,
}

/// Counts its uses. The count must survive a panic.
#[derive(Default)]
struct Motor {
    uses: u32,
}

#[derive(Debug)]
struct Jammed(f64);

impl fmt::Display for Jammed {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "jammed at {}", self.0)
    }
}

/// From 90 on it panics, from 80 on it fails.
fn drive(motor: &mut Motor, level: f64) -> Result<String, Jammed> {
    motor.uses += 1;
    assert!(level < 90.0, "the motor burns at {level}");
    if level < 80.0 { Ok(format!("{level} rpm")) } else { Err(Jammed(level)) }
}

#[callback_shared(output = Ui::readout.text)]
fn sync_drive(motor: &mut Motor, #[input(Ui::level.value)] level: f64) -> Result<String, Jammed> {
    drive(motor, level)
}

#[callback_shared(output = Ui::echo.text)]
fn further(#[input(Ui::readout.text)] readout: String) -> String {
    readout
}

#[callback_shared(output = Ui::async_readout.text)]
async fn async_drive(motor: &mut Motor, #[input(Ui::async_level.value)] level: f64) -> Result<String, Jammed> {
    tokio::task::yield_now().await;
    drive(motor, level)
}

#[callback_shared(on = Ui::use_it.click, output = Ui::uses.text)]
fn count(motor: &mut Motor) -> String {
    motor.uses += 1;
    motor.uses.to_string()
}

/// It has no output to mark, so only the outcome reports the failure.
#[callback(on = Ui::stop.click)]
fn stop() -> Result<(), &'static str> {
    Err("no brake")
}

#[callback_shared(output = Ui::other_readout.text)]
fn elsewhere(#[input(Ui::other.value)] value: f64) -> String {
    value.to_string()
}

impl Dashboard for Ui {
    type Device = Motor;
    type Session = ();
    const CALLBACKS: Callbacks<Self> = callbacks![sync_drive, further, async_drive, count, stop, elsewhere];

    fn layout(self) -> Element {
        page(
            "Failures",
            (
                row((self.level, self.readout, self.echo, self.async_level, self.async_readout)),
                self.uses,
                self.use_it,
                self.stop,
                self.other,
                self.other_readout,
            ),
        )
    }
}

async fn fails_and_goes_on(input: &str, output: &str, callback: &str) {
    log::keep();
    let app = Served::new::<Ui>(Motor::default()).await;
    app.counted("runs", 4).await;
    let (mut asking, mut watching) = (app.join().await, app.join().await);
    asking.apply(input, 10).await;
    watching.sees(output, "10 rpm").await;

    // An error.
    let failed = "jammed at 85";
    assert_eq!(asking.outcome_of(input, 85).await, Outcome::Failed(failed.to_owned()));
    for browser in [&mut asking, &mut watching] {
        browser.until("the output to be bad", |browser| browser.bad(output) == Some(failed)).await;
        assert_eq!(browser.value(input), 85.0, "what was asked for is known");
        assert_eq!(browser.value(output), "10 rpm", "the last good value stays, marked");
    }
    log::says(&["WARN", &format!("`{callback}` failed: {failed}")]).await;

    // A panic.
    let panicked = format!("`{callback}` panicked: the motor burns at 95");
    assert_eq!(asking.outcome_of(input, 95).await, Outcome::Failed(panicked.clone()));
    watching.until("the output to be bad", |browser| browser.bad(output) == Some(&*panicked)).await;
    log::says(&["WARN", &panicked]).await;

    // A page that is opened later shows the mark too.
    let page = app.page().await;
    let wanted = format!("wanted 95, device had 10, failed: {panicked}");
    let marks = serde_json::json!([[page.number(input), wanted, 1], [page.number(output), panicked]]);
    assert_eq!(page.state["quality"], marks);

    // The device is available again, with its state: 3 uses here, 2 at the start, and this one.
    asking.apply("use_it.click", Value::Null).await;
    watching.sees("uses.text", "6").await;

    // A success removes the mark.
    asking.apply(input, 20).await;
    watching.until("the output to be good", |browser| browser.bad(output).is_none()).await;
    watching.sees(output, "20 rpm").await;
    assert_eq!(app.health().await["counts"]["failures"], 2);
}

#[tokio::test]
async fn a_failing_fn_is_shown_logged_and_does_not_keep_the_device() {
    fails_and_goes_on("level.value", "readout.text", "sync_drive").await;
}

#[tokio::test]
async fn a_failing_async_fn_is_shown_logged_and_does_not_keep_the_device() {
    fails_and_goes_on("async_level.value", "async_readout.text", "async_drive").await;
}

#[tokio::test]
async fn what_comes_after_a_failed_callback_does_not_run() {
    let app = Served::new::<Ui>(Motor::default()).await;
    let mut browser = app.join().await;
    browser.apply("level.value", 10).await;
    browser.sees("echo.text", "10 rpm").await;
    assert!(matches!(browser.outcome_of("level.value", 85).await, Outcome::Failed(_)));
    browser.settle().await;
    assert_eq!((browser.value("echo.text"), browser.bad("echo.text")), (&Value::from("10 rpm"), None));
}

#[tokio::test]
async fn a_private_failure_is_told_to_the_client_that_asked_alone() {
    log::keep();
    let app = Served::new::<Ui>(Motor::default()).await;
    app.counted("runs", 4).await;
    let (mut asking, mut watching) = (app.join().await, app.join().await);
    assert_eq!(asking.outcome_of("stop.click", Value::Null).await, Outcome::Failed("no brake".to_owned()));
    watching.settle().await;
    assert_eq!(watching.updates, [] as [Value; 0]);
    log::says(&["WARN", "`stop` failed: no brake"]).await;
}

mod slow {
    use super::*;

    #[components]
    struct Ui {
        level: Slider,
        readout: Text,
        other: Slider,
        other_readout: Text,
    }

    struct Slow {
        entered: mpsc::Sender<()>,
        go_on: mpsc::Receiver<()>,
    }

    #[callback_shared(initial = false, output = Ui::readout.text)]
    fn take_long(slow: &mut Slow, #[input(Ui::level.value)] level: f64) -> String {
        let _ = slow.entered.send(());
        let _ = slow.go_on.recv();
        level.to_string()
    }

    #[callback_shared(output = Ui::other_readout.text)]
    async fn elsewhere(#[input(Ui::other.value)] value: f64) -> String {
        value.to_string()
    }

    impl Dashboard for Ui {
        type Device = Slow;
        type Session = ();
        const CALLBACKS: Callbacks<Self> = callbacks![take_long, elsewhere];

        fn layout(self) -> Element {
            page("Slow", (self.level, self.readout, self.other, self.other_readout))
        }
    }

    #[tokio::test]
    async fn a_slow_callback_is_seen_to_work_and_holds_up_nothing_else() {
        let (entered, has_entered) = mpsc::channel();
        let (let_go, go_on) = mpsc::channel();
        let app = Served::new::<Ui>(Slow { entered, go_on }).await;
        let (mut asking, mut watching) = (app.join().await, app.join().await);
        let number = asking.set("level.value", 30).await;
        // The set-point takes effect and is shown at once. The command is reported as accepted.
        watching.sees("level.value", 30.0).await;
        asking.until("accepted", |browser| browser.outcomes(number) == [Outcome::Accepted]).await;
        let wait = tokio::task::spawn_blocking(move || has_entered.recv_timeout(Duration::from_secs(10)));
        wait.await.unwrap().unwrap();
        for value in 1..10 {
            watching.apply("other.value", value).await;
            asking.sees("other_readout.text", value.to_string()).await;
        }
        assert_eq!(asking.value("readout.text"), "");
        let_go.send(()).unwrap();
        assert_eq!(asking.outcome(number).await, Outcome::Applied);
        assert_eq!(asking.outcomes(number), [Outcome::Accepted, Outcome::Applied]);
        watching.sees("readout.text", "30").await;
    }
}

/// Quick callbacks run on the thread where their command arrives. Later, one of them becomes slow.
mod suddenly_slow {
    use super::*;

    #[components]
    struct Ui {
        level: Slider,
        readout: Text,
        other_readout: Text,
        stop: Button,
        stopped: Text,
    }

    struct Slow {
        entered: mpsc::Sender<()>,
        go_on: mpsc::Receiver<()>,
    }

    #[derive(Default)]
    struct Brake {
        stops: u32,
    }

    #[derive(Device)]
    struct Machine {
        slow: Slow,
        brake: Brake,
    }

    #[callback_shared(output = Ui::readout.text)]
    fn drive(slow: &mut Slow, #[input(Ui::level.value)] level: f64) -> String {
        if level > 90.0 {
            let _ = slow.entered.send(());
            let _ = slow.go_on.recv();
        }
        level.to_string()
    }

    #[callback_shared(output = Ui::other_readout.text)]
    fn show(#[input(Ui::level.value)] level: f64) -> String {
        level.to_string()
    }

    #[callback_shared(on = Ui::stop.click, output = Ui::stopped.text)]
    fn stop(brake: &mut Brake) -> String {
        brake.stops += 1;
        brake.stops.to_string()
    }

    impl Dashboard for Ui {
        type Device = Machine;
        type Session = ();
        const CALLBACKS: Callbacks<Self> = callbacks![drive, show, stop];

        fn layout(self) -> Element {
            page("Suddenly slow", (self.level, self.readout, self.other_readout, self.stop, self.stopped))
        }
    }

    #[tokio::test(flavor = "multi_thread", worker_threads = 2)]
    async fn the_stop_button_of_the_same_page_works() {
        let (entered, has_entered) = mpsc::channel();
        let (let_go, go_on) = mpsc::channel();
        let app = Served::new::<Ui>(Machine { slow: Slow { entered, go_on }, brake: Brake::default() }).await;
        let (mut browser, mut other) = (app.join().await, app.join().await);
        // Enough runs for all of them to count as quick.
        for run in 0..400 {
            browser.apply("level.value", run % 50).await;
            browser.apply("stop.click", Value::Null).await;
        }
        let slow = browser.set("level.value", 95).await;
        let wait = tokio::task::spawn_blocking(move || has_entered.recv_timeout(Duration::from_secs(10)));
        wait.await.unwrap().unwrap();
        // The sender sees that its command is running. It can continue, and above all it can stop the device.
        browser.apply("stop.click", Value::Null).await;
        assert_eq!(browser.value("stopped.text"), "401");
        browser.sees("level.value", 95.0).await;
        browser.until("to be at work", |browser| browser.outcomes(slow) == [Outcome::Accepted]).await;
        // The other callbacks that the same command started are not delayed.
        other.sees("other_readout.text", "95").await;
        let_go.send(()).unwrap();
        assert_eq!(browser.outcome(slow).await, Outcome::Applied);
        other.sees("readout.text", "95").await;
        // The page has the same socket, and only one.
        browser.apply("stop.click", Value::Null).await;
        assert_eq!(app.health().await["clients"], 2);
        drop(browser);
        app.has_clients(1).await;
    }
}
