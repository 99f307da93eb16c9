//! The items that macro expansions may name. Not public API.

pub use schemars;
pub use serde;

pub use crate::named::*;
