//! The runtime of dash-devices: the core without input and output, the server around it, and the client script.
//!
//! Users depend on `dash-devices`, which re-exports what they need and defines the terms. This page is for readers and
//! maintainers of the code. `ARCHITECTURE.md` follows one event through it.
//!
//! | to read about | go to |
//! | --- | --- |
//! | what a user implements | [`dashboard`] |
//! | properties as typed constants, and their three kinds | [`prop`], [`value`] |
//! | edits, which change a part of a value and send only that part | [`edit`] |
//! | groups of components, used in several places of a page | [`place`] |
//! | lists of rows that are added and removed at run time | [`rows`] |
//! | components: table, checks, first rendering | [`component`], [`element`], [`html`] |
//! | what a component looks like, for the server and for the browser | [`look`] |
//! | what the attributes turn a function into, and how that is checked and run | [`callback`] |
//! | properties that the browser computes from others | [`binding`] |
//! | what a callback may borrow, take and return | [`callback::lend`], [`callback::extract`], [`callback::returns`] |
//! | scheduling and visibility of values | `engine`: events in, effects out |
//! | pictures, which browsers fetch by HTTP | [`picture`] |
//! | files to download, and files that people upload | [`file`](mod@file) |
//! | how a failed run is reported | [`failure`] |
//! | changes made by the program itself | [`handle`] |
//! | the connected clients | [`client`], [`clients`] |
//! | measurements whose history can be kept | [`history`] |
//! | who may see and do what, and who has wanted what | [`rights`], [`record`] |
//! | what is kept when the process ends | [`server::store`] |
//! | frames and limits | [`protocol`], [`protocol::limits`] |
//! | the interface of a dashboard as JSON Schema | [`schema`] |
//! | routes, sockets, threads, shutdown | [`server`] |
//! | a dashboard in memory, for tests | `testing`, with the feature of that name |
//! | the items that macro expansions name | `private`, which is not public API |
//! | the same items, as messages of the compiler show them | `named` |
//! | the script that runs in the browser | the folder `client/`, joined into one script by `server/script/` |

// In tests, the macro expansions name the crate as users see it.
#[cfg(test)]
extern crate self as dash_devices;
#[cfg(test)]
#[doc(hidden)]
pub use private as __private;

// The layers, lowest first. Each layer names only the layers before it (`tests/layers.rs`).
mod engine;
mod run;
pub mod server;
mod view;
mod wire;
mod wiring;
mod words;

#[doc(hidden)]
pub mod named;
#[doc(hidden)]
pub mod private;
#[cfg(feature = "testing")]
pub mod testing;

// Other code names a module by its own name, without its layer.
pub use run::{clients, dashboard, handle, reading, sessions, stops};
pub use server::error;
pub use view::{bar, component, components, edit, element, file, html, look, matrix, picture, route, rows, schema};
pub(crate) use view::{checks, fields, fleet};
pub use wire::protocol;
pub(crate) use wire::{hash, seconds};
pub use wiring::binding;
pub use words::{
    alarms, client, failure, format, gates, history, into_value, into_value::IntoValue, place, prop, record, rights,
    value,
};
pub(crate) use words::{date, numbers};

/// Callbacks: what the attributes turn functions into.
///
/// The attribute on a function `shoot` adds a type with the same name. The type has the wiring of the callback
/// ([`Wired::SPEC`](callback::Wired::SPEC)), a constant that [`check`](mod@callback::check) checks while the user's
/// crate compiles. For each dashboard that can lend what the callback borrows, it also has the code that runs the
/// callback ([`CallbackFor::DEF`](callback::CallbackFor::DEF)).
pub mod callback {
    pub(crate) use crate::wiring::{message, sorted, uses};
    pub use crate::{
        run::{
            call,
            callbacks::{self, CallbackFor, Callbacks},
            extract, returns, task, trigger,
        },
        wiring::{
            check, lend, params, session,
            spec::{self, Wired},
            wired,
        },
    };
}
