use dash_devices::component::prelude::*;
use dash_devices::Component;

#[derive(Component)]
#[component(tag = "my-knob", script = "../knob.js")]
struct Knob {
    id: ComponentId,
    #[prop(event, max_len = 10)]
    turned: Event<f64>,
}

impl Render for Knob {
    fn render(&self, _html: &mut Html) {}
}

fn main() {}
