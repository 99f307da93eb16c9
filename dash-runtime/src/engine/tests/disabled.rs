//! A component whose `disabled` is true is refused by the server, whichever way a change comes in: the script of a page is
//! asked by nobody.

use std::net::IpAddr;

use dash_macros::{Component, bindings, callback_shared, callbacks, changes, components};
use serde_json::{Value as Json, json};

use super::{
    parts::{Grip, Knob, Label, place},
    sim::{At, Sim},
};
use crate::{
    binding::Bindings,
    callback::Callbacks,
    component::prelude::*,
    dashboard::Dashboard,
    element::Element,
    engine::{batch::NotTaken, requests::Asking},
    prop::Prop,
    protocol::{client::Refusal, server::Outcome},
    rows::Many,
};

/// An event of a person, unless it is disabled.
#[derive(Component)]
#[component(tag = "t-trigger", script = "parts.rs")]
pub struct Trigger {
    id: ComponentId,
    #[prop(event)]
    click: Event<()>,
    disabled: bool,
}

impl Render for Trigger {
    fn render(&self, _: &mut Html) {}
}

#[components]
pub struct Cell {
    pub knob: Knob,
    pub shoot: Trigger,
}

#[components]
pub struct Bay {
    pub speed: Knob,
    pub shoot: Trigger,
    pub lift: Grip,
    /// The same number as `speed`, at another place of the page.
    pub twin: Knob,
    #[private]
    pub own: Knob,
    pub cells: Many<u32, Cell>,
    pub shots: Label,
}

#[callback_shared(on = Bay::shoot.click, output = Bay::shots.text)]
fn shoot(count: &mut u32) -> String {
    *count += 1;
    count.to_string()
}

#[callback_shared(on = Bay::cells[key].shoot.click)]
fn shoot_of(count: &mut u32, #[key] key: u32) {
    *count += key;
}

impl Dashboard for Bay {
    type Device = u32;
    type Session = ();
    const CALLBACKS: Callbacks<Self> = callbacks![shoot, shoot_of];
    const BINDINGS: Bindings<Self> = bindings![bind(Bay::speed.value, Bay::twin.value)];

    fn layout(self) -> Element {
        let cells = self.cells.rows([1, 2]).each(|_, cell| place((cell.knob, cell.shoot)));
        place((self.speed, self.shoot, self.lift.deadline(1.0), self.twin, self.own, cells, self.shots))
    }
}

/// A page of a bay in which everything in sight is disabled, and the cell 1.
fn disabled() -> (Sim, At) {
    let mut sim = Sim::new::<Bay>(0);
    let at = sim.join();
    sim.rest();
    sim.push(changes![Bay::speed.disabled = true, Bay::shoot.disabled = true, Bay::lift.disabled = true]).unwrap();
    sim.push(changes![Bay::own.disabled = true]).unwrap();
    sim.push(changes![Bay::cells.row(1).knob.disabled = true, Bay::cells.row(1).shoot.disabled = true]).unwrap();
    sim.rest();
    sim.poll(at);
    (sim, at)
}

fn refusal(sim: &mut Sim, at: At, number: u64) -> Option<String> {
    sim.rest();
    while sim.poll(at) {}
    sim.pages[at].refusal(number).map(str::to_owned)
}

/// Sends it in each way that there is for one command, and says what each was told. `None`: it was taken.
fn every_way<T, K>(sim: &mut Sim, at: At, (prop, name): (Prop<T, K>, &str), value: &Json) -> Vec<Option<String>> {
    let page = sim.pages[at].session.clone();
    let number = sim.send(at, prop, value.clone());
    let socket = refusal(sim, at, number);
    let asked = sim.ask_page(at, prop, value.clone());
    sim.rest();
    let by_request = match &sim.answered[&asked.request] {
        Outcome::Refused(refusal) => Some(refusal.kind().to_owned()),
        _ => None,
    };
    let kind = |asked: Result<_, Refusal>| asked.err().map(|refusal| refusal.kind().to_owned());
    let program = kind(sim.ask((1, None, None), prop, value.clone()));
    let for_page = kind(sim.ask((2, Some(&page), None), prop, value.clone()));
    let mut batch = |session: Option<&str>, address: u8| {
        let asking = Asking { session, address: Some(IpAddr::from([127, 0, 0, address])), ..Asking::default() };
        match sim.ask_all(asking, &[(name, value.clone())]) {
            Err(NotTaken::Items(items)) => Some(items[0].1.kind().to_owned()),
            Err(NotTaken::Whole(refusal)) => Some(refusal.kind().to_owned()),
            Ok(_) => None,
        }
    };
    let (batch_of_program, batch_of_page) = (batch(None, 3), batch(Some(&page), 4));
    sim.rest();
    vec![socket, by_request, program, for_page, batch_of_program, batch_of_page]
}

fn all_refused(told: &[Option<String>]) -> bool {
    told.iter().all(|why| why.as_deref() == Some("disabled"))
}

