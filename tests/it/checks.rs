//! `check = function`: what a client wants is checked by a function of the user before it takes effect, on every way in.

use std::{
    sync::{
        Mutex,
        atomic::{AtomicBool, AtomicU32, AtomicUsize, Ordering},
    },
    time::{Duration, Instant},
};

use dash_devices::prelude::*;
use serde_json::json;
use tokio::time::sleep;

use crate::support::{
    Outcome, Served,
    http::{self, Request},
};

#[components]
struct Ui {
    speed: Slider,
    limit: Slider,
    other: Slider,
    stop: Stop,
    #[under(stop)]
    jog: Button,
}

/// A crane whose limit must fit the load, which is measured all the time.
#[components]
struct Crane {
    limit: Slider,
    load: Slider,
}

/// The load that a measurement adds its noise to.
static LOAD: AtomicU32 = AtomicU32::new(20);

#[callback_shared(every = "2ms", output = Crane::load.value)]
fn weigh(measured: &mut f64) -> f64 {
    *measured = (*measured + 0.1) % 1.0;
    f64::from(LOAD.load(Ordering::SeqCst)) + *measured
}

fn fits(limit: f64, load: f64) -> Result<(), String> {
    if limit + load > 100.0 { Err(format!("{limit} is too fast for {load:.0} kg")) } else { Ok(()) }
}

#[callback_shared(check = fits)]
fn set_limit(#[input(Crane::limit.value)] limit: f64, #[state(Crane::load.value)] load: f64) {
    let _ = (limit, load);
}

impl Dashboard for Crane {
    type Device = f64;
    type Session = ();
    const CALLBACKS: Callbacks<Self> = callbacks![weigh, set_limit];

