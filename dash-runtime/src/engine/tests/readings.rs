//! A callback that reads a value with its quality (found by first users).

use std::sync::{Arc, Mutex};

use dash_macros::{callback, callback_shared, callbacks, components};
use serde_json::json;

use super::{
    parts::{Button, Dial, Label, place},
    sim::Sim,
};
use crate::{
    callback::Callbacks,
    dashboard::Dashboard,
    element::Element,
    reading::{Quality, Reading},
};

#[components]
struct Reactor {
    /// What the probe says.
    probe: Dial,
    temperature: Dial,
    heat: Label,
    plain: Label,
    own: Label,
    seen: Label,
    ask: Button,
    setpoint: Dial,
    heater: Label,
}

/// The runs of callbacks, with what they have read.
type Runs = Arc<Mutex<Vec<String>>>;

#[callback_shared(every = "1s", output = Reactor::temperature.value)]
fn measure(#[state(Reactor::probe.value)] probe: f64) -> Result<Option<f64>, String> {
    match probe {
        bad if bad < 0.0 => Err(format!("no probe ({bad})")),
        // It answers, and has no new value.
        0.0 => Ok(None),
        value => Ok(Some(value)),
    }
}

#[callback_shared(output = Reactor::heat.text)]
fn regulate(#[input(Reactor::temperature.value)] t: Reading<f64>) -> String {
    match t.quality {
        Quality::Good => format!("regulates {}", t.value),
        bad => format!("off: {bad}"),
    }
}

#[callback_shared(output = Reactor::plain.text)]
fn plain(runs: &mut Runs, #[input(Reactor::temperature.value)] t: f64) -> String {
    runs.lock().unwrap().push(format!("plain {t}"));
    t.to_string()
}

#[expect(clippy::needless_pass_by_value, reason = "what is made for a run is passed by value")]
#[callback(output = Reactor::own.text)]
fn own(#[input(Reactor::temperature.value)] t: Reading<f64>) -> String {
    t.quality.to_string()
}

#[expect(clippy::needless_pass_by_value, reason = "what is made for a run is passed by value")]
#[callback_shared(on = Reactor::ask.click, output = Reactor::seen.text)]
fn ask(#[state(Reactor::temperature.value)] t: Reading<f64>) -> String {
    format!("{} {} {:?}", t.value, t.quality, t.time)
}

/// It refuses some values. Its own refusal must not start it.
#[expect(clippy::needless_pass_by_value, reason = "what is made for a run is passed by value")]
#[callback_shared(output = Reactor::heater.text)]
fn heater(runs: &mut Runs, #[input(Reactor::setpoint.value)] set: Reading<f64>) -> Result<String, String> {
    runs.lock().unwrap().push(format!("heater {} {}", set.value, set.quality));
    if set.value > 50.0 { Err("too hot".to_owned()) } else { Ok(set.value.to_string()) }
}

impl Dashboard for Reactor {
    type Device = Runs;
    type Session = ();
    const CALLBACKS: Callbacks<Self> = callbacks![measure, regulate, plain, own, ask, heater];

    fn layout(self) -> Element {
        place((
            self.probe.value(20.0),
            self.temperature,
            self.heat,
            self.plain,
            self.own,
            self.seen,
            self.ask,
            self.setpoint,
            self.heater,
        ))
    }
}

fn set_up() -> (Sim, Runs, usize) {
    let runs = Runs::default();
    let mut sim = Sim::new::<Reactor>(Arc::clone(&runs));
    let page = sim.join();
    sim.rest();
    (sim, runs, page)
}

/// The next measurement.
fn measured(sim: &mut Sim, page: usize, probe: f64) {
    sim.send(page, Reactor::probe.value, probe);
    sim.rest();
    sim.pass(1000);
    sim.rest();
}

