//! The fourth layer: the wiring of callbacks and bindings, as constants, and its checks while the user's crate
//! compiles.

pub mod binding;
pub mod check;
pub mod lend;
pub(crate) mod message;
pub mod params;
pub mod session;
pub(crate) mod sorted;
pub mod spec;
pub(crate) mod uses;
pub mod wired;
