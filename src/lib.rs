//! Live dashboards for devices.

pub use dash_components as components;
#[doc(inline)]
pub use dash_components::*;
#[doc(inline)]
pub use dash_macros::{Component, Device, callback, callback_shared, callbacks, components};
#[doc(inline)]
pub use dash_runtime::{
    callback::Callbacks,
    client::{Client, ClientId},
    component,
    dashboard::Dashboard,
    element::{Children, Element, IntoElement},
    error::{Error, Result},
    html::Html,
    prop::{EventProp, Prop, PropValue, StreamProp},
    protocol::limits::Limits,
    server::App,
};

#[doc(hidden)]
pub use dash_runtime::private as __private;

/// What a dashboard needs: `use dash_devices::prelude::*;`
pub mod prelude {
    pub use dash_components::*;
    pub use dash_macros::{Device, callback, callback_shared, callbacks, components};
    pub use dash_runtime::{
        callback::Callbacks, client::Client, dashboard::Dashboard, element::{Element, IntoElement},
    };
}
