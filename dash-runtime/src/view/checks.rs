//! The types that `#[prop(within(..))]` and similar checks accept.

use crate::{component::Check, prop::PropValue};

/// A bound of `within`.
#[diagnostic::on_unimplemented(
    message = "`within` compares numbers, and this property is a `{Self}`",
    label = "not an `f64`",
    note = "the property and both of its bounds are `f64`"
)]
pub trait Number: PropValue {}
impl Number for f64 {}

/// A property that `within` can check.
#[diagnostic::on_unimplemented(
    message = "`within` compares numbers, and this property is a `{Self}`",
    label = "not an `f64`",
    note = "the property and both of its bounds are `f64`"
)]
pub trait Within: PropValue {
    /// Whether the value is finite, and from `min` to `max`.
    fn is_within(&self, min: f64, max: f64) -> bool;

    /// The value in a message.
    fn written(&self) -> String;
}

impl Within for f64 {
    fn is_within(&self, min: f64, max: f64) -> bool {
        self.is_finite() && *self >= min && *self <= max
    }

    fn written(&self) -> String {
        self.to_string()
    }
}

/// The index of a bound of [`within`]. Compiles only if the bound is a number.
pub const fn number<T: Number>(at: usize) -> usize {
    at
}

/// `within(min, max)` on a property of type `T`.
pub const fn within<T: Within>(min: usize, max: usize) -> Check {
    Check::within::<T>(min, max)
}

/// A property that `max_len` can check.
#[diagnostic::on_unimplemented(
    message = "`max_len` counts the characters of a text, and this property is a `{Self}`",
    label = "not a `String`"
)]
pub trait Text: PropValue {}
impl Text for String {}

/// `max_len = limit` on a property of type `T`.
pub const fn max_len<T: Text>(limit: usize) -> Check {
    Check::max_len(limit)
}

/// The type of a deadline.
#[diagnostic::on_unimplemented(
    message = "the deadline of a held control is a time in seconds, and this property is a `{Self}`",
    label = "not an `f64`"
)]
pub trait Deadline: PropValue {}
impl Deadline for f64 {}

/// The index of the deadline of a held control. Compiles only if it is a time.
pub const fn deadline<T: Deadline>(at: usize) -> usize {
    at
}
