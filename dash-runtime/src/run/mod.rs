//! The fifth floor: what a callback is given, what it returns, and what the program itself can do with a dashboard.

pub mod call;
pub mod callbacks;
pub mod clients;
pub mod dashboard;
pub mod extract;
pub mod handle;
pub(crate) mod ports;
pub(crate) mod pushable;
pub mod returns;
pub mod task;
pub mod trigger;
