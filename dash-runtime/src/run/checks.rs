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

/// A function that checks values of these types.
#[diagnostic::on_unimplemented(
    message = "this function cannot check the values of the callback: it would be called with `{Args}`",
    label = "does not take `{Args}`",
    note = "a check has the parameters of the callback that are inputs and states, with the same types and in the same order, and no device"
)]
pub trait Asked<Args> {
    /// What the function returns.
    type Said;

    /// Calls it.
    fn ask(self, args: Args) -> Self::Said;
}

macro_rules! asked {
    () => {};
    ($first:ident $($arg:ident)*) => {
        // Otherwise the compiler would speak of `FnOnce`, and not of the parameters.
        #[diagnostic::do_not_recommend]
        impl<Function, Said, $first, $($arg),*> Asked<($first, $($arg,)*)> for Function
        where
            Function: FnOnce($first, $($arg),*) -> Said,
        {
            type Said = Said;

            #[allow(non_snake_case, reason = "a value is called like its type")]
            fn ask(self, ($first, $($arg,)*): ($first, $($arg,)*)) -> Said {
                self($first, $($arg),*)
            }
        }
        asked!($($arg)*);
    };
}

asked!(A B C D E G H I J K L M);

/// For expansions: the values that a function checks, as a tuple.
#[derive(Debug)]
pub struct CheckedValues<Args>(pub Args);

impl<Args> CheckedValues<Args> {
    /// Calls the function.
    pub fn ask<F: Asked<Args>>(self, function: F) -> F::Said {
        function.ask(self.0)
    }
}

/// For expansions: what the function has returned.
pub fn said<S: Said>(said: S) -> Result<(), String> {
    said.said()
}
