//! What the program itself must not set: states of gates, and values that act only while a person holds a control.

use dash_macros::{bindings, callback, callback_shared, callbacks, changes, components};
use serde_json::json;

use super::{
    bench::{Did, Rig},
    parts::{Button, Dial, Frame, Grip, Halt, Interlock, Label, Lease, place},
    sim::{At, Sim},
};
use crate::{
    binding::Bindings,
    callback::{Callbacks, task::ProgressSink},
    dashboard::Dashboard,
    edit::Edit,
    element::Element,
    engine::plan::Plan,
    gates::{ArmedState, StopState},
    handle::PushError,
    prop::Prop,
    rows::Many,
    stops::Stops,
};

#[components]
pub struct Winch {
    pub grip: Grip,
    pub set: Dial,
}

#[components]
pub struct Crane {
    pub stop: Halt,
    #[under(stop)]
    pub armed: Interlock,
    pub drive: Lease,
    #[under(stop, armed, drive)]
    pub stick: Grip,
    /// The same property as `lift.value`, under a name that no person holds.
    pub alias: Dial,
    pub lift: Grip,
    #[private]
    pub own: Grip,
    /// A callback returns its value for `stick`, for `own`, and as progress for `slow`.
    pub heat: Dial,
    pub warm: Dial,
    pub long: Dial,
    pub slow: Grip,
    pub frame: Frame,
    #[dynamic]
    pub later: Grip,
    #[dynamic]
    pub halt: Halt,
    pub show: Button,
    pub tell: Button,
    pub winches: Many<u32, Winch>,
    pub shown: Label,
}

#[callback_shared(output = Crane::shown.text)]
fn drive(rig: &mut Rig, #[input(Crane::stick.value)] speed: f64) -> String {
    rig.did.push(Did::Move(speed));
    speed.to_string()
}

#[callback_shared(output = Crane::stick.value)]
fn heat(#[input(Crane::heat.value)] heat: f64) -> f64 {
    heat
}

#[callback(output = Crane::own.value)]
fn warm(#[input(Crane::warm.value)] warm: f64) -> f64 {
    warm
}

#[callback_shared]
async fn long(#[input(Crane::long.value)] long: f64, #[progress(Crane::slow.value)] slow: ProgressSink<f64>) {
    slow.set(long);
}

#[callback_shared(on = Crane::show.click, output = Crane::frame.children)]
fn show() -> Element {
    Element::of(Crane::later.place().value(30.0))
}

#[callback_shared(on = Crane::tell.click, output = Crane::frame.title)]
fn tell() -> &'static str {
    "title"
}

#[callback_shared(output = Crane::winches[key].grip.value)]
fn winch(#[key] key: u32, #[input(Crane::winches[key].set.value)] set: f64) -> f64 {
    set * f64::from(key)
}

impl Dashboard for Crane {
    type Device = Rig;
    type Session = ();
    const CALLBACKS: Callbacks<Self> = callbacks![drive, heat, warm, long, show, tell, winch];
    const BINDINGS: Bindings<Self> = bindings![bind(Crane::alias.value, Crane::lift.value)];

    fn stops(_: &Rig) -> Stops<Self> {
        Stops::new().on(Self::stop, || Ok::<(), String>(())).on(Self::halt, || Ok::<(), String>(()))
    }

    fn layout(self) -> Element {
        // Row 7 wants to begin with a value that somebody would have to hold.
        let rows = self.winches.rows([1]).each(|key, row| {
            let grip = if *key == 7 { row.grip.value(40.0) } else { row.grip };
            Element::of((grip, row.set))
        });
        place((
            place((self.stop, self.armed, self.drive, self.stick, self.alias, self.lift, self.own)),
            place((self.heat, self.warm, self.long, self.slow, self.frame, self.show, self.tell)),
            place((rows, self.shown)),
        ))
    }
}

fn crane() -> (Sim, At) {
    let mut sim = Sim::new::<Crane>(Rig::default());
    let at = sim.join();
    sim.rest();
    (sim, at)
}

fn value<K>(sim: &Sim, prop: Prop<f64, K>) -> f64 {
    *sim.engine.slot(sim.prop_no(prop)).value().unwrap().get::<f64>().unwrap()
}

fn held(prop: &str) -> PushError {
    PushError::Held { prop: prop.to_owned(), safe: "0.0".to_owned() }
}

