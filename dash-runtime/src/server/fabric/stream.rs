//! Streams of bytes over the broker, as `AsyncRead` and `AsyncWrite`. What serves a connection does not know that it is
//! one of these.
//!
//! [`Streams`] has all streams of one end: those of an owner to its relays, or those of a relay to all owners. It never
//! waits. What is to be sent goes into a queue, the [`Outbox`]. While it has [`MOST`] bytes, writers wait.

use std::{
    collections::HashMap,
    io,
    pin::Pin,
    sync::{
        Arc, Mutex, OnceLock, Weak,
        atomic::{AtomicUsize, Ordering},
    },
    task::{Context, Poll, Waker},
};

use bytes::Bytes;
use tokio::{
    io::{AsyncRead, AsyncWrite, ReadBuf},
    sync::mpsc,
};

use super::{
    flow::{Flow, Lost},
    packet::Packet,
};
use crate::server::lock;

/// How many bytes wait for the broker, of all streams together. More would only be older when they are sent.
const MOST: usize = 512 * 1024;

/// A message for the broker: its subject and its bytes.
pub(super) type Outgoing = (Arc<str>, Bytes);

/// A message in the queue. Data of a stream is not sent when that is lost meanwhile.
#[derive(Debug)]
struct Waiting {
    message: Outgoing,
    data_of: Option<Arc<Shared>>,
}

/// How much is in the queue, and the writers that wait until it is less, by the numbers of their streams.
#[derive(Debug, Default)]
struct Queued {
    bytes: AtomicUsize,
    writers: Mutex<HashMap<u64, Waker>>,
}

impl Queued {
    fn is_full(&self) -> bool {
        self.bytes.load(Ordering::SeqCst) >= MOST
    }
}

/// What must be sent, in order.
#[derive(Debug)]
pub(super) struct Outbox {
    waiting: mpsc::UnboundedReceiver<Waiting>,
    queued: Arc<Queued>,
}

impl Outbox {
    /// The next message. `None` if there are no streams any more.
    pub(super) async fn next(&mut self) -> Option<Outgoing> {
        loop {
            let Waiting { message, data_of } = self.waiting.recv().await?;
            let before = self.queued.bytes.fetch_sub(message.1.len(), Ordering::SeqCst);
            if before >= MOST && !self.queued.is_full() {
                let writers = std::mem::take(&mut *lock(&self.queued.writers));
                writers.into_values().for_each(Waker::wake);
            }
            if data_of.is_none_or(|shared| lock(&shared.end).flow.lost().is_none()) {
                return Some(message);
            }
        }
    }
}

/// All streams of one end.
#[derive(Debug)]
pub(super) struct Streams {
    table: Mutex<Table>,
    out: mpsc::UnboundedSender<Waiting>,
    queued: Arc<Queued>,
}

#[derive(Debug, Default)]
struct Table {
    last: u64,
    open: HashMap<u64, Arc<Shared>>,
}

/// What a stream and the table know of it.
#[derive(Debug)]
struct Shared {
    end: Mutex<End>,
    /// The other end, so that all streams to it can end together. It is known when the stream is open.
    peer: OnceLock<Arc<str>>,
}

#[derive(Debug, Default)]
struct End {
    flow: Flow,
    reader: Option<Waker>,
    writer: Option<Waker>,
}

impl End {
    fn wake(&mut self) {
        self.reader.take().into_iter().chain(self.writer.take()).for_each(Waker::wake);
    }
}

/// A stream whose subject is not known yet: the other end has not answered.
#[derive(Debug)]
pub(super) struct Opening {
    /// The number of the stream, for the subject on which this end hears it.
    pub(super) number: u64,
    streams: Weak<Streams>,
    shared: Arc<Shared>,
}

/// An open stream. If it is dropped before its end, the other end is told.
#[derive(Debug)]
pub(super) struct Stream {
    opening: Opening,
    /// The subject on which the other end hears it.
    subject: Arc<str>,
    out: mpsc::UnboundedSender<Waiting>,
    queued: Arc<Queued>,
}

impl Streams {
    /// Also returns what must be sent.
    pub(super) fn new() -> (Arc<Self>, Outbox) {
        let (out, waiting) = mpsc::unbounded_channel();
        let queued = Arc::new(Queued::default());
        let outbox = Outbox { waiting, queued: Arc::clone(&queued) };
        (Arc::new(Self { table: Mutex::default(), out, queued }), outbox)
    }

