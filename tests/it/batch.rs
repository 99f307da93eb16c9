//! Several properties in one request: all or none are set.

use std::{sync::Arc, time::Duration};

use dash_devices::{App, prelude::*};
use serde_json::{Value, json};
use tokio::sync::Semaphore;

use crate::support::{
    Served,
    http::{self, Request},
    limits, within,
};

#[components]
struct Ui {
    low: Slider,
    high: Slider,
    band: Text,
    mode: Dropdown,
    start: Button,
    runs: Text,
    slow: Button,
    name: Input,
    greeting: Text,
}

#[derive(Clone)]
struct Bench {
    runs: Vec<String>,
    began: Arc<Semaphore>,
    go_on: Arc<Semaphore>,
}

#[callback_shared(output = Ui::band.text)]
fn show(#[input(Ui::low.value)] low: f64, #[input(Ui::high.value)] high: f64) -> String {
    format!("{low} to {high}")
}

#[callback_shared(on = Ui::start.click, output = Ui::runs.text)]
fn start(
    bench: &mut Bench,
    client: Option<Client>,
    #[state(Ui::low.value)] low: f64,
    #[state(Ui::mode.value)] mode: &str,
) -> String {
    let who = client.map_or("nobody", |_| "a page");
    bench.runs.push(format!("{mode} from {low} by {who}"));
    bench.runs.join(", ")
}

#[callback_shared(on = Ui::slow.click)]
async fn slow(bench: &mut Bench) {
    bench.began.add_permits(1);
    if let Ok(permit) = bench.go_on.acquire().await {
        permit.forget();
    }
}

#[callback(output = Ui::greeting.text)]
fn greet(#[input(Ui::name.value)] name: &str, #[input(Ui::high.value)] high: f64) -> String {
    format!("{name} up to {high}")
}

impl Dashboard for Ui {
    type Device = Bench;
    type Session = ();
    const CALLBACKS: Callbacks<Self> = callbacks![show, start, slow, greet];

    fn layout(self) -> Element {
        let mode = self.mode.options(["Sweep", "Hold"]).value("Hold");
        page(
            "Batch",
            (self.low, self.high, self.band, mode, self.start, self.runs, self.slow, self.name, self.greeting),
        )
    }
}

fn bench() -> Bench {
    Bench { runs: Vec::new(), began: Arc::new(Semaphore::new(0)), go_on: Arc::new(Semaphore::new(0)) }
}

async fn served() -> Served {
    let app = Served::new::<Ui>(bench()).await;
    app.counted("runs", 1).await;
    app
}

fn batch(items: &Value) -> Request {
    Request::new("POST", "/api/batch").json(items)
}

async fn send(app: &Served, request: Request) -> (u16, Value) {
    let response = http::send(app.address, &request).await;
    let body = serde_json::from_slice(&response.body).unwrap_or_else(|_| panic!("no JSON: {response:?}"));
    (response.status, body)
}

/// Every client gets all changes and the outputs of their callbacks in one frame.
#[tokio::test]
async fn all_of_it_is_set_at_once_and_answered_when_the_callbacks_are_done() {
    let app = served().await;
    let (mut ada, mut bob) = (app.join().await, app.join().await);
    // `show` at the start, and `greet` for each client.
    app.counted("runs", 3).await;
    let runs = app.health().await["counts"]["runs"].as_u64().unwrap();
    let items = json!([
        { "prop": "low.value", "value": 20 },
        { "prop": "high.value", "value": 80 },
        { "prop": "mode.value", "value": "Sweep" },
        { "prop": "start.click" },
    ]);
    let (status, answer) = send(&app, batch(&items)).await;
    assert_eq!((status, &answer["outcome"]), (200, &json!("applied")), "{answer}");
    for browser in [&mut ada, &mut bob] {
        browser.sees("band.text", "20 to 80").await;
        browser.sees("runs.text", "Sweep from 20 by nobody").await;
        browser.sees("greeting.text", " up to 80").await;
    }
    assert_eq!(
        app.health().await["counts"]["runs"].as_u64().unwrap() - runs,
        4,
        "each callback once, `greet` for each"
    );
    let revs = ["low", "high", "mode"].map(|name| format!("/api/props/{name}/value"));
    let mut seen = Vec::new();
    for path in revs {
        seen.push(send(&app, Request::get(&path)).await.1["rev"].clone());
    }
    assert!(seen.iter().all(|rev| *rev == seen[0]), "one revision: {seen:?}");
    assert!(answer["rev"].as_u64() >= seen[0].as_u64());
}

/// P8: the response has the fault of each item, and nothing has changed.
#[tokio::test]
async fn p8_one_bad_item_refuses_all_and_each_is_told_with_its_reason() {
    let app = served().await;
    let before = app.health().await["rev"].clone();
    let items = json!([
        { "prop": "low.value", "value": 20 },
        { "prop": "high.value", "value": 101 },
        { "prop": "band.text", "value": "x" },
        { "prop": "nothing.value", "value": 1 },
        { "prop": "mode.value", "value": "Cool" },
        { "prop": "start.click" },
    ]);
    let (status, answer) = send(&app, batch(&items)).await;
    assert_eq!((status, &answer["kind"]), (422, &json!("batch")));
    let refused: Vec<(u64, &str, &str)> = answer["refused"]
        .as_array()
        .unwrap()
        .iter()
        .map(|one| (one["item"].as_u64().unwrap(), one["prop"].as_str().unwrap(), one["kind"].as_str().unwrap()))
        .collect();
    assert_eq!(
        refused,
        [
            (1, "high.value", "out_of_range"),
            (2, "band.text", "not_writable"),
            (3, "nothing.value", "unknown_property"),
            (4, "mode.value", "not_an_option"),
        ]
    );
    assert_eq!(answer["refused"][0]["why"], "high.value must be within 0 to 100, and 101 is not");
    assert_eq!(app.health().await["rev"], before);
    assert_eq!(app.health().await["counts"]["commands"], 0);
}

