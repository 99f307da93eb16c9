//! Values of the user's own types, everywhere the library takes values, in a crate that depends only on dash-devices.

#![deny(warnings, missing_docs, unused_qualifications)]

use dash_devices::{
    Component, Html, Path, PropValue,
    component::{Event, Render, Stream, prelude::ComponentId},
    prelude::*,
};

/// The value of a property and an item of a stream, with an attribute of serde.
#[value]
#[derive(Debug, Clone, Default, PartialEq)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct Reading {
    /// In volts.
    pub volts: f64,
    /// Of each phase, in amperes.
    #[serde(default)]
    pub phase_currents: Vec<f64>,
}

/// The key of rows.
#[value]
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[serde(rename_all = "snake_case")]
pub enum Phase {
    /// The first.
    One,
    /// The second.
    Two,
}

/// The payload of an event, with a type parameter, below another derive.
#[derive(Debug, Clone, PartialEq)]
#[value]
pub struct Limit<T> {
    /// The upper limit.
    pub most: T,
}

/// A component with values of the user's own types.
#[derive(Debug, Component)]
#[component(tag = "user-meter", script = "meter.js")]
pub struct Meter {
    id: ComponentId,
    reading: Reading,
    #[prop(event)]
    limited: Event<Limit<f64>>,
    #[prop(stream, ring = 10)]
    readings: Stream<Reading>,
}

impl Render for Meter {
    fn render(&self, html: &mut Html) {
        html.text(self.reading.volts);
    }
}

/// A page with a path.
#[derive(Debug, Route)]
pub enum Page {
    /// All phases.
    #[route("/")]
    All,
    /// All other paths.
    #[route(not_found)]
    Unknown,
}

/// The dashboard.
#[components]
pub struct Ui {
    meter: Meter,
    summary: Text,
    phases: Many<Phase, Text>,
    router: Router,
}

#[callback_shared(output = (Ui::summary.text, Ui::meter.readings))]
fn summarize(
    #[input(Ui::meter.reading)] reading: &Reading,
    #[input(Ui::meter.limited)] limit: Option<Limit<f64>>,
) -> (String, Reading) {
    let most = limit.map_or(f64::INFINITY, |limit| limit.most);
    (format!("{} V of {most} V", reading.volts), reading.clone())
}

#[callback_shared(output = Ui::phases[phase].label, initial = false)]
fn show(#[key] phase: Phase, #[input(Ui::phases[phase].text)] text: &str) -> String {
    format!("{phase:?}: {text}")
}

#[callback(output = Ui::router.children)]
fn pages(#[input(Ui::router.path)] path: &Path) -> Element {
    match path.route() {
        Page::All => view("All phases", ()),
        Page::Unknown => not_found_view("Not here", link(Page::All, "All phases")),
    }
}

impl Dashboard for Ui {
    type Device = ();
    type Session = ();
    const CALLBACKS: Callbacks<Self> = callbacks![summarize, show, pages];

    fn layout(self) -> Element {
        let meter = self.meter.reading(Reading { volts: 230.0, phase_currents: vec![1.5] });
        let phases = self.phases.rows([Phase::One, Phase::Two]).each(|phase, text| text.text(format!("{phase:?}")));
        page("Meter", (meter, self.summary, phases, self.router))
    }
}

/// Compiles only if `T` is a property value.
const fn is_a_value<T: PropValue>() {}
const _: () = (is_a_value::<Reading>(), is_a_value::<Phase>(), is_a_value::<Limit<u8>>()).0;

#[cfg(test)]
mod tests {
    use dash_devices::{changes, testing::InMemory};

    use super::{Phase, Reading, Ui};

    #[test]
    fn a_value_goes_to_callbacks_pages_and_back() {
        let mut app = InMemory::new::<Ui>(()).expect("the dashboard");
        let page = app.page();
        assert!(page.contains("user-meter") && page.contains(r#"{"volts":230.0,"phaseCurrents":[1.5]}"#), "{page}");
        let handle = app.handle::<Ui>();
        assert_eq!(handle.get(Ui::phases.rows), [Phase::One, Phase::Two]);

        let reading = Reading { volts: 12.0, phase_currents: vec![] };
        app.push(changes![Ui::meter.reading = reading.clone(), Ui::phases.row(Phase::Two).text = "off"]).expect("a push");
        assert_eq!(handle.get(Ui::meter.reading), reading);
        assert_eq!(handle.get(Ui::summary.text), "12 V of inf V");
        assert_eq!(handle.get(Ui::phases.row(Phase::Two).label), "Two: off");
    }
}

/// A dashboard of the largest supported size compiles without a warning under the default lints, one of which limits the
/// time of constants, and starts soon.
#[cfg(test)]
mod large {
    include!(concat!(env!("OUT_DIR"), "/of_200_callbacks.rs"));
}
