//! P1: the order of one client's commands and of one island's outputs. Chains and diamonds.

use dash_macros::{callback_shared, callbacks, components};

use super::{
    bench::{Bench, Did, Rig},
    parts::{Button, Dial, Label, place},
    sim::Sim,
};
use crate::{callback::Callbacks, dashboard::Dashboard, element::Element};

/// One callback with several triggers.
#[components]
struct Panel {
    x: Dial,
    up: Button,
    down: Button,
    out: Label,
}

#[callback_shared(output = Panel::out.text)]
fn tell(
    #[input(Panel::x.value)] x: f64,
    #[input(Panel::up.click)] up: Option<()>,
    #[input(Panel::down.click)] down: Option<()>,
) -> String {
    format!("{x} {} {}", up.is_some(), down.is_some())
}

impl Dashboard for Panel {
    type Device = ();
    type Session = ();
    const CALLBACKS: Callbacks<Self> = callbacks![tell];

    fn layout(self) -> Element {
        place((self.x, self.up, self.down, self.out))
    }
}

#[test]
fn a_callback_is_told_what_started_it() {
    let mut sim = Sim::new::<Panel>(());
    let page = sim.join();
    let mut after = |act: &dyn Fn(&mut Sim)| {
        act(&mut sim);
        sim.rest();
        sim.shown(page, Panel::out.text)
    };
    assert_eq!(after(&|sim| _ = sim.click(page, Panel::up.click)), "0 true false");
    assert_eq!(after(&|sim| _ = sim.click(page, Panel::down.click)), "0 false true");
    assert_eq!(after(&|sim| _ = sim.send(page, Panel::x.value, 2)), "2 false false");
}

#[test]
fn p1_commands_of_one_client_take_effect_in_the_order_sent() {
    let mut sim = Sim::new::<Bench>(Rig::default());
    let page = sim.join();
    sim.rest();
    for i in 0..20 {
        sim.send(page, Bench::x.value, f64::from(i));
        sim.click(page, Bench::go.click);
    }
    sim.rest();
    let expected: Vec<Did> = (0..20).flat_map(|i| [Did::Move(f64::from(i)), Did::Go(f64::from(i), 0.0)]).collect();
    assert_eq!(sim.device::<Rig>().did[1..], expected);
}

#[test]
fn p1_a_newer_value_takes_the_place_of_one_that_waits() {
    let mut sim = Sim::new::<Bench>(Rig::default());
    let page = sim.join();
    sim.rest();
    let numbers: Vec<u64> = (1..=5).map(|i| sim.send(page, Bench::x.value, f64::from(i))).collect();
    sim.rest();
    assert_eq!(sim.device::<Rig>().moves()[1..], [1.0, 5.0], "the first was under way, the last is the newest");
    let outcomes: Vec<_> = numbers.iter().map(|number| sim.pages[page].outcome(*number).unwrap()).collect();
    assert_eq!(outcomes, [0, 2, 2, 2, 0]);
    assert_eq!(sim.engine.counts().merged, 3);
}

#[test]
fn p1_an_event_between_two_values_sees_the_first() {
    let mut sim = Sim::new::<Bench>(Rig::default());
    let page = sim.join();
    sim.rest();
    sim.send(page, Bench::x.value, 1.0);
    sim.send(page, Bench::x.value, 2.0);
    sim.click(page, Bench::go.click);
    sim.send(page, Bench::x.value, 3.0);
    sim.rest();
    assert_eq!(sim.device::<Rig>().did[1..], [Did::Move(1.0), Did::Move(2.0), Did::Go(2.0, 0.0), Did::Move(3.0)]);
}

/// The sender of a click has seen the position on the screen, whoever set it.
#[test]
fn p1_an_event_of_one_client_sees_the_value_that_another_set_before_and_not_the_one_set_after() {
    let mut sim = Sim::new::<Bench>(Rig::default());
    let (a, b) = (sim.join(), sim.join());
    sim.rest();
    sim.send(a, Bench::x.value, 1.0);
    sim.send(a, Bench::x.value, 2.0);
    sim.click(b, Bench::go.click);
    sim.send(a, Bench::x.value, 3.0);
    sim.rest();
    assert_eq!(sim.device::<Rig>().gos(), [(2.0, 0.0)]);
}

