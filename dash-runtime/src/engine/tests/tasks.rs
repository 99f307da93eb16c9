//! Long runs: their progress is visible, they can be cancelled, and no other callback waits for them.

use dash_macros::{callback, callback_shared, callbacks, changes, components};
use serde_json::json;

use super::{
    parts::{Button, Dial, Label, place},
    sim::Sim,
};
use crate::{
    callback::{
        Callbacks,
        task::{Cancellation, ProgressSink},
    },
    dashboard::Dashboard,
    element::Element,
    handle::PushError,
    handle::Whom,
};

#[components]
struct Plant {
    scan: Button,
    stop: Button,
    bar: Dial,
    result: Label,
    status: Label,
    after: Label,
    steps: Dial,
    x: Dial,
    pos: Label,
    count: Button,
    counted: Label,
    own: Button,
    own_stop: Button,
    own_bar: Dial,
    own_result: Label,
    home: Button,
    homed: Label,
    also: Button,
}

/// Borrows no device, but reads a property that the device's callback writes. With more than 50 steps it never ends.
#[callback_shared(
    on = (Plant::scan.click, Plant::also.click),
    cancel = Plant::stop.click,
    output = Plant::result.text,
    running(Plant::status.text = "scans"),
)]
async fn scan(
    #[progress(Plant::bar.value)] bar: ProgressSink<f64>,
    #[state(Plant::steps.value)] steps: f64,
    #[state(Plant::pos.text)] pos: String,
) -> String {
    bar.set(0.5);
    if steps > 50.0 {
        std::future::pending::<()>().await;
    }
    format!("{steps} from {pos}")
}

/// Runs after it.
#[callback_shared(initial = false, output = Plant::after.text)]
fn after(#[input(Plant::result.text)] result: String) -> String {
    result
}

#[callback_shared(output = Plant::pos.text)]
fn drive(motor: &mut u32, #[input(Plant::x.value)] x: f64, #[state(Plant::result.text)] result: &str) -> String {
    *motor += 1;
    format!("{x}{result}")
}

/// Started by the same button as the scan, and not cancelled.
#[callback_shared(on = Plant::also.click, output = Plant::counted.text)]
fn count(motor: &mut u32) -> String {
    motor.to_string()
}

/// Private, with one queue per client. Asks whether it was cancelled.
#[expect(clippy::needless_pass_by_value, reason = "what belongs to a run is passed by value")]
#[callback(on = Plant::own.click, cancel = (Plant::own_stop.click, Plant::stop.click), output = Plant::own_result.text)]
fn own(task: Cancellation, #[progress(Plant::own_bar.value)] bar: ProgressSink<f64>) -> &'static str {
    bar.set(1);
    if task.is_cancelled() { "early" } else { "done" }
}

/// With the device.
#[callback_shared(on = Plant::home.click, cancel = Plant::stop.click, output = Plant::homed.text)]
async fn home(motor: &mut u32) -> Result<String, &'static str> {
    *motor += 100;
    std::future::pending::<()>().await;
    Err("never")
}

impl Dashboard for Plant {
    type Device = u32;
    type Session = ();
    const CALLBACKS: Callbacks<Self> = callbacks![scan, after, drive, count, own, home];

    fn layout(self) -> Element {
        place((
            place((self.scan, self.stop, self.bar, self.result, self.status, self.after, self.steps)),
            place((self.x, self.pos, self.count, self.counted, self.own, self.own_stop, self.own_bar)),
            place((self.own_result, self.home, self.homed, self.also)),
        ))
    }
}

const APPLIED: Option<u64> = Some(0);
const MERGED: Option<u64> = Some(2);
const FAILED: Option<u64> = Some(3);

fn at_rest() -> (Sim, usize, usize) {
    let mut sim = Sim::new::<Plant>(0);
    let (a, b) = (sim.join(), sim.join());
    sim.rest();
    (sim, a, b)
}

fn why(sim: &Sim, page: usize, number: u64) -> &str {
    assert_eq!(sim.pages[page].outcome(number), FAILED);
    sim.pages[page].told[&number].last().unwrap()[1].as_str().unwrap()
}

