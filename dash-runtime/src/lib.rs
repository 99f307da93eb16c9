//! The runtime of dash-devices. Users depend on `dash-devices`, which re-exports what they need.

// The expansions of the macros, in tests, name the crate as users see it.
#[cfg(test)]
extern crate self as dash_devices;
#[cfg(test)]
#[doc(hidden)]
pub use private as __private;

pub mod callback;
pub mod client;
pub mod component;
pub mod dashboard;
pub mod element;
mod engine;
pub mod error;
mod hash;
pub mod html;
#[doc(hidden)]
pub mod private;
pub mod prop;
pub mod protocol;
pub mod schema;
pub mod server;
pub mod value;
