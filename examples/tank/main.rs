//! A component of one's own: a tank with its level and a button that drains it.
//!
//! ```text
//! cargo run --example tank
//! ```
//!
//! The view says what the component looks like, for the server and for the browser. The module `tank.js` has only the
//! behaviour of the button.

use dash_devices::{Component, component::prelude::*, prelude::*};

/// How full a tank is.
#[derive(Component)]
#[component(tag = "my-tank", script = "tank.js", style = "tank.css")]
struct Tank {
    id: ComponentId,
    /// The level in litres. `None`: not measured.
    level: Option<f64>,
    /// In litres.
    #[prop(default = 100.0)]
    capacity: f64,
    label: String,
    /// The user wants the tank to be drained.
    #[prop(event)]
    drain: Event<()>,
}

impl View for Tank {
    fn view(p: TankBound, look: &mut Look) {
        let is_low = p.level.is_above(p.capacity / 10).choose("", "nearly empty");
        look.tag("span").attr("class", "dd-label").text(p.label.or(words_of_id()));
        look.tag("meter").attr("max", p.capacity).attr("value", p.level.or(0)).empty();
        look.tag("output").text(p.level.number(1).then(" l"));
        look.tag("strong").flag("hidden", p.level.is_missing()).text(is_low);
        look.tag("button").attr("type", "button").text("Drain");
    }
}

#[components]
struct Ui {
    fill: Button,
    rain: Tank,
}

/// The device: the litres in the tank.
struct Rain(f64);

#[callback_shared(on = Ui::rain.drain, output = Ui::rain.level)]
fn operate(rain: &mut Rain, #[input(Ui::fill.click)] fill: Option<()>) -> f64 {
    rain.0 = if fill.is_some() { (rain.0 + 6.5).min(40.0) } else { 0.0 };
    rain.0
}

impl Dashboard for Ui {
    type Device = Rain;
    type Session = ();
    const CALLBACKS: Callbacks<Self> = callbacks![operate];

    fn layout(self) -> Element {
        page("Rain", card("Rain water", (self.rain.capacity(40.0), self.fill.label("Fill"))))
    }
}

#[tokio::main]
async fn main() -> dash_devices::Result<()> {
    Ui::serve(Rain(13.0)).await
}
