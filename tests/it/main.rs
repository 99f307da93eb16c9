//! The whole system over loopback: macros, engine, server and protocol, from the side of a browser and of an attacker.
//!
//! It is one binary, because linking takes most of the time. Tests whose names start with `s` and a number belong to
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
mod bench_supply;
mod by_request;
mod callbacks;
mod cameras;
mod checks;
mod computed;
mod devices;
mod disabled;
mod edge;
mod faults;
mod files;
mod frames;
mod groups;
mod histories;
mod in_memory;
mod kept;
mod kept_rows;
mod limits;
mod link;
mod lock;
mod logs;
mod modules;
mod names;
mod no_socket;
mod own_routes;
mod pages;
mod pictures;
mod proxies;
mod push;
mod replay;
mod rights;
mod same_client;
mod sharing;
mod shutdown;
mod slow_client;
mod stuck;
mod subscribe;
mod tls;
mod without_store;
mod writers;
