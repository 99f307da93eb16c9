use dash_devices::{Component, component::prelude::*};

#[derive(Component)]
#[component(tag = "my-scene", library = "three.js")]
struct Scene {
    id: ComponentId,
    label: String,
}

impl View for Scene {
    fn view(p: SceneBound, look: &mut Look) {
        look.tag("p").text(p.label);
    }
}

fn main() {}
