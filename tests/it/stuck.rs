//! P6 and P7: callbacks that hold their thread, hang or fall silent are named in the log and marked on every page, while
//! it lasts.

use std::{sync::mpsc, time::Duration};

use dash_devices::{App, prelude::*};
use serde_json::{Value, json};

use crate::support::{Outcome, Served, eventually, limits, log};

#[components]
struct Ui {
    level: Text,
    scan: Button,
    scanned: Text,
    set: Slider,
    moved: Text,
}

/// Each part blocks until the test lets it go on.
struct Gate(mpsc::Receiver<()>);

impl Gate {
    fn wait(&self) {
        // An error means that the test has ended.
        let _ = self.0.recv();
    }
}

struct Sensor(Gate);
struct Scanner(Gate);
struct Motor(Gate);

#[derive(Device)]
struct Bench {
    sensor: Sensor,
    scanner: Scanner,
    motor: Motor,
}

#[callback_shared(every = "20ms", output = Ui::level.text)]
fn hanging_source(sensor: &mut Sensor) -> String {
    sensor.0.wait();
    "measured".to_owned()
}

/// As most drivers for serial ports and USB do: it blocks in an `async fn`.
#[callback_shared(on = Ui::scan.click, output = Ui::scanned.text)]
async fn blocking_scan(scanner: &mut Scanner) -> String {
    scanner.0.wait();
    "scanned".to_owned()
}

#[callback_shared(initial = false, output = Ui::moved.text)]
fn hanging_drive(motor: &mut Motor, #[input(Ui::set.value)] to: f64) -> String {
    motor.0.wait();
    to.to_string()
}

impl Dashboard for Ui {
    type Device = Bench;
    type Session = ();
    const CALLBACKS: Callbacks<Self> = callbacks![hanging_source, blocking_scan, hanging_drive];

    fn layout(self) -> Element {
        page("Stuck", (self.level, self.scan, self.scanned, self.set, self.moved))
    }
}

struct Gates {
    sensor: mpsc::Sender<()>,
    scanner: mpsc::Sender<()>,
    motor: mpsc::Sender<()>,
}

async fn served(unfinished: Duration) -> (Served, Gates) {
    let (sensor, sensor_gate) = mpsc::channel();
    let (scanner, scanner_gate) = mpsc::channel();
    let (motor, motor_gate) = mpsc::channel();
    let bench = Bench {
        sensor: Sensor(Gate(sensor_gate)),
        scanner: Scanner(Gate(scanner_gate)),
        motor: Motor(Gate(motor_gate)),
    };
    let short = limits(|limits| {
        limits.source_silence = Duration::from_millis(100);
        limits.unfinished = unfinished;
        limits.thread_time = Duration::from_millis(100);
    });
    (Served::app(App::new::<Ui>(bench).unwrap().limits(short)).await, Gates { sensor, scanner, motor })
}

#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn p6_fault_what_hangs_is_marked_on_every_page_in_the_api_and_in_health_and_named_in_the_log() {
    log::keep();
    let (app, gates) = served(Duration::from_millis(100)).await;
    let (mut a, mut b) = (app.join().await, app.join().await);
    a.set("set.value", 7).await;
    a.set("scan.click", Value::Null).await;
    for page in [&mut a, &mut b] {
        for (prop, name) in [
            ("level.text", "hanging_source"),
            ("set.value", "hanging_drive"),
            ("moved.text", "hanging_drive"),
            ("scanned.text", "blocking_scan"),
        ] {
            page.until(prop, |page| page.bad(prop).is_some_and(|why| why.contains(name))).await;
        }
    }
    for name in ["hanging_source", "hanging_drive", "blocking_scan"] {
        log::says(&[name, "has"]).await;
    }
    // A newcomer sees it in the page that it loads.
    let newcomer = app.page().await;
    let bad: Vec<usize> = newcomer.state["quality"].as_array().unwrap().iter().map(|entry| number(&entry[0])).collect();
    assert!(bad.contains(&newcomer.number("set.value")) && bad.contains(&newcomer.number("level.text")), "{bad:?}");
    let read: Value = serde_json::from_str(&app.get("/api/props/set/value").await.text()).unwrap();
    assert_eq!(read["value"], json!(7.0));
    assert!(read["quality"].as_str().is_some_and(|why| why.contains("hanging_drive")), "{read}");
    let health = app.health().await;
    assert_eq!(health["status"], "stuck");
    let mut names: Vec<&str> = health["stuck"].as_array().unwrap().iter().filter_map(Value::as_str).collect();
    names.sort_unstable();
    assert_eq!(names, ["blocking_scan", "hanging_drive", "hanging_source"]);

    // When they go on, nothing of it is left.
    gates.scanner.send(()).unwrap();
    gates.motor.send(()).unwrap();
    for prop in ["set.value", "moved.text", "scanned.text"] {
        b.until(prop, |page| page.bad(prop).is_none()).await;
    }
    b.sees("moved.text", "7").await;
    gates.sensor.send(()).unwrap();
    b.sees("level.text", "measured").await;
    drop(gates);
    eventually("health", async || (app.health().await["status"] == "ok").then_some(())).await;
}

