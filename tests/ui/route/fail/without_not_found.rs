use dash_devices::prelude::*;

#[derive(Route)]
enum Page {
    #[route("/")]
    Home,
}

fn main() {}
