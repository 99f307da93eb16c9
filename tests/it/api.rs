//! The HTTP service: properties by name, for programs without a page.

use std::{
    sync::Arc,
    time::{Duration, SystemTime},
};

use dash_devices::{App, prelude::*};
use serde_json::{Value, json};
use tokio::{
    io::{AsyncReadExt as _, AsyncWriteExt as _},
    net::TcpStream,
    sync::Semaphore,
};

use crate::support::{
    Browser, Served,
    http::{self, Request, Response},
    limits, within,
};

#[components]
struct Ui {
    level: Slider,
    readout: Text,
    mode: Dropdown,
    chosen: Text,
    add: Button,
    count: Text,
    log: Trend,
    stick: Button,
    slow: Button,
    name: Input,
    greeting: Text,
}

/// Counts, and blocks until the test lets it continue.
#[derive(Clone)]
struct Bench {
    count: u32,
    go_on: Arc<Semaphore>,
}

impl Bench {
    fn new() -> Self {
        Self { count: 0, go_on: Arc::new(Semaphore::new(0)) }
    }
}

#[callback_shared(output = Ui::readout.text)]
fn show(#[input(Ui::level.value)] level: f64) -> String {
    format!("{level} %")
}

#[callback_shared(output = Ui::chosen.text)]
fn choose(#[input(Ui::mode.value)] mode: String) -> String {
    mode
}

#[callback_shared(on = Ui::add.click, output = (Ui::count.text, Ui::log.points))]
fn add(bench: &mut Bench) -> (String, Sample) {
    bench.count += 1;
    (bench.count.to_string(), Sample { t: f64::from(bench.count), values: vec![Some(1.0)] })
}

#[callback_shared(on = Ui::stick.click)]
fn stick(_bench: &mut Bench) -> Result<(), &'static str> {
    Err("the valve is stuck")
}

#[callback_shared(on = Ui::slow.click)]
async fn slow(bench: &mut Bench) {
    if let Ok(permit) = bench.go_on.acquire().await {
        permit.forget();
    }
}

#[callback(output = Ui::greeting.text)]
fn greet(#[input(Ui::name.value)] name: &str) -> String {
    format!("hello {name}")
}

impl Dashboard for Ui {
    type Device = Bench;
    type Session = ();
    const CALLBACKS: Callbacks<Self> = callbacks![show, choose, add, stick, slow, greet];

    fn layout(self) -> Element {
        page(
            "Api",
            (
                card("Level", (self.level.value(5.0), self.readout)),
                card("Mode", (self.mode.options(["Off", "Heat"]).value("Off"), self.chosen)),
                card("Count", (self.add, self.count, self.log.series([Series::new("count")]))),
                card("Trouble", (self.stick, self.slow)),
                card("Name", (self.name, self.greeting)),
            ),
        )
    }
}

fn app() -> App {
    App::new::<Ui>(Bench::new()).unwrap().limits(limits(|_| {}))
}

async fn served() -> Served {
    let app = Served::app(app()).await;
    app.counted("runs", 2).await;
    app
}

fn path(prop: &str) -> String {
    format!("/api/props/{}", prop.replacen('.', "/", 1))
}

fn put(prop: &str, value: impl Into<Value>) -> Request {
    Request::new("PUT", &path(prop)).json(value.into())
}

fn post(prop: &str) -> Request {
    Request::new("POST", &path(prop)).json("null")
}

async fn send(app: &Served, request: Request) -> (u16, Value) {
    let response = http::send(app.address, &request).await;
    (response.status, body(&response))
}

fn body(response: &Response) -> Value {
    serde_json::from_slice(&response.body).unwrap_or_else(|_| panic!("no JSON: {response:?}"))
}

/// The status and the kind of a refusal. The response must give a reason.
async fn refusal(app: &Served, request: Request) -> (u16, String) {
    let what = format!("{request:?}");
    let (status, body) = send(app, request).await;
    assert!(body["why"].as_str().is_some_and(|why| !why.is_empty()), "{what}: {body}");
    (status, body["kind"].as_str().unwrap().to_owned())
}

