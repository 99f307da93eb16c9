//! `#[keep]` with a store, over real servers and processes: restarts, `kill -9`, and disks that are full or slow.

use std::{
    collections::BTreeMap,
    fs,
    net::SocketAddr,
    ops::Range,
    path::{Path, PathBuf},
    sync::{
        Arc, Mutex,
        atomic::{AtomicBool, AtomicUsize, Ordering},
    },
    time::{Duration, Instant},
};

use dash_devices::{
    App,
    prelude::*,
    store::{Entry, Level, MemoryStore, Order, Store, StoreError, StoreFault, Table, Visit},
};
use serde_json::{Value, json};
use tokio::time::sleep;
use tokio_tungstenite::tungstenite::Message;

use crate::support::{
    Browser, Heard, Outcome, Page, Program, Served, eventually,
    http::{self, Request},
    log, takes_less_than,
};

#[components]
struct Ui {
    #[keep]
    speeds: [Slider; 5],
    #[keep]
    name: Input,
    #[keep(text)]
    count: Text,
    add: Button,
    stop: Stop,
    note: Input,
}

/// What the motor was told, in its order.
#[derive(Default, Clone)]
struct Motor(Arc<Mutex<Vec<f64>>>);

#[callback_shared]
fn drive(motor: &mut Motor, #[input(Ui::speeds[0].value)] speed: f64) {
    motor.0.lock().unwrap().push(speed);
}

#[callback_shared(on = Ui::add.click, output = Ui::count.text)]
fn add(#[state(Ui::count.text)] before: &str) -> String {
    (before.parse::<u32>().unwrap_or(0) + 1).to_string()
}

impl Dashboard for Ui {
    type Device = Motor;
    type Session = ();
    const CALLBACKS: Callbacks<Self> = callbacks![drive, add];

    fn stops(_: &Motor) -> Stops<Self> {
        Stops::new().on(Self::stop, || ())
    }

    fn layout(self) -> Element {
        let speeds = self.speeds.map(|speed| speed.max(1e9));
        page("Motor", (row(speeds), self.name, self.count, self.add, self.stop, self.note))
    }
}

async fn served(motor: Motor, store: impl Store) -> Served {
    Served::app(App::new::<Ui>(motor).unwrap().store_in(store)).await
}

#[tokio::test(flavor = "multi_thread")]
async fn after_a_restart_the_first_page_the_device_and_an_open_page_have_the_kept_values() {
    let store = MemoryStore::new();
    let before = served(Motor::default(), store.clone()).await;
    let mut tab = before.join().await;
    tab.apply("speeds-0.value", 42).await;
    tab.apply("name.value", "rosa").await;
    tab.apply("note.value", "gone").await;
    tab.apply("add.click", Value::Null).await;
    before.stop().await;
    let _ = tab.end().await;

    let motor = Motor::default();
    let after = served(motor.clone(), store).await;
    let page = after.page().await;
    assert_eq!(page.value("speeds-0.value"), &json!(42.0), "in the document, before any script");
    assert_eq!(page.value("name.value"), "rosa");
    assert_eq!(page.value("count.text"), "1");
    assert_eq!(page.value("note.value"), "", "only what has the attribute is kept");
    eventually("the motor to have it", async || (*motor.0.lock().unwrap() == [42.0]).then_some(())).await;
    // The page of the process before takes the same values in place.
    tab.come_back_to(after.address).await;
    tab.sees("speeds-0.value", 42.0).await;
    // The server of another run numbers commands anew.
    tab.last = 0;
    tab.apply("add.click", Value::Null).await;
    tab.sees("count.text", "2").await;
}

#[tokio::test(flavor = "multi_thread")]
async fn after_a_restart_a_page_is_told_what_became_of_the_commands_whose_answers_it_has_not_read() {
    let store = MemoryStore::new();
    let before = served(Motor::default(), store.clone()).await;
    let (mut tab, mut other) = (before.join().await, before.join().await);
    tab.set("add.click", Value::Null).await;
    tab.set("speeds-0.value", -1e12).await;
    other.sees("count.text", "1").await;
    before.stop().await;

    let after = served(Motor::default(), store).await;
    let welcome = tab.come_back_to(after.address).await;
    let told: Vec<(&Value, &Value)> =
        welcome["a"].as_array().unwrap().iter().map(|told| (&told[0], &told[1])).collect();
    assert_eq!(told, [(&json!(1), &json!(0)), (&json!(2), &json!(4))], "{welcome}");
    tab.sees("count.text", "1").await;
}

