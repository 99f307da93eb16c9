//! The app under test.

use std::net::SocketAddr;

use dash_devices::{App, Dashboard, Error, Limits};
use serde_json::Value;
use tokio::{net::TcpListener, sync::oneshot, task::JoinHandle};

use super::{
    Browser, PATIENCE, Page, eventually,
    http::{self, Request, Response},
    within,
};

/// Default limits with a change.
///
/// The default here is no frame for an unfinished turn: a turn shows its outputs when it is over. On a loaded machine even
/// a chain without waits may take longer than `Limits::frame`, and would then be sent in parts.
pub(crate) fn limits(change: impl FnOnce(&mut Limits)) -> Limits {
    let mut limits = Limits::default();
    limits.frame = PATIENCE;
    change(&mut limits);
    limits
}

/// A dashboard that is served until this is dropped.
pub(crate) struct Served {
    pub(crate) address: SocketAddr,
    stop: oneshot::Sender<()>,
    task: JoinHandle<Result<(), Error>>,
}

impl Served {
    /// The dashboard `D` with the [`limits`] of the tests.
    pub(crate) async fn new<D: Dashboard>(device: D::Device) -> Self {
        Self::with_limits::<D>(device, |_| {}).await
    }

    /// The dashboard `D` with these changes of the [`limits`].
    pub(crate) async fn with_limits<D: Dashboard>(device: D::Device, change: impl FnOnce(&mut Limits)) -> Self {
        Self::app(App::new::<D>(device).unwrap().limits(limits(change))).await
    }

    /// Serves this app.
    pub(crate) async fn app(app: App) -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let address = listener.local_addr().unwrap();
        let (stop, stopped) = oneshot::channel::<()>();
        let task = tokio::spawn(app.serve_on(listener, async {
            // Dropping the sender also stops it.
            let _ = stopped.await;
        }));
        Self { address, stop, task }
    }

    /// The response for `path`.
    pub(crate) async fn get(&self, path: &str) -> Response {
        http::send(self.address, &Request::get(path)).await
    }

    /// The page, as its script reads it.
    pub(crate) async fn page(&self) -> Page {
        let response = self.get("/").await;
        assert_eq!(response.status, 200);
        Page::of(response.text())
    }

    /// Loads the page of one of several devices and sends the hello.
    pub(crate) async fn join_device(&self, key: &str) -> Browser {
        let response = self.get(&format!("/{key}/")).await;
        assert_eq!(response.status, 200, "{key}");
        Browser::join(self.address, Page::at(&format!("/{key}/"), response.text())).await
    }

    /// Loads the page and sends the hello.
    pub(crate) async fn join(&self) -> Browser {
        Browser::join(self.address, self.page().await).await
    }

    /// The same without a WebSocket.
    pub(crate) async fn join_by_request(&self) -> Browser {
        Browser::join_by_request(self.address, self.page().await).await
    }

    pub(crate) async fn health(&self) -> Value {
        serde_json::from_str(&self.get("/health").await.text()).unwrap()
    }

    /// The number of frames that were refused for this reason.
    pub(crate) async fn refused(&self, kind: &str) -> u64 {
        self.health().await["counts"]["refused"][kind].as_u64().unwrap_or(0)
    }

    /// Waits until this number of clients is connected.
    pub(crate) async fn has_clients(&self, count: u64) {
        eventually(&format!("{count} clients"), async || (self.health().await["clients"] == count).then_some(())).await;
    }

    /// Waits until the count `count` of the health report is at least `least`.
    pub(crate) async fn counted(&self, count: &str, least: u64) {
        eventually(&format!("{least} {count}"), async || {
            (self.health().await["counts"][count].as_u64()? >= least).then_some(())
        })
        .await;
    }

    /// Stops the server like a signal, and waits for its end.
    pub(crate) async fn stop(self) {
        drop(self.stop);
        within("the end of the server", self.task).await.unwrap().unwrap();
    }
}
