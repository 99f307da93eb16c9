//! Faults of dash_devices and of Dash that need real sockets, threads and time, with one regression test each.
//!
//! The numbers in `fault_…` come from the list of faults of dash_devices, those in `dash_…` from the reports of Dash's
//! users. Most faults are in the core, and so are their tests: `dash-runtime/src/engine/tests/faults.rs` has the whole
//! table.

use std::{
    sync::{Arc, Condvar, Mutex},
    time::Duration,
};

use dash_devices::prelude::*;
use serde_json::{Value, json};

use crate::support::{Browser, Outcome, Page, Served};

#[components]
struct Ui {
    level: Slider,
    moved: Text,
    pan: Slider,
    panned: Text,
    tilt: Slider,
    tilted: Text,
    both: Slider,
    echo: Text,
    add: Button,
    count: Text,
    trend: Trend,
    stuck: Button,
    ping: Button,
    pong: Text,
}

/// A part whose movements take different times, and which records them.
#[derive(Clone, Default)]
struct Part(Arc<Mutex<(Vec<f64>, u64)>>);

impl Part {
    /// A random delay below `most` ms, measured from now. The end of the movement decides about the order.
    fn next_delay(&self, most: u64) -> Duration {
        let mut part = self.0.lock().unwrap();
        part.1 = part.1.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
        Duration::from_micros((part.1 >> 33) % (most * 1000))
    }

    fn is_at(&self, place: f64) {
        self.0.lock().unwrap().0.push(place);
    }

    fn take_moves(&self) -> Vec<f64> {
        std::mem::take(&mut self.0.lock().unwrap().0)
    }
}

#[derive(Default)]
struct Motor(Part);
#[derive(Default)]
struct Pan(Part);
#[derive(Default)]
struct Tilt(Part);

#[derive(Device, Default)]
struct Robot {
    motor: Motor,
    pan: Pan,
    tilt: Tilt,
    count: u32,
}

/// Gets every value.
#[callback_shared(queue = all, output = Ui::moved.text)]
fn drive(motor: &mut Motor, #[input(Ui::level.value)] level: f64) -> String {
    std::thread::sleep(motor.0.next_delay(5));
    motor.0.is_at(level);
    level.to_string()
}

/// Gets the newest value, and blocks a thread.
#[callback_shared(output = Ui::panned.text)]
fn pan(pan: &mut Pan, #[input(Ui::pan.value)] to: f64) -> String {
    std::thread::sleep(pan.0.next_delay(120));
    pan.0.is_at(to);
    to.to_string()
}

/// The same without a thread.
#[callback_shared(output = Ui::tilted.text)]
async fn tilt(tilt: &mut Tilt, #[input(Ui::tilt.value)] to: f64) -> String {
    tokio::time::sleep(tilt.0.next_delay(120)).await;
    tilt.0.is_at(to);
    to.to_string()
}

#[callback_shared(output = Ui::echo.text)]
fn echo(#[input(Ui::both.value)] both: f64) -> String {
    both.to_string()
}

#[callback_shared(on = Ui::add.click, output = (Ui::count.text, Ui::trend.points))]
fn add(count: &mut u32) -> (String, Sample) {
    *count += 1;
    (count.to_string(), Sample { t: f64::from(*count), values: vec![Some(0.5)] })
}

/// The condition that `stuck` waits for.
static RELEASED: (Mutex<bool>, Condvar) = (Mutex::new(false), Condvar::new());

/// Private, on a separate thread for each client.
#[callback(on = Ui::stuck.click)]
fn stuck() {
    let released = RELEASED.1.wait_while(RELEASED.0.lock().unwrap(), |released| !*released);
    drop(released.unwrap());
}

#[callback_shared(on = Ui::ping.click, output = Ui::pong.text)]
fn ping(#[state(Ui::pong.text)] pong: &str) -> String {
    format!("{pong}.")
}

impl Dashboard for Ui {
    type Device = Robot;
    type Session = ();
    const CALLBACKS: Callbacks<Self> = callbacks![drive, pan, tilt, echo, add, stuck, ping];

    fn layout(self) -> Element {
        let Self { level, moved, pan, panned, tilt, tilted, both, echo, add, count, trend, stuck, ping, pong } = self;
        page(
            "Faults",
            (
                row((level.range(0.0..=1000.0), moved, pan, panned, tilt, tilted, both, echo)),
                row((add, count, trend.series(["x"]), stuck, ping, pong)),
            ),
        )
    }
}

struct Bench {
    app: Served,
    motor: Part,
    pan: Part,
    tilt: Part,
}

impl Bench {
    /// Returns after the callbacks of the start have run.
    async fn new() -> Self {
        let robot = Robot::default();
        let (motor, pan, tilt) = (robot.motor.0.clone(), robot.pan.0.clone(), robot.tilt.0.clone());
        let app = Served::new::<Ui>(robot).await;
        app.counted("runs", 4).await;
        for part in [&motor, &pan, &tilt] {
            part.take_moves();
        }
        Self { app, motor, pan, tilt }
    }
}

