//! The accept loop. Unlike `axum::serve`, it limits the number of connections, the time for a request's head and the time
//! for which a client may read nothing. It sets `TCP_NODELAY`: without it, the second of two small frames waits until the
//! first is acknowledged.

use std::{
    convert::Infallible,
    io,
    net::SocketAddr,
    pin::Pin,
    sync::{Arc, atomic::Ordering},
    task::{Context, Poll},
    time::Duration,
};

use axum::{
    Router,
    body::{Body, HttpBody},
    extract::ConnectInfo,
    http::{Extensions, Request, StatusCode},
    response::Response,
};
use bytes::Bytes;
use hyper::{
    body::{Frame, Incoming, SizeHint},
    server::conn::http1,
    service::service_fn,
};
use hyper_util::rt::{TokioIo, TokioTimer};
use tokio::{
    io::{AsyncRead, AsyncWrite},
    net::{TcpListener, TcpStream},
    sync::watch,
    time::{sleep, timeout},
};
use tower_service::Service;

#[cfg(feature = "tls")]
use super::tls::{self, Live, Stream};
use super::{
    connections::{Connection, Connections},
    hosts::{Encrypted, Hosts},
    linger::Lingering,
    meter::Meter,
    quota::Full,
    write_deadline::WriteDeadline,
};
use crate::{
    protocol::limits::Limits,
    words::{log, network::Network},
};

/// The first pause after a failed accept. The usual cause is that there are no file descriptors left.
const FIRST_PAUSE: Duration = Duration::from_millis(10);
/// The longest such pause.
const LONGEST_PAUSE: Duration = Duration::from_secs(1);
/// How many idle connections give way after a failed accept. Each frees a descriptor.
const GIVE_WAY: usize = 8;
/// How long a connection that gives way may take to end.
const CLOSE_TIME: Duration = Duration::from_millis(200);

/// The response to a connection that is not taken. Nothing is read from it.
const fn too_many(full: Full) -> &'static [u8] {
    match full {
        Full::Network(_) => {
            b"HTTP/1.1 503 Service Unavailable\r\nContent-Type: text/plain\r\nContent-Length: 53\r\n\
            Retry-After: 1\r\nConnection: close\r\n\r\ntoo many connections are open from this address: wait"
        }
        Full::Total(_) => {
            b"HTTP/1.1 503 Service Unavailable\r\nContent-Type: text/plain\r\nContent-Length: 35\r\n\
            Retry-After: 1\r\nConnection: close\r\n\r\ntoo many connections are open: wait"
        }
    }
}

/// What all connections of one listener share.
pub(crate) struct Door {
    pub(crate) router: Router,
    pub(crate) limits: Limits,
    pub(crate) meter: Arc<Meter>,
    pub(crate) connections: Arc<Connections>,
    pub(crate) hosts: Arc<Hosts>,
    pub(crate) shutdown: watch::Receiver<bool>,
    /// The certificate, and the routes for those who do not speak TLS. Without it, nothing is encrypted.
    #[cfg(feature = "tls")]
    pub(crate) tls: Option<(Arc<Live>, Router)>,
}

impl Door {
    /// The connection, with a limit on how long its client may read nothing.
    pub(super) fn limited<S>(&self, stream: S) -> WriteDeadline<S> {
        // Later than the task of a socket or a stream, which knows the client and tells the log.
        let write_time = self.limits.write_time.saturating_add(self.limits.write_time / 4);
        WriteDeadline::new(stream, write_time, Arc::clone(&self.meter.unread))
    }

    /// Whether its clients speak TLS.
    const fn encrypts(&self) -> bool {
        #[cfg(feature = "tls")]
        return self.tls.is_some();
        #[cfg(not(feature = "tls"))]
        false
    }

