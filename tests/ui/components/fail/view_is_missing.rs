use dash_devices::component::prelude::*;
use dash_devices::Component;

#[derive(Component)]
#[component(tag = "my-knob")]
struct Knob {
    id: ComponentId,
    value: f64,
}

fn main() {}
