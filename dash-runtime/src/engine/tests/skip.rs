//! `queue = skip`: commands that come while the callback is busy are refused, not queued.

use dash_macros::{callback, callback_shared, callbacks, components};
use serde_json::json;

use super::{
    parts::{Button, Dial, Label, place},
    sim::Sim,
};
use crate::{callback::Callbacks, dashboard::Dashboard, element::Element};

#[components]
struct Lab {
    shoot: Button,
    picture: Label,
    x: Dial,
    at: Label,
    other: Button,
    y: Dial,
    half: Label,
    twice: Label,
    look: Button,
    view: Label,
    mine: Button,
    own: Label,
}

type Runs = Vec<&'static str>;

#[callback_shared(on = Lab::shoot.click, output = Lab::picture.text, queue = skip)]
fn shoot(runs: &mut Runs) -> String {
    runs.push("shoot");
    runs.len().to_string()
}

#[callback_shared(output = Lab::at.text, queue = skip, initial = false)]
fn drive(runs: &mut Runs, #[input(Lab::x.value)] x: f64) -> String {
    runs.push("drive");
    x.to_string()
}

#[callback_shared(on = Lab::other.click)]
fn other(runs: &mut Runs) {
    runs.push("other");
}

/// One input of two callbacks, of which one skips.
#[callback_shared(output = Lab::half.text, queue = skip, initial = false)]
fn half(#[input(Lab::y.value)] y: f64) -> String {
    (y / 2.0).to_string()
}

#[callback_shared(output = Lab::twice.text, initial = false)]
async fn twice(#[input(Lab::half.text)] half: String, #[input(Lab::y.value)] _y: f64) -> String {
    half
}

/// Private, with the device.
#[callback(on = Lab::look.click, output = Lab::view.text, queue = skip)]
fn look(runs: &mut Runs, #[input(Lab::x.value)] _x: f64) -> String {
    runs.push("look");
    runs.len().to_string()
}

/// Private, with one queue per client.
#[callback(on = Lab::mine.click, output = Lab::own.text, queue = skip)]
fn mine() -> &'static str {
    "mine"
}

impl Dashboard for Lab {
    type Device = Runs;
    type Session = ();
    const CALLBACKS: Callbacks<Self> = callbacks![shoot, drive, other, half, twice, look, mine];

    fn layout(self) -> Element {
        place((
            place((self.shoot, self.picture, self.x, self.at, self.other, self.y, self.half, self.twice)),
            place((self.look, self.view, self.mine, self.own)),
        ))
    }
}

const REFUSED: Option<u64> = Some(4);
const APPLIED: Option<u64> = Some(0);

#[test]
fn a_click_while_it_runs_is_refused_as_busy_and_runs_nothing() {
    let mut sim = Sim::new::<Lab>(Vec::new());
    let (a, b) = (sim.join(), sim.join());
    sim.rest();
    let first = sim.click(a, Lab::shoot.click);
    let (again, somebody_else) = (sim.click(a, Lab::shoot.click), sim.click(b, Lab::shoot.click));
    sim.poll_woken();
    assert_eq!((sim.pages[a].outcome(again), sim.pages[b].outcome(somebody_else)), (REFUSED, REFUSED));
    let told = sim.pages[a].told[&again].last().unwrap();
    assert_eq!(told[1], "busy");
    assert_eq!(told[2], "`shoot` is still at work: ask again when it is done");
    sim.rest();
    assert_eq!((sim.pages[a].outcome(first), sim.device::<Runs>()), (APPLIED, &vec!["shoot"]));
    // Later the command is accepted again.
    let later = sim.click(b, Lab::shoot.click);
    sim.rest();
    assert_eq!((sim.pages[b].outcome(later), sim.device::<Runs>().len()), (APPLIED, 2));
}