#[test]
fn progress_is_seen_at_once_by_everybody_and_by_who_comes_later() {
    let (mut sim, a, b) = at_rest();
    sim.click(a, Plant::scan.click);
    sim.poll_woken();
    for done in [10.0, 20.0] {
        sim.progress("scan", Plant::bar.value, done);
        sim.poll_woken();
        assert_eq!([a, b].map(|page| sim.shown(page, Plant::bar.value)), [json!(done), json!(done)]);
    }
    let late = sim.join();
    assert_eq!(sim.shown(late, Plant::bar.value), 20.0);
    // A page that was away gets the newest progress once.
    sim.cut(b);
    (30..40).for_each(|done| sim.progress("scan", Plant::bar.value, f64::from(done)));
    let frames = sim.pages[b].frames;
    sim.connect(b);
    sim.poll_woken();
    assert_eq!((sim.shown(b, Plant::bar.value), sim.pages[b].frames), (json!(39.0), frames + 1));
    sim.rest();
    assert_eq!(sim.shown(a, Plant::after.text), "0 from 0");
}

#[test]
fn after_its_end_a_run_shows_nothing_any_more() {
    let (mut sim, a, _) = at_rest();
    sim.click(a, Plant::scan.click);
    let (lane, number) = (sim.jobs[0].lane, sim.jobs[0].number);
    sim.rest();
    sim.progress_of(lane, number, Plant::bar.value, 77.0);
    // Not even while the next one runs.
    sim.click(a, Plant::scan.click);
    sim.progress_of(lane, number, Plant::bar.value, 77.0);
    sim.poll_woken();
    assert_eq!(sim.shown(a, Plant::bar.value), 0.0);
    sim.rest();
}

#[test]
fn anybody_cancels_a_shared_run_which_ends_where_it_waits() {
    let (mut sim, a, b) = at_rest();
    sim.send(a, Plant::steps.value, 60.0);
    let started = sim.click(a, Plant::scan.click);
    sim.poll_woken();
    assert_eq!(sim.shown(b, Plant::status.text), "scans");
    let stop = sim.click(b, Plant::stop.click);
    sim.poll_woken();
    assert_eq!(sim.pages[b].outcome(stop), APPLIED, "at once");
    sim.rest();
    assert_eq!(why(&sim, a, started), "`scan` was cancelled");
    assert_eq!((sim.shown(a, Plant::status.text), sim.shown(a, Plant::result.text)), (json!(""), json!("")));
    assert_eq!(
        (sim.bad(a, Plant::result.text), sim.engine.counts().failures),
        (None, 0),
        "a cancelled run is no failure"
    );
    // And it can be started again.
    sim.send(a, Plant::steps.value, 5.0);
    let again = sim.click(a, Plant::scan.click);
    sim.rest();
    assert_eq!((sim.pages[a].outcome(again), sim.shown(b, Plant::after.text)), (APPLIED, json!("5 from 0")));
}

#[test]
fn cancelling_a_callback_that_does_not_run_has_no_effect() {
    let (mut sim, a, _) = at_rest();
    let stop = sim.click(a, Plant::stop.click);
    let started = sim.click(a, Plant::scan.click);
    sim.rest();
    assert_eq!((sim.pages[a].outcome(stop), sim.pages[a].outcome(started)), (APPLIED, APPLIED));
}

/// A person who presses start twice and then stop does not want the second run to begin.
#[test]
fn waiting_runs_are_cancelled_too_and_nothing_else() {
    let (mut sim, a, b) = at_rest();
    sim.send(a, Plant::steps.value, 60.0);
    let (first, second) = (sim.click(a, Plant::scan.click), sim.click(b, Plant::scan.click));
    let both = sim.click(b, Plant::also.click);
    sim.click(a, Plant::stop.click);
    let runs = sim.runs();
    sim.rest();
    assert_eq!(sim.pages[a].outcome(first), MERGED, "its own newer command has cancelled it");
    assert_eq!((why(&sim, b, second), why(&sim, b, both)), ("`scan` was cancelled", "`scan` was cancelled"));
    assert_eq!(sim.runs() - runs, 2, "the scan that ran, and the other callback of the button");
    assert_eq!(sim.shown(a, Plant::counted.text), "1");
}

#[test]
fn a_fn_that_asks_returns_early_and_what_it_returns_is_written() {
    let (mut sim, a, b) = at_rest();
    let started = sim.click(a, Plant::own.click);
    let of_b = sim.click(b, Plant::own.click);
    sim.progress("own", Plant::own_bar.value, 3.0);
    sim.poll_woken();
    assert_eq!([a, b].map(|page| sim.shown(page, Plant::own_bar.value)), [json!(3.0), json!(0.0)], "private");
    sim.click(a, Plant::own_stop.click);
    sim.rest();
    assert_eq!(sim.pages[a].outcome(started), MERGED);
    assert_eq!(sim.shown(a, Plant::own_result.text), "early");
    // The run of the other client is not cancelled.
    assert_eq!((sim.pages[b].outcome(of_b), sim.shown(b, Plant::own_result.text)), (APPLIED, json!("done")));
}

