//! `check = is_allowed`: a function of the user that may refuse values before they take effect.

use std::fmt::Display;

/// What such a function returns.
#[diagnostic::on_unimplemented(
    message = "a function that checks values cannot return a `{Self}`",
    label = "returns a `{Self}`",
    note = "it returns a `Result<(), E>`: `Ok(())` lets the values take effect, and the error says why not; it implements `Display`"
)]
pub trait Said {
    /// Why the values may not take effect.
    ///
    /// # Errors
    /// The reason.
    fn said(self) -> Result<(), String>;
}

impl<E: Display> Said for Result<(), E> {
    fn said(self) -> Result<(), String> {
        self.map_err(|why| why.to_string())
    }
}

/// For expansions: what the function has returned.
pub fn said<S: Said>(said: S) -> Result<(), String> {
    said.said()
}
