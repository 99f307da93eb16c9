//! `mirror`, `format`, `show_when` and `script`: each browser computes them, and the server only for the first paint.

use dash_macros::{bindings, callback, callback_shared, callbacks, changes, components};

use super::{
    bench::Rig,
    parts::{Button, Dial, Field, Label, Lamp, place},
    sim::Sim,
};
use crate::{
    binding::{Bindings, Rule, Shape, Template},
    callback::Callbacks,
    dashboard::Dashboard,
    element::Element,
    engine::{computed::TargetPlan, plan::Plan, store::Slot},
    handle::PushError,
    value::Value,
};

#[components]
pub struct Show {
    pub dial: Dial,
    pub gauge: Lamp,
    pub readout: Label,
    pub again: Label,
    pub name: Field,
    pub hello: Label,
    pub greeting: Label,
    pub expert: Lamp,
    pub details: Label,
    pub sum: Label,
    pub read: Button,
}

#[callback_shared(on = Show::read.click, output = Show::dial.value)]
fn read(rig: &mut Rig) -> f64 {
    let _ = rig;
    42.5
}

#[callback(output = Show::greeting.text)]
fn greet(#[input(Show::name.value)] name: &str) -> String {
    name.to_owned()
}

impl Dashboard for Show {
    type Device = Rig;
    type Session = ();
    const CALLBACKS: Callbacks<Self> = callbacks![read, greet];
    /// The second is computed from the third.
    const BINDINGS: Bindings<Self> = bindings![
        mirror(Show::dial.value, Show::gauge.level),
        mirror(Show::readout.text, Show::again.text),
        format(Show::dial.value, Show::readout.text, "{:.1} °C"),
        format(Show::name.value, Show::hello.text, "Hello {}"),
        show_when(Show::expert.on, Show::details),
        script("sum.js", (Show::dial.value, Show::dial.max), Show::sum.text),
    ];

    fn layout(self) -> Element {
        let shown = (self.dial.value(12.0), self.gauge, self.readout, self.again, self.name, self.hello, self.greeting);
        place((Element::of(shown), self.expert, self.details, self.sum.text("…"), self.read))
    }
}

/// The slots that a page starts with, and the components that it does not show.
fn first_paint(sim: &Sim) -> (Vec<Slot>, Vec<&'static str>) {
    let mut slots: Vec<Slot> = sim.engine.slots().cloned().collect();
    let hidden = sim.engine.plan().compute(&mut slots);
    (slots, hidden.into_iter().collect())
}

fn text(sim: &Sim, prop: crate::prop::Prop<String>) -> String {
    first_paint(sim).0[sim.no(prop)].value().unwrap().get::<String>().unwrap().clone()
}

#[test]
fn the_first_paint_is_computed_from_the_values_of_the_moment() {
    let mut sim = Sim::new::<Show>(Rig::default());
    let a = sim.join();
    assert_eq!((text(&sim, Show::readout.text), text(&sim, Show::again.text)), ("12.0 °C".into(), "12.0 °C".into()));
    sim.send(a, Show::dial.value, 30.0);
    sim.rest();
    assert_eq!((text(&sim, Show::readout.text), text(&sim, Show::again.text)), ("30.0 °C".into(), "30.0 °C".into()));
    assert_eq!(text(&sim, Show::hello.text), "Hello ", "a new page does not have another page's private name");
    assert_eq!(
        text(&sim, Show::sum.text),
        "…",
        "only browsers run scripts, so it has the starting value of the layout"
    );
    let level = first_paint(&sim).0[sim.no(Show::gauge.level)].value().unwrap().clone();
    assert_eq!(level.get::<Option<f64>>(), Some(&Some(30.0)), "also with an optional type");
    assert_eq!(first_paint(&sim).1, ["details"], "the switch is off");
}

