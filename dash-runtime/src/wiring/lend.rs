//! Lending the device: a callback asks for `&mut T`, the dashboard's device has one, or is one.

use std::any::Any;

/// A device, or part of one, on its way between an island and a callback.
pub type Part = Box<dyn Any + Send>;

/// A device that has a `T` to lend to callbacks.
///
/// Every type lends itself. `#[derive(Device)]` makes a struct lend its fields, each from a queue of its own, so that
/// callbacks on one field never wait for callbacks on another. An implementation by hand lends something that is
/// reached through the whole device, from the one queue of the device.
#[diagnostic::on_unimplemented(
    message = "this dashboard's device has no `{T}` to lend",
    label = "borrows `&mut {T}`, which `{Self}` does not hold",
    note = "`type Device` is `{Self}`; to lend its fields, write `#[derive(Device)]` above it",
    note = "if `{T}` is what is kept for each client, write `#[session]` before the parameter"
)]
pub trait Lend<T> {
    /// The field that is lent, if the device can be taken apart into fields.
    #[doc(hidden)]
    const FIELD: Option<usize> = None;

    /// Lends it.
    fn lend(&mut self) -> &mut T;

    /// Takes the device apart into its fields, in their order.
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
    /// The field, or `None` for something that needs the whole device.
    pub(crate) field: Option<usize>,
    /// Takes the whole device apart.
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
        // By name: a box is a type too, and lends itself.
        Ok(device) => <D as Lend<T>>::split(*device),
        Err(other) => vec![other],
    }
}

/// The `T` in a part: the part is a `T` itself, or it is the whole device `D`, which lends one.
pub(crate) fn reach<D: Lend<T> + 'static, T: 'static>(part: &mut Part) -> Option<&mut T> {
    if part.is::<T>() {
        return part.downcast_mut::<T>();
    }
    part.downcast_mut::<D>().map(<D as Lend<T>>::lend)
}

/// For expansions: a field of the device that `#[derive(Device)]` takes apart.
pub fn part<T: Send + 'static>(field: T) -> Part {
    Box::new(field)
}
