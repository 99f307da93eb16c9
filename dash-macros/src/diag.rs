//! Collects faults, so that the user sees all of them at once, each at the token to change.

use proc_macro2::{Span, TokenStream};
use quote::ToTokens;

/// The faults found so far in one macro call.
///
/// Dropping it without [`finish`](Faults::finish) is a bug of this crate and panics, so that no check can be forgotten.
/// It also panics for correct input, so every test would find such a bug.
#[derive(Debug, Default)]
pub(crate) struct Faults {
    errors: Vec<syn::Error>,
    finished: bool,
}

impl Faults {
    pub(crate) fn new() -> Self {
        Self::default()
    }

    /// Adds `message` at `span`.
    pub(crate) fn at(&mut self, span: Span, message: impl std::fmt::Display) {
        self.push(syn::Error::new(span, message));
    }

    /// Adds `message` at all of `tokens`.
    pub(crate) fn on(&mut self, tokens: impl ToTokens, message: impl std::fmt::Display) {
        self.push(syn::Error::new_spanned(tokens, message));
    }

    pub(crate) fn push(&mut self, error: syn::Error) {
        self.errors.push(error);
    }

    /// The value, or `None` after the error was added.
    pub(crate) fn ok<T>(&mut self, result: syn::Result<T>) -> Option<T> {
        result.map_err(|error| self.push(error)).ok()
    }

    pub(crate) fn is_empty(&self) -> bool {
        self.errors.is_empty()
    }

    pub(crate) fn count(&self) -> usize {
        self.errors.len()
    }

    /// The faults as `compile_error!` calls. Empty if there are none.
    pub(crate) fn finish(mut self) -> TokenStream {
        self.finished = true;
        self.errors.iter().map(syn::Error::to_compile_error).collect()
    }
}

impl Drop for Faults {
    fn drop(&mut self) {
        if !self.finished && !std::thread::panicking() {
            panic!("faults were collected and not reported; this is a bug of dash-macros");
        }
    }
}
