//! The runtime of dash-devices: the core without input and output, the edge around it, the client script.
//!
//! Users depend on `dash-devices`, which re-exports what they need and defines the words. This page is for those who read or
//! change the code; `ARCHITECTURE.md` follows one event through it.
//!
//! | to read about | go to |
//! | --- | --- |
//! | what a user implements | [`dashboard`] |
//! | properties as typed constants, their three kinds | [`prop`], [`value`] |
//! | edits: a part of a value changes, and only that is sent | [`edit`] |
//! | groups of components, used at several places of a page | [`place`] |
//! | lists whose rows come and go | [`rows`] |
//! | components: table, checks, first rendering | [`component`], [`element`], [`html`] |
//! | what the attributes turn a function into, how it is checked and run | [`callback`] |
//! | properties that follow others in the browser itself | [`binding`] |
//! | what a callback may borrow, take and return | [`callback::lend`], [`callback::extract`], [`callback::returns`] |
//! | who runs when, what is seen by whom | `engine`: events in, effects out |
//! | pictures, which are fetched and not sent | [`picture`] |
//! | what is told of a failed run | [`failure`] |
//! | changes from the program itself | [`handle`] |
//! | who is there | [`client`], [`clients`] |
//! | frames and limits | [`protocol`], [`protocol::limits`] |
//! | the interface of a dashboard as JSON Schema | [`schema`] |
//! | routes, sockets, threads, shutdown | [`server`] |
//! | a dashboard in memory, for tests | `testing`, with the feature of that name |
//! | what expansions of the macros may name | `private`, which is no public interface |
//! | what the browser runs | the folder `client/`, joined into one script by `server/script/` |

// The expansions of the macros, in tests, name the crate as users see it.
#[cfg(test)]
extern crate self as dash_devices;
#[cfg(test)]
#[doc(hidden)]
pub use private as __private;

// The floors, the ground floor first: each knows those before it and no other (`tests/floors.rs`).
mod engine;
mod run;
pub mod server;
mod view;
mod wire;
mod wiring;
mod words;

#[doc(hidden)]
pub mod private;
#[cfg(feature = "testing")]
pub mod testing;

// Everything is known by the name of its module, on whichever floor that is.
pub use run::{clients, dashboard, handle};
pub use server::error;
pub(crate) use view::{checks, fields};
pub use view::{component, components, edit, element, html, picture, route, rows, schema};
pub(crate) use wire::hash;
pub use wire::protocol;
pub use wiring::binding;
pub(crate) use words::numbers;
pub use words::{client, failure, format, place, prop, value};

/// Callbacks: what the attributes turn functions into.
///
/// An annotated function `shoot` gets a type of the same name beside it. The type says what the callback is wired to
/// ([`Wired::SPEC`](callback::Wired::SPEC), a constant, checked by [`check`](mod@callback::check) while the user's crate
/// compiles) and, for each dashboard that can lend what it borrows, how to run it
/// ([`CallbackFor::DEF`](callback::CallbackFor::DEF)).
pub mod callback {
    pub(crate) use crate::wiring::{message, sorted, uses};
    pub use crate::{
        run::{
            call,
            callbacks::{self, CallbackFor, Callbacks},
            extract, returns, task, trigger,
        },
        wiring::{
            check, kept, lend, params,
            spec::{self, Wired},
        },
    };
}
