//! `testing::InMemory`: a dashboard without sockets, in virtual time.

use std::time::Duration;

use dash_devices::{App, Limits, prelude::*};
use dash_runtime::testing::InMemory;
use serde_json::{Value, json};

#[components]
struct Ui {
    level: Slider,
    doubled: Text,
    again: Text,
    ticks: Text,
    fail: Button,
    visits: Text,
    inside: Text,
}

#[derive(Default)]
struct Probe {
    ticks: u32,
    inside: u32,
}

/// The number of times that the client has connected.
#[derive(Default)]
struct Visits(u32);

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

#[callback(on = connect, output = Ui::visits.text)]
fn greet(#[session] visits: &mut Visits) -> String {
    visits.0 += 1;
    visits.0.to_string()
}

#[callback_shared(on = (connect, disconnect), output = Ui::inside.text)]
fn count(probe: &mut Probe, trigger: Trigger) -> String {
    probe.inside = if trigger.is_connect() { probe.inside + 1 } else { probe.inside - 1 };
    probe.inside.to_string()
}

impl Dashboard for Ui {
    type Device = Probe;
    type Session = Visits;
    const CALLBACKS: Callbacks<Self> = callbacks![double, again, tick, fail, greet, count];

    fn layout(self) -> Element {
        let people = row((self.visits, self.inside));
        page("In memory", (self.level, self.doubled, self.again, self.ticks, self.fail, people))
    }
}

fn frames(app: &mut InMemory, client: &dash_runtime::testing::ClientHandle) -> Vec<Value> {
    app.frames(client).iter().map(|frame| serde_json::from_str(frame).unwrap()).collect()
}

#[test]
fn a_chain_is_one_frame_for_everybody() {
    let mut app = InMemory::new::<Ui>(Probe::default()).unwrap();
    let (ada, bob) = (app.join(), app.join());
    // Frames caused by the connections.
    _ = (app.frames(&ada), app.frames(&bob));
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
    _ = app.frames(&ada);
    let ticks = app.number("ticks", "text").unwrap();
    app.advance(Duration::from_secs(9));
    assert_eq!(app.frames(&ada), [] as [String; 0]);
    app.advance(Duration::from_secs(1));
    assert_eq!(frames(&mut app, &ada)[0]["p"], json!([[ticks, "2"]]));
    app.advance(Duration::from_secs(3600));
    assert_eq!(frames(&mut app, &ada)[0]["p"], json!([[ticks, "362"]]), "the newest, once");
}

/// The values of this property in the frames.
fn told(frames: &[Value], number: usize) -> Vec<Value> {
    let changes = frames.iter().flat_map(|frame| frame["p"].as_array().into_iter().flatten());
    changes.filter(|change| change[0] == number).map(|change| change[1].clone()).collect()
}

#[test]
fn a_client_that_was_cut_off_is_told_what_it_missed_and_acts_once() {
    let mut app = InMemory::new::<Ui>(Probe::default()).unwrap();
    let (ada, bob) = (app.join(), app.join());
    let [level, ticks, visits] =
        [("level", "value"), ("ticks", "text"), ("visits", "text")].map(|(id, prop)| app.number(id, prop).unwrap());
    _ = app.frames(&ada);
    let command = json!({"n": 1, "p": level, "v": 4}).to_string();
    app.send(&ada, &command);
    app.cut(&ada);
    assert_eq!(app.frames(&ada), [] as [String; 0], "nothing reaches it");
    app.send(&ada, &json!({"n": 2, "p": level, "v": 5}).to_string());
    app.send(&bob, &json!({"n": 1, "p": level, "v": 6}).to_string());
    app.advance(Duration::from_secs(4));
    assert_eq!(app.come_back(&ada), ada, "as who it was");
    // The client has not received the outcome of its command, and sends it again.
    app.send(&ada, &command);
    let seen = frames(&mut app, &ada);
    assert_eq!((told(&seen, level), told(&seen, ticks)), (vec![json!(6.0)], vec![]), "{seen:?}");
    assert_eq!(told(&seen, visits), [] as [Value; 0], "it has never left");
    assert_eq!(seen[0]["a"][0].as_array().unwrap()[..2], [json!(1), json!(0)], "applied");
}

