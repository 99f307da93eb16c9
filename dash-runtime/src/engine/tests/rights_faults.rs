//! Faults that rights had: something that a role may not see or do reached it all the same.

use std::{net::IpAddr, time::Duration};

use dash_macros::{Role, bindings, callback_shared, callbacks, components};

use super::{
    parts::{Button, Dial, Field, Grip, Label, Lamp, place},
    sim::Sim,
};
use crate::{
    binding::Bindings,
    callback::Callbacks,
    dashboard::Dashboard,
    element::Element,
    engine::{
        plan::Plan,
        requests::{Asking, RequestNo},
    },
    prop::Prop,
    protocol::client::{Command, Refusal},
    rights::User,
    rows::Many,
};

#[derive(Debug, Clone, Copy, PartialEq, Role)]
pub enum Lab {
    Guest,
    Admin,
}

fn guest() -> User {
    User::new("gus", Lab::Guest)
}

fn admin() -> User {
    User::new("eve", Lab::Admin)
}

#[components(role = Lab)]
pub struct Lamps {
    pub level: Dial,
    pub shown: Label,
}

#[components(role = Lab)]
pub struct Plant {
    #[needs(Lab::Admin)]
    pub speed: Dial,
    pub drive: Grip,
    pub remark: Field,
    pub add: Button,
    pub lamps: Many<u32, Lamps>,
    pub shown: Label,
}

#[callback_shared(output = Plant::shown.text, queue = all)]
async fn note(#[input(Plant::remark.value)] remark: String) -> String {
    remark
}

#[callback_shared(on = Plant::add.click, output = Plant::lamps.rows)]
fn add(#[state(Plant::lamps.rows)] mut rows: Vec<u32>) -> Vec<u32> {
    rows.push(rows.len() as u32);
    rows
}

#[callback_shared(output = Plant::lamps[key].shown.text, needs = Lab::Admin)]
fn light(#[key] key: u32, #[input(Plant::lamps[key].level.value)] level: f64) -> String {
    format!("{key} {level}")
}

impl Dashboard for Plant {
    type Device = ();
    type Session = ();
    const CALLBACKS: Callbacks<Self> = callbacks![note, add, light];

    fn layout(self) -> Element {
        let lamps = self.lamps.each(|_, lamp| Element::of((lamp.level, lamp.shown)));
        place((self.speed, self.drive, self.remark, self.add, lamps, self.shown))
    }
}

/// A request from one address.
fn ask<K, T>(
    sim: &mut Sim,
    user: &User,
    key: Option<(&str, u64)>,
    prop: Prop<T, K>,
    value: &str,
) -> Result<RequestNo, Refusal> {
    let address = Some(IpAddr::from([10, 0, 0, 1]));
    let asking = Asking { address, key, user: Some(user), ..Asking::default() };
    let command = Command { number: 0, prop: sim.no(prop) as u64, value, age: Duration::ZERO, at: None };
    sim.with(|engine, now, fx| engine.request(now, &asking, &command, fx))
}

#[test]
fn fault_a_key_of_another_user_was_answered_as_if_the_request_had_been_allowed() {
    let mut sim = Sim::new::<Plant>(());
    let first = ask(&mut sim, &admin(), Some(("k", 1)), Plant::speed.value, "5.0").unwrap();
    let refused = ask(&mut sim, &guest(), Some(("k", 1)), Plant::speed.value, "5.0").unwrap_err();
    assert_eq!(refused.kind(), "role");
    assert_eq!(ask(&mut sim, &admin(), Some(("k", 1)), Plant::speed.value, "5.0").unwrap(), first);
}

#[test]
fn fault_two_users_behind_one_address_held_one_control_together() {
    let mut sim = Sim::new::<Plant>(());
    ask(&mut sim, &admin(), None, Plant::drive.value, "5.0").unwrap();
    assert_eq!(ask(&mut sim, &guest(), None, Plant::drive.value, "-5.0").unwrap_err().kind(), "held");
}

#[test]
fn fault_what_one_user_had_sent_replaced_what_another_one_had_sent_from_the_same_address() {
    let mut sim = Sim::new::<Plant>(());
    ask(&mut sim, &admin(), None, Plant::remark.value, "\"a\"").unwrap();
    let waits = ask(&mut sim, &admin(), None, Plant::remark.value, "\"b\"").unwrap();
    ask(&mut sim, &guest(), None, Plant::remark.value, "\"c\"").unwrap();
    sim.finish_all();
    assert!(format!("{:?}", sim.answered[&waits]).starts_with("Applied"), "{:?}", sim.answered);
}

#[test]
fn fault_a_row_that_a_guest_added_ran_a_callback_that_needs_an_admin() {
    let mut sim = Sim::new::<Plant>(());
    let low = sim.join_as(guest());
    let refused = sim.click(low, Plant::add.click);
    sim.finish_all();
    while sim.poll(low) {}
    assert_eq!(sim.pages[low].refusal(refused), Some("role"));
}

/// A part of the page whose presence tells a secret.
mod revealing {
    use super::*;

    #[components(role = Lab)]
    pub struct Leak {
        #[sees(Lab::Admin)]
        pub armed: Lamp,
        pub siren: Label,
        pub dial: Dial,
    }

    impl Dashboard for Leak {
        type Device = ();
        type Session = ();
        const CALLBACKS: Callbacks<Self> = callbacks![];
        const BINDINGS: Bindings<Self> = bindings![show_when(Leak::armed.on, Leak::siren)];

        fn layout(self) -> Element {
            place((self.armed, self.siren, self.dial))
        }
    }

    #[test]
    fn fault_a_component_that_everybody_sees_was_shown_when_a_secret_was_true() {
        let faults = Plan::of::<Leak>().err().unwrap_or_default();
        assert_eq!(
            faults,
            ["a binding shows in `siren` what fewer roles see in `armed.on`: write the same `#[sees(..)]` on both"]
        );
    }
}

/// Bindings that show and hide components.
mod showing {
    use super::*;

    #[components(role = Lab)]
    pub struct Panel {
        #[sees(Lab::Admin)]
        pub first: Dial,
        pub open: Lamp,
        pub siren: Label,
        #[sees(Lab::Admin)]
        pub secret: Label,
    }

    impl Dashboard for Panel {
        type Device = ();
        type Session = ();
        const CALLBACKS: Callbacks<Self> = callbacks![];
        const BINDINGS: Bindings<Self> =
            bindings![show_when(Panel::open.on, Panel::siren), show_when(Panel::open.on, Panel::secret)];

        fn layout(self) -> Element {
            place((self.first, self.open, self.siren, self.secret))
        }
    }

    #[test]
    fn fault_the_page_of_a_guest_had_the_bindings_of_other_components() {
        let plan = Plan::of::<Panel>().ok().unwrap().plan;
        let (low, high) = (plan.bindings_json(Some(0)), plan.bindings_json(None));
        assert!(low.contains("\"siren\"") && !low.contains("secret"), "{low}");
        assert!(high.contains("\"siren\"") && high.contains("\"secret\""), "{high}");
    }
}
