//! The promises of the engine, each in a test with its name, in virtual time and with random interleavings.
//!
//! [`sim`] has an engine, its clock and the runs in progress. [`page`] is a browser as the engine sees it. `p1_…` and
//! `g06_…` are promises of the design. `fault_…` are faults of dash_devices that must not return.

#![allow(unreachable_pub, reason = "dashboards are written as users write them")]

mod bench;
mod bound;
mod clients;
mod computed;
mod page;
pub(crate) mod parts;
mod sim;

mod audit;
mod audit_floods;
mod audit_past;
mod audit_shown;
mod audit_wanted;
mod batch;
mod default_needs;
mod disabled;
mod early;
mod edits;
mod entrance;
mod faults;
mod faults_of_dash;
#[cfg(feature = "nats")]
mod fleet;
mod gaps;
mod gates;
mod graph;
mod groups;
mod holds;
mod holds_faults;
mod hooks;
mod hostile;
mod islands;
mod judging;
mod judging_faults;
mod kept;
mod lanes;
mod late;
mod limits;
mod live_pieces;
mod logins;
mod loops;
mod once;
mod order;
mod outcomes;
mod page_requests;
mod pages;
mod parting;
mod pieces;
mod plans;
mod private;
mod push;
mod quality;
mod random;
mod readings;
mod readings_faults;
mod refused;
mod replays;
mod request_keys;
mod requests;
mod reserved;
mod resume;
mod rights;
mod rights_faults;
mod rows;
mod rows_held;
mod running;
mod skip;
mod sources;
mod streams;
mod stuck;
mod tasks;
mod under_way;
mod versions;
mod watched;
#[cfg(feature = "nats")]
mod watchers;
