//! Gates: who is in control, what is stopped, and what is armed. One test per sentence of the design's section 11.2, and
//! random interleavings.

use std::{
    sync::{
        Arc,
        atomic::{AtomicU32, Ordering},
    },
    time::Duration,
};

use dash_macros::{Role, callback_shared, callbacks, changes, components};
use proptest::prelude::*;
use serde_json::json;

use super::{
    parts::{Button, Dial, Grip, Halt, Interlock, Label, Lease, Rule, place},
    sim::{At, Sim},
};
use crate::{
    callback::{Callbacks, task::Cancellation},
    dashboard::Dashboard,
    element::Element,
    engine::{batch::NotTaken, plan::Plan, requests::Asking},
    gates::{ArmedState, Condition, StopState},
    handle::Whom,
    protocol::limits::Limits,
    rights::User,
    stops::Stops,
};

#[derive(Debug, Clone, Copy, PartialEq, Role)]
pub enum Crew {
    Guest,
    Driver,
    Chief,
}

#[components(role = Crew, needs = Crew::Driver)]
pub struct Rover {
    #[takes(Crew::Chief)]
    pub drive: Lease,
    pub stop: Halt,
    #[under(stop)]
    pub armed: Interlock,
    #[under(drive, armed, stop)]
    pub stick: Grip,
    #[under(drive, stop)]
    pub speed: Dial,
    #[under(stop)]
    pub go: Button,
    /// Its callback is under the control.
    pub honk: Button,
    pub abort: Button,
    pub honked: Label,
    pub moved: Label,
    pub gone: Label,
    pub light: Dial,
    /// What the conditions are made of.
    pub charge: Dial,
}

/// The device: what the motors did, and how often the stop function has run.
#[derive(Debug, Default)]
pub struct Motors {
    moves: Vec<f64>,
    halts: Arc<AtomicU32>,
    jammed: bool,
}

#[callback_shared(output = Rover::moved.text)]
fn steer(motors: &mut Motors, #[input(Rover::stick.value)] stick: f64) -> String {
    motors.moves.push(stick);
    stick.to_string()
}

#[callback_shared]
fn limit(motors: &mut Motors, #[input(Rover::speed.value)] speed: f64) {
    motors.moves.push(1000.0 + speed);
}

#[callback_shared(on = Rover::go.click, cancel = Rover::abort.click, output = Rover::gone.text)]
async fn go(cancelled: Cancellation) -> String {
    cancelled.cancelled().await;
    "cancelled".to_owned()
}

#[callback_shared(on = Rover::honk.click, output = Rover::honked.text, under = Rover::drive)]
fn honk() -> String {
    "honk".to_owned()
}

#[callback_shared(output = Rover::armed.conditions)]
fn check(#[input(Rover::charge.value)] charge: f64) -> Vec<Condition> {
    vec![Condition::new("battery above 20 %", charge > 20.0)]
}

impl Dashboard for Rover {
    type Device = Motors;
    type Session = ();
    const CALLBACKS: Callbacks<Self> = callbacks![steer, limit, go, honk, check];

    fn stops(motors: &Motors) -> Stops<Self> {
        let (halts, jammed) = (Arc::clone(&motors.halts), motors.jammed);
        Stops::new().on(Self::stop, move || {
            halts.fetch_add(1, Ordering::SeqCst);
            if jammed { Err("the brake is jammed") } else { Ok(()) }
        })
    }

    fn layout(self) -> Element {
        place((
            place((self.drive, self.stop, self.armed, self.stick, self.speed, self.go, self.honk, self.abort)),
            place((self.honked, self.moved, self.gone, self.light, self.charge.value(80.0))),
        ))
    }
}

fn driver(name: &str) -> User {
    User::new(name, Crew::Driver)
}

fn rover() -> Sim {
    Sim::new::<Rover>(Motors::default())
}

/// A rover with two drivers.
fn two() -> (Sim, At, At) {
    let mut sim = rover();
    let (ada, bob) = (sim.join_as(driver("ada")), sim.join_as(driver("bob")));
    (sim, ada, bob)
}

/// An armed rover, with a driver in control.
fn driving() -> (Sim, At, At) {
    let (mut sim, ada, bob) = two();
    sim.click(ada, Rover::drive.ask);
    sim.click(ada, Rover::armed.arm);
    sim.rest();
    (sim, ada, bob)
}

/// Why it was refused.
fn refusal(sim: &mut Sim, at: At, number: u64) -> Option<String> {
    sim.finish_all();
    sim.poll(at);
    sim.pages[at].reason(number).map(str::to_owned)
}

/// Whether the server takes it.
fn takes(sim: &mut Sim, at: At, number: u64) -> bool {
    refusal(sim, at, number).is_none()
}

fn holder(sim: &Sim) -> String {
    sim.engine.slot(sim.prop_no(Rover::drive.holder)).value().unwrap().get::<String>().unwrap().clone()
}

fn stop_state(sim: &Sim) -> StopState {
    *sim.engine.slot(sim.prop_no(Rover::stop.state)).value().unwrap().get::<StopState>().unwrap()
}

fn armed_state(sim: &Sim) -> ArmedState {
    *sim.engine.slot(sim.prop_no(Rover::armed.state)).value().unwrap().get::<ArmedState>().unwrap()
}

/// What the device did since the start, which sets everything once.
fn moves(sim: &Sim) -> Vec<f64> {
    sim.device::<Motors>().moves[2..].to_vec()
}

fn halts(sim: &Sim) -> u32 {
    sim.device::<Motors>().halts.load(Ordering::SeqCst)
}

// ---- control ----

