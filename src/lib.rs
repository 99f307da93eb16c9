//! Live dashboards for devices: write Rust functions, annotate them, and every browser in the house sees and moves the
//! same controls.
//!
//! A device is anything that a Rust value stands for: a lamp, a camera, a robot, an instrument, the machine itself. Its
//! functions stay plain functions. What they are wired to is checked by the compiler. The program that comes out is one
//! binary with its web page inside.
//!
//! - [A complete dashboard](#a-complete-dashboard)
//! - [The words](#the-words): component, property, callback, device, session, island, turn, revision
//! - [Pushing from anywhere](#pushing-from-anywhere)
//! - [Reference](#reference): attribute keys, parameters, return types
//! - [When something goes wrong](#when-something-goes-wrong)
//! - [Serving](#serving) and [testing](#testing)
//! - [Features](#features)
//!
//! # A complete dashboard
//!
//! A lamp with a slider, a reading and a button. This is `examples/brightness`, whole:
//!
//! ```no_run
#![doc = include_str!("../examples/brightness/main.rs")]
//! ```
//!
//! It needs `dash-devices`, and `tokio` with the features `macros` and `rt-multi-thread`. `cargo run` prints an address.
//! Open it twice: both pages move together.
//!
#![doc = include_str!("../docs/guide/words.md")]
#![doc = include_str!("../docs/guide/groups.md")]
#![doc = include_str!("../docs/guide/bindings.md")]
#![doc = include_str!("../docs/guide/pages.md")]
#![doc = include_str!("../docs/guide/clients.md")]
#![doc = include_str!("../docs/guide/order.md")]
#![doc = include_str!("../docs/guide/pushing.md")]
#![doc = include_str!("../docs/guide/reference.md")]
#![doc = include_str!("../docs/guide/failures.md")]
#![doc = include_str!("../docs/guide/serving.md")]
#![doc = include_str!("../docs/guide/testing.md")]
//!
//! # Features
//!
//! | feature | by default | adds |
//! | --- | --- | --- |
//! | `testing` | no | The module `testing`: a dashboard in memory, for tests and benchmarks. |
//!
//! # Where to read on
//!
//! `examples/host` is a dashboard of the machine that it runs on. `ARCHITECTURE.md` follows one event through the code.
//! The compiler that everything is tested with is Rust 1.95; older ones are not supported.

pub use dash_components as components;
#[doc(inline)]
pub use dash_components::*;
#[doc(inline)]
pub use dash_macros::{
    Component, Device, Route, bindings, callback, callback_shared, callbacks, changes, components, value,
};
#[doc(inline)]
pub use dash_runtime::{
    binding::Bindings,
    callback::{
        Callbacks,
        task::{Cancellation, ProgressSink},
        trigger::Trigger,
    },
    client::{Client, ClientId},
    clients::{ClientEntry, Clients},
    component,
    edit::Edit,
    element::{Children, Element, IntoElement},
    error::{Error, Result},
    failure::Failure,
    handle::{Changes, ClientHandle, Handle, PushError},
    html::Html,
    picture::{Jpeg, Picture, PictureFormat},
    place::Place,
    prop::{EventProp, Prop, PropValue, StreamProp},
    protocol::limits::Limits,
    route::{Path, Route},
    rows::{Many, Rows},
    server::{App, Serve},
};

/// The contract between a page and its device. An example that is all there:
///
/// ```no_run
/// use dash_devices::prelude::*;
///
/// #[components]
/// struct Ui {
///     switch: Switch,
///     lamp: Indicator,
/// }
///
/// struct Relay;
///
/// impl Relay {
///     /// Says whether it moved.
///     fn set(&mut self, on: bool) -> bool {
///         on
///     }
/// }
///
/// #[callback_shared(output = Ui::lamp.on)]
/// fn switch(relay: &mut Relay, #[input(Ui::switch.on)] on: bool) -> bool {
///     relay.set(on)
/// }
///
/// impl Dashboard for Ui {
///     type Device = Relay;
///     type Session = ();
///     const CALLBACKS: Callbacks<Self> = callbacks![switch];
///
///     fn layout(self) -> Element {
///         page("Relay", card("Pump", row((self.switch.label("Pump"), self.lamp.label("Runs")))))
///     }
/// }
///
/// #[tokio::main]
/// async fn main() -> dash_devices::Result<()> {
///     Ui::serve(Relay).await
/// }
/// ```
#[doc(inline)]
pub use dash_runtime::dashboard::Dashboard;

#[cfg(feature = "testing")]
pub use dash_runtime::testing;

#[doc(hidden)]
pub use dash_runtime::private as __private;

/// What a dashboard is written with: `use dash_devices::prelude::*;`
///
/// It names what nearly every dashboard uses: the macros, the components and the layout, and the types that stand in
/// signatures of callbacks. Whatever a crate defines itself goes before a name from here. What is used now and then is at the
/// root of the crate: [`App`](crate::App), [`Limits`](crate::Limits), [`PushError`](crate::PushError); and so is [`Path`](crate::Path), because in many crates
/// that is the standard library's.
pub mod prelude {
    // The macros.
    pub use dash_macros::{Device, Route, bindings, callback, callback_shared, callbacks, changes, components, value};
    // The components, and what their builders and properties take.
    pub use dash_components::{
        Align, Button, ButtonTone, Cell, Choice, Choices, Column, Container, Dropdown, Gauge, Image, Indicator, Input,
        NumberInput, Progress, Router, Sample, SendOn, Series, Slider, Switch, Table, Text, Tone, Trend, Width,
    };
    // The layout.
    pub use dash_components::{
        WidthExt as _, card, column, grid, heading, link, not_found_view, page, row, text, view,
    };
    // The dashboard, and what its callbacks take and return.
    pub use dash_runtime::{
        binding::Bindings,
        callback::{
            Callbacks,
            task::{Cancellation, ProgressSink},
            trigger::Trigger,
        },
        client::Client,
        clients::Clients,
        dashboard::Dashboard,
        edit::Edit,
        element::{Element, IntoElement},
        failure::Failure,
        handle::Handle,
        picture::{Jpeg, Picture},
        place::Place,
        route::Route,
        rows::{Many, Rows},
        server::Serve as _,
    };
}