#[tokio::test]
async fn every_property_is_listed_with_its_value() {
    let app = served().await;
    let all = body(&app.get("/api/props").await);
    assert_eq!((&all["dashboard"], &all["rev"]), (&json!("Ui"), &app.health().await["rev"]));
    let props = all["props"].as_array().unwrap();
    let page = app.page().await;
    assert_eq!(props.len(), page.state["props"].as_array().unwrap().len());
    let find = |name: &str| props.iter().find(|prop| prop["name"] == name).unwrap();
    let level = find("level.value");
    let schema = "../schema.json#/components/level/properties/value";
    assert_eq!(
        *level,
        json!({ "name": "level.value", "kind": "state", "writable": true, "private": false, "computed": false, "value": 5.0,
            "rev": 1, "quality": null, "schema": schema }),
    );
    let interface = body(&app.get("/schema.json").await);
    assert_eq!(interface.pointer(schema.split_once('#').unwrap().1).unwrap()["within"], json!(["min", "max"]));
    assert!(interface["paths"]["PUT /api/props/{component}/{property}"].is_string());
    assert_eq!((&find("add.click")["kind"], &find("add.click")["value"]), (&json!("event"), &Value::Null));
    assert_eq!((&find("log.points")["kind"], &find("log.points")["value"]), (&json!("stream"), &json!([])));
    assert_eq!(find("name.value")["private"], true);
}

#[tokio::test]
async fn a_value_has_a_tag_until_it_changes() {
    let app = served().await;
    let first = app.get("/api/props/readout/text").await;
    assert_eq!(body(&first)["value"], "5 %");
    let tag = first.header("etag").unwrap().to_owned();
    for known in [tag.clone(), format!("W/{tag}"), format!("\"x\", {tag}"), "*".to_owned()] {
        let again = http::send(app.address, &Request::get(&path("readout.text")).header("If-None-Match", &known)).await;
        assert_eq!((again.status, again.header("etag"), again.body.len()), (304, Some(&*tag), 0), "{known}");
    }
    assert_eq!(send(&app, put("level.value", 6)).await.0, 200);
    let changed = http::send(app.address, &Request::get(&path("readout.text")).header("If-None-Match", &tag)).await;
    assert_eq!((changed.status, &body(&changed)["value"]), (200, &json!("6 %")));
    assert_ne!(changed.header("etag"), Some(&*tag));
}

/// The response arrives when the callbacks are finished, and every page shows the value.
#[tokio::test]
async fn what_is_put_is_answered_when_its_callbacks_are_done() {
    let app = served().await;
    let mut browser = app.join().await;
    let (status, answer) = send(&app, put("level.value", 40)).await;
    assert_eq!((status, &answer["outcome"]), (200, &json!("applied")));
    let readout = body(&app.get("/api/props/readout/text").await);
    assert_eq!((&readout["value"], &readout["rev"]), (&json!("40 %"), &answer["rev"]));
    browser.sees("readout.text", "40 %").await;
    assert_eq!(*browser.value("level.value"), 40.0);
    let (status, answer) = send(&app, post("add.click")).await;
    assert_eq!((status, &answer["outcome"]), (200, &json!("applied")));
    browser.sees("count.text", "1").await;
    assert_eq!(body(&app.get("/api/props/log/points").await)["value"], json!([{ "t": 1.0, "values": [1.0] }]));
}

