//! Server-sent events: changes for programs without a page.

use std::{net::SocketAddr, time::Duration};

use dash_devices::{App, prelude::*};
use serde_json::{Value, json};
use tokio::net::{TcpSocket, TcpStream};

use crate::support::{
    Served,
    events::Events,
    eventually,
    http::{self, Request},
    limits,
};

/// The number of items that a click adds. The stream keeps 2000.
const ADDED: u32 = 600;

#[components]
struct Ui {
    level: Slider,
    readout: Text,
    add: Button,
    log: Trend,
    risky: Slider,
    safe: Text,
    picture: Text,
    name: Input,
    greeting: Text,
}

#[callback_shared(output = Ui::readout.text)]
fn show(#[input(Ui::level.value)] level: f64) -> String {
    format!("{level} %")
}

#[callback_shared(on = Ui::add.click, output = Ui::log.points)]
fn add(count: &mut u32) -> Vec<Sample> {
    let first = *count;
    *count += ADDED;
    (first..*count).map(|t| Sample { t: f64::from(t), values: vec![Some(1.0)] }).collect()
}

#[callback_shared(output = Ui::safe.text)]
fn check(#[input(Ui::risky.value)] risky: f64) -> Result<String, &'static str> {
    if risky > 50.0 { Err("too hot") } else { Ok("fine".to_owned()) }
}

/// Large, so that a few values fill the network buffers.
#[callback_shared(output = Ui::picture.text)]
fn draw(#[input(Ui::level.value)] level: f64) -> String {
    format!("{level:09}").repeat(20_000)
}

#[callback(output = Ui::greeting.text)]
fn greet(#[input(Ui::name.value)] name: &str) -> String {
    format!("hello {name}")
}

impl Dashboard for Ui {
    type Device = u32;
    type Session = ();
    const CALLBACKS: Callbacks<Self> = callbacks![show, add, check, draw, greet];

    fn layout(self) -> Element {
        let log = self.log.series([Series::new("count")]);
        page(
            "Subscribe",
            (
                card("Level", (self.level.value(5.0), self.readout, self.picture)),
                card("Count", (self.add, log)),
                card("Risk", (self.risky, self.safe)),
                card("Name", (self.name, self.greeting)),
            ),
        )
    }
}

fn app() -> App {
    App::new::<Ui>(0).unwrap().limits(limits(|_| {}))
}

async fn served(app: App) -> Served {
    let app = Served::app(app).await;
    app.counted("runs", 3).await;
    app
}

fn subscribe(props: &[&str]) -> Request {
    let props: Vec<String> = props.iter().map(|prop| format!("prop={prop}")).collect();
    Request::get(&format!("/api/subscribe?{}", props.join("&")))
}

async fn open(app: &Served, props: &[&str]) -> Events {
    Events::open(app.address, &subscribe(props)).await.unwrap()
}

async fn put(address: SocketAddr, prop: &str, value: impl Into<Value>) -> u16 {
    let path = format!("/api/props/{prop}/value");
    http::send(address, &Request::new("PUT", &path).json(value.into())).await.status
}

async fn click(address: SocketAddr) {
    assert_eq!(http::send(address, &Request::new("POST", "/api/props/add/click").json("null")).await.status, 200);
}

/// The times of the new items.
fn times(event: &Value) -> Vec<u32> {
    let items = event["streams"]["log.points"]["items"].as_array().unwrap();
    items.iter().map(|item| item["t"].as_f64().unwrap() as u32).collect()
}

#[tokio::test]
async fn the_first_event_has_everything_and_each_other_what_is_new() {
    let app = served(app()).await;
    let mut events = open(&app, &["readout.text", "level.value", "log.points"]).await;
    let first = events.next().await.unwrap();
    assert_eq!(first["values"], json!({ "level.value": 5.0, "readout.text": "5 %" }));
    assert_eq!(first["streams"], json!({ "log.points": { "items": [], "replace": true } }));
    assert_eq!(put(app.address, "risky", 1).await, 200);
    click(app.address).await;
    let second = events.next().await.unwrap();
    assert_eq!(times(&second), (0..600).collect::<Vec<_>>());
    assert_eq!(second["streams"]["log.points"]["replace"], false);
    assert_eq!((&second["values"], &second["quality"]), (&Value::Null, &Value::Null), "and nothing else");
    // G7: a chain is one change.
    assert_eq!(put(app.address, "level", 40).await, 200);
    let third = events.next().await.unwrap();
    assert_eq!(third["values"], json!({ "level.value": 40.0, "readout.text": "40 %" }));
    assert_eq!(events.id, format!("{}-{}", app.health().await["epoch"].as_str().unwrap(), third["rev"]));
}

#[tokio::test]
async fn what_is_bad_is_told_and_taken_back() {
    let app = served(app()).await;
    let mut events = open(&app, &["safe.text"]).await;
    events.next().await.unwrap();
    assert_eq!(put(app.address, "risky", 60).await, 500);
    assert_eq!(events.next().await.unwrap()["quality"], json!({ "safe.text": "too hot" }));
    assert_eq!(put(app.address, "risky", 40).await, 200);
    assert_eq!(events.next().await.unwrap()["quality"], json!({ "safe.text": null }));
}

