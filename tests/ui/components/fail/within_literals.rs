use dash_devices::component::prelude::*;
use dash_devices::Component;

#[derive(Component)]
#[component(tag = "my-knob", script = "../knob.js")]
struct Knob {
    id: ComponentId,
    #[prop(writable, within(0.0, 1.0))]
    value: f64,
}

impl Render for Knob {
    fn render(&self, _html: &mut Html) {}
}

fn main() {}
