use dash_devices::prelude::*;

#[components]
struct Ui(Slider, Text);

fn main() {}
