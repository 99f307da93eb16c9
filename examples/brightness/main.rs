//! The shortest complete dashboard: a lamp, a slider and a button. README.md explains it.
//!
//! ```text
//! cargo run --example brightness
//! ```

use dash_devices::prelude::*;

/// The device. A real one would access hardware here, and nothing else would change.
struct Lamp {
    percent: f64,
}

impl Lamp {
    fn set_brightness(&mut self, percent: f64) {
        self.percent = percent;
    }

    async fn flash(&mut self) -> Result<(), LampError> {
        if self.percent > 90.0 {
            return Err(LampError::AlreadyBright);
        }
        tokio::time::sleep(std::time::Duration::from_millis(300)).await;
        Ok(())
    }
}

/// The components that callbacks read or write. A field's name is the component's id.
#[components]
struct Ui {
    brightness: Slider,
    readout: Text,
    flash: Button,
    flashes: Text,
}

/// Shared: all clients see the same value. Callbacks that borrow the lamp run one at a time: no Mutex, no Arc.
#[callback_shared(output = Ui::readout.text)]
fn set_brightness(lamp: &mut Lamp, #[input(Ui::brightness.value)] percent: f64) -> String {
    lamp.set_brightness(percent);
    format!("{percent:.0} %")
}

/// An error is shown to the person who pressed the button.
#[callback_shared(on = Ui::flash.click, output = Ui::flashes.text)]
async fn flash(lamp: &mut Lamp, #[state(Ui::flashes.text)] before: String) -> Result<String, LampError> {
    lamp.flash().await?;
    let flashes: u32 = before.parse().unwrap_or(0);
    Ok((flashes + 1).to_string())
}

impl Dashboard for Ui {
    type Device = Lamp;
    type Session = ();
    const CALLBACKS: Callbacks<Self> = callbacks![set_brightness, flash];

    fn layout(self) -> Element {
        page(
            "Lamp",
            (
                card("Brightness", (self.brightness.range(0.0..=100.0).unit("%"), self.readout)),
                card("Flash", (self.flash.label("Flash"), self.flashes.text("0"))),
            ),
        )
    }
}

#[derive(Debug)]
enum LampError {
    AlreadyBright,
}

impl std::fmt::Display for LampError {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("the lamp is so bright that a flash would not be seen")
    }
}

#[tokio::main]
async fn main() -> dash_devices::Result<()> {
    Ui::serve(Lamp { percent: 0.0 }).await
}
