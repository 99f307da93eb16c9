//! P6 and P7: callbacks that hold their thread, hang or fall silent are named in the log and marked on every page, while
//! it lasts.

use std::{sync::mpsc, time::Duration};

use dash_devices::{App, prelude::*};
use serde_json::{Value, json};

use crate::support::{Served, eventually, limits, log};

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

async fn served() -> (Served, Gates) {
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
        limits.unfinished = Duration::from_millis(100);
        limits.thread_time = Duration::from_millis(100);
    });
    (Served::app(App::new::<Ui>(bench).unwrap().limits(short)).await, Gates { sensor, scanner, motor })
}

#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn p6_fault_what_hangs_is_marked_on_every_page_in_the_api_and_in_health_and_named_in_the_log() {
    log::keep();
    let (app, gates) = served().await;
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

/// All threads of the runtime are held, so no task of the server runs. The thread that watches still does.
#[tokio::test(flavor = "multi_thread", worker_threads = 1)]
async fn p7_fault_a_callback_that_holds_the_last_thread_is_named_in_the_log_while_it_lasts() {
    log::keep();
    let (app, gates) = served().await;
    let mut page = app.join().await;
    page.set("scan.click", Value::Null).await;
    // The test itself is not a task of the runtime, so it can wait.
    let named = || log::has(&["`blocking_scan` has not given its thread back"]);
    for _ in 0..1_000 {
        if named() {
            break;
        }
        std::thread::sleep(Duration::from_millis(10));
    }
    assert!(named());
    gates.scanner.send(()).unwrap();
    page.sees("scanned.text", "scanned").await;
}
