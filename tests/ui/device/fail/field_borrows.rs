use dash_devices::Device;

struct Motor;
struct Camera;

#[derive(Device)]
struct Robot<'a> {
    camera: &'a Camera,
}

fn main() {}
