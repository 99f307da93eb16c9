use dash_devices::prelude::*;

fn conditions(charge: f64) -> Vec<Condition> {
    vec![Condition::new(charge > 20.0, "The battery is above 20 %")]
}

fn main() {
    let _ = conditions(50.0);
}
