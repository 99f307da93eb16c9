//! The whole of it over loopback: macros, engine, edge and wire, as a browser and as an attacker meet them.
//!
//! One binary, because linking is what takes the time. The names of tests that begin with `s` and a number are those of
//! the project's security checklist.

#![allow(clippy::unwrap_used, clippy::expect_used, reason = "a test ends with the first thing that is not as it should be")]

#[path = "../support/mod.rs"]
mod support;

mod callbacks;
mod edge;
mod frames;
mod sharing;
mod shutdown;
mod slow_client;