    /// The same routes and limits, for connections that this server does not encrypt.
    #[cfg(feature = "nats")]
    pub(super) fn unencrypted(&self) -> Self {
        Self {
            router: self.router.clone(),
            limits: self.limits.clone(),
            meter: Arc::clone(&self.meter),
            connections: Arc::clone(&self.connections),
            hosts: Arc::clone(&self.hosts),
            shutdown: self.shutdown.clone(),
            #[cfg(feature = "tls")]
            tls: None,
        }
    }
}

/// The part of a connection that is below the encryption.
type Wire = WriteDeadline<Lingering>;

/// A connection that speaks HTTP from here on.
struct Opened {
    #[cfg(feature = "tls")]
    stream: Stream<Wire>,
    #[cfg(not(feature = "tls"))]
    stream: Wire,
    encrypted: Encrypted,
    router: Router,
}

/// Serves all connections until the shutdown.
pub(crate) async fn serve(listener: TcpListener, door: Door) {
    let mut shutdown = door.shutdown.clone();
    let accepting = accept(listener, Arc::new(door));
    tokio::select! {
        () = accepting => {}
        () = super::ended(&mut shutdown) => {}
    }
}

async fn accept(listener: TcpListener, door: Arc<Door>) {
    let mut pause = FIRST_PAUSE;
    loop {
        let (stream, address) = match listener.accept().await {
            Ok(accepted) => accepted,
            Err(error) if is_of_one_client(&error) => continue,
            Err(error) => {
                door.meter.failed_accepts.fetch_add(1, Ordering::Relaxed);
                if pause == FIRST_PAUSE && log::is_rare("accept", 1, || error.to_string()) {
                    log::warn(&format_args!("a connection could not be accepted: {error}"));
                }
                for _ in 0..GIVE_WAY {
                    door.connections.give_way(None);
                }
                sleep(pause).await;
                pause = (pause * 2).min(LONGEST_PAUSE);
                continue;
            }
        };
        pause = FIRST_PAUSE;
        let _ = stream.set_nodelay(true);
        // A trusted proxy has the connections of many clients.
        let network = Some(address.ip()).filter(|address| !door.hosts.is_proxy(*address)).map(Network::from);
        match door.connections.take(network).await {
            Ok(connection) => {
                tokio::spawn(run(stream, address, connection, Arc::clone(&door)));
            }
            Err(full) => {
                door.meter.told_full(full, Some(address.ip()), "connections");
                if !door.encrypts() {
                    // As far as it fits into the buffer of the system, because nothing waits for this client. A client that
                    // speaks TLS would take a plain text for a broken handshake.
                    let _ = stream.try_write(too_many(full));
                }
            }
        }
    }
}

/// Whether the error belongs to a connection that was closed before it was accepted.
fn is_of_one_client(error: &io::Error) -> bool {
    use io::ErrorKind::{ConnectionAborted, ConnectionRefused, ConnectionReset};
    matches!(error.kind(), ConnectionAborted | ConnectionRefused | ConnectionReset)
}

async fn run(stream: TcpStream, address: SocketAddr, connection: Arc<Connection>, door: Arc<Door>) {
    let Door { limits, meter, connections, .. } = &*door;
    let mut shutdown = door.shutdown.clone();
    let opened = tokio::select! {
        // Without TLS nothing is waited for, and the connection ends as HTTP does.
        biased;
        opened = timeout(limits.header_time, open(stream, &connection, &door)) => opened,
        () = super::ended(&mut shutdown) => return connections.has_ended(&connection),
        () = connection.must_close() => return connections.has_ended(&connection),
    };
    let Opened { stream, encrypted, router } = match opened {
        Ok(Ok(opened)) => opened,
        Ok(Err(error)) => {
            tracing::debug!(%error, "connection ended before the first request");
            return connections.has_ended(&connection);
        }
        Err(_) => {
            meter.silent.fetch_add(1, Ordering::Relaxed);
            return connections.has_ended(&connection);
        }
    };
    let mark = move |extensions: &mut Extensions| {
        extensions.insert(ConnectInfo(address));
        extensions.insert(encrypted);
    };
    speak(stream, router, &connection, &door, mark).await;
}

