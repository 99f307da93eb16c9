//! A page whose WebSocket never opens: server-sent events and requests behave like a socket.

use std::{sync::Arc, time::Duration};

use dash_devices::{App, prelude::*};
use serde_json::{Value, json};
use tokio::sync::Semaphore;

use crate::support::{
    Browser, Heard, Outcome, Served, Socket,
    http::{self, Request},
    limits,
    stream::Stream,
    within,
};

#[components]
struct Ui {
    level: Slider,
    readout: Text,
    name: Input,
    greeting: Text,
    add: Button,
    log: Trend,
    direct: Slider,
    doubled: Text,
    slow: Button,
    here: Text,
}

#[derive(Clone)]
struct Bench {
    added: u32,
    go_on: Arc<Semaphore>,
}

fn bench() -> Bench {
    Bench { added: 0, go_on: Arc::new(Semaphore::new(0)) }
}

#[callback_shared(output = Ui::readout.text)]
fn show(#[input(Ui::level.value)] level: f64) -> String {
    format!("{level} %")
}

#[callback(output = Ui::greeting.text)]
fn greet(#[input(Ui::name.value)] name: &str) -> String {
    format!("hello {name}")
}

#[callback_shared(on = Ui::add.click, output = Ui::log.points)]
fn add(bench: &mut Bench) -> Sample {
    bench.added += 1;
    Sample { t: f64::from(bench.added), values: vec![Some(1.0)] }
}

#[callback_shared(output = Ui::doubled.text, transport = http)]
fn double(#[input(Ui::direct.value)] direct: f64) -> String {
    (2.0 * direct).to_string()
}

#[callback_shared(on = Ui::slow.click)]
async fn slow(bench: &mut Bench) {
    if let Ok(permit) = bench.go_on.acquire().await {
        permit.forget();
    }
}

#[callback(on = connect)]
fn come(handle: Handle<Ui>, client: Client) {
    let _ = handle.push(changes![Ui::here.text = format!("+{}", client.id())]);
}

#[callback(on = disconnect)]
fn leave(handle: Handle<Ui>, client: Client) {
    let _ = handle.push(changes![Ui::here.text = format!("-{}", client.id())]);
}

impl Dashboard for Ui {
    type Device = Bench;
    type Session = ();
    const CALLBACKS: Callbacks<Self> = callbacks![show, greet, add, double, slow, come, leave];

    fn layout(self) -> Element {
        let log = self.log.series([Series::new("count")]);
        let inputs = row((self.level, self.name, self.add, self.direct, self.slow));
        page("No socket", (inputs, self.readout, self.greeting, log, self.doubled, self.here))
    }
}

async fn served() -> Served {
    Served::new::<Ui>(bench()).await
}

/// One page with a socket and one without.
async fn two(app: &Served) -> (Browser, Browser) {
    (app.join().await, app.join_by_request().await)
}

fn times(browser: &Browser) -> Vec<f64> {
    browser.value("log.points").as_array().unwrap().iter().map(|item| item["t"].as_f64().unwrap()).collect()
}

#[tokio::test]
async fn p2_with_and_without_a_socket_pages_are_in_step() {
    let app = served().await;
    let (mut with, mut without) = two(&app).await;
    with.apply("level.value", 40).await;
    without.sees("readout.text", "40 %").await;
    without.apply("level.value", 50).await;
    assert_eq!(without.value("readout.text"), "50 %");
    with.sees("readout.text", "50 %").await;
    without.apply("name.value", "ada").await;
    assert_eq!(without.value("greeting.text"), "hello ada");
    with.settle().await;
    assert_eq!(with.value("greeting.text"), "hello ", "what is private is");
    // The outcomes are the same as over a socket, with the reason.
    assert_eq!(without.outcome_of("level.value", 101).await.kind(), "out_of_range");
    assert_eq!(without.outcome_of("readout.text", "x").await.kind(), "not_writable");
    for count in 1..=3_u8 {
        without.apply("add.click", Value::Null).await;
        assert_eq!(times(&without).len(), usize::from(count));
    }
    with.until("three items", |with| times(with) == [1.0, 2.0, 3.0]).await;
}