#[test]
fn who_leaves_or_stays_away_has_gone_and_is_the_same_client_when_it_comes_back() {
    let mut app = InMemory::new::<Ui>(Probe::default()).unwrap();
    let (ada, bob) = (app.join(), app.join());
    let [visits, inside] = ["visits", "inside"].map(|id| app.number(id, "text").unwrap());
    _ = (app.frames(&ada), app.frames(&bob));
    app.leave(&ada);
    assert_eq!(told(&frames(&mut app, &bob), inside), ["1"], "at once: the page said goodbye");
    app.come_back(&ada);
    assert_eq!(told(&frames(&mut app, &ada), visits), ["2"]);
    assert_eq!(told(&frames(&mut app, &bob), inside), ["2"]);
    app.cut(&ada);
    app.advance(Duration::from_secs(4));
    assert_eq!(told(&frames(&mut app, &bob), inside), [] as [Value; 0], "it may be back in a moment");
    app.advance(Duration::from_secs(2));
    assert_eq!(told(&frames(&mut app, &bob), inside), ["1"]);
    app.come_back(&ada);
    assert_eq!(told(&frames(&mut app, &ada), visits), ["3"]);
}

#[test]
fn a_client_that_was_forgotten_comes_back_as_a_new_one() {
    let mut limits = Limits::default();
    limits.detached_clients = 0;
    let app = App::new::<Ui>(Probe::default()).unwrap().limits(limits);
    let mut app = InMemory::of(app);
    let ada = app.join();
    let visits = app.number("visits", "text").unwrap();
    app.cut(&ada);
    let new = app.come_back(&ada);
    assert_ne!(new, ada);
    assert_eq!(told(&frames(&mut app, &new), visits).last(), Some(&json!("1")), "its session began anew");
    assert_eq!(app.frames(&ada), [] as [String; 0]);
}

#[test]
fn refusals_and_failures_are_answered() {
    let mut app = InMemory::new::<Ui>(Probe::default()).unwrap();
    let ada = app.join();
    _ = app.frames(&ada);
    app.send(&ada, "[]");
    assert_eq!(frames(&mut app, &ada)[0]["kind"], "malformed");
    app.send(&ada, &json!({"n": 1, "p": app.number("level", "value"), "v": 400}).to_string());
    assert_eq!(frames(&mut app, &ada)[0]["a"][0][2], "out_of_range");
    app.send(&ada, &json!({"n": 2, "p": app.number("fail", "click"), "v": null}).to_string());
    assert_eq!(frames(&mut app, &ada)[0]["a"], json!([[2, 3, "`fail` panicked: as asked"]]));
}

#[components]
struct Kept {
    #[keep]
    level: Slider,
    loose: Slider,
    shown: Text,
    #[keep(for = "30d")]
    log: Log,
}

#[callback_shared(output = Kept::shown.text)]
fn show(#[input(Kept::level.value)] level: f64) -> String {
    format!("{level} %")
}

impl Dashboard for Kept {
    type Device = ();
    type Session = ();
    const CALLBACKS: Callbacks<Self> = callbacks![show];

    fn layout(self) -> Element {
        page("Kept", (self.level, self.loose, self.shown, self.log))
    }
}

#[test]
fn a_kept_set_point_is_there_after_a_restart_of_a_dashboard_in_memory() {
    let store = dash_devices::store::MemoryStore::new();
    let start = || InMemory::of(App::new::<Kept>(()).unwrap().store_in(store.clone()));
    let mut before = start();
    before.push(changes![Kept::level.value = 40.0, Kept::loose.value = 7.0]).unwrap();
    before.push(changes![Kept::log.lines = LogLine::info("set by hand")]).unwrap();
    drop(before);
    let mut after = start();
    let read = |handle: &dash_devices::Handle<Kept>| (handle.get(Kept::level.value), handle.get(Kept::loose.value));
    let handle = after.handle::<Kept>();
    assert_eq!(read(&handle), (40.0, 0.0), "the set-point is there, and what has no `#[keep]` is not");
    assert_eq!(handle.get(Kept::shown.text), "40 %", "the callbacks have seen it at the start");
    assert!(after.page().contains("set by hand"), "and the log has its lines");
    drop(after);
    let third = start();
    assert_eq!(read(&third.handle::<Kept>()).0, 40.0, "nothing was set in the run between");
}

#[components]
struct Valve {
    flow: Slider,
}

#[components]
struct Plant {
    valves: Many<u32, Valve>,
}

impl Dashboard for Plant {
    type Device = ();
    type Session = ();
    const CALLBACKS: Callbacks<Self> = callbacks![];

    fn layout(self) -> Element {
        page("Plant", self.valves.rows([1, 2]).each(|_, valve| valve.flow))
    }
}

#[test]
#[should_panic(expected = "no row has this key: `valves[key].flow.value`, and the keys are 1, 2")]
fn fault_a_test_that_moved_a_control_in_a_missing_row_was_told_that_there_is_no_property() {
    let mut app = InMemory::new::<Plant>(()).unwrap();
    let ada = app.join();
    app.set(&ada, Plant::valves.row(2).flow.value, 5.0);
    app.set(&ada, Plant::valves.row(3).flow.value, 5.0);
}
