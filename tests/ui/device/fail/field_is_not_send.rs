use dash_devices::Device;

struct Motor;
struct Camera;

#[derive(Device)]
struct Robot {
    camera: Camera,
    shared: std::rc::Rc<u8>,
}

fn main() {}
