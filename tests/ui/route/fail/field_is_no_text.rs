use dash_devices::prelude::*;

#[derive(Route)]
enum Page {
    #[route("/lamp/{ids}")]
    Lamp { ids: Vec<u32> },
    #[route(not_found)]
    NotFound,
}

fn main() {}
