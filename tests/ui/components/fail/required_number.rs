use dash_devices::component::prelude::*;
use dash_devices::Component;

#[derive(Component)]
#[component(tag = "my-knob", script = "../knob.js")]
struct Knob {
    id: ComponentId,
    #[prop(required)]
    value: f64,
}

impl Render for Knob {
    fn render(&self, _html: &mut Html) {}
}

fn main() {}
