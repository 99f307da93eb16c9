use dash_devices::prelude::*;

#[derive(Route)]
enum Page {
    #[route("/lamp/{no}")]
    Lamp { id: u32 },
    #[route(not_found)]
    NotFound,
}

fn main() {}
