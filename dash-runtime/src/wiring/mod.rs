//! The fourth floor: what is wired to what, as constants, and what is checked of them while the user's crate compiles.

pub mod binding;
pub mod check;
pub mod kept;
pub mod lend;
pub(crate) mod message;
pub mod params;
pub(crate) mod sorted;
pub mod spec;
pub(crate) mod uses;
