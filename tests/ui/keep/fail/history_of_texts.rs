//! Texts have no time.

use dash_devices::{Component, component::prelude::*};

#[derive(Component)]
#[component(tag = "my-lines", script = "lines.js")]
struct Lines {
    id: ComponentId,
    #[prop(stream, ring = 10, history)]
    lines: Stream<String>,
}

impl Render for Lines {
    fn render(&self, _html: &mut Html) {}
}

fn main() {}
