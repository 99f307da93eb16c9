//! What expansions of the macros may name, item by item. Not public API.

pub use schemars;
pub use serde;

pub use crate::{
    callback::{
        call::Call,
        check::check,
        extract::Extract,
        lend::{Borrow, Lend, Part},
        returns::{Outputs, finish},
        spec::{Body, CallbackDef, CallbackFor, Callbacks, Every, Queue, Scope, Spec, Wired, listed, scope},
    },
    component::{Check, Component, ComponentInfo, Event, Options, PropField, PropInfo, PropType, Render, Required, Stream, Values},
    dashboard::{Components, Dashboard, LendSession, Shows},
    element::{Element, IntoElement},
    prop::{ComponentId, EventProp, Prop, PropValue, StreamProp, input, kind, output, state},
    value::Value,
};

/// The key of a `#[components]` struct: FNV-1a (64 bit, offset basis and prime from the FNV specification) over the
/// module path and the struct's name.
pub const fn owner(module: &str, name: &str) -> u64 {
    crate::hash::fnv1a(crate::hash::fnv1a(crate::hash::OFFSET, module.as_bytes()), name.as_bytes())
}

/// Asserts, at the place of the call, that the future of an asynchronous callback can move between threads.
pub const fn send_future<F: Future + Send>(future: F) -> F {
    future
}