/// The numbers in a text, in the order in which they were shown.
fn shown(browser: &Browser, prop: &str) -> Vec<f64> {
    let number = browser.page.number(prop);
    let parts = browser.updates.iter().flat_map(|update| update["p"].as_array().into_iter().flatten());
    parts.filter(|part| part[0] == number).map(|part| part[1].as_str().unwrap().parse().unwrap()).collect()
}

/// The fault: with sync handlers of 0 to 4 ms, the order was wrong in 15 of 15 rounds, and in 4 the device ended on a
/// wrong value.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn fault_01_sixty_values_in_a_row_reach_a_blocking_device_in_order() {
    let bench = Bench::new().await;
    let (mut hand, mut other) = (bench.app.join().await, bench.app.join().await);
    for round in 0..10 {
        let values: Vec<f64> = (0..60).map(|step| f64::from(round * 60 + step + 1)).collect();
        for value in &values {
            hand.set("level.value", *value).await;
        }
        assert_eq!(hand.outcome(hand.last).await, Outcome::Applied);
        assert_eq!(bench.motor.take_moves(), values);
        other.sees("moved.text", values[59].to_string()).await;
    }
    let shown = shown(&other, "moved.text");
    assert!(shown.is_sorted() && shown.last() == Some(&600.0), "{shown:?}");
}

/// The fault: in 20 of 20 rounds each page kept the other one's value.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn fault_02_two_who_set_one_value_at_the_same_time_see_the_same_in_20_of_20_rounds() {
    let bench = Bench::new().await;
    let (mut one, mut two) = (bench.app.join().await, bench.app.join().await);
    for round in 0..20 {
        let (of_one, of_two) = tokio::join!(one.set("both.value", round), two.set("both.value", 100 - round));
        for (browser, number) in [(&mut one, of_one), (&mut two, of_two)] {
            browser.outcome(number).await;
        }
        one.settle().await;
        two.settle().await;
        let truth = bench.app.page().await.value("both.value").clone();
        assert_eq!((one.value("both.value"), two.value("both.value")), (&truth, &truth), "round {round}");
        let echo = json!(truth.as_f64().unwrap().to_string());
        assert_eq!((one.value("echo.text"), two.value("echo.text")), (&echo, &echo), "round {round}");
    }
}

/// The fault: waiting runs occupied the threads of the pool, and an unrelated callback ran after 7.4 s.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn fault_11_forty_runs_that_block_keep_no_other_callback_waiting() {
    /// Releases the threads even if the test fails.
    struct Release;
    impl Drop for Release {
        fn drop(&mut self) {
            *RELEASED.0.lock().unwrap() = true;
            RELEASED.1.notify_all();
        }
    }

    let bench = Bench::new().await;
    let release = Release;
    let mut blocked = Vec::new();
    for _ in 0..40 {
        let mut browser = bench.app.join().await;
        browser.set("stuck.click", Value::Null).await;
        blocked.push(browser);
    }
    let mut free = bench.app.join().await;
    for _ in 0..5 {
        free.apply("ping.click", Value::Null).await;
    }
    assert_eq!(free.value("pong.text"), ".....");
    drop(release);
    for browser in &mut blocked {
        assert_eq!(browser.outcome(1).await, Outcome::Applied);
    }
}

/// The fault: any socket of dash_devices could name a property, a method, a callback, or another client's state.
#[tokio::test]
async fn fault_17_18_a_frame_that_names_methods_and_properties_changes_nothing_for_anybody() {
    let bench = Bench::new().await;
    let before = bench.app.page().await;
    for frame in [
        r#"{"id":1,"url":"_dash-update-component","data":{"output":"moved.text","inputs":[{"id":"moved","property":"to_plotly_json","value":1}],"changedPropIds":["moved.to_plotly_json"]}}"#,
        r#"{"n":1,"p":"to_plotly_json","v":1}"#,
        r#"{"n":1,"p":"moved.text","v":"x"}"#,
        r#"{"n":1,"p":"__proto__","v":{"text":"x"}}"#,
        r#"{"n":1,"p":[0,1],"v":5}"#,
        r#"{"r":9,"p":[[1,"x"]]}"#,
        r#"{"n":1,"callback":"drive","v":5}"#,
    ] {
        let mut browser = bench.app.join().await;
        browser.socket.say(frame).await;
        assert_eq!(browser.socket.hear().await.refusal(), "malformed", "{frame}");
    }
    // An unknown field is ignored: the frame refers to the property with its number.
    let mut browser = bench.app.join().await;
    let readout = before.number("moved.text");
    browser.socket.say(json!({ "n": 1, "p": readout, "v": "x", "prop": "level.value" }).to_string()).await;
    assert_eq!(browser.outcome(1).await.kind(), "not_writable");
    // Well-formed commands for properties that are not writable.
    let mut browser = bench.app.join().await;
    let writable = ["level.value", "pan.value", "tilt.value", "both.value", "add.click", "stuck.click", "ping.click"];
    let mut tried = 0;
    for number in 0..before.state["props"].as_array().unwrap().len() {
        if writable.iter().any(|prop| before.number(prop) == number) {
            continue;
        }
        for value in [json!("<iframe>"), json!(1), json!([]), json!({}), json!(null)] {
            browser.last += 1;
            browser.socket.say(json!({ "n": browser.last, "p": number, "v": value }).to_string()).await;
            let outcome = browser.outcome(browser.last).await;
            assert_eq!(outcome.kind(), "not_writable", "{}", before.state["props"][number]);
            tried += 1;
        }
    }
    assert!(tried > 100, "{tried}");
    let after = Page::of(bench.app.get("/").await.text());
    assert_eq!(after.state["values"], before.state["values"], "for late joiners");
    assert_eq!(after.html.matches("<dd-").count(), before.html.matches("<dd-").count());
}

