//! Serving a dashboard in one line.

use std::pin::Pin;

use super::App;
use crate::{dashboard::Dashboard, error::Result, handle::Handle};

/// Serves a dashboard alone in its program. It is implemented for every [`Dashboard`]. Use [`App`] for everything else:
/// several devices, other limits, another address, or a part of a larger application.
pub trait Serve: Dashboard {
    /// Serves the dashboard until Ctrl-C or SIGTERM. The address is `127.0.0.1:8050`, or the value of the environment
    /// variable `DASH_BIND` (`0.0.0.0:8050` for all addresses of this computer, `127.0.0.1:0` for any free port).
    ///
    /// # Errors
    /// If the layout is incomplete, or the server cannot listen on the address.
    fn serve(device: Self::Device) -> impl Future<Output = Result<()>> + Send {
        async { App::new::<Self>(device)?.serve().await }
    }

    /// Like [`serve`](Serve::serve), on a device that is made with a handle. With it the device can push values:
    /// `Ui::serve_with(Thermostat::start).await`.
    ///
    /// # Errors
    /// If the layout is incomplete, or the server cannot listen on the address.
    // The future has no `impl` type. Such a type would depend on the function's, and the compiler would report a function
    // that does not fit at each use of the future too.
    fn serve_with(
        device: impl FnOnce(Handle<Self>) -> Self::Device + Send,
    ) -> Pin<Box<dyn Future<Output = Result<()>> + Send>> {
        let app = App::with::<Self>(device);
        Box::pin(async { app?.serve().await })
    }
}

impl<D: Dashboard> Serve for D {}