#[test]
fn a_state_while_it_runs_is_refused_and_the_control_goes_back_to_the_truth() {
    let mut sim = Sim::new::<Lab>(Vec::new());
    let (a, b) = (sim.join(), sim.join());
    sim.rest();
    sim.send(a, Lab::x.value, 1.0);
    let refused = sim.send(b, Lab::x.value, 2.0);
    sim.rest();
    assert_eq!(sim.pages[b].outcome(refused), REFUSED);
    for page in [a, b] {
        assert_eq!((sim.shown(page, Lab::x.value), sim.shown(page, Lab::at.text)), (json!(1.0), json!("1")));
    }
    assert_eq!(sim.device::<Runs>().iter().filter(|run| **run == "drive").count(), 1);
}

#[test]
fn a_callback_that_waits_for_the_device_counts_as_busy() {
    let mut sim = Sim::new::<Lab>(Vec::new());
    let page = sim.join();
    sim.rest();
    sim.click(page, Lab::other.click);
    let (waits, again) = (sim.click(page, Lab::shoot.click), sim.click(page, Lab::shoot.click));
    // Other callbacks queue as usual.
    sim.click(page, Lab::other.click);
    sim.rest();
    assert_eq!((sim.pages[page].outcome(waits), sim.pages[page].outcome(again)), (APPLIED, REFUSED));
    assert_eq!(sim.device::<Runs>(), &["other", "shoot", "other"]);
}

#[test]
fn a_command_that_would_start_it_and_another_is_refused_as_a_whole() {
    let mut sim = Sim::new::<Lab>(Vec::new());
    let page = sim.join();
    sim.rest();
    sim.send(page, Lab::y.value, 4.0);
    let refused = sim.send(page, Lab::y.value, 8.0);
    sim.finish_one("half");
    // `half` is done, but the rest of its turn is not. The next command is accepted.
    let taken = sim.send(page, Lab::y.value, 6.0);
    sim.rest();
    assert_eq!((sim.pages[page].outcome(refused), sim.pages[page].outcome(taken)), (REFUSED, APPLIED));
    assert_eq!((sim.shown(page, Lab::y.value), sim.shown(page, Lab::twice.text)), (json!(6.0), json!("3")));
}

#[test]
fn a_private_callback_at_work_for_one_client_refuses_that_client_alone() {
    for (button, output) in [(Lab::look.click, Lab::view.text), (Lab::mine.click, Lab::own.text)] {
        let mut sim = Sim::new::<Lab>(Vec::new());
        let (a, b) = (sim.join(), sim.join());
        sim.rest();
        sim.click(a, button);
        let (again, of_b, again_of_b) = (sim.click(a, button), sim.click(b, button), sim.click(b, button));
        sim.rest();
        assert_eq!(sim.pages[a].outcome(again), REFUSED);
        assert_eq!((sim.pages[b].outcome(of_b), sim.pages[b].outcome(again_of_b)), (APPLIED, REFUSED));
        assert_ne!(sim.shown(b, output), "");
    }
}

/// A private callback gets a shared state as a view update. That is no command, so it refuses no command.
#[test]
fn a_busy_private_callback_does_not_refuse_view_updates() {
    let mut sim = Sim::new::<Lab>(Vec::new());
    let page = sim.join();
    sim.rest();
    sim.click(page, Lab::look.click);
    let set = sim.send(page, Lab::x.value, 5.0);
    sim.rest();
    assert_eq!((sim.pages[page].outcome(set), sim.shown(page, Lab::view.text)), (APPLIED, json!("3")));
}

#[test]
fn a_failed_run_does_not_block_the_next() {
    let mut sim = Sim::new::<Lab>(Vec::new());
    let page = sim.join();
    sim.rest();
    sim.click(page, Lab::shoot.click);
    sim.panic(0, "no film");
    let next = sim.click(page, Lab::shoot.click);
    sim.rest();
    assert_eq!((sim.pages[page].outcome(next), sim.shown(page, Lab::picture.text)), (APPLIED, json!("1")));
}
