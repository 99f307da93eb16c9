use dash_devices::component::prelude::*;
use dash_devices::Component;

#[derive(Component)]
#[component(tag = "my-knob", style = ["../knob.css", "../knob.css"])]
struct Knob {
    id: ComponentId,
    value: f64,
}

impl View for Knob {
    fn view(p: KnobBound, look: &mut Look) {
        look.tag("output").text(p.value.number(1));
    }
}

fn main() {}
