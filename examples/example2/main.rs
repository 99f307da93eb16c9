//! Shows a device with its own thread and a readout that runs only while it is watched: a thermostat with one set-point
//! for all clients.
//!
//! ```text
//! cargo run --example example2
//! ```
//!
//! Open the printed address in two windows and move the slider. The temperature follows slowly, in both. A page that is
//! opened later shows the earlier part of the curve. While no page is visible (all windows are closed, minimized or
//! behind another tab), nothing is read and the curve has a gap. The thermostat continues.

mod thermostat;

use dash_devices::prelude::*;
use thermostat::{Ended, Reading, Thermostat};

/// The initial set-point, in °C.
const WANTED: f64 = 21.0;

#[components]
struct Ui {
    wanted: Slider,
    heater: Progress,
    history: Trend,
}

/// Runs twice a second while a page is visible, and at once when the first page becomes visible. A page shows all
/// outputs of a run together.
#[callback_shared(
    every = "500ms",
    when = watched,
    output = (Ui::wanted.reported, Ui::heater.value, Ui::history.points)
)]
fn measure(thermostat: &mut Thermostat) -> (f64, f64, Vec<Sample>) {
    let Reading { wanted, celsius, power, first } = thermostat.read();
    let now = Sample::now([wanted, celsius]);
    // The lines are interrupted where no page was visible.
    let gap = first.then(|| Sample { values: vec![None, None], ..now.clone() });
    (celsius, 100.0 * power, gap.into_iter().chain([now]).collect())
}

/// It has no output: `measure` shows its effect.
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
    // The thread reports nothing, because `measure` reads its values.
    Ui::serve(Thermostat::start(WANTED, |_| true)).await
}
