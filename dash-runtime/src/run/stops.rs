//! The functions of stops.

use std::{fmt, marker::PhantomData, sync::Arc};

use crate::{components::Components, gates::IsStop, prop::ComponentId};

/// What a function of a stop does. It returns why it has failed.
pub(crate) type StopFn = Arc<dyn Fn() -> Result<(), String> + Send + Sync>;

/// The functions of the stops of a dashboard: `Stops::new().on(Ui::stop, move || motors.halt())`.
pub struct Stops<D: ?Sized> {
    functions: Vec<(ComponentId, StopFn)>,
    dashboard: PhantomData<fn() -> D>,
}

impl<D: ?Sized> fmt::Debug for Stops<D> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Stops").field("functions", &self.functions.len()).finish_non_exhaustive()
    }
}

impl<D: ?Sized> Default for Stops<D> {
    fn default() -> Self {
        Self { functions: Vec::new(), dashboard: PhantomData }
    }
}

impl<D: Components> Stops<D> {
    /// No stops.
    pub fn new() -> Self {
        Self::default()
    }

    /// Adds the function of a stop: `Ui::stop`, or `Ui::left.stop` in a group.
    ///
    /// It runs at each press, on a thread of its own, also while a callback has the device. If it runs when the stop is
    /// pressed again, it runs once more afterwards. It returns nothing, or a `Result` whose error everybody sees. It must
    /// stop the device in a way that lasts: a callback that is running meanwhile may still write to the device.
    #[must_use]
    #[expect(clippy::needless_pass_by_value, reason = "the properties of a component are constants, named in place")]
    pub fn on<R: StopResult>(mut self, stop: impl IsStop, function: impl Fn() -> R + Send + Sync + 'static) -> Self {
        self.functions.push((stop.id(), Arc::new(move || function().into_result())));
        self
    }

    pub(crate) fn into_functions(self) -> Vec<(ComponentId, StopFn)> {
        self.functions
    }
}

/// What the function of a stop may return: nothing, or a `Result<(), E>` with an error that can be shown.
#[diagnostic::on_unimplemented(
    message = "the function of a stop cannot return a `{Self}`",
    label = "returns a `{Self}`",
    note = "it returns nothing, or a `Result<(), E>` whose error implements `Display`"
)]
pub trait StopResult {
    /// Why it has failed.
    ///
    /// # Errors
    /// The error as a text.
    fn into_result(self) -> Result<(), String>;
}

impl StopResult for () {
    fn into_result(self) -> Result<(), String> {
        Ok(())
    }
}

impl<E: fmt::Display> StopResult for Result<(), E> {
    fn into_result(self) -> Result<(), String> {
        self.map_err(|error| error.to_string())
    }
}
