//! P7 and G17: a slow or faulty callback affects only its own island. And a device that is lent by its fields.

use std::ops::AddAssign;

use dash_macros::{Device, callback, callback_shared, callbacks, components};

use super::{
    bench::{Bench, Rig},
    parts::{Button, Dial, Label, place},
    sim::Sim,
};
use crate::{callback::Callbacks, dashboard::Dashboard, element::Element};

#[derive(Debug, Default)]
pub struct Arm(f64);

#[derive(Debug, Default)]
pub struct Camera(u32);

#[derive(Debug, Default)]
pub struct Lamp(f64);

#[derive(Debug, Default, Device)]
pub struct Parts {
    arm: Arm,
    camera: Camera,
    lamp: Lamp,
}

/// Arm and camera are one island, because the camera follows the arm. The lamp is another island.
#[components]
pub struct Robot {
    pub angle: Dial,
    pub speed: Dial,
    pub pos: Label,
    pub focus: Label,
    pub light: Dial,
    pub lit: Label,
    pub snap: Button,
    pub picture: Label,
}

impl Robot {
    pub fn device() -> Parts {
        Parts::default()
    }
}

#[callback_shared(output = Robot::pos.text)]
fn turn(arm: &mut Arm, #[input(Robot::angle.value)] angle: f64, #[input(Robot::speed.value)] speed: f64) -> String {
    arm.0.add_assign(1.0);
    format!("{angle}/{speed}")
}

#[callback_shared(output = Robot::focus.text)]
fn follow(camera: &mut Camera, #[input(Robot::pos.text)] pos: &str) -> String {
    camera.0 += 1;
    format!("on {pos}")
}

#[callback_shared(output = Robot::lit.text)]
fn lamp_speed(
    lamp: &mut Lamp,
    #[input(Robot::light.value)] light: f64,
    #[input(Robot::speed.value)] speed: f64,
) -> String {
    lamp.0 = light;
    format!("{light}/{speed}")
}

/// Private, on a part of the device that a shared island uses.
#[callback(on = Robot::snap.click, output = Robot::picture.text)]
fn snap(camera: &mut Camera, #[state(Robot::focus.text)] focus: &str, #[state(Robot::lit.text)] lit: &str) -> String {
    format!("{} {focus}, lit {lit}", camera.0)
}

impl Dashboard for Robot {
    type Device = Parts;
    type Session = ();
    const CALLBACKS: Callbacks<Self> = callbacks![turn, follow, lamp_speed, snap];

    fn layout(self) -> Element {
        place((self.angle, self.speed, self.pos, self.focus, self.light, self.lit, self.snap, self.picture))
    }
}

#[test]
fn p7_a_run_that_never_ends_holds_up_no_other_island() {
    let mut sim = Sim::new::<Bench>(Rig::default());
    let page = sim.join();
    sim.rest();
    sim.send(page, Bench::x.value, 1.0);
    assert_eq!(sim.running(), ["drive"]);
    for z in 1..=10 {
        sim.send(page, Bench::z.value, f64::from(z));
        sim.finish_one("double");
        sim.poll_woken();
        assert_eq!(sim.shown(page, Bench::zz.text), (2 * z).to_string());
    }
    sim.click(page, Bench::ask.click);
    sim.finish_one("answer");
    sim.poll_woken();
    assert_eq!(sim.shown(page, Bench::answer.text), "#1");
    sim.rest();
}

#[test]
fn p7_one_clients_private_run_holds_up_no_other_client() {
    let mut sim = Sim::new::<Bench>(Rig::default());
    let (a, b) = (sim.join(), sim.join());
    sim.rest();
    sim.click(a, Bench::ask.click);
    sim.click(b, Bench::ask.click);
    assert_eq!(sim.running(), ["answer", "answer"]);
    sim.finish(1);
    sim.poll_woken();
    assert_eq!((sim.shown(a, Bench::answer.text), sim.shown(b, Bench::answer.text)), ("".into(), "#1".into()));
    sim.rest();
}

#[test]
fn callbacks_on_different_fields_of_the_device_run_at_once() {
    let mut sim = Sim::new::<Robot>(Robot::device());
    let page = sim.join();
    sim.rest();
    sim.send(page, Robot::angle.value, 1.0);
    sim.send(page, Robot::light.value, 2.0);
    assert_eq!(sim.running(), ["turn", "lamp_speed"]);
    sim.rest();
}

/// The island has two parts of the device, and each callback borrows its own.
#[test]
fn callbacks_that_are_wired_together_may_borrow_different_fields() {
    let mut sim = Sim::new::<Robot>(Robot::device());
    let page = sim.join();
    sim.send(page, Robot::angle.value, 1.0);
    sim.rest();
    assert_eq!(sim.shown(page, Robot::focus.text), "on 1/0");
    assert_eq!(sim.bad(page, Robot::focus.text), None);
    sim.click(page, Robot::snap.click);
    sim.rest();
    assert_eq!(sim.shown(page, Robot::picture.text), "2 on 1/0, lit 0/0");
    assert_eq!((sim.device::<Arm>().0, sim.device::<Camera>().0, sim.device::<Lamp>().0), (2.0, 2, 0.0));
}

#[test]
fn two_callbacks_that_listen_to_one_value_are_not_joined_by_it() {
    let mut sim = Sim::new::<Robot>(Robot::device());
    let page = sim.join();
    sim.rest();
    sim.send(page, Robot::speed.value, 1.0);
    assert_eq!(sim.running(), ["turn", "lamp_speed"]);
    sim.finish_one("lamp_speed");
    sim.send(page, Robot::speed.value, 2.0);
    assert_eq!(sim.running(), ["turn", "lamp_speed"]);
    sim.rest();
    assert_eq!((sim.shown(page, Robot::pos.text), sim.shown(page, Robot::lit.text)), ("0/2".into(), "0/2".into()));
}
