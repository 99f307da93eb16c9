//! `transport = http`: commands that a page sends by request, with the page's numbers.

use std::sync::Arc;

use dash_devices::prelude::*;
use serde_json::{Value, json};
use tokio::sync::Semaphore;

use crate::support::{
    Browser, Outcome, Served,
    http::{self, Request},
};

#[components]
struct Ui {
    level: Slider,
    readout: Text,
    name: Input,
    greeting: Text,
    slow: Button,
    done: Text,
}

#[callback_shared(output = Ui::readout.text, transport = http)]
fn show(#[input(Ui::level.value)] level: f64) -> String {
    format!("{level} %")
}

#[callback(output = Ui::greeting.text)]
fn greet(#[input(Ui::name.value)] name: &str) -> String {
    format!("hello {name}")
}

#[callback(on = Ui::slow.click, output = Ui::done.text, transport = http)]
async fn slow(go_on: &mut Arc<Semaphore>) -> &'static str {
    if let Ok(permit) = go_on.acquire().await {
        permit.forget();
    }
    "done"
}

impl Dashboard for Ui {
    type Device = Arc<Semaphore>;
    type Session = ();
    const CALLBACKS: Callbacks<Self> = callbacks![show, greet, slow];

    fn layout(self) -> Element {
        page("By request", (self.level, self.readout, self.name, self.greeting, self.slow, self.done))
    }
}

async fn served() -> (Served, Arc<Semaphore>) {
    let go_on = Arc::new(Semaphore::new(0));
    (Served::new::<Ui>(Arc::clone(&go_on)).await, go_on)
}

const COMMAND: &str = "/_dash/command";

fn request(browser: &Browser, path: &str, frame: &Value) -> Request {
    let place = format!("{}-{}", browser.epoch, browser.rev);
    Request::new("PUT", path).json(frame).header("Dash-Session", &browser.session).header("Dash-Place", &place)
}

/// Sends the next command of the page, and returns the answer.
async fn ask(browser: &mut Browser, prop: &str, value: impl Into<Value>) -> Value {
    browser.last += 1;
    let frame = json!({ "n": browser.last, "p": browser.page.number(prop), "v": value.into() });
    let answer = http::send(browser.address, &request(browser, COMMAND, &frame)).await;
    assert_eq!(answer.status, 200, "{answer:?}");
    serde_json::from_slice(&answer.body).unwrap()
}

/// The value of a property in the answer.
fn told(answer: &Value, browser: &Browser, prop: &str) -> Value {
    let parts = answer["p"].as_array().cloned().unwrap_or_default();
    parts.iter().find(|part| part[0] == browser.page.number(prop)).map_or(Value::Null, |part| part[1].clone())
}

#[tokio::test]
async fn the_page_knows_what_goes_by_request() {
    let (app, _) = served().await;
    let page = app.page().await;
    assert_eq!(page.state["http"], json!([page.number("level.value"), page.number("slow.click")]));
    assert_eq!(page.command(), COMMAND);
}

#[tokio::test]
async fn the_answer_has_the_outcome_and_the_new_values() {
    let (app, _) = served().await;
    let (mut one, mut two) = (app.join().await, app.join().await);
    let answer = ask(&mut one, "level.value", 40).await;
    assert_eq!((&answer["a"][0][0], &answer["a"][0][1]), (&json!(1), &json!(0)));
    assert_eq!((told(&answer, &one, "level.value"), told(&answer, &one, "readout.text")), (json!(40.0), json!("40 %")));
    two.sees("readout.text", "40 %").await;
    // The socket continues with the next number, and delivers the change too.
    one.apply("name.value", "ada").await;
    assert_eq!((one.last, one.value("readout.text")), (2, &json!("40 %")));
    assert_eq!(one.outcomes(1).last(), Some(&Outcome::Applied));
}

/// P5 on a network without WebSockets: the page keeps its session.
#[tokio::test]
async fn without_a_socket_the_page_is_answered_all_the_same() {
    let (app, go_on) = served().await;
    let mut browser = app.join().await;
    browser.apply("name.value", "ada").await;
    browser.socket.send(tokio_tungstenite::tungstenite::Message::Close(None)).await;
    app.has_clients(0).await;
    let answer = ask(&mut browser, "level.value", 7).await;
    assert_eq!(told(&answer, &browser, "readout.text"), "7 %");
    // The outcome of a slow callback is requested again.
    let answer = ask(&mut browser, "slow.click", Value::Null).await;
    assert_eq!(answer["a"], json!([[3, 1, answer["r"]]]), "accepted");
    let again = json!({ "n": 3, "p": browser.page.number("slow.click"), "v": null });
    let (address, wait) = (app.address, request(&browser, "/_dash/command?wait=applied", &again));
    let waiting = tokio::spawn(async move { http::send(address, &wait).await });
    app.counted("repeated", 1).await;
    go_on.add_permits(1);
    let answer: Value = serde_json::from_slice(&waiting.await.unwrap().body).unwrap();
    assert_eq!((&answer["a"][0][1], told(&answer, &browser, "done.text")), (&json!(0), json!("done")));
    browser.come_back().await;
    browser.sees("done.text", "done").await;
    assert_eq!(app.health().await["counts"]["runs"], 5, "each acted once");
}

#[tokio::test]
async fn what_is_no_command_of_a_page_is_refused() {
    let (app, _) = served().await;
    let browser = app.join().await;
    let frame = json!({ "n": 1, "p": browser.page.number("level.value"), "v": 1 });
    let asked = |frame: &Value| request(&browser, COMMAND, frame);
    for (what, status) in [
        (asked(&json!({ "n": 2, "p": 0, "v": 1 })), 409),
        (asked(&json!({ "t": "ping" })), 400),
        (Request::new("PUT", COMMAND).json(&frame), 409),
        (Request::new("PUT", COMMAND).json(&frame).header("Dash-Session", "nobody"), 409),
        (asked(&frame).header("Origin", "http://evil.com"), 403),
        (asked(&frame).host("evil.com"), 403),
        (Request::new("PUT", COMMAND).header("Content-Type", "text/plain").body(&frame), 415),
        (asked(&json!({ "n": 1, "p": 0, "v": "x".repeat(70_000) })), 413),
        (Request::get(COMMAND), 405),
    ] {
        let answer = http::send(app.address, &what).await;
        assert_eq!(answer.status, status, "{answer:?}");
    }
    assert_eq!(app.health().await["counts"]["commands"], 0);
    assert_eq!(http::send(app.address, &asked(&frame)).await.status, 200);
}
