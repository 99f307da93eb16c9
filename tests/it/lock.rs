//! No function of a user runs while the engine is locked, and none runs without the server's knowledge.

use std::sync::{Arc, Mutex, OnceLock, mpsc};

use dash_devices::{App, Edit, Handle, Path, prelude::*};
use serde_json::json;

use crate::support::{Heard, PATIENCE, Served, eventually, http, within};

/// The functions below use it. If one of them ran under the engine's lock, it would wait for itself for ever.
static HANDLE: OnceLock<Handle<Ui>> = OnceLock::new();

#[components]
struct Ui {
    level: Slider,
    add: Button,
    bump: Button,
    rows: Many<u32, Text>,
    total: NumberInput,
}

#[callback_shared(on = Ui::add.click, output = Ui::rows.rows)]
fn add(#[state(Ui::rows.rows)] rows: &[u32]) -> Edit<Vec<u32>> {
    Edit::list().push(rows.len() as u32 + 1)
}

#[callback_shared(on = Ui::bump.click, output = Ui::total.value)]
fn bump() -> Edit<f64> {
    Edit::with(|total: &mut f64| *total += level())
}

fn level() -> f64 {
    HANDLE.get().map_or(0.0, |handle| handle.get(Ui::level.value))
}

impl Dashboard for Ui {
    type Device = ();
    type Session = ();
    const CALLBACKS: Callbacks<Self> = callbacks![add, bump];

    fn layout(self) -> Element {
        let rows = self.rows.each(|key, row| row.text(format!("{key} at {}", level())));
        page("Lock", (self.level.value(7.0), self.add, self.bump, rows, self.total))
    }
}

#[tokio::test]
async fn the_functions_that_build_rows_and_edit_values_may_use_a_handle() {
    let app = App::with::<Ui>(|handle| {
        assert!(HANDLE.set(handle).is_ok(), "one test has this dashboard");
    });
    let _app = Served::app(app.unwrap()).await;
    let handle = HANDLE.get().unwrap();
    handle.fire(Ui::add.click, ()).unwrap();
    handle.fire(Ui::bump.click, ()).unwrap();
    eventually("a row and an edit of callbacks", async || {
        (handle.get(Ui::rows.row(1).text) == "1 at 7" && handle.get(Ui::total.value) == 7.0).then_some(())
    })
    .await;
    let push = tokio::task::spawn_blocking(|| {
        handle.push(changes![Ui::rows.rows = vec![1, 5]])?;
        handle.push(changes![Ui::total.value = Edit::with(|total: &mut f64| *total += level())])
    });
    within("pushes", push).await.unwrap().unwrap();
    assert_eq!((handle.get(Ui::rows.row(5).text), handle.get(Ui::total.value)), ("5 at 7".to_owned(), 14.0));
}

/// Who made the first look of the page, and what it waits for.
static GATE: Mutex<Option<(mpsc::Sender<()>, mpsc::Receiver<()>)>> = Mutex::new(None);

#[derive(Route, Clone, Debug, PartialEq)]
enum Where {
    #[route("/")]
    Home,
    #[route(not_found)]
    Nowhere,
}

#[components]
struct Paged {
    router: Router,
}

#[callback(output = Paged::router.children)]
fn pages(#[input(Paged::router.path)] path: &Path) -> Element {
    if let Some((entered, go_on)) = GATE.lock().unwrap().take() {
        let _ = entered.send(());
        let _ = go_on.recv();
    }
    match path.route() {
        Where::Home => view("Home", ()),
        Where::Nowhere => not_found_view("Nothing here", ()),
    }
}

impl Dashboard for Paged {
    type Device = Arc<()>;
    type Session = ();
    const CALLBACKS: Callbacks<Self> = callbacks![pages];

    fn layout(self) -> Element {
        page("Paged", self.router)
    }
}

#[tokio::test]
async fn a_shutdown_waits_for_the_callback_of_a_first_paint() {
    let device = Arc::new(());
    let app = Served::new::<Paged>(Arc::clone(&device)).await;
    let ((entered, has_entered), (let_go, go_on)) = (mpsc::channel(), mpsc::channel());
    *GATE.lock().unwrap() = Some((entered, go_on));
    let address = app.address;
    let load = tokio::spawn(async move { http::send(address, &http::Request::get("/")).await.status });
    tokio::task::spawn_blocking(move || has_entered.recv_timeout(PATIENCE)).await.unwrap().unwrap();
    let end = tokio::spawn(app.stop());
    // The other half of the shutdown, the goodbyes, is long done.
    tokio::time::sleep(std::time::Duration::from_millis(150)).await;
    assert!(!end.is_finished(), "a callback of the user still runs");
    let_go.send(()).unwrap();
    within("the end", end).await.unwrap();
    load.abort();
    eventually("the device to be dropped", async || (Arc::strong_count(&device) == 1).then_some(())).await;
}

#[tokio::test]
async fn all_of_many_sockets_hear_the_goodbye() {
    let app = Served::new::<Paged>(Arc::default()).await;
    let mut browsers = Vec::new();
    for _ in 0..60 {
        browsers.push(app.join().await);
    }
    app.stop().await;
    // The server is gone: whatever was not said before is never heard.
    for browser in &mut browsers {
        assert_eq!(browser.end().await, Heard::Closed(1001));
    }
    assert_eq!(json!(browsers.len()), 60);
}