/// P8, with a status for each case.
#[tokio::test]
async fn p8_what_may_not_be_is_refused_with_its_reason() {
    let app = served().await;
    let before = app.health().await["rev"].clone();
    for (request, status, kind) in [
        (put("level.value", 101), 422, "out_of_range"),
        (put("level.value", "much"), 400, "wrong_type"),
        (put("mode.value", "Cool"), 422, "not_an_option"),
        (put("readout.text", "x"), 405, "not_writable"),
        (put("add.click", Value::Null), 405, "not_writable"),
        (post("level.value"), 405, "not_writable"),
        (put("nothing.value", 1), 404, "unknown_property"),
        (put("level.nothing", 1), 404, "unknown_property"),
        (Request::get("/api/props/level/%ff"), 400, "malformed"),
        (Request::new("PUT", &path("level.value")).json("{"), 400, "wrong_type"),
        (Request::new("PUT", &path("level.value")).json(""), 400, "malformed"),
        (put("level.value", 1).header("Idempotency-Key", ""), 400, "malformed"),
        (put("level.value", 1).header("Idempotency-Key", &"k".repeat(256)), 400, "malformed"),
        (put("name.value", "ada"), 403, "private"),
        (Request::get("/api/props/name/value"), 403, "private"),
        (put("name.value", "ada").header("Dash-Session", "nobody"), 409, "no_session"),
        (Request::get("/api/props/name/value").header("Dash-Session", "nobody"), 409, "no_session"),
        (post("stick.click"), 500, "failed"),
    ] {
        let what = format!("{request:?}");
        assert_eq!(refusal(&app, request).await, (status, kind.to_owned()), "{what}");
    }
    let methods = http::send(app.address, &put("readout.text", "x")).await;
    assert_eq!(methods.header("allow"), Some("GET,HEAD"));
    assert_eq!(http::send(app.address, &Request::new("DELETE", &path("level.value"))).await.status, 405);
    let wait = Request::new("PUT", "/api/props/level/value?wait=long").json(1);
    assert_eq!(refusal(&app, wait).await, (400, "malformed".to_owned()));
    assert_eq!(app.health().await["rev"], before);
    assert_eq!(body(&http::send(app.address, &post("stick.click")).await)["why"], "the valve is stuck");
}

/// S26: a form or a page of another origin cannot send a request that changes anything.
#[tokio::test]
async fn s26_pages_of_other_origins_write_and_read_nothing() {
    let app = served().await;
    let own = format!("http://{}", app.address);
    for bad in ["http://evil.com", "null", "", "http://localhost", &own[..own.len() - 1]] {
        for request in [put("level.value", 9), post("add.click"), Request::get("/api/props")] {
            let what = format!("{request:?}");
            let denied = http::send(app.address, &request.header("Origin", bad)).await;
            assert_eq!((denied.status, &body(&denied)["kind"]), (403, &json!("origin")), "{what}");
            assert!(!denied.has_headers_like("access-control-"));
        }
    }
    for kind in ["text/plain", "application/x-www-form-urlencoded", "multipart/form-data", "", "application/jsonp"] {
        for method in ["PUT", "POST"] {
            let prop = if method == "PUT" { "level.value" } else { "add.click" };
            let form = Request::new(method, &path(prop)).header("Content-Type", kind).body("9");
            assert_eq!(refusal(&app, form).await, (415, "content_type".to_owned()), "{method} {kind}");
        }
    }
    let without = Request::new("POST", &path("add.click")).body("");
    assert_eq!(refusal(&app, without).await.0, 415);
    let preflight = Request::new("OPTIONS", &path("level.value"))
        .header("Origin", "http://evil.com")
        .header("Access-Control-Request-Method", "PUT");
    let preflight = http::send(app.address, &preflight).await;
    assert!(preflight.status >= 400 && !preflight.has_headers_like("access-control-"), "{preflight:?}");
    assert_eq!(http::send(app.address, &put("level.value", 9).host("evil.com")).await.status, 403);
    assert_eq!(app.health().await["counts"]["commands"], 0, "the engine has seen none of it");
    assert_eq!(send(&app, put("level.value", 9).header("Origin", &own)).await.0, 200);
    let charset = Request::new("PUT", &path("level.value")).header("Content-Type", "Application/JSON; charset=utf-8");
    assert_eq!(send(&app, charset.body("8")).await.0, 200);
}

#[tokio::test]
async fn s11_a_body_is_bounded_in_size_and_time() {
    let limits = limits(|limits| {
        limits.message_size = 1000;
        limits.header_time = Duration::from_millis(200);
    });
    let app = Served::app(app().limits(limits)).await;
    let long = Request::new("PUT", &path("level.value")).json("1".repeat(1001));
    assert_eq!(refusal(&app, long).await, (413, "too_large".to_owned()));
    let deep = Request::new("PUT", &path("level.value")).json("[".repeat(1000));
    assert_eq!(refusal(&app, deep).await, (400, "wrong_type".to_owned()));
    let half = Request::new("PUT", &path("level.value"))
        .header("Content-Type", "application/json")
        .header("Content-Length", "10");
    assert_eq!(refusal(&app, half).await, (408, "slow".to_owned()));
}