    /// Begins a stream. What the other end sends is kept from now on.
    pub(super) fn begin(self: &Arc<Self>) -> Opening {
        let shared = Arc::new(Shared { end: Mutex::default(), peer: OnceLock::new() });
        let mut table = lock(&self.table);
        table.last += 1;
        let number = table.last;
        table.open.insert(number, Arc::clone(&shared));
        Opening { number, streams: Arc::downgrade(self), shared }
    }

    /// A packet has arrived. A stream that has ended here ignores it.
    pub(super) fn receive(&self, number: u64, message: &Bytes) {
        let Some(shared) = lock(&self.table).open.get(&number).cloned() else { return };
        let mut end = lock(&shared.end);
        match Packet::decode(message) {
            // The stream is reset without an answer: the other end hears of it when it drops its own.
            Some(packet) => _ = end.flow.receive(packet),
            None => end.flow.lose(Lost::Gap),
        }
        end.wake();
    }

    /// Ends all streams, or those to one peer. The other end is told when they are dropped, if it can be reached.
    pub(super) fn cut(&self, peer: Option<&str>, why: &'static str) {
        let all: Vec<_> = lock(&self.table).open.values().cloned().collect();
        let is_cut = |shared: &Shared| peer.is_none_or(|peer| shared.peer.get().is_some_and(|other| **other == *peer));
        for shared in all.iter().filter(|shared| is_cut(shared)) {
            let mut end = lock(&shared.end);
            end.flow.lose(Lost::Cut(why));
            end.wake();
        }
    }

    /// How many streams are open.
    pub(super) fn count(&self) -> usize {
        lock(&self.table).open.len()
    }
}

impl Opening {
    /// The other end has this name, and hears the stream on this subject.
    pub(super) fn open(self, peer: &str, subject: impl Into<Arc<str>>) -> Option<Stream> {
        // It is set once: this takes the opening.
        let _ = self.shared.peer.set(peer.into());
        let streams = self.streams.upgrade()?;
        let (out, queued) = (streams.out.clone(), Arc::clone(&streams.queued));
        Some(Stream { opening: self, subject: subject.into(), out, queued })
    }
}

impl Drop for Opening {
    fn drop(&mut self) {
        if let Some(streams) = self.streams.upgrade() {
            lock(&streams.table).open.remove(&self.number);
        }
    }
}

impl Stream {
    /// These bytes have come together with the request for the stream. Returns how many of them are read here.
    pub(super) fn begins_with(&self, bytes: Vec<u8>) -> usize {
        let count = bytes.len();
        lock(&self.opening.shared.end).flow.receive(Packet::Data { before: 0, bytes: bytes.into() });
        count
    }

    /// The other end has got so many bytes together with the request for the stream. Nothing else has been written yet.
    pub(super) fn has_begun_with(&self, count: usize) {
        lock(&self.opening.shared.end).flow.has_begun_with(count as u64);
    }

    fn say(&self, packet: &Packet) {
        let data_of = matches!(packet, Packet::Data { .. }).then(|| Arc::clone(&self.opening.shared));
        let message = (Arc::clone(&self.subject), packet.encode());
        self.queued.bytes.fetch_add(message.1.len(), Ordering::SeqCst);
        // An error means that the process ends.
        let _ = self.out.send(Waiting { message, data_of });
    }
}

impl Drop for Stream {
    fn drop(&mut self) {
        let mut end = lock(&self.opening.shared.end);
        let over = match end.flow.lost() {
            // The other end does not know it.
            Some(Lost::Gap | Lost::Overrun | Lost::Cut(_)) => false,
            _ => end.flow.is_over(),
        };
        // What was written before an end is sent, and so are a few last words. The rest of a download is not.
        let has_ended = end.flow.has_ended();
        let last_words = end.flow.last_words();
        if !over && !has_ended && last_words.is_none() {
            end.flow.lose(Lost::Cut("it is not used any more"));
        }
        drop(end);
        last_words.iter().for_each(|end| self.say(end));
        lock(&self.queued.writers).remove(&self.opening.number);
        if !over {
            self.say(&Packet::Reset("it is not used any more".to_owned()));
        }
    }
}

fn failed(lost: &Lost) -> io::Error {
    io::Error::new(io::ErrorKind::ConnectionReset, lost.to_string())
}

impl AsyncRead for Stream {
    fn poll_read(self: Pin<&mut Self>, cx: &mut Context<'_>, buf: &mut ReadBuf<'_>) -> Poll<io::Result<()>> {
        let mut end = lock(&self.opening.shared.end);
        if let Some(lost) = end.flow.unreadable() {
            return Poll::Ready(Err(failed(lost)));
        }
        let Some((bytes, told)) = end.flow.read(buf.remaining()) else {
            end.reader = Some(cx.waker().clone());
            return Poll::Pending;
        };
        drop(end);
        buf.put_slice(&bytes);
        told.iter().for_each(|told| self.say(told));
        Poll::Ready(Ok(()))
    }
}

