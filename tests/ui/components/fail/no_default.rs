use dash_devices::component::prelude::*;
use dash_devices::Component;

#[derive(Clone, Serialize, Deserialize, JsonSchema)]
enum Mode {
    Fast,
}

#[derive(Component)]
#[component(tag = "my-knob", script = "../knob.js")]
struct Knob {
    id: ComponentId,
    mode: Mode,
}

impl Render for Knob {
    fn render(&self, _html: &mut Html) {}
}

fn main() {}
