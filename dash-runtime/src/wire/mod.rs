//! The first layer: the frames on the wire, and their limits. It does not know dashboards.

pub(crate) mod hash;
pub mod protocol;
pub(crate) mod seconds;
