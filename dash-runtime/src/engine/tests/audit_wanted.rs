//! The audit record has what people want, once, with what became of it, and nothing that the program does for them.

use dash_macros::{callback, callbacks, components};
use serde_json::json;

use super::{
    parts::{Button, Dial, Halt, Pages, place},
    sim::{At, Sim},
};
use crate::{
    callback::Callbacks,
    dashboard::Dashboard,
    element::Element,
    engine::{audit::Record, requests::Asking},
    handle::Whom,
    protocol::client::parse,
    route::Path,
    stops::Stops,
};

#[components]
pub struct Crane {
    pub stop: Halt,
    pub load: Dial,
    pub horn: Button,
    pub pages: Pages,
}

#[callback(output = Crane::pages.children)]
fn show(#[input(Crane::pages.path)] path: &Path) -> Element {
    Element::new("p").children(path.as_str().to_owned())
}

impl Dashboard for Crane {
    type Device = ();
    type Session = ();
    const CALLBACKS: Callbacks<Self> = callbacks![show];

    fn stops((): &()) -> Stops<Self> {
        Stops::new().on(Self::stop, || ())
    }

    fn layout(self) -> Element {
        place((self.stop, self.load, self.horn, self.pages))
    }
}

fn crane() -> (Sim, At) {
    let mut sim = Sim::new::<Crane>(());
    sim.engine.keep_record();
    let at = sim.join();
    sim.rest();
    (sim, at)
}

fn records(sim: &mut Sim) -> Vec<(String, &'static str)> {
    sim.rest();
    sim.engine.take_records().into_iter().map(|Record { prop, outcome, .. }| (prop, outcome.name())).collect()
}

#[test]
fn fault_a_stop_that_was_pressed_early_is_recorded_as_released() {
    let (mut sim, at) = crane();
    // A frame before it is still checked.
    let text = json!({ "n": 1, "p": sim.no(Crane::stop.press), "v": null }).to_string();
    let id = sim.pages[at].id;
    sim.with(|engine, now, fx| engine.press_early(now, id, &parse(&text).unwrap(), fx));
    sim.deliver(at, &text);
    assert_eq!(records(&mut sim), [("stop.press".to_owned(), "applied")]);
}

#[test]
fn fault_a_stop_in_a_batch_that_is_refused_is_recorded_as_released() {
    let (mut sim, _) = crane();
    let batch = [("stop.press", json!(null)), ("load.value", json!(1000))];
    sim.ask_all(Asking::default(), &batch).unwrap_err();
    let mut all = records(&mut sim);
    all.sort();
    assert_eq!(all, [("load.value".to_owned(), "refused"), ("stop.press".to_owned(), "applied")]);
}

#[test]
fn fault_what_the_program_does_for_a_client_is_recorded_as_that_of_a_person() {
    let (mut sim, at) = crane();
    let id = sim.pages[at].id;
    sim.fire(Whom::One(id), Crane::horn.click).unwrap();
    sim.fire(Whom::One(id), Crane::stop.press).unwrap();
    assert_eq!(records(&mut sim), []);
}

#[test]
fn fault_a_page_that_is_reloaded_at_another_address_is_recorded_as_released() {
    let (mut sim, at) = crane();
    let id = sim.pages[at].id;
    sim.with(|engine, now, fx| engine.move_to(now, id, "/tools", fx));
    assert_eq!(records(&mut sim), []);
    // Who goes there by a link wants it.
    sim.send(at, Crane::pages.path, "/loads");
    assert_eq!(records(&mut sim), [("pages.path".to_owned(), "applied")]);
}
