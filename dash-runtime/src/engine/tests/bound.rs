//! `bind`: two properties that are aliases of each other.

use dash_macros::{bindings, callback, callback_shared, callbacks, changes, components};
use serde_json::json;

use super::{
    bench::{Did, Rig},
    parts::{Button, Dial, Field, Label, place},
    sim::Sim,
};
use crate::{binding::Bindings, callback::Callbacks, dashboard::Dashboard, element::Element, engine::plan::Plan};

#[components]
pub struct Pair {
    /// From -100 to 100.
    pub wide: Dial,
    /// From 0 to 10.
    pub narrow: Dial,
    pub third: Dial,
    pub seen: Label,
    pub reset: Button,
    pub nick: Field,
    pub name: Field,
    pub hello: Label,
}

/// Started by both aliases. A change of either or both starts it once.
#[callback_shared(output = Pair::seen.text)]
fn drive(
    rig: &mut Rig,
    #[input(Pair::wide.value)] wide: f64,
    #[input(Pair::narrow.value)] narrow: f64,
    #[state(Pair::third.value)] third: f64,
) -> String {
    rig.did.push(Did::Move(wide));
    format!("{wide} {narrow} {third}")
}

#[callback_shared(on = Pair::reset.click, output = Pair::third.value)]
fn reset() -> Result<f64, &'static str> {
    Ok(1.0)
}

#[callback(output = Pair::hello.text)]
fn greet(#[input(Pair::name.value)] name: &str) -> String {
    format!("Hello {name}")
}

impl Dashboard for Pair {
    type Device = Rig;
    type Session = ();
    const CALLBACKS: Callbacks<Self> = callbacks![drive, reset, greet];
    const BINDINGS: Bindings<Self> = bindings![
        bind(Pair::wide.value, Pair::narrow.value),
        bind(Pair::third.value, Pair::narrow.value),
        bind(Pair::nick.value, Pair::name.value),
    ];

    fn layout(self) -> Element {
        let narrow = self.narrow.min(0.0).max(10.0);
        place((self.wide.value(4.0), narrow, self.third, self.seen, self.reset, self.nick, self.name, self.hello))
    }
}

#[test]
fn both_start_with_the_value_of_the_first() {
    let mut sim = Sim::new::<Pair>(Rig::default());
    let a = sim.join();
    for prop in [Pair::wide.value, Pair::narrow.value, Pair::third.value] {
        assert_eq!(sim.shown(a, prop), 4.0);
    }
    assert_eq!(sim.shown(a, Pair::seen.text), "4 4 4");
}

#[test]
fn p2_who_sets_either_sets_both_for_everybody_at_one_revision() {
    let mut sim = Sim::new::<Pair>(Rig::default());
    let (a, b) = (sim.join(), sim.join());
    sim.rest();
    for (prop, to) in [(Pair::narrow.value, 7.0), (Pair::wide.value, 8.0), (Pair::third.value, 9.0)] {
        let (frames, runs) = (sim.pages[b].frames, sim.runs());
        sim.send(a, prop, to);
        sim.rest();
        for page in [a, b] {
            for shown in [Pair::wide.value, Pair::narrow.value, Pair::third.value] {
                assert_eq!(sim.shown(page, shown), to);
            }
            assert_eq!(sim.shown(page, Pair::seen.text), format!("{to} {to} {to}"));
        }
        assert_eq!(sim.pages[b].frames, frames + 1, "one frame, with the output of the callback");
        assert_eq!(sim.runs(), runs + 1, "once, though it reads all three");
    }
}

#[test]
fn a_value_must_be_one_that_both_take() {
    let mut sim = Sim::new::<Pair>(Rig::default());
    let a = sim.join();
    let number = sim.send(a, Pair::wide.value, 50.0);
    sim.rest();
    assert_eq!(
        sim.pages[a].told[&number].last().unwrap(),
        &[json!(4), json!("out_of_range"), json!("narrow.value must be within 0 to 10, and 50 is not")]
    );
    assert_eq!(sim.shown(a, Pair::wide.value), 4.0);
    assert_eq!(sim.device::<Rig>().moves(), [4.0], "no callback ran for the refused value");
}

