use dash_devices::Device;

struct Motor;
struct Camera;

#[derive(Device)]
struct Robot {
    left_motor: Motor,
    camera: Camera,
    right_motor: Motor,
}

fn main() {}
