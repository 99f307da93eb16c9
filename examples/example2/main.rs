//! A thermostat: one set-point for all, and a thread of its own that regulates, and pushes what it measures while somebody
//! looks.
//!
//! ```text
//! cargo run --example example2
//! ```
//!
//! Open the address that it prints in two windows and move the slider: the room follows slowly, in both. Whoever comes
//! late sees the curve from before. While nobody looks nothing is pushed, and the curve has a gap there; the room goes on.

mod thermostat;

use dash_devices::{Handle, PushError, prelude::*};
use thermostat::{Ended, Reading, Thermostat};

#[components]
struct Ui {
    wanted: Slider,
    heater: Progress,
    history: Trend,
}

/// A handle changes values from any thread. Pushing waits for nobody.
fn start(dashboard: Handle<Ui>) -> Thermostat {
    let wanted = dashboard.get(Ui::wanted.value);
    Thermostat::start(wanted, move |reading| show(&dashboard, reading).is_ok())
}

/// All of it at once: no page ever shows a part of it.
fn show(dashboard: &Handle<Ui>, reading: Reading) -> Result<(), PushError> {
    let now = Sample::now([reading.wanted, reading.celsius]);
    // Where nobody looked, the lines are interrupted.
    let gap = reading.first.then(|| Sample { values: vec![None, None], ..now.clone() });
    dashboard.push(mods![
        Ui::wanted.reported = reading.celsius,
        Ui::heater.value = 100.0 * reading.power,
        Ui::history.points = gap.into_iter().chain([now]).collect::<Vec<_>>(),
    ])
}

/// It has no output: what comes of it the thread shows.
#[callback_shared]
fn set(thermostat: &mut Thermostat, #[input(Ui::wanted.value)] celsius: f64) -> Result<(), Ended> {
    thermostat.set(celsius)
}

#[on_connect]
fn come(thermostat: &mut Thermostat) -> Result<(), Ended> {
    thermostat.watch(true)
}

/// The page was closed, or has been without a connection for a while.
#[on_disconnect]
fn go(thermostat: &mut Thermostat) -> Result<(), Ended> {
    thermostat.watch(false)
}

impl Dashboard for Ui {
    type Device = Thermostat;
    type Session = ();
    const CALLBACKS: Callbacks<Self> = callbacks![set, come, go];

    fn layout(self) -> Element {
        let celsius = |name: &str| Series::new(name).unit("°C").digits(1);
        page(
            "Thermostat",
            (
                card(
                    "Room",
                    (
                        self.wanted.label("Temperature").unit("°C").range(15.0..=30.0).step(0.5).value(21.0),
                        self.heater.label("Heater").digits(0),
                    ),
                ),
                wide_card(
                    "The last two minutes",
                    self.history.series([celsius("wanted"), celsius("measured")]).window(120.0).min(14.0).max(31.0),
                ),
            ),
        )
    }
}

#[tokio::main]
async fn main() -> dash_devices::Result<()> {
    Ui::serve_with(start).await
}
