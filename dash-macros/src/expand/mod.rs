//! Expansions. They are short and call the library for everything that needs none of the user's names. No step here can
//! fail.

mod alarm;
pub(crate) mod bindings;
pub(crate) mod body;
mod bound;
pub(crate) mod callback;
pub(crate) mod callbacks;
pub(crate) mod changes;
pub(crate) mod component;
pub(crate) mod component_stub;
pub(crate) mod components;
pub(crate) mod device;
mod outcome;
pub(crate) mod props;
pub(crate) mod refused;
pub(crate) mod role;
pub(crate) mod route;
pub(crate) mod spec;
pub(crate) mod stub;
pub(crate) mod value;
pub(crate) mod wired;
