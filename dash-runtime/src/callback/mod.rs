//! Callbacks: what the attributes turn functions into.
//!
//! An annotated function `shoot` gets a type of the same name beside it. The type says what the callback is wired to
//! ([`Wired::SPEC`], a constant, checked by [`check`](check::check) while the user's crate compiles) and, for each
//! dashboard that can lend what it borrows, how to run it ([`CallbackFor::DEF`]).

pub mod call;
pub mod check;
pub mod extract;
pub mod kept;
pub mod lend;
pub mod returns;
pub mod spec;
pub mod task;
pub mod trigger;

pub use spec::{CallbackFor, Callbacks, Wired};
