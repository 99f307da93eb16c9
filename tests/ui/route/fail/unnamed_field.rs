use dash_devices::prelude::*;

#[derive(Route)]
enum Page {
    #[route("/lamp/{id}")]
    Lamp(u32),
    #[route(not_found)]
    NotFound,
}

fn main() {}
