//! A framework for live dashboards of devices. You write Rust functions and annotate them. Every browser that opens the
//! dashboard shows and operates the same controls.
//!
//! A device is anything that a Rust value represents: a lamp, a camera, a robot, an instrument, or the computer itself.
//! Annotated functions remain ordinary functions. The compiler checks how functions and components are connected. The
//! result is one binary that contains its web page.
//!
//! - [A complete dashboard](#a-complete-dashboard)
//! - [Concepts](#concepts): component, property, callback, device, session, island, turn, revision
//! - [Pushing from anywhere](#pushing-from-anywhere)
//! - [Reference](#reference): attribute keys, parameters, return types
//! - [When something goes wrong](#when-something-goes-wrong)
//! - [Rights](#rights): roles, users, login
//! - [Control of what moves](#control-of-what-moves): controls that act only while they are held
//! - [Values that are kept](#values-that-are-kept) over a restart
//! - [Record and replay](#record-and-replay) of a run
//! - [Serving](#serving), [relays](#relays) and [testing](#testing)
//! - [Features](#features)
//!
//! # A complete dashboard
//!
//! A lamp with a slider, a readout and a button. This is all of `examples/brightness`:
//!
//! ```no_run
#![doc = include_str!("../examples/brightness/main.rs")]
//! ```
//!
//! Its dependencies are `dash-devices`, and `tokio` with the features `macros` and `rt-multi-thread`. `cargo run` prints
//! an address. Open the address in two windows. When you move the slider in one window, it moves in the other too.
//!
#![doc = include_str!("../docs/guide/words.md")]
#![doc = include_str!("../docs/guide/groups.md")]
#![doc = include_str!("../docs/guide/bindings.md")]
#![doc = include_str!("../docs/guide/pages.md")]
#![doc = include_str!("../docs/guide/components.md")]
#![doc = include_str!("../docs/guide/clients.md")]
#![doc = include_str!("../docs/guide/rights.md")]
#![doc = include_str!("../docs/guide/control.md")]
#![doc = include_str!("../docs/guide/alarms.md")]
#![doc = include_str!("../docs/guide/memory.md")]
#![doc = include_str!("../docs/guide/replay.md")]
#![doc = include_str!("../docs/guide/order.md")]
#![doc = include_str!("../docs/guide/pushing.md")]
#![doc = include_str!("../docs/guide/reference.md")]
#![doc = include_str!("../docs/guide/failures.md")]
#![doc = include_str!("../docs/guide/serving.md")]
#![doc = include_str!("../docs/guide/fabric.md")]
#![doc = include_str!("../docs/guide/testing.md")]
//!
//! # Features
//!
//! | feature | by default | adds |
//! | --- | --- | --- |
//! | `users` | no | Users with passwords: [`App::users`], a login page, and commands that change the users file. |
//! | `tls` | no | Encryption by the server itself: [`App::tls`] and [`App::tls_self_signed`]. It needs a C compiler. |
//! | `nats` | no | [Relays](#relays): [`App::fabric`] and [`Relay`], and the program `dash-relay`. |
//! | `plotly` | no | The component `Graph`, for any figure of plotly. plotly.js comes with it. |
//! | `store` | no | A directory for [values that are kept](#values-that-are-kept): [`App::store`]. |
//! | `mcap` | no | `export`, which writes [the record of a run](#record-and-replay) for Foxglove and Rerun. |
//! | `testing` | no | The module `testing`: a dashboard in memory, for tests and benchmarks. |
//!
//! # Where to read on
//!
//! `examples/host` is a dashboard of the computer that it runs on. `ARCHITECTURE.md` describes how one event passes
//! through the code. All tests run with Rust 1.95. Older compilers are not supported.

pub use dash_components as components;
#[doc(inline)]
pub use dash_components::*;
#[doc(inline)]
pub use dash_macros::{
    Component, Device, Role, Route, bindings, callback, callback_shared, callbacks, changes, components, value,
};
#[doc(inline)]
pub use dash_runtime::{
    IntoValue,
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
    file::{Attachment, Received},
    handle::{Changes, ClientHandle, Handle, PushError, Watchdog},
    html::Html,
    look,
    matrix::Matrix,
    picture::{Jpeg, Picture, PictureFormat},
    place::Place,
    prop::{EventProp, Prop, PropValue, StreamProp},
    protocol::limits::Limits,
    reading::{Quality, Reading},
    record::AuditRecord,
    rights::{Role, User},
    route::{Path, Route},
    rows::{Many, Rows},
    server::{App, Serve},
    sessions::{KeptSession, SessionOf},
    stops::{StopResult, Stops},
};

