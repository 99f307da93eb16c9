use dash_devices::component::prelude::*;
use dash_devices::Component;

#[derive(Component)]
#[component(tag = "my-knob", script = "../knob.js")]
struct Knob {
    id: ComponentId,
    #[prop(writable, one_of(options))]
    value: f64,
    options: String,
}

impl Render for Knob {
    fn render(&self, _html: &mut Html) {}
}

fn main() {}