#[tokio::test]
async fn fault_a_body_that_was_no_body_was_called_too_large() {
    let app = served().await;
    let chunked = |body: &str| {
        let request = Request::new("PUT", &path("level.value")).header("Content-Type", "application/json");
        let head = request.header("Transfer-Encoding", "chunked").bytes(app.address);
        head + body
    };
    for body in ["zz\r\n5\r\n", "1\r\n55\r\n0\r\n\r\n", "-1\r\n\r\n"] {
        let mut stream = TcpStream::connect(app.address).await.unwrap();
        stream.write_all(chunked(body).as_bytes()).await.unwrap();
        let mut answer = Vec::new();
        within("the answer", stream.read_to_end(&mut answer)).await.unwrap();
        let answer = http::Response::parse(&answer);
        assert_eq!((answer.status, answer.text().contains("malformed")), (400, true), "{body:?}: {answer:?}");
    }
}

#[tokio::test]
async fn what_takes_long_is_accepted_and_not_waited_for() {
    let bench = Bench::new();
    let limits = limits(|limits| limits.request_time = Duration::from_millis(100));
    let app = Served::app(App::new::<Ui>(bench.clone()).unwrap().limits(limits)).await;
    // The value takes effect on arrival, and its callback waits behind the slow one.
    assert_eq!(send(&app, post("slow.click")).await.0, 202);
    let (status, answer) = send(&app, post("add.click")).await;
    assert_eq!((status, &answer["outcome"]), (202, &json!("accepted")));
    for asked in [
        post("slow.click").header("Prefer", "respond-async"),
        Request::new("POST", "/api/props/slow/click?wait=accepted").json("null"),
    ] {
        let (status, answer) = send(&app, asked).await;
        assert_eq!((status, &answer["outcome"]), (202, &json!("accepted")));
    }
    bench.go_on.add_permits(3);
    app.counted("runs", 6).await;
    assert_eq!(body(&app.get("/api/props/count/text").await)["value"], "1");
}

#[tokio::test]
async fn p3_a_request_that_is_sent_again_with_its_key_acts_once() {
    let app = served().await;
    let keyed = || post("add.click").header("Idempotency-Key", "5f0d1c");
    let first = send(&app, keyed()).await;
    for _ in 0..3 {
        assert_eq!(send(&app, keyed()).await, first);
    }
    assert_eq!(body(&app.get("/api/props/count/text").await)["value"], "1");
    let other = put("level.value", 1).header("Idempotency-Key", "5f0d1c");
    assert_eq!(refusal(&app, other).await, (422, "key_reused".to_owned()));
}

#[tokio::test]
async fn fault_a_late_burst_of_requests_was_carried_out() {
    let app = served().await;
    let before = |seconds: f64| {
        let now = SystemTime::now().duration_since(SystemTime::UNIX_EPOCH).unwrap().as_secs_f64();
        (now - seconds).to_string()
    };
    // They were stuck on their way: a click acts for 5 s, and a value for 60 s.
    for (late, status) in [(6.0, 410), (0.5, 200)] {
        assert_eq!(send(&app, post("add.click").header("Dash-Sent", &before(late))).await.0, status, "{late}");
    }
    for (late, status) in [(61.0, 410), (6.0, 200)] {
        assert_eq!(send(&app, put("level.value", 7).header("Dash-Sent", &before(late))).await.0, status, "{late}");
    }
    let batch = Request::new("POST", "/api/batch").json(json!([{ "prop": "add.click" }]));
    assert_eq!(send(&app, batch.header("Dash-Sent", &before(6.0))).await.0, 422);
    assert_eq!(body(&app.get("/api/props/count/text").await)["value"], "1");
    assert_eq!(refusal(&app, post("add.click").header("Dash-Sent", "soon")).await, (400, "malformed".to_owned()));
    let twice = post("add.click").header("Dash-Sent", &before(0.0)).header("Dash-Sent", &before(0.0));
    assert_eq!(refusal(&app, twice).await, (400, "malformed".to_owned()));
}

