//! A dashboard served in one line.

use super::App;
use crate::{dashboard::Dashboard, error::Result, handle::Handle};

/// Serves a dashboard alone in its program: what every [`Dashboard`] can do. For everything else there is [`App`]: several
/// devices, other limits, another address, a place in a bigger application.
pub trait Serve: Dashboard {
    /// Serves the dashboard on `127.0.0.1:8050`, or on the address in the environment variable `DASH_BIND`
    /// (`0.0.0.0:8050` for the whole house, `127.0.0.1:0` for any free port), until Ctrl-C or SIGTERM.
    ///
    /// # Errors
    /// When the layout is not complete, or the address cannot be listened on.
    fn serve(device: Self::Device) -> impl Future<Output = Result<()>> + Send {
        async { App::new::<Self>(device)?.serve().await }
    }

    /// Serves the dashboard as [`serve`](Serve::serve) does, on a device that is made with a handle, with which it can
    /// push values by itself: `Ui::serve_with(Thermostat::start).await`.
    ///
    /// # Errors
    /// When the layout is not complete, or the address cannot be listened on.
    fn serve_with(device: impl FnOnce(Handle<Self>) -> Self::Device + Send) -> impl Future<Output = Result<()>> + Send {
        let app = App::with::<Self>(device);
        async { app?.serve().await }
    }
}

impl<D: Dashboard> Serve for D {}
