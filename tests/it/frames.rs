//! Every kind of invalid frame: it is refused with a reason, counted, and has no other effect.

use std::sync::mpsc;

use dash_devices::{App, prelude::*};
use serde_json::{Value, json};
use tokio::{net::TcpStream, time::Duration};
use tokio_tungstenite::tungstenite::{
    Message,
    protocol::frame::{
        Frame,
        coding::{Data, OpCode},
    },
};

use crate::support::{Browser, Heard, Outcome, Served, Socket, limits};

#[components]
struct Ui {
    level: Slider,
    note: Input,
    mode: Dropdown,
    lamp: Switch,
    shoot: Button,
    readout: Text,
    shots: Text,
}

/// Counts how often it was used.
#[derive(Default)]
struct Shutter(u32);

#[callback_shared(output = Ui::readout.text)]
fn show(#[input(Ui::level.value)] level: f64) -> String {
    level.to_string()
}

#[callback_shared(on = Ui::shoot.click, output = Ui::shots.text)]
fn shoot(shutter: &mut Shutter) -> String {
    shutter.0 += 1;
    shutter.0.to_string()
}

impl Dashboard for Ui {
    type Device = Shutter;
    type Session = ();
    const CALLBACKS: Callbacks<Self> = callbacks![show, shoot];

    fn layout(self) -> Element {
        page(
            "Frames",
            (
                self.level.range(0.0..=100.0),
                self.note,
                self.mode.options(["slow", "fast"]).value("slow"),
                self.lamp,
                self.shoot,
                self.readout,
                self.shots,
            ),
        )
    }
}

async fn served() -> Served {
    let app = Served::new::<Ui>(Shutter::default()).await;
    app.counted("runs", 1).await;
    app
}

/// One client that sends invalid frames, and one that must not be affected.
struct Bench {
    app: Served,
    sender: Browser,
    other: Browser,
}

impl Bench {
    async fn new() -> Self {
        let app = served().await;
        let mut sender = app.join().await;
        // State that an invalid frame could destroy.
        sender.apply("level.value", 40).await;
        let other = app.join().await;
        Self { app, sender, other }
    }

    /// Calls `send`, expects a refusal of this kind, and asserts that nothing else has happened.
    async fn refused(&mut self, name: &str, kind: &str, send: impl AsyncFnOnce(&mut Browser) -> String) {
        let before = self.app.health().await;
        let refused = send(&mut self.sender).await;
        assert_eq!(refused, kind, "{name}");
        self.sender.settle().await;
        self.other.settle().await;
        let mut expected = before.clone();
        let count = expected["counts"]["refused"][kind].as_u64().unwrap_or(0) + 1;
        expected["counts"]["refused"][kind] = json!(count);
        assert_eq!(self.app.health().await, expected, "{name}: counted once, and nothing else is different");
        assert_eq!(self.other.updates, [] as [Value; 0], "{name}: nobody else is told");
        assert_eq!(self.other.values(), self.sender.values(), "{name}");
        let page = self.app.page().await;
        assert_eq!(page.state["values"].as_array().unwrap(), self.sender.values(), "{name}: no value has changed");
    }

    /// Asserts that the socket still works: a valid command is executed, and the other client sees it.
    async fn goes_on(mut self) {
        self.sender.apply("level.value", 77).await;
        self.other.sees("level.value", 77.0).await;
        self.other.sees("readout.text", "77").await;
    }
}