#[test]
fn nobody_is_sent_what_each_browser_computes() {
    let mut sim = Sim::new::<Show>(Rig::default());
    let a = sim.join();
    sim.rest();
    sim.send(a, Show::dial.value, 30.0);
    let frame = sim.poll_lost(a).unwrap();
    assert!(frame.contains(&format!("[{},30.0]", sim.no(Show::dial.value))), "{frame}");
    // The page asks for everything, as after a restart of the server.
    sim.pages[a].rev = 0;
    sim.cut(a);
    sim.connect(a);
    let all = sim.poll_lost(a).unwrap();
    for prop in [Show::readout.text, Show::again.text, Show::sum.text] {
        assert!(!all.contains(&format!("[{},", sim.no(prop))), "{all}");
    }
}

#[test]
fn what_is_computed_from_a_bad_value_is_bad() {
    let mut sim = Sim::new::<Show>(Rig::default());
    let a = sim.join();
    sim.click(a, Show::read.click);
    sim.panic(sim.run_of("read"), "no probe");
    sim.rest();
    let (slots, _) = first_paint(&sim);
    for prop in [sim.no(Show::readout.text), sim.no(Show::again.text), sim.no(Show::gauge.level)] {
        assert_eq!(slots[prop].bad(), Some("`read` panicked: no probe"));
    }
    assert_eq!(slots[sim.no(Show::hello.text)].bad(), None);
}

#[test]
fn a_computed_property_comes_after_its_inputs() {
    let plan = Plan::of::<Show>().unwrap().plan;
    let at = |prop| plan.computed.iter().position(|one| one.target.prop() == Some(prop)).unwrap();
    assert!(at(plan.number(&Show::readout.text.key())) < at(plan.number(&Show::again.text.key())));
    assert!(plan.computed.iter().any(|one| matches!(one.target, TargetPlan::Shown(id) if id.name() == "details")));
}

#[test]
fn the_page_is_told_how_to_compute() {
    let plan = Plan::of::<Show>().unwrap().plan;
    let no = |prop| plan.number(&prop);
    let json: serde_json::Value = serde_json::from_str(&format!("{{{}}}", plan.bindings_json(None))).unwrap();
    let entries = json["computed"].as_array().unwrap();
    let dial = no(Show::dial.value.key());
    let format = serde_json::json!(["format", [dial], no(Show::readout.text.key()), "", 1, " °C"]);
    assert!(entries.contains(&format), "{json}");
    let script = ["script", "sum"].map(serde_json::Value::from);
    let sum = entries.iter().find(|entry| entry[0] == script[0]).unwrap();
    assert_eq!((&sum[4], &sum[5]), (&script[1], &serde_json::json!(["string"])), "its name, and the type it must give");
}

#[test]
fn inputs_can_be_pushed_and_the_computed_property_cannot() {
    let mut sim = Sim::new::<Show>(Rig::default());
    sim.join();
    sim.rest();
    sim.push::<Show>(changes![Show::dial.value = 20.0]).unwrap();
    sim.rest();
    assert_eq!(text(&sim, Show::readout.text), "20.0 °C");
    let refused = sim.push::<Show>(changes![Show::dial.value = 30.0, Show::readout.text = "mine".to_owned()]);
    assert_eq!(refused, Err(PushError::Computed { prop: "readout.text".to_owned() }));
    sim.rest();
    assert_eq!(text(&sim, Show::readout.text), "20.0 °C", "nothing has changed");
}

/// A page can write the property that is computed.
#[derive(serde::Deserialize)]
struct Case {
    template: String,
    value: serde_json::Value,
    text: String,
}

#[test]
fn a_format_gives_the_text_that_the_script_gives() {
    let cases: Vec<Case> = serde_json::from_str(include_str!("../../../../tests/client/binding-cases.json")).unwrap();
    assert!(cases.len() > 10);
    for Case { template, value, text } in cases {
        let shape = |shape: Shape| Rule::Format(Template::of(template.clone().leak()).unwrap(), shape);
        let (rule, input) = match value.as_str() {
            Some(text) => (shape(<String as crate::binding::Formats>::SHAPE), Value::new(text.to_owned())),
            None => (shape(<Option<f64> as crate::binding::Formats>::SHAPE), Value::new(value.as_f64())),
        };
        let made = rule.value(&[&input.unwrap()]).unwrap();
        assert_eq!(made.get::<String>(), Some(&text), "{template} of {value}");
    }
}

