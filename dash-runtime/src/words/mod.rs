//! The second floor: what things are called. Properties, values, places in a page, numbers, clients.

pub mod client;
pub mod failure;
pub mod format;
pub(crate) mod numbers;
pub(crate) mod panic;
pub mod place;
pub mod prop;
pub mod value;
