//! As `example2`, with a readout that each browser makes itself: a push of the number is enough.
//!
//! ```text
//! cargo run --example example2a
//! ```
//!
//! Open the address that it prints in two windows and move the slider. The set-point in words goes along with the hand,
//! before the server has heard of it; the temperature in words follows what the thread pushes.

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

/// The device is written by a callback without an output.
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
    /// What follows from what without a callback. Each browser does it, whoever changed the value.
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
