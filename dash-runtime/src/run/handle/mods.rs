//! Changes of properties, made by `mods!`.

use std::{fmt, marker::PhantomData};

use crate::callback::returns::Writes;

/// Changes of properties of the dashboard `D`, made by [`mods!`](../../dash_devices/macro.mods.html).
#[must_use = "changes nothing until it is pushed"]
pub struct Mods<D> {
    /// Or why one of the values cannot be written.
    pub(crate) writes: Result<Writes, String>,
    dashboard: PhantomData<fn() -> D>,
}

impl<D> fmt::Debug for Mods<D> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_tuple("Mods").field(&self.writes).finish()
    }
}

impl<D> Mods<D> {
    /// For `mods!`: no changes.
    #[doc(hidden)]
    #[allow(clippy::new_without_default, reason = "users write `mods!`, which does not take nothing")]
    pub fn new() -> Self {
        Self { writes: Ok(Writes::default()), dashboard: PhantomData }
    }
}
