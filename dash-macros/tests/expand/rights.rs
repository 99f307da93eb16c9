//! Rights: a role, fields with rights, and a callback that needs a role.

#[derive(Role)]
enum Lab {
    Guest,
    ReadOnly,
}

#[components(role = Lab, needs = Lab::ReadOnly)]
struct Ui {
    speed: Slider,
    #[needs(Lab::Guest)]
    #[sees(Lab::ReadOnly)]
    lamps: [Lamp; 2],
    #[private]
    level: Gauge,
}

#[callback_shared(output = Ui::level.value, needs = Lab::Guest, reveals = Ui::lamps[0].on)]
fn show(#[input(Ui::speed.value)] speed: f64) -> f64 {
    speed
}