fn number(json: &Value) -> usize {
    usize::try_from(json.as_u64().unwrap()).unwrap()
}

#[tokio::test(flavor = "multi_thread", worker_threads = 1)]
async fn p7_fault_a_callback_that_holds_its_thread_is_named_in_the_log_while_it_lasts() {
    log::keep();
    // It is named because it holds its thread, and not because it does not end.
    let (app, gates) = served(Duration::from_secs(3600)).await;
    let mut page = app.join().await;
    page.set("scan.click", Value::Null).await;
    log::says(&["`blocking_scan` has not given its thread back"]).await;
    gates.scanner.send(()).unwrap();
    page.sees("scanned.text", "scanned").await;
}

#[components]
struct Rig {
    scan_a: Button,
    scan_b: Button,
    stop: Button,
    stopped: Text,
    beat: Text,
}

struct Scan(Gate);
struct OtherScan(Gate);
struct Stopper(u32);

#[derive(Device)]
struct Parts {
    a: Scan,
    b: OtherScan,
    stop: Stopper,
}

#[callback_shared(on = Rig::scan_a.click)]
async fn scan_a(scan: &mut Scan) {
    scan.0.wait();
}

#[callback_shared(on = Rig::scan_b.click)]
async fn scan_b(scan: &mut OtherScan) {
    scan.0.wait();
}

#[callback_shared(on = Rig::stop.click, output = Rig::stopped.text)]
fn stop(stop: &mut Stopper) -> String {
    stop.0 += 1;
    stop.0.to_string()
}

/// Goes on by the clock.
#[callback_shared(every = "20ms", output = Rig::beat.text)]
async fn beat(#[state(Rig::beat.text)] last: &str) -> String {
    tokio::time::sleep(Duration::from_millis(1)).await;
    (last.parse().unwrap_or(0) + 1).to_string()
}

impl Dashboard for Rig {
    type Device = Parts;
    type Session = ();
    const CALLBACKS: Callbacks<Self> = callbacks![scan_a, scan_b, stop, beat];

    fn layout(self) -> Element {
        page("Rig", (self.scan_a, self.scan_b, self.stop, self.stopped, self.beat))
    }
}

/// One thread for all sockets. Two callbacks in `async fn`s block until the test lets them go on.
#[tokio::test(flavor = "multi_thread", worker_threads = 1)]
async fn p7_fault_two_async_fns_that_block_stopped_everything_also_the_stop_button() {
    let ((go_a, a), (go_b, b)) = (mpsc::channel(), mpsc::channel());
    let parts = Parts { a: Scan(Gate(a)), b: OtherScan(Gate(b)), stop: Stopper(0) };
    let app = Served::new::<Rig>(parts).await;
    let (mut ada, mut bob) = (app.join().await, app.join().await);
    let scans = [ada.set("scan_a.click", Value::Null).await, ada.set("scan_b.click", Value::Null).await];
    // The server has received both, and both block.
    for scan in scans {
        ada.until("a scan", |page| !page.outcomes(scan).is_empty()).await;
    }
    bob.apply("stop.click", Value::Null).await;
    bob.sees("stopped.text", "1").await;
    // Sources, the clock, new pages and requests go on.
    let before = bob.value("beat.text").clone();
    bob.until("a beat", |page| *page.value("beat.text") != before).await;
    app.join().await.sees("stopped.text", "1").await;
    assert!(app.health().await["status"].is_string());
    go_a.send(()).unwrap();
    go_b.send(()).unwrap();
    for scan in scans {
        assert_eq!(ada.outcome(scan).await, Outcome::Applied);
    }
}