#[tokio::test]
async fn what_is_no_batch_is_refused_as_a_whole() {
    let app = Served::app(App::new::<Ui>(bench()).unwrap().limits(limits(|limits| {
        limits.commands_per_second = 8;
        limits.message_size = 1000;
    })))
    .await;
    let nine: Vec<Value> = (0..9).map(|_| json!({ "prop": "start.click" })).collect();
    let good = json!([{ "prop": "low.value", "value": 1 }]);
    for (request, status, kind) in [
        (batch(&json!([])), 400, "malformed"),
        (batch(&json!({ "low.value": 1 })), 400, "malformed"),
        (batch(&json!([{ "value": 1 }])), 400, "malformed"),
        (batch(&json!([{ "prop": "low.value", "value": 1, "age": 3 }])), 400, "malformed"),
        (Request::new("POST", "/api/batch").json("["), 400, "malformed"),
        (batch(&json!(nine)), 413, "too_large"),
        (Request::new("POST", "/api/batch").json("1".repeat(1001)), 413, "too_large"),
        (Request::new("POST", "/api/batch").header("Content-Type", "text/plain").body(&good), 415, "content_type"),
        (batch(&good).header("Origin", "http://evil.com"), 403, "origin"),
        (batch(&good).header("Dash-Session", "nobody"), 409, "no_session"),
    ] {
        let what = format!("{request:?}");
        let (answered, body) = send(&app, request).await;
        assert_eq!((answered, &body["kind"]), (status, &json!(kind)), "{what}: {body}");
    }
    assert_eq!(http::send(app.address, &batch(&good).host("evil.com")).await.status, 403);
    assert_eq!(http::send(app.address, &Request::get("/api/batch")).await.status, 405);
    assert_eq!(app.health().await["counts"]["commands"], 0);
}

/// With a page's session, the page's own values are set, and its callbacks know the client.
#[tokio::test]
async fn a_batch_for_a_page_sets_what_the_page_has_for_itself_too() {
    let app = served().await;
    let (mut ada, mut bob) = (app.join().await, app.join().await);
    // `show` at the start, and `greet` for each client.
    app.counted("runs", 3).await;
    let items = json!([
        { "prop": "name.value", "value": "ada" },
        { "prop": "high.value", "value": 50 },
        { "prop": "start.click", "value": null },
    ]);
    let (status, answer) = send(&app, batch(&items)).await;
    assert_eq!((status, &answer["refused"][0]["kind"]), (422, &json!("private")));
    let runs = app.health().await["counts"]["runs"].as_u64().unwrap();
    let (status, answer) = send(&app, batch(&items).header("Dash-Session", &ada.session)).await;
    assert_eq!((status, &answer["outcome"]), (200, &json!("applied")));
    ada.sees("greeting.text", "ada up to 50").await;
    bob.sees("greeting.text", " up to 50").await;
    bob.sees("runs.text", "Hold from 0 by a page").await;
    // `show`, `start`, and `greet` for each of the two clients.
    assert_eq!(app.health().await["counts"]["runs"].as_u64().unwrap() - runs, 4);
}

/// P3.
#[tokio::test]
async fn p3_a_batch_that_is_sent_again_with_its_key_acts_once() {
    let app = served().await;
    let click = json!([{ "prop": "start.click" }, { "prop": "low.value", "value": 3 }]);
    let keyed = |items: &Value| batch(items).header("Idempotency-Key", "5f0d1c");
    let first = send(&app, keyed(&click)).await;
    assert_eq!(first.0, 200);
    for _ in 0..3 {
        assert_eq!(send(&app, keyed(&click)).await, first);
    }
    let runs = send(&app, Request::get("/api/props/runs/text")).await.1;
    assert_eq!(runs["value"], "Hold from 3 by nobody");
    let other = json!([{ "prop": "start.click" }]);
    assert_eq!(send(&app, keyed(&other)).await.1["kind"], "key_reused");
}

#[tokio::test]
async fn a_batch_is_accepted_and_not_waited_for_if_that_is_preferred_or_takes_long() {
    let bench = bench();
    let limits = limits(|limits| {
        limits.request_time = Duration::from_millis(100);
        limits.queue = 1;
    });
    let app = Served::app(App::new::<Ui>(bench.clone()).unwrap().limits(limits)).await;
    app.counted("runs", 1).await;
    let items = json!([{ "prop": "slow.click" }, { "prop": "low.value", "value": 3 }]);
    let (status, answer) = send(&app, batch(&items).header("Prefer", "respond-async")).await;
    assert_eq!((status, &answer["outcome"]), (202, &json!("accepted")));
    // A turn that waits would fill the queue: the first click must have left it.
    within("the first click runs", bench.began.acquire()).await.unwrap().forget();
    let (status, answer) = send(&app, batch(&items)).await;
    assert_eq!((status, &answer["outcome"]), (202, &json!("accepted")));
    // The device's queue is full now.
    let busy = http::send(app.address, &batch(&items)).await;
    let body: Value = serde_json::from_slice(&busy.body).unwrap();
    assert_eq!((busy.status, busy.header("retry-after")), (503, Some("1")));
    assert_eq!((&body["kind"], &body["refused"][0]["prop"]), (&json!("busy"), &json!("slow.click")));
    bench.go_on.add_permits(2);
    within("the queue is empty", async {
        while http::send(app.address, &batch(&json!([{ "prop": "start.click" }]))).await.status != 200 {}
    })
    .await;
}