#[tokio::test(flavor = "multi_thread")]
async fn p3_a_request_that_is_sent_again_with_its_key_after_a_restart_acts_once() {
    let store = MemoryStore::new();
    let click = Request::new("POST", "/api/props/add/click").json("null").header("Idempotency-Key", "5f0d1c");
    for run in 0..3 {
        let app = served(Motor::default(), store.clone()).await;
        assert_eq!(http::send(app.address, &click).await.status, 200, "run {run}");
        assert_eq!(app.page().await.value("count.text"), "1", "run {run}");
        app.stop().await;
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn each_device_has_values_of_its_own() {
    let store = MemoryStore::new();
    let app = |store: &MemoryStore| {
        let devices = [("door", Motor::default()), ("doo", Motor::default())];
        App::each::<Ui>(devices).unwrap().store_in(store.clone())
    };
    let before = Served::app(app(&store)).await;
    before.join_device("door").await.apply("speeds-0.value", 1).await;
    before.join_device("doo").await.apply("speeds-0.value", 2).await;
    before.stop().await;
    let after = Served::app(app(&store)).await;
    for (key, value) in [("door", 1.0), ("doo", 2.0)] {
        assert_eq!(after.join_device(key).await.value("speeds-0.value"), &json!(value), "{key}");
    }
}

/// The values on a directory, and a page that does not see a difference between socket, requests and HTTP.
#[tokio::test(flavor = "multi_thread")]
async fn what_is_acknowledged_on_any_way_in_is_kept_in_a_directory() {
    let folder = Folder::new("ways");
    let app = || App::new::<Ui>(Motor::default()).unwrap().store(folder.path());
    let before = Served::app(app()).await;
    before.join().await.apply("speeds-0.value", 1).await;
    before.join_by_request().await.apply("speeds-1.value", 2).await;
    let put = Request::new("PUT", "/api/props/speeds-2/value").json(3);
    assert_eq!(http::send(before.address, &put).await.status, 200);
    let batch = json!([{ "prop": "speeds-3.value", "value": 4 }, { "prop": "speeds-4.value", "value": 5 }]);
    assert_eq!(http::send(before.address, &Request::new("POST", "/api/batch").json(batch)).await.status, 200);
    before.stop().await;
    let after = Served::app(app()).await;
    let page = after.page().await;
    for n in 0..5 {
        assert_eq!(page.value(&format!("speeds-{n}.value")), &json!(f64::from(n) + 1.0));
    }
    after.stop().await;
}

// ---- stores that fail ----

/// A store that fails, hangs or breaks when a test wants it.
#[derive(Debug, Clone, Default)]
struct Faulty {
    inner: MemoryStore,
    fails: Arc<AtomicBool>,
    breaks: Arc<AtomicBool>,
    hangs: Arc<AtomicBool>,
    appends: Arc<AtomicUsize>,
    /// Whether it says that its appends are quick, as a store in a directory does.
    is_quick: bool,
}

impl Store for Faulty {
    fn append(&self, entries: &[Entry], level: Level) -> Result<(), StoreError> {
        self.appends.fetch_add(1, Ordering::SeqCst);
        while self.hangs.load(Ordering::SeqCst) {
            std::thread::sleep(Duration::from_millis(5));
        }
        if self.breaks.load(Ordering::SeqCst) {
            return Err(StoreError::new(StoreFault::Broken, "the flush has failed"));
        }
        if self.fails.load(Ordering::SeqCst) {
            return Err(StoreError::new(StoreFault::Full, "the disk is full; free some room on it"));
        }
        self.inner.append(entries, level)
    }

    fn append_now(&self, entries: &[Entry]) -> Option<Result<(), StoreError>> {
        self.is_quick.then(|| self.append(entries, Level::Crash))
    }

    fn range(&self, table: Table, keys: Range<&[u8]>, order: Order, visit: &mut Visit<'_>) -> Result<(), StoreError> {
        self.inner.range(table, keys, order, visit)
    }

    fn trim(&self, table: Table, keys: Range<&[u8]>) -> Result<(), StoreError> {
        self.inner.trim(table, keys)
    }
}

fn notes(tab: &Browser) -> Vec<String> {
    let notes = tab.updates.iter().filter_map(|update| update["m"].as_array()).flatten();
    notes.map(|note| note.as_str().unwrap().to_owned()).collect()
}

#[tokio::test(flavor = "multi_thread")]
async fn a_full_disk_is_told_on_every_page_and_what_changed_meanwhile_is_written_later() {
    log::keep();
    let store = Faulty::default();
    let app = served(Motor::default(), store.clone()).await;
    let mut tab = app.join().await;
    store.fails.store(true, Ordering::SeqCst);
    tab.apply("speeds-0.value", 7).await;
    let full = "Changes are not kept after a restart at present: the disk is full; free some room on it";
    tab.until("the note", |tab| notes(tab).contains(&full.to_owned())).await;
    let mut late = app.join().await;
    late.until("the note", |tab| notes(tab).contains(&full.to_owned())).await;
    tab.apply("speeds-0.value", 8).await;
    tab.apply("speeds-1.value", 9).await;
    log::says(&["the store cannot be written: the disk is full", "tried again every second"]).await;
    assert_eq!(app.health().await["store"]["status"], "failing");
    store.fails.store(false, Ordering::SeqCst);
    tab.until("the end of it", |tab| notes(tab).last().is_some_and(|note| note == "Values are kept again.")).await;
    assert_eq!(app.health().await["store"]["status"], "ok");
    app.stop().await;
    let after = served(Motor::default(), store).await;
    let page = after.page().await;
    assert_eq!((page.value("speeds-0.value"), page.value("speeds-1.value")), (&json!(8.0), &json!(9.0)));
}

#[tokio::test(flavor = "multi_thread")]
async fn after_a_failed_flush_nothing_is_written_and_the_dashboard_goes_on() {
    log::keep();
    let store = Faulty::default();
    let app = served(Motor::default(), store.clone()).await;
    let mut tab = app.join().await;
    tab.apply("speeds-0.value", 1).await;
    store.breaks.store(true, Ordering::SeqCst);
    tab.apply("speeds-0.value", 2).await;
    let why = "Changes are not kept after a restart at present: the flush has failed";
    tab.until("the note", |tab| notes(tab).contains(&why.to_owned())).await;
    store.breaks.store(false, Ordering::SeqCst);
    let appends = store.appends.load(Ordering::SeqCst);
    for value in 3..20 {
        tab.apply("speeds-0.value", value).await;
    }
    assert_eq!(store.appends.load(Ordering::SeqCst), appends, "it is not tried again");
    assert_eq!(app.health().await["store"]["status"], "broken");
    app.stop().await;
}

/// A disk that hangs delays no stop and no callback, and an outcome for a moment only.
#[tokio::test(flavor = "multi_thread")]
async fn a_disk_that_hangs_delays_neither_the_motor_nor_a_stop() {
    hanging(false).await;
}

/// The write hangs on the thread of the page's own socket.
#[tokio::test(flavor = "multi_thread")]
async fn a_disk_that_is_quick_until_it_hangs_delays_neither_the_motor_nor_a_stop() {
    hanging(true).await;
}

async fn hanging(is_quick: bool) {
    takes_less_than(Duration::from_millis(150), async || {
        let store = Faulty { is_quick, ..Faulty::default() };
        let motor = Motor::default();
        let app = served(motor.clone(), store.clone()).await;
        let (mut tab, mut other) = (app.join().await, app.join().await);
        tab.apply("speeds-0.value", 1).await;
        store.hangs.store(true, Ordering::SeqCst);
        let begun = Instant::now();
        let number = tab.set("speeds-0.value", 2).await;
        eventually("the motor", async || (motor.0.lock().unwrap().last() == Some(&2.0)).then_some(())).await;
        let reached = begun.elapsed();
        assert_eq!(tab.outcome(number).await, Outcome::Applied, "told in the end, although it is not on the disk");
        // The first outcome has waited. From now on nobody waits for this disk.
        let begun = Instant::now();
        other.apply("stop.press", Value::Null).await;
        let stopped = begun.elapsed();
        store.hangs.store(false, Ordering::SeqCst);
        app.stop().await;
        reached.max(stopped)
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn fault_a_stop_waited_for_the_disk_of_its_sender() {
    stop_of_a_sender_that_waits(false).await;
}

/// The socket goes on elsewhere after 16 ms.
#[tokio::test(flavor = "multi_thread")]
async fn a_stop_does_not_wait_for_a_disk_that_was_quick_until_now() {
    stop_of_a_sender_that_waits(true).await;
}

async fn stop_of_a_sender_that_waits(is_quick: bool) {
    takes_less_than(Duration::from_millis(60), async || {
        let store = Faulty { is_quick, ..Faulty::default() };
        let app = served(Motor::default(), store.clone()).await;
        let (mut tab, mut other) = (app.join().await, app.join().await);
        tab.apply("speeds-0.value", 1).await;
        store.hangs.store(true, Ordering::SeqCst);
        let set = tab.set("speeds-0.value", 2).await;
        // The outcome is ready, and waits for the disk.
        sleep(Duration::from_millis(10)).await;
        let begun = Instant::now();
        let press = tab.set("stop.press", Value::Null).await;
        other.sees("stop.state", "stopped").await;
        let stopped = begun.elapsed();
        for number in [set, press] {
            assert_eq!(tab.outcome(number).await, Outcome::Applied, "both outcomes are told, in their order");
        }
        store.hangs.store(false, Ordering::SeqCst);
        app.stop().await;
        stopped
    })
    .await;
}

// ---- figures ----

/// The number of threads of stores in this process.
#[cfg(target_os = "linux")]
fn threads_of_stores() -> usize {
    let tasks = fs::read_dir("/proc/self/task").unwrap().flatten();
    let names = tasks.map(|task| fs::read_to_string(task.path().join("comm")).unwrap_or_default());
    names.filter(|name| name.trim() == "dash-store").count()
}

/// In turns, so that other programs disturb both alike.
#[cfg(target_os = "linux")]
#[tokio::test(flavor = "multi_thread")]
#[ignore = "its figure holds on a quiet computer: cargo test --release --all-features --test it figures -- --ignored --nocapture"]
async fn figures_of_a_command_with_a_store_and_without_one() {
    const ROUNDS: usize = 3_000;
    let folder = Folder::new("figures");
    let without = Served::new::<Ui>(Motor::default()).await;
    assert_eq!(threads_of_stores(), 0);
    let with = Served::app(App::new::<Ui>(Motor::default()).unwrap().store(folder.path())).await;
    // A thread takes its name when it begins.
    eventually("the thread", async || (threads_of_stores() == 1).then_some(())).await;
    let mut tabs = [(without.join().await, Vec::new()), (with.join().await, Vec::new())];
    for round in 0..ROUNDS {
        for (tab, times) in &mut tabs {
            let begun = Instant::now();
            tab.apply("speeds-0.value", round).await;
            times.push(begun.elapsed());
        }
    }
    let [without, with] = tabs.map(|(_, mut times)| {
        times.sort();
        (times[ROUNDS / 2], times[ROUNDS * 99 / 100])
    });
    let ratio = with.0.as_secs_f64() / without.0.as_secs_f64();
    println!(
        "without a store {:?} (99 %: {:?}), with one {:?} (99 %: {:?}): {ratio:.2}",
        without.0, without.1, with.0, with.1
    );
    assert!(ratio < 1.1, "{ratio}");
}

// ---- the start ----

/// A folder in the temporary directory, removed in the end.
struct Folder(PathBuf);

impl Folder {
    fn new(name: &str) -> Self {
        let path = std::env::temp_dir().join(format!("dash-kept-{name}-{}", std::process::id()));
        let _ = fs::remove_dir_all(&path);
        Self(path)
    }

    fn path(&self) -> &Path {
        &self.0
    }
}

impl Drop for Folder {
    fn drop(&mut self) {
        let _ = fs::remove_dir_all(&self.0);
    }
}

#[test]
#[ignore = "run by other tests as a program of its own"]
fn as_a_program() {
    let runtime = tokio::runtime::Runtime::new().unwrap();
    if let Err(error) = runtime.block_on(Ui::serve(Motor::default())) {
        println!("error: {error}");
    }
}

fn program(data: &Path) -> Program {
    Program::start_with("kept::as_a_program", "127.0.0.1:0", |command| {
        command.env("DASH_DATA", data);
    })
}

#[tokio::test(flavor = "multi_thread")]
async fn a_directory_that_cannot_be_used_prevents_the_start_with_its_reason() {
    let folder = Folder::new("start");
    let mut first = program(folder.path());
    first.address();
    let mut second = program(folder.path());
    let error = second.says("error: ");
    assert!(error.contains(&*folder.path().to_string_lossy()) && error.contains("another process uses"), "{error}");
    second.end();
    first.signal("TERM");
    first.end();
    let file = folder.path().join("file");
    fs::write(&file, "").unwrap();
    let mut third = program(&file);
    let error = third.says("error: ");
    assert!(error.contains("is not a directory"), "{error}");
    third.end();
}

#[tokio::test(flavor = "multi_thread")]
async fn a_dashboard_that_keeps_values_without_a_store_says_so() {
    log::keep();
    let app = Served::new::<Ui>(Motor::default()).await;
    log::says(&["there is no store, so what has `#[keep]` is lost at a restart", "DASH_DATA"]).await;
    app.stop().await;
}

// ---- kill -9 ----

async fn join(address: SocketAddr) -> Browser {
    Browser::join(address, Page::of(http::send(address, &Request::get("/")).await.text())).await
}

/// Five people set one property each, as quickly as they are answered, and the process is killed at some moment. What
/// was acknowledged is there again, and nothing that nobody has sent.
#[tokio::test(flavor = "multi_thread")]
async fn no_acknowledged_value_is_lost_by_kill_9() {
    let rounds = std::env::var("DASH_ROUNDS").ok().and_then(|rounds| rounds.parse().ok()).unwrap_or(5_u64);
    let folder = Folder::new("kill");
    let mut before = BTreeMap::<String, (f64, f64)>::new();
    for round in 0..rounds {
        let program = program(folder.path());
        let address = program.address();
        let page = Page::of(http::send(address, &Request::get("/")).await.text());
        for (prop, (acknowledged, sent)) in &before {
            let kept = page.value(prop).as_f64().unwrap();
            assert!((*acknowledged..=*sent).contains(&kept), "round {round}, {prop}: {acknowledged} ≤ {kept} ≤ {sent}");
        }
        let mut people = Vec::new();
        for n in 0..5 {
            let prop = format!("speeds-{n}.value");
            let first = page.value(&prop).as_f64().unwrap();
            // Only commands are interrupted. On a busy machine, a join may take longer than the process lives.
            let mut tab = join(address).await;
            people.push(tokio::spawn(async move {
                let (mut acknowledged, mut sent) = (first, first);
                loop {
                    sent += 1.0;
                    if write(&mut tab, &prop, sent).await.is_none() {
                        break;
                    }
                    acknowledged = sent;
                }
                (prop, (acknowledged, sent))
            }));
        }
        sleep(Duration::from_millis(100 + round * 37 % 200)).await;
        program.signal("KILL");
        for person in people {
            let (prop, reached) = person.await.unwrap();
            before.insert(prop, reached);
        }
        drop(program);
    }
    let sent: f64 = before.values().map(|(_, sent)| sent).sum();
    println!("{rounds} rounds, {sent} commands");
    assert!(sent > 50.0, "{before:?}");
}

/// Sets a value and waits until it is acknowledged. `None` if the server is gone.
async fn write(tab: &mut Browser, prop: &str, value: f64) -> Option<()> {
    tab.last += 1;
    let number = tab.last;
    let text = json!({ "n": number, "p": tab.page.number(prop), "v": value }).to_string();
    tab.socket.try_send(Message::text(text)).await;
    loop {
        let Heard::Frame(frame) = tab.socket.hear().await else { return None };
        if frame["a"].as_array().into_iter().flatten().any(|outcome| outcome[0] == number) {
            return Some(());
        }
    }
}