/// P1 and P3: several frames in a request keep their order, and a repeated one is executed once.
#[tokio::test]
async fn p1_frames_of_a_request_have_its_order_and_p3_each_acts_once() {
    let app = served().await;
    let (mut with, mut without) = two(&app).await;
    let (level, add) = (without.page.number("level.value"), without.page.number("add.click"));
    let frames: Vec<String> = (1..=9)
        .map(|n| json!({ "n": n, "p": if n % 3 == 0 { add } else { level }, "v": if n % 3 == 0 { Value::Null } else { json!(n) } }))
        .map(|frame| frame.to_string())
        .collect();
    let frames: Vec<&str> = frames.iter().map(String::as_str).collect();
    for _ in 0..2 {
        assert_eq!(without.socket.stream().put(&frames).await.status, 204);
    }
    without.last = 9;
    for number in 1..=9 {
        assert!(matches!(without.outcome(number).await, Outcome::Applied | Outcome::Merged), "{number}");
    }
    with.until("three items", |with| times(with).len() == 3).await;
    with.sees("level.value", 8.0).await;
    let counts = app.health().await["counts"].clone();
    assert_eq!((&counts["commands"], &counts["repeated"]), (&json!(9), &json!(9)));
    // A missing number is refused, like over a socket.
    let gap = json!({ "n": 11, "p": level, "v": 1 }).to_string();
    assert_eq!(without.socket.stream().put(&[&gap]).await.status, 204);
    assert_eq!(without.outcome(11).await.kind(), "gap");
}

/// P5: it resumes at its revision with its session, and gets no stream item twice.
#[tokio::test]
async fn p5_after_a_cut_it_goes_on_where_it_was() {
    let app = served().await;
    let (mut with, mut without) = two(&app).await;
    // The callbacks of its start run after its connect hook. On a busy machine that is later than its first command, and
    // the greeting is then written once more, even after the cut.
    without.sees("greeting.text", "hello ").await;
    without.apply("name.value", "ada").await;
    without.apply("add.click", Value::Null).await;
    let session = without.session.clone();
    without.socket = Socket::Stream(Stream::new(app.address, ""));
    app.has_clients(1).await;
    with.apply("add.click", Value::Null).await;
    with.apply("level.value", 7).await;
    let welcome = without.come_back_by_request().await;
    assert_eq!((&welcome["session"], &welcome["last"]), (&json!(session), &json!(2)));
    without.sees("readout.text", "7 %").await;
    assert_eq!(times(&without), [1.0, 2.0]);
    assert_eq!(without.value("greeting.text"), "hello ada");
    let told: Vec<String> = without.updates.iter().map(Value::to_string).collect();
    assert!(!told.concat().contains("ada"), "nothing that it has: {told:?}");
    without.apply("level.value", 8).await;
}

/// P3 and P5 for a page whose socket opens later, and for one whose socket is lost.
#[tokio::test]
async fn p3_a_page_changes_between_a_stream_and_a_socket_without_a_seam() {
    let app = served().await;
    let mut browser = app.join_by_request().await;
    let session = browser.session.clone();
    for round in 1..=6_u32 {
        let old = std::mem::replace(&mut browser.socket, Socket::Stream(Stream::new(app.address, "")));
        // The last command over the old connection, whose answer was lost, is sent again over the new one.
        let command = json!({ "n": browser.last + 1, "p": browser.page.number("add.click"), "v": null }).to_string();
        let mut old = old;
        old.say(command.clone()).await;
        let welcome = if round % 2 == 0 { browser.come_back_by_request().await } else { browser.come_back().await };
        assert_eq!((&welcome["session"], &welcome["last"]), (&json!(session), &json!(browser.last + 1)));
        browser.last += 1;
        browser.socket.say(command).await;
        assert_eq!(browser.outcome(browser.last).await, Outcome::Applied);
        browser.until("one item for each", |browser| times(browser).len() == round as usize).await;
        // The old connection is closed, and its later frames are ignored.
        within("the end of the old one", async {
            loop {
                match old.hear().await {
                    Heard::Frame(_) => {}
                    end => return assert_eq!(end, Heard::Closed(4001)),
                }
            }
        })
        .await;
        if let Socket::Stream(stream) = &old {
            let late = json!({ "n": browser.last + 1, "p": browser.page.number("add.click"), "v": null }).to_string();
            assert_eq!(stream.put(&[&late]).await.status, 410);
        }
    }
    app.has_clients(1).await;
    assert_eq!(app.health().await["counts"]["commands"], 6);
}

/// Commands by request work here too, in one order with the others.
#[tokio::test]
async fn what_goes_by_request_has_the_numbers_of_the_others() {
    let app = served().await;
    let mut without = app.join_by_request().await;
    without.apply("level.value", 3).await;
    without.last += 1;
    let frame = json!({ "n": without.last, "p": without.page.number("direct.value"), "v": 21 });
    let request = Request::new("PUT", &without.page.command())
        .json(frame)
        .header("Dash-Session", &without.session)
        .header("Dash-Place", &format!("{}-{}", without.epoch, without.rev));
    let answer = http::send(app.address, &request).await;
    assert_eq!(answer.status, 200);
    assert!(answer.text().contains("\"42\""), "{answer:?}");
    without.sees("doubled.text", "42").await;
    without.apply("level.value", 4).await;
    assert_eq!(without.last, 3);
}

