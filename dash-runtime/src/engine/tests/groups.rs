//! Groups of components that are used several times, callbacks that are written once for all of them, and arrays.

use std::collections::BTreeMap;

use dash_macros::{callback, callback_shared, callbacks, components};

use super::{
    parts::{Button, Dial, Field, Frame, Label, place},
    sim::Sim,
};
use crate::{
    callback::Callbacks, components::Components, dashboard::Dashboard, element::Element, engine::plan::Plan,
    place::Place,
};

#[components]
pub struct Motor {
    pub speed: Dial,
    pub shown: Label,
    pub note: Label,
}

#[components]
pub struct Arm {
    pub motor: Motor,
    pub stop: Button,
}

#[components]
pub struct Robot {
    pub all: Dial,
    pub left: Arm,
    pub right: Arm,
    pub wheels: [Motor; 3],
    pub lamps: [[Dial; 2]; 2],
    pub sum: Label,
}

#[derive(Debug, Default)]
pub struct Motors(BTreeMap<String, f64>);

#[callback_shared(output = Motor::shown.text)]
fn drive(motors: &mut Motors, place: Place, #[input(Motor::speed.value)] speed: f64) -> String {
    motors.0.insert(place.to_string(), speed);
    format!("{place} {speed}")
}

#[callback(output = Motor::note.text)]
fn note(place: Place, #[input(Motor::shown.text)] shown: &str) -> String {
    format!("{:?}: {shown}", place.index())
}

#[callback_shared(on = Arm::stop.click, output = Arm::motor.speed.value)]
fn stop() -> f64 {
    0.0
}

#[callback_shared(output = Robot::sum.text)]
fn sum(
    #[input(Robot::left.motor.speed.value)] left: f64,
    #[input(Robot::wheels[2].speed.value)] wheel: f64,
    #[input(Robot::lamps[1][0].value)] lamp: f64,
) -> String {
    format!("{left} {wheel} {lamp}")
}

impl Dashboard for Robot {
    type Device = Motors;
    type Session = ();
    const CALLBACKS: Callbacks<Self> = callbacks![
        drive for Robot::left.motor,
        drive for Robot::right.motor,
        drive for Robot::wheels[1],
        note for Robot::wheels[1],
        stop for Robot::left,
        sum,
    ];

    fn layout(self) -> Element {
        let motor = |motor: Motor| place((motor.speed, motor.shown, motor.note));
        let arm = |arm: Arm| place((motor(arm.motor), arm.stop));
        let lamps = Element::new("div").children(self.lamps.map(|row| Element::new("p").children(row)));
        place((
            self.all,
            arm(self.left),
            arm(self.right),
            Element::new("div").children(self.wheels.map(motor)),
            lamps,
            self.sum,
        ))
    }
}

#[test]
fn the_components_of_a_group_have_ids_of_their_own_in_each_place() {
    let ids: Vec<_> = Robot::components().components.into_iter().map(|(id, _)| id).collect();
    assert_eq!(
        ids,
        [
            "all",
            "left-motor-speed",
            "left-motor-shown",
            "left-motor-note",
            "left-stop",
            "right-motor-speed",
            "right-motor-shown",
            "right-motor-note",
            "right-stop",
            "wheels-0-speed",
            "wheels-0-shown",
            "wheels-0-note",
            "wheels-1-speed",
            "wheels-1-shown",
            "wheels-1-note",
            "wheels-2-speed",
            "wheels-2-shown",
            "wheels-2-note",
            "lamps-0-0",
            "lamps-0-1",
            "lamps-1-0",
            "lamps-1-1",
            "sum",
        ]
    );
    assert_eq!(format!("{:?}", Robot::wheels[2].speed.value), "wheels[2].speed.value");
    assert_eq!(format!("{:?}", Robot::lamps[1][0].value), "lamps[1][0].value");
    assert_eq!(Robot::right.motor.shown.text.component().template(), "right-motor-shown");
}

