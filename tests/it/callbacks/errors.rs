//! The hook for failed runs: the dashboard's `on_error`, or the callback's own. A hook must not disturb anything else.

use std::{
    sync::{Mutex, PoisonError, mpsc},
    time::Duration,
};

use dash_devices::prelude::*;
use serde_json::Value;

use crate::support::{Outcome, Served, eventually, log};

#[components]
struct Ui {
    level: Slider,
    readout: Text,
    private: Button,
    own: Button,
    uses: Text,
    use_it: Button,
}

#[derive(Default)]
struct Motor {
    uses: u32,
}

/// The calls of the hooks in this file: the hook's name and the parts of the failure.
static TOLD: Mutex<Vec<(&str, String, bool, bool)>> = Mutex::new(Vec::new());

fn note(hook: &'static str, failure: &Failure) {
    let told = (hook, failure.to_string(), failure.panicked(), failure.client().is_some());
    assert!(told.1.contains(failure.callback()) && told.1.ends_with(failure.message()), "{told:?}");
    TOLD.lock().unwrap_or_else(PoisonError::into_inner).push(told);
}

/// Waits for a call of this hook for this callback, and removes it.
async fn told(hook: &str, callback: &str) -> (String, bool, bool) {
    eventually("a hook to be called", async || {
        let mut all = TOLD.lock().unwrap_or_else(PoisonError::into_inner);
        let at = all.iter().position(|(by, text, ..)| *by == hook && text.starts_with(&format!("`{callback}`")))?;
        let (_, text, panicked, client) = all.remove(at);
        Some((text, panicked, client))
    })
    .await
}

/// At 0, the starting value, and from 90 on it panics. From 80 on it fails.
#[callback_shared(output = Ui::readout.text)]
fn drive(motor: &mut Motor, #[input(Ui::level.value)] level: f64) -> Result<String, String> {
    motor.uses += 1;
    assert!(level > 0.0 && level < 90.0, "the motor burns");
    if level < 80.0 { Ok(level.to_string()) } else { Err("jammed".to_owned()) }
}

#[callback(on = Ui::private.click)]
async fn private(motor: &mut Motor) -> Result<(), &'static str> {
    motor.uses += 1;
    tokio::task::yield_now().await;
    Err("no brake")
}

#[callback_shared(on = Ui::own.click, on_error = own_hook)]
fn own(motor: &mut Motor) -> Result<(), &'static str> {
    motor.uses += 1;
    Err("mine")
}

fn own_hook(failure: &Failure) {
    note("own", failure);
}

#[callback_shared(on = Ui::use_it.click, output = Ui::uses.text)]
fn count(motor: &mut Motor) -> String {
    motor.uses += 1;
    motor.uses.to_string()
}

impl Dashboard for Ui {
    type Device = Motor;
    type Session = ();
    const CALLBACKS: Callbacks<Self> = callbacks![drive, private, own, count];

    fn layout(self) -> Element {
        page("Errors", (self.level, self.readout, self.private, self.own, self.uses, self.use_it))
    }

    fn on_error(failure: &Failure) {
        note("dashboard", failure);
    }
}

#[tokio::test]
async fn a_failure_is_told_to_the_callbacks_own_hook_or_else_to_the_dashboards() {
    let app = Served::new::<Ui>(Motor::default()).await;
    // The first run, which no client caused.
    let first = told("dashboard", "drive").await;
    assert_eq!(first, ("`drive` panicked: the motor burns".to_owned(), true, false));
    let mut browser = app.join().await;
    // The user sees the same text.
    assert_eq!(browser.outcome_of("level.value", 85).await, Outcome::Failed("jammed".to_owned()));
    assert_eq!(told("dashboard", "drive").await, ("`drive` failed: jammed".to_owned(), false, true));
    browser.outcome_of("private.click", Value::Null).await;
    assert_eq!(told("dashboard", "private").await, ("`private` failed: no brake".to_owned(), false, true));
    browser.outcome_of("own.click", Value::Null).await;
    assert_eq!(told("own", "own").await, ("`own` failed: mine".to_owned(), false, true));
    // A success calls no hook, and no failure called it twice.
    browser.apply("level.value", 50).await;
    browser.apply("use_it.click", Value::Null).await;
    assert_eq!(browser.value("uses.text"), "6", "the device is back each time");
    assert_eq!(*TOLD.lock().unwrap(), []);
}

