//! The first floor: what goes over the wire, and the bounds of it. Knows nothing of dashboards.

pub(crate) mod hash;
pub mod protocol;
