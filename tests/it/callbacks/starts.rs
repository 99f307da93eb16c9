//! The first run of a callback.

use std::sync::{Arc, Mutex};

use dash_devices::prelude::*;
use dash_runtime::testing::InMemory;
use serde_json::json;

#[components]
struct Ui {
    level: Slider,
    shared: Text,
    private: Text,
    waits: Text,
    waits_too: Text,
}

/// The runs, by the callback's name.
#[derive(Default, Clone)]
struct Runs(Arc<Mutex<Vec<&'static str>>>);

impl Runs {
    fn note(&mut self, name: &'static str) -> String {
        self.0.lock().unwrap().push(name);
        name.to_owned()
    }

    fn take(&self) -> Vec<&'static str> {
        let mut runs = std::mem::take(&mut *self.0.lock().unwrap());
        runs.sort_unstable();
        runs
    }
}

#[callback_shared(output = Ui::shared.text)]
fn shared(runs: &mut Runs, #[input(Ui::level.value)] _level: f64) -> String {
    runs.note("shared")
}

#[callback(output = Ui::private.text)]
fn private(runs: &mut Runs, #[input(Ui::level.value)] _level: f64) -> String {
    runs.note("private")
}

#[callback_shared(initial = false, output = Ui::waits.text)]
fn waits(runs: &mut Runs, #[input(Ui::level.value)] _level: f64) -> String {
    runs.note("waits")
}

#[callback(initial = false, output = Ui::waits_too.text)]
fn waits_too(runs: &mut Runs, #[input(Ui::level.value)] _level: f64) -> String {
    runs.note("waits too")
}

impl Dashboard for Ui {
    type Device = Runs;
    type Session = ();
    const CALLBACKS: Callbacks<Self> = callbacks![shared, private, waits, waits_too];

    fn layout(self) -> Element {
        page("Starts", (self.level, self.shared, self.private, self.waits, self.waits_too))
    }
}

#[test]
fn a_shared_callback_runs_once_at_the_start_and_a_private_one_for_each_client() {
    let runs = Runs::default();
    let mut app = InMemory::new::<Ui>(runs.clone()).unwrap();
    assert_eq!(runs.take(), ["shared"], "before anybody comes");
    for _ in 0..3 {
        app.join();
        assert_eq!(runs.take(), ["private"]);
    }
}

#[test]
fn with_initial_false_it_waits_for_the_first_change() {
    let runs = Runs::default();
    let mut app = InMemory::new::<Ui>(runs.clone()).unwrap();
    let (ada, _bob) = (app.join(), app.join());
    assert!(!runs.take().iter().any(|name| name.starts_with("waits")));
    app.send(&ada, &json!({"n": 1, "p": app.number("level", "value"), "v": 4}).to_string());
    assert_eq!(runs.take(), ["private", "private", "shared", "waits", "waits too", "waits too"]);
}

/// A connect hook that fails for every client.
mod failing {
    use super::*;
    use crate::support::Served;

    #[components]
    struct Ui {
        level: Slider,
        doubled: Text,
    }

    #[callback(on = connect)]
    fn come() {
        panic!("nobody is welcome");
    }

    #[callback_shared(output = Ui::doubled.text)]
    fn double(#[input(Ui::level.value)] level: f64) -> String {
        (level * 2.0).to_string()
    }

    impl Dashboard for Ui {
        type Device = ();
        type Session = ();
        const CALLBACKS: Callbacks<Self> = callbacks![come, double];

        fn layout(self) -> Element {
            page("Failing", (self.level, self.doubled))
        }
    }

    #[tokio::test]
    async fn a_connect_hook_that_panics_closes_nobodys_page() {
        let app = Served::new::<Ui>(()).await;
        let (mut ada, mut bob) = (app.join().await, app.join().await);
        ada.apply("level.value", 4).await;
        bob.sees("doubled.text", "8").await;
        app.counted("failures", 2).await;
        app.has_clients(2).await;
        bob.apply("level.value", 5).await;
    }
}