#[tokio::test]
async fn what_is_no_frame_of_the_protocol_is_malformed() {
    let mut bench = Bench::new().await;
    let deep = format!(r#"{{"n":2,"p":0,"v":{}{}"#, "[".repeat(10_000), "]".repeat(10_000));
    for text in [
        "",
        " ",
        "level",
        "{",
        "[]",
        "[2,0,50]",
        "null",
        "\"{}\"",
        "{}",
        r#"{"t":"farewell"}"#,
        r#"{"t":7}"#,
        r#"{"n":2}"#,
        r#"{"p":0,"v":50}"#,
        r#"{"n":"2","p":0,"v":50}"#,
        r#"{"n":-2,"p":0,"v":50}"#,
        r#"{"n":2.5,"p":0,"v":50}"#,
        r#"{"n":99999999999999999999,"p":0,"v":50}"#,
        r#"{"n":2,"p":-1,"v":50}"#,
        r#"{"n":2,"p":99999999999999999999,"v":50}"#,
        r#"{"n":2,"p":"level.value","v":50}"#,
        r#"{"n":2,"p":0,"v":50,"a":-1}"#,
        r#"{"n":2,"p":0,"v":50,"v":60}"#,
        r#"{"n":2,"p":0,"v":50} {"n":3,"p":0,"v":60}"#,
        r#"{"n":2,"p":0,"v":NaN}"#,
        r#"{"n":2,"p":0,"v":Infinity}"#,
        r#"{"n":2,"p":0,"v":0x10}"#,
        r#"{"n":2,"p":0,"v":'50'}"#,
        r#"{"t":"ping","n":2,"p":0}"#,
        &deep,
    ] {
        bench
            .refused(&text.chars().take(80).collect::<String>(), "malformed", async |sender| {
                sender.socket.say(text).await;
                sender.socket.hear().await.refusal().to_owned()
            })
            .await;
    }
    // None of them used a number.
    bench.goes_on().await;
}

#[tokio::test]
async fn a_wrong_value_is_refused_with_its_kind() {
    let mut bench = Bench::new().await;
    let long = "x".repeat(10_001);
    for (prop, value, kind) in [
        ("readout.text", json!("mine"), "not_writable"),
        ("level.min", json!(-1000), "not_writable"),
        ("level.max", json!(1000), "not_writable"),
        ("mode.options", json!([]), "not_writable"),
        ("shoot.label", json!("do not press"), "not_writable"),
        ("level.value", json!("50"), "wrong_type"),
        ("level.value", json!(null), "wrong_type"),
        ("level.value", json!([50]), "wrong_type"),
        ("level.value", json!({"value": 50}), "wrong_type"),
        ("level.value", json!(true), "wrong_type"),
        ("note.value", json!(7), "wrong_type"),
        ("note.value", json!(["a"]), "wrong_type"),
        ("lamp.on", json!("true"), "wrong_type"),
        ("lamp.on", json!(1), "wrong_type"),
        ("mode.value", json!(0), "wrong_type"),
        ("shoot.click", json!(1), "wrong_type"),
        ("shoot.click", json!("now"), "wrong_type"),
        ("level.value", json!(-0.001), "out_of_range"),
        ("level.value", json!(100.001), "out_of_range"),
        ("level.value", json!(1e308), "out_of_range"),
        ("level.value", json!(-1e308), "out_of_range"),
        ("note.value", json!(long), "out_of_range"),
        ("mode.value", json!("medium"), "not_an_option"),
        ("mode.value", json!("Slow"), "not_an_option"),
        ("mode.value", json!(""), "not_an_option"),
    ] {
        let name = format!("{prop} = {}", value.to_string().chars().take(40).collect::<String>());
        bench
            .refused(&name, kind, async |sender| match sender.outcome_of(prop, value).await {
                Outcome::Refused { kind, why } => {
                    assert!(why.starts_with(prop), "{why:?} names the property");
                    kind
                }
                other => panic!("{name}: {other:?}"),
            })
            .await;
    }
    bench.goes_on().await;
}

/// JSON that `serde_json::Value` cannot hold.
#[tokio::test]
async fn a_number_that_does_not_fit_is_refused() {
    let mut bench = Bench::new().await;
    let many_digits = "9".repeat(5_000);
    for (value, kind) in
        [("1e999", "wrong_type"), ("-1e999", "wrong_type"), (&*many_digits, "wrong_type"), ("9e99", "out_of_range")]
    {
        bench
            .refused(&value.chars().take(20).collect::<String>(), kind, async |sender| {
                sender.last += 1;
                let number = sender.last;
                let prop = sender.page.number("level.value");
                sender.socket.say(format!(r#"{{"n":{number},"p":{prop},"v":{value}}}"#)).await;
                sender.outcome(number).await.kind().to_owned()
            })
            .await;
    }
    bench.goes_on().await;
}

#[tokio::test]
async fn a_property_that_is_not_there_is_refused() {
    let mut bench = Bench::new().await;
    let count = bench.sender.values().len() as u64;
    for prop in [count, count + 1, u64::from(u32::MAX), u64::MAX] {
        bench
            .refused(&prop.to_string(), "unknown_property", async |sender| {
                sender.last += 1;
                sender.socket.say(json!({"n": sender.last, "p": prop, "v": 1}).to_string()).await;
                sender.outcome(sender.last).await.kind().to_owned()
            })
            .await;
    }
    bench.goes_on().await;
}

#[tokio::test]
async fn a_text_as_long_as_allowed_is_taken() {
    let mut bench = Bench::new().await;
    // Characters are counted, not bytes.
    let longest = "ä".repeat(10_000);
    bench.sender.apply("note.value", longest.as_str()).await;
    bench.other.sees("note.value", longest).await;
    bench.goes_on().await;
}

#[tokio::test]
async fn binary_is_refused() {
    let mut bench = Bench::new().await;
    for bytes in [&b""[..], br#"{"n":2,"p":0,"v":50}"#, &[0xff; 1000]] {
        bench
            .refused("binary", "binary", async |sender| {
                sender.socket.send(Message::binary(bytes.to_vec())).await;
                sender.socket.hear().await.refusal().to_owned()
            })
            .await;
    }
    bench.goes_on().await;
}

#[tokio::test]
async fn hello_is_said_once() {
    let mut bench = Bench::new().await;
    bench
        .refused("hello again", "greeted", async |sender| {
            let hello = sender.page.hello().to_string();
            sender.socket.say(hello).await;
            sender.socket.hear().await.refusal().to_owned()
        })
        .await;
    bench.goes_on().await;
}

#[tokio::test]
async fn a_number_out_of_order_is_refused_and_not_taken() {
    let mut bench = Bench::new().await;
    for ahead in [2, 3, 1_000, u64::MAX - 10] {
        bench
            .refused("a gap", "gap", async |sender| {
                let number = sender.last + ahead;
                let prop = sender.page.number("level.value");
                sender.socket.say(json!({"n": number, "p": prop, "v": 50}).to_string()).await;
                sender.outcome(number).await.kind().to_owned()
            })
            .await;
    }
    bench.goes_on().await;
}

#[tokio::test]
async fn a_number_that_comes_twice_acts_once_and_is_answered_twice() {
    let mut bench = Bench::new().await;
    bench.sender.apply("shoot.click", Value::Null).await;
    let number = bench.sender.last;
    let again = json!({"n": number, "p": bench.sender.page.number("shoot.click"), "v": null}).to_string();
    // Even if its content differs the second time.
    let other = json!({"n": number, "p": bench.sender.page.number("level.value"), "v": 99}).to_string();
    for (count, text) in [again, other].into_iter().enumerate() {
        let told = bench.sender.outcomes(number).len();
        bench.sender.socket.say(text).await;
        bench.sender.until("the outcome again", |sender| sender.outcomes(number).len() > told).await;
        assert_eq!(bench.sender.outcomes(number).last(), Some(&Outcome::Applied));
        assert_eq!(bench.app.health().await["counts"]["repeated"], count as u64 + 1);
    }
    bench.sender.settle().await;
    assert_eq!(bench.sender.value("shots.text"), "1");
    assert_eq!(bench.sender.value("level.value"), 40.0);
    bench.other.settle().await;
    bench.goes_on().await;
}

#[tokio::test]
async fn what_was_asked_too_long_ago_has_expired() {
    let mut bench = Bench::new().await;
    for (prop, value, age) in
        [("shoot.click", Value::Null, 5_001), ("level.value", json!(50), 60_001), ("level.value", json!(50), u64::MAX)]
    {
        bench
            .refused(prop, "expired", async |sender| {
                let number = sender.set_aged(prop, value, age).await;
                assert_eq!(sender.outcome(number).await, Outcome::Expired);
                "expired".to_owned()
            })
            .await;
    }
    let young = bench.sender.set_aged("level.value", 60, 59_000).await;
    assert_eq!(bench.sender.outcome(young).await, Outcome::Applied);
    bench.other.sees("level.value", 60.0).await;
    bench.goes_on().await;
}

#[tokio::test]
async fn s20_more_commands_than_allowed_in_a_second_are_refused() {
    let app = App::new::<Ui>(Shutter::default()).unwrap().limits(limits(|limits| limits.commands_per_second = 20));
    let app = Served::app(app).await;
    let (mut hasty, mut other) = (app.join().await, app.join().await);
    let mut refused = 0;
    for _ in 0..60 {
        match hasty.outcome_of("lamp.on", true).await {
            Outcome::Applied => {}
            outcome => {
                assert_eq!(outcome.kind(), "rate");
                refused += 1;
            }
        }
    }
    assert!(refused >= 20, "{refused}");
    assert_eq!(app.refused("rate").await, refused);
    other.apply("level.value", 5).await;
}

#[tokio::test]
async fn s18_a_frame_over_the_limit_closes_the_socket_and_the_client_may_come_back() {
    let mut bench = Bench::new().await;
    for too_much in [64 * 1024 + 1, 1024 * 1024, 8 * 1024 * 1024] {
        for binary in [false, true] {
            let text = "x".repeat(too_much);
            let message = if binary { Message::binary(text.into_bytes()) } else { Message::text(text) };
            bench.sender.socket.send(message).await;
            // The page uses the code: this command must not be sent again.
            assert_eq!(bench.sender.end().await, Heard::Closed(1009), "{too_much} bytes");
            assert_eq!(bench.sender.come_back().await["last"], 1);
        }
    }
    assert_eq!(bench.other.updates, [] as [Value; 0]);
    // Frames just within the limit are handled by the protocol.
    bench.sender.settle().await;
    bench.sender.socket.say("x".repeat(64 * 1024)).await;
    assert_eq!(bench.sender.socket.hear().await.refusal(), "malformed");
    bench.goes_on().await;
}

#[tokio::test]
async fn s18_fragments_count_together() {
    let mut bench = Bench::new().await;
    let part = |first: bool| {
        let code = if first { OpCode::Data(Data::Text) } else { OpCode::Data(Data::Continue) };
        Message::Frame(Frame::message(vec![b'x'; 8 * 1024], code, false))
    };
    for at in 0..9 {
        bench.sender.socket.try_send(part(at == 0)).await;
    }
    assert_eq!(bench.sender.end().await, Heard::Closed(1009));
    bench.sender.come_back().await;
    bench.goes_on().await;
}

#[tokio::test]
async fn what_is_not_a_websocket_frame_ends_the_connection() {
    let mut bench = Bench::new().await;
    let reserved = Frame::message(b"{}".to_vec(), OpCode::Data(Data::Reserved(5)), true);
    let not_text = Frame::message(vec![0xff, 0xfe], OpCode::Data(Data::Text), true);
    for frame in [reserved, not_text] {
        bench.sender.socket.try_send(Message::Frame(frame)).await;
        assert!(matches!(bench.sender.end().await, Heard::Closed(_) | Heard::Gone));
        bench.sender.come_back().await;
    }
    bench.goes_on().await;
}

/// A newer page may send more fields than this server knows.
#[tokio::test]
async fn fields_that_are_not_known_are_ignored_in_every_frame() {
    let app = served().await;
    let page = app.page().await;
    let mut hello = page.hello();
    hello["user"] = json!({ "name": "root", "rights": ["all"] });
    let mut socket = Socket::open(app.address, page.socket()).await;
    socket.say(hello.to_string()).await;
    assert_eq!(socket.frame().await["t"], "welcome");
    let mut browser = app.join().await;
    browser.socket.say(r#"{"t":"view","hidden":false,"since":[1,{"a":null}]}"#).await;
    browser.socket.say(r#"{"t":"ping","x":1}"#).await;
    assert_eq!(browser.socket.frame().await["t"], "pong");
    let level = page.number("level.value");
    browser.socket.say(format!(r#"{{"n":1,"p":{level},"v":50,"to":"everybody","why":"because"}}"#)).await;
    assert_eq!(browser.outcome(1).await, Outcome::Applied);
    let counts = &app.health().await["counts"];
    assert_eq!((&counts["commands"], &counts["refused"]), (&json!(1), &json!({})));
}

#[tokio::test]
async fn a_wrong_hello_is_answered_and_closes_the_socket() {
    let app = served().await;
    let page = app.page().await;
    let mut other = app.join().await;
    let changed = |key: &str, value: Value| {
        let mut hello = page.hello();
        hello[key] = value;
        hello.to_string()
    };
    let cases = [
        ("nothing", String::new(), "malformed"),
        ("not JSON", "hello".to_owned(), "malformed"),
        ("a ping", r#"{"t":"ping"}"#.to_owned(), "malformed"),
        ("a command", r#"{"n":1,"p":0,"v":50}"#.to_owned(), "malformed"),
        ("the revision is no number", changed("rev", json!("17")), "malformed"),
        ("the revision is negative", changed("rev", json!(-1)), "malformed"),
        ("the session is no text", changed("session", json!(5)), "malformed"),
        ("no schema", changed("schema", Value::Null), "malformed"),
    ];
    for (at, (name, text, kind)) in cases.into_iter().enumerate() {
        let mut socket = Socket::open(app.address, page.socket()).await;
        socket.say(text).await;
        assert_eq!(socket.hear().await.refusal(), kind, "{name}");
        assert!(matches!(socket.hear().await, Heard::Closed(_)), "{name}: closes");
        assert_eq!(app.refused(kind).await, at as u64 + 1, "{name}: counted");
    }
    let mut socket = Socket::open(app.address, page.socket()).await;
    socket.send(Message::binary(page.hello().to_string().into_bytes())).await;
    assert_eq!(socket.hear().await.refusal(), "binary");
    assert!(matches!(socket.hear().await, Heard::Closed(_)));
    assert_eq!(app.health().await["clients"], 1);
    other.settle().await;
    assert_eq!(other.updates, [] as [Value; 0]);
}

#[tokio::test]
async fn a_page_of_another_protocol_is_told_to_load_anew() {
    let app = served().await;
    let page = app.page().await;
    for protocol in [0, 1, 2] {
        let mut hello = page.hello();
        hello["protocol"] = json!(protocol);
        let mut socket = Socket::open(app.address, page.socket()).await;
        socket.say(hello.to_string()).await;
        assert_eq!(socket.frame().await, json!({"t": "reload"}));
        assert!(matches!(socket.hear().await, Heard::Closed(_)));
    }
    assert_eq!(app.health().await["clients"], 0);
}

#[tokio::test]
async fn a_page_of_another_version_is_sent_the_table_and_is_welcome_with_it() {
    let app = served().await;
    let page = app.page().await;
    let (hashes, props) = (&page.state["hashes"], page.state["props"].as_array().unwrap());
    for schema in ["0123456789abcdef", ""] {
        let mut hello = page.hello();
        hello["schema"] = json!(schema);
        let mut socket = Socket::open(app.address, page.socket()).await;
        socket.say(hello.to_string()).await;
        let table = socket.frame().await;
        assert_eq!((&table["t"], &table["size"]), (&json!("table"), &json!(props.len())));
        // The page has the same table in another form.
        let components = table["components"].as_array().unwrap();
        assert_eq!(components.len(), hashes[1].as_array().unwrap().len());
        for (entry, of) in components.iter().zip(hashes[1].as_array().unwrap()) {
            let first = usize::try_from(entry[2].as_u64().unwrap()).unwrap();
            assert_eq!(entry[0], props[first][0]);
            assert_eq!(entry[1], hashes[0][usize::try_from(of.as_u64().unwrap()).unwrap()]);
        }
        assert!(matches!(socket.hear().await, Heard::Closed(1000)));
        hello["schema"] = table["schema"].clone();
        let mut again = Socket::open(app.address, page.socket()).await;
        again.say(hello.to_string()).await;
        assert_eq!(again.frame().await["t"], "welcome");
    }
}

/// A token is an identity. An invented token belongs to no client, so its sender gets a new one.
#[tokio::test]
async fn s10_an_invented_session_is_a_new_one() {
    let app = served().await;
    let known = app.join().await;
    for invented in ["", "0", "00000000000000000000000000000000", "../../etc/passwd", &known.session[..31]] {
        let page = app.page().await;
        let mut hello = page.hello();
        hello["session"] = json!(invented);
        let mut socket = Socket::open(app.address, page.socket()).await;
        socket.say(hello.to_string()).await;
        let welcome = socket.frame().await;
        let session = welcome["session"].as_str().unwrap();
        assert_eq!((session.len(), &welcome["last"]), (32, &json!(0)));
        assert!(session != invented && session != known.session);
    }
}

#[tokio::test]
async fn s21_who_does_not_say_hello_in_time_is_let_go() {
    let short = limits(|limits| limits.hello_time = Duration::from_millis(100));
    let app = Served::app(App::new::<Ui>(Shutter::default()).unwrap().limits(short)).await;
    let page = app.page().await;
    let mut socket = Socket::open(app.address, page.socket()).await;
    assert_eq!(socket.hear().await, Heard::Closed(4002));
}

/// A dashboard whose callback blocks until the test releases it.
mod busy {
    use super::*;

    #[components]
    pub(super) struct Busy {
        pub(super) level: Slider,
        pub(super) shoot: Button,
        pub(super) done: Text,
        pub(super) lamp: Switch,
    }

    /// Blocks at each use until the test sends a message.
    pub(super) struct Gate {
        pub(super) entered: mpsc::Sender<()>,
        pub(super) go_on: mpsc::Receiver<()>,
        pub(super) uses: Vec<String>,
    }

    impl Gate {
        fn use_it(&mut self, what: String) -> String {
            let _ = self.entered.send(());
            // An error means that the test releases everything.
            let _ = self.go_on.recv();
            self.uses.push(what);
            self.uses.join(" ")
        }
    }

    #[callback_shared(initial = false, output = Busy::done.text)]
    fn turn(
        gate: &mut Gate,
        #[input(Busy::level.value)] level: f64,
        #[input(Busy::shoot.click)] shot: Option<()>,
    ) -> String {
        gate.use_it(if shot.is_some() { "shot".to_owned() } else { level.to_string() })
    }

    impl Dashboard for Busy {
        type Device = Gate;
        type Session = ();
        const CALLBACKS: Callbacks<Self> = callbacks![turn];

        fn layout(self) -> Element {
            page("Busy", (self.level.range(0.0..=2000.0), self.shoot, self.done, self.lamp))
        }
    }
}

/// A busy island that runs the first command of `level.value`, and the sender that releases it.
async fn busy_island(app: App, entered: mpsc::Receiver<()>) -> (Served, Browser) {
    let app = Served::app(app).await;
    let mut sender = app.join().await;
    sender.set("level.value", 1).await;
    let entered = tokio::task::spawn_blocking(move || entered.recv_timeout(Duration::from_secs(10)));
    entered.await.unwrap().unwrap();
    (app, sender)
}

fn gate() -> (busy::Gate, mpsc::Receiver<()>, mpsc::Sender<()>) {
    let (entered, has_entered) = mpsc::channel();
    let (let_go, go_on) = mpsc::channel();
    (busy::Gate { entered, go_on, uses: Vec::new() }, has_entered, let_go)
}

fn thousand(sender: &mut Browser, prop: &str, value: impl Fn(u64) -> Value) -> Vec<String> {
    let prop = sender.page.number(prop);
    let first = sender.last + 1;
    sender.last += 1_000;
    (first..=sender.last).map(|n| json!({"n": n, "p": prop, "v": value(n)}).to_string()).collect()
}

#[tokio::test]
async fn a_thousand_values_at_once_on_a_busy_island_merge_into_the_newest() {
    let (gate, entered, let_go) = gate();
    let (app, mut sender) = busy_island(App::new::<busy::Busy>(gate).unwrap(), entered).await;
    let mut other = app.join().await;
    let frames = thousand(&mut sender, "level.value", |n| json!(n as f64));
    sender.socket.say_at_once(frames).await;
    for number in 2..=1_000 {
        assert_eq!(sender.outcome(number).await, Outcome::Merged, "{number}");
    }
    // Another client is served in between, and gets the newest value.
    other.apply("lamp.on", true).await;
    other.sees("level.value", 1001.0).await;
    drop(let_go);
    assert_eq!(sender.outcome(1).await, Outcome::Applied);
    assert_eq!(sender.outcome(1_001).await, Outcome::Applied);
    other.sees("done.text", "1 1001").await;
    sender.sees("done.text", "1 1001").await;
    assert_eq!(app.health().await["counts"]["merged"], 999);
}

#[tokio::test]
async fn a_thousand_clicks_at_once_on_a_busy_island_wait_up_to_a_bound_and_no_further() {
    let (gate, entered, let_go) = gate();
    let few = limits(|limits| limits.outstanding = 100);
    let (app, mut sender) = busy_island(App::new::<busy::Busy>(gate).unwrap().limits(few), entered).await;
    let mut other = app.join().await;
    let frames = thousand(&mut sender, "shoot.click", |_| Value::Null);
    sender.socket.say_at_once(frames).await;
    // The first command is one of the hundred.
    for number in 101..=1_001 {
        assert_eq!(sender.outcome(number).await.kind(), "outstanding", "{number}");
    }
    assert_eq!(app.refused("outstanding").await, 901);
    // Other clients are served: the queue has room for them.
    other.apply("lamp.on", true).await;
    let theirs = other.set("shoot.click", Value::Null).await;
    drop(let_go);
    for number in 1..=100 {
        assert_eq!(sender.outcome(number).await, Outcome::Applied, "{number}");
    }
    assert_eq!(other.outcome(theirs).await, Outcome::Applied);
    let done = format!("1{}", " shot".repeat(100));
    other.sees("done.text", done).await;
}

#[tokio::test]
async fn a_full_queue_refuses_and_says_so() {
    let (gate, entered, let_go) = gate();
    let short = limits(|limits| limits.queue = 10);
    let (app, mut sender) = busy_island(App::new::<busy::Busy>(gate).unwrap().limits(short), entered).await;
    let mut other = app.join().await;
    let frames = thousand(&mut sender, "shoot.click", |_| Value::Null);
    sender.socket.say_at_once(frames).await;
    for number in 12..=1_001 {
        assert_eq!(sender.outcome(number).await.kind(), "busy", "{number}");
    }
    assert_eq!(app.refused("busy").await, 990);
    // Properties without the busy device still work.
    other.apply("lamp.on", true).await;
    drop(let_go);
    assert_eq!(sender.outcome(11).await, Outcome::Applied);
}

/// Other clients are served while one client sends at full speed.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_flood_does_not_keep_its_sender_or_others_from_hearing() {
    let app = served().await;
    let (mut flooding, mut other) = (app.join().await, app.join().await);
    let prop = flooding.page.number("lamp.on");
    let frames = (1..=50_000).map(|n| json!({"n": n, "p": prop, "v": n % 2 == 0}).to_string());
    let flood = async {
        for frames in frames.collect::<Vec<_>>().chunks(500) {
            flooding.socket.say_at_once(frames.iter().cloned()).await;
            flooding.take().await;
        }
        flooding
    };
    let other = async {
        for level in 1..=50 {
            other.apply("level.value", level).await;
            other.sees("readout.text", level.to_string()).await;
        }
    };
    let (mut flooding, ()) = tokio::join!(flood, other);
    flooding.outcome(50_000).await;
    let told = (1..=50_000).filter(|n| !matches!(flooding.outcomes(*n).last(), None | Some(Outcome::Unknown))).count();
    assert_eq!(told, 50_000, "every command has an outcome");
}

/// The byte boundaries of a connection do not matter to frames.
#[tokio::test]
async fn a_frame_in_single_bytes_is_a_frame() {
    let app = served().await;
    let stream = TcpStream::connect(app.address).await.unwrap();
    stream.set_nodelay(true).unwrap();
    let mut browser = Browser::join_over(stream, app.page().await).await;
    let prop = browser.page.number("level.value");
    let text = json!({"n": 1, "p": prop, "v": 12}).to_string();
    let mut first = true;
    for (at, byte) in text.bytes().enumerate() {
        let code = if first { OpCode::Data(Data::Text) } else { OpCode::Data(Data::Continue) };
        first = false;
        browser.socket.send(Message::Frame(Frame::message(vec![byte], code, at + 1 == text.len()))).await;
    }
    browser.last = 1;
    assert_eq!(browser.outcome(1).await, Outcome::Applied);
}