/// What outlives the process: where values with `#[keep]` are written. See [values that are kept](crate#values-that-are-kept).
pub mod store {
    #[cfg(feature = "store")]
    pub use dash_runtime::server::store::DiskStore;
    pub use dash_runtime::server::store::{
        Entry, Flush, Level, MemoryStore, Order, Pair, Store, StoreError, StoreFault, Table, Visit,
    };
}

#[doc(inline)]
pub use dash_runtime::server::record::{RecordError, Recording};

#[cfg(feature = "nats")]
#[doc(inline)]
pub use dash_runtime::server::Relay;
#[cfg(feature = "users")]
#[doc(inline)]
pub use dash_runtime::server::users_command;

/// Connects a page to its device: the components, the callbacks, the device and the layout. A complete example:
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
///     /// Returns whether the relay is on.
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

/// What the attributes generate code for, under the names that messages of the compiler show.
///
/// Programs name nothing of it. It is not part of what stays the same between versions.
pub mod wiring {
    #[doc(no_inline)]
    pub use dash_runtime::named::*;
}

/// The names that nearly every dashboard uses: `use dash_devices::prelude::*;`
///
/// The prelude has the macros, the components, the layout, and the types in signatures of callbacks. A name that a
/// crate defines itself takes precedence over a name from the prelude. The root of the crate has the types that are used
/// less often, such as [`App`], [`Limits`] and [`PushError`]. [`Path`] is also only there, because in many crates `Path`
/// is the type of the standard library.
pub mod prelude {
    // The macros.
    pub use dash_macros::{
        Device, Role, Route, bindings, callback, callback_shared, callbacks, changes, components, value,
    };
    // The components, and the types of their builder methods and properties.
    pub use dash_components::{
        Alarm, Alarms, Cause, Clipboard, Code, Dialog, Download, Drawer, Icon, KeyboardShortcut, Log, LogLevel,
        LogLine, Markdown, Marked, Severity, Sparkline, Tooltip, Upload,
    };
    pub use dash_components::{
        Align, Armed, AuditLog, Axes, Button, ButtonTone, Cell, Choice, Choices, Column, Condition, Container, Control,
        Dropdown, Gauge, HoldButton, Image, Indicator, Input, Joystick, Json, JsonTree, NumberInput, PadButton,
        Progress, Router, Sample, SendOn, Series, Slider, Stop, Switch, Table, Terminal, Text, Tone, Tree, TreeNode,
        TreeNodes, Trend, Width,
    };
    pub use dash_components::{
        AttitudeIndicator, AudioFrame, AudioLevel, Badge, Banner, Bar, Bars, Battery, Bins, BrowserStore, Camera,
        Checklist, Color, ColorPicker, Combobox, Compass, Curve, Date, DatePicker, DateRange, DateRangePicker,
        EventMarker, Fence, Geolocation, Heatmap, Histogram, Kept, Keypad, Knob, LedDisplay, LocationFault,
        MachineState, Map, MapPoint, Meter, MultiSelect, Pad, PadPoint, Pose, Position, PowerButton, PrecisionInput,
        QrCode, QrText, RadioItems, RangeSlider, SegmentedControl, Span, Spectrum, Split, Stat, StateGraph,
        StateMachine, Status, StatusList, Sweep, Tabs, Tank, Textarea, ThemeSwitch, Thermometer, TimeOfDay, TimePicker,
        Track, Video, Waterfall, XY,
    };
    #[cfg(feature = "plotly")]
    pub use dash_components::{AxisRange, Figure, Graph, GraphPoint, GraphPoints, GraphSelection};
    // The layout.
    pub use dash_components::{
        AlignExt as _, HelpExt as _, RowAlign, WidthExt as _, accordion, brand, card, column, dock, grid, header,
        heading, link, navigation, not_found_view, page, row, section, spacer, text, view,
    };
    // The dashboard, and the types that callbacks take and return.
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
        file::{Attachment, Received},
        handle::Handle,
        matrix::Matrix,
        picture::{Jpeg, Picture},
        place::Place,
        reading::{Quality, Reading},
        route::Route,
        rows::{Many, Rows},
        server::Serve as _,
        sessions::SessionOf,
        stops::Stops,
    };
}
