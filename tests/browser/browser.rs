//! The promises of the page, tested in real browsers: Chromium, driven by mouse and keyboard events.
//!
//! ```text
//! apt-get install chromium chromium-driver
//! cargo build --examples
//! cargo test --workspace --test browser
//! ```
//!
//! Failures leave screenshots in `target/browser-failures`.

#![allow(
    clippy::unwrap_used,
    clippy::print_stderr,
    clippy::print_stdout,
    reason = "a test says what is wrong by failing"
)]
#![allow(clippy::needless_pass_by_value, reason = "callbacks take their parameters as they are given")]

mod accessible;
mod alarms;
mod audit_log;
mod banner;
mod beside_others;
mod bound;
mod camera;
mod cameras;
mod combobox;
mod complaints;
mod computed;
mod container;
mod dialogs;
mod each_way;
mod edges;
mod edits;
mod enter;
mod example1;
mod example1a;
mod example2;
mod example2a;
mod example3;
mod example3a;
mod faults;
mod fields;
mod figures;
mod first_paint;
mod frame;
mod gates;
mod gestures;
mod greenhouse;
mod grids;
mod groups;
mod holds;
mod hooks;
mod host;
mod in_step;
mod inputs;
mod keyboard;
mod lines;
mod link;
mod many;
mod map;
mod modules;
mod no_socket;
mod not_live;
mod off_screen;
mod old_alarms;
mod own_tls;
mod pages;
mod panel;
mod past;
mod past_records;
mod people;
mod photo;
mod pieces;
mod quality;
mod refusals;
mod relay;
mod reload;
mod replay;
mod restart;
mod rover;
mod rows;
mod spectra;
mod split;
mod streams;
mod sub_path;
mod support;
mod swipes;
mod tank;
mod tasks;
mod terminal;
mod text_sizes;
mod texts;
mod timer;
mod tree;
mod trend;
mod trend_files;
mod trend_switches;
mod truth;
mod typing;
mod versions;
mod video;
mod weight;
mod xy;
mod year;
