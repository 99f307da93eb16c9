use dash_devices::{Component, component::prelude::*, prelude::*};

#[derive(Component)]
#[component(tag = "my-tank")]
struct Tank1 {
    id: ComponentId,
    capacity: f64,
    #[prop(events)]
    drain: Event<()>,
}

impl View for Tank1 {
    fn view(p: Tank1Bound, look: &mut Look) {
        look.tag("meter").attr("max", p.capacity).empty();
    }
}

#[components]
struct Ui {
    rain: Tank1,
}

#[callback_shared(on = Ui::rain.drain)]
fn drain() {}

impl Dashboard for Ui {
    type Device = ();
    type Session = ();
    const CALLBACKS: Callbacks<Self> = callbacks![drain];

    fn layout(self) -> Element {
        page("Rain", self.rain.capacity(40.0))
    }
}

fn main() {}
