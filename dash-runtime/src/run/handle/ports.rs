//! The properties that handles read and fire. The traits exist for their error messages.

use crate::prop::{EventProp, Prop, PropValue, kind};

/// A property with a current value.
#[diagnostic::on_unimplemented(
    message = "only a property with a current value can be read",
    label = "an event or a stream has no current value",
    note = "an event starts a callback, with `on = Ui::go.click`; the items of a stream come from the callback that appends them"
)]
pub trait ReadPort {}
#[diagnostic::do_not_recommend]
impl<T> ReadPort for Prop<T> {}
// See `Nobody`.
#[diagnostic::do_not_recommend]
impl ReadPort for Prop<Nobody, kind::Stream> {}

/// A property that is an event.
#[diagnostic::on_unimplemented(
    message = "only an event can be fired",
    label = "this property is no event",
    note = "`handle.push(changes![Ui::level.value = 1.0])` sets a property that has a value"
)]
pub trait FirePort {
    /// What the event carries.
    type Payload: PropValue;

    #[doc(hidden)]
    fn event(self) -> EventProp<Self::Payload>;
}

impl<T: PropValue> FirePort for Prop<T, kind::Event> {
    type Payload = T;

    fn event(self) -> Self {
        self
    }
}

/// A type without values. With a single implementation of a trait, the compiler would infer the property's type from
/// it, and report mismatched types instead of the trait's message.
#[derive(Debug)]
#[allow(dead_code, reason = "what counts is that there is an implementation")]
enum Nobody {}
