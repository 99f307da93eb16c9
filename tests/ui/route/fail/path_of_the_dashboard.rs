use dash_devices::prelude::*;

#[derive(Route)]
enum Page {
    #[route("/health")]
    Health,
    #[route(not_found)]
    NotFound,
}

fn main() {}
