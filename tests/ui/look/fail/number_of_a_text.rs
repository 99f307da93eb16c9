use dash_devices::Component;
use dash_devices::component::prelude::*;

#[derive(Component)]
#[component(tag = "my-tank")]
struct Tank {
    id: ComponentId,
    level: Option<f64>,
    label: String,
    points: Vec<f64>,
    #[prop(event)]
    click: Event<()>,
}

impl View for Tank {
    fn view(p: TankBound, look: &mut Look) {
        look.tag("b").text(p.label.number(1));
    }
}

fn main() {}
