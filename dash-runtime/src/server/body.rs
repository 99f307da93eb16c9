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
use tokio::time::timeout;

use super::patience::Patience;

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

/// Ends a body that arrives too slowly while somebody reads it. This bounds every route, also those of the program, which
/// may read a body for as long as something comes.
pub(super) async fn steady(State(patience): State<Duration>, request: Request, next: Next) -> Response {
    if request.body().is_end_stream() {
        return next.run(request).await;
    }
    let stalled = Arc::new(AtomicBool::new(false));
    let steady = |body| Body::new(Steady { body, patience: Patience::new(patience), stalled: Arc::clone(&stalled) });
    let response = next.run(request.map(steady)).await;
    // Whoever has read it cannot know what the fault of the body was.
    if stalled.load(Ordering::Relaxed) {
        return (Unread::Slow.status(), Unread::Slow.to_string()).into_response();
    }
    response
}

struct Steady {
    body: Body,
    patience: Patience,
    stalled: Arc<AtomicBool>,
}

impl HttpBody for Steady {
    type Data = Bytes;
    type Error = axum::Error;

    fn poll_frame(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<Option<Result<Frame<Bytes>, axum::Error>>> {
        if let Poll::Ready(frame) = Pin::new(&mut self.body).poll_frame(cx) {
            let bytes = frame.as_ref().and_then(|frame| frame.as_ref().ok()?.data_ref().map(Bytes::len)).unwrap_or(0);
            self.patience.progress(bytes);
            return Poll::Ready(frame);
        }
        ready!(self.patience.wait(cx));
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
    use tokio::time::sleep;

    use super::*;

    const PATIENCE: Duration = Duration::from_millis(300);

    /// A body that comes in parts of this size, with a pause before each. Returns the number of bytes that were read, and
    /// whether all came.
    async fn read(parts: usize, size: usize, pause: Duration) -> (usize, bool) {
        let parts = stream::iter(0..parts).then(move |_| async move {
            sleep(pause).await;
            Ok::<_, std::io::Error>(Bytes::from(vec![0; size]))
        });
        let (body, patience) = (Body::from_stream(parts), Patience::new(PATIENCE));
        let steady = Steady { body, patience, stalled: Arc::default() };
        let (mut body, mut bytes) = (Body::new(steady).into_data_stream(), 0);
        while let Some(part) = body.next().await {
            match part {
                Ok(part) => bytes += part.len(),
                Err(_) => return (bytes, false),
            }
        }
        (bytes, true)
    }

    #[tokio::test(start_paused = true)]
    async fn fault_a_body_of_a_byte_now_and_then_kept_its_place_for_ever() {
        // A byte gives back a thousandth of a second, so it ends after about ten parts.
        let (bytes, whole) = read(1_000, 1, PATIENCE / 10).await;
        assert!(!whole && bytes <= 12, "{bytes}");
        // What came fast before does not pay for a pause.
        assert_eq!(read(3, 50_000_000, PATIENCE * 2).await, (0, false));
    }

    #[tokio::test(start_paused = true)]
    async fn a_long_upload_with_progress_goes_on() {
        assert_eq!(read(12, 1_000, PATIENCE / 4).await, (12_000, true));
    }
}
