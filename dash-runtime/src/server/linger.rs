//! Ends connections so that the last words are heard.
//!
//! A system that closes a connection on which unread data waits, or still comes, answers it with a reset; and a reset may
//! overtake what was said before it. A page that sent too large a frame would lose the very close code that tells it not to
//! send that frame again. So the writing half is closed first, and what still comes is read and thrown away for a while.

use std::{
    io,
    pin::Pin,
    task::{Context, Poll, ready},
    time::Duration,
};

use tokio::{
    io::{AsyncRead, AsyncReadExt as _, AsyncWrite, AsyncWriteExt as _, ReadBuf},
    net::TcpStream,
    time::timeout,
};

/// How long the rest is read at most. As long as a megabyte takes on a slow link.
const LONGEST: Duration = Duration::from_secs(5);

/// How long nothing may come until the other end is taken to be silent.
const QUIET: Duration = Duration::from_secs(1);

/// A connection that is ended with patience when it is dropped.
#[derive(Debug)]
pub(crate) struct Lingering {
    /// Until it is dropped.
    stream: Option<TcpStream>,
    /// The other end has said its last word, or is gone.
    over: bool,
}

impl Lingering {
    pub(crate) const fn new(stream: TcpStream) -> Self {
        Self { stream: Some(stream), over: false }
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
        // Without a runtime the program is ending, and the system with it.
        if let (false, Some(stream), Ok(runtime)) =
            (self.over, self.stream.take(), tokio::runtime::Handle::try_current())
        {
            runtime.spawn(linger(stream));
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
    // However it ends, that was it.
    let _ = timeout(LONGEST, rest).await;
}
