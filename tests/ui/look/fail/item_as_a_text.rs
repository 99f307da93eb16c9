use dash_devices::{Component, component::prelude::*};

#[derive(Component)]
#[component(tag = "my-names")]
struct Names {
    id: ComponentId,
    names: Vec<String>,
}

impl View for Names {
    fn view(p: NamesBound, look: &mut Look) {
        look.each(p.names, |name, look| look.tag("i").text(name));
    }
}

fn main() {}
