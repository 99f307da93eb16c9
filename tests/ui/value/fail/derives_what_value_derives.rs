use dash_devices::prelude::*;

use serde::{Deserialize, Serialize};

#[value]
#[derive(Clone, Serialize, Deserialize)]
struct Reading {
    celsius: f64,
}

fn main() {}