#[test]
fn fault_a_held_control_that_the_program_pushed_stayed_held_for_ever() {
    let (mut sim, at) = crane();
    assert_eq!(sim.push(changes![Crane::stick.value = 1.0]).unwrap_err(), held("stick.value"));
    assert_eq!(
        sim.push(changes![Crane::stick.value = Edit::with(|value| *value += 1.0)]).unwrap_err(),
        held("stick.value")
    );
    assert_eq!(sim.push(changes![Crane::alias.value = 1.0]).unwrap_err(), held("alias.value"), "another name of it");
    assert_eq!(sim.push_one(at, changes![Crane::own.value = 1.0]).unwrap_err(), held("own.value"));
    assert_eq!(
        sim.push(changes![Crane::winches.row(1).grip.value = 1.0]).unwrap_err(),
        held("winches[key].grip.value")
    );
    assert_eq!(
        sim.push(changes![Crane::shown.text = "changed", Crane::stick.value = 1.0]).unwrap_err().to_string(),
        "`stick.value` acts only while a person holds it: the program can set only its safe value, 0.0"
    );
    sim.finish_all();
    assert_eq!(sim.device::<Rig>().moves(), [0.0], "nothing has moved");
    assert_eq!(sim.shown(at, Crane::shown.text), json!("0"), "and nothing else of the push has changed");
}

#[test]
fn fault_a_held_control_that_a_callback_returned_stayed_held_for_ever() {
    let (mut sim, at) = crane();
    for input in [Crane::heat.value, Crane::warm.value] {
        sim.send(at, input, 1.0);
        sim.rest();
    }
    sim.send(at, Crane::long.value, 1.0);
    sim.progress("long", Crane::slow.value, 1.0);
    sim.rest();
    sim.send(at, Crane::winches.row(1).set.value, 1.0);
    sim.rest();
    assert_eq!((value(&sim, Crane::stick.value), value(&sim, Crane::slow.value)), (0.0, 0.0));
    assert_eq!(sim.shown(at, Crane::own.value), json!(0.0));
    assert_eq!(sim.device::<Rig>().moves(), [0.0]);
    let bad = sim.engine.slot(sim.prop_no(Crane::stick.value)).bad().unwrap().to_owned();
    assert!(bad.contains("acts only while a person holds it"), "{bad}");
}

#[test]
fn the_program_may_set_the_safe_value_of_what_is_held() {
    let (mut sim, at) = crane();
    sim.send(at, Crane::slow.value, 40.0);
    sim.send(at, Crane::lift.value, 40.0);
    sim.finish_all();
    assert_eq!((value(&sim, Crane::slow.value), value(&sim, Crane::lift.value)), (40.0, 40.0));
    sim.push(changes![Crane::lift.value = 0.0]).unwrap();
    sim.send(at, Crane::long.value, 1.0);
    sim.progress("long", Crane::slow.value, 50.0);
    assert_eq!(value(&sim, Crane::slow.value), 40.0, "progress does not move it either");
    sim.progress("long", Crane::slow.value, 0.0);
    assert_eq!((value(&sim, Crane::slow.value), value(&sim, Crane::lift.value)), (0.0, 0.0));
    let late = sim.send(at, Crane::slow.value, 41.0);
    sim.finish_all();
    while sim.poll(at) {}
    assert_eq!(sim.pages[at].refusal(late), Some("released"), "the holder must let go of what progress has stopped");
}

#[test]
fn fault_a_piece_of_the_page_set_what_nobody_held() {
    let (mut sim, at) = crane();
    sim.click(at, Crane::show.click);
    sim.rest();
    assert_eq!(value(&sim, Crane::later.value), 0.0);
    let bad = sim.engine.slot(sim.prop_no(Crane::frame.children)).bad().unwrap().to_owned();
    assert!(bad.contains("`later.value` is given the value 30.0 here"), "{bad}");
    let open = Element::of(Crane::halt.place().state(StopState::Stopped));
    let refused = sim.push(changes![Crane::frame.children = open]).unwrap_err().to_string();
    assert!(refused.contains("`halt.state` is given a value here, but the server sets it"), "{refused}");
    let refused = sim.push(changes![Crane::winches.rows = vec![1, 7]]).unwrap_err().to_string();
    assert!(refused.contains("`winches[key].grip.value` is given the value 40.0 here"), "{refused}");
}

