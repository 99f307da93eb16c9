//! Live dashboards for devices.

#[doc(hidden)]
pub use dash_runtime::private as __private;
pub use dash_runtime::{element::Element, html::Html};
