//! The whole of it over loopback: macros, engine, edge and wire, as a browser and as an attacker meet them.
//!
//! One binary, because linking is what takes the time. The names of tests that begin with `s` and a number are those of
//! the project's security checklist.

#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    reason = "a test ends with the first thing that is not as it should be"
)]
#![allow(clippy::print_stdout, reason = "a program under test talks to the test")]
#![allow(clippy::needless_pass_by_value, reason = "callbacks take their parameters as they are given")]

#[path = "../support/mod.rs"]
mod support;

mod api;
mod batch;
mod by_request;
mod callbacks;
mod computed;
mod devices;
mod edge;
mod faults;
mod frames;
mod groups;
mod in_memory;
mod lock;
mod modules;
mod no_socket;
mod pages;
mod pictures;
mod push;
mod sharing;
mod shutdown;
mod slow_client;
mod subscribe;
