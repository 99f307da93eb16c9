//! Faults that held controls had: a value that stayed in effect, or a stop that came late or not at all.

use std::time::Duration;

use dash_macros::{bindings, callback, callback_shared, callbacks, changes, components};
use serde_json::json;

use super::{
    bench::{Did, Rig},
    parts::{Button, Grip, Label, place},
    sim::{At, Sim},
};
use crate::{
    binding::Bindings, callback::Callbacks, dashboard::Dashboard, element::Element, prop::Prop,
    protocol::limits::Limits,
};

#[components]
pub struct Site {
    pub drive: Grip,
    /// Its deadline is long.
    pub lift: Grip,
    /// The same property as `drive.value`.
    pub remote: Grip,
    /// Its callback skips what comes while it is busy.
    pub turn: Grip,
    #[private]
    pub own: Grip,
    /// A callback writes it too.
    pub winch: Grip,
    pub stop: Button,
    pub job: Button,
    pub shown: Label,
    pub mine: Label,
}

#[callback_shared(output = Site::shown.text)]
fn drive(rig: &mut Rig, #[input(Site::drive.value)] speed: f64) -> String {
    rig.did.push(Did::Move(speed));
    speed.to_string()
}

#[callback_shared(queue = skip)]
fn turn(#[input(Site::turn.value)] angle: f64) {
    let _ = angle;
}

#[callback_shared(on = Site::job.click, queue = all)]
fn job(rig: &mut Rig) {
    rig.did.push(Did::Look(1.0));
}

#[callback_shared(on = Site::stop.click, output = Site::winch.value)]
fn stop() -> f64 {
    0.0
}

/// Each client has a value of its own, and all of them move the one device.
#[callback(output = Site::mine.text)]
fn own(rig: &mut Rig, #[input(Site::own.value)] speed: f64) -> String {
    rig.did.push(Did::Go(speed, 0.0));
    speed.to_string()
}

impl Dashboard for Site {
    type Device = Rig;
    type Session = ();
    const CALLBACKS: Callbacks<Self> = callbacks![drive, turn, job, stop, own];
    const BINDINGS: Bindings<Self> = bindings![bind(Site::drive.value, Site::remote.value)];

    fn layout(self) -> Element {
        let lift = self.lift.deadline(10.0);
        place((
            self.drive,
            lift,
            self.remote,
            self.turn.deadline(10.0),
            self.own,
            self.job,
            Element::of((self.winch, self.stop, self.shown, self.mine)),
        ))
    }
}

fn site() -> Sim {
    site_with(|_| {})
}

fn site_with(change: impl FnOnce(&mut Limits)) -> Sim {
    let mut limits = Limits::default();
    change(&mut limits);
    Sim::with_limits::<Site>(Rig::default(), limits)
}

fn value<K>(sim: &Sim, prop: Prop<f64, K>) -> f64 {
    *sim.engine.slot(sim.prop_no(prop)).value().unwrap().get::<f64>().unwrap()
}

fn speed(sim: &Sim) -> f64 {
    value(sim, Site::drive.value)
}

/// The value that this page has for itself.
fn own_speed(sim: &Sim, at: At) -> f64 {
    let prop = sim.prop_no(Site::own.value);
    *sim.engine.seen_by(sim.pages[at].id, prop).value().unwrap().get::<f64>().unwrap()
}

/// Time passes, and the page echoes each beat at once, for the property with this number.
fn hold_for(sim: &mut Sim, at: At, prop: usize, millis: u64) {
    for _ in 0..millis / 20 {
        sim.pass(20);
        while sim.poll(at) {}
        let texts = std::mem::take(&mut sim.pages[at].texts);
        let beat = texts.rsplit_once("\"b\":[").and_then(|(_, rest)| rest.split_once(']')?.0.parse::<u64>().ok());
        if let Some(beat) = beat {
            sim.deliver(at, &json!({ "t": "held", "beat": beat, "held": [prop] }).to_string());
        }
        sim.finish_all();
    }
}

fn refusal(sim: &mut Sim, at: At, number: u64) -> Option<String> {
    while sim.poll(at) {}
    sim.pages[at].refusal(number).map(str::to_owned)
}

#[test]
fn fault_a_value_of_one_clients_own_stayed_because_another_client_let_go() {
    let mut sim = site();
    let (one, other) = (sim.join(), sim.join());
    sim.send(one, Site::own.value, 40.0);
    sim.send(other, Site::own.value, 0.0);
    sim.finish_all();
    sim.pass(1000);
    sim.finish_all();
    assert_eq!(own_speed(&sim, one), 0.0);
    assert_eq!(sim.device::<Rig>().gos().last(), Some(&(0.0, 0.0)));
}

#[test]
fn fault_a_client_could_not_hold_its_own_value_while_another_one_held_another() {
    let mut sim = site();
    let (one, other) = (sim.join(), sim.join());
    sim.send(one, Site::own.value, 40.0);
    let taken = sim.send(other, Site::own.value, 50.0);
    sim.finish_all();
    assert_eq!(refusal(&mut sim, other, taken), None);
    assert_eq!((own_speed(&sim, one), own_speed(&sim, other)), (40.0, 50.0));
    sim.cut(one);
    sim.finish_all();
    assert_eq!((own_speed(&sim, one), own_speed(&sim, other)), (0.0, 50.0));
    sim.pass(300);
    assert_eq!(own_speed(&sim, other), 0.0);
}

