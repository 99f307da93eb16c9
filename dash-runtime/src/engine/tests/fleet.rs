//! What has `#[fleet]` is in the list of a relay, and nothing that not everybody may see.

use dash_macros::{Component, Role, bindings, callback, callback_shared, callbacks, changes, components};
use proptest::prelude::*;
use serde_json::{Value as Json, json};

use super::{
    parts::{Dial, Field, Label, Lamp, place},
    sim::Sim,
};
use crate::{
    binding::Bindings,
    callback::Callbacks,
    component::prelude::*,
    dashboard::Dashboard,
    element::Element,
    engine::{
        fleet::{Announced, MOST},
        plan::Plan,
    },
};

/// A readout with everything that is beside a value.
#[derive(Component)]
#[component(tag = "t-meter", script = "parts.rs")]
pub struct Meter {
    id: ComponentId,
    value: Option<f64>,
    #[prop(default = 10.0)]
    max: f64,
    min: f64,
    label: String,
    unit: String,
    #[prop(no_setter)]
    digits: Option<u8>,
}

impl Render for Meter {
    fn render(&self, _: &mut Html) {}
}

/// Of no use outside of this module.
#[derive(Debug, Clone, Default, Serialize, Deserialize, JsonSchema)]
struct Inner(u8);

/// Fault: a public component whose value has a private type did not compile.
#[derive(Component)]
#[component(tag = "t-odd", script = "parts.rs")]
#[allow(private_interfaces, dead_code, reason = "it only has to compile")]
pub struct Odd {
    id: ComponentId,
    value: Inner,
}

impl Render for Odd {
    fn render(&self, _: &mut Html) {}
}

#[components]
pub struct Wheel {
    #[fleet]
    heat: Meter,
}

#[components]
pub struct Rover {
    #[fleet]
    battery: Meter,
    #[fleet(value, max, unit = "m")]
    range: Meter,
    #[fleet]
    mode: Label,
    #[fleet(label = "Lights")]
    lights: Lamp,
    left: Wheel,
    #[fleet]
    same: Label,
    source: Label,
}

impl Dashboard for Rover {
    type Device = ();
    type Session = ();
    const CALLBACKS: Callbacks<Self> = callbacks![];
    const BINDINGS: Bindings<Self> = bindings![format(Rover::range.max, Rover::same.text, "{:.1} V")];

    fn layout(self) -> Element {
        let battery = self.battery.label("Battery").unit("%");
        let Self { range, mode, lights, left, same, source, .. } = self;
        place((battery, range.value(2.5), place((mode.text("idle"), lights, left.heat.max(200.0), same, source))))
    }
}

fn texts(values: &[Announced]) -> Vec<(&str, &str, &str)> {
    values.iter().map(|value| (&*value.label, &*value.text, &*value.unit)).collect()
}

#[test]
fn a_value_has_the_label_the_unit_and_the_digits_of_its_component() {
    let mut sim = Sim::new::<Rover>(());
    let shown = |sim: &mut Sim| sim.with(|engine, _, _| engine.fleet());
    assert_eq!(
        texts(&shown(&mut sim)),
        [
            ("Battery", "–", "%"),
            ("range value", "2.5", "m"),
            ("range max", "10.0", "m"),
            ("mode", "idle", ""),
            ("Lights", "off", ""),
            ("left heat", "–", ""),
            ("same", "10.0 V", ""),
        ]
    );
    sim.push(changes![
        Rover::battery.value = Some(97.25),
        Rover::lights.on = true,
        Rover::range.max = 12.5,
        Rover::left.heat.value = Some(61.5),
        Rover::left.heat.unit = "°C".to_owned(),
        Rover::mode.text = format!("drives\n{}", "far ".repeat(100)),
    ])
    .unwrap();
    let values = shown(&mut sim);
    let at = |at: usize| (&*values[at].text, values[at].value.clone(), &*values[at].unit);
    assert_eq!(at(0), ("97.3", json!(97.25), "%"), "one digit for the range of 0 to 10");
    assert_eq!((at(4), at(5)), (("on", json!(true), ""), ("62", json!(61.5), "°C")));
    assert!(values[3].text.starts_with("drives far far") && values[3].text.chars().count() == 81, "{}", values[3].text);
    assert_eq!(values[6].text, "12.5 V", "what a binding computes");
}

#[components]
pub struct Probe {
    #[fleet]
    heat: Meter,
    #[fleet]
    state: Label,
}

#[callback_shared(every = "1s", output = Probe::heat.value)]
fn measure(probe: &mut bool) -> Result<Option<f64>, String> {
    *probe = !*probe;
    if *probe { Ok(Some(3.0)) } else { Err("no probe".to_owned()) }
}

