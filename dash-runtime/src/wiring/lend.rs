//! Lending the device to callbacks: a callback takes `&mut T`, and the dashboard's device is a `T` or has one.

use std::any::Any;

/// A device, or a part of one, while it moves between an island and a callback.
pub type Part = Box<dyn Any + Send>;

/// A device that has a `T` to lend to callbacks.
///
/// Every type lends itself. `#[derive(Device)]` makes a struct lend its fields, each with its own queue, so callbacks
/// on one field never wait for callbacks on another. A manual implementation lends a value that is reached through the
/// whole device, with the one queue of the device.
#[diagnostic::on_unimplemented(
    message = "this dashboard's device has no `{T}` to lend",
    label = "borrows `&mut {T}`, which `{Self}` does not hold",
    note = "`type Device` is `{Self}`; to lend its fields, write `#[derive(Device)]` above it",
    note = "if `{T}` is what is kept for each client, write `#[session]` before the parameter"
)]
pub trait Lend<T> {
    /// The field that is lent, if the device can be split into fields.
    #[doc(hidden)]
    const FIELD: Option<usize> = None;

    /// Lends the value.
    fn lend(&mut self) -> &mut T;

    /// Splits the device into its fields, in their order.
    #[doc(hidden)]
    fn split(self) -> Vec<Part>
    where
        Self: Send + Sized + 'static,
    {
        vec![Box::new(self)]
    }
}

impl<T> Lend<T> for T {
    fn lend(&mut self) -> &mut T {
        self
    }
}

/// What a callback borrows of the device.
#[derive(Debug, Clone, Copy)]
pub struct Borrow {
    /// The field, or `None` if the callback needs the whole device.
    pub(crate) field: Option<usize>,
    /// Splits the whole device.
    pub(crate) split: fn(Part) -> Vec<Part>,
}

impl Borrow {
    /// For expansions: a `&mut T` of the device `D`.
    pub const fn of<D: Lend<T> + Send + 'static, T>() -> Self {
        Self { field: D::FIELD, split: split::<D, T> }
    }
}

fn split<D: Lend<T> + Send + 'static, T>(whole: Part) -> Vec<Part> {
    match whole.downcast::<D>() {
        // With the full path, because `Box` is a type too, and lends itself.
        Ok(device) => <D as Lend<T>>::split(*device),
        Err(other) => vec![other],
    }
}

/// The `T` in a part. The part is a `T`, or it is the whole device `D`, which lends one.
pub(crate) fn reach<D: Lend<T> + 'static, T: 'static>(part: &mut Part) -> Option<&mut T> {
    if part.is::<T>() {
        return part.downcast_mut::<T>();
    }
    part.downcast_mut::<D>().map(<D as Lend<T>>::lend)
}

/// For expansions: a field of the device that `#[derive(Device)]` splits off.
pub fn part<T: Send + 'static>(field: T) -> Part {
    Box::new(field)
}
