//! Pushes from threads, tasks and callbacks, before the start and after the end, on a real server.

use std::{
    sync::{
        Arc, Mutex,
        atomic::{AtomicBool, Ordering},
        mpsc,
    },
    thread,
    time::Duration,
};

use dash_devices::{App, Handle, PushError, changes, prelude::*};
use dash_runtime::testing::InMemory;
use serde_json::Value;

use crate::support::{Served, within};

#[components]
struct Ui {
    wish: Slider,
    reading: Gauge,
    note: Text,
    history: Trend,
    go: Button,
    went: Text,
    again: Slider,
    rounds: Text,
    calm: Slider,
    calmly: Text,
    first: Text,
}

/// A thermostat with its own thread.
struct Thermostat {
    handle: Handle<Ui>,
}

impl Thermostat {
    fn new(handle: Handle<Ui>) -> Self {
        Self { handle }
    }

    /// Regulates until the dashboard ends, and then reports that.
    fn start(handle: Handle<Ui>, ended: mpsc::Sender<PushError>) -> Self {
        let own = handle.clone();
        thread::spawn(move || {
            loop {
                let wish = own.get(Ui::wish.value);
                if let Err(error) = own.push(changes![Ui::reading.value = wish + 0.5, Ui::note.text = "regulated"]) {
                    return ended.send(error);
                }
                thread::sleep(Duration::from_millis(5));
            }
        });
        Self { handle }
    }
}

/// An async callback that pushes.
#[callback_shared(on = Ui::go.click, output = Ui::went.text)]
async fn go(thermostat: &mut Thermostat, handle: Handle<Ui>) -> Result<String, PushError> {
    handle.push(changes![Ui::note.text = "going", Ui::wish.value = 20.0])?;
    tokio::task::yield_now().await;
    // The pushed value is visible everywhere, also here.
    let wish = thermostat.handle.get(Ui::wish.value);
    Ok(format!("went at {wish}"))
}

/// A `fn` callback that pushes, also at the start.
#[callback_shared(output = Ui::first.text)]
fn first(handle: Handle<Ui>, #[input(Ui::wish.value)] wish: f64) -> Result<String, PushError> {
    handle.push(changes![Ui::calm.value = wish])?;
    Ok(format!("first {wish}"))
}

/// Pushes to its own input, endlessly while the value is above 50.
#[callback_shared(output = Ui::rounds.text)]
fn again(handle: Handle<Ui>, #[input(Ui::again.value)] to: f64) -> Result<String, PushError> {
    if to > 50.0 {
        handle.push(changes![Ui::again.value = if to >= 100.0 { 51.0 } else { to + 1.0 }])?;
    } else if to > 0.0 {
        handle.push(changes![Ui::again.value = to - 1.0])?;
    }
    Ok(to.to_string())
}

#[callback_shared(output = Ui::calmly.text)]
fn calmly(#[input(Ui::calm.value)] calm: f64) -> String {
    format!("calm {calm}")
}

impl Dashboard for Ui {
    type Device = Thermostat;
    type Session = ();
    const CALLBACKS: Callbacks<Self> = callbacks![go, first, again, calmly];

    fn layout(self) -> Element {
        page(
            "Push",
            (
                card(
                    "",
                    (self.wish, self.reading, self.note, self.history.series(["thread", "at"]), self.go, self.went),
                ),
                card("", (self.again, self.rounds, self.calm, self.calmly, self.first)),
            ),
        )
    }
}