impl AsyncWrite for Stream {
    fn poll_write(self: Pin<&mut Self>, cx: &mut Context<'_>, buf: &[u8]) -> Poll<io::Result<usize>> {
        let mut end = lock(&self.opening.shared.end);
        if let Some(lost) = end.flow.lost() {
            return Poll::Ready(Err(failed(lost)));
        }
        if buf.is_empty() {
            return Poll::Ready(Ok(0));
        }
        if self.queued.is_full() {
            // A cut wakes it too.
            end.writer = Some(cx.waker().clone());
            lock(&self.queued.writers).insert(self.opening.number, cx.waker().clone());
            // The queue may have become shorter before the writer was noted.
            if self.queued.is_full() {
                return Poll::Pending;
            }
        }
        match end.flow.write(buf) {
            Some((count, packet)) => {
                // Under the lock, so that packets keep their order.
                self.say(&packet);
                Poll::Ready(Ok(count))
            }
            None => {
                end.writer = Some(cx.waker().clone());
                Poll::Pending
            }
        }
    }

    fn poll_flush(self: Pin<&mut Self>, _: &mut Context<'_>) -> Poll<io::Result<()>> {
        Poll::Ready(Ok(()))
    }

    fn poll_shutdown(self: Pin<&mut Self>, _: &mut Context<'_>) -> Poll<io::Result<()>> {
        let packet = lock(&self.opening.shared.end).flow.end();
        packet.iter().for_each(|packet| self.say(packet));
        Poll::Ready(Ok(()))
    }
}

