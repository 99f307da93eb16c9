//! Shows a list whose rows come and go while the dashboard runs: lamps. The components and callbacks of a lamp are
//! written once for all lamps.
//!
//! ```text
//! cargo run --example rows
//! ```
//!
//! Open the printed address in two windows. Add lamps in one and remove them in the other. Move a lamp to the front
//! while a user types its location.

use std::collections::BTreeMap;

use dash_devices::prelude::*;

/// The power of a lamp at full brightness, in watts.
const WATTS: f64 = 24.0;

/// The sockets of a workshop, and the power of the lamps in them.
struct Workshop {
    watts: BTreeMap<u32, f64>,
    /// The number of the newest lamp. Numbers are never reused.
    newest: u32,
}

impl Workshop {
    fn new() -> Self {
        Self { watts: BTreeMap::new(), newest: 3 }
    }

    fn plug_in(&mut self) -> u32 {
        self.newest += 1;
        self.newest
    }

    fn unplug(&mut self, lamp: u32) {
        self.watts.remove(&lamp);
    }

    /// Sets the brightness, and returns the lamp's power in watts.
    fn dim(&mut self, lamp: u32, percent: f64) -> f64 {
        let watts = WATTS * (percent / 100.0).powi(2);
        self.watts.insert(lamp, watts);
        watts
    }
}

/// The components of each lamp.
#[components]
struct Lamp {
    name: Input,
    on: Switch,
    level: Slider,
    power: Progress,
    first: Button,
    remove: Button,
}

/// `lamps` is a list of lamps, each with a number as its key.
#[components]
struct Ui {
    add: Button,
    off: Button,
    lit: Text,
    power: Progress,
    lamps: Many<u32, Lamp>,
}

/// `[key]`: it runs for one lamp at a time, when the lamp is added and when an input in its row changes.
#[callback_shared(output = Ui::lamps[key].power.value)]
fn dim(
    workshop: &mut Workshop,
    #[key] key: u32,
    #[input(Ui::lamps[key].on.on)] on: bool,
    #[input(Ui::lamps[key].level.value)] percent: f64,
) -> f64 {
    workshop.dim(key, if on { percent } else { 0.0 })
}

/// `[..]`: it reads all lamps in one run.
#[callback_shared(output = (Ui::lit.text, Ui::power.value))]
fn sum_up(
    #[input(Ui::lamps[..].on.on)] on: &Rows<u32, bool>,
    #[input(Ui::lamps[..].power.value)] power: &Rows<u32, Option<f64>>,
) -> (String, f64) {
    let lit = on.values().filter(|on| **on).count();
    (format!("{lit} of {} lamps are on", on.len()), power.values().flatten().sum())
}

/// Writes to all lamps in one run.
#[callback_shared(on = Ui::off.click, output = Ui::lamps[..].on.on)]
fn all_off(#[state(Ui::lamps[..].on.on)] on: Rows<u32, bool>) -> Rows<u32, bool> {
    on.map(|_, _| false)
}

/// The list of lamps is a property like any other. So one callback writes it for all buttons.
#[callback_shared(output = Ui::lamps.rows, initial = false)]
fn arrange(
    workshop: &mut Workshop,
    #[input(Ui::add.click)] add: Option<()>,
    #[input(Ui::lamps[..].first.click)] first: &Rows<u32, ()>,
    #[input(Ui::lamps[..].remove.click)] removed: &Rows<u32, ()>,
    #[state(Ui::lamps.rows)] mut lamps: Vec<u32>,
) -> Vec<u32> {
    lamps.retain(|lamp| removed.get(lamp).is_none());
    removed.keys().for_each(|lamp| workshop.unplug(*lamp));
    // Lamps for which this is false come first. The others keep their order.
    lamps.sort_by_key(|lamp| first.get(lamp).is_none());
    lamps.extend(add.map(|()| workshop.plug_in()));
    lamps
}

impl Dashboard for Ui {
    type Device = Workshop;
    type Session = ();
    const CALLBACKS: Callbacks<Self> = callbacks![dim, sum_up, all_off, arrange];

    fn layout(self) -> Element {
        let lamps = self.lamps.rows([1, 2, 3]).each(|key, lamp| {
            let Lamp { name, on, level, power, first, remove } = lamp;
            card(
                format!("Lamp {key}"),
                (
                    name.label("Where it hangs").placeholder("above the bench"),
                    on.label("On").on(*key == 1),
                    level.label("Brightness").unit("%").value(80.0),
                    power.label("Power").unit("W").max(WATTS).digits(1),
                    row((first.label("To the front"), remove.label("Remove"))),
                ),
            )
        });
        let power = self.power.label("Power").unit("W").max(10.0 * WATTS).digits(0);
        let all = card("All lamps", (self.lit, power, row((self.add.label("Add a lamp"), self.off.label("All off")))))
            .width(Width::Full);
        page("Workshop", (all, lamps))
    }
}

#[tokio::main]
async fn main() -> dash_devices::Result<()> {
    Ui::serve(Workshop::new()).await
}
