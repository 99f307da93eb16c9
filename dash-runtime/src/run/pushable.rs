//! The properties and values that `changes!` accepts.

use crate::{
    callback::returns::{Emit, Writes},
    handle::Changes,
    prop::{Prop, kind},
};

/// A property that can be pushed.
#[diagnostic::on_unimplemented(
    message = "an event has no value that could be pushed",
    label = "this property is an event",
    note = "`handle.fire(Ui::go.click, ())` makes an event happen"
)]
pub trait PushPort {
    /// The property itself.
    type Output;

    #[doc(hidden)]
    fn port(self) -> Self::Output;
}

#[diagnostic::do_not_recommend]
impl<T> PushPort for Prop<T> {
    type Output = Self;

    fn port(self) -> Self {
        self
    }
}

#[diagnostic::do_not_recommend]
impl<T> PushPort for Prop<T, kind::Stream> {
    type Output = Self;

    fn port(self) -> Self {
        self
    }
}

/// A value that a property of `T` accepts. The compiler infers `M`.
#[diagnostic::on_unimplemented(
    message = "`{Self}` does not fit this property, which holds `{T}`",
    label = "push a `{T}`",
    note = "a number becomes a text with `format!`, a text becomes a number with `.parse()?`, a `u64`, `i64` or `usize` becomes an `f64` with `as f64`"
)]
pub trait Pushable<T, K, M> {
    #[doc(hidden)]
    fn push(self, prop: Prop<T, K>, writes: &mut Writes) -> Result<(), String>;
}

#[diagnostic::do_not_recommend]
impl<T, K, M, V: Emit<Prop<T, K>, M>> Pushable<T, K, M> for V {
    fn push(self, prop: Prop<T, K>, writes: &mut Writes) -> Result<(), String> {
        self.emit(prop, writes)
    }
}

/// Checks that a property belongs to the struct `C` of the first property in a `changes!`.
#[diagnostic::on_unimplemented(
    message = "one `changes!` is for one dashboard: this property is of `{C}`, the first one of `{Self}`",
    label = "not of `{Self}`",
    note = "push to each dashboard through a handle of its own"
)]
pub trait Together<C> {}
impl<C> Together<C> for C {}

/// A property in `changes!`.
pub fn push_port<P: PushPort>(prop: P) -> P::Output {
    prop.port()
}

/// A property of the struct `C` in `changes!`, where the first property belongs to `D`.
pub fn push_port_of<D: Together<C>, C, P: PushPort>(prop: P) -> P::Output {
    prop.port()
}

/// Adds a change.
pub fn put_change<D, T, K, M, V: Pushable<T, K, M>>(changes: &mut Changes<D>, prop: Prop<T, K>, value: V) {
    if let Ok(writes) = &mut changes.writes
        && let Err(why) = value.push(prop, writes)
    {
        changes.writes = Err(why);
    }
}
