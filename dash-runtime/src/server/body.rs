//! Limits on the time in which the body of a request arrives.

use std::{
    fmt,
    pin::Pin,
    sync::{
        Arc,
        atomic::{AtomicBool, Ordering},
    },
    task::{Context, Poll, ready},
    time::Duration,
};

use axum::{
    body::{Body, HttpBody},
    extract::{Request, State},
    http::StatusCode,
    middleware::Next,
    response::{IntoResponse, Response},
};
use bytes::{Bytes, BytesMut};
use futures_util::StreamExt as _;
use hyper::body::{Frame, SizeHint};
use tokio::time::{Instant, Sleep, sleep, timeout};

/// How long a body may take, and its largest length in bytes.
pub(super) type Bounds = (Duration, usize);

/// Reads the whole body before the request goes on. Whoever sends it slowly, or never to its end, would keep a place of the
/// server for ever.
pub(super) async fn bounded(State(bounds): State<Bounds>, request: Request, next: Next) -> Response {
    let (parts, body) = request.into_parts();
    match whole(body, bounds).await {
        Ok(bytes) => next.run(Request::from_parts(parts, Body::from(bytes))).await,
        Err(unread) => (unread.status(), unread.to_string()).into_response(),
    }
}

/// The least rate of a body, in bytes per second. Who sends it slower for longer than the patience is ended. A modem of the
/// slowest kind is faster.
const LEAST_RATE: f64 = 1024.0;

/// Ends a body that arrives too slowly while somebody reads it. It may be waited for as long as the patience says, and each
/// byte that arrives gives back the time that it takes at the least rate. So neither a pause nor a byte now and then keeps a
/// place of the server. This bounds every route, also those of the program, which may read a body for as long as something
/// comes. The time in which nobody reads does not count.
pub(super) async fn steady(State(patience): State<Duration>, request: Request, next: Next) -> Response {
    if request.body().is_end_stream() {
        return next.run(request).await;
    }
    let stalled = Arc::new(AtomicBool::new(false));
    let steady =
        |body| Body::new(Steady { body, patience, left: patience, waiting: None, stalled: Arc::clone(&stalled) });
    let response = next.run(request.map(steady)).await;
    // Whoever has read it cannot know what the fault of the body was.
    if stalled.load(Ordering::Relaxed) {
        return (Unread::Slow.status(), Unread::Slow.to_string()).into_response();
    }
    response
}

struct Steady {
    body: Body,
    patience: Duration,
    /// For how long it may still be waited for. At most the patience.
    left: Duration,
    /// While the next part of it is waited for: since when, and until when.
    waiting: Option<(Instant, Pin<Box<Sleep>>)>,
    stalled: Arc<AtomicBool>,
}

impl HttpBody for Steady {
    type Data = Bytes;
    type Error = axum::Error;

    fn poll_frame(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<Option<Result<Frame<Bytes>, axum::Error>>> {
        if let Poll::Ready(frame) = Pin::new(&mut self.body).poll_frame(cx) {
            let waited = self.waiting.take().map_or(Duration::ZERO, |(since, _)| since.elapsed());
            let bytes = frame.as_ref().and_then(|frame| frame.as_ref().ok()?.data_ref().map(Bytes::len)).unwrap_or(0);
            // No body has so many bytes that this is inexact by more than a moment.
            #[allow(clippy::cast_precision_loss, reason = "a part of a body is far smaller than 2^52 bytes")]
            let earned = Duration::from_secs_f64(bytes as f64 / LEAST_RATE);
            self.left = self.left.saturating_sub(waited).saturating_add(earned).min(self.patience);
            return Poll::Ready(frame);
        }
        let left = self.left;
        let (_, waiting) = self.waiting.get_or_insert_with(|| (Instant::now(), Box::pin(sleep(left))));
        ready!(waiting.as_mut().poll(cx));
        self.stalled.store(true, Ordering::Relaxed);
        Poll::Ready(Some(Err(axum::Error::new(Unread::Slow))))
    }

    fn is_end_stream(&self) -> bool {
        self.body.is_end_stream()
    }

    fn size_hint(&self) -> SizeHint {
        self.body.size_hint()
    }
}

/// Why a body was not read whole.
#[derive(Debug)]
pub(super) enum Unread {
    Slow,
    /// With the largest length in bytes.
    TooLarge(usize),
    /// It is no body of HTTP, or it was cut. With the reason.
    Broken(String),
}

impl std::error::Error for Unread {}

impl Unread {
    pub(super) const fn status(&self) -> StatusCode {
        match self {
            Self::Slow => StatusCode::REQUEST_TIMEOUT,
            Self::TooLarge(_) => StatusCode::PAYLOAD_TOO_LARGE,
            Self::Broken(_) => StatusCode::BAD_REQUEST,
        }
    }
}

impl fmt::Display for Unread {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Slow => f.write_str("the body did not arrive in time"),
            Self::TooLarge(most) => write!(f, "a body has at most {most} bytes"),
            Self::Broken(why) => write!(f, "the body cannot be read: {why}"),
        }
    }
}

/// The whole body of a request.
pub(super) async fn whole(body: Body, (time, most): Bounds) -> Result<Bytes, Unread> {
    // Not read at all if its head says that it is too long.
    if body.size_hint().lower() > most as u64 {
        return Err(Unread::TooLarge(most));
    }
    let read = async {
        let (mut body, mut bytes) = (body.into_data_stream(), BytesMut::new());
        while let Some(part) = body.next().await {
            let part = part.map_err(|error| Unread::Broken(error.to_string()))?;
            if bytes.len() + part.len() > most {
                return Err(Unread::TooLarge(most));
            }
            bytes.extend_from_slice(&part);
        }
        Ok(bytes.freeze())
    };
    timeout(time, read).await.unwrap_or(Err(Unread::Slow))
}

#[cfg(test)]
mod tests {
    use futures_util::stream;

    use super::*;

    const PATIENCE: Duration = Duration::from_millis(300);

    /// A body that comes in parts of this size, with a pause before each. Returns the number of bytes that were read, and
    /// whether all came.
    async fn read(parts: usize, size: usize, pause: Duration) -> (usize, bool) {
        let parts = stream::iter(0..parts).then(move |_| async move {
            sleep(pause).await;
            Ok::<_, std::io::Error>(Bytes::from(vec![0; size]))
        });
        let steady = Steady {
            body: Body::from_stream(parts),
            patience: PATIENCE,
            left: PATIENCE,
            waiting: None,
            stalled: Arc::default(),
        };
        let (mut body, mut bytes) = (Body::new(steady).into_data_stream(), 0);
        while let Some(part) = body.next().await {
            match part {
                Ok(part) => bytes += part.len(),
                Err(_) => return (bytes, false),
            }
        }
        (bytes, true)
    }

    #[tokio::test]
    async fn fault_a_body_of_a_byte_now_and_then_kept_its_place_for_ever() {
        // A byte gives back a thousandth of a second, so it ends after about ten parts. On a busy machine it is fewer.
        let (bytes, whole) = read(1_000, 1, PATIENCE / 10).await;
        assert!(!whole && bytes <= 12, "{bytes}");
        // What came fast before does not pay for a pause.
        assert_eq!(read(3, 50_000_000, PATIENCE * 2).await, (0, false));
    }

    #[tokio::test]
    async fn a_long_upload_with_progress_goes_on() {
        // On a busy machine a pause may become too long.
        for _ in 0..5 {
            if read(12, 1_000, PATIENCE / 4).await == (12_000, true) {
                return;
            }
        }
        panic!("it is ended although it makes progress");
    }
}
