use dash_devices::prelude::*;

#[derive(Route)]
enum Page {
    Home,
    #[route(not_found)]
    NotFound,
}

fn main() {}
