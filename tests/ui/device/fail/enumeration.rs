use dash_devices::Device;

struct Motor;
struct Camera;

#[derive(Device)]
enum Robot {
    Motor(Motor),
    Camera(Camera),
}

fn main() {}
