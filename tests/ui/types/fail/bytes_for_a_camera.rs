use dash_devices::prelude::*;

#[components]
struct Ui {
    camera: Camera,
}

#[callback_shared(every = "100ms", output = Ui::camera.source)]
fn shoot() -> Vec<u8> {
    vec![0xff, 0xd8]
}

fn main() {}
