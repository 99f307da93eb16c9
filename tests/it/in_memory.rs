//! `testing::InMemory`: a dashboard without sockets, in virtual time.

use std::time::Duration;

use dash_devices::prelude::*;
use dash_runtime::testing::InMemory;
use serde_json::{Value, json};

#[components]
struct Ui {
    level: Slider,
    doubled: Text,
    again: Text,
    ticks: Text,
    fail: Button,
}

#[derive(Default)]
struct Probe {
    ticks: u32,
}

#[callback_shared(output = Ui::doubled.text)]
fn double(#[input(Ui::level.value)] level: f64) -> String {
    (level * 2.0).to_string()
}

#[callback_shared(output = Ui::again.text)]
async fn again(#[input(Ui::doubled.text)] doubled: String) -> String {
    tokio::task::yield_now().await;
    doubled
}

#[callback_shared(every = "10s", output = Ui::ticks.text)]
fn tick(probe: &mut Probe) -> String {
    probe.ticks += 1;
    probe.ticks.to_string()
}

#[callback_shared(on = Ui::fail.click)]
async fn fail() {
    panic!("as asked");
}

impl Dashboard for Ui {
    type Device = Probe;
    type Session = ();
    const CALLBACKS: Callbacks<Self> = callbacks![double, again, tick, fail];

    fn layout(self) -> Element {
        page("In memory", (self.level, self.doubled, self.again, self.ticks, self.fail))
    }
}

fn frames(app: &mut InMemory, client: &dash_runtime::testing::ClientHandle) -> Vec<Value> {
    app.frames(client).iter().map(|frame| serde_json::from_str(frame).unwrap()).collect()
}

#[test]
fn a_chain_is_one_frame_for_everybody() {
    let mut app = InMemory::new::<Ui>(Probe::default()).unwrap();
    let (ada, bob) = (app.join(), app.join());
    assert_eq!((app.frames(&ada), app.frames(&bob)), (vec![], vec![]), "the page has it all");
    let [level, doubled, again] =
        [("level", "value"), ("doubled", "text"), ("again", "text")].map(|(id, prop)| app.number(id, prop).unwrap());
    app.send(&ada, &json!({"n": 1, "p": level, "v": 4}).to_string());
    let seen = frames(&mut app, &bob);
    let rev = seen[0]["r"].as_u64().unwrap();
    assert_eq!(seen, [json!({"r": rev, "p": [[level, 4.0], [doubled, "8"], [again, "8"]]})]);
    assert_eq!(frames(&mut app, &ada), [json!({"r": rev, "p": seen[0]["p"], "a": [[1, 0, rev]]})]);
    assert!(app.page().contains(">8<"));
}

#[test]
fn time_passes_when_told_to() {
    let mut app = InMemory::new::<Ui>(Probe::default()).unwrap();
    let ada = app.join();
    let ticks = app.number("ticks", "text").unwrap();
    app.advance(Duration::from_secs(9));
    assert_eq!(app.frames(&ada), [] as [String; 0]);
    app.advance(Duration::from_secs(1));
    assert_eq!(frames(&mut app, &ada)[0]["p"], json!([[ticks, "2"]]));
    app.advance(Duration::from_secs(3600));
    assert_eq!(frames(&mut app, &ada)[0]["p"], json!([[ticks, "362"]]), "the newest, once");
}

#[test]
fn refusals_and_failures_are_answered() {
    let mut app = InMemory::new::<Ui>(Probe::default()).unwrap();
    let ada = app.join();
    app.send(&ada, "[]");
    assert_eq!(frames(&mut app, &ada)[0]["kind"], "malformed");
    app.send(&ada, &json!({"n": 1, "p": app.number("level", "value"), "v": 400}).to_string());
    assert_eq!(frames(&mut app, &ada)[0]["a"][0][2], "out_of_range");
    app.send(&ada, &json!({"n": 2, "p": app.number("fail", "click"), "v": null}).to_string());
    assert_eq!(frames(&mut app, &ada)[0]["a"], json!([[2, 3, "`fail` panicked: as asked"]]));
}