#[test]
fn every_constant_names_the_property_that_the_list_has_in_its_place() {
    let plan = Plan::of::<Robot>().unwrap().plan;
    let name = |key| plan.prop(plan.number(&key)).name();
    assert_eq!(name(Robot::all.max.key()), "all.max");
    assert_eq!(name(Robot::right.stop.click.key()), "right.stop.click");
    assert_eq!(name(Robot::wheels[0].note.text.key()), "wheels[0].note.text");
    assert_eq!(name(Robot::lamps[1][1].value.key()), "lamps[1][1].value");
    assert_eq!(name(Robot::sum.text.key()), "sum.text");
}

#[test]
fn a_callback_of_a_group_runs_for_each_place_that_it_is_listed_for() {
    let mut sim = Sim::new::<Robot>(Motors::default());
    let (ada, bob) = (sim.join(), sim.join());
    sim.send(ada, Robot::right.motor.speed.value, 7.0);
    sim.send(bob, Robot::wheels[1].speed.value, 5.0);
    sim.rest();
    assert_eq!(sim.shown(bob, Robot::right.motor.shown.text), "right.motor 7");
    assert_eq!(sim.shown(ada, Robot::wheels[1].shown.text), "wheels[1] 5");
    assert_eq!(sim.shown(ada, Robot::left.motor.shown.text), "left.motor 0", "its own value, not its neighbour's");
    assert_eq!(sim.shown(ada, Robot::wheels[0].shown.text), "", "the callback is not listed for this place");
    let motors = &sim.device::<Motors>().0;
    assert_eq!(motors["right.motor"], 7.0);
    assert_eq!(motors["wheels[1]"], 5.0);
}

#[test]
fn a_private_callback_of_a_group_follows_the_shared_one_of_the_same_place() {
    let mut sim = Sim::new::<Robot>(Motors::default());
    let ada = sim.join();
    sim.rest();
    sim.send(ada, Robot::wheels[1].speed.value, 2.0);
    sim.rest();
    assert_eq!(sim.shown(ada, Robot::wheels[1].note.text), "Some(1): wheels[1] 2");
    assert_eq!(sim.shown(ada, Robot::wheels[0].note.text), "");
}

#[test]
fn what_a_group_writes_starts_the_callbacks_of_its_page_and_of_groups_in_it() {
    let mut sim = Sim::new::<Robot>(Motors::default());
    let ada = sim.join();
    for prop in [Robot::left.motor.speed.value, Robot::wheels[2].speed.value, Robot::lamps[1][0].value] {
        sim.send(ada, prop, 9.0);
    }
    sim.rest();
    assert_eq!(sim.shown(ada, Robot::sum.text), "9 9 9");
    sim.click(ada, Robot::left.stop.click);
    sim.rest();
    assert_eq!(sim.shown(ada, Robot::sum.text), "0 9 9");
    assert_eq!(sim.shown(ada, Robot::left.motor.shown.text), "left.motor 0");
    assert_eq!(sim.device::<Motors>().0["left.motor"], 0.0);
}

/// `drive` is joined by the device that it borrows. `note` is listed for one place only. The common properties of the
/// groups join it to no other callback.
#[test]
fn two_places_of_one_callback_are_as_two_callbacks() {
    let plan = Plan::of::<Robot>().unwrap().plan;
    let names: Vec<Vec<_>> = plan
        .islands
        .iter()
        .map(|island| island.callbacks.iter().map(|no| plan.callbacks[*no].def.spec.name).collect())
        .collect();
    assert_eq!(names, [vec!["drive", "drive", "stop", "drive", "sum"], vec!["note"]]);
}

#[components]
pub struct Forgetful {
    pub left: Arm,
    pub right: Arm,
}

impl Dashboard for Forgetful {
    type Device = ();
    type Session = ();
    const CALLBACKS: Callbacks<Self> = callbacks![];

    fn layout(self) -> Element {
        let Self { left, right } = self;
        place((left.motor.speed, left.motor.shown, left.motor.note, left.stop, right.stop))
    }
}