#[tokio::test]
async fn a_page_without_a_socket_comes_and_goes_as_others_do() {
    let app =
        Served::app(App::new::<Ui>(bench()).unwrap().limits(limits(|limits| limits.away = Duration::from_secs(60))))
            .await;
    let mut with = app.join().await;
    with.until("it has come", |with| *with.value("here.text") != "").await;
    let first = with.value("here.text").clone();
    let mut without = app.join_by_request().await;
    with.until("the other has come", |with| *with.value("here.text") != first).await;
    let came = with.value("here.text").as_str().unwrap().to_owned();
    app.has_clients(2).await;
    without.socket.say(r#"{"t":"bye"}"#).await;
    with.sees("here.text", came.replace('+', "-")).await;
    // The connection ends, and its pending requests are not waited for.
    drop(without);
    app.has_clients(1).await;
}

/// S3, S18, S26: the checks of the socket and of the HTTP service.
#[tokio::test]
async fn s03_only_pages_of_our_own_open_a_stream_and_use_it() {
    let app = Served::app(App::new::<Ui>(bench()).unwrap().limits(limits(|limits| limits.message_size = 1000))).await;
    let page = app.page().await;
    let hello = page.hello();
    let open = || Request::new("POST", page.stream()).json(&hello);
    for (request, status) in [
        (open().header("Origin", "http://evil.com"), 403),
        (open().header("Origin", "null"), 403),
        (open().host("evil.com"), 403),
        (Request::new("POST", page.stream()).header("Content-Type", "text/plain").body(&hello), 415),
        (Request::new("POST", page.stream()).json("x".repeat(1001)), 413),
        (Request::get(page.stream()), 405),
    ] {
        let answer = http::send(app.address, &request).await;
        assert_eq!(answer.status, status, "{answer:?}");
        assert!(!answer.has_headers_like("access-control-"));
    }
    app.has_clients(0).await;
    let (one, two) = (app.join_by_request().await, app.join_by_request().await);
    let frame = |value: u8| json!([{ "n": 1, "p": page.number("level.value"), "v": value }]).to_string();
    let stream = one.socket.stream();
    let stranger = |session: &str, number: &str| {
        Request::new("PUT", page.stream()).json(frame(9)).header("Dash-Session", session).header("Dash-Stream", number)
    };
    for (request, status) in [
        (stream.request(&frame(9)).header("Origin", "http://evil.com"), 403),
        (stream.request(&frame(9)).host("evil.com"), 403),
        (Request::new("PUT", page.stream()).json(frame(9)), 409),
        (stranger("nobody", "1"), 409),
        (stranger(&two.session, "1"), 410),
        (stranger(&one.session, "9999"), 410),
        (stranger(&one.session, "x"), 410),
        (stream.request("{}"), 400),
        (stream.request("["), 400),
        (stream.request(&format!("[{}]", "1".repeat(1000))), 413),
    ] {
        let answer = http::send(app.address, &request).await;
        assert_eq!(answer.status, status, "{request:?}: {answer:?}");
    }
    assert_eq!(app.health().await["counts"]["commands"], 0);
    assert_eq!(http::send(app.address, &stream.request(&frame(5))).await.status, 204);
}

/// A fault in a frame is reported like over a socket, and the stream continues.
#[tokio::test]
async fn what_is_no_frame_is_answered_and_the_stream_goes_on() {
    let app = served().await;
    let mut browser = app.join_by_request().await;
    for (frame, kind) in [(r#"{"t":"farewell"}"#, "malformed"), (&*browser.page.hello().to_string(), "greeted")] {
        browser.socket.say(frame).await;
        loop {
            let heard = browser.socket.hear().await;
            if matches!(&heard, Heard::Frame(frame) if frame["t"] == "refused") {
                assert_eq!(heard.refusal(), kind);
                break;
            }
        }
    }
    browser.apply("level.value", 1).await;
    // An invalid hello, and one of another version of the dashboard.
    let mut wrong = Stream::new(app.address, browser.page.stream());
    wrong.say(r#"{"t":"ping"}"#).await;
    assert_eq!(wrong.hear().await.refusal(), "malformed");
    assert_eq!((wrong.hear().await, wrong.hear().await), (Heard::Closed(1008), Heard::Gone));
    let mut other = browser.page.hello();
    other["schema"] = json!("other");
    let mut stranger = Stream::new(app.address, browser.page.stream());
    stranger.say(&other.to_string()).await;
    let Heard::Frame(table) = stranger.hear().await else { panic!("it is sent the table") };
    assert_eq!((&table["t"], &table["schema"]), (&json!("table"), &browser.page.state["schema"]));
    assert_eq!((stranger.hear().await, stranger.hear().await), (Heard::Closed(1000), Heard::Gone));
}

#[tokio::test]
async fn s22_a_stream_is_kept_alive_and_bounded_in_number() {
    let app = Served::app(App::new::<Ui>(bench()).unwrap().limits(limits(|limits| {
        limits.silence = Duration::from_millis(100);
        limits.sockets = 1;
    })))
    .await;
    let page = app.page().await;
    let begun = std::time::Instant::now();
    let mut browser = app.join_by_request().await;
    let hello = Request::new("POST", page.stream()).json(page.hello());
    assert_eq!(http::send(app.address, &hello).await.status, 503);
    // Ten times the silence that a socket may keep, because a hidden tab may be slow to send.
    assert_eq!(browser.end().await, Heard::Closed(4003));
    assert!(begun.elapsed() >= Duration::from_secs(1));
    app.has_clients(0).await;
    browser.come_back_by_request().await;
}

#[tokio::test]
async fn the_end_of_the_server_is_told_and_not_held_up() {
    let app = served().await;
    let mut browser = app.join_by_request().await;
    browser.set("slow.click", Value::Null).await;
    app.counted("commands", 1).await;
    app.stop().await;
    assert_eq!(browser.end().await, Heard::Closed(1001));
}

/// Notes to one client, and its disconnection.
#[tokio::test]
async fn it_is_told_things_and_sent_away_as_others_are() {
    let mut made = None;
    let app = App::with::<Ui>(|handle| {
        made = Some(handle);
        bench()
    });
    let app = Served::app(app.unwrap()).await;
    let handle = made.unwrap();
    let mut browser = app.join_by_request().await;
    let client = handle.client(handle.clients().iter().next().unwrap().id()).unwrap();
    client.message("the lab closes").unwrap();
    browser
        .until("the note", |browser| browser.updates.iter().any(|update| update["m"] == json!(["the lab closes"])))
        .await;
    client.disconnect("good night").unwrap();
    let mut heard = browser.socket.hear().await;
    while matches!(&heard, Heard::Frame(frame) if frame["t"].is_null()) {
        heard = browser.socket.hear().await;
    }
    assert_eq!(heard, Heard::Frame(json!({ "t": "disconnected", "why": "good night" })));
    assert_eq!(browser.end().await, Heard::Closed(4005));
    let late = json!({ "n": 1, "p": browser.page.number("level.value"), "v": 1 }).to_string();
    assert_eq!(browser.socket.stream().put(&[&late]).await.status, 410);
}

/// A dashboard with something to control, whose values change all the time.
mod silence {
    use super::*;

    #[components]
    struct Crane {
        drive: Control,
        #[under(drive)]
        lift: Slider,
        ticks: Text,
    }

    #[callback_shared(every = "10ms", output = Crane::ticks.text)]
    fn tick(ticks: &mut u64) -> String {
        *ticks += 1;
        ticks.to_string()
    }

    impl Dashboard for Crane {
        type Device = u64;
        type Session = ();
        const CALLBACKS: Callbacks<Self> = callbacks![tick];

        fn layout(self) -> Element {
            page("Crane", (self.drive.away(0.1), self.lift, self.ticks))
        }
    }

    #[tokio::test]
    async fn fault_a_silent_page_without_a_socket_stayed_in_control() {
        let silence = Duration::from_millis(400);
        let app = Served::app(App::new::<Crane>(0).unwrap().limits(limits(|limits| limits.silence = silence))).await;
        let mut browser = app.join_by_request().await;
        assert_eq!(browser.outcome_of("drive.ask", Value::Null).await, Outcome::Applied);
        let holder = async || {
            let text = app.get("/api/props/drive/holder").await.text();
            serde_json::from_str::<Value>(&text).unwrap()["value"].as_str().unwrap().to_owned()
        };
        // It is there as long as something comes from it, and new values are sent to it all the time.
        for _ in 0..8 {
            tokio::time::sleep(silence / 4).await;
            browser.socket.say(json!({ "t": "ping" }).to_string()).await;
        }
        assert_eq!(holder().await, "local");
        let begun = std::time::Instant::now();
        while !holder().await.is_empty() {
            assert!(begun.elapsed() < silence * 3, "it is in control after {:?}", begun.elapsed());
            tokio::time::sleep(Duration::from_millis(20)).await;
        }
        // Its stream is still open, and it can ask again.
        assert_eq!(browser.outcome_of("drive.ask", Value::Null).await, Outcome::Applied);
        assert_eq!(holder().await, "local");
    }
}
