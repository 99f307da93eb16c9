//! A dashboard with one chart, whose history is kept.

use dash_devices::{App, Handle, prelude::*};

use super::Server;

#[components]
pub(crate) struct Logger {
    #[keep(for = "1000d")]
    pub(crate) history: Trend,
}

impl Dashboard for Logger {
    type Device = ();
    type Session = ();
    const CALLBACKS: Callbacks<Self> = callbacks![];

    fn layout(self) -> Element {
        let history = self.history.label("Wave").series([Series::new("wave").unit("V")]);
        page("Logger", card("Wave", history.window(60.0).min(0.0).max(100.0)))
    }
}

/// The server of the dashboard with a store.
pub(crate) async fn logger(store: impl FnOnce(App) -> App) -> (Server, Handle<Logger>) {
    let mut handle = None;
    let app = App::with::<Logger>(|given| handle = Some(given)).unwrap();
    (Server::start_app(store(app)).await, handle.unwrap())
}

/// What takes the focus and the pointer.
pub(crate) const PLOT: &str = "#history .dd-chart-plot";

/// The requests of a page for the history, as a list of entries of its timeline, without the one that asks how far it reaches.
macro_rules! requests {
    () => {
        "performance.getEntriesByType('resource').filter(({ name }) => name.includes('/api/history/') && !name.includes('from=0&'))"
    };
}

pub(crate) use requests;
