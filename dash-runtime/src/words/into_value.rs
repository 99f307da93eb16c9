//! What may be given where a value of a certain type is kept.

/// Whatever becomes a `T`: everything that is [`Into<T>`]. Builder methods take it instead of `Into`, because only a trait
/// of our own can say in a compile error what was expected.
///
/// ```
/// use dash_runtime::IntoValue;
///
/// fn label(text: impl IntoValue<String>) -> String {
///     text.into_value()
/// }
/// assert_eq!(label("Speed"), label(String::from("Speed")));
/// ```
#[diagnostic::on_unimplemented(
    message = "`{T}` is expected here, and `{Self}` does not become one",
    label = "this is no `{T}`",
    note = "a number becomes a text with `format!`, a text becomes a number with `.parse()?`, and a `u64`, `i64` or `usize` \
            becomes an `f64` with `as f64`"
)]
pub trait IntoValue<T> {
    /// The value.
    fn into_value(self) -> T;
}

// Otherwise the compiler would name `From` and list its implementations.
#[diagnostic::do_not_recommend]
impl<T, V: Into<T>> IntoValue<T> for V {
    fn into_value(self) -> T {
        self.into()
    }
}
