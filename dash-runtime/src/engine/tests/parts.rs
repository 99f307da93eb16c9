//! Components for tests: one for each kind of property, with an empty rendering.

use dash_macros::Component;

use crate::{
    alarms::{Alarm, AlarmEvent, Cause, Occurrence, Shelve, Shelved},
    component::prelude::*,
    element::Element,
    gates::{ArmedState, Condition, ControlPart, StopState},
    record::AuditRecord,
    route::Path,
};

/// A number from 0 to 100 that a browser sets.
#[derive(Component)]
#[component(tag = "t-dial", script = "parts.rs")]
pub struct Dial {
    id: ComponentId,
    #[prop(writable, within(min, max))]
    value: f64,
    #[prop(default = -100.0)]
    min: f64,
    #[prop(default = 100.0)]
    max: f64,
}

/// A text that a browser sets.
#[derive(Component)]
#[component(tag = "t-field", script = "parts.rs")]
pub struct Field {
    id: ComponentId,
    #[prop(writable, max_len = 8)]
    value: String,
}

/// A number that a browser sets, unless it is disabled.
#[derive(Component)]
#[component(tag = "t-knob", script = "parts.rs")]
pub struct Knob {
    id: ComponentId,
    #[prop(writable)]
    value: f64,
    disabled: bool,
}

/// A number that counts only while a person holds the control.
#[derive(Component)]
#[component(tag = "t-grip", script = "parts.rs")]
pub struct Grip {
    id: ComponentId,
    #[prop(writable, held(deadline))]
    value: f64,
    #[prop(default = 0.3)]
    deadline: f64,
    disabled: bool,
}

/// Who may operate what is under it.
#[derive(Component)]
#[component(tag = "t-lease", script = "parts.rs", gate = Control)]
pub struct Lease {
    id: ComponentId,
    held: bool,
    holder: String,
    asking: Vec<String>,
    #[prop(own, no_setter)]
    mine: ControlPart,
    #[prop(default = true)]
    may_take: bool,
    #[prop(event)]
    ask: Event<()>,
    #[prop(event)]
    give: Event<()>,
    #[prop(event)]
    keep: Event<()>,
    #[prop(event)]
    take: Event<()>,
    #[prop(default = 120.0)]
    idle: f64,
    #[prop(default = 5.0)]
    away: f64,
    grant_after: f64,
    disabled: bool,
}

/// Stops what is under it.
#[derive(Component)]
#[component(tag = "t-halt", script = "parts.rs", gate = Stop)]
pub struct Halt {
    id: ComponentId,
    state: StopState,
    by: String,
    since: f64,
    error: String,
    #[prop(default = true)]
    may_reset: bool,
    #[prop(event)]
    press: Event<()>,
    #[prop(event)]
    reset: Event<()>,
}

/// An interlock.
#[derive(Component)]
#[component(tag = "t-interlock", script = "parts.rs", gate = Armed)]
pub struct Interlock {
    id: ComponentId,
    state: ArmedState,
    conditions: Vec<Condition>,
    reason: String,
    by: String,
    #[prop(event)]
    arm: Event<()>,
    #[prop(event)]
    disarm: Event<()>,
    #[prop(event)]
    acknowledge: Event<()>,
    disabled: bool,
}

/// A list of alarms.
#[derive(Component)]
#[component(tag = "t-alarms", script = "parts.rs", gate = Alarms)]
pub struct Alarms {
    id: ComponentId,
    items: Vec<Alarm>,
    causes: Vec<Cause>,
    #[prop(event)]
    acknowledge: Event<Occurrence>,
    #[prop(event)]
    reset: Event<Occurrence>,
    shelved: Vec<Shelved>,
    #[prop(event)]
    shelve: Event<Shelve>,
    #[prop(event)]
    unshelve: Event<String>,
    #[prop(default = 28_800.0)]
    shelf_limit: f64,
    #[prop(stream, ring = 10, history)]
    events: Stream<AlarmEvent>,
}

/// A line. It has no properties.
#[derive(Component)]
#[component(tag = "t-rule", script = "parts.rs")]
pub struct Rule {
    id: ComponentId,
}

/// A text that only callbacks set.
#[derive(Component)]
#[component(tag = "t-label", script = "parts.rs")]
pub struct Label {
    id: ComponentId,
    text: String,
}

/// Read-only in the browser: whether something is on, and how much.
#[derive(Component)]
#[component(tag = "t-lamp", script = "parts.rs")]
pub struct Lamp {
    id: ComponentId,
    on: bool,
    level: Option<f64>,
}

/// An event.
#[derive(Component)]
#[component(tag = "t-button", script = "parts.rs")]
pub struct Button {
    id: ComponentId,
    #[prop(event)]
    click: Event<()>,
}

/// A stream with a short ring.
#[derive(Component)]
#[component(tag = "t-log", script = "parts.rs")]
pub struct Log {
    id: ComponentId,
    #[prop(stream, ring = 6)]
    items: Stream<u32>,
}

/// Who wanted what.
#[derive(Component)]
#[component(tag = "t-records", script = "parts.rs")]
pub struct Records {
    id: ComponentId,
    #[prop(stream, ring = 500)]
    records: Stream<AuditRecord>,
}

/// A piece of the page.
#[derive(Component)]
#[component(tag = "t-frame", script = "parts.rs")]
pub struct Frame {
    id: ComponentId,
    children: Element,
    title: String,
}

/// A router.
#[derive(Component)]
#[component(tag = "t-pages", script = "parts.rs")]
pub struct Pages {
    id: ComponentId,
    #[prop(writable, no_setter)]
    path: Path,
    #[prop(no_setter)]
    children: Element,
}

/// A choice among options.
#[derive(Component)]
#[component(tag = "t-choice", script = "parts.rs")]
pub struct Choice {
    id: ComponentId,
    #[prop(writable, one_of(options))]
    value: String,
    #[prop(required)]
    options: Vec<String>,
}

impl Options<String> for Vec<String> {
    fn has(&self, value: &String) -> bool {
        self.contains(value)
    }
}

macro_rules! blank {
    ($($part:ty),*) => {$(
        impl Render for $part {
            fn render(&self, _: &mut Html) {}
        }
    )*};
}

blank!(
    Rule, Lease, Halt, Interlock, Alarms, Dial, Knob, Grip, Field, Label, Button, Lamp, Log, Records, Frame, Pages,
    Choice
);

/// Places all of them.
pub fn place(children: impl crate::element::Children) -> Element {
    Element::new("main").children(children)
}
