//! One rule for a whole dashboard: what can be changed needs a role, unless it says otherwise.

use dash_macros::{Role, callback_shared, callbacks, components};
use serde_json::json;

use super::{
    parts::{Button, Grip, Knob, Label, place},
    sim::{At, Sim},
};
use crate::{
    callback::Callbacks,
    dashboard::Dashboard,
    element::Element,
    engine::{batch::NotTaken, requests::Asking},
    protocol::client::Refusal,
    rights::User,
    rows::Many,
};

#[derive(Debug, Clone, Copy, PartialEq, Role)]
pub enum Hand {
    Guest,
    Operator,
    Chief,
}

/// A group that knows nothing of the dashboard's rule, and one field that says otherwise.
#[components(role = Hand)]
pub struct Motor {
    pub speed: Knob,
    #[needs(Hand::Guest)]
    pub lamp: Knob,
    #[needs(Hand::Chief)]
    pub limit: Knob,
    pub shown: Label,
}

/// A group without roles.
#[components]
pub struct Plain {
    pub knob: Knob,
}

#[components(role = Hand)]
pub struct Hall {
    pub speed: Knob,
    pub press: Button,
    pub drive: Grip,
    #[needs(Hand::Guest)]
    pub bell: Button,
    pub left: Motor,
    #[needs(Hand::Guest)]
    pub open: Plain,
    pub plain: Plain,
    pub rows: Many<u32, Motor>,
    pub status: Label,
}

#[callback_shared(on = Hall::bell.click, output = Hall::status.text)]
fn ring() -> String {
    "rings".to_owned()
}

impl Dashboard for Hall {
    type Device = ();
    type Session = ();
    const CALLBACKS: Callbacks<Self> = callbacks![ring];
    const DEFAULT_NEEDS: Option<Hand> = Some(Hand::Operator);

    fn layout(self) -> Element {
        let rows =
            self.rows.rows([1]).each(|_, motor| Element::of((motor.speed, motor.lamp, motor.limit, motor.shown)));
        place((
            place((self.speed, self.press, self.drive, self.bell, self.status, self.open.knob, self.plain.knob)),
            place((self.left.speed, self.left.lamp, self.left.limit, self.left.shown)),
            rows,
        ))
    }
}

fn hall() -> Sim {
    Sim::new::<Hall>(())
}

/// The names of the roles that the properties need, for this user.
fn refused(sim: &mut Sim, name: &str, wanted: &[(&str, serde_json::Value)]) -> Vec<String> {
    let rank = match name {
        "gus" => Hand::Guest,
        "ann" => Hand::Operator,
        _ => Hand::Chief,
    };
    let user = User::new(name, rank);
    let mut refused = Vec::new();
    for one in wanted {
        let asking = Asking { user: Some(&user), ..Asking::default() };
        match sim.ask_all(asking, std::slice::from_ref(one)) {
            Ok(_) => {}
            Err(NotTaken::Items(items)) => refused.extend(items.into_iter().map(|(_, why)| match why {
                Refusal::Role { prop, role } => format!("{prop} {role}"),
                other => panic!("{other}"),
            })),
            Err(NotTaken::Whole(why)) => panic!("{why}"),
        }
        sim.finish_all();
    }
    refused
}

#[test]
fn everything_that_can_be_changed_needs_the_role_unless_it_says_otherwise() {
    let mut sim = hall();
    let all = [
        ("speed.value", json!(1.0)),
        ("press.click", json!(null)),
        ("drive.value", json!(0.0)),
        ("bell.click", json!(null)),
        ("left.speed.value", json!(1.0)),
        ("left.lamp.value", json!(1.0)),
        ("left.limit.value", json!(1.0)),
        ("open.knob.value", json!(1.0)),
        ("plain.knob.value", json!(1.0)),
        ("rows[1].speed.value", json!(1.0)),
        ("rows[1].lamp.value", json!(1.0)),
        ("rows[1].limit.value", json!(1.0)),
    ];
    assert_eq!(
        refused(&mut sim, "gus", &all),
        [
            "speed.value operator",
            "press.click operator",
            "drive.value operator",
            "left.speed.value operator",
            "left.limit.value chief",
            "plain.knob.value operator",
            "rows[key].speed.value operator",
            "rows[key].limit.value chief",
        ]
    );
    assert_eq!(refused(&mut sim, "ann", &all), ["left.limit.value chief", "rows[key].limit.value chief"]);
    assert_eq!(refused(&mut sim, "eve", &all), [""; 0]);
}

#[test]
fn pages_are_told_which_controls_are_locked() {
    let mut sim = hall();
    let gus: At = sim.join_as(User::new("gus", Hand::Guest));
    sim.send(gus, Hall::speed.value, 1.0);
    let view = sim.engine.view_for(&User::new("gus", Hand::Guest));
    let plan = sim.engine.plan();
    let locked = |name: &str| {
        let prop = sim.engine.find_named(name).unwrap();
        plan.locked(view, plan.prop(prop).component_no.place()).is_some()
    };
    assert_eq!(
        ["speed.value", "bell.click", "left.lamp.value", "status.text"].map(locked),
        [true, false, false, false]
    );
}
