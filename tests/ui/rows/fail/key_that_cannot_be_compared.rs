use dash_devices::prelude::*;

#[derive(Debug, Clone, Default, serde::Serialize, serde::Deserialize, schemars::JsonSchema)]
struct Serial(u32);

#[components]
struct Ui {
    lamps: Many<Serial, Switch>,
}


fn main() {}