#[test]
fn fault_a_short_deadline_got_no_beat_while_a_control_with_a_long_one_was_held() {
    let mut sim = site();
    let (one, other) = (sim.join(), sim.join());
    sim.send(other, Site::lift.value, 1.0);
    sim.pass(50);
    sim.send(one, Site::drive.value, 40.0);
    sim.finish_all();
    let prop = sim.no(Site::drive.value);
    hold_for(&mut sim, one, prop, 1000);
    assert_eq!(speed(&sim), 40.0);
}

#[test]
fn fault_what_one_client_stopped_went_on_with_the_next_move_of_the_holder() {
    let mut sim = site();
    let (holder, other) = (sim.join(), sim.join());
    sim.send(holder, Site::drive.value, 40.0);
    sim.finish_all();
    sim.send(other, Site::drive.value, 0.0);
    // It was on its way.
    let late = sim.send(holder, Site::drive.value, 41.0);
    sim.finish_all();
    assert_eq!(speed(&sim), 0.0);
    assert_eq!(refusal(&mut sim, holder, late).as_deref(), Some("released"));
    sim.send(holder, Site::drive.value, 0.0);
    sim.send(holder, Site::drive.value, 42.0);
    sim.finish_all();
    assert_eq!(speed(&sim), 42.0);
}

#[test]
fn fault_what_the_program_stopped_went_on_with_the_next_move_of_the_holder() {
    let mut sim = site();
    let holder = sim.join();
    sim.finish_all();
    sim.send(holder, Site::drive.value, 40.0);
    assert_eq!(sim.running(), ["drive"]);
    let waits = sim.send(holder, Site::drive.value, 41.0);
    sim.push(changes![Site::drive.value = 0.0]).unwrap();
    let late = sim.send(holder, Site::drive.value, 42.0);
    sim.finish_all();
    assert_eq!((speed(&sim), sim.device::<Rig>().moves().last()), (0.0, Some(&0.0)));
    assert_eq!(refusal(&mut sim, holder, waits), None);
    assert_eq!(refusal(&mut sim, holder, late).as_deref(), Some("released"));
}

#[test]
fn fault_what_a_callback_stopped_went_on_with_the_next_move_of_the_holder() {
    let mut sim = site();
    let holder = sim.join();
    sim.send(holder, Site::winch.value, 40.0);
    sim.finish_all();
    sim.click(holder, Site::stop.click);
    let waits = sim.send(holder, Site::winch.value, 41.0);
    sim.finish_all();
    let late = sim.send(holder, Site::winch.value, 42.0);
    sim.finish_all();
    assert_eq!(value(&sim, Site::winch.value), 0.0);
    assert_eq!(refusal(&mut sim, holder, waits), None);
    assert_eq!(refusal(&mut sim, holder, late).as_deref(), Some("released"));
}

#[test]
fn fault_a_stop_waited_behind_what_others_had_sent_to_a_busy_device() {
    let mut sim = site();
    let (holder, other) = (sim.join(), sim.join());
    sim.finish_all();
    sim.send(holder, Site::drive.value, 40.0);
    assert_eq!(sim.running(), ["drive"]);
    for _ in 0..3 {
        sim.click(other, Site::job.click);
    }
    sim.cut(holder);
    sim.finish_all();
    let did = &sim.device::<Rig>().did;
    let moved = did.iter().position(|did| *did == Did::Move(40.0)).unwrap();
    assert_eq!(did[moved + 1], Did::Move(0.0), "{did:?}");
    assert_eq!(did.iter().filter(|did| **did == Did::Look(1.0)).count(), 3);
}

#[test]
fn fault_who_let_go_was_refused_because_the_queue_was_full() {
    let mut sim = site_with(|limits| limits.queue = 2);
    let (holder, other) = (sim.join(), sim.join());
    sim.finish_all();
    sim.send(holder, Site::drive.value, 40.0);
    for _ in 0..4 {
        sim.click(other, Site::job.click);
    }
    let released = sim.send(holder, Site::drive.value, 0.0);
    assert_eq!(speed(&sim), 0.0);
    sim.finish_all();
    assert_eq!(refusal(&mut sim, holder, released), None);
}

#[test]
fn fault_who_let_go_was_refused_because_the_callback_skips_what_comes_while_it_is_busy() {
    let mut sim = site();
    let holder = sim.join();
    sim.finish_all();
    sim.send(holder, Site::turn.value, 40.0);
    assert_eq!(sim.running(), ["turn"]);
    let released = sim.send(holder, Site::turn.value, 0.0);
    assert_eq!(value(&sim, Site::turn.value), 0.0);
    sim.finish_all();
    assert_eq!(refusal(&mut sim, holder, released), None);
}

