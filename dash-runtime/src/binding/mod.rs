//! Bindings: properties that go together without a callback, and in the browser without a round trip.
//!
//! A [`Binding`] is a constant, made by `bindings![..]` from `bind(Ui::a.value, Ui::b.value)` and checked together with
//! the callbacks ([`check`]) while the user's crate compiles.

pub mod check;
pub(crate) mod twins;

use std::{fmt, marker::PhantomData};

use crate::{
    dashboard::{Dashboard, Shows},
    prop::{Port, Prop, PropKind, kind},
};

/// One entry of `bindings![..]`.
#[derive(Debug, Clone, Copy)]
pub struct Binding {
    pub(crate) how: How,
}

/// What goes together with what.
#[derive(Debug, Clone, Copy)]
pub(crate) enum How {
    /// Both are one: a change of either is a change of both.
    Same(Port, Port),
}

/// The bindings of a dashboard, made by `bindings![..]`.
pub struct Bindings<D: 'static> {
    list: &'static [Binding],
    dashboard: PhantomData<fn(D)>,
}

impl<D> fmt::Debug for Bindings<D> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_list().entries(self.list).finish()
    }
}

impl<D: Dashboard> Bindings<D> {
    /// No bindings: what a dashboard has that says nothing of them.
    pub const NONE: Self = Self::new(&[]);

    /// For `bindings!`: the list, which the macro has had checked.
    #[doc(hidden)]
    pub const fn new(list: &'static [Binding]) -> Self {
        Self { list, dashboard: PhantomData }
    }

    /// For `bindings!`: the list names components of `C`.
    #[doc(hidden)]
    #[must_use]
    pub const fn of<C>(self) -> Self
    where
        D: Shows<C>,
    {
        self
    }

    pub(crate) const fn list(&self) -> &'static [Binding] {
        self.list
    }
}

/// A property that can be bound.
#[diagnostic::on_unimplemented(
    message = "only a property with a current value can be bound to another",
    label = "an event or a stream has no current value",
    note = "what an event or a new item leads to is said by a callback"
)]
pub trait Bindable {}
impl<T> Bindable for Prop<T> {}

/// The value of no property. With a single implementation the compiler would conclude what the property must be, and speak
/// of mismatched types.
#[derive(Debug)]
#[allow(dead_code, reason = "what counts is that there is an implementation")]
enum Nobody {}

#[diagnostic::do_not_recommend]
impl Bindable for Prop<Nobody, kind::Event> {}

/// For `bindings!`: `bind(a, b)`.
pub const fn bind<T, A: PropKind, B: PropKind>(a: Prop<T, A>, b: Prop<T, B>) -> Binding
where
    Prop<T, A>: Bindable,
    Prop<T, B>: Bindable,
{
    Binding { how: How::Same(a.port(A::KIND), b.port(B::KIND)) }
}
