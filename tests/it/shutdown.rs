//! The end of the program, and faults that prevent its start.

use std::{
    net::SocketAddr,
    sync::{
        Arc,
        atomic::{AtomicBool, Ordering},
        mpsc,
    },
    thread,
    time::Duration,
};

use dash_devices::{App, Limits, prelude::*};
use serde_json::Value;
use tokio::net::TcpListener;

use crate::support::{
    Browser, Heard, Outcome, PATIENCE, Page, Program, Served, eventually,
    http::{self, Request},
    takes_less_than, within,
};

#[components]
struct Ui {
    level: Slider,
    readout: Text,
    hang: Button,
    hang_async: Button,
    wait: Button,
}

/// Records that it was dropped.
#[derive(Default)]
struct Motor {
    stopped: Arc<AtomicBool>,
    gate: Option<Gate>,
}

struct Gate {
    entered: mpsc::Sender<()>,
    go_on: mpsc::Receiver<()>,
}

impl Drop for Motor {
    fn drop(&mut self) {
        self.stopped.store(true, Ordering::SeqCst);
        println!("motor stopped");
    }
}

/// Quick, but above 90 it hangs.
#[callback_shared(output = Ui::readout.text)]
fn drive(_motor: &mut Motor, #[input(Ui::level.value)] level: f64) -> String {
    if level > 90.0 {
        hang_for_ever();
    }
    level.to_string()
}

#[callback_shared(on = Ui::hang.click)]
fn hang() {
    hang_for_ever();
}

#[callback_shared(on = Ui::hang_async.click)]
async fn hang_async() {
    println!("hanging");
    std::future::pending::<()>().await;
}

fn hang_for_ever() {
    println!("hanging");
    loop {
        thread::park();
    }
}

#[callback_shared(on = Ui::wait.click)]
fn wait(motor: &mut Motor) {
    println!("waited");
    if let Some(gate) = &motor.gate {
        let _ = gate.entered.send(());
        let _ = gate.go_on.recv();
    }
}

impl Dashboard for Ui {
    type Device = Motor;
    type Session = ();
    const CALLBACKS: Callbacks<Self> = callbacks![drive, hang, hang_async, wait];

    fn layout(self) -> Element {
        page("Shutdown", (self.level, self.readout, self.hang, self.hang_async, self.wait))
    }
}

/// A user's `main`, which the tests below run in a separate process.
#[test]
#[ignore = "run by other tests as a program of its own"]
fn as_a_program() {
    let runtime = tokio::runtime::Runtime::new().unwrap();
    if let Err(error) = runtime.block_on(Ui::serve(Motor::default())) {
        println!("error: {error}");
    }
}

/// The same with a click that may be 1 s old.
#[test]
#[ignore = "run by other tests as a program of its own"]
fn as_a_strict_program() {
    let runtime = tokio::runtime::Runtime::new().unwrap();
    let strict = Limits::default().event_lifespan(Duration::from_secs(1));
    let app = App::new::<Ui>(Motor::default()).unwrap().limits(strict);
    runtime.block_on(app.serve()).unwrap();
}

async fn join(address: SocketAddr) -> Browser {
    Browser::join(address, Page::of(http::send(address, &Request::get("/")).await.text())).await
}

/// Starts a program, calls `hang`, and asserts that it ends within a second and prints `last`.
async fn ends_within_a_second(signal: &str, last: Option<&str>, mut hang: impl AsyncFnMut(&mut Browser)) {
    // The promise is one second. The machine needs some extra time to end a process.
    takes_less_than(Duration::from_millis(1_500), async || {
        let mut program = Program::start("shutdown::as_a_program", "127.0.0.1:0");
        let mut browser = join(program.address()).await;
        browser.apply("level.value", 5).await;
        hang(&mut browser).await;
        let mut other = join(browser.address).await;
        program.signal(signal);
        assert_eq!(other.end().await, Heard::Closed(1001), "the pages are told");
        let (status, took) = program.end();
        assert!(status.success(), "{status}");
        if let Some(last) = last {
            program.says(last);
        }
        took
    })
    .await;
}

#[tokio::test]
async fn sigterm_and_ctrl_c_end_it_cleanly() {
    for signal in ["TERM", "INT"] {
        ends_within_a_second(signal, Some("motor stopped"), async |_| {}).await;
    }
}

#[tokio::test]
async fn a_callback_that_hangs_does_not_keep_it() {
    ends_within_a_second("TERM", None, async |browser| {
        browser.set("hang.click", Value::Null).await;
        browser.settle().await;
    })
    .await;
}

#[tokio::test]
async fn an_async_callback_that_hangs_does_not_keep_it() {
    ends_within_a_second("INT", None, async |browser| {
        browser.set("hang_async.click", Value::Null).await;
        browser.settle().await;
    })
    .await;
}

/// Independent of how the runtime runs callbacks that have always been quick.
#[tokio::test]
async fn a_callback_that_hangs_after_many_quick_runs_does_not_keep_it() {
    ends_within_a_second("TERM", None, async |browser| {
        for run in 0..400 {
            browser.apply("level.value", run % 50).await;
        }
        // Another client sees the value at which the callback hangs, even if the callback blocks the sender's socket.
        let mut other = Browser::join(browser.address, browser.page.clone()).await;
        browser.set("level.value", 95).await;
        other.sees("level.value", 95.0).await;
    })
    .await;
}

