//! The runtime of dash-devices. Users depend on `dash-devices`, which re-exports what they need.

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
