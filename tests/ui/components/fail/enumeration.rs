use dash_devices::Component;

#[derive(Component)]
#[component(tag = "my-knob", script = "../knob.js")]
enum Knob {
    On,
    Off,
}

fn main() {}
