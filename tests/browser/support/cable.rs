//! The network between browser and server, to be cut.

use std::{
    net::SocketAddr,
    sync::{
        Arc,
        atomic::{AtomicU64, Ordering::Relaxed},
    },
};

use tokio::{
    io::{AsyncRead, AsyncReadExt as _, AsyncWrite, AsyncWriteExt as _},
    net::{TcpListener, TcpStream},
    task::{JoinHandle, JoinSet},
};

/// Passes on what is sent, and counts it. To the end of the test, like the server.
pub(crate) struct Cable {
    /// Where the browser connects.
    pub(crate) address: SocketAddr,
    server: SocketAddr,
    bytes: Arc<AtomicU64>,
    task: JoinHandle<()>,
}

impl Cable {
    pub(crate) async fn to(server: SocketAddr) -> Self {
        let bytes = Arc::default();
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let address = listener.local_addr().unwrap();
        let task = tokio::spawn(pass(listener, server, Arc::clone(&bytes)));
        Self { address, server, bytes, task }
    }

    pub(crate) fn url(&self) -> String {
        format!("http://{}/", self.address)
    }

    /// All bytes so far, both ways.
    pub(crate) fn bytes(&self) -> u64 {
        self.bytes.load(Relaxed)
    }

    /// Closes all connections, and lets no new one come up.
    pub(crate) async fn cut(&mut self) {
        self.task.abort();
        _ = (&mut self.task).await;
    }

    pub(crate) async fn mend(&mut self) {
        let listener = TcpListener::bind(self.address).await.unwrap();
        self.task = tokio::spawn(pass(listener, self.server, Arc::clone(&self.bytes)));
    }
}

async fn pass(listener: TcpListener, server: SocketAddr, bytes: Arc<AtomicU64>) {
    // Dropped with this task, and the connections with it.
    let mut connections = JoinSet::new();
    loop {
        let (near, _) = listener.accept().await.unwrap();
        let bytes = Arc::clone(&bytes);
        connections.spawn(async move {
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

/// Up to the end of `from`, or to a failure; either closes `to`.
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
