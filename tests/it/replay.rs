//! The record of a run, served again: to the same people with the same rights, without the device, and read-only.

use std::{
    net::SocketAddr,
    path::PathBuf,
    sync::{
        Arc,
        atomic::{AtomicUsize, Ordering},
    },
    time::Duration,
};

use axum::{Router as Routes, routing::post};
use dash_devices::{App, Path, Role, prelude::*};
use serde_json::{Value, json};

use crate::support::{
    Heard, Served, Socket, eventually,
    http::{self, Request},
    limits,
};

#[derive(Role)]
enum Crew {
    Guest,
    Chief,
}

#[components(role = Crew)]
struct Ui {
    router: Router,
    speed: Slider,
    go: Button,
    count: Text,
    #[sees(Crew::Chief)]
    diary: Text,
    #[secret]
    code: Input,
    stop: Stop,
    lamps: Many<u32, Lamp>,
    trend: Trend,
}

#[components]
struct Lamp {
    on: Switch,
    shown: Text,
}

/// Counts what is done with it.
#[derive(Default, Clone)]
struct Motor(Arc<AtomicUsize>);

#[callback(output = Ui::router.children)]
fn show(#[input(Ui::router.path)] path: &Path) -> Element {
    view(format!("page {}", path.as_str()), ())
}

#[callback_shared(output = (Ui::diary.text, Ui::trend.points))]
fn drive(motor: &mut Motor, #[input(Ui::speed.value)] speed: f64) -> (String, Sample) {
    motor.0.fetch_add(1, Ordering::AcqRel);
    (format!("the speed was {speed}"), Sample::now([speed]))
}

#[callback_shared(on = Ui::go.click, output = (Ui::count.text, Ui::lamps.rows))]
fn go(#[state(Ui::lamps.rows)] rows: Vec<u32>) -> (String, Vec<u32>) {
    let next = rows.last().map_or(1, |last| last + 1);
    (format!("{next} lamps"), rows.into_iter().chain([next]).collect())
}

#[callback_shared(output = Ui::lamps[key].shown.text)]
fn light(#[key] key: u32, #[input(Ui::lamps[key].on.on)] on: bool) -> String {
    format!("{key} is {on}")
}

impl Dashboard for Ui {
    type Device = Motor;
    type Session = ();
    const CALLBACKS: Callbacks<Self> = callbacks![show, drive, go, light];

    fn stops(motor: &Motor) -> Stops<Self> {
        let motor = motor.clone();
        Stops::new().on(Self::stop, move || {
            motor.0.fetch_add(1000, Ordering::AcqRel);
        })
    }

    fn layout(self) -> Element {
        let lamps = self.lamps.each(|key, lamp| card(format!("Lamp {key}"), (lamp.on, lamp.shown)));
        let trend = self.trend.series([Series::new("speed")]);
        page("Motor", (self.speed, self.go, self.count, self.diary, self.code, self.stop, lamps, trend, self.router))
    }
}

struct Folder(PathBuf);

impl Folder {
    fn new(name: &str) -> Self {
        let path = std::env::temp_dir().join(format!("dash-replay-{name}-{}", std::process::id()));
        let _ = std::fs::remove_dir_all(&path);
        std::fs::create_dir_all(&path).unwrap();
        Self(path)
    }

    fn file(&self) -> PathBuf {
        self.0.join("run.ddlog")
    }
}

impl Drop for Folder {
    fn drop(&mut self) {
        let _ = std::fs::remove_dir_all(&self.0);
    }
}

/// Records a run in which somebody sets the speed to 42, and then adds two lamps and switches one on.
async fn record(folder: &Folder) {
    let app = Served::app(App::new::<Ui>(Motor::default()).unwrap().guest(Crew::Chief).record(folder.file())).await;
    let send = async |method, path: &str, body: Value| {
        let response = http::send(app.address, &Request::new(method, &format!("/api/props/{path}")).json(body)).await;
        assert_eq!(response.status, 200, "{path}: {}", response.text());
    };
    send("PUT", "speed/value", json!(42)).await;
    send("PUT", "code/value", json!("s3cret")).await;
    send("POST", "go/click", Value::Null).await;
    send("POST", "go/click", Value::Null).await;
    send("PUT", "lamps-1-on/on", json!(true)).await;
    let health = app.health().await;
    assert_eq!((&health["record"]["status"], &health["record"]["lost"]), (&json!("ok"), &json!(0)));
    app.stop().await;
}

