//! The fifth layer: parameters and return values of callbacks, and the functions with which the program itself changes
//! a dashboard.

pub mod call;
pub mod callbacks;
pub(crate) mod checks;
pub mod clients;
pub mod dashboard;
pub mod extract;
pub mod handle;
pub(crate) mod ports;
pub(crate) mod pushable;
pub mod reading;
pub mod returns;
pub mod sessions;
pub mod stops;
pub mod task;
pub mod trigger;