#[test]
fn without_control_nothing_under_it_can_be_changed() {
    let (mut sim, ada, bob) = two();
    let number = sim.send(ada, Rover::speed.value, 10.0);
    let why = refusal(&mut sim, ada, number).unwrap();
    assert!(why.contains("speed.value") && why.contains("nobody is in control"), "{why}");
    sim.click(ada, Rover::drive.ask);
    assert_eq!(holder(&sim), "ada");
    let number = sim.send(ada, Rover::speed.value, 10.0);
    assert!(takes(&mut sim, ada, number));
    let number = sim.send(bob, Rover::speed.value, 20.0);
    assert!(refusal(&mut sim, bob, number).unwrap().contains("ada is in control"));
    assert_eq!(moves(&sim), [1010.0]);
    // What is under no control goes on.
    let number = sim.send(bob, Rover::light.value, 5.0);
    assert!(takes(&mut sim, bob, number));
}

#[test]
fn everybody_sees_who_is_in_control_and_who_asks() {
    let (mut sim, ada, bob) = two();
    sim.click(ada, Rover::drive.ask);
    sim.click(bob, Rover::drive.ask);
    sim.rest();
    for at in [ada, bob] {
        assert_eq!(sim.shown(at, Rover::drive.holder), "ada");
        assert_eq!(sim.shown(at, Rover::drive.held), true);
        assert_eq!(sim.shown(at, Rover::drive.asking), json!(["bob"]));
    }
    assert_eq!((sim.shown(ada, Rover::drive.mine), sim.shown(bob, Rover::drive.mine)), (json!("holds"), json!("asks")));
    let late = sim.join_as(driver("cy"));
    sim.rest();
    assert_eq!(
        (sim.shown(late, Rover::drive.holder), sim.shown(late, Rover::drive.mine)),
        (json!("ada"), json!("none"))
    );
}

#[test]
fn a_hand_over_is_one_change_in_one_order() {
    let (mut sim, ada, bob) = two();
    sim.click(ada, Rover::drive.ask);
    sim.click(bob, Rover::drive.ask);
    sim.rest();
    let before = sim.engine.rev();
    sim.click(ada, Rover::drive.give);
    let slots = [sim.prop_no(Rover::drive.holder), sim.prop_no(Rover::drive.asking)];
    let revs = slots.map(|prop| sim.engine.slot(prop).rev());
    assert!(revs[0] == revs[1] && revs[0] > before, "{revs:?}");
    sim.rest();
    assert_eq!((holder(&sim).as_str(), sim.shown(bob, Rover::drive.mine)), ("bob", json!("holds")));
    assert_eq!(sim.shown(ada, Rover::drive.mine), "none");
    assert_eq!(sim.shown(ada, Rover::drive.asking), json!([]));
}

#[test]
fn who_gives_it_back_leaves_it_free_and_who_asks_can_stop_asking() {
    let (mut sim, ada, bob) = two();
    sim.click(ada, Rover::drive.ask);
    sim.click(bob, Rover::drive.ask);
    sim.click(bob, Rover::drive.give);
    sim.click(ada, Rover::drive.give);
    sim.rest();
    assert_eq!(holder(&sim), "");
    assert_eq!(sim.shown(bob, Rover::drive.mine), "none");
    let number = sim.click(ada, Rover::drive.give);
    assert!(refusal(&mut sim, ada, number).unwrap().contains("you are not in control"));
}

#[test]
fn the_holder_keeps_control_although_somebody_asks() {
    let (mut sim, ada, bob) = two();
    sim.click(ada, Rover::drive.ask);
    sim.click(bob, Rover::drive.ask);
    sim.click(ada, Rover::drive.keep);
    sim.rest();
    assert_eq!((holder(&sim).as_str(), sim.shown(bob, Rover::drive.mine)), ("ada", json!("none")));
    let number = sim.click(bob, Rover::drive.keep);
    assert!(!takes(&mut sim, bob, number));
}

#[test]
fn only_the_right_takes_control_over() {
    let (mut sim, ada, bob) = two();
    let eve = sim.join_as(User::new("eve", Crew::Chief));
    sim.click(ada, Rover::drive.ask);
    let number = sim.click(bob, Rover::drive.take);
    assert!(refusal(&mut sim, bob, number).unwrap().contains("needs the role chief"));
    sim.click(eve, Rover::drive.take);
    assert_eq!(holder(&sim), "eve");
    let disabled = sim.prop_no(Rover::drive.disabled);
    let view = sim.engine.view_for(&driver("bob"));
    let shown = sim.engine.plan().value_json(view, disabled, sim.engine.slot(disabled));
    assert_eq!(shown.as_deref(), Some("false"), "a driver can ask");
    // The page of a driver does not offer it, and that of a chief does.
    let may = sim.prop_no(Rover::drive.may_take);
    let shown = |user: &User| {
        let view = sim.engine.view_for(user);
        sim.engine.plan().value_json(view, may, sim.engine.slot(may)).unwrap()
    };
    assert_eq!((shown(&driver("bob")).as_str(), shown(&User::new("eve", Crew::Chief)).as_str()), ("false", "true"));
}

#[test]
fn a_guest_can_not_ask() {
    let mut sim = rover();
    let gus = sim.join_as(User::new("gus", Crew::Guest));
    for event in [Rover::drive.ask, Rover::drive.take, Rover::armed.arm, Rover::stop.reset] {
        let number = sim.click(gus, event);
        assert!(refusal(&mut sim, gus, number).unwrap().contains("needs the role"));
    }
    assert_eq!(holder(&sim), "");
}

#[test]
fn control_ends_when_the_page_is_closed() {
    let (mut sim, ada, bob) = two();
    sim.click(ada, Rover::drive.ask);
    sim.click(bob, Rover::drive.ask);
    sim.close(ada);
    assert_eq!(holder(&sim), "bob");
    sim.close(bob);
    assert_eq!(holder(&sim), "");
}

