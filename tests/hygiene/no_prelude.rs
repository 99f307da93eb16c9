//! No name of the prelude is in scope: no `Option`, no `String`, no `vec!`, no `Into`.

#![no_implicit_prelude]

use ::dash_devices::{
    Callbacks, Client, Component, Dashboard, Device, Element, Slider, Text, callback, callback_shared, callbacks,
    component::{Event, Render, Stream},
    components, page,
};
use ::std::{option::Option, result::Result, string::String};

#[derive(Component)]
#[component(tag = "my-knob", script = "../ui/components/knob.js")]
struct Knob {
    id: ComponentId,
    #[prop(writable, within(min, max))]
    value: f64,
    min: f64,
    #[prop(default = 100.0)]
    max: f64,
    #[prop(required)]
    label: String,
    #[prop(event)]
    turned: Event<()>,
    #[prop(stream, ring = 10)]
    history: Stream<f64>,
}

use ::dash_devices::component::prelude::ComponentId;

impl Render for Knob {
    fn render(&self, html: &mut ::dash_devices::Html) {
        html.text(self.value);
    }
}

#[components]
pub(crate) struct Ui {
    knob: Knob,
    slider: Slider,
    readout: Text,
}

struct Motor;
struct Camera;

#[derive(Device)]
pub(crate) struct Lab {
    motor: Motor,
    camera: Camera,
}

#[callback_shared(output = Ui::readout.text)]
fn show(_motor: &mut Motor, #[input(Ui::knob.value)] _value: f64, #[state(Ui::knob.label)] label: &str) -> String {
    ::std::string::ToString::to_string(label)
}

#[callback_shared(every = "1s", output = (Ui::knob.history, Ui::slider.max))]
async fn poll(_client: Option<Client>) -> Result<(f64, Option<f64>), ::std::fmt::Error> {
    Result::Ok((1.0, Option::None))
}

#[callback(on = Ui::knob.turned)]
fn private(_: Client, _: &mut Camera, #[session] kept: &mut u8) {
    *kept = 1;
}

impl Dashboard for Ui {
    type Device = Lab;
    type Session = u8;
    const CALLBACKS: Callbacks<Self> = callbacks![show, poll, private];

    fn layout(self) -> Element {
        page("Knob", (self.knob.max(10.0).label("x"), self.slider, self.readout))
    }
}
