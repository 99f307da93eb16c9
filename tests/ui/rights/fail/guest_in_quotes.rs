use dash_devices::{App, prelude::*};

#[derive(Role)]
enum Role {
    Guest,
    Chief,
}

#[components(role = Role, needs = Role::Chief)]
struct Ui {
    slider: Slider,
}

impl Dashboard for Ui {
    type Device = ();
    type Session = ();
    const CALLBACKS: Callbacks<Self> = callbacks![];

    fn layout(self) -> Element {
        page("Motor", self.slider)
    }
}

fn app() -> dash_devices::Result<App> {
    Ok(App::new::<Ui>(())?.guest("guest"))
}

fn main() {}