#[test]
fn what_a_callback_writes_to_one_is_in_both() {
    let mut sim = Sim::new::<Pair>(Rig::default());
    let (a, b) = (sim.join(), sim.join());
    sim.click(a, Pair::reset.click);
    sim.rest();
    assert_eq!(sim.shown(b, Pair::wide.value), 1.0);
    assert_eq!(sim.shown(b, Pair::seen.text), "1 1 1");
    let c = sim.join();
    assert_eq!(sim.shown(c, Pair::narrow.value), 1.0, "a later client sees it too");
}

#[test]
fn under_either_name_a_newer_value_takes_the_place_of_a_waiting_one() {
    let mut sim = Sim::new::<Pair>(Rig::default());
    let a = sim.join();
    sim.rest();
    for step in 0..20 {
        let prop = if step % 2 == 0 { Pair::wide.value } else { Pair::narrow.value };
        sim.send(a, prop, f64::from(step) / 2.0);
    }
    sim.rest();
    assert_eq!(sim.device::<Rig>().moves(), [4.0, 0.0, 9.5], "the first, because the queue was idle, and the last");
}

#[test]
fn a_source_that_fails_is_bad_under_every_name() {
    let mut sim = Sim::new::<Pair>(Rig::default());
    let a = sim.join();
    sim.rest();
    sim.click(a, Pair::reset.click);
    sim.panic(sim.run_of("reset"), "stuck");
    sim.rest();
    for prop in [Pair::wide.value, Pair::narrow.value, Pair::third.value] {
        assert_eq!(sim.bad(a, prop), Some("`reset` panicked: stuck"));
    }
    sim.click(a, Pair::reset.click);
    sim.rest();
    assert_eq!(sim.bad(a, Pair::wide.value), None);
}

#[test]
fn p7_a_bound_private_value_is_its_clients_own() {
    let mut sim = Sim::new::<Pair>(Rig::default());
    let (a, b) = (sim.join(), sim.join());
    sim.rest();
    sim.send(a, Pair::nick.value, "ada");
    sim.rest();
    assert_eq!(sim.shown(a, Pair::name.value), "ada");
    assert_eq!(sim.shown(a, Pair::hello.text), "Hello ada");
    assert_eq!((sim.shown(b, Pair::nick.value), sim.shown(b, Pair::name.value)), ("".into(), "".into()));
    sim.cut(a);
    sim.send(a, Pair::name.value, "eve");
    sim.connect(a);
    sim.rest();
    assert_eq!(sim.shown(a, Pair::nick.value), "eve");
    assert_eq!(sim.shown(a, Pair::hello.text), "Hello eve");
}

#[test]
fn what_is_pushed_to_one_is_in_both_and_starts_their_callback_once() {
    let mut sim = Sim::new::<Pair>(Rig::default());
    let a = sim.join();
    sim.rest();
    let runs = sim.runs();
    sim.push::<Pair>(changes![Pair::narrow.value = 6.0]).unwrap();
    sim.rest();
    assert_eq!((sim.shown(a, Pair::wide.value), sim.shown(a, Pair::third.value)), (6.0.into(), 6.0.into()));
    assert_eq!((sim.shown(a, Pair::seen.text), sim.runs()), ("6 6 6".into(), runs + 1));
}

/// The first property starts with a value that the second does not accept.
#[components]
struct Apart {
    wide: Dial,
    narrow: Dial,
}

impl Dashboard for Apart {
    type Device = ();
    type Session = ();
    const CALLBACKS: Callbacks<Self> = callbacks![];
    const BINDINGS: Bindings<Self> = bindings![bind(Apart::wide.value, Apart::narrow.value)];

    fn layout(self) -> Element {
        place((self.wide.value(50.0), self.narrow.max(10.0)))
    }
}

#[test]
fn a_starting_value_that_one_of_them_does_not_take_is_a_fault_of_the_layout() {
    let Err(faults) = Plan::of::<Apart>() else { panic!("no fault found") };
    assert_eq!(
        faults,
        [
            "`narrow.value` is bound to `wide.value`, which starts as 50.0, but narrow.value must be within -100 to 10, and \
          50 is not: give `wide.value` a value in `layout` that both take"
        ]
    );
}
