//! The accept loop. Unlike `axum::serve`, it limits the number of connections and the time for a request's head, and it
//! sets `TCP_NODELAY`. Without `TCP_NODELAY`, the second of two small frames waits until the first is acknowledged.

use std::{convert::Infallible, sync::Arc, time::Duration};

use axum::{Router, body::Body, extract::ConnectInfo, http::Request};
use hyper::{body::Incoming, server::conn::http1, service::service_fn};
use hyper_util::rt::{TokioIo, TokioTimer};
use tokio::{
    net::{TcpListener, TcpStream},
    sync::{OwnedSemaphorePermit, Semaphore, watch},
};
use tower_service::Service;

use super::linger::Lingering;
use crate::protocol::limits::Limits;

/// The pause after a failed accept. The usual cause is that there are no file descriptors left.
const ACCEPT_AGAIN: Duration = Duration::from_millis(50);

/// Serves `router` until `shutdown`.
pub(crate) async fn serve(listener: TcpListener, router: Router, limits: &Limits, mut shutdown: watch::Receiver<bool>) {
    let free = Arc::new(Semaphore::new(limits.connections));
    loop {
        let Ok(permit) = Arc::clone(&free).acquire_owned().await else { return };
        let accepted = tokio::select! {
            accepted = listener.accept() => accepted,
            () = super::ended(&mut shutdown) => return,
        };
        match accepted {
            Ok((stream, address)) => {
                let _ = stream.set_nodelay(true);
                let router = router.clone();
                tokio::spawn(connection(
                    stream,
                    ConnectInfo(address),
                    router,
                    limits.header_time,
                    shutdown.clone(),
                    permit,
                ));
            }
            Err(error) => {
                tracing::warn!(%error, "a connection could not be accepted");
                tokio::time::sleep(ACCEPT_AGAIN).await;
            }
        }
    }
}

async fn connection(
    stream: TcpStream,
    address: ConnectInfo<std::net::SocketAddr>,
    router: Router,
    header_time: Duration,
    mut shutdown: watch::Receiver<bool>,
    _permit: OwnedSemaphorePermit,
) {
    let service = service_fn(move |request: Request<Incoming>| {
        let mut request = request.map(Body::new);
        request.extensions_mut().insert(address);
        let mut router = router.clone();
        async move {
            let response = router.call(request).await;
            response.map_err(|error: Infallible| error)
        }
    });
    let connection = http1::Builder::new()
        .timer(TokioTimer::new())
        .header_read_timeout(header_time)
        .serve_connection(TokioIo::new(Lingering::new(stream)), service)
        .with_upgrades();
    tokio::pin!(connection);
    let result = tokio::select! {
        result = &mut connection => result,
        () = super::ended(&mut shutdown) => {
            connection.as_mut().graceful_shutdown();
            connection.await
        }
    };
    if let Err(error) = result {
        tracing::debug!(%error, "connection ended");
    }
}
