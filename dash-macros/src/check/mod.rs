//! Checks for faults that the compiler would report badly or not at all.
//!
//! rustc makes all checks that need types, on the user's tokens in the expansion.

pub(crate) mod component;
pub(crate) mod ports;
pub(crate) mod returned;
pub(crate) mod rows;
pub(crate) mod signature;