#[test]
fn control_outlives_a_short_cut_and_not_a_long_one() {
    let (mut sim, ada, bob) = two();
    sim.click(ada, Rover::drive.ask);
    sim.cut(ada);
    sim.pass(4000);
    sim.connect(ada);
    sim.pass(4000);
    assert_eq!(holder(&sim), "ada");
    sim.cut(ada);
    sim.pass(5000);
    assert_eq!(holder(&sim), "");
    sim.connect(ada);
    sim.rest();
    assert_eq!(sim.shown(ada, Rover::drive.mine), "none");
    let number = sim.send(ada, Rover::speed.value, 10.0);
    assert!(!takes(&mut sim, ada, number));
    sim.click(bob, Rover::drive.ask);
    assert_eq!(holder(&sim), "bob");
}

#[test]
fn control_that_is_not_used_ends() {
    let (mut sim, ada, _) = two();
    sim.click(ada, Rover::drive.ask);
    for _ in 0..5 {
        sim.pass(100_000);
        sim.send(ada, Rover::speed.value, 10.0);
        sim.finish_all();
    }
    assert_eq!(holder(&sim), "ada");
    sim.pass(120_000);
    assert_eq!(holder(&sim), "");
}

#[test]
fn who_holds_a_control_down_uses_it() {
    let (mut sim, ada, _) = driving();
    sim.send(ada, Rover::stick.value, 10.0);
    sim.finish_all();
    for _ in 0..2000 {
        sim.pass(100);
        sim.poll(ada);
        let texts = std::mem::take(&mut sim.pages[ada].texts);
        if let Some((_, rest)) = texts.rsplit_once("\"b\":[") {
            let beat: u64 = rest.split_once(']').unwrap().0.parse().unwrap();
            let prop = sim.no(Rover::stick.value);
            sim.deliver(ada, &json!({ "t": "held", "beat": beat, "held": [prop] }).to_string());
        }
    }
    assert_eq!(holder(&sim), "ada");
}

#[test]
fn who_asks_gets_control_if_the_holder_does_not_answer_for_that_time() {
    let (mut sim, ada, bob) = two();
    sim.push(changes![Rover::drive.grant_after = 10.0]).unwrap();
    sim.click(ada, Rover::drive.ask);
    sim.click(bob, Rover::drive.ask);
    sim.pass(9999);
    assert_eq!(holder(&sim), "ada");
    sim.pass(1);
    assert_eq!(holder(&sim), "bob");
}

#[test]
fn who_loses_control_lets_go() {
    let (mut sim, ada, _) = driving();
    let eve = sim.join_as(User::new("eve", Crew::Chief));
    sim.send(ada, Rover::stick.value, 40.0);
    sim.finish_all();
    sim.click(eve, Rover::drive.take);
    sim.finish_all();
    assert_eq!(moves(&sim), [40.0, 0.0]);
}

#[test]
fn a_command_of_an_older_grant_is_refused() {
    let (mut sim, ada, _) = two();
    let eve = sim.join_as(User::new("eve", Crew::Chief));
    sim.pass(10_000);
    sim.click(ada, Rover::drive.ask);
    sim.pass(1000);
    sim.click(eve, Rover::drive.take);
    sim.click(ada, Rover::drive.ask);
    sim.click(eve, Rover::drive.give);
    assert_eq!(holder(&sim), "ada");
    sim.pass(100);
    // It was made under the first grant, and arrives under the third.
    let prop = sim.no(Rover::speed.value);
    let number = sim.pages[ada].sent.keys().next_back().unwrap() + 1;
    sim.deliver(ada, &json!({ "n": number, "p": prop, "v": 10.0, "a": 500 }).to_string());
    assert!(refusal(&mut sim, ada, number).unwrap().contains("before this page got control"));
    assert!(moves(&sim).is_empty());
}

#[test]
fn what_waits_does_not_move_anything_after_the_hand_over() {
    let (mut sim, ada, _) = driving();
    let eve = sim.join_as(User::new("eve", Crew::Chief));
    // The first run goes on. The next value waits.
    sim.send(ada, Rover::speed.value, 10.0);
    let number = sim.send(ada, Rover::speed.value, 20.0);
    sim.click(eve, Rover::drive.take);
    assert!(refusal(&mut sim, ada, number).unwrap().contains("control has passed"));
    assert_eq!(moves(&sim), [1010.0]);
    // Everybody sees that the device does not have it.
    sim.poll(eve);
    let shown = sim.bad(eve, Rover::speed.value).unwrap();
    assert!(shown.contains("wanted 20") && shown.contains("control has passed"), "{shown}");
}

#[test]
fn a_callback_is_under_control_too() {
    let (mut sim, ada, bob) = two();
    let number = sim.click(bob, Rover::honk.click);
    assert!(refusal(&mut sim, bob, number).unwrap().contains("nobody is in control"));
    sim.click(ada, Rover::drive.ask);
    let number = sim.click(ada, Rover::honk.click);
    assert!(takes(&mut sim, ada, number));
}

#[test]
fn a_program_gets_control_like_everybody_and_loses_it_when_it_is_silent() {
    let (mut sim, ada, _) = two();
    sim.ask((1, None, None), Rover::drive.ask, json!(null)).unwrap();
    sim.ask((1, None, None), Rover::speed.value, 10.0).unwrap();
    assert!(sim.ask((2, None, None), Rover::speed.value, 20.0).is_err());
    sim.finish_all();
    let number = sim.click(ada, Rover::drive.ask);
    assert!(takes(&mut sim, ada, number));
    assert_eq!(moves(&sim), [1010.0]);
    sim.pass(60_000);
    assert_eq!(holder(&sim), "ada");
}

