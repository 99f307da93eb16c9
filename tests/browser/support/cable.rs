//! A network between browser and server that tests can cut.

use std::{
    net::SocketAddr,
    sync::{
        Arc,
        atomic::{AtomicBool, AtomicU64, Ordering::Relaxed},
    },
    time::Duration,
};

use tokio::{
    io::{AsyncRead, AsyncReadExt as _, AsyncWrite, AsyncWriteExt as _},
    net::{TcpListener, TcpStream},
    task::{JoinHandle, JoinSet},
    time::sleep,
};

/// Forwards and counts bytes, until the end of the test.
pub(crate) struct Cable {
    /// The address that the browser connects to.
    pub(crate) address: SocketAddr,
    server: SocketAddr,
    state: Arc<State>,
    task: JoinHandle<()>,
}

#[derive(Default)]
struct State {
    bytes: AtomicU64,
    /// The number of connections so far.
    connections: AtomicU64,
    /// Whether WebSockets are forwarded.
    sockets: AtomicBool,
    /// Whether nothing is forwarded, although all connections stay open.
    held: AtomicBool,
    /// How many bytes per second are forwarded to the browser. 0 for no limit.
    rate: AtomicU64,
}

impl Cable {
    pub(crate) async fn to(server: SocketAddr) -> Self {
        Self::new(server, true).await
    }

    /// With a proxy that refuses WebSockets.
    pub(crate) async fn without_sockets(server: SocketAddr) -> Self {
        Self::new(server, false).await
    }

    async fn new(server: SocketAddr, sockets: bool) -> Self {
        let state = Arc::new(State { sockets: AtomicBool::new(sockets), ..State::default() });
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let address = listener.local_addr().unwrap();
        let task = tokio::spawn(pass(listener, server, Arc::clone(&state)));
        Self { address, server, state, task }
    }

    /// Forwards WebSockets from now on.
    pub(crate) fn let_sockets_through(&self) {
        self.state.sockets.store(true, Relaxed);
    }

    pub(crate) fn url(&self) -> String {
        format!("http://{}/", self.address)
    }

    /// All bytes so far, in both directions.
    pub(crate) fn bytes(&self) -> u64 {
        self.state.bytes.load(Relaxed)
    }

    /// The number of connections so far.
    pub(crate) fn connections(&self) -> u64 {
        self.state.connections.load(Relaxed)
    }

    /// Forwards nothing, or goes on. All connections stay open, so nobody is told.
    pub(crate) fn hold(&self, held: bool) {
        self.state.held.store(held, Relaxed);
    }

    /// Forwards so many bytes per second to the browser from now on.
    pub(crate) fn limit(&self, rate: u64) {
        self.state.rate.store(rate, Relaxed);
    }

    /// Closes all connections and accepts no new ones.
    pub(crate) async fn cut(&mut self) {
        self.task.abort();
        _ = (&mut self.task).await;
    }

    pub(crate) async fn mend(&mut self) {
        let listener = TcpListener::bind(self.address).await.unwrap();
        self.task = tokio::spawn(pass(listener, self.server, Arc::clone(&self.state)));
    }
}

async fn pass(listener: TcpListener, server: SocketAddr, state: Arc<State>) {
    // The connections are closed when this task is dropped.
    let mut connections = JoinSet::new();
    loop {
        let (mut near, _) = listener.accept().await.unwrap();
        let state = Arc::clone(&state);
        state.connections.fetch_add(1, Relaxed);
        connections.spawn(async move {
            if !state.sockets.load(Relaxed) && wants_socket(&near).await {
                _ = near.write_all(b"HTTP/1.1 403 Forbidden\r\nContent-Length: 0\r\nConnection: close\r\n\r\n").await;
                return;
            }
            let Ok(far) = TcpStream::connect(server).await else { return };
            for stream in [&near, &far] {
                stream.set_nodelay(true).unwrap();
            }
            let (near_read, near_write) = near.into_split();
            let (far_read, far_write) = far.into_split();
            tokio::join!(copy(near_read, far_write, &state, false), copy(far_read, near_write, &state, true));
        });
    }
}

/// Whether the first request asks for a WebSocket. Browsers open a separate connection for each.
async fn wants_socket(near: &TcpStream) -> bool {
    let mut head = vec![0; 8 * 1024];
    loop {
        let Ok(length @ 1..) = near.peek(&mut head).await else { return false };
        let text = String::from_utf8_lossy(&head[..length]).to_ascii_lowercase();
        if let Some((head, _)) = text.split_once("\r\n\r\n") {
            return head.contains("\r\nupgrade: websocket");
        }
        // One cannot wait for more bytes than were already peeked.
        sleep(Duration::from_millis(1)).await;
    }
}

/// Copies until `from` ends or fails. Either closes `to`.
async fn copy(mut from: impl AsyncRead + Unpin, mut to: impl AsyncWrite + Unpin, state: &State, to_browser: bool) {
    let mut buffer = [0; 16 * 1024];
    loop {
        let rate = if to_browser { state.rate.load(Relaxed) } else { 0 };
        let room = if rate == 0 { buffer.len() } else { 1024 };
        let Ok(length @ 1..) = from.read(&mut buffer[..room]).await else { break };
        while state.held.load(Relaxed) {
            sleep(Duration::from_millis(5)).await;
        }
        if let Some(time) = (length as u64 * 1_000_000).checked_div(rate) {
            sleep(Duration::from_micros(time)).await;
        }
        state.bytes.fetch_add(length as u64, Relaxed);
        if to.write_all(&buffer[..length]).await.is_err() {
            return;
        }
    }
    _ = to.shutdown().await;
}