#[tokio::test]
async fn the_address_that_was_picked_is_printed() {
    let mut program = Program::start("shutdown::as_a_program", "127.0.0.1:0");
    let address = program.address();
    assert!(address.ip().is_loopback() && address.port() != 0);
    assert_eq!(http::send(address, &Request::get("/health")).await.status, 200);
    program.signal("TERM");
    program.end();
}

#[tokio::test]
async fn s01_an_address_in_use_and_one_that_is_none_are_told() {
    let taken = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let taken = taken.local_addr().unwrap().to_string();
    let _still_taken = std::net::TcpListener::bind(&taken);
    for (bind, told) in [
        (&*taken, format!("{taken} is in use: another program listens there; choose an address with DASH_BIND")),
        ("8050", "cannot listen on `8050`: DASH_BIND is an address and a port, such as 0.0.0.0:8050".to_owned()),
        ("127.0.0.1:99999", "cannot listen on `127.0.0.1:99999`: DASH_BIND is an address and a port".to_owned()),
        ("", "cannot listen on ``: DASH_BIND is an address and a port".to_owned()),
    ] {
        let mut program = Program::start("shutdown::as_a_program", bind);
        let error = program.says("error: ");
        assert!(error.starts_with(&told), "{bind}: {error}");
        program.end();
    }
}

#[tokio::test]
async fn sockets_are_told_that_the_server_ends_and_the_device_is_dropped() {
    let motor = Motor::default();
    let stopped = Arc::clone(&motor.stopped);
    let app = Served::new::<Ui>(motor).await;
    let (mut one, mut two) = (app.join().await, app.join().await);
    one.apply("level.value", 5).await;
    let idle = tokio::net::TcpStream::connect(app.address).await.unwrap();
    app.stop().await;
    assert_eq!(one.end().await, Heard::Closed(1001));
    assert_eq!(two.end().await, Heard::Closed(1001));
    drop(idle);
    eventually("the device to be dropped", async || stopped.load(Ordering::SeqCst).then_some(())).await;
}

/// The device has time to finish a movement, and its result is kept.
#[tokio::test]
async fn a_callback_that_ends_in_time_is_waited_for() {
    let (entered, has_entered) = mpsc::channel();
    let (let_go, go_on) = mpsc::channel();
    let motor = Motor { gate: Some(Gate { entered, go_on }), stopped: Arc::default() };
    let stopped = Arc::clone(&motor.stopped);
    let app = Served::new::<Ui>(motor).await;
    let mut browser = app.join().await;
    browser.set("wait.click", Value::Null).await;
    tokio::task::spawn_blocking(move || has_entered.recv_timeout(PATIENCE)).await.unwrap().unwrap();
    let end = tokio::spawn(app.stop());
    assert_eq!(browser.end().await, Heard::Closed(1001));
    assert!(!end.is_finished() && !stopped.load(Ordering::SeqCst));
    let_go.send(()).unwrap();
    within("the end", end).await.unwrap();
    eventually("the device to be dropped", async || stopped.load(Ordering::SeqCst).then_some(())).await;
}

/// Dropping the router ends the dashboard.
#[tokio::test]
async fn the_device_of_a_router_is_dropped_with_it() {
    let motor = Motor::default();
    let stopped = Arc::clone(&motor.stopped);
    let router = App::new::<Ui>(motor).unwrap().into_router().unwrap();
    let again = router.clone();
    drop(router);
    assert!(!stopped.load(Ordering::SeqCst));
    drop(again);
    eventually("the device to be dropped", async || stopped.load(Ordering::SeqCst).then_some(())).await;
}

/// P4: SIGSTOP. The clicks wait in the buffers of the process. A browser says when its person clicked, and a request of
/// a program may have arrived at any moment of the stop.
#[tokio::test]
async fn p4_fault_what_waited_while_the_process_stood_still_is_not_carried_out() {
    let program = Program::start("shutdown::as_a_strict_program", "127.0.0.1:0");
    let mut browser = join(program.address()).await;
    browser.socket.say(r#"{"t":"ping"}"#).await;
    let now = loop {
        if let Some(now) = browser.take().await["now"].as_u64() {
            break now;
        }
    };
    program.stand_still();
    let click = browser.page.number("wait.click");
    let clicks = (1..=3).map(|n| serde_json::json!({ "n": n, "p": click, "v": null, "at": now }).to_string());
    browser.socket.say_at_once(clicks).await;
    let fire = Request::new("POST", "/api/props/wait/click").json("null");
    let address = browser.address;
    let asked = tokio::spawn(async move { http::send(address, &fire).await });
    tokio::time::sleep(Duration::from_secs(2)).await;
    program.signal("CONT");
    for number in 1..=3 {
        assert_eq!(browser.outcome(number).await, Outcome::Expired, "click {number}");
    }
    let answer = within("the answer", asked).await.unwrap();
    assert_eq!(answer.status, 410, "{answer:?}");
    // What is done afterwards is carried out, and is the only thing that was.
    eventually("a click that is carried out", async || {
        let fire = Request::new("POST", "/api/props/wait/click").json("null");
        (http::send(address, &fire).await.status == 200).then_some(())
    })
    .await;
    program.says("waited");
    assert_eq!(program.next_line(), None, "once");
}
