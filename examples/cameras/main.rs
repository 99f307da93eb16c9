//! Shows several devices behind one address: four cameras, each with its own page, queue and state. One camera is slow,
//! and the others do not wait for it.
//!
//! ```text
//! cargo run --example cameras
//! ```
//!
//! The cameras are simulated (`camera.rs`): a scene with a ball that moves, and noise that depends on the exposure.

mod camera;
mod png;

use camera::{Scene, Sensor};
use dash_devices::{App, prelude::*};

/// The components on the page of one camera.
#[components]
struct Ui {
    live: Camera,
    rate: Text,
    exposure: Slider,
    brightness: Gauge,
    shoot: Button,
    still: Image,
    taken: Text,
}

/// Updates the live picture. A camera that takes longer than the period is read as often as possible.
#[callback_shared(every = "100ms", output = (Ui::live.source, Ui::brightness.value, Ui::rate.text))]
fn look(camera: &mut Sensor) -> (Picture, f64, String) {
    let frame = camera.expose();
    (frame.picture, frame.brightness, format!("{:.1} pictures per second", frame.rate))
}

#[callback_shared]
fn set_exposure(camera: &mut Sensor, #[input(Ui::exposure.value)] milliseconds: f64) {
    camera.set_exposure(milliseconds);
}

/// Takes a still picture, which stays until the next one.
#[callback_shared(on = Ui::shoot.click, output = (Ui::still.source, Ui::taken.text))]
fn shoot(camera: &mut Sensor) -> (Picture, String) {
    let frame = camera.expose();
    (frame.picture, format!("Picture {}, exposed for {:.0} ms", frame.number, frame.exposure))
}

impl Dashboard for Ui {
    type Device = Sensor;
    type Session = ();
    const CALLBACKS: Callbacks<Self> = callbacks![look, set_exposure, shoot];

    fn layout(self) -> Element {
        let (width, height) = (f64::from(camera::WIDTH), f64::from(camera::HEIGHT));
        page(
            "Cameras",
            (
                card("Live", (self.live.size(width, height), self.rate)),
                card(
                    "Exposure",
                    (
                        self.exposure.label("Time").unit("ms").range(1.0..=100.0).step(1.0).value(40.0),
                        self.brightness.label("Brightness").unit("%").range(0.0..=100.0),
                    ),
                ),
                card("Still", (self.shoot.label("Take a picture"), self.still.size(width, height), self.taken)),
            ),
        )
    }
}

#[tokio::main]
async fn main() -> dash_devices::Result<()> {
    App::each::<Ui>([
        ("door", Sensor::new(Scene::Day)),
        ("garden", Sensor::new(Scene::Garden)),
        ("cellar", Sensor::new(Scene::Infrared)),
        // 400 ms for each exposure. Only the controls of this camera wait for it.
        ("attic", Sensor::new(Scene::Dusk).slow()),
    ])?
    .serve()
    .await
}
