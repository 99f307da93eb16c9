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
use tokio::time::{Sleep, sleep, timeout};

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

/// Ends a body of which nothing arrives for this time while somebody reads it. This bounds every route, also those of the
/// program, which may read a body for as long as something comes.
pub(super) async fn steady(State(patience): State<Duration>, request: Request, next: Next) -> Response {
    if request.body().is_end_stream() {
        return next.run(request).await;
    }
    let stalled = Arc::new(AtomicBool::new(false));
    let steady = |body| Body::new(Steady { body, patience, waiting: None, stalled: Arc::clone(&stalled) });
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
    /// While the next part of it is waited for.
    waiting: Option<Pin<Box<Sleep>>>,
    stalled: Arc<AtomicBool>,
}

impl HttpBody for Steady {
    type Data = Bytes;
    type Error = axum::Error;

    fn poll_frame(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<Option<Result<Frame<Bytes>, axum::Error>>> {
        if let Poll::Ready(frame) = Pin::new(&mut self.body).poll_frame(cx) {
            self.waiting = None;
            return Poll::Ready(frame);
        }
        let patience = self.patience;
        let waiting = self.waiting.get_or_insert_with(|| Box::pin(sleep(patience)));
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
