//! A limit on how long the peer of a connection may read nothing while there is something to send.
//!
//! It is below HTTP, so that it holds for everything: responses, event streams and sockets. It counts progress, not
//! whole responses. A slow client that reads keeps its connection.

use std::{
    io,
    pin::Pin,
    sync::{
        Arc,
        atomic::{AtomicU64, Ordering},
    },
    task::{Context, Poll},
    time::Duration,
};

use tokio::{
    io::{AsyncRead, AsyncWrite, ReadBuf},
    time::{Sleep, sleep},
};

/// A connection that fails when its peer takes no byte for this time.
#[derive(Debug)]
pub(crate) struct WriteDeadline<S> {
    stream: S,
    limit: Duration,
    /// Exists while the peer takes nothing.
    waits: Option<Pin<Box<Sleep>>>,
    failed: bool,
    /// Counts the connections that failed.
    count: Arc<AtomicU64>,
}

impl<S> WriteDeadline<S> {
    pub(crate) const fn new(stream: S, limit: Duration, count: Arc<AtomicU64>) -> Self {
        Self { stream, limit, waits: None, failed: false, count }
    }
}

impl<S: AsyncWrite + Unpin> WriteDeadline<S> {
    fn write(
        &mut self,
        cx: &mut Context<'_>,
        write: impl FnOnce(Pin<&mut S>, &mut Context<'_>) -> Poll<io::Result<usize>>,
    ) -> Poll<io::Result<usize>> {
        let written = write(Pin::new(&mut self.stream), cx);
        if written.is_ready() {
            self.waits = None;
            return written;
        }
        let limit = self.limit;
        if self.waits.get_or_insert_with(|| Box::pin(sleep(limit))).as_mut().poll(cx).is_pending() {
            return Poll::Pending;
        }
        if !self.failed {
            self.failed = true;
            self.count.fetch_add(1, Ordering::Relaxed);
        }
        Poll::Ready(Err(io::Error::new(io::ErrorKind::TimedOut, "the client does not read")))
    }
}

impl<S: AsyncRead + Unpin> AsyncRead for WriteDeadline<S> {
    fn poll_read(mut self: Pin<&mut Self>, cx: &mut Context<'_>, buf: &mut ReadBuf<'_>) -> Poll<io::Result<()>> {
        Pin::new(&mut self.stream).poll_read(cx, buf)
    }
}

impl<S: AsyncWrite + Unpin> AsyncWrite for WriteDeadline<S> {
    fn poll_write(mut self: Pin<&mut Self>, cx: &mut Context<'_>, buf: &[u8]) -> Poll<io::Result<usize>> {
        self.write(cx, |stream, cx| stream.poll_write(cx, buf))
    }

    fn poll_write_vectored(
        mut self: Pin<&mut Self>,
        cx: &mut Context<'_>,
        bufs: &[io::IoSlice<'_>],
    ) -> Poll<io::Result<usize>> {
        self.write(cx, |stream, cx| stream.poll_write_vectored(cx, bufs))
    }

    fn is_write_vectored(&self) -> bool {
        self.stream.is_write_vectored()
    }

    fn poll_flush(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<io::Result<()>> {
        Pin::new(&mut self.stream).poll_flush(cx)
    }

    fn poll_shutdown(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<io::Result<()>> {
        Pin::new(&mut self.stream).poll_shutdown(cx)
    }
}

#[cfg(test)]
mod tests {
    use tokio::{
        io::{AsyncReadExt as _, AsyncWriteExt as _, DuplexStream, duplex},
        time::Instant,
    };

    use super::*;

    const LIMIT: Duration = Duration::from_millis(200);

    fn pair() -> (WriteDeadline<DuplexStream>, DuplexStream, Arc<AtomicU64>) {
        let ((server, client), count) = (duplex(64), Arc::default());
        (WriteDeadline::new(server, LIMIT, Arc::clone(&count)), client, count)
    }

    #[tokio::test]
    async fn who_does_not_read_is_given_up() {
        let (mut server, _client, count) = pair();
        let error = server.write_all(&[7; 256]).await.unwrap_err();
        assert_eq!(error.kind(), io::ErrorKind::TimedOut);
        assert!(server.write_all(&[7; 256]).await.is_err());
        assert_eq!(count.load(Ordering::Relaxed), 1);
    }

    #[tokio::test]
    async fn who_reads_slowly_is_kept_for_longer_than_the_limit() {
        // On a busy machine a pause may become too long.
        for _ in 0..5 {
            let (mut server, mut client, _) = pair();
            let sent = tokio::spawn(async move { server.write_all(&[7; 640]).await });
            let begun = Instant::now();
            for _ in 0..10 {
                sleep(LIMIT / 8).await;
                let _ = client.read_exact(&mut [0; 64]).await;
            }
            if sent.await.unwrap().is_ok() && begun.elapsed() > LIMIT {
                return;
            }
        }
        panic!("it is given up although it reads");
    }
}
