use dash_devices::{Component, component::prelude::*};

#[derive(Component)]
#[component(tag = "my-tank")]
struct Tank {
    id: ComponentId,
    level: f64,
}

impl View for Tank {
    fn view(p: TankBound, look: &mut Look) {
        if p.level > 3.0 {
            look.tag("span").text("full");
        }
    }
}

fn main() {}