/// Speaks HTTP on a connection until it ends. `mark` adds to each request what is known of the connection.
pub(super) async fn speak<S>(
    stream: S,
    router: Router,
    connection: &Arc<Connection>,
    door: &Door,
    mark: impl Fn(&mut Extensions),
) where
    S: AsyncRead + AsyncWrite + Unpin + Send + 'static,
{
    let Door { limits, meter, connections, .. } = door;
    let mut shutdown = door.shutdown.clone();
    let service = service_fn(|request: Request<Incoming>| {
        connections.is_busy(connection);
        let mut request = request.map(Body::new);
        mark(request.extensions_mut());
        let (mut router, connections, connection) = (router.clone(), Arc::clone(connections), Arc::clone(connection));
        async move {
            let response = router.call(request).await.map_err(|error: Infallible| error)?;
            Ok::<_, Infallible>(watched(response, connections, connection))
        }
    });
    let http = http1::Builder::new()
        .timer(TokioTimer::new())
        .header_read_timeout(limits.header_time)
        .serve_connection(TokioIo::new(stream), service)
        .with_upgrades();
    tokio::pin!(http);
    let result = tokio::select! {
        result = &mut http => result,
        () = super::ended(&mut shutdown) => {
            http.as_mut().graceful_shutdown();
            http.await
        }
        () = connection.must_close() => {
            http.as_mut().graceful_shutdown();
            // A request that arrives at this moment is answered. Half a request is not waited for.
            timeout(CLOSE_TIME, http).await.unwrap_or(Ok(()))
        }
    };
    connections.has_ended(connection);
    if let Err(error) = result {
        if error.is_timeout() {
            meter.silent.fetch_add(1, Ordering::Relaxed);
        }
        tracing::debug!(%error, "connection ended");
    }
}

/// Prepares a connection for HTTP: with TLS, it waits for the client and ends the handshake. The caller limits the time.
async fn open(stream: TcpStream, connection: &Arc<Connection>, door: &Door) -> io::Result<Opened> {
    #[cfg(feature = "tls")]
    let tls = match &door.tls {
        Some((live, plain)) => Some((tls::speaks_tls(&stream).await?, live, plain)),
        None => None,
    };
    let stream = door.limited(Lingering::new(stream, Arc::clone(connection)));
    #[cfg(feature = "tls")]
    return Ok(match tls {
        Some((true, live, _)) => Opened {
            stream: Stream::encrypted(stream, live).await?,
            encrypted: Encrypted(true),
            router: door.router.clone(),
        },
        Some((false, _, plain)) => {
            Opened { stream: Stream::Plain(stream), encrypted: Encrypted(false), router: plain.clone() }
        }
        None => Opened { stream: Stream::Plain(stream), encrypted: Encrypted(false), router: door.router.clone() },
    });
    #[cfg(not(feature = "tls"))]
    Ok(Opened { stream, encrypted: Encrypted(false), router: door.router.clone() })
}

/// The response, after whose end the connection is idle. If it becomes a WebSocket, it never is.
fn watched(response: Response, connections: Arc<Connections>, connection: Arc<Connection>) -> Response {
    if response.status() == StatusCode::SWITCHING_PROTOCOLS {
        return response;
    }
    response.map(|body| Body::new(Watched { body, connections, connection }))
}

/// A body. When it is dropped, all of it was taken.
struct Watched {
    body: Body,
    connections: Arc<Connections>,
    connection: Arc<Connection>,
}

impl HttpBody for Watched {
    type Data = Bytes;
    type Error = axum::Error;

    fn poll_frame(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<Option<Result<Frame<Bytes>, axum::Error>>> {
        Pin::new(&mut self.body).poll_frame(cx)
    }

    fn is_end_stream(&self) -> bool {
        self.body.is_end_stream()
    }

    fn size_hint(&self) -> SizeHint {
        self.body.size_hint()
    }
}

impl Drop for Watched {
    fn drop(&mut self) {
        self.connections.is_idle(&self.connection);
    }
}
