//! Rights on components, groups, arrays, lists and callbacks.

use dash_devices::prelude::*;

#[derive(Role)]
enum Role {
    Guest,
    Operator,
    Admin,
}

#[components(role = Role)]
struct Panel {
    #[needs(Role::Admin)]
    calibrate: Button,
    level: Gauge,
}

#[components(role = Role, needs = Role::Operator)]
struct Ui {
    speed: Slider,
    #[needs(Role::Guest)]
    remark: Input,
    #[sees(Role::Admin)]
    key: Input,
    #[sees(Role::Admin)]
    #[needs(Role::Admin)]
    panels: [Panel; 2],
    lamps: Many<u32, Panel>,
    #[private]
    own: Input,
    status: Text,
}

#[callback_shared(output = Ui::status.text, needs = Role::Operator, reveals = Ui::key.value)]
fn show(#[input(Ui::speed.value)] speed: f64, #[state(Ui::key.value)] key: &str) -> String {
    format!("{speed} {}", key.len())
}

#[callback(output = Ui::own.label)]
fn greet(client: Client, #[input(Ui::own.value)] own: &str) -> String {
    let user = client.user();
    match user.role::<Role>() {
        Some(Role::Admin) if user.may(Role::Operator) => format!("{own}, chief {user}"),
        _ => own.to_owned(),
    }
}

#[callback_shared(on = Panel::calibrate.click, output = Panel::level.value, needs = Role::Admin)]
fn calibrate() -> f64 {
    0.0
}

impl Dashboard for Ui {
    type Device = ();
    type Session = ();
    const CALLBACKS: Callbacks<Self> = callbacks![show, greet, calibrate for Ui::panels[0..2]];

    fn layout(self) -> Element {
        page(
            "Lab",
            (
                self.speed,
                self.remark,
                self.key,
                column(self.panels.map(|panel| row((panel.calibrate, panel.level)))),
                self.lamps.rows([1]).each(|_, panel| row((panel.calibrate, panel.level))),
                self.own,
                self.status,
            ),
        )
    }
}