/// A reader without a browser gets the value that browsers compute from the current inputs.
#[test]
fn computed_properties_are_computed_for_readers_without_a_browser() {
    let mut sim = Sim::new::<Show>(Rig::default());
    let page = sim.join();
    sim.rest();
    let read = |sim: &Sim, id, prop: crate::prop::Prop<String>| {
        sim.engine.shown(id, sim.prop_no(prop)).map(|slot| slot.value().unwrap().get::<String>().unwrap().clone())
    };
    assert_eq!(read(&sim, None, Show::readout.text).as_deref(), Some("12.0 °C"));
    sim.send(page, Show::dial.value, 30.0);
    sim.rest();
    // Also if it is computed from a computed property.
    assert_eq!(read(&sim, None, Show::again.text).as_deref(), Some("30.0 °C"));
    let (again, dial) =
        (sim.engine.shown(None, sim.prop_no(Show::again.text)).unwrap().rev(), sim.prop_no(Show::dial.value));
    assert_eq!(again, sim.engine.slot(dial).rev(), "the revision is that of its input");
    // Each page has its own name.
    sim.send(page, Show::name.value, "ada");
    sim.rest();
    let id = Some(sim.pages[page].id);
    assert_eq!(read(&sim, id, Show::hello.text).as_deref(), Some("Hello ada"));
    assert_eq!(read(&sim, None, Show::hello.text).as_deref(), Some("Hello "));
    assert!(
        sim.engine.plan().is_own(sim.prop_no(Show::hello.text))
            && !sim.engine.plan().is_own(sim.prop_no(Show::again.text))
    );
    // Only browsers have JavaScript.
    assert_eq!(read(&sim, None, Show::sum.text), None);
    // The input is bad, so the computed property is bad too.
    sim.click(page, Show::read.click);
    let at = sim.run_of("read");
    sim.panic(at, "no answer");
    assert_eq!(
        sim.engine.shown(None, sim.prop_no(Show::again.text)).unwrap().bad(),
        Some("`read` panicked: no answer")
    );
}

// ---- groups ----

#[components]
pub struct Pair {
    pub on: Lamp,
    pub detail: Label,
}

#[components]
pub struct Cabinet {
    pub left: Pair,
    pub right: Pair,
    pub shelves: [Pair; 2],
    pub spare: [Label; 3],
}

impl Dashboard for Cabinet {
    type Device = ();
    type Session = ();
    const CALLBACKS: Callbacks<Self> = callbacks![];
    const BINDINGS: Bindings<Self> = bindings![
        show_when(Cabinet::left.on.on, Cabinet::left.detail),
        show_when(Cabinet::right.on.on, Cabinet::right.detail),
        show_when(Cabinet::left.on.on, Cabinet::shelves[1].detail),
        show_when(Cabinet::left.on.on, Cabinet::spare[2]),
    ];

    fn layout(self) -> Element {
        let pair = |pair: Pair, on| place((pair.on.on(on), pair.detail));
        let shelves = Element::new("div").children(self.shelves.map(|shelf| pair(shelf, false)));
        let spare = Element::new("p").children(self.spare);
        place((pair(self.left, false), pair(self.right, true), shelves, spare))
    }
}

#[test]
fn a_component_in_a_group_or_an_array_is_shown_while_its_own_switch_is_on() {
    let mut sim = Sim::new::<Cabinet>(());
    assert_eq!(first_paint(&sim).1, ["left-detail", "shelves-1-detail", "spare-2"]);
    sim.push(changes![Cabinet::left.on.on = true, Cabinet::right.on.on = false]).unwrap();
    sim.rest();
    assert_eq!(first_paint(&sim).1, ["right-detail"]);
}