#[tokio::test]
async fn a_thread_of_the_device_pushes_to_every_page_until_the_dashboard_ends() {
    let (ended, end) = mpsc::channel();
    let app = Served::app(App::with::<Ui>(|handle| Thermostat::start(handle, ended)).unwrap()).await;
    let (mut ada, mut bob) = (app.join().await, app.join().await);
    ada.apply("wish.value", 19).await;
    for browser in [&mut ada, &mut bob] {
        browser.sees("reading.value", 19.5).await;
        assert_eq!(browser.value("note.text"), "regulated");
    }
    app.stop().await;
    let error = within("the thread's end", tokio::task::spawn_blocking(move || end.recv())).await.unwrap().unwrap();
    assert_eq!(error, PushError::Ended);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn fault_08_a_push_from_inside_a_coroutine_callback_does_not_block_the_server() {
    let app = Served::app(App::with::<Ui>(Thermostat::new).unwrap()).await;
    let (mut ada, mut bob) = (app.join().await, app.join().await);
    for _ in 0..20 {
        ada.apply("go.click", Value::Null).await;
    }
    for browser in [&mut ada, &mut bob] {
        browser.sees("went.text", "went at 20").await;
        browser.sees("calmly.text", "calm 20").await;
        assert_eq!(browser.value("note.text"), "going");
    }
}

#[tokio::test]
async fn fault_09_a_push_from_a_sync_callback_at_the_start_keeps_nobody_out() {
    let app = Served::app(App::with::<Ui>(Thermostat::new).unwrap()).await;
    let mut ada = app.join().await;
    ada.sees("first.text", "first 0").await;
    ada.sees("calmly.text", "calm 0").await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn fault_10_a_push_that_leads_back_to_the_same_callback_runs_it_again() {
    let app = Served::app(App::with::<Ui>(Thermostat::new).unwrap()).await;
    let mut ada = app.join().await;
    ada.apply("again.value", 30).await;
    ada.sees("rounds.text", "0").await;
    assert_eq!(ada.value("again.value"), 0.0);
}

/// On one thread, where a task that does not yield stops all others.
#[tokio::test]
async fn an_endless_circle_of_pushes_starves_nobody() {
    let app = Served::app(App::with::<Ui>(Thermostat::new).unwrap()).await;
    let (mut ada, mut bob) = (app.join().await, app.join().await);
    ada.set("again.value", 60).await;
    // Few commands, because the circle takes all of a core until this test ends.
    for calm in 1..=4 {
        bob.apply("calm.value", calm).await;
        bob.sees("calmly.text", format!("calm {calm}")).await;
    }
    // The cycle continues, and a command in its queue runs in between.
    app.counted("runs", 200).await;
    bob.apply("again.value", 52).await;
}

#[test]
fn before_the_first_client_and_before_the_start_pushes_are_kept_and_read_back() {
    let kept = Arc::new(Mutex::new(None));
    let given = Arc::clone(&kept);
    let app = App::with::<Ui>(move |handle| {
        handle.push(changes![Ui::wish.value = 7.0, Ui::history.points = vec![Sample::now([1.0])]]).unwrap();
        assert_eq!(handle.get(Ui::wish.value), 7.0);
        *given.lock().unwrap() = Some(handle.clone());
        Thermostat::new(handle)
    });
    let mut app = InMemory::of(app.unwrap());
    let handle = kept.lock().unwrap().take().unwrap();
    assert_eq!((handle.get(Ui::first.text), handle.get(Ui::calmly.text)), ("first 7".into(), "calm 7".into()));
    app.push(changes![Ui::wish.value = 8.0]).unwrap();
    assert_eq!((handle.get(Ui::first.text), handle.get(Ui::calmly.text)), ("first 8".into(), "calm 8".into()));
    assert!(app.page().contains(">first 8<"));
    drop(app);
    assert_eq!(handle.push(changes![Ui::wish.value = 9.0]), Err(PushError::Ended));
    assert_eq!(handle.fire(Ui::go.click, ()), Err(PushError::Ended));
    assert_eq!(handle.get(Ui::first.text), "first 8", "the last value stays readable");
}

#[test]
fn an_app_that_is_never_started_says_so_to_its_handles() {
    let kept = Arc::new(Mutex::new(None));
    let given = Arc::clone(&kept);
    let app = App::with::<Ui>(move |handle| {
        *given.lock().unwrap() = Some(handle.clone());
        Thermostat::new(handle)
    });
    let handle = kept.lock().unwrap().take().unwrap();
    handle.push(changes![Ui::wish.value = 9.0]).unwrap();
    drop(app);
    assert_eq!(handle.push(changes![Ui::wish.value = 10.0]), Err(PushError::Ended));
    assert_eq!(handle.get(Ui::wish.value), 9.0);
}

/// From many threads at once: no push is lost, and no thread waits for another.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn pushes_from_many_threads_all_arrive() {
    let kept = Arc::new(Mutex::new(None));
    let given = Arc::clone(&kept);
    let app = App::with::<Ui>(move |handle| {
        *given.lock().unwrap() = Some(handle.clone());
        Thermostat::new(handle)
    });
    let app = Served::app(app.unwrap()).await;
    let mut ada = app.join().await;
    let handle = kept.lock().unwrap().take().unwrap();
    let failed = Arc::new(AtomicBool::new(false));
    let threads: Vec<_> = (0..4_u32)
        .map(|thread| {
            let (handle, failed) = (handle.clone(), Arc::clone(&failed));
            thread::spawn(move || {
                for at in 0..100_u32 {
                    let sample = Sample::now([f64::from(thread), f64::from(at)]);
                    let pushed = handle.push(changes![Ui::history.points = sample, Ui::calm.value = at]);
                    failed.fetch_or(pushed.is_err(), Ordering::Relaxed);
                }
            })
        })
        .collect();
    tokio::task::spawn_blocking(|| threads.into_iter().for_each(|thread| thread.join().unwrap())).await.unwrap();
    assert!(!failed.load(Ordering::Relaxed));
    ada.until("all samples", |ada| ada.value("history.points").as_array().map(Vec::len) == Some(400)).await;
    ada.sees("calmly.text", format!("calm {}", handle.get(Ui::calm.value))).await;
}

/// Another dashboard, with a component of the same name.
#[components]
struct Other {
    speed: Slider,
    go: Button,
    wish: Text,
}

impl Dashboard for Other {
    type Device = ();
    type Session = ();
    const CALLBACKS: Callbacks<Self> = callbacks![];

    fn layout(self) -> Element {
        page("Other", (self.speed, self.go, self.wish))
    }
}

#[test]
#[should_panic(expected = "`speed.value` is not a property of the dashboard `Ui`, which this handle is for")]
fn a_property_of_another_dashboard_is_not_read() {
    let _ = App::with::<Ui>(|handle| {
        handle.get(Other::speed.value);
        Thermostat::new(handle)
    });
}

#[tokio::test]
async fn an_event_and_one_clients_value_of_another_dashboard_are_errors() {
    let kept = Arc::new(Mutex::new(None));
    let given = Arc::clone(&kept);
    let app = App::with::<Ui>(move |handle| {
        *given.lock().unwrap() = Some(handle.clone());
        Thermostat::new(handle)
    });
    let app = Served::app(app.unwrap()).await;
    let _ada = app.join().await;
    let handle = kept.lock().unwrap().take().unwrap();
    let foreign = |prop: &str| PushError::Foreign { prop: prop.to_owned(), dashboard: "Ui".to_owned() };
    let fired = handle.fire(Other::go.click, ());
    assert_eq!(fired, Err(foreign("go.click")));
    let one = handle.client(handle.clients().iter().next().unwrap().id()).unwrap();
    assert_eq!(one.get(Other::speed.value), Err(foreign("speed.value")));
    assert_eq!(one.get(Other::wish.text), Err(foreign("wish.text")));
    assert_eq!(one.fire(Other::go.click, ()), Err(foreign("go.click")));
}