async fn replay(folder: &Folder, role: Crew) -> Served {
    Served::app(App::replay::<Ui>(folder.file()).unwrap().guest(role)).await
}

/// The connection of the bar.
struct Bar(Socket);

impl Bar {
    async fn open(address: SocketAddr) -> Self {
        Self(Socket::open(address, "/_dash/replay/socket").await)
    }

    async fn wish(&mut self, wish: Value) {
        self.0.say(wish.to_string()).await;
    }

    async fn hear(&mut self) -> Value {
        match self.0.hear().await {
            Heard::Frame(frame) => frame,
            other => panic!("{other:?}"),
        }
    }

    /// Waits until the bar says so.
    async fn until(&mut self, is: impl Fn(&Value) -> bool) -> Value {
        loop {
            let heard = self.hear().await;
            if is(&heard) {
                return heard;
            }
        }
    }
}

async fn api(app: &Served, prop: &str) -> Value {
    let text = app.get(&format!("/api/props/{prop}")).await.text();
    serde_json::from_str::<Value>(&text).map(|body| body["value"].clone()).unwrap_or(Value::Null)
}

#[tokio::test(flavor = "multi_thread")]
async fn a_run_is_shown_again_sought_and_stepped_through_and_everybody_sees_the_same() {
    let folder = Folder::new("shown");
    record(&folder).await;
    let app = replay(&folder, Crew::Chief).await;
    assert_eq!(api(&app, "speed/value").await, json!(0.0), "it begins with the first state");
    let (mut one, mut two) = (Bar::open(app.address).await, Bar::open(app.address).await);
    let state = one.hear().await;
    assert_eq!(two.hear().await, state);
    assert_eq!((&state["playing"], &state["speed"], &state["gaps"]), (&json!(false), &json!(1.0), &json!(0)));
    one.wish(json!({ "do": "seek", "to": state["to"] })).await;
    let end = two.until(|heard| heard["at"] == state["to"]).await;
    for (prop, value) in [
        ("diary/text", json!("the speed was 42")),
        ("lamps/rows", json!([1, 2])),
        ("lamps-1-on/on", json!(true)),
        ("lamps-1-shown/text", json!("1 is true")),
        ("lamps-2-shown/text", json!("2 is false")),
        ("code/value", json!("")),
    ] {
        assert_eq!(api(&app, prop).await, value, "{prop}");
    }
    // The samples that had arrived until then.
    let document = app.page().await;
    assert_eq!(document.value("trend.points").as_array().map(Vec::len), Some(2));
    // The lamps go again, one change after the other.
    let mut at = end["rev"].as_u64().unwrap();
    for _ in 0..20 {
        two.wish(json!({ "do": "back" })).await;
        let heard = two.until(|heard| heard["rev"].as_u64() != Some(at)).await;
        assert!(heard["rev"].as_u64().unwrap() < at, "{heard}");
        at = heard["rev"].as_u64().unwrap();
        if api(&app, "lamps/rows").await == json!([]) {
            break;
        }
    }
    assert_eq!((api(&app, "lamps/rows").await, api(&app, "lamps-1-on/on").await), (json!([]), Value::Null));
    assert_eq!(api(&app, "count/text").await, json!(""));
    // Plays to the end by itself, and stops there.
    one.wish(json!({ "do": "speed", "to": 64.0 })).await;
    one.wish(json!({ "do": "play" })).await;
    let over = two.until(|heard| heard["at"] == state["to"]).await;
    assert_eq!((&over["playing"], &over["speed"], &over["fault"]), (&json!(false), &json!(64.0), &Value::Null));
    assert_eq!(api(&app, "count/text").await, json!("2 lamps"));
    for bad in [json!({ "do": "speed", "to": 65.0 }), json!({ "do": "fly" }), json!({ "do": "seek" }), json!(7)] {
        one.wish(bad.clone()).await;
        assert!(one.until(|heard| !heard["refused"].is_null()).await["refused"].is_string(), "{bad}");
    }
    app.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn nobody_can_change_anything_and_nothing_runs() {
    let folder = Folder::new("readonly");
    record(&folder).await;
    let motor = Motor::default();
    let routes = Routes::new().route("/fire", post(async || "fired"));
    // As `board replay run.ddlog` does, when the device was opened before.
    let app = App::new::<Ui>(motor.clone()).unwrap().routes(routes).replaying(folder.file()).unwrap();
    assert_eq!(Arc::strong_count(&motor.0), 1, "the device is dropped");
    let app = Served::app(app.guest(Crew::Chief)).await;
    assert_eq!(http::send(app.address, &Request::new("POST", "/fire")).await.status, 405);
    let mut tab = app.join().await;
    for (prop, value) in [("speed.value", json!(7)), ("go.click", Value::Null), ("stop.press", Value::Null)] {
        let outcome = format!("{:?}", tab.outcome_of(prop, value).await);
        assert!(outcome.contains("this is a replay"), "{prop}: {outcome}");
    }
    let put = Request::new("PUT", "/api/props/speed/value").json(7);
    let batch = json!([{ "prop": "speed.value", "value": 4 }]);
    for request in [
        put,
        Request::new("POST", "/api/props/stop/press").json(Value::Null),
        Request::new("POST", "/api/batch").json(batch),
    ] {
        let refused = http::send(app.address, &request).await;
        assert!(
            matches!(refused.status, 409 | 422) && refused.text().contains("replay"),
            "{} {}",
            refused.status,
            refused.text()
        );
    }
    tokio::time::sleep(Duration::from_millis(50)).await;
    assert_eq!(motor.0.load(Ordering::Acquire), 0, "the device was touched");
    let document = app.page().await;
    assert_eq!(document.value("speed.disabled"), &json!(true));
    let html = app.get("/").await.text();
    assert!(html.contains("<dash-replay") && html.contains("data-locked=\"this is a replay\""));
    // Each viewer goes through the pages alone.
    assert!(app.get("/tools").await.text().contains("page /tools"));
    tab.apply("router.path", "/tools").await;
    app.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_viewer_of_a_replay_sees_what_its_role_may_see() {
    let folder = Folder::new("rights");
    record(&folder).await;
    let app = replay(&folder, Crew::Guest).await;
    let mut bar = Bar::open(app.address).await;
    let state = bar.hear().await;
    bar.wish(json!({ "do": "seek", "to": state["to"] })).await;
    eventually("the end", async || (api(&app, "speed/value").await == json!(42.0)).then_some(())).await;
    assert_eq!(app.get("/api/props/diary/text").await.status, 404);
    let html = app.get("/").await.text();
    assert!(!html.contains("the speed was") && !html.contains("s3cret"));
    app.stop().await;
}

#[tokio::test]
async fn fault_the_bar_of_a_viewer_who_is_gone_keeps_its_place_while_the_replay_is_paused() {
    let folder = Folder::new("gone");
    record(&folder).await;
    let short = limits(|limits| limits.silence = Duration::from_millis(500));
    let app = Served::app(App::replay::<Ui>(folder.file()).unwrap().guest(Crew::Chief).limits(short)).await;
    let (mut gone, mut there) = (Bar::open(app.address).await, Bar::open(app.address).await);
    gone.hear().await;
    there.hear().await;
    // Who reads nothing does not answer pings. A browser does.
    let closed =
        eventually("the place is free", async || (app.health().await["server"]["sockets"]["open"] == 1).then_some(()));
    tokio::select! {
        () = closed => {}
        heard = there.hear() => panic!("a viewer who is there was sent {heard}"),
    }
    there.wish(json!({ "do": "forward" })).await;
    there.hear().await;
    app.stop().await;
}

/// Costs nothing when it is not used.
#[tokio::test]
async fn a_dashboard_that_runs_has_nothing_of_a_replay() {
    let app = Served::app(App::new::<Ui>(Motor::default()).unwrap().guest(Crew::Chief)).await;
    assert!(!app.get("/").await.text().contains("replay"));
    for name in ["socket", "transport.js", "transport.css"] {
        assert_eq!(app.get(&format!("/_dash/replay/{name}")).await.status, 404, "{name}");
    }
    assert!(app.health().await["record"].is_null());
    app.stop().await;
}

#[test]
fn a_record_that_cannot_be_read_or_written_is_an_error_at_the_start() {
    let folder = Folder::new("errors");
    let error = App::replay::<Ui>(folder.file()).unwrap_err();
    assert!(error.is_record() && error.to_string().contains("run.ddlog"), "{error}");
    std::fs::write(folder.file(), "something else").unwrap();
    let error = format!("{:?}", App::replay::<Ui>(folder.file()).unwrap_err());
    assert!(error.contains("this is not the record of a run"), "{error}");
    let runtime = tokio::runtime::Runtime::new().unwrap();
    let app = App::new::<Ui>(Motor::default()).unwrap().record(folder.0.join("none/run.ddlog"));
    let error = runtime.block_on(async { app.into_router() }).unwrap_err();
    assert!(error.is_record() && error.to_string().contains("cannot be written"), "{error}");
}
