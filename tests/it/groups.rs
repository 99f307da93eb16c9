//! Groups of components: the same panel several times on one page, with one callback.

use dash_devices::prelude::*;
use dash_runtime::testing::InMemory;
use serde_json::{Value, json};

use crate::support::{
    Served,
    http::{self, Request},
};

#[components]
struct Panel {
    speed: Slider,
    readout: Text,
}

impl Panel {
    fn view(self, name: &'static str) -> Element {
        card(name, (self.speed.range(0.0..=10.0), self.readout.text("stands")))
    }
}

#[components]
struct Ui {
    left: Panel,
    right: Panel,
    lamps: [Switch; 3],
    lit: Text,
    dark: Button,
}

#[derive(Default)]
struct Motors {
    left: f64,
    right: f64,
}

#[callback_shared(output = Panel::readout.text, initial = false)]
fn drive(motors: &mut Motors, place: Place, #[input(Panel::speed.value)] speed: f64) -> Result<String, String> {
    match place.name() {
        "left" => motors.left = speed,
        "right" => motors.right = speed,
        other => return Err(format!("there is no motor {other}")),
    }
    Ok(format!("{} and {}", motors.left, motors.right))
}

#[callback_shared(output = Ui::lit.text)]
fn count(#[input(Ui::lamps[0..3].on)] lamps: [bool; 3]) -> String {
    lamps.into_iter().filter(|on| *on).count().to_string()
}

#[callback_shared(on = Ui::dark.click, output = Ui::lamps[0..3].on)]
fn dark() -> [bool; 3] {
    [false; 3]
}

impl Dashboard for Ui {
    type Device = Motors;
    type Session = ();
    const CALLBACKS: Callbacks<Self> = callbacks![drive for Ui::left, drive for Ui::right, count, dark];

    fn layout(self) -> Element {
        let mut names = ["Hall", "Yard", "Roof"].into_iter();
        let lamps = self.lamps.map(|lamp| lamp.label(names.next().unwrap_or_default()));
        page("Motors", (self.left.view("Left"), self.right.view("Right"), row(lamps), self.lit, self.dark))
    }
}

#[tokio::test]
async fn two_panels_of_one_group_are_two_on_the_page_and_behind_it() {
    let app = Served::new::<Ui>(Motors::default()).await;
    let page = app.page().await;
    for id in ["left-speed", "left-readout", "right-speed", "right-readout", "lamps-0", "lamps-1", "lamps-2"] {
        assert_eq!(page.html.matches(&format!(" id=\"{id}\"")).count(), 1, "{id}");
    }
    assert_eq!(page.shown("right-readout"), "stands");
    let (mut ada, mut bob) = (app.join().await, app.join().await);
    ada.set("right-speed.value", json!(7.5)).await;
    bob.sees("right-readout.text", json!("0 and 7.5")).await;
    bob.set("left-speed.value", json!(2.0)).await;
    ada.sees("left-readout.text", json!("2 and 7.5")).await;
    assert_eq!(bob.value("right-readout.text"), &json!("0 and 7.5"), "the other panel is as it was");
    app.stop().await;
}

#[tokio::test]
async fn the_elements_of_an_array_have_values_of_their_own_and_are_read_and_written_together() {
    let app = Served::new::<Ui>(Motors::default()).await;
    let (mut ada, mut bob) = (app.join().await, app.join().await);
    ada.set("lamps-0.on", json!(true)).await;
    bob.set("lamps-2.on", json!(true)).await;
    ada.sees("lit.text", json!("2")).await;
    bob.sees("lit.text", json!("2")).await;
    assert_eq!(ada.value("lamps-1.on"), &json!(false));
    bob.set("dark.click", json!(null)).await;
    ada.sees("lit.text", json!("0")).await;
    assert_eq!((ada.value("lamps-0.on"), ada.value("lamps-2.on")), (&json!(false), &json!(false)), "in the same frame");
    app.stop().await;
}

#[test]
fn a_push_into_one_of_several_groups_runs_the_callback_there() {
    let mut app = InMemory::new::<Ui>(Motors::default()).unwrap();
    let ada = app.join();
    app.frames(&ada);
    app.push::<Ui>(changes![Ui::right.speed.value = 4.0, Ui::lamps[1].on = true]).unwrap();
    let frames = app.frames(&ada);
    let values: Vec<Value> = frames.iter().map(|frame| serde_json::from_str(frame).unwrap()).collect();
    let text = values.iter().map(|frame| frame["p"].to_string()).collect::<String>();
    assert!(text.contains("\"0 and 4\"") && text.contains("\"1\""), "{text}");
}

/// By the name in the listing, as in Rust, and by the id in the page.
#[tokio::test]
async fn over_http_what_is_in_a_group_has_its_name_and_its_id() {
    let app = Served::new::<Ui>(Motors::default()).await;
    let items = json!([
        { "prop": "left.speed.value", "value": 2 },
        { "prop": "right-speed.value", "value": 3 },
        { "prop": "lamps[1].on", "value": true },
    ]);
    let answer = http::send(app.address, &Request::new("POST", "/api/batch").json(&items)).await;
    assert_eq!(answer.status, 200, "{}", answer.text());
    let mut browser = app.join().await;
    browser.sees("lit.text", json!("1")).await;
    assert_eq!(*browser.value("left-speed.value"), 2.0);
    let all: Value = serde_json::from_slice(&app.get("/api/props").await.body).unwrap();
    assert!(
        all["props"].as_array().unwrap().iter().any(|prop| prop["name"] == "right.speed.value" && prop["value"] == 3.0)
    );
}
