//! A thermostat: one set-point for all, a thread of its own that regulates, and a readout that runs while somebody looks.
//!
//! ```text
//! cargo run --example example2
//! ```
//!
//! Open the address that it prints in two windows and move the slider: the room follows slowly, in both. Whoever comes
//! late sees the curve from before. While nobody looks (every window is closed, minimized or behind another tab) nothing is
//! read, and the curve has a gap there; the room goes on.

mod thermostat;

use dash_devices::prelude::*;
use thermostat::{Ended, Reading, Thermostat};

/// What is wanted at first, in °C.
const WANTED: f64 = 21.0;

#[components]
struct Ui {
    wanted: Slider,
    heater: Progress,
    history: Trend,
}

/// Twice a second while somebody looks, and at once when somebody begins to. All of it is seen at once: no page ever shows
/// a part of it.
#[callback_shared(
    every = "500ms",
    when = watched,
    output = (Ui::wanted.reported, Ui::heater.value, Ui::history.points)
)]
fn measure(thermostat: &mut Thermostat) -> (f64, f64, Vec<Sample>) {
    let Reading { wanted, celsius, power, first } = thermostat.read();
    let now = Sample::now([wanted, celsius]);
    // Where nobody looked, the lines are interrupted.
    let gap = first.then(|| Sample { values: vec![None, None], ..now.clone() });
    (celsius, 100.0 * power, gap.into_iter().chain([now]).collect())
}

/// It has no output: what comes of it is measured.
#[callback_shared]
fn set(thermostat: &mut Thermostat, #[input(Ui::wanted.value)] celsius: f64) -> Result<(), Ended> {
    thermostat.set(celsius)
}

impl Dashboard for Ui {
    type Device = Thermostat;
    type Session = ();
    const CALLBACKS: Callbacks<Self> = callbacks![measure, set];

    fn layout(self) -> Element {
        let celsius = |name: &str| Series::new(name).unit("°C").digits(1);
        page(
            "Thermostat",
            (
                card(
                    "Room",
                    (
                        self.wanted.label("Temperature").unit("°C").range(15.0..=30.0).step(0.5).value(WANTED),
                        self.heater.label("Heater").digits(0),
                    ),
                ),
                card(
                    "The last two minutes",
                    self.history.series([celsius("wanted"), celsius("measured")]).window(120.0).min(14.0).max(31.0),
                )
                .width(Width::Wide),
            ),
        )
    }
}

#[tokio::main]
async fn main() -> dash_devices::Result<()> {
    // Its thread reports to nobody: what it measures is read.
    Ui::serve(Thermostat::start(WANTED, |_| true)).await
}
