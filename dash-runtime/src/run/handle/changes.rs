//! Changes of properties, made by `changes!`.

use std::{fmt, marker::PhantomData};

use crate::callback::returns::Writes;

/// Changes of properties of the dashboard `D`, made by [`changes!`](../../dash_devices/macro.changes.html).
#[must_use = "changes nothing until it is pushed"]
pub struct Changes<D> {
    /// Or the reason why a value cannot be written.
    pub(crate) writes: Result<Writes, String>,
    dashboard: PhantomData<fn() -> D>,
}

impl<D> fmt::Debug for Changes<D> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_tuple("Changes").field(&self.writes).finish()
    }
}

impl<D> Changes<D> {
    /// For `changes!`: no changes.
    #[doc(hidden)]
    #[allow(clippy::new_without_default, reason = "users write `changes!`, which does not take nothing")]
    pub fn new() -> Self {
        Self { writes: Ok(Writes::default()), dashboard: PhantomData }
    }
}
