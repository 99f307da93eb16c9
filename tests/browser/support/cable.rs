//! A network between browser and server that tests can cut.

use std::{
    net::SocketAddr,
    sync::{
        Arc,
        atomic::{AtomicBool, AtomicU64, Ordering::Relaxed},
    },
};

use tokio::{
    io::{AsyncRead, AsyncReadExt as _, AsyncWrite, AsyncWriteExt as _},
    net::{TcpListener, TcpStream},
    task::{JoinHandle, JoinSet},
};

/// Forwards and counts bytes, until the end of the test.
pub(crate) struct Cable {
    /// The address that the browser connects to.
    pub(crate) address: SocketAddr,
    server: SocketAddr,
    bytes: Arc<AtomicU64>,
    /// Whether WebSockets are forwarded.
    sockets: Arc<AtomicBool>,
    task: JoinHandle<()>,
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
        let (bytes, sockets) = (Arc::default(), Arc::new(AtomicBool::new(sockets)));
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let address = listener.local_addr().unwrap();
        let task = tokio::spawn(pass(listener, server, Arc::clone(&bytes), Arc::clone(&sockets)));
        Self { address, server, bytes, sockets, task }
    }

    /// Forwards WebSockets from now on.
    pub(crate) fn let_sockets_through(&self) {
        self.sockets.store(true, Relaxed);
    }

    pub(crate) fn url(&self) -> String {
        format!("http://{}/", self.address)
    }

    /// All bytes so far, in both directions.
    pub(crate) fn bytes(&self) -> u64 {
        self.bytes.load(Relaxed)
    }

    /// Closes all connections and accepts no new ones.
    pub(crate) async fn cut(&mut self) {
        self.task.abort();
        _ = (&mut self.task).await;
    }

    pub(crate) async fn mend(&mut self) {
        let listener = TcpListener::bind(self.address).await.unwrap();
        self.task = tokio::spawn(pass(listener, self.server, Arc::clone(&self.bytes), Arc::clone(&self.sockets)));
    }
}

async fn pass(listener: TcpListener, server: SocketAddr, bytes: Arc<AtomicU64>, sockets: Arc<AtomicBool>) {
    // The connections are closed when this task is dropped.
    let mut connections = JoinSet::new();
    loop {
        let (mut near, _) = listener.accept().await.unwrap();
        let (bytes, sockets) = (Arc::clone(&bytes), Arc::clone(&sockets));
        connections.spawn(async move {
            if !sockets.load(Relaxed) && wants_socket(&near).await {
                _ = near.write_all(b"HTTP/1.1 403 Forbidden\r\nContent-Length: 0\r\nConnection: close\r\n\r\n").await;
                return;
            }
            let Ok(far) = TcpStream::connect(server).await else { return };
            for stream in [&near, &far] {
                stream.set_nodelay(true).unwrap();
            }
            let (near_read, near_write) = near.into_split();
            let (far_read, far_write) = far.into_split();
            tokio::join!(copy(near_read, far_write, &bytes), copy(far_read, near_write, &bytes));
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
        tokio::time::sleep(std::time::Duration::from_millis(1)).await;
    }
}

/// Copies until `from` ends or fails. Either closes `to`.
async fn copy(mut from: impl AsyncRead + Unpin, mut to: impl AsyncWrite + Unpin, bytes: &AtomicU64) {
    let mut buffer = [0; 16 * 1024];
    while let Ok(length @ 1..) = from.read(&mut buffer).await {
        bytes.fetch_add(length as u64, Relaxed);
        if to.write_all(&buffer[..length]).await.is_err() {
            return;
        }
    }
    _ = to.shutdown().await;
}