/// P5: every newer property is delivered once, and no stream item twice.
#[tokio::test]
async fn p5_after_a_cut_it_goes_on_where_it_was() {
    let app = served(app()).await;
    let props = ["level.value", "readout.text", "log.points"];
    let mut events = open(&app, &props).await;
    events.next().await.unwrap();
    click(app.address).await;
    events.next().await.unwrap();
    let resume = subscribe(&props).header("Last-Event-ID", &events.id);
    drop(events);
    click(app.address).await;
    click(app.address).await;
    let again = Events::open(app.address, &resume).await.unwrap().next().await.unwrap();
    assert_eq!(again["values"], Value::Null);
    assert_eq!(times(&again), (600..1800).collect::<Vec<_>>());
    assert_eq!(again["streams"]["log.points"]["replace"], false);
    // Some of the missed items are gone.
    for _ in 0..5 {
        click(app.address).await;
    }
    let again = Events::open(app.address, &resume).await.unwrap().next().await.unwrap();
    assert_eq!(times(&again), (2800..4800).collect::<Vec<_>>());
    assert_eq!(again["streams"]["log.points"]["replace"], true);
    // A position of another run, of the future, or an invalid one: everything is sent.
    let epoch = app.health().await["epoch"].as_str().unwrap().to_owned();
    for id in ["0123-5".to_owned(), format!("{epoch}-999999"), epoch, "-".to_owned(), "x".to_owned()] {
        let mut events = Events::open(app.address, &subscribe(&props).header("Last-Event-ID", &id)).await.unwrap();
        assert_eq!(events.next().await.unwrap()["values"]["readout.text"], "5 %", "{id}");
    }
}

#[tokio::test]
async fn what_cannot_be_subscribed_to_is_refused() {
    let app = served(app()).await;
    for (path, status) in [
        ("/api/subscribe", 400),
        ("/api/subscribe?prop=", 404),
        ("/api/subscribe?prop=level", 404),
        ("/api/subscribe?prop=level.nothing", 404),
        ("/api/subscribe?prop=%ff.%ff", 404),
        ("/api/subscribe?prop=add.click", 400),
        ("/api/subscribe?prop=greeting.text", 403),
        ("/api/subscribe?prop=level.value&wait=1", 400),
    ] {
        assert_eq!(app.get(path).await.status, status, "{path}");
    }
    let foreign = subscribe(&["level.value"]).header("Origin", "http://evil.com");
    assert_eq!(http::send(app.address, &foreign).await.status, 403);
}

/// P7: subscriptions are limited like sockets, and their slots are released.
#[tokio::test]
async fn p7_subscriptions_are_limited_as_sockets_are() {
    let app = served(app().limits(limits(|limits| limits.sockets = 1))).await;
    let events = open(&app, &["level.value"]).await;
    assert_eq!(app.get("/api/subscribe?prop=level.value").await.status, 503);
    drop(events);
    eventually("a place", async || {
        let mut events = Events::open(app.address, &subscribe(&["level.value"])).await.ok()?;
        events.next().await
    })
    .await;
}

/// P7: a slow reader gets the newest values when it reads, and does not delay others.
#[tokio::test]
async fn p7_a_slow_reader_gets_fewer_events_and_the_newest() {
    let app = served(app()).await;
    let socket = TcpSocket::new_v4().unwrap();
    socket.set_recv_buffer_size(4096).unwrap();
    let stream: TcpStream = socket.connect(app.address).await.unwrap();
    let mut events = Events::over(stream, &subscribe(&["picture.text", "level.value"])).await.unwrap();
    for level in 0..100 {
        assert_eq!(put(app.address, "level", level).await, 200);
    }
    let mut seen = 0;
    loop {
        let event = events.next().await.unwrap();
        seen += 1;
        if event["values"]["level.value"] == 99.0 {
            assert!(
                event["values"]["picture.text"].as_str().unwrap().ends_with("000000099"),
                "value and picture agree"
            );
            break;
        }
    }
    assert!(seen < 80, "{seen} events for 100 changes");
}

#[tokio::test]
async fn p7_who_never_reads_is_let_go() {
    let limits = limits(|limits| {
        limits.sockets = 1;
        limits.write_time = Duration::from_millis(200);
    });
    let app = served(app().limits(limits)).await;
    let socket = TcpSocket::new_v4().unwrap();
    socket.set_recv_buffer_size(4096).unwrap();
    let stream: TcpStream = socket.connect(app.address).await.unwrap();
    let _events = Events::over(stream, &subscribe(&["picture.text"])).await.unwrap();
    eventually("a free place", async || {
        for level in 0..20 {
            put(app.address, "level", level).await;
        }
        Events::open(app.address, &subscribe(&["level.value"])).await.ok()
    })
    .await;
}

#[tokio::test]
async fn a_quiet_subscription_shows_that_it_lives() {
    let app = served(app().limits(limits(|limits| limits.silence = Duration::from_millis(100)))).await;
    let mut events = open(&app, &["level.value"]).await;
    events.next().await.unwrap();
    events.is_alive(2).await;
    put(app.address, "level", 1).await;
    events.next().await.unwrap();
}

#[tokio::test]
async fn subscriptions_end_with_the_server() {
    let app = served(app()).await;
    let mut events = open(&app, &["level.value"]).await;
    events.next().await.unwrap();
    app.stop().await;
    assert_eq!(events.next().await, None);
}
