//! A row that is removed while somebody holds a control in it: the device gets the safe value.

use dash_macros::{callback, callback_shared, callbacks, changes, components};
use serde_json::json;

use super::{
    parts::{Button, Dial, Grip, Label, place},
    sim::{At, Sim},
};
use crate::{
    callback::Callbacks,
    dashboard::Dashboard,
    element::Element,
    rows::{Many, Rows},
};

#[components]
pub struct Motor {
    pub drive: Grip,
    pub shown: Label,
    #[private]
    pub own: Grip,
}

#[components]
pub struct Hall {
    pub motors: Many<u32, Motor>,
    pub limit: Dial,
    pub job: Button,
    pub all: Label,
    pub mine: Label,
}

/// What the motors were told: the key, and the speed.
#[derive(Debug, Default)]
pub struct Line(Vec<(u32, f64)>);

#[callback_shared(output = Hall::motors[key].shown.text)]
fn drive(
    line: &mut Line,
    #[key] key: u32,
    #[input(Hall::motors[key].drive.value)] speed: f64,
    #[state(Hall::limit.value)] limit: f64,
) -> String {
    line.0.push((key, speed.min(limit)));
    speed.to_string()
}

/// Each client has its own control of each motor.
#[callback]
fn own(line: &mut Line, #[key] key: u32, #[input(Hall::motors[key].own.value)] speed: f64) {
    line.0.push((100 + key, speed));
}

#[callback_shared(output = Hall::all.text)]
fn sum(#[input(Hall::motors[..].drive.value)] speeds: &Rows<u32, f64>) -> String {
    format!("{speeds:?}")
}

#[callback_shared(on = Hall::job.click)]
fn job(line: &mut Line) {
    let _ = line;
}

impl Dashboard for Hall {
    type Device = Line;
    type Session = ();
    const CALLBACKS: Callbacks<Self> = callbacks![drive, own, sum, job];

    fn layout(self) -> Element {
        let motors = self.motors.rows([1, 2]).each(|_, motor| place((motor.drive, motor.shown, motor.own)));
        place((motors, self.limit.value(100.0), self.job, self.all, self.mine))
    }
}

fn hall() -> (Sim, At, At) {
    let mut sim = Sim::new::<Hall>(Line::default());
    let pages = (sim.join(), sim.join());
    sim.rest();
    (sim, pages.0, pages.1)
}

/// What the motors were told after the first `from` commands.
fn told(sim: &Sim, from: usize) -> Vec<(u32, f64)> {
    sim.device::<Line>().0[from..].to_vec()
}

fn count(sim: &Sim) -> usize {
    sim.device::<Line>().0.len()
}

/// Nothing of the row is left.
fn is_gone(sim: &Sim) -> bool {
    sim.engine.all_held().is_empty() && sim.engine.truth.leaving.is_empty() && sim.engine.released_rows() == 0
}

#[test]
fn fault_a_row_that_is_removed_while_it_is_held_leaves_its_motor_running() {
    let (mut sim, ada, bob) = hall();
    sim.send(ada, Hall::motors.row(1).drive.value, 40.0);
    sim.finish_all();
    let from = count(&sim);
    sim.push::<Hall>(changes![Hall::motors.rows = vec![2]]).unwrap();
    sim.finish_all();
    assert_eq!(told(&sim, from), [(1, 0.0)]);
    assert!(is_gone(&sim));
    // The other pages and the other rows go on.
    sim.rest();
    sim.send(bob, Hall::motors.row(2).drive.value, 7.0);
    sim.finish_all();
    assert_eq!(told(&sim, from), [(1, 0.0), (2, 7.0)]);
    sim.pass(300);
    sim.finish_all();
    assert_eq!(told(&sim, from), [(1, 0.0), (2, 7.0), (2, 0.0)]);
}

#[test]
fn the_safe_value_of_a_removed_row_waits_for_a_busy_device() {
    let (mut sim, ada, _) = hall();
    sim.send(ada, Hall::motors.row(1).drive.value, 40.0);
    sim.finish_all();
    let from = count(&sim);
    sim.click(ada, Hall::job.click);
    let waits = sim.send(ada, Hall::motors.row(1).drive.value, 60.0);
    sim.push::<Hall>(changes![Hall::motors.rows = vec![2]]).unwrap();
    // The same key comes back at once: it is another row, which starts at rest.
    sim.push::<Hall>(changes![Hall::motors.rows = vec![2, 1]]).unwrap();
    sim.finish_all();
    // First the old row, and then the new one, with the private callbacks of both pages.
    assert_eq!(told(&sim, from), [(1, 0.0), (1, 0.0), (101, 0.0), (101, 0.0)]);
    sim.rest();
    assert!(sim.pages[ada].is_answered(waits) && is_gone(&sim));
    assert_eq!(sim.shown(ada, Hall::motors.row(1).drive.value), 0.0);
    sim.send(ada, Hall::motors.row(1).drive.value, 5.0);
    sim.finish_all();
    assert_eq!(told(&sim, from).last(), Some(&(1, 5.0)));
}

#[test]
fn what_was_let_go_reaches_the_device_although_its_row_is_removed_meanwhile() {
    let (mut sim, ada, _) = hall();
    sim.send(ada, Hall::motors.row(1).drive.value, 40.0);
    sim.finish_all();
    let from = count(&sim);
    sim.click(ada, Hall::job.click);
    sim.send(ada, Hall::motors.row(1).drive.value, 0.0);
    sim.push::<Hall>(changes![Hall::motors.rows = vec![2]]).unwrap();
    sim.finish_all();
    assert_eq!(told(&sim, from), [(1, 0.0)]);
    assert!(is_gone(&sim));
    sim.rest();
}

#[test]
fn private_controls_in_a_removed_row_are_released_for_each_client() {
    let (mut sim, ada, bob) = hall();
    sim.send(ada, Hall::motors.row(1).own.value, 3.0);
    sim.send(bob, Hall::motors.row(1).own.value, 4.0);
    sim.finish_all();
    let from = count(&sim);
    sim.push::<Hall>(changes![Hall::motors.rows = vec![2]]).unwrap();
    sim.finish_all();
    assert_eq!(told(&sim, from), [(101, 0.0), (101, 0.0)]);
    assert!(is_gone(&sim));
    sim.rest();
}

#[test]
fn a_row_that_is_leaving_takes_no_commands_and_shows_nothing() {
    let (mut sim, ada, bob) = hall();
    let old = sim.no(Hall::motors.row(1).drive.value);
    sim.send(ada, Hall::motors.row(1).drive.value, 40.0);
    sim.finish_all();
    let from = count(&sim);
    sim.click(bob, Hall::job.click);
    sim.push::<Hall>(changes![Hall::motors.rows = vec![2]]).unwrap();
    for page in [ada, bob] {
        let number = sim.pages[page].sent.keys().next_back().map_or(1, |last| last + 1);
        let text = json!({ "n": number, "p": old, "v": 50.0 }).to_string();
        sim.pages[page].sent.insert(number, text.clone());
        sim.deliver(page, &text);
        sim.poll(page);
        assert!(sim.pages[page].refusal(number).is_some());
    }
    assert!(sim.push::<Hall>(changes![Hall::motors.row(1).drive.value = 9.0]).is_err());
    assert!(sim.engine.find_named("motors[1].drive.value").is_none());
    sim.finish_all();
    sim.rest();
    assert_eq!(told(&sim, from), [(1, 0.0)]);
    assert!(!sim.shown(bob, Hall::all.text).to_string().contains("1:"));
}
