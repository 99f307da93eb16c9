//! Closes connections in such a way that the client receives the last frame.
//!
//! If a connection is closed while unread data has arrived or still arrives, the operating system sends a reset. The
//! client may then discard data that it has received but not read. A page that sent a too large frame would lose the
//! close code that tells it not to send that frame again. So the server first closes its writing half, and then reads
//! and discards the remaining data for a limited time.

use std::{
    io,
    pin::Pin,
    sync::Arc,
    task::{Context, Poll, ready},
    time::Duration,
};

use tokio::{
    io::{AsyncRead, AsyncReadExt as _, AsyncWrite, AsyncWriteExt as _, ReadBuf},
    net::TcpStream,
    time::timeout,
};

use super::connections::Connection;

/// The longest time for reading the rest. A megabyte takes about this long on a slow link.
const LONGEST: Duration = Duration::from_secs(5);

/// The client counts as silent after this time without data.
const QUIET: Duration = Duration::from_secs(1);

/// A connection that is closed in this way when it is dropped.
#[derive(Debug)]
pub(crate) struct Lingering {
    /// `None` only while it is dropped.
    stream: Option<TcpStream>,
    /// The client has closed its writing half, or the connection has failed.
    over: bool,
    /// Its place among the connections, also while it lingers.
    connection: Arc<Connection>,
}

impl Lingering {
    pub(crate) const fn new(stream: TcpStream, connection: Arc<Connection>) -> Self {
        Self { stream: Some(stream), over: false, connection }
    }

    fn stream(&mut self) -> io::Result<Pin<&mut TcpStream>> {
        self.stream.as_mut().map(Pin::new).ok_or_else(|| io::ErrorKind::NotConnected.into())
    }
}

impl AsyncRead for Lingering {
    fn poll_read(mut self: Pin<&mut Self>, cx: &mut Context<'_>, buf: &mut ReadBuf<'_>) -> Poll<io::Result<()>> {
        let before = buf.filled().len();
        let result = ready!(self.stream()?.poll_read(cx, buf));
        self.over |= result.is_err() || (buf.filled().len() == before && buf.remaining() > 0);
        Poll::Ready(result)
    }
}

impl AsyncWrite for Lingering {
    fn poll_write(mut self: Pin<&mut Self>, cx: &mut Context<'_>, buf: &[u8]) -> Poll<io::Result<usize>> {
        self.stream()?.poll_write(cx, buf)
    }

    fn poll_flush(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<io::Result<()>> {
        self.stream()?.poll_flush(cx)
    }

    fn poll_shutdown(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<io::Result<()>> {
        self.stream()?.poll_shutdown(cx)
    }

    fn poll_write_vectored(
        mut self: Pin<&mut Self>,
        cx: &mut Context<'_>,
        bufs: &[io::IoSlice<'_>],
    ) -> Poll<io::Result<usize>> {
        self.stream()?.poll_write_vectored(cx, bufs)
    }

    fn is_write_vectored(&self) -> bool {
        self.stream.as_ref().is_some_and(AsyncWrite::is_write_vectored)
    }
}

impl Drop for Lingering {
    fn drop(&mut self) {
        // A connection that has given way has no request, and its descriptor is needed. Without a runtime the program is
        // ending.
        let over = self.over || self.connection.has_given_way();
        if let (false, Some(stream), Ok(runtime)) = (over, self.stream.take(), tokio::runtime::Handle::try_current()) {
            let connection = Arc::clone(&self.connection);
            runtime.spawn(async move {
                linger(stream).await;
                drop(connection);
            });
        }
    }
}

async fn linger(mut stream: TcpStream) {
    let rest = async {
        stream.shutdown().await?;
        let mut rest = [0; 4096];
        while timeout(QUIET, stream.read(&mut rest)).await?? > 0 {}
        io::Result::Ok(())
    };
    // The result does not matter: the connection is dropped in any case.
    let _ = timeout(LONGEST, rest).await;
}