#[cfg(test)]
mod tests {
    use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _};

    use super::*;

    /// Two ends with a broker between them, which passes on what `passes` lets through.
    fn pair(passes: impl Fn(&Bytes) -> bool + Send + 'static) -> (Arc<Streams>, Stream, Arc<Streams>, Stream) {
        let ((one, mut from_one), (other, mut from_other)) = (Streams::new(), Streams::new());
        let (a, b) = (one.begin(), other.begin());
        let numbers = (a.number, b.number);
        let (streams, others) = (Arc::clone(&one), Arc::clone(&other));
        tokio::spawn(async move {
            loop {
                tokio::select! {
                    Some((_, bytes)) = from_one.next() => if passes(&bytes) { others.receive(numbers.1, &bytes) },
                    Some((_, bytes)) = from_other.next() => streams.receive(numbers.0, &bytes),
                    else => return,
                }
            }
        });
        (one, a.open("peer", "b").unwrap(), other, b.open("peer", "a").unwrap())
    }

    #[tokio::test]
    async fn bytes_come_out_as_they_went_in_and_the_end_after_them() {
        let (one, mut a, other, mut b) = pair(|_| true);
        let sent: Vec<u8> = (0..1_000_000_u32).map(|n| n as u8).collect();
        let written = sent.clone();
        let writing = tokio::spawn(async move {
            a.write_all(&written).await.unwrap();
            a.shutdown().await.unwrap();
            let mut answer = String::new();
            a.read_to_string(&mut answer).await.unwrap();
            answer
        });
        let mut got = Vec::new();
        b.read_to_end(&mut got).await.unwrap();
        assert!(got == sent, "{} bytes", got.len());
        b.write_all(b"thanks").await.unwrap();
        b.shutdown().await.unwrap();
        assert_eq!(writing.await.unwrap(), "thanks");
        drop(b);
        assert_eq!((one.count(), other.count()), (0, 0), "nothing is left of it");
    }

    #[tokio::test]
    async fn a_writer_waits_for_a_reader_that_reads_nothing() {
        let (_one, mut a, _other, mut b) = pair(|_| true);
        let writing = tokio::spawn(async move {
            a.write_all(&vec![1; 400_000]).await.unwrap();
            a
        });
        for _ in 0..100 {
            tokio::task::yield_now().await;
        }
        assert!(!writing.is_finished());
        let mut got = vec![0; 400_000];
        b.read_exact(&mut got).await.unwrap();
        writing.await.unwrap();
    }

    #[tokio::test]
    async fn a_lost_packet_ends_the_stream_at_both_ends() {
        let dropped = std::sync::atomic::AtomicBool::new(false);
        let (_one, mut a, _other, mut b) =
            pair(move |bytes| !bytes.ends_with(b"two") || dropped.swap(true, std::sync::atomic::Ordering::Relaxed));
        for part in [b"one", b"two", b"six"] {
            a.write_all(part).await.unwrap();
        }
        let mut got = Vec::new();
        let error = b.read_to_end(&mut got).await.unwrap_err();
        assert_eq!(error.kind(), io::ErrorKind::ConnectionReset);
        assert!(b"one".starts_with(&got), "nothing behind the gap: {got:?}");
        drop(b);
        assert!(a.read_u8().await.unwrap_err().to_string().contains("ended the stream"));
    }

    #[tokio::test]
    async fn who_drops_a_stream_tells_the_other_end() {
        let (_one, a, _other, mut b) = pair(|_| true);
        drop(a);
        assert_eq!(b.read_u8().await.unwrap_err().kind(), io::ErrorKind::ConnectionReset);
        assert!(b.write_all(b"late").await.is_err());
    }

    /// Fault: what an HTTP server writes before it closes a connection was lost over a relay, such as why a request is too large.
    #[tokio::test]
    async fn fault_what_was_written_before_the_end_was_not_sent_if_the_stream_was_dropped_then() {
        for size in [1, 40_000, 120_000] {
            let (_one, mut a, _other, mut b) = pair(|_| true);
            a.write_all(&vec![7; size]).await.unwrap();
            a.shutdown().await.unwrap();
            drop(a);
            let mut got = Vec::new();
            b.read_to_end(&mut got).await.unwrap();
            assert_eq!(got.len(), size);
        }
    }

    /// Fault: the queue in front of the broker had no bound, so a few downloads over a slow link were in front of everything.
    #[tokio::test]
    async fn writers_wait_while_much_waits_for_the_broker_and_a_stream_that_is_not_used_any_more_makes_room() {
        let (streams, mut outbox) = Streams::new();
        let mut writers = Vec::new();
        for number in 0..40 {
            let mut stream = streams.begin().open("peer", format!("subject-{number}")).unwrap();
            writers.push(tokio::spawn(async move { stream.write_all(&vec![1; 100_000]).await }));
        }
        for _ in 0..200 {
            tokio::task::yield_now().await;
        }
        let waiting = streams.queued.bytes.load(Ordering::SeqCst);
        assert!((MOST..MOST + 64 * 1024).contains(&waiting), "{waiting}");
        // All of them are written when the broker takes what waits.
        let drained = tokio::spawn(async move {
            let mut bytes = 0;
            while let Some((_, message)) = outbox.next().await {
                bytes += if message[0] == b'D' { message.len() } else { 0 };
            }
            bytes
        });
        for writer in writers {
            writer.await.unwrap().unwrap();
        }
        drop(streams);
        // The streams were dropped without an end, so some of their data was not sent.
        assert!(drained.await.unwrap() <= 40 * (100_000 + 4 * 9));
        let (streams, mut outbox) = Streams::new();
        let mut stream = streams.begin().open("peer", "subject").unwrap();
        stream.write_all(&vec![1; 100_000]).await.unwrap();
        drop(stream);
        let (_, only) = outbox.next().await.unwrap();
        assert_eq!((only[0], streams.queued.bytes.load(Ordering::SeqCst)), (b'R', 0), "only the reset");
    }

    /// Fault: an owner did not tell a relay of streams that it had cut, nor the other way round.
    #[tokio::test]
    async fn the_other_end_of_a_stream_that_was_cut_is_told_if_it_can_be_reached() {
        let (one, mut a, _other, mut b) = pair(|_| true);
        one.cut(Some("peer"), "the relay is silent");
        assert!(a.read_u8().await.is_err());
        drop(a);
        assert!(b.read_u8().await.unwrap_err().to_string().contains("ended the stream"));
    }

    #[tokio::test]
    async fn a_cut_wakes_who_reads_and_who_writes() {
        let (one, mut a, other, mut b) = pair(|bytes| bytes.first() != Some(&b'D'));
        let reading = tokio::spawn(async move { b.read_u8().await.unwrap_err().to_string() });
        let writing = tokio::spawn(async move { a.write_all(&vec![0; 1 << 20]).await.unwrap_err().to_string() });
        tokio::task::yield_now().await;
        other.cut(Some("somebody else"), "no");
        other.cut(Some("peer"), "the owner is silent");
        one.cut(None, "no broker");
        assert_eq!(reading.await.unwrap(), "the owner is silent");
        assert_eq!(writing.await.unwrap(), "no broker");
    }
}