#[test]
fn a_batch_is_under_control_too() {
    let (mut sim, ..) = two();
    let asked = sim.ask_all(Asking::default(), &[("light.value", json!(1.0)), ("speed.value", json!(10.0))]);
    assert!(matches!(asked, Err(NotTaken::Items(items)) if items.len() == 1));
    assert!(moves(&sim).is_empty());
}

#[test]
fn fault_a_batch_that_presses_the_stop_moves_the_device_afterwards() {
    let mut sim = rover();
    sim.ask((1, None, None), Rover::drive.ask, json!(null)).unwrap();
    let asking = || Asking { address: Some([127, 0, 0, 1].into()), ..Asking::default() };
    let wanted = [("stop.press", json!(null)), ("speed.value", json!(50.0)), ("light.value", json!(7.0))];
    let request = sim.ask_all(asking(), &wanted).unwrap();
    sim.finish_all();
    sim.finish_stops();
    assert!(moves(&sim).is_empty(), "{:?}", moves(&sim));
    assert_eq!(halts(&sim), 1);
    let light = sim.engine.slot(sim.prop_no(Rover::light.value)).value().unwrap().get::<f64>().copied();
    assert_eq!(light, Some(7.0), "what is not under it takes effect");
    let outcome = format!("{:?}", sim.answered[&request]);
    assert!(outcome.contains("Failed") && outcome.contains("speed.value: stop was pressed"), "{outcome}");
}

#[test]
fn a_gate_that_fewer_roles_see_than_what_is_under_it_is_a_fault() {
    #[components(role = Crew)]
    pub struct Hidden {
        #[sees(Crew::Chief)]
        pub drive: Lease,
        #[under(drive)]
        pub speed: Dial,
    }
    impl Dashboard for Hidden {
        type Device = ();
        type Session = ();
        const CALLBACKS: Callbacks<Self> = callbacks![];

        fn layout(self) -> Element {
            place((self.drive, self.speed))
        }
    }
    let faults = Plan::of::<Hidden>().err().unwrap();
    assert!(faults[0].contains("more roles see `speed` than `drive`"), "{faults:?}");
}

#[test]
fn fault_a_component_without_properties_beside_a_gate_stops_the_page() {
    #[components]
    pub struct Ruled {
        pub drive: Lease,
        #[under(drive)]
        pub speed: Dial,
        pub rule: Rule,
    }
    impl Dashboard for Ruled {
        type Device = ();
        type Session = ();
        const CALLBACKS: Callbacks<Self> = callbacks![];

        fn layout(self) -> Element {
            place((self.drive, self.speed, self.rule))
        }
    }
    let plan = Plan::of::<Ruled>().unwrap().plan;
    let under: Vec<_> = plan.gates.iter().flat_map(|gate| &gate.components).copied().collect();
    assert_eq!(under, [plan.first_of(1)]);
}

#[test]
fn a_callback_with_rights_that_a_press_starts_is_a_fault() {
    #[components(role = Crew)]
    pub struct Bypass {
        pub stop: Halt,
        pub told: Label,
    }
    #[callback_shared(on = Bypass::stop.press, output = Bypass::told.text, needs = Crew::Chief)]
    fn tell() -> String {
        "pressed".to_owned()
    }
    impl Dashboard for Bypass {
        type Device = ();
        type Session = ();
        const CALLBACKS: Callbacks<Self> = callbacks![tell];

        fn stops(_: &()) -> Stops<Self> {
            Stops::new().on(Self::stop, || ())
        }

        fn layout(self) -> Element {
            place((self.stop, self.told))
        }
    }
    let faults = Plan::of::<Bypass>().err().unwrap();
    assert!(faults[0].contains("`tell` has `needs` or `under`"), "{faults:?}");
}

#[test]
fn the_program_itself_is_not_under_control() {
    let (mut sim, ..) = two();
    sim.push(changes![Rover::speed.value = 30.0]).unwrap();
    sim.finish_all();
    assert_eq!(moves(&sim), [1030.0]);
}

// ---- stop ----

#[test]
fn a_stop_acts_while_a_callback_hangs() {
    let (mut sim, ada, bob) = driving();
    sim.send(ada, Rover::speed.value, 10.0);
    assert_eq!(sim.running(), ["limit"]);
    // The device is lent, and its queue waits. Nobody has to be in control to press it.
    sim.click(bob, Rover::stop.press);
    assert_eq!((sim.stops.len(), stop_state(&sim)), (1, StopState::Stopping));
    sim.finish_stops();
    assert_eq!(stop_state(&sim), StopState::Stopped);
    sim.rest();
    assert_eq!(halts(&sim), 1);
    for at in [ada, bob] {
        assert_eq!((sim.shown(at, Rover::stop.by), sim.shown(at, Rover::stop.state)), (json!("bob"), json!("stopped")));
    }
}

#[test]
fn who_may_not_do_anything_else_may_stop() {
    let mut sim = rover();
    let gus = sim.join_as(User::new("gus", Crew::Guest));
    let number = sim.click(gus, Rover::stop.press);
    assert!(takes(&mut sim, gus, number));
    sim.finish_stops();
    assert_eq!(halts(&sim), 1);
    let number = sim.click(gus, Rover::stop.reset);
    assert!(refusal(&mut sim, gus, number).unwrap().contains("needs the role driver"));
    let view = sim.engine.view_for(&User::new("gus", Crew::Guest));
    let may = sim.prop_no(Rover::stop.may_reset);
    assert_eq!(sim.engine.plan().value_json(view, may, sim.engine.slot(may)).as_deref(), Some("false"));
    let component = sim.engine.plan().prop(sim.prop_no(Rover::stop.press)).component_no.place();
    assert_eq!(sim.engine.plan().locked(view, component), None, "it is not drawn as locked");
}

