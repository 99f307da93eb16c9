use dash_devices::Device;

struct Motor;
struct Camera;

#[derive(Device)]
struct Robot<T> {
    motor: T,
}

fn main() {}