#[test]
fn a_missing_component_of_one_of_two_groups_is_reported_at_the_start() {
    let faults = Plan::of::<Forgetful>().map(|_| ()).unwrap_err();
    assert_eq!(
        faults,
        [
            "`right.motor.speed` is a Dial that `layout` does not place on the page",
            "`right.motor.shown` is a Label that `layout` does not place on the page",
            "`right.motor.note` is a Label that `layout` does not place on the page",
        ]
    );
}

/// Three lamps and three motors that are used together.
#[components]
pub struct Row {
    pub all: Dial,
    pub lamps: [Dial; 3],
    pub buttons: [Button; 3],
    pub motors: [Motor; 3],
    pub sum: Label,
    pub which: Label,
    pub names: [Label; 2],
}

#[callback_shared(output = Row::lamps[0..3].value)]
fn spread(#[input(Row::all.value)] all: f64) -> [f64; 3] {
    [all, all + 1.0, all + 2.0]
}

#[callback_shared(output = Row::sum.text)]
fn add(
    #[input(Row::lamps[0..=2].value)] lamps: [f64; 3],
    #[state(Row::motors[1..3].speed.value)] speeds: &[f64],
) -> String {
    format!("{lamps:?} {speeds:?}")
}

#[callback_shared(output = (Row::which.text, Row::names[0..2].text))]
fn pressed(#[input(Row::buttons[0..3].click)] clicked: [Option<()>; 3]) -> (String, Option<[&'static str; 2]>) {
    let which = clicked.iter().position(Option::is_some);
    (format!("{which:?}"), (which == Some(2)).then_some(["a", "b"]))
}

#[callback_shared(output = Motor::shown.text)]
fn run(place: Place, #[input(Motor::speed.value)] speed: f64) -> String {
    format!("{place} {speed}")
}

impl Dashboard for Row {
    type Device = ();
    type Session = ();
    const CALLBACKS: Callbacks<Self> = callbacks![spread, add, pressed, run for Row::motors[0..3]];

    fn layout(self) -> Element {
        let motor = |motor: Motor| place((motor.speed, motor.shown, motor.note));
        let several = (place(self.lamps), place(self.buttons), place(self.motors.map(motor)), place(self.names));
        place((self.all, self.sum, self.which, place(several)))
    }
}

#[test]
fn several_elements_are_read_as_an_array_and_change_together() {
    let mut sim = Sim::new::<Row>(());
    let ada = sim.join();
    let runs = sim.runs();
    sim.send(ada, Row::all.value, 5.0);
    sim.rest();
    assert_eq!(sim.shown(ada, Row::sum.text), "[5.0, 6.0, 7.0] [0.0, 0.0]");
    assert_eq!(sim.runs() - runs, 2, "`add` runs once for the three that `spread` wrote");
    sim.send(ada, Row::lamps[1].value, 1.0);
    sim.send(ada, Row::motors[2].speed.value, 9.0);
    sim.send(ada, Row::lamps[0].value, 0.0);
    sim.rest();
    assert_eq!(sim.shown(ada, Row::sum.text), "[0.0, 1.0, 7.0] [0.0, 9.0]");
}

#[test]
fn of_several_events_the_one_that_happened_is_there() {
    let mut sim = Sim::new::<Row>(());
    let ada = sim.join();
    sim.click(ada, Row::buttons[1].click);
    sim.rest();
    assert_eq!(sim.shown(ada, Row::which.text), "Some(1)");
    assert_eq!(sim.shown(ada, Row::names[1].text), "", "`None` for several outputs changes none of them");
    sim.click(ada, Row::buttons[2].click);
    sim.rest();
    assert_eq!(sim.shown(ada, Row::which.text), "Some(2)");
    assert_eq!(sim.shown(ada, Row::names[1].text), "b");
}

#[test]
fn a_callback_is_listed_for_several_groups_at_once() {
    let mut sim = Sim::new::<Row>(());
    let ada = sim.join();
    sim.send(ada, Row::motors[1].speed.value, 4.0);
    sim.rest();
    let shown = [0, 1, 2].map(|at: usize| sim.shown(ada, Row::motors[at].shown.text));
    assert_eq!(shown, ["motors[0] 0", "motors[1] 4", "motors[2] 0"]);
    let plan = Plan::of::<Row>().unwrap().plan;
    let alone = plan.islands.iter().filter(|island| island.callbacks.len() == 1).count();
    assert_eq!(alone, 4, "without a device the motors, and the buttons, do not wait for each other");
}

