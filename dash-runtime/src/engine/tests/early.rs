//! Frames of a page that come before the client's own run has placed the view that the document had already.

use std::time::Duration;

use dash_macros::{callback, callback_shared, callbacks, components};
use serde_json::json;

use super::{
    parts::{Button, Halt, Knob, Label, Pages, place},
    sim::{At, Sim},
};
use crate::{
    callback::Callbacks, dashboard::Dashboard, element::Element, gates::StopState, protocol::limits::Limits,
    route::Path, stops::Stops,
};

#[components]
pub struct Routed {
    pub pages: Pages,
    pub stop: Halt,
    #[dynamic]
    pub speed: Knob,
    #[dynamic]
    pub go: Button,
    #[dynamic]
    pub elsewhere: Knob,
    pub told: Label,
}

/// What the device was told, in its order.
type Told = Vec<String>;

#[callback(output = Routed::pages.children)]
fn show(#[input(Routed::pages.path)] path: &Path) -> Element {
    match path.as_str() {
        "/drive" => Element::of((Routed::speed.place(), Routed::go.place())),
        _ => Element::of(Routed::elsewhere.place()),
    }
}

#[callback_shared]
fn speed(told: &mut Told, #[input(Routed::speed.value)] speed: f64) {
    told.push(format!("speed {speed}"));
}

#[callback_shared(on = Routed::go.click)]
fn go(told: &mut Told) {
    told.push("go".to_owned());
}

#[callback_shared]
fn elsewhere(told: &mut Told, #[input(Routed::elsewhere.value)] value: f64) {
    told.push(format!("elsewhere {value}"));
}

impl Dashboard for Routed {
    type Device = Told;
    type Session = ();
    const CALLBACKS: Callbacks<Self> = callbacks![show, speed, go, elsewhere];

    fn stops(_: &Told) -> Stops<Self> {
        Stops::new().on(Self::stop, || {})
    }

    fn layout(self) -> Element {
        place((self.pages, self.stop, self.told))
    }
}

/// A page at this path whose own run has not placed its view yet, and the device as it was before.
fn opened(path: &str) -> (Sim, At) {
    let mut sim = Sim::new::<Routed>(Told::new());
    // What happens before somebody comes does not matter.
    let at = sim.join_at(path);
    assert_eq!(sim.running(), ["show"], "the view is made while the frames arrive");
    (sim, at)
}

fn told(sim: &Sim) -> Vec<&str> {
    let before = ["speed 0", "elsewhere 0"];
    let told = sim.device::<Told>().iter().map(String::as_str);
    told.skip_while(|what| before.contains(what)).collect()
}

const APPLIED: Option<u64> = Some(0);

#[test]
fn fault_what_a_page_sent_before_its_view_was_placed_was_refused() {
    let (mut sim, at) = opened("/drive");
    let numbers = [
        sim.send(at, Routed::speed.value, 3.0),
        sim.click(at, Routed::go.click),
        // What is always on the page does not overtake.
        sim.send(at, Routed::speed.value, 4.0),
    ];
    assert_eq!(told(&sim), [""; 0], "nothing is known about the view yet");
    sim.rest();
    assert_eq!(numbers.map(|number| sim.pages[at].outcome(number)), [APPLIED; 3]);
    assert_eq!(told(&sim), ["speed 3", "go", "speed 4"]);
    assert_eq!(sim.shown(at, Routed::speed.value), json!(4.0));
    sim.check(at);
}

#[test]
fn what_the_view_has_not_is_refused_when_it_is_placed() {
    let (mut sim, at) = opened("/drive");
    let number = sim.send(at, Routed::elsewhere.value, 3.0);
    assert_eq!(sim.pages[at].outcome(number), None);
    sim.rest();
    assert!(sim.pages[at].outcome(number).is_some_and(|outcome| Some(outcome) != APPLIED));
    assert_eq!(told(&sim), [""; 0]);
    // The view is known now, so the answer is there at once.
    let again = sim.send(at, Routed::elsewhere.value, 3.0);
    sim.poll(at);
    assert!(sim.pages[at].outcome(again).is_some_and(|outcome| Some(outcome) != APPLIED));
}

#[test]
fn what_waits_for_the_view_grows_old() {
    let (mut sim, at) = opened("/drive");
    let click = sim.click(at, Routed::go.click);
    let set = sim.send(at, Routed::speed.value, 3.0);
    sim.pass(Limits::default().event_lifespan.as_millis() as u64 + 1);
    sim.rest();
    assert!(sim.pages[at].outcome(click).is_some_and(|outcome| Some(outcome) != APPLIED), "nothing is done late");
    assert_eq!((sim.pages[at].outcome(set), told(&sim)), (APPLIED, vec!["speed 3"]));
}

#[test]
fn what_waits_for_the_view_is_done_once_after_a_cut() {
    let (mut sim, at) = opened("/drive");
    let click = sim.click(at, Routed::go.click);
    sim.cut(at);
    // The page sends it again, while the view is still made.
    sim.connect(at);
    sim.rest();
    assert_eq!((sim.pages[at].outcome(click), told(&sim)), (APPLIED, vec!["go"]));
}

#[test]
fn a_command_by_request_waits_behind_those_of_the_socket() {
    let (mut sim, at) = opened("/drive");
    let set = sim.send(at, Routed::speed.value, 3.0);
    let by_request = sim.ask_page(at, Routed::speed.value, 4.0);
    assert_eq!(by_request.number, set + 1);
    sim.rest();
    assert_eq!([set, set + 1].map(|number| sim.pages[at].outcome(number)), [APPLIED; 2]);
    assert_eq!(told(&sim).last(), Some(&"speed 4"));
}

#[test]
fn a_stop_does_not_wait_for_the_view() {
    let (mut sim, at) = opened("/drive");
    let set = sim.send(at, Routed::speed.value, 3.0);
    let stop = sim.click(at, Routed::stop.press);
    assert_ne!(
        sim.engine.slot(sim.prop_no(Routed::stop.state)).json(None),
        serde_json::to_string(&StopState::Ready).unwrap()
    );
    sim.rest();
    assert_eq!(sim.pages[at].outcome(stop), APPLIED);
    assert!(
        sim.pages[at].outcome(set).is_some_and(|outcome| Some(outcome) != APPLIED),
        "it was judged before the stop"
    );
    assert_eq!(told(&sim), [""; 0]);
}

#[test]
fn a_bounded_number_of_frames_waits_for_the_view() {
    let mut sim = Sim::with_limits::<Routed>(Told::new(), Limits { outstanding: 3, ..Limits::default() });
    let at = sim.join_at("/drive");
    let numbers: Vec<u64> = (0..5).map(|value| sim.send(at, Routed::speed.value, value)).collect();
    sim.rest();
    assert!(numbers.iter().all(|number| sim.pages[at].outcome(*number).is_some()), "each has an answer");
    assert!(sim.now < Duration::from_secs(1));
    // Of large values fewer wait.
    let (mut sim, at) = opened("/drive");
    let large = "0".repeat(300_000);
    let numbers = [sim.send(at, Routed::speed.value, 1.0), sim.send(at, Routed::speed.value, large)];
    sim.poll(at);
    assert!(numbers.iter().all(|number| sim.pages[at].outcome(*number).is_some()), "they are judged at once");
    let (mut sim, at) = opened("/drive");
    sim.rest();
    let set = sim.send(at, Routed::speed.value, 9.0);
    sim.rest();
    assert_eq!((sim.pages[at].outcome(set), told(&sim)), (APPLIED, vec!["speed 9"]));
}
