//! Faults of rights and held controls that were known for some time, and what was decided about them.

use dash_macros::{Role, callback_shared, callbacks, components};
use serde_json::json;

use super::{
    bench::{Did, Rig},
    parts::{Button, Grip, Knob, Label, place},
    sim::Sim,
};
use crate::{
    callback::{Callbacks, task::Cancellation},
    dashboard::Dashboard,
    element::Element,
    engine::{batch::NotTaken, requests::Asking},
    protocol::{client::Refusal, limits::Limits},
    rights::User,
};

#[derive(Debug, Clone, Copy, PartialEq, Role)]
pub enum Hand {
    Guest,
    Admin,
}

#[components(role = Hand)]
pub struct Dock {
    pub begin: Button,
    pub end: Button,
    pub moved: Label,
    pub drive: Grip,
    pub speed: Knob,
}

#[callback_shared(on = Dock::begin.click, cancel = Dock::end.click, output = Dock::moved.text, needs = Hand::Admin)]
async fn travel(stop: Cancellation) -> String {
    stop.cancelled().await;
    "stopped".to_owned()
}

#[callback_shared]
fn drive(rig: &mut Rig, #[input(Dock::drive.value)] speed: f64) {
    rig.did.push(Did::Move(speed));
}

#[callback_shared]
fn spin(rig: &mut Rig, #[input(Dock::speed.value)] speed: f64) {
    rig.did.push(Did::Look(speed));
}

impl Dashboard for Dock {
    type Device = Rig;
    type Session = ();
    const CALLBACKS: Callbacks<Self> = callbacks![travel, drive, spin];

    fn layout(self) -> Element {
        place((self.begin, self.end, self.moved, self.drive, self.speed))
    }
}

fn dock(limits: Limits) -> Sim {
    Sim::with_limits::<Dock>(Rig::default(), limits)
}

#[test]
fn fault_an_event_that_only_cancels_a_callback_did_not_need_its_role() {
    let mut sim = dock(Limits::default());
    let guest = User::new("gus", Hand::Guest);
    for name in ["begin.click", "end.click"] {
        let asking = Asking { user: Some(&guest), ..Asking::default() };
        let Err(NotTaken::Items(items)) = sim.ask_all(asking, &[(name, json!(null))]) else {
            panic!("{name} was taken")
        };
        assert!(matches!(items[..], [(0, Refusal::Role { role: "admin", .. })]), "{items:?}");
    }
}

/// Fills the queue of the device with values that do not merge, while a run of it goes on.
fn fill(sim: &mut Sim, limit: usize) {
    sim.ask((9, None, None), Dock::speed.value, 1.0).unwrap();
    assert!(!sim.running().is_empty());
    for round in 0..limit {
        sim.ask((10 + round as u8, None, None), Dock::speed.value, 2.0 + round as f64).unwrap();
    }
    let full = sim.ask((200, None, None), Dock::speed.value, 99.0);
    assert!(matches!(full, Err(Refusal::Busy(_))), "{full:?}");
}

fn moves(sim: &Sim) -> Vec<f64> {
    sim.device::<Rig>().moves()
}

#[test]
fn fault_a_batch_with_a_safe_value_was_refused_because_the_queue_was_full() {
    let limits = Limits { queue: 3, ..Limits::default() };
    let mut sim = dock(limits);
    sim.ask_all(Asking::default(), &[("drive.value", json!(40.0))]).unwrap();
    sim.finish_all();
    assert_eq!(moves(&sim).last(), Some(&40.0));
    fill(&mut sim, 3);
    sim.ask_all(Asking::default(), &[("drive.value", json!(0.0))]).unwrap();
    sim.finish_all();
    assert_eq!(moves(&sim).last(), Some(&0.0));
    // It counts as let go.
    sim.ask_all(Asking::default(), &[("drive.value", json!(40.0))]).unwrap();
}

#[test]
fn fault_a_safe_value_was_not_set_because_the_rest_of_its_batch_was_refused() {
    let mut sim = dock(Limits { queue: 3, ..Limits::default() });
    sim.ask_all(Asking::default(), &[("drive.value", json!(40.0))]).unwrap();
    sim.finish_all();
    fill(&mut sim, 3);
    let both = [("speed.value", json!(5.0)), ("drive.value", json!(0.0))];
    let Err(NotTaken::Items(items)) = sim.ask_all(Asking::default(), &both) else { panic!("the queue is full") };
    assert!(items.iter().any(|(at, _)| *at == 0), "{items:?}");
    sim.finish_all();
    assert_eq!(moves(&sim).last(), Some(&0.0));
    let speed = sim.engine.slot(sim.prop_no(Dock::speed.value)).value().unwrap().json().to_owned();
    assert_ne!(speed, "5.0", "nothing else of the batch has happened");
}

/// Decided: everybody sees a value that is in effect, so the device gets it. Otherwise all pages would show what the
/// device does not have. An event of a page is dropped, since nobody sees it.
#[cfg(feature = "users")]
#[test]
fn a_value_that_waits_when_its_sender_logs_out_reaches_the_device() {
    let mut sim = dock(Limits::default());
    let (ada, other) = (sim.join_as(User::new("ada", Hand::Admin)), sim.join_as(User::new("eve", Hand::Admin)));
    sim.send(other, Dock::speed.value, 1.0);
    sim.send(ada, Dock::speed.value, 2.0);
    assert_eq!(sim.running(), ["spin"]);
    sim.with(|engine, now, fx| engine.log_out(now, |client| client.user().name() != "ada", fx));
    sim.finish_all();
    let looked = sim.device::<Rig>().did.last().copied();
    assert_eq!(looked, Some(Did::Look(2.0)));
    while sim.poll(other) {}
    assert_eq!(sim.shown(other, Dock::speed.value), json!(2.0));
}