#[test]
fn a_stop_latches_until_it_is_reset() {
    let (mut sim, ada, _) = driving();
    sim.click(ada, Rover::stop.press);
    let number = sim.click(ada, Rover::stop.reset);
    assert!(refusal(&mut sim, ada, number).unwrap().contains("still stopping"));
    sim.finish_stops();
    let number = sim.send(ada, Rover::speed.value, 10.0);
    assert!(refusal(&mut sim, ada, number).unwrap().contains("stop was pressed"));
    sim.click(ada, Rover::stop.reset);
    let number = sim.send(ada, Rover::speed.value, 10.0);
    assert!(takes(&mut sim, ada, number));
    assert_eq!((moves(&sim), stop_state(&sim)), (vec![1010.0], StopState::Ready));
}

#[test]
fn a_stop_empties_the_queues_that_it_guards() {
    let (mut sim, ada, bob) = driving();
    sim.send(ada, Rover::speed.value, 10.0);
    let waits = sim.send(ada, Rover::speed.value, 20.0);
    let other = sim.send(bob, Rover::light.value, 5.0);
    sim.click(bob, Rover::stop.press);
    sim.finish_stops();
    assert!(refusal(&mut sim, ada, waits).unwrap().contains("stop was pressed by bob"));
    assert_eq!(moves(&sim), [1010.0]);
    assert!(takes(&mut sim, bob, other));
    let shown = sim.bad(ada, Rover::speed.value).unwrap();
    assert!(shown.contains("wanted 20") && shown.contains("stop was pressed"), "{shown}");
}

#[test]
fn a_stop_releases_what_somebody_holds() {
    let (mut sim, ada, bob) = driving();
    sim.send(ada, Rover::stick.value, 40.0);
    sim.finish_all();
    sim.click(bob, Rover::stop.press);
    sim.finish_all();
    sim.finish_stops();
    assert_eq!(moves(&sim), [40.0, 0.0]);
    let number = sim.send(ada, Rover::stick.value, 0.0);
    assert!(takes(&mut sim, ada, number), "to let go is always possible");
}

#[test]
fn a_stop_cancels_what_its_queues_have_started() {
    let (mut sim, ada, bob) = driving();
    sim.click(ada, Rover::go.click);
    assert_eq!(sim.running(), ["go"]);
    sim.click(bob, Rover::stop.press);
    sim.finish_stops();
    // The future was cancelled, so it ends.
    sim.rest();
    assert_eq!(sim.shown(ada, Rover::gone.text), "cancelled");
}

#[test]
fn a_press_is_never_too_old_too_many_or_too_late() {
    let limits = Limits { commands_per_second: 1, queue: 1, ..Limits::default() };
    let mut sim = Sim::with_limits::<Rover>(Motors::default(), limits);
    let ada = sim.join_as(driver("ada"));
    for _ in 0..20 {
        sim.send(ada, Rover::light.value, 5.0);
    }
    let prop = sim.no(Rover::stop.press);
    let number = sim.pages[ada].sent.keys().next_back().unwrap() + 1;
    sim.deliver(ada, &json!({ "n": number, "p": prop, "v": null, "a": 3_600_000 }).to_string());
    sim.finish_stops();
    assert_eq!(halts(&sim), 1);
    assert_eq!(refusal(&mut sim, ada, number), None);
    // Once it has stopped, presses count like all commands: nobody can flood the server with them.
    sim.deliver(ada, &json!({ "n": number + 1, "p": prop, "v": null }).to_string());
    assert_eq!(refusal(&mut sim, ada, number + 1).as_deref(), Some("more than 1 commands per second"));
}

#[test]
fn presses_while_the_function_runs_run_it_once_more() {
    let (mut sim, ada, bob) = driving();
    for at in [ada, bob, ada, bob, ada] {
        sim.click(at, Rover::stop.press);
    }
    assert_eq!(sim.stops.len(), 2);
    let second = sim.stops.pop();
    sim.finish_stops();
    assert_eq!(stop_state(&sim), StopState::Stopping, "it runs once more");
    sim.stops.extend(second);
    sim.finish_stops();
    assert_eq!((stop_state(&sim), halts(&sim)), (StopState::Stopped, 2));
    sim.click(bob, Rover::stop.press);
    sim.finish_stops();
    assert_eq!(halts(&sim), 3, "each press acts");
}

#[test]
fn a_stop_whose_function_fails_says_so_and_stays_closed() {
    let mut sim = Sim::new::<Rover>(Motors { jammed: true, ..Motors::default() });
    let ada = sim.join_as(driver("ada"));
    sim.click(ada, Rover::stop.press);
    sim.finish_stops();
    sim.rest();
    assert_eq!(sim.shown(ada, Rover::stop.state), "failed");
    assert_eq!(sim.shown(ada, Rover::stop.error), "the brake is jammed");
    assert!(sim.notices.iter().any(|notice| notice.contains("the brake is jammed")));
    let number = sim.click(ada, Rover::go.click);
    assert!(!takes(&mut sim, ada, number));
}

#[test]
fn the_program_presses_a_stop_too() {
    let (mut sim, ada, _) = driving();
    sim.fire(Whom::All, Rover::stop.press).unwrap();
    sim.finish_stops();
    sim.rest();
    assert_eq!((halts(&sim), sim.shown(ada, Rover::stop.by)), (1, json!("the program")));
}

