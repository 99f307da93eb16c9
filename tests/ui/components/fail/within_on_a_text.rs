use dash_devices::component::prelude::*;
use dash_devices::Component;

#[derive(Component)]
#[component(tag = "my-knob", script = "../knob.js")]
struct Knob {
    id: ComponentId,
    #[prop(writable, within(min, max))]
    value: String,
    min: f64,
    max: f64,
}

impl Render for Knob {
    fn render(&self, _html: &mut Html) {}
}

fn main() {}