    fn layout(self) -> Element {
        page("Crane", (self.limit, self.load))
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn fault_a_check_of_a_live_measurement_refused_people_by_chance() {
    let served = Served::new::<Crane>(0.0).await;
    let mut tab = served.join().await;
    let put = |value: f64| Request::new("PUT", "/api/props/limit/value").json(value);
    let mut refused = Vec::new();
    for number in 0..200 {
        let answer = http::send(served.address, &put(f64::from(number % 50))).await;
        if answer.status != 200 {
            refused.push(String::from_utf8(answer.body).unwrap());
        }
        let outcome = format!("{:?}", tab.outcome_of("limit.value", f64::from(number % 40)).await);
        if outcome.contains("checked") {
            refused.push(outcome);
        }
    }
    assert!(refused.is_empty(), "{} of 400 allowed values were refused: {refused:?}", refused.len());
    LOAD.store(70, Ordering::SeqCst);
    sleep(Duration::from_millis(50)).await;
    assert_eq!(http::send(served.address, &put(40.0)).await.status, 409);
    served.stop().await;
}

/// Whether the check hangs. Only one test sets each.
static HANGS: AtomicBool = AtomicBool::new(false);
static HANGS_FOR_GOOD: AtomicBool = AtomicBool::new(false);
static HANGING: AtomicUsize = AtomicUsize::new(0);
static HALTED: Mutex<Vec<Instant>> = Mutex::new(Vec::new());

fn not_too_fast(speed: f64, limit: f64) -> Result<(), String> {
    while speed == 7.0 && HANGS.load(Ordering::SeqCst) {
        std::thread::sleep(Duration::from_millis(5));
    }
    if speed == 8.0 {
        std::thread::sleep(Duration::from_millis(600));
    }
    if speed == 9.0 {
        HANGING.fetch_add(1, Ordering::SeqCst);
    }
    while speed == 9.0 && HANGS_FOR_GOOD.load(Ordering::SeqCst) {
        std::thread::sleep(Duration::from_millis(5));
    }
    if speed > limit { Err(format!("{speed} is faster than {limit}")) } else { Ok(()) }
}

#[callback_shared(check = not_too_fast)]
fn go(#[input(Ui::speed.value)] speed: f64, #[state(Ui::limit.value)] limit: f64) {
    let _ = (speed, limit);
}

#[callback_shared(on = Ui::jog.click)]
fn jog() {}

impl Dashboard for Ui {
    type Device = ();
    type Session = ();
    const CALLBACKS: Callbacks<Self> = callbacks![go, jog];

    fn stops(_: &()) -> Stops<Self> {
        Stops::new().on(Self::stop, || HALTED.lock().unwrap().push(Instant::now()))
    }

    fn layout(self) -> Element {
        page("Lab", (self.speed, self.limit.value(50.0), self.other, self.stop, self.jog))
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_check_guards_every_way_in() {
    let served = Served::new::<Ui>(()).await;
    let mut tab = served.join().await;
    let outcome = tab.outcome_of("speed.value", 60.0).await;
    assert_eq!(outcome.kind(), "checked");
    tab.apply("speed.value", 40.0).await;
    let put = |value: f64| Request::new("PUT", "/api/props/speed/value").json(value);
    let answer = http::send(served.address, &put(70.0)).await;
    assert_eq!(answer.status, 409);
    let body = String::from_utf8(answer.body).unwrap();
    assert!(body.contains("checked") && body.contains("70 is faster than 50"), "{body}");
    let batch = |speed: f64, limit: f64| {
        Request::new("POST", "/api/batch")
            .json(json!([{ "prop": "speed.value", "value": speed }, { "prop": "limit.value", "value": limit }]))
    };
    assert_eq!(http::send(served.address, &batch(80.0, 70.0)).await.status, 422);
    assert_eq!(http::send(served.address, &batch(80.0, 90.0)).await.status, 200);
    let mut by_request = served.join_by_request().await;
    assert_eq!(by_request.outcome_of("speed.value", 99.0).await.kind(), "checked");
    tab.sees("speed.value", 80.0).await;
    served.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_check_that_hangs_keeps_nobody_else_and_is_refused_after_a_second() {
    let served = Served::new::<Ui>(()).await;
    let (mut ada, mut bob) = (served.join().await, served.join().await);
    HANGS.store(true, Ordering::SeqCst);
    let begun = Instant::now();
    let number = ada.set("speed.value", 7.0).await;
    sleep(Duration::from_millis(50)).await;
    bob.apply("other.value", 3.0).await;
    bob.apply("stop.press", json!(null)).await;
    bob.sees("stop.state", "stopped").await;
    assert!(begun.elapsed() < Duration::from_millis(900), "{:?}", begun.elapsed());
    assert_eq!(HALTED.lock().unwrap().len(), 1);
    assert_eq!(ada.outcome(number).await.kind(), "checked");
    HANGS.store(false, Ordering::SeqCst);
    // What is slow is not applied later.
    sleep(Duration::from_millis(100)).await;
    bob.settle().await;
    assert_eq!(bob.value("speed.value"), &json!(0.0));
    served.stop().await;
}

/// A dashboard of its own, because the stops are counted.
#[components]
struct Press {
    speed: Slider,
    other: Slider,
    stop: Stop,
}

static PRESSED: AtomicUsize = AtomicUsize::new(0);

fn slow(speed: f64) -> Result<(), String> {
    std::thread::sleep(Duration::from_millis(700));
    if speed > 50.0 { Err("too fast".to_owned()) } else { Ok(()) }
}

#[callback_shared(check = slow)]
fn creep(#[input(Press::speed.value)] speed: f64) {
    let _ = speed;
}

impl Dashboard for Press {
    type Device = ();
    type Session = ();
    const CALLBACKS: Callbacks<Self> = callbacks![creep];

    fn stops(_: &()) -> Stops<Self> {
        Stops::new().on(Self::stop, || _ = PRESSED.fetch_add(1, Ordering::SeqCst))
    }

    fn layout(self) -> Element {
        page("Lab", (self.speed, self.other, self.stop))
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn fault_a_stop_waits_for_the_checks_of_its_sender() {
    let served = Served::new::<Press>(()).await;
    let (mut ada, mut bob) = (served.join().await, served.join().await);
    let begun = Instant::now();
    let slow = ada.set("speed.value", 7.0).await;
    let other = ada.set("other.value", 3.0).await;
    let press = ada.set("stop.press", json!(null)).await;
    bob.sees("stop.state", "stopped").await;
    assert!(begun.elapsed() < Duration::from_millis(600), "{:?}", begun.elapsed());
    // The frames keep their order, and the stop acts once.
    for number in [slow, other, press] {
        let outcome = ada.outcome(number).await;
        assert!(matches!(outcome, Outcome::Applied), "{outcome:?}");
    }
    assert_eq!(PRESSED.load(Ordering::SeqCst), 1);
    served.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn fault_what_a_check_has_held_up_moves_the_device_after_a_stop_and_its_reset() {
    let served = Served::new::<Ui>(()).await;
    let mut bob = served.join().await;
    let address = served.address;
    // Its sender is a program, whose request has no time of its own.
    let held_up = tokio::spawn(async move {
        let batch = json!([{ "prop": "speed.value", "value": 8.0 }, { "prop": "jog.click" }]);
        http::send(address, &Request::new("POST", "/api/batch").json(batch)).await
    });
    sleep(Duration::from_millis(100)).await;
    bob.apply("stop.press", json!(null)).await;
    bob.sees("stop.state", "stopped").await;
    bob.apply("stop.reset", json!(null)).await;
    let answer = held_up.await.unwrap();
    let body = String::from_utf8(answer.body).unwrap();
    assert!(answer.status == 422 && body.contains("before STOP was reset"), "{} {body}", answer.status);
    served.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn fault_a_check_that_hangs_takes_all_threads() {
    let served = Served::new::<Ui>(()).await;
    let address = served.address;
    HANGS_FOR_GOOD.store(true, Ordering::SeqCst);
    for _ in 0..3 {
        let asked: Vec<_> = (0..12)
            .map(|_| {
                let put = Request::new("PUT", "/api/props/speed/value").json(9.0);
                tokio::spawn(async move { http::send(address, &put).await.status })
            })
            .collect();
        for one in asked {
            assert_eq!(one.await.unwrap(), 409);
        }
    }
    // Those of the first round, which nobody knew to hang.
    assert!(HANGING.load(Ordering::SeqCst) <= 12, "{}", HANGING.load(Ordering::SeqCst));
    HANGS_FOR_GOOD.store(false, Ordering::SeqCst);
    sleep(Duration::from_millis(100)).await;
    let put = Request::new("PUT", "/api/props/speed/value").json(9.0);
    assert_eq!(http::send(address, &put).await.status, 200, "it is asked again when it answers");
    served.stop().await;
}