#[test]
fn fault_21_ids_that_are_made_of_parts_are_plain_ids_in_the_page() {
    let layout = Plan::of::<Row>().unwrap().layout;
    let ids: Vec<_> = layout.placed().iter().map(|component| component.id().template()).collect();
    assert!(ids.contains(&"motors-2-speed") && ids.contains(&"lamps-0"), "{ids:?}");
    let plain = |id: &&str| id.chars().all(|c| c.is_ascii_alphanumeric() || c == '-' || c == '_');
    assert!(ids.iter().all(plain), "{ids:?}");
}

// ---- dynamic components of a group ----

#[components]
pub struct Bay {
    pub open: Dial,
    pub inside: Frame,
    #[dynamic]
    pub note: Field,
}

#[components]
pub struct Bays {
    pub left: Bay,
    pub right: Bay,
}

/// The group's component has the same name, kind and number as one of the page.
#[components]
pub struct Pier {
    pub open: Dial,
    pub inside: Frame,
    #[dynamic]
    pub note: Field,
    pub bay: Bay,
}

#[callback_shared(output = Bay::inside.children)]
fn note_of_any_bay(#[input(Bay::open.value)] open: f64) -> Element {
    if open > 0.0 { Element::of(Bay::note.place()) } else { Element::default() }
}

impl Dashboard for Pier {
    type Device = ();
    type Session = ();
    const CALLBACKS: Callbacks<Self> = callbacks![note_of_any_bay for Pier::bay];

    fn layout(self) -> Element {
        place((self.open, self.inside, self.bay.open, self.bay.inside))
    }
}

#[test]
fn a_groups_component_is_not_taken_for_one_of_the_page_with_its_name_and_number() {
    let mut sim = Sim::new::<Pier>(());
    let a = sim.join();
    sim.rest();
    sim.send(a, Pier::bay.open.value, 1.0);
    sim.rest();
    assert_eq!(sim.shown(a, Pier::bay.inside.children), serde_json::json!([]));
    let bad = sim.bad(a, Pier::bay.inside.children).unwrap();
    assert!(bad.contains("say which one it is, as in `Ui::bay.note.place()`"), "{bad}");
}

/// The one in the right place forgets to say which of the two it means.
#[callback_shared(output = Bay::inside.children)]
fn open(place: Place, #[input(Bay::open.value)] open: f64) -> Element {
    match (open > 0.0, place.name()) {
        (false, _) => Element::default(),
        (true, "left") => Element::of(Bays::left.note.place()),
        (true, _) => Element::of(Bay::note.place()),
    }
}

impl Dashboard for Bays {
    type Device = ();
    type Session = ();
    const CALLBACKS: Callbacks<Self> = callbacks![open for Bays::left, open for Bays::right];

    fn layout(self) -> Element {
        let bay = |bay: Bay| place((bay.open, bay.inside));
        place((bay(self.left), bay(self.right)))
    }
}

#[test]
fn a_groups_callback_places_components_of_the_group_by_their_place_on_the_page() {
    let mut sim = Sim::new::<Bays>(());
    let a = sim.join();
    sim.rest();
    for open in [Bays::left.open.value, Bays::right.open.value] {
        sim.send(a, open, 1.0);
        sim.rest();
    }
    assert_eq!(sim.shown(a, Bays::left.inside.children), serde_json::json!([["t-field", { "id": "left-note" }, []]]));
    let number = sim.send(a, Bays::left.note.value, "x");
    sim.rest();
    assert_eq!(sim.pages[a].refusal(number), None);
    assert_eq!(sim.shown(a, Bays::right.inside.children), serde_json::json!([]));
    let bad = sim.bad(a, Bays::right.inside.children).unwrap();
    assert!(
        bad.contains("`note` is in a group, which may be on the page several times: say which one it is, as in `Ui::left.note.place()`"),
        "{bad}"
    );
}