/// Fault: the person who had pressed stop saw "failed: `scan` was cancelled".
#[test]
fn what_a_persons_own_newer_command_cancels_was_shown_to_that_person_as_a_failure() {
    let (mut sim, a, b) = at_rest();
    sim.send(a, Plant::steps.value, 60.0);
    let started = sim.click(a, Plant::scan.click);
    sim.click(a, Plant::stop.click);
    // Somebody else comes too late: the run was cancelled before.
    sim.click(b, Plant::stop.click);
    sim.rest();
    assert_eq!(sim.pages[a].outcome(started), MERGED);
    assert_eq!((sim.bad(a, Plant::result.text), sim.engine.counts().failures), (None, 0));
    // A failure while it ends is a failure.
    let started = sim.click(a, Plant::scan.click);
    sim.click(a, Plant::stop.click);
    sim.panic(0, "while it ended");
    sim.rest();
    assert_eq!(why(&sim, a, started), "`scan` panicked: while it ended");
}

#[test]
fn the_device_comes_back_from_a_cancelled_run() {
    let (mut sim, a, b) = at_rest();
    let homing = sim.click(a, Plant::home.click);
    let waits = sim.send(b, Plant::x.value, 4.0);
    sim.click(b, Plant::stop.click);
    sim.finish_one("home");
    assert_eq!(sim.running(), ["drive"]);
    sim.rest();
    assert_eq!((why(&sim, a, homing), sim.pages[b].outcome(waits)), ("`home` was cancelled", APPLIED));
    assert_eq!(*sim.device::<u32>(), 102, "the device keeps the changes of the run");
}

/// The task reads a property that the device's callback writes, that callback reads a property of the task, and the
/// task reads a setting. None of this makes one wait for the other.
#[test]
fn a_task_without_the_device_never_holds_up_the_device_or_a_setting() {
    let (mut sim, a, b) = at_rest();
    sim.click(a, Plant::scan.click);
    let (drive, steps) = (sim.send(b, Plant::x.value, 9.0), sim.send(b, Plant::steps.value, 7.0));
    sim.finish_one("drive");
    sim.poll_woken();
    assert_eq!((sim.pages[b].outcome(drive), sim.pages[b].outcome(steps)), (APPLIED, APPLIED));
    assert_eq!((sim.shown(a, Plant::pos.text), sim.running()), (json!("9"), vec!["scan"]));
    sim.rest();
    // Both read the newest values when they begin.
    sim.click(a, Plant::scan.click);
    sim.rest();
    assert_eq!(sim.shown(a, Plant::result.text), "7 from 9");
    sim.send(b, Plant::x.value, 1.0);
    sim.rest();
    assert_eq!(sim.shown(a, Plant::pos.text), "17 from 9");
}

#[test]
fn a_run_that_panics_after_it_was_cancelled_has_failed() {
    let (mut sim, a, _) = at_rest();
    let started = sim.click(a, Plant::scan.click);
    sim.click(a, Plant::stop.click);
    sim.panic(0, "while it ended");
    sim.rest();
    assert_eq!(why(&sim, a, started), "`scan` panicked: while it ended");
    assert!(sim.bad(a, Plant::result.text).is_some());
}

#[test]
fn the_program_cancels_too_for_one_or_for_all() {
    let (mut sim, a, b) = at_rest();
    let of_a = sim.click(a, Plant::own.click);
    let of_b = sim.click(b, Plant::own.click);
    sim.fire(Whom::One(sim.pages[a].id), Plant::own_stop.click).unwrap();
    sim.finish_all();
    sim.poll_woken();
    assert_eq!((why(&sim, a, of_a), sim.pages[b].outcome(of_b)), ("`own` was cancelled", APPLIED));
    let again = sim.click(b, Plant::own.click);
    sim.fire(Whom::All, Plant::stop.click).unwrap();
    sim.rest();
    assert_eq!(why(&sim, b, again), "`own` was cancelled");
}

/// The progress of a shared run cannot have a private value for one client.
#[test]
fn progress_cannot_be_pushed_to_one_client() {
    let (mut sim, a, _) = at_rest();
    let refused = sim.push_one(a, changes![Plant::bar.value = 1.0]);
    assert!(matches!(refused, Err(PushError::Shared { .. })), "{refused:?}");
}