#[test]
fn fault_a_disabled_control_was_set_by_a_way_that_passes_the_browser() {
    let (mut sim, at) = disabled();
    let told = every_way(&mut sim, at, (Bay::speed.value, "speed.value"), &json!(9.0));
    assert!(all_refused(&told), "a state: {told:?}");
    let told = every_way(&mut sim, at, (Bay::shoot.click, "shoot.click"), &Json::Null);
    assert!(all_refused(&told), "an event: {told:?}");
    let told = every_way(&mut sim, at, (Bay::lift.value, "lift.value"), &json!(9.0));
    assert!(all_refused(&told), "a held control: {told:?}");
    let told = every_way(&mut sim, at, (Bay::cells.row(1).knob.value, "cells[1].knob.value"), &json!(9.0));
    assert!(all_refused(&told), "a state in a row: {told:?}");
    let told = every_way(&mut sim, at, (Bay::cells.row(1).shoot.click, "cells[1].shoot.click"), &Json::Null);
    assert!(all_refused(&told), "an event in a row: {told:?}");
    assert_eq!(*sim.device::<u32>(), 0, "nothing reached the device");

    // Only there: the twin of the same number, and the cell beside it.
    let told = every_way(&mut sim, at, (Bay::twin.value, "twin.value"), &json!(7.0));
    assert_eq!(told, vec![None; 6], "another place of the same number");
    let told = every_way(&mut sim, at, (Bay::cells.row(2).knob.value, "cells[2].knob.value"), &json!(9.0));
    assert_eq!(told, vec![None; 6], "another row");
    let told = every_way(&mut sim, at, (Bay::cells.row(2).shoot.click, "cells[2].shoot.click"), &Json::Null);
    assert_eq!((told, *sim.device::<u32>()), (vec![None; 6], 12), "another row");

    // And each way works as soon as it is enabled, so that what was refused above was refused for this reason.
    sim.push(changes![Bay::speed.disabled = false, Bay::shoot.disabled = false]).unwrap();
    assert_eq!(every_way(&mut sim, at, (Bay::speed.value, "speed.value"), &json!(9.0)), vec![None; 6]);
    assert_eq!(every_way(&mut sim, at, (Bay::shoot.click, "shoot.click"), &Json::Null), vec![None; 6]);
    assert_eq!(*sim.device::<u32>(), 18);
}

#[test]
fn a_control_that_is_disabled_for_one_page_is_refused_for_that_page_alone() {
    let (mut sim, at) = disabled();
    sim.push(changes![Bay::own.disabled = false]).unwrap();
    let other = sim.join();
    sim.push_one(at, changes![Bay::own.disabled = true]).unwrap();
    let (refused, taken) = (sim.send(at, Bay::own.value, 9.0), sim.send(other, Bay::own.value, 9.0));
    assert_eq!(refusal(&mut sim, at, refused).as_deref(), Some("disabled"));
    assert_eq!(refusal(&mut sim, other, taken), None);
    // A request for that page is one of it.
    let page = sim.pages[at].session.clone();
    let asked = sim.ask((1, Some(&page), None), Bay::own.value, 9.0);
    assert_eq!(asked.map_err(|refusal| refusal.kind()), Err("disabled"));
}

/// One item of a batch does not enable what the next one sets, and nothing of it is set.
#[test]
fn a_batch_with_one_disabled_control_changes_nothing() {
    let (mut sim, _) = disabled();
    let wanted = [("cells[2].knob.value", json!(5.0)), ("lift.value", json!(5.0)), ("twin.value", json!(5.0))];
    let Err(NotTaken::Items(items)) = sim.ask_all(Asking::default(), &wanted) else { panic!("taken") };
    let told: Vec<(usize, &str)> = items.iter().map(|(at, refusal)| (*at, refusal.kind())).collect();
    assert_eq!(told, [(1, "disabled")]);
    assert_eq!(sim.engine.slot(sim.prop_no(Bay::twin.value)).value().unwrap().get::<f64>(), Some(&0.0));
}

/// A command that was on its way when the control was disabled: the page sends it again after a cut.
#[test]
fn a_command_that_comes_again_after_a_cut_is_judged_when_it_arrives() {
    let mut sim = Sim::new::<Bay>(0);
    let at = sim.join();
    sim.rest();
    sim.send_lost(at, Bay::shoot.click, ());
    sim.cut(at);
    sim.push(changes![Bay::shoot.disabled = true]).unwrap();
    sim.connect(at);
    sim.rest();
    sim.send_again(at, 1);
    assert_eq!(refusal(&mut sim, at, 1).as_deref(), Some("disabled"));
    assert_eq!(*sim.device::<u32>(), 0);
}

/// The page goes on to echo the beats, as a script that does not know of `disabled` does.
#[test]
fn fault_a_held_control_that_was_disabled_went_on_to_move_the_device() {
    let mut sim = Sim::new::<Bay>(0);
    let at = sim.join();
    sim.rest();
    let lift = |sim: &Sim| *sim.engine.slot(sim.prop_no(Bay::lift.value)).value().unwrap().get::<f64>().unwrap();
    let prop = sim.no(Bay::lift.value);
    let hold_for = |sim: &mut Sim, millis: u64| {
        for _ in 0..millis / 20 {
            sim.pass(20);
            while sim.poll(at) {}
            let texts = std::mem::take(&mut sim.pages[at].texts);
            let beat = texts.rsplit_once("\"b\":[").and_then(|(_, rest)| rest.split_once(']')?.0.parse::<u64>().ok());
            if let Some(beat) = beat {
                sim.deliver(at, &json!({ "t": "held", "beat": beat, "held": [prop] }).to_string());
            }
        }
    };
    sim.send(at, Bay::lift.value, 40.0);
    hold_for(&mut sim, 3000);
    assert_eq!(lift(&sim), 40.0, "it is held");
    sim.push(changes![Bay::lift.disabled = true]).unwrap();
    hold_for(&mut sim, 1000);
    assert_eq!(lift(&sim), 0.0, "its deadline has passed");
    // It is enabled again: the finger that still lies on it moves nothing.
    sim.push(changes![Bay::lift.disabled = false]).unwrap();
    let refused = sim.send(at, Bay::lift.value, 50.0);
    assert_eq!(refusal(&mut sim, at, refused).as_deref(), Some("released"));
}
