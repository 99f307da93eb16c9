/// What the meter says.
#[value]
#[derive(Clone)]
struct Reading {
    volts: f64,
}

#[value]
#[derive(Clone, PartialEq)]
#[serde(rename_all = "snake_case")]
enum Phase {
    One,
    Two,
}