#[test]
fn a_program_stops_over_http_without_control() {
    let (mut sim, ..) = driving();
    sim.ask((9, None, None), Rover::stop.press, json!(null)).unwrap();
    sim.finish_stops();
    assert_eq!(halts(&sim), 1);
}

#[test]
fn a_stop_trips_the_interlock_under_it() {
    let (mut sim, ada, bob) = driving();
    sim.click(bob, Rover::stop.press);
    sim.finish_stops();
    sim.rest();
    assert_eq!(armed_state(&sim), ArmedState::Tripped);
    assert_eq!(sim.shown(ada, Rover::armed.reason), "stop was pressed by bob");
    let number = sim.click(ada, Rover::armed.acknowledge);
    assert!(refusal(&mut sim, ada, number).unwrap().contains("stop was pressed"), "it cannot be armed meanwhile");
}

#[test]
fn a_stop_without_a_function_is_a_fault_at_the_start() {
    #[components]
    pub struct Bare {
        pub stop: Halt,
    }
    impl Dashboard for Bare {
        type Device = ();
        type Session = ();
        const CALLBACKS: Callbacks<Self> = callbacks![];

        fn layout(self) -> Element {
            place(self.stop)
        }
    }
    let plan = Plan::of::<Bare>().unwrap().plan;
    let faults = plan.functions_of_stops(Bare::stops(&()).into_functions()).unwrap_err();
    assert!(faults[0].contains("the stop `stop` stops nothing") && faults[0].contains("Bare::stop"), "{faults:?}");
    let twice = Stops::<Bare>::new().on(Bare::stop, || ()).on(Bare::stop, || ());
    assert!(plan.functions_of_stops(twice.into_functions()).unwrap_err()[0].contains("two functions"));
}

// ---- interlock ----

#[test]
fn what_is_under_an_interlock_is_refused_until_it_is_armed() {
    let (mut sim, ada, _) = two();
    sim.click(ada, Rover::drive.ask);
    let number = sim.send(ada, Rover::stick.value, 10.0);
    assert!(refusal(&mut sim, ada, number).unwrap().contains("armed is not armed"));
    sim.click(ada, Rover::armed.arm);
    let number = sim.send(ada, Rover::stick.value, 10.0);
    assert!(takes(&mut sim, ada, number));
    sim.rest();
    assert_eq!((sim.shown(ada, Rover::armed.state), sim.shown(ada, Rover::armed.by)), (json!("armed"), json!("ada")));
}

#[test]
fn it_can_not_be_armed_while_a_condition_is_not_met() {
    let (mut sim, ada, _) = two();
    sim.send(ada, Rover::charge.value, 10.0);
    sim.finish_all();
    let number = sim.click(ada, Rover::armed.arm);
    assert!(refusal(&mut sim, ada, number).unwrap().contains("not met: battery above 20 %"));
    sim.fire(Whom::All, Rover::armed.arm).unwrap();
    assert_eq!(armed_state(&sim), ArmedState::Disarmed, "not by the program either");
}

#[test]
fn a_condition_that_fails_trips_it_and_releases_what_is_held() {
    let (mut sim, ada, bob) = driving();
    sim.send(ada, Rover::stick.value, 40.0);
    sim.finish_all();
    sim.send(bob, Rover::charge.value, 10.0);
    sim.finish_all();
    assert_eq!((armed_state(&sim), moves(&sim)), (ArmedState::Tripped, vec![40.0, 0.0]));
    sim.rest();
    assert_eq!(sim.shown(bob, Rover::armed.reason), "battery above 20 %");
    // The condition is met again, and it stays tripped until somebody acknowledges.
    sim.send(bob, Rover::charge.value, 90.0);
    sim.finish_all();
    let number = sim.click(ada, Rover::armed.arm);
    assert!(refusal(&mut sim, ada, number).unwrap().contains("acknowledge that first"));
    sim.click(ada, Rover::armed.acknowledge);
    let number = sim.click(ada, Rover::armed.arm);
    assert!(takes(&mut sim, ada, number));
    assert_eq!(armed_state(&sim), ArmedState::Armed);
}

#[test]
fn fault_a_gate_that_closes_cancels_the_safe_value_that_waits() {
    let (mut sim, ada, bob) = driving();
    sim.send(ada, Rover::stick.value, 40.0);
    // The run with 40 goes on, and so does the one that finds out about the condition.
    sim.send(bob, Rover::charge.value, 10.0);
    sim.pass(300);
    sim.finish_all();
    assert_eq!((armed_state(&sim), moves(&sim)), (ArmedState::Tripped, vec![40.0, 0.0]));
}

/// An interlock whose conditions come from a device that can be slow or fail.
#[components]
pub struct Sensed {
    pub armed: Interlock,
    #[under(armed)]
    pub speed: Dial,
}

#[callback_shared(every = "1s", deadline = "2s", output = Sensed::armed.conditions)]
fn sense(fails: &mut bool) -> Result<Vec<Condition>, String> {
    if std::mem::take(fails) { Err("no answer".to_owned()) } else { Ok(vec![Condition::new("lid closed", true)]) }
}

impl Dashboard for Sensed {
    type Device = bool;
    type Session = ();
    const CALLBACKS: Callbacks<Self> = callbacks![sense];

    fn layout(self) -> Element {
        place((self.armed, self.speed))
    }
}

fn sensed_state(sim: &Sim) -> ArmedState {
    *sim.engine.slot(sim.prop_no(Sensed::armed.state)).value().unwrap().get::<ArmedState>().unwrap()
}

#[test]
fn conditions_that_are_not_known_yet_are_not_met() {
    let mut sim = Sim::unstarted::<Sensed>(false, Limits::default());
    sim.begin();
    let at = sim.join();
    // The first run of the source has not ended.
    let number = sim.click(at, Sensed::armed.arm);
    sim.poll(at);
    assert!(sim.pages[at].reason(number).unwrap().contains("not known yet"));
    sim.finish_all();
    sim.click(at, Sensed::armed.arm);
    assert_eq!(sensed_state(&sim), ArmedState::Armed);
}