/// The fault: with sync and async handlers, each of these drags had ten or more writes out of order, and half ended
/// wrong.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn dash_5_forty_values_dragged_onto_a_slow_device_arrive_in_order_and_end_right() {
    let bench = Bench::new().await;
    let (mut hand, mut other) = (bench.app.join().await, bench.app.join().await);
    for _ in 0..3 {
        let (mut pan, mut tilt) = (0, 0);
        for value in 61..=100 {
            pan = hand.set("pan.value", value).await;
            tilt = hand.set("tilt.value", value).await;
            tokio::time::sleep(Duration::from_millis(5)).await;
        }
        assert_eq!((hand.outcome(pan).await, hand.outcome(tilt).await), (Outcome::Applied, Outcome::Applied));
        for part in [&bench.pan, &bench.tilt] {
            let moves = part.take_moves();
            assert!(moves.windows(2).all(|two| two[0] < two[1]), "out of order: {moves:?}");
            assert_eq!(moves.last(), Some(&100.0));
            assert!(moves.len() > 1, "it moves along, not at the end only");
        }
        for browser in [&mut hand, &mut other] {
            browser.sees("panned.text", "100").await;
            browser.sees("tilted.text", "100").await;
        }
    }
}

/// plotly/dash#3981: for 200 pushes in a row the callback ran once.
#[tokio::test]
async fn dash_3_2_two_hundred_clicks_in_a_row_are_two_hundred_runs() {
    let bench = Bench::new().await;
    let (mut hand, mut other) = (bench.app.join().await, bench.app.join().await);
    for _ in 0..200 {
        hand.set("add.click", Value::Null).await;
    }
    for number in 1..=200 {
        assert_eq!(hand.outcome(number).await, Outcome::Applied);
    }
    other.sees("count.text", "200").await;
    let points = other.value("trend.points").as_array().unwrap();
    let times: Vec<f64> = points.iter().map(|point| point["t"].as_f64().unwrap()).collect();
    assert_eq!(times, (1..=200).map(f64::from).collect::<Vec<_>>(), "what each of them made has come too");
}

/// richlegrand/dash_devices#5: a callback that failed at the start kept the page from loading and the server from
/// ending.
mod start {
    use super::*;

    #[components]
    struct Ui {
        level: Slider,
        readout: Text,
        twice: Text,
    }

    /// Fails until a client has set a level.
    #[callback_shared(output = Ui::readout.text)]
    fn read(#[input(Ui::level.value)] level: f64) -> String {
        assert!(level > 0.0, "no device yet");
        level.to_string()
    }

    #[callback_shared(output = Ui::twice.text)]
    async fn twice(#[input(Ui::level.value)] level: f64) -> Result<String, &'static str> {
        if level > 0.0 { Ok((2.0 * level).to_string()) } else { Err("not ready") }
    }

    impl Dashboard for Ui {
        type Device = ();
        type Session = ();
        const CALLBACKS: Callbacks<Self> = callbacks![read, twice];

        fn layout(self) -> Element {
            page("Start", (self.level, self.readout, self.twice))
        }
    }

    #[tokio::test]
    async fn fault_09_callbacks_that_fail_at_the_start_keep_nobody_out_and_the_server_ends() {
        let app = Served::new::<Ui>(()).await;
        app.counted("failures", 2).await;
        let (mut one, mut two) = (app.join().await, app.join().await);
        assert!(app.page().await.html.contains("no device yet"), "said in the page itself");
        one.apply("level.value", 4).await;
        for browser in [&mut one, &mut two] {
            browser.sees("twice.text", "8").await;
            browser.sees("readout.text", "4").await;
            assert_eq!((browser.bad("readout.text"), browser.bad("twice.text")), (None, None));
        }
        app.stop().await;
    }
}
