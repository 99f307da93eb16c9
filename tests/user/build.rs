//! Writes a dashboard of the largest supported size.

use std::{env, fs, path::Path};

use large::{Fault, Large};

#[path = "large.rs"]
mod large;

fn main() {
    println!("cargo::rerun-if-changed=large.rs");
    let dashboard = Large { sliders: 100, callbacks: 200, bindings: 64, fault: Fault::None };
    let folder = env::var("OUT_DIR").expect("cargo sets it");
    fs::write(Path::new(&folder).join("of_200_callbacks.rs"), dashboard.source()).expect("room for a file");
}
