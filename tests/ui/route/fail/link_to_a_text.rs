use dash_devices::prelude::*;

fn main() {
    let _ = link("/lamp/3", "Lamp 3");
}
