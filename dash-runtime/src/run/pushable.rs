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

impl<T> PushPort for Prop<T> {
    type Output = Self;

    fn port(self) -> Self {
        self
    }
}

impl<T> PushPort for Prop<T, kind::Stream> {
    type Output = Self;

    fn port(self) -> Self {
        self
    }
}

/// A value that a property accepts. The compiler infers `M`.
#[diagnostic::on_unimplemented(
    message = "`{Self}` can't be pushed to a `{P}`",
    label = "`{Self}` does not fit the property, a `{P}`",
    note = "push what the property holds: a number becomes a text with `format!`, a text a number with `.parse()?`"
)]
pub trait Pushable<P, M> {
    #[doc(hidden)]
    fn push(self, prop: P, writes: &mut Writes) -> Result<(), String>;
}

#[diagnostic::do_not_recommend]
impl<P, M, V: Emit<P, M>> Pushable<P, M> for V {
    fn push(self, prop: P, writes: &mut Writes) -> Result<(), String> {
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
pub fn put_change<D, P, M, V: Pushable<P, M>>(changes: &mut Changes<D>, prop: P, value: V) {
    if let Ok(writes) = &mut changes.writes
        && let Err(why) = value.push(prop, writes)
    {
        changes.writes = Err(why);
    }
}