#[test]
fn conditions_whose_source_fails_or_hangs_trip_it() {
    let mut sim = Sim::new::<Sensed>(false);
    let at = sim.join();
    sim.click(at, Sensed::armed.arm);
    sim.pass(1000);
    // The run hangs.
    assert_eq!(sim.running(), ["sense"]);
    sim.pass(1999);
    assert_eq!(sensed_state(&sim), ArmedState::Armed);
    sim.pass(10);
    assert_eq!(sensed_state(&sim), ArmedState::Tripped);
    sim.rest();
    let reason = sim.shown(at, Sensed::armed.reason);
    assert!(reason.as_str().unwrap().contains("not known"), "{reason}");

    let mut sim = Sim::new::<Sensed>(true);
    let at = sim.join();
    let number = sim.click(at, Sensed::armed.arm);
    assert!(refusal(&mut sim, at, number).unwrap().contains("not known: no answer"));
}

#[test]
fn who_disarms_it_releases_what_is_held() {
    let (mut sim, ada, bob) = driving();
    sim.send(ada, Rover::stick.value, 40.0);
    sim.finish_all();
    sim.click(bob, Rover::armed.disarm);
    sim.finish_all();
    assert_eq!((armed_state(&sim), moves(&sim)), (ArmedState::Disarmed, vec![40.0, 0.0]));
}

#[test]
fn a_callback_that_writes_the_state_of_a_gate_is_a_fault() {
    #[components]
    pub struct Forged {
        pub armed: Interlock,
        pub go: Button,
    }
    #[callback_shared(on = Forged::go.click, output = Forged::armed.state)]
    fn forge() -> ArmedState {
        ArmedState::Armed
    }
    impl Dashboard for Forged {
        type Device = ();
        type Session = ();
        const CALLBACKS: Callbacks<Self> = callbacks![forge];

        fn layout(self) -> Element {
            place((self.armed, self.go))
        }
    }
    let faults = Plan::of::<Forged>().err().unwrap();
    assert!(faults[0].contains("a callback writes `armed.state`"), "{faults:?}");
}

#[test]
fn a_layout_that_opens_a_gate_is_a_fault() {
    #[components]
    pub struct Open {
        pub armed: Interlock,
    }
    impl Dashboard for Open {
        type Device = ();
        type Session = ();
        const CALLBACKS: Callbacks<Self> = callbacks![];

        fn layout(self) -> Element {
            place(self.armed.state(ArmedState::Armed))
        }
    }
    let faults = Plan::of::<Open>().err().unwrap();
    assert!(faults[0].contains("`layout` sets `armed.state`"), "{faults:?}");
}

#[test]
fn a_value_that_the_program_pushes_on_a_gate_opens_nothing() {
    let (mut sim, ada, _) = two();
    sim.click(ada, Rover::drive.ask);
    let _ = sim.push(changes![Rover::armed.state = ArmedState::Armed]);
    sim.finish_all();
    let number = sim.send(ada, Rover::stick.value, 10.0);
    assert!(!takes(&mut sim, ada, number));
}

// ---- whatever happens ----

#[derive(Debug, Clone)]
enum Step {
    Ask(usize),
    Give(usize),
    Take,
    Stick(usize, f64, u64),
    Speed(usize, u64),
    Cut(usize),
    Back(usize),
    Bye(usize),
    Hide(usize),
    Press(usize),
    Reset(usize),
    Arm(usize),
    Disarm(usize),
    Acknowledge(usize),
    Charge(f64),
    Pass(u64),
    Finish,
    FinishStops,
}

fn steps() -> impl Strategy<Value = Vec<Step>> {
    let page = 0..3_usize;
    let of = |step: fn(usize) -> Step| page.clone().prop_map(step);
    prop::collection::vec(
        prop_oneof![
            4 => of(Step::Ask),
            2 => of(Step::Give),
            1 => Just(Step::Take),
            6 => (page.clone(), prop_oneof![Just(0.0), Just(10.0)], 0..400_u64).prop_map(|(page, to, age)| Step::Stick(page, to, age)),
            4 => (page.clone(), 0..6000_u64).prop_map(|(page, age)| Step::Speed(page, age)),
            1 => of(Step::Cut),
            2 => of(Step::Back),
            1 => of(Step::Bye),
            1 => of(Step::Hide),
            1 => of(Step::Press),
            2 => of(Step::Reset),
            3 => of(Step::Arm),
            1 => of(Step::Disarm),
            2 => of(Step::Acknowledge),
            1 => prop_oneof![Just(10.0), Just(90.0)].prop_map(Step::Charge),
            4 => (1..400_u64).prop_map(Step::Pass),
            1 => (4000..130_000_u64).prop_map(Step::Pass),
            4 => Just(Step::Finish),
            2 => Just(Step::FinishStops),
        ],
        1..100,
    )
}