#[test]
fn fault_who_let_go_of_a_control_that_was_disabled_meanwhile_was_refused() {
    let mut sim = site();
    let holder = sim.join();
    sim.send(holder, Site::lift.value, 40.0);
    sim.push(changes![Site::lift.disabled = true]).unwrap();
    let released = sim.send(holder, Site::lift.value, 0.0);
    assert_eq!(refusal(&mut sim, holder, released), None);
    assert_eq!(value(&sim, Site::lift.value), 0.0);
    let refused = sim.send(holder, Site::lift.value, 1.0);
    assert_eq!(refusal(&mut sim, holder, refused).as_deref(), Some("disabled"));
}

#[test]
fn fault_an_echo_under_another_name_of_the_property_proved_nothing() {
    let mut sim = site();
    let holder = sim.join();
    sim.send(holder, Site::remote.value, 40.0);
    sim.finish_all();
    let prop = sim.no(Site::remote.value);
    hold_for(&mut sim, holder, prop, 1000);
    assert_eq!(speed(&sim), 40.0);
}

#[test]
fn fault_each_program_that_came_once_was_remembered_for_ever() {
    let mut sim = site_with(|limits| limits.callers = 4);
    for address in 0..50 {
        sim.ask((address, None, None), Site::drive.value, 40.0).unwrap();
        sim.pass(400);
        sim.finish_all();
    }
    assert!(sim.engine.released() <= 5, "{}", sim.engine.released());
}

#[test]
fn fault_a_stop_was_lost_because_its_client_was_forgotten_while_the_device_was_busy() {
    let mut sim = site_with(|limits| limits.detached_clients = 0);
    let holder = sim.join();
    sim.finish_all();
    sim.send(holder, Site::own.value, 40.0);
    assert_eq!(sim.running(), ["own"]);
    sim.cut(holder);
    sim.finish_all();
    assert_eq!(sim.device::<Rig>().gos().last(), Some(&(0.0, 0.0)));
    assert!(sim.engine.is_idle());
    let known = sim.engine.knows(sim.pages[holder].id);
    assert!(!known && sim.engine.roster.ids().next().is_none(), "the client is still there");
}

#[test]
fn fault_a_request_after_a_stall_found_the_control_still_held() {
    let mut sim = site();
    let page = sim.join();
    let session = sim.pages[page].session.clone();
    sim.ask((1, None, None), Site::drive.value, 40.0).unwrap();
    sim.ask_page(page, Site::lift.value, 40.0);
    sim.finish_all();
    // The process stands still: its timers are late.
    sim.now += Duration::from_secs(11);
    assert_eq!(sim.ask((1, None, None), Site::drive.value, 41.0).unwrap_err().kind(), "released");
    assert_eq!(sim.ask((2, Some(&session), None), Site::lift.value, 41.0).unwrap_err().kind(), "released");
    assert_eq!((speed(&sim), value(&sim, Site::lift.value)), (0.0, 0.0));
}

/// Two motors for one stick. One of them can refuse.
mod pair {
    use super::*;

    #[components]
    pub struct Pair {
        pub drive: Grip,
        pub stuck: super::super::parts::Dial,
    }

    #[callback_shared(refused = revert)]
    fn left(#[input(Pair::drive.value)] speed: f64, #[state(Pair::stuck.value)] stuck: f64) -> Result<(), String> {
        if stuck > 0.0 && speed == 0.0 { Err("stuck".to_owned()) } else { Ok(()) }
    }

    #[callback_shared]
    fn right(rig: &mut Rig, #[input(Pair::drive.value)] speed: f64) {
        rig.did.push(Did::Move(speed));
    }

    impl Dashboard for Pair {
        type Device = Rig;
        type Session = ();
        const CALLBACKS: Callbacks<Self> = callbacks![left, right];

        fn layout(self) -> Element {
            place((self.drive, self.stuck))
        }
    }

    #[test]
    fn fault_a_stop_that_one_motor_refused_started_the_other_one_again() {
        let mut sim = Sim::new::<Pair>(Rig::default());
        let at = sim.join();
        sim.send(at, Pair::drive.value, 40.0);
        sim.finish_all();
        sim.send(at, Pair::stuck.value, 1.0);
        sim.cut(at);
        sim.finish_all();
        sim.pass(1000);
        sim.finish_all();
        assert_eq!(sim.device::<Rig>().moves().last(), Some(&0.0));
        assert_eq!(value(&sim, Pair::drive.value), 0.0);
    }
}

#[test]
fn fault_minus_zero_was_not_the_safe_value_of_a_held_control() {
    let mut sim = site();
    let page = sim.join();
    sim.send(page, Site::drive.value, 40.0);
    sim.finish_all();
    sim.pass(1000);
    sim.finish_all();
    assert_eq!(speed(&sim), 0.0);
    // It was released, so it must be let go first.
    let let_go = sim.send(page, Site::drive.value, -0.0);
    let again = sim.send(page, Site::drive.value, 30.0);
    sim.finish_all();
    assert_eq!((refusal(&mut sim, page, let_go), refusal(&mut sim, page, again)), (None, None));
    assert_eq!(speed(&sim), 30.0);
}
