//! What expansions of the macros may name, item by item. Not public API.

mod checks;
pub(crate) mod fields;
mod mods;
mod ports;

pub use schemars;
pub use serde;

pub use self::{
    checks::{max_len, number, within},
    fields::{
        AtRow, Each, EventField, Field, Fields, Group, IdField, In, List, Page, Placed, Put, StateField, StreamField,
        Table, base, count, dynamic, dynamic_outside_rows, dynamic_without_list, id, list, put,
    },
    mods::{PushPort, Pushable, Together, push_port, push_port_of, put_mod},
    ports::{
        EachRow, InputPort, cancels, given, guarded, held, key, key_shared, output, output_rows, port, progress, rated,
        read_input, read_input_rows, read_shared, read_state, read_state_rows, row, rows_of, rows_port, trigger,
    },
};
pub use crate::{
    binding::{
        Binding, Bindings, bind, check::check as check_binding, component, format, input, mirror, script, show_when,
    },
    callback::{
        call::Call,
        check::check,
        extract::{PrivateParam, SharedParam},
        kept::{Keep, KeepOnly},
        lend::{Borrow, Lend, Part},
        returns::{finish, outcome, outcome_either, outcome_of_nothing, outcome_or},
        spec::{
            Body, CallbackDef, CallbackFor, Callbacks, Every, Guard, Hooks, Queue, Rate, Rated, Scope, Spec, Wired,
            listed, listed_at,
        },
    },
    component::{Check, Component, ComponentInfo, PropInfo, Required, Values},
    dashboard::{Components, Dashboard, SessionIs, Shows},
    failure::Failure,
    handle::Mods,
    place::{At, Base},
    prop::{ComponentId, EventProp, InRow, Prop, StreamProp},
    route::{NOWHERE, PathPart, Route, match_path, write_path},
    value::Value,
};

/// The key of a `#[components]` struct: FNV-1a (64 bit, offset basis and prime from the FNV specification) over the
/// module path and the struct's name.
pub const fn owner(module: &str, name: &str) -> u64 {
    crate::hash::fnv1a(crate::hash::fnv1a(crate::hash::OFFSET, module.as_bytes()), name.as_bytes())
}

/// `every = Ui::period.value`: a number of seconds.
pub const fn period(prop: Prop<f64>) -> Every {
    Every::Prop(port(prop))
}

/// `on_error = report`: a function that is told of failures.
pub const fn hook(report: fn(&Failure)) -> Option<fn(&Failure)> {
    Some(report)
}

/// Asserts, at the place of the call, that the future of an asynchronous callback can move between threads.
///
/// The returned type is opaque and `Send` by its declaration, so that a future which is not is reported here and not a
/// second time for the block around it.
pub fn send_future<F: Future + Send>(future: F) -> impl Future<Output = F::Output> + Send {
    future
}

/// A field of the device that `#[derive(Device)]` takes apart.
pub fn part<T: Send + 'static>(field: T) -> Part {
    Box::new(field)
}

/// The names of the required properties that were not given, for [`Component::missing`].
pub fn missing(required: &[(&'static str, bool)]) -> Vec<&'static str> {
    required.iter().filter(|(_, given)| !given).map(|(name, _)| *name).collect()
}