#[test]
fn p1_an_event_between_two_private_values_sees_the_first() {
    let mut sim = Sim::new::<Bench>(Rig::default());
    let page = sim.join();
    sim.rest();
    // The island is busy while all of it arrives.
    sim.click(page, Bench::ask.click);
    sim.send(page, Bench::name.value, "ann");
    sim.click(page, Bench::ask.click);
    sim.send(page, Bench::name.value, "bob");
    sim.finish_one("answer");
    sim.finish_one("answer");
    sim.poll(page);
    assert_eq!(sim.shown(page, Bench::answer.text), "ann#2");
    sim.rest();
}

#[test]
fn p1_state_is_read_as_of_the_turn_and_never_remembered() {
    let mut sim = Sim::new::<Bench>(Rig::default());
    let page = sim.join();
    sim.rest();
    for y in [1.0, 2.0] {
        sim.send(page, Bench::y.value, y);
        sim.click(page, Bench::go.click);
        sim.rest();
    }
    assert_eq!(sim.device::<Rig>().gos(), [(0.0, 1.0), (0.0, 2.0)]);
}

#[test]
fn g07_a_diamond_runs_once_with_both_inputs_new() {
    let mut sim = Sim::new::<Bench>(Rig::default());
    let page = sim.join();
    sim.rest();
    let before = sim.runs();
    sim.send(page, Bench::x.value, 7.0);
    sim.rest();
    assert_eq!(sim.shown(page, Bench::sum.text), "7");
    // drive, left, right, sum, and this client's greeting.
    assert_eq!(sim.runs() - before, 5);
}

#[test]
fn g07_a_chain_that_does_not_wait_is_one_revision() {
    let mut sim = Sim::new::<Bench>(Rig::default());
    let page = sim.join();
    sim.rest();
    let frames = sim.pages[page].frames;
    sim.send(page, Bench::x.value, 7.0);
    for _ in 0..4 {
        assert_ne!(sim.shown(page, Bench::pos.text), "7", "the page shows a part of a chain");
        sim.finish(0);
        sim.poll_woken();
    }
    assert_eq!(sim.shown(page, Bench::sum.text), "7");
    assert_eq!(sim.shown(page, Bench::x.value), 7.0);
    assert_eq!(sim.pages[page].frames - frames, 1);
    sim.rest();
}

#[test]
fn g07_a_chain_that_waits_shows_what_is_ready_after_one_frame_of_a_display() {
    let mut sim = Sim::new::<Bench>(Rig::default());
    let page = sim.join();
    sim.rest();
    sim.send(page, Bench::x.value, 7.0);
    sim.pass(15);
    assert!(!sim.pages[page].woken);
    sim.pass(1);
    sim.poll_woken();
    assert_eq!(sim.shown(page, Bench::x.value), 7.0, "the command itself is confirmed");
    sim.finish_one("drive");
    assert!(!sim.pages[page].woken);
    sim.pass(16);
    sim.poll_woken();
    assert_eq!(sim.shown(page, Bench::pos.text), "7");
    assert_eq!(sim.shown(page, Bench::sum.text), "0");
    sim.rest();
    assert_eq!(sim.shown(page, Bench::sum.text), "7");
}

#[test]
fn g01_all_clients_see_one_order() {
    let mut sim = Sim::new::<Bench>(Rig::default());
    let pages = [sim.join(), sim.join()];
    sim.rest();
    let mut seen = [Vec::new(), Vec::new()];
    for i in 0..30 {
        sim.send(pages[i % 2], Bench::x.value, i as f64);
        if i % 3 == 0 {
            sim.finish(0);
        }
        for page in pages {
            if sim.pages[page].woken && (i + page) % 4 != 0 {
                sim.poll(page);
            }
            seen[page].push((sim.pages[page].rev, sim.shown(page, Bench::x.value)));
        }
    }
    for (rev, value) in &seen[0] {
        for (other, other_value) in &seen[1] {
            assert!(rev != other || value == other_value, "one revision, two values");
        }
    }
    sim.rest();
}
