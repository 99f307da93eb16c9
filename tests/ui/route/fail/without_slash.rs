use dash_devices::prelude::*;

#[derive(Route)]
enum Page {
    #[route("lamp")]
    Lamp,
    #[route(not_found)]
    NotFound,
}

fn main() {}
