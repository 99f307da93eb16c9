//! The second layer: the vocabulary. Properties, values, places of groups, numbers, clients, rights.

pub mod alarms;
pub mod client;
pub(crate) mod date;
pub mod failure;
pub mod format;
pub mod gates;
pub mod history;
pub mod into_value;
pub(crate) mod log;
pub(crate) mod network;
pub(crate) mod numbers;
pub(crate) mod panic;
pub mod place;
pub mod prop;
pub mod record;
pub mod rights;
pub mod value;
