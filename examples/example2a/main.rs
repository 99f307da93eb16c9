//! Shows pushes from a thread, and text that each browser computes from a number. Otherwise like `example2`.
//!
//! ```text
//! cargo run --example example2a
//! ```
//!
//! Open the printed address in two windows and move the slider. The text of the set-point follows the slider at once,
//! before the server has received the value. The text of the temperature follows the values that the thread pushes.

#[path = "../example2/thermostat.rs"]
mod thermostat;

use dash_devices::{Handle, prelude::*};
use thermostat::{Ended, Thermostat};

#[components]
struct Ui {
    wanted: Slider,
    wanted_in_words: Text,
    measured: Gauge,
    measured_in_words: Text,
}

fn start(dashboard: Handle<Ui>) -> Thermostat {
    let wanted = dashboard.get(Ui::wanted.value);
    Thermostat::start(wanted, move |reading| dashboard.push(changes![Ui::measured.value = reading.celsius]).is_ok())
}

/// A callback without an output writes to the device.
#[callback_shared]
fn set(thermostat: &mut Thermostat, #[input(Ui::wanted.value)] celsius: f64) -> Result<(), Ended> {
    thermostat.set(celsius)
}

#[callback(on = connect)]
fn come(thermostat: &mut Thermostat) -> Result<(), Ended> {
    thermostat.watch(true)
}

#[callback(on = disconnect)]
fn go(thermostat: &mut Thermostat) -> Result<(), Ended> {
    thermostat.watch(false)
}

impl Dashboard for Ui {
    type Device = Thermostat;
    type Session = ();
    const CALLBACKS: Callbacks<Self> = callbacks![set, come, go];
    /// The values that follow without a callback. Each browser computes them, for all changes.
    const BINDINGS: Bindings<Self> = bindings![
        format(Ui::wanted.value, Ui::wanted_in_words.text, "It should be {:.1} °C."),
        format(Ui::measured.value, Ui::measured_in_words.text, "It is {:.1} °C."),
    ];

    fn layout(self) -> Element {
        page(
            "Thermostat",
            (
                card(
                    "Wanted",
                    (
                        self.wanted.label("Temperature").unit("°C").range(15.0..=30.0).step(0.5).value(21.0),
                        self.wanted_in_words,
                    ),
                ),
                card(
                    "Measured",
                    (self.measured.label("Room").unit("°C").digits(1).range(10.0..=35.0), self.measured_in_words),
                ),
            ),
        )
    }
}

#[tokio::main]
async fn main() -> dash_devices::Result<()> {
    Ui::serve_with(start).await
}