#[test]
fn a_control_loop_runs_when_its_measured_value_becomes_bad_and_knows_why() {
    let (mut sim, runs, page) = set_up();
    assert_eq!(sim.shown(page, Reactor::heat.text), "regulates 20");
    runs.lock().unwrap().clear();
    measured(&mut sim, page, -1.0);
    assert_eq!(sim.shown(page, Reactor::heat.text), "off: failed: no probe (-1)");
    assert_eq!(sim.shown(page, Reactor::own.text), "failed: no probe (-1)", "a private callback too");
    assert_eq!(sim.shown(page, Reactor::temperature.value), json!(20.0), "the last good value stays");
    assert!(runs.lock().unwrap().is_empty(), "who takes the value alone does not run: {runs:?}");
    // The source works again, and has the same value as before: only the quality changes.
    measured(&mut sim, page, 0.0);
    assert_eq!(sim.shown(page, Reactor::heat.text), "regulates 20");
    assert_eq!(sim.shown(page, Reactor::own.text), "good");
    assert!(runs.lock().unwrap().is_empty(), "{runs:?}");
}

#[test]
fn the_loop_and_the_failure_are_one_change_for_every_page() {
    let (mut sim, _, page) = set_up();
    sim.send(page, Reactor::probe.value, -1.0);
    sim.rest();
    sim.pass(1000);
    sim.finish_one("measure");
    assert!(sim.running().contains(&"regulate"), "in the turn of the source: {:?}", sim.running());
    sim.poll(page);
    assert_eq!(sim.bad(page, Reactor::temperature.value), None, "pages see both together");
    sim.rest();
    assert_eq!(sim.bad(page, Reactor::temperature.value), Some("no probe (-1)"));
    assert_eq!(sim.shown(page, Reactor::heat.text), "off: failed: no probe (-1)");
}

#[test]
fn a_failure_that_goes_on_starts_the_loop_once_and_another_reason_again() {
    let (mut sim, _, page) = set_up();
    measured(&mut sim, page, -1.0);
    let before = sim.runs();
    sim.pass(1000);
    sim.rest();
    assert_eq!(sim.runs() - before, 1, "only the source runs");
    measured(&mut sim, page, -2.0);
    assert_eq!(sim.shown(page, Reactor::heat.text), "off: failed: no probe (-2)");
}

#[test]
fn a_silent_source_makes_its_value_stale() {
    let (mut sim, _, page) = set_up();
    sim.pass(1000);
    assert!(sim.running().contains(&"measure"));
    // It hangs. Its own queue waits for it, and the queues of clients do not.
    sim.pass(7000);
    while let Some(at) = sim.running().iter().position(|name| *name != "measure") {
        sim.finish(at);
    }
    sim.poll_woken();
    assert_eq!(sim.shown(page, Reactor::own.text), "stale: `measure` has given no value for 6 s");
    sim.finish_all();
    sim.rest();
    assert_eq!(sim.shown(page, Reactor::heat.text), "regulates 20", "after it has answered");
    assert_eq!(sim.shown(page, Reactor::own.text), "good");
}

#[test]
fn a_reading_as_a_state_has_the_quality_and_the_time_and_starts_nothing() {
    let (mut sim, _, page) = set_up();
    measured(&mut sim, page, 21.0);
    let before = sim.shown(page, Reactor::seen.text);
    measured(&mut sim, page, -1.0);
    assert_eq!(sim.shown(page, Reactor::seen.text), before);
    sim.click(page, Reactor::ask.click);
    sim.rest();
    let seen = sim.shown(page, Reactor::seen.text).as_str().unwrap().to_owned();
    assert!(seen.starts_with("21 failed: no probe (-1) Some(SystemTime { tv_sec: 1,"), "the time of the value: {seen}");
}

#[test]
fn a_callback_that_refuses_a_value_is_not_started_by_its_own_refusal() {
    let (mut sim, runs, page) = set_up();
    runs.lock().unwrap().clear();
    sim.send(page, Reactor::setpoint.value, 80.0);
    sim.rest();
    sim.send(page, Reactor::setpoint.value, 30.0);
    sim.rest();
    assert_eq!(*runs.lock().unwrap(), ["heater 80 good", "heater 30 good"]);
}