impl Dashboard for Probe {
    type Device = bool;
    type Session = ();
    const CALLBACKS: Callbacks<Self> = callbacks![measure];

    fn layout(self) -> Element {
        place((self.heat, self.state))
    }
}

#[test]
fn a_value_that_is_bad_is_announced_with_the_reason() {
    let mut sim = Sim::new::<Probe>(false);
    let heat = |sim: &mut Sim| sim.with(|engine, _, _| engine.fleet()).swap_remove(0);
    sim.finish_all();
    assert_eq!((&*heat(&mut sim).text, heat(&mut sim).bad), ("3.0", None));
    sim.pass(1_000);
    sim.finish_all();
    let bad = heat(&mut sim);
    assert!(bad.text == "3.0" && bad.bad.as_deref().is_some_and(|why| why.contains("no probe")), "{bad:?}");
}

#[derive(Debug, Clone, Copy, PartialEq, Role)]
pub enum Lab {
    Guest,
    Operator,
}

#[components(role = Lab)]
pub struct Chest {
    #[fleet]
    key: Label,
    #[fleet]
    #[sees(Lab::Guest)]
    lid: Label,
}

#[components(role = Lab)]
pub struct Hidden {
    #[sees(Lab::Operator)]
    chest: Chest,
    #[fleet]
    mine: Field,
    #[fleet]
    echo: Label,
    #[fleet]
    speed: Dial,
    #[fleet]
    many: [Label; 8],
}

#[callback(output = Hidden::echo.text)]
fn echo(#[input(Hidden::mine.value)] mine: &str) -> String {
    mine.to_owned()
}

impl Dashboard for Hidden {
    type Device = ();
    type Session = ();
    const CALLBACKS: Callbacks<Self> = callbacks![echo];

    fn layout(self) -> Element {
        let many = Element::of(self.many.into_iter().map(Element::of).collect::<Vec<_>>());
        place((self.chest.key, self.chest.lid, self.mine, self.echo, self.speed, many))
    }
}

#[test]
fn a_dashboard_whose_list_would_show_what_not_everybody_sees_does_not_start() {
    let faults = Plan::of::<Hidden>().err().unwrap();
    let withheld = "everybody who reaches the relay sees the list, and `#[sees(..)]` withholds the value from some";
    let own = "each client has a value of its own, and the list has one for everybody";
    assert_eq!(
        faults,
        [
            format!("`chest.key.text` cannot be in the list of a relay: {withheld}"),
            format!("`chest.lid.text` cannot be in the list of a relay: {withheld}"),
            format!("`mine.value` cannot be in the list of a relay: {own}"),
            format!("`echo.text` cannot be in the list of a relay: {own}"),
            format!("9 values have `#[fleet]`, and the list of a relay has at most {MOST} of one dashboard"),
        ]
    );
}

/// A label that a callback writes from a value that it reveals.
#[components(role = Lab)]
pub struct Door {
    #[sees(Lab::Operator)]
    code: Dial,
    #[fleet]
    state: Label,
}

#[callback_shared(output = Door::state.text, reveals = Door::code.value)]
fn told(#[input(Door::code.value)] code: f64) -> String {
    if code > 0.0 { "locked".to_owned() } else { "open".to_owned() }
}

impl Dashboard for Door {
    type Device = ();
    type Session = ();
    const CALLBACKS: Callbacks<Self> = callbacks![told];

    fn layout(self) -> Element {
        place((self.code.value(77.0), self.state))
    }
}

#[test]
fn what_is_withheld_is_in_no_announcement() {
    let mut sim = Sim::new::<Door>(());
    sim.finish_all();
    let values = sim.with(|engine, _, _| engine.fleet());
    assert_eq!(texts(&values), [("state", "locked", "")]);
    assert!(!serde_json::to_string(&values).unwrap().contains("77"));
}

proptest! {
    /// Whatever another program announces, a relay keeps no more than this, and nothing that ends a line.
    #[test]
    fn what_another_program_announces_is_bounded(
        label in "\\PC{0,200}",
        text in ".{0,300}",
        unit in "[a\n\u{7}]{0,40}",
        bad in proptest::option::of("x{0,300}"),
    ) {
        let value = Json::from(vec![text.clone()]);
        let announced = Announced { label, value, text, unit, bad }.bounded();
        let Announced { label, value, text, unit, bad } = announced;
        prop_assert!(value.is_null());
        for (text, most) in [(label, 41), (text, 81), (unit, 13), (bad.unwrap_or_default(), 81)] {
            prop_assert!(text.chars().count() <= most && !text.contains(char::is_control), "{text:?}");
        }
    }
}
