//! The dashboard of most tests: one control of each kind, each with a dependent output.

use std::sync::{Arc, Mutex};

use dash_devices::prelude::*;

/// The commands that the device received, for the test to check.
#[derive(Debug, Clone, Default)]
pub(crate) struct Seen(Arc<Mutex<Vec<String>>>);

impl Seen {
    pub(crate) fn note(&self, what: String) {
        self.0.lock().unwrap().push(what);
    }

    pub(crate) fn all(&self) -> Vec<String> {
        self.0.lock().unwrap().clone()
    }
}

/// The device: a lamp, a valve that does not move, a counter.
pub(crate) struct Bench {
    seen: Seen,
    count: u32,
}

impl Bench {
    pub(crate) fn new(seen: &Seen) -> Self {
        Self { seen: seen.clone(), count: 0 }
    }

    /// A bench with this count.
    pub(crate) fn counted(count: u32) -> Self {
        Self { seen: Seen::default(), count }
    }
}

#[components]
pub(crate) struct Panel {
    level: Slider,
    readout: Text,
    tenfold: Text,
    light: Switch,
    lamp: Indicator,
    mode: Dropdown,
    chosen: Text,
    note: Input,
    echo: Text,
    add: Button,
    count: Text,
    valve: Button,
}

#[callback_shared(output = Panel::readout.text)]
fn set_level(bench: &mut Bench, #[input(Panel::level.value)] level: f64) -> String {
    bench.seen.note(format!("level {level}"));
    format!("{level:.0} %")
}

/// The second callback of a chain: it reads the output of the first.
#[callback_shared(output = Panel::tenfold.text)]
fn set_tenfold(
    bench: &mut Bench,
    #[input(Panel::readout.text)] readout: &str,
) -> Result<String, std::num::ParseFloatError> {
    let level: f64 = readout.trim_end_matches(" %").parse()?;
    bench.seen.note(format!("tenfold {}", 10.0 * level));
    Ok(format!("{:.0}", 10.0 * level))
}

#[callback_shared(output = Panel::lamp.on)]
fn set_light(#[input(Panel::light.on)] on: bool) -> bool {
    on
}

#[callback_shared(output = Panel::chosen.text)]
fn choose(#[input(Panel::mode.value)] mode: String) -> String {
    mode
}

#[callback_shared(output = Panel::echo.text)]
fn show_note(#[input(Panel::note.value)] note: String) -> String {
    note
}

#[callback_shared(on = Panel::add.click, output = Panel::count.text)]
fn add(bench: &mut Bench) -> String {
    bench.count += 1;
    bench.count.to_string()
}

#[callback_shared(on = Panel::valve.click)]
fn open_valve(_bench: &mut Bench) -> Result<(), &'static str> {
    Err("the valve is stuck")
}

impl Dashboard for Panel {
    type Device = Bench;
    type Session = ();
    const CALLBACKS: Callbacks<Self> =
        callbacks![set_level, set_tenfold, set_light, choose, show_note, add, open_valve];

    fn layout(self) -> Element {
        page(
            "Panel",
            (
                card(
                    "Level",
                    (self.level.label("Level").unit("%").range(0.0..=100.0).value(25.0), self.readout, self.tenfold),
                ),
                card("Light", (self.light.label("Light"), self.lamp.label("Lamp"))),
                card("Mode", (self.mode.label("Mode").options(["Off", "Heat", "Cool"]).value("Off"), self.chosen)),
                card("Note", (self.note.label("Note"), self.echo)),
                card("Counter", (self.add.label("Add one"), self.count)),
                card("Valve", self.valve.label("Open the valve")),
            ),
        )
    }
}