/// A hook that panics.
mod bad {
    use super::*;

    #[components]
    struct Ui {
        fail: Button,
        fail_slowly: Button,
        uses: Text,
        use_it: Button,
    }

    #[callback_shared(on = Ui::fail.click, on_error = panics)]
    fn fail(motor: &mut Motor) -> Result<(), &'static str> {
        motor.uses += 1;
        Err("bad")
    }

    #[callback_shared(on = Ui::fail_slowly.click, on_error = self::panics)]
    async fn fail_slowly(motor: &mut Motor) -> Result<(), &'static str> {
        motor.uses += 1;
        tokio::task::yield_now().await;
        Err("as bad")
    }

    fn panics(failure: &Failure) {
        panic!("{failure} was too much");
    }

    #[callback_shared(on = Ui::use_it.click, output = Ui::uses.text)]
    fn count(motor: &mut Motor) -> String {
        motor.uses += 1;
        motor.uses.to_string()
    }

    impl Dashboard for Ui {
        type Device = Motor;
        type Session = ();
        const CALLBACKS: Callbacks<Self> = callbacks![fail, fail_slowly, count];

        fn layout(self) -> Element {
            page("Bad", (self.fail, self.fail_slowly, self.uses, self.use_it))
        }
    }

    #[tokio::test]
    async fn a_hook_that_panics_is_logged_and_does_not_stop_the_island() {
        log::keep();
        let app = Served::new::<Ui>(Motor::default()).await;
        let mut browser = app.join().await;
        for (button, callback, failure) in
            [("fail.click", "fail", "bad"), ("fail_slowly.click", "fail_slowly", "as bad")]
        {
            assert_eq!(browser.outcome_of(button, Value::Null).await, Outcome::Failed(failure.to_owned()));
            log::says(&["ERROR", &format!("`{callback}` failed: {failure}; then its `on_error` panicked")]).await;
            assert_eq!(browser.outcome_of(button, Value::Null).await, Outcome::Failed(failure.to_owned()));
        }
        browser.apply("use_it.click", Value::Null).await;
        assert_eq!(browser.value("uses.text"), "5");
    }
}

/// A slow hook, for example one that sends a mail.
mod slow {
    use super::*;

    #[components]
    struct Ui {
        fail: Button,
        echo: Text,
        level: Slider,
    }

    #[callback_shared(on = Ui::fail.click)]
    fn fail(_motor: &mut Motor) -> Result<(), &'static str> {
        Err("as asked")
    }

    #[callback_shared(initial = false, output = Ui::echo.text)]
    fn echo(_motor: &mut Motor, #[input(Ui::level.value)] level: f64) -> String {
        level.to_string()
    }

    static GO_ON: Mutex<Option<mpsc::Receiver<()>>> = Mutex::new(None);
    static DONE: Mutex<u32> = Mutex::new(0);

    impl Dashboard for Ui {
        type Device = Motor;
        type Session = ();
        const CALLBACKS: Callbacks<Self> = callbacks![fail, echo];

        fn layout(self) -> Element {
            page("Slow", (self.fail, self.echo, self.level))
        }

        fn on_error(_failure: &Failure) {
            let go_on = GO_ON.lock().unwrap().take().unwrap();
            go_on.recv_timeout(Duration::from_secs(10)).unwrap();
            *DONE.lock().unwrap() += 1;
        }
    }

    #[tokio::test(flavor = "multi_thread", worker_threads = 2)]
    async fn a_slow_hook_holds_up_neither_the_answer_nor_the_device() {
        let (let_go, go_on) = mpsc::channel();
        *GO_ON.lock().unwrap() = Some(go_on);
        let app = Served::new::<Ui>(Motor::default()).await;
        let mut browser = app.join().await;
        let failed = Outcome::Failed("as asked".to_owned());
        assert_eq!(browser.outcome_of("fail.click", Value::Null).await, failed);
        browser.apply("level.value", 7).await;
        assert_eq!((browser.value("echo.text"), *DONE.lock().unwrap()), (&"7".into(), 0));
        let_go.send(()).unwrap();
        eventually("the end of the hook", async || (*DONE.lock().unwrap() == 1).then_some(())).await;
    }
}
