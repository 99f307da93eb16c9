//! Values that browsers compute, read without a browser: over HTTP and through a handle.

use dash_devices::{App, prelude::*};
use serde_json::{Value, json};

use crate::support::{
    Served,
    events::Events,
    http::{self, Request},
};

#[components]
struct Ui {
    level: Slider,
    readout: Text,
    again: Text,
    checksum: Text,
    name: Input,
    hello: Text,
    greeting: Text,
}

#[callback(output = Ui::greeting.text)]
fn greet(#[input(Ui::name.value)] name: &str) -> String {
    name.to_owned()
}

impl Dashboard for Ui {
    type Device = Handle<Self>;
    type Session = ();
    const CALLBACKS: Callbacks<Self> = callbacks![greet];
    const BINDINGS: Bindings<Self> = bindings![
        format(Ui::level.value, Ui::readout.text, "{:.1} %"),
        mirror(Ui::readout.text, Ui::again.text),
        script("computed.js", Ui::level.value, Ui::checksum.text),
        format(Ui::name.value, Ui::hello.text, "Hello {}"),
    ];

    fn layout(self) -> Element {
        let computed = (self.readout.text("-"), self.again.text("-"), self.checksum.text("-"), self.hello.text("-"));
        page("Computed", (self.level.value(5.0), self.name, self.greeting, Element::of(computed)))
    }
}

/// The app, and the handle for its device.
async fn served() -> (Served, Handle<Ui>) {
    let mut made = None;
    let app = App::with::<Ui>(|handle| made.insert(handle).clone()).unwrap();
    (Served::app(app).await, made.unwrap())
}

async fn get(app: &Served, request: Request) -> (u16, Value) {
    let response = http::send(app.address, &request).await;
    (response.status, serde_json::from_slice(&response.body).unwrap_or_default())
}

#[tokio::test]
async fn over_http_it_is_what_browsers_make_of_the_values_of_the_moment() {
    let (app, _) = served().await;
    let mut browser = app.join().await;
    let first = app.get("/api/props/again/text").await;
    assert_eq!(serde_json::from_slice::<Value>(&first.body).unwrap()["value"], "5.0 %");
    let tag = first.header("etag").unwrap().to_owned();
    let known = || Request::get("/api/props/again/text").header("If-None-Match", &tag);
    assert_eq!(get(&app, known()).await.0, 304);
    browser.apply("level.value", 40).await;
    let (status, again) = get(&app, known()).await;
    assert_eq!((status, &again["value"]), (200, &json!("40.0 %")), "another value, another tag");
    // The listing marks it.
    let (_, all) = get(&app, Request::get("/api/props")).await;
    let find = |name: &str| all["props"].as_array().unwrap().iter().find(|prop| prop["name"] == name).unwrap().clone();
    let readout = find("readout.text");
    assert_eq!((&readout["value"], &readout["computed"]), (&json!("40.0 %"), &json!(true)));
    assert_eq!(find("level.value")["computed"], false);
    assert_eq!((&find("checksum.text")["value"], &find("checksum.text")["computed"]), (&Value::Null, &json!(true)));
}

#[tokio::test]
async fn of_a_page_that_is_named_it_is_the_pages_own() {
    let (app, _) = served().await;
    let mut browser = app.join().await;
    browser.apply("name.value", "ada").await;
    let hello = || Request::get("/api/props/hello/text");
    let (status, refused) = get(&app, hello()).await;
    assert_eq!((status, &refused["kind"]), (403, &json!("private")));
    let (status, own) = get(&app, hello().header("Dash-Session", &browser.session)).await;
    assert_eq!((status, &own["value"]), (200, &json!("Hello ada")));
    let listen = Request::get("/api/subscribe?prop=hello.text");
    assert_eq!(get(&app, listen).await.1["kind"], "private");
}

#[tokio::test]
async fn what_only_javascript_can_compute_is_refused_with_what_to_do() {
    let (app, _) = served().await;
    for path in ["/api/props/checksum/text", "/api/subscribe?prop=checksum.text"] {
        let (status, refused) = get(&app, Request::get(path)).await;
        assert_eq!((status, &refused["kind"]), (409, &json!("computed")), "{path}");
        let why = refused["why"].as_str().unwrap();
        assert!(why.contains("checksum.text") && why.contains("read the properties that it is computed from"), "{why}");
    }
}

#[tokio::test]
async fn whoever_subscribes_is_told_when_it_changes() {
    let (app, _) = served().await;
    let mut browser = app.join().await;
    let mut events = Events::open(app.address, &Request::get("/api/subscribe?prop=again.text")).await.unwrap();
    assert_eq!(events.next().await.unwrap()["values"], json!({ "again.text": "5.0 %" }));
    browser.apply("name.value", "nothing to do with it").await;
    browser.apply("level.value", 7).await;
    assert_eq!(events.next().await.unwrap()["values"], json!({ "again.text": "7.0 %" }));
}

#[tokio::test]
async fn a_handle_reads_it_too_for_all_for_one_and_after_the_end() {
    let (app, handle) = served().await;
    assert_eq!((handle.get(Ui::again.text), handle.get(Ui::checksum.text)), ("5.0 %".into(), "-".into()));
    let mut browser = app.join().await;
    browser.apply("level.value", 9).await;
    browser.apply("name.value", "ada").await;
    let one = handle.client(handle.clients().iter().next().unwrap().id()).unwrap();
    assert_eq!(one.get(Ui::hello.text).unwrap(), "Hello ada");
    assert_eq!((one.get(Ui::again.text).unwrap(), handle.get(Ui::hello.text)), ("9.0 %".into(), "Hello ".into()));
    app.stop().await;
    assert_eq!(handle.get(Ui::again.text), "9.0 %");
}
