//! What the compiler would say worse, or not at all.
//!
//! Everything that needs types is left to rustc, which sees the user's tokens in the expansion.

pub(crate) mod component;
pub(crate) mod ports;
pub(crate) mod rows;
pub(crate) mod signature;
