//! A limit on how long the peer of a connection may read nothing, or next to nothing, while there is something to send.
//!
//! It is below HTTP, so that it holds for everything: responses, event streams and sockets. It counts progress, not
//! whole responses. A slow client that reads at a modem's speed keeps its connection.

use std::{
    io,
    pin::Pin,
    sync::{
        Arc,
        atomic::{AtomicU64, Ordering},
    },
    task::{Context, Poll, ready},
    time::Duration,
};

use tokio::io::{AsyncRead, AsyncWrite, ReadBuf};

use super::patience::Patience;

/// A connection that fails when its peer reads too slowly.
#[derive(Debug)]
pub(crate) struct WriteDeadline<S> {
    stream: S,
    patience: Patience,
    failed: bool,
    /// Counts the connections that failed.
    count: Arc<AtomicU64>,
}

impl<S> WriteDeadline<S> {
    pub(crate) const fn new(stream: S, limit: Duration, count: Arc<AtomicU64>) -> Self {
        Self { stream, patience: Patience::new(limit), failed: false, count }
    }
}

impl<S: AsyncWrite + Unpin> WriteDeadline<S> {
    fn write(
        &mut self,
        cx: &mut Context<'_>,
        write: impl FnOnce(Pin<&mut S>, &mut Context<'_>) -> Poll<io::Result<usize>>,
    ) -> Poll<io::Result<usize>> {
        let written = write(Pin::new(&mut self.stream), cx);
        if let Poll::Ready(result) = &written {
            self.patience.progress(result.as_ref().map_or(0, |bytes| *bytes));
            return written;
        }
        ready!(self.patience.wait(cx));
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
        time::{Instant, sleep, timeout},
    };

    use super::*;

    const LIMIT: Duration = Duration::from_millis(200);

    fn pair() -> (WriteDeadline<DuplexStream>, DuplexStream, Arc<AtomicU64>) {
        let ((server, client), count) = (duplex(64), Arc::default());
        (WriteDeadline::new(server, LIMIT, Arc::clone(&count)), client, count)
    }

    #[tokio::test(start_paused = true)]
    async fn who_does_not_read_is_given_up() {
        let (mut server, _client, count) = pair();
        let error = server.write_all(&[7; 256]).await.unwrap_err();
        assert_eq!(error.kind(), io::ErrorKind::TimedOut);
        assert!(server.write_all(&[7; 256]).await.is_err());
        assert_eq!(count.load(Ordering::Relaxed), 1);
    }

    #[tokio::test(start_paused = true)]
    async fn fault_a_reader_of_a_byte_now_and_then_kept_its_place_for_ever() {
        let (mut server, mut client, count) = pair();
        let reading = tokio::spawn(async move {
            while client.read_exact(&mut [0]).await.is_ok() {
                sleep(LIMIT / 2).await;
            }
        });
        let sent = timeout(10 * LIMIT, server.write_all(&[7; 640])).await.expect("it is given up");
        assert_eq!(sent.unwrap_err().kind(), io::ErrorKind::TimedOut);
        assert_eq!(count.load(Ordering::Relaxed), 1);
        reading.abort();
    }

    #[tokio::test(start_paused = true)]
    async fn who_reads_slowly_is_kept_for_longer_than_the_limit() {
        let (mut server, mut client, _) = pair();
        let sent = tokio::spawn(async move { server.write_all(&[7; 6_400]).await });
        let begun = Instant::now();
        for _ in 0..100 {
            // More than the least rate.
            sleep(LIMIT / 5).await;
            client.read_exact(&mut [0; 64]).await.unwrap();
        }
        sent.await.unwrap().unwrap();
        assert!(begun.elapsed() > 10 * LIMIT);
    }
}