#[test]
fn fault_a_pushed_state_of_a_gate_was_shown_and_not_true() {
    let (mut sim, at) = crane();
    sim.click(at, Crane::stop.press);
    sim.rest();
    let shown = sim.shown(at, Crane::stop.state);
    let gate = |prop: &str| PushError::Gate { prop: prop.to_owned() };
    let refused = [
        (sim.push(changes![Crane::stop.state = StopState::Ready]), "stop.state"),
        (sim.push(changes![Crane::stop.by = "nobody"]), "stop.by"),
        (sim.push(changes![Crane::stop.since = 0.0]), "stop.since"),
        (sim.push(changes![Crane::stop.error = ""]), "stop.error"),
        (sim.push(changes![Crane::armed.state = ArmedState::Armed]), "armed.state"),
        (sim.push(changes![Crane::armed.by = "me"]), "armed.by"),
        (sim.push(changes![Crane::armed.reason = ""]), "armed.reason"),
        (sim.push(changes![Crane::drive.held = true]), "drive.held"),
        (sim.push(changes![Crane::drive.holder = "me"]), "drive.holder"),
        (sim.push(changes![Crane::drive.asking = Edit::list().push("me".to_owned())]), "drive.asking"),
        (sim.push_one(at, changes![Crane::stop.may_reset = true]), "stop.may_reset"),
        (sim.push_one(at, changes![Crane::drive.may_take = true]), "drive.may_take"),
        (sim.push_one(at, changes![Crane::stop.state = StopState::Ready]), "stop.state"),
    ];
    for (refused, prop) in refused {
        assert_eq!(refused.unwrap_err(), gate(prop));
    }
    assert_eq!(
        gate("stop.state").to_string(),
        "`stop.state` is set by the server alone: fire an event of its gate instead"
    );
    assert_eq!(sim.shown(at, Crane::stop.state), shown);
    // What belongs to the program stays its own.
    sim.push(changes![Crane::drive.idle = 60.0, Crane::armed.conditions = Vec::new()]).unwrap();
}

/// One fault of the layout or of the wiring for each dashboard.
macro_rules! fault_at_start {
    ($name:ident, [$($callback:ident),*], [$($binding:tt)*], |$ui:ident| $layout:expr) => {
        impl Dashboard for $name {
            type Device = ();
            type Session = ();
            const CALLBACKS: Callbacks<Self> = callbacks![$($callback),*];
            const BINDINGS: Bindings<Self> = bindings![$($binding)*];

            fn stops((): &()) -> Stops<Self> {
                Stops::new().on(Self::stop, || Ok::<(), String>(()))
            }

            fn layout(self) -> Element {
                let $ui = self;
                $layout
            }
        }
    };
}

macro_rules! small {
    ($name:ident) => {
        #[components]
        struct $name {
            stop: Halt,
            grip: Grip,
            dial: Dial,
            shown: Label,
        }
    };
}

fn faults<D: Dashboard>() -> Vec<String> {
    let Err(faults) = Plan::of::<D>() else { panic!("no fault found") };
    faults
}

#[test]
fn fault_a_layout_started_with_a_control_that_nobody_held() {
    small!(Held);
    fault_at_start!(Held, [], [], |ui| place((ui.stop, ui.grip.value(1.0), ui.dial, ui.shown)));
    assert_eq!(
        faults::<Held>(),
        ["`grip.value` is given the value 1.0 here, but it acts only while a person holds it: leave it out"]
    );
}

#[test]
fn fault_a_deadline_out_of_its_range_was_shown_and_not_in_effect() {
    small!(Long);
    fault_at_start!(Long, [], [], |ui| place((ui.stop, ui.grip.deadline(60.0), ui.dial, ui.shown)));
    assert_eq!(faults::<Long>(), ["`grip.deadline` is 60 s: give from 0.05 to 10 s"]);
    small!(NoNumber);
    fault_at_start!(NoNumber, [], [], |ui| place((ui.stop, ui.grip.deadline(f64::NAN), ui.dial, ui.shown)));
    assert!(!faults::<NoNumber>().is_empty());
}

#[test]
fn fault_a_range_without_a_value_was_no_fault() {
    small!(Swapped);
    fault_at_start!(Swapped, [], [], |ui| place((ui.stop, ui.grip, ui.dial.min(1.0).max(0.0), ui.shown)));
    assert_eq!(faults::<Swapped>(), ["no value is within `dial.min` = 1 and `dial.max` = 0: swap them"]);
}

#[test]
fn fault_a_callback_held_a_control_while_it_ran() {
    small!(Running);
    #[callback_shared(running(Running::grip.value = 1.0))]
    fn run(#[input(Running::dial.value)] _dial: f64) {}
    fault_at_start!(Running, [run], [], |ui| place((ui.stop, ui.grip, ui.dial, ui.shown)));
    assert!(faults::<Running>()[0].contains("`run` sets `grip.value` with `running(..)`"), "{:?}", faults::<Running>());
}

#[test]
fn fault_a_binding_made_the_state_of_a_gate_one_with_another_property() {
    small!(Bound);
    fault_at_start!(Bound, [], [bind(Bound::shown.text, Bound::stop.error)], |ui| place((
        ui.stop, ui.grip, ui.dial, ui.shown
    )));
    let text = faults::<Bound>().join("\n");
    assert!(text.contains("`bind` makes `stop.error` one with another property"), "{text}");
    small!(Shown);
    fault_at_start!(Shown, [], [mirror(Shown::shown.text, Shown::stop.error)], |ui| place((
        ui.stop, ui.grip, ui.dial, ui.shown
    )));
    let text = faults::<Shown>().join("\n");
    assert!(text.contains("a binding computes `stop.error`, which is set by the server alone"), "{text}");
}