/// Sends a command that is `age` milliseconds old. Returns its number, if the page has a socket.
fn send<T, K>(
    sim: &mut Sim,
    at: At,
    prop: crate::prop::Prop<T, K>,
    value: impl Into<serde_json::Value>,
    age: u64,
) -> Option<u64> {
    let prop = sim.no(prop);
    sim.pages[at].socket?;
    let number = sim.pages[at].sent.keys().next_back().map_or(1, |last| last + 1);
    let text = json!({ "n": number, "p": prop, "v": value.into(), "a": age }).to_string();
    sim.pages[at].sent.insert(number, text.clone());
    sim.deliver(at, &text);
    Some(number)
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(400))]

    /// Whatever happens: a page says that it is in control only if it is, at most one does, what was made before the
    /// grant or without control is refused, nothing moves while it is stopped or not armed, and the stick is at its safe
    /// value after the deadline.
    #[test]
    fn however_they_interleave_only_who_may_moves_it(steps in steps()) {
        let mut sim = rover();
        let names = ["ada", "bob", "eve"];
        let pages = [sim.join_as(driver("ada")), sim.join_as(driver("bob")), sim.join_as(User::new("eve", Crew::Chief))];
        // When the present holder got control.
        let (mut since, mut last) = (Duration::ZERO, String::new());
        for step in steps {
            match step {
                Step::Ask(page) => _ = send(&mut sim, pages[page], Rover::drive.ask, (), 0),
                Step::Give(page) => _ = send(&mut sim, pages[page], Rover::drive.give, (), 0),
                Step::Take => _ = send(&mut sim, pages[2], Rover::drive.take, (), 0),
                Step::Stick(page, to, age) => {
                    // Timers that are due come first.
                    sim.pass(0);
                    let before = holder(&sim);
                    let (stopped, armed) = (stop_state(&sim) != StopState::Ready, armed_state(&sim) == ArmedState::Armed);
                    let number = send(&mut sim, pages[page], Rover::stick.value, to, age);
                    if let Some(number) = number && to != 0.0 {
                        sim.poll(pages[page]);
                        let may = before == names[page] && !stopped && armed && sim.now.saturating_sub(Duration::from_millis(age)) >= since;
                        let taken = sim.pages[pages[page]].refusal(number).is_none();
                        prop_assert!(may || !taken, "taken, although {before} was in control, stopped {stopped}, armed {armed}");
                    }
                }
                Step::Speed(page, age) => {
                    sim.pass(0);
                    let before = holder(&sim);
                    let stopped = stop_state(&sim) != StopState::Ready;
                    if let Some(number) = send(&mut sim, pages[page], Rover::speed.value, 50.0, age) {
                        sim.poll(pages[page]);
                        let may = before == names[page] && !stopped && sim.now.saturating_sub(Duration::from_millis(age)) >= since;
                        let taken = sim.pages[pages[page]].refusal(number).is_none();
                        prop_assert!(may || !taken, "taken, although {before} was in control, stopped {stopped}");
                    }
                }
                Step::Cut(page) => if sim.pages[pages[page]].socket.is_some() { sim.cut(pages[page]) },
                Step::Back(page) => if sim.pages[pages[page]].socket.is_none() {
                    sim.connect(pages[page]);
                },
                Step::Bye(page) => if sim.pages[pages[page]].socket.is_some() { sim.close(pages[page]) },
                Step::Hide(page) => if sim.pages[pages[page]].socket.is_some() {
                    sim.deliver(pages[page], r#"{"t":"view","hidden":true}"#);
                    sim.deliver(pages[page], r#"{"t":"view","hidden":false}"#);
                },
                Step::Press(page) => if send(&mut sim, pages[page], Rover::stop.press, (), 0).is_some() {
                    prop_assert!(stop_state(&sim) != StopState::Ready);
                    let value = *sim.engine.slot(sim.prop_no(Rover::stick.value)).value().unwrap().get::<f64>().unwrap();
                    prop_assert_eq!(value, 0.0, "the stick is released at once");
                },
                Step::Reset(page) => _ = send(&mut sim, pages[page], Rover::stop.reset, (), 0),
                Step::Arm(page) => _ = send(&mut sim, pages[page], Rover::armed.arm, (), 0),
                Step::Disarm(page) => _ = send(&mut sim, pages[page], Rover::armed.disarm, (), 0),
                Step::Acknowledge(page) => _ = send(&mut sim, pages[page], Rover::armed.acknowledge, (), 0),
                Step::Charge(to) => _ = sim.push(changes![Rover::charge.value = to]),
                Step::Pass(millis) => {
                    let until = sim.now + Duration::from_millis(millis);
                    while let Some(due) = sim.engine.next_timeout().filter(|due| *due <= until) {
                        sim.now = sim.now.max(due);
                        sim.with(|engine, now, fx| engine.timeout(now, fx));
                        if holder(&sim) != last {
                            (last, since) = (holder(&sim), sim.now);
                        }
                    }
                    sim.now = until;
                }
                Step::Finish => sim.finish_all(),
                Step::FinishStops => sim.finish_stops(),
            }
            if holder(&sim) != last {
                (last, since) = (holder(&sim), sim.now);
            }
            let claims = pages.iter().filter(|at| {
                let own = sim.engine.seen_by(sim.pages[**at].id, sim.prop_no(Rover::drive.mine)).json(None);
                own == "\"holds\""
            });
            let claims: Vec<_> = claims.collect();
            prop_assert!(claims.len() <= 1);
            prop_assert_eq!(claims.is_empty(), last.is_empty());
            let value = *sim.engine.slot(sim.prop_no(Rover::stick.value)).value().unwrap().get::<f64>().unwrap();
            prop_assert!(value == 0.0 || (!last.is_empty() && stop_state(&sim) == StopState::Ready && armed_state(&sim) == ArmedState::Armed));
        }
        sim.pass(300);
        sim.finish_all();
        let value = *sim.engine.slot(sim.prop_no(Rover::stick.value)).value().unwrap().get::<f64>().unwrap();
        prop_assert_eq!(value, 0.0);
        let last = sim.device::<Motors>().moves.iter().rfind(|moved| **moved < 1000.0);
        prop_assert!(last.is_none_or(|last| *last == 0.0), "the device has {last:?}");
    }
}
