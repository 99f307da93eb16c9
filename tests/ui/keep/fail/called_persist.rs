//! Names that other libraries have for `#[keep]`, `#[needs(..)]` and `#[sees(..)]`.

use dash_devices::prelude::*;

#[derive(Role)]
enum Role {
    Guest,
    Chief,
}

#[components(role = Role)]
struct Ui {
    #[persist]
    wanted: Slider,
    #[requires(Role::Chief)]
    limit: Slider,
    #[visible_to(Role::Chief)]
    log: AuditLog,
}

impl Dashboard for Ui {
    type Device = ();
    type Session = ();
    const CALLBACKS: Callbacks<Self> = callbacks![];

    fn layout(self) -> Element {
        page("Greenhouse", (self.wanted, self.limit, self.log))
    }
}

fn main() {}