/// P3, if the response to the first request is lost: both wait for the same run.
#[tokio::test]
async fn p3_a_request_that_comes_again_while_it_is_at_work_waits_for_the_same_outcome() {
    let bench = Bench::new();
    let app = Served::new::<Ui>(bench.clone()).await;
    let keyed = || post("slow.click").header("Idempotency-Key", "k");
    let address = app.address;
    let ask = || tokio::spawn(async move { http::send(address, &keyed()).await.status });
    let (first, second) = (ask(), ask());
    app.counted("repeated", 1).await;
    bench.go_on.add_permits(1);
    assert_eq!((within("one", first).await.unwrap(), within("the other", second).await.unwrap()), (200, 200));
}

#[tokio::test]
async fn p7_the_rate_is_bounded_for_an_address() {
    let app = Served::app(app().limits(limits(|limits| limits.commands_per_second = 5))).await;
    let mut refused = None;
    for _ in 0..50 {
        let response = http::send(app.address, &post("add.click")).await;
        if response.status != 200 {
            refused = Some(response);
            break;
        }
    }
    let refused = refused.expect("a refusal");
    assert_eq!((refused.status, &body(&refused)["kind"]), (429, &json!("rate")));
    assert_eq!(refused.header("retry-after"), Some("1"));
}

#[tokio::test]
async fn a_page_that_is_named_has_its_own_values() {
    let app = served().await;
    let (mut ada, mut bob) = (app.join().await, app.join().await);
    let of = |request: Request, browser: &Browser| request.header("Dash-Session", &browser.session);
    assert_eq!(send(&app, of(put("name.value", "ada"), &ada)).await.0, 200);
    ada.sees("greeting.text", "hello ada").await;
    bob.settle().await;
    assert_eq!(*bob.value("greeting.text"), "hello ");
    for (browser, greeting) in [(&ada, "hello ada"), (&bob, "hello ")] {
        let read = send(&app, of(Request::get("/api/props/greeting/text"), browser)).await;
        assert_eq!((read.0, &read.1["value"]), (200, &json!(greeting)));
    }
    // The page's own command numbers are not affected.
    ada.apply("name.value", "eve").await;
    ada.sees("greeting.text", "hello eve").await;
}

/// P1: one queue for all transports.
#[tokio::test]
async fn p1_requests_and_the_socket_have_one_order() {
    let app = served().await;
    let mut browser = app.join().await;
    for round in 0..20_u32 {
        browser.apply("level.value", f64::from(round)).await;
        assert_eq!(body(&app.get("/api/props/readout/text").await)["value"], format!("{round} %"));
        assert_eq!(send(&app, put("level.value", 50 + round)).await.0, 200);
        browser.sees("readout.text", format!("{} %", 50 + round)).await;
    }
}

/// Waiting requests do not delay the end of the server.
#[tokio::test]
async fn who_waits_is_told_that_the_server_ends() {
    let app = served().await;
    let address = app.address;
    let waiting = tokio::spawn(async move { http::send(address, &post("slow.click")).await });
    app.counted("commands", 1).await;
    app.stop().await;
    let answer = within("an answer", waiting).await.unwrap();
    assert_eq!((answer.status, &body(&answer)["kind"]), (503, &json!("unknown")));
}

#[tokio::test]
async fn below_a_path_with_parameters_the_service_is_there_too() {
    let listener = tokio::net::TcpListener::bind("127.0.0.1:0").await.unwrap();
    let address = listener.local_addr().unwrap();
    let router = axum::Router::new().nest("/robots/{name}", app().into_router().unwrap());
    tokio::spawn(async move { axum::serve(listener, router).await });
    let set = Request::new("PUT", "/robots/arm%201/api/props/level/value").json(7);
    assert_eq!(http::send(address, &set).await.status, 200);
    let read = http::send(address, &Request::get("/robots/arm%201/api/props/level/value")).await;
    assert_eq!(body(&read)["value"], 7.0);
}
