use dash_devices::prelude::*;

#[derive(Route)]
enum Page {
    #[route("/lamp/{id}")]
    Lamp { id: u32 },
    #[route("/lamp/{name}")]
    Named { name: String },
    #[route(not_found)]
    NotFound,
}

fn main() {}
