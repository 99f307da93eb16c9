//! The user's input as written: parsing only, with the spans.

pub(crate) mod alarm;
pub(crate) mod args;
pub(crate) mod binding;
pub(crate) mod callback;
pub(crate) mod changes;
pub(crate) mod component;
pub(crate) mod components;
pub(crate) mod derives;
pub(crate) mod device;
pub(crate) mod duration;
pub(crate) mod field_type;
pub(crate) mod fleet;
pub(crate) mod function;
pub(crate) mod keep;
pub(crate) mod path;
pub(crate) mod port;
pub(crate) mod prop;
pub(crate) mod returned;
pub(crate) mod rights;
pub(crate) mod role;
pub(crate) mod route;
pub(crate) mod size;
