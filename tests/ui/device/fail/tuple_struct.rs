use dash_devices::Device;

struct Motor;
struct Camera;

#[derive(Device)]
struct Robot(Motor, Camera);

fn main() {}
