//! A limit on the time in which the body of a request arrives, for bodies that are read whole.

use std::{fmt, time::Duration};

use axum::{
    body::{Body, to_bytes},
    extract::{Request, State},
    http::StatusCode,
    middleware::Next,
    response::{IntoResponse, Response},
};
use bytes::Bytes;
use tokio::time::timeout;

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

/// Why a body was not read whole.
#[derive(Debug)]
pub(super) enum Unread {
    Slow,
    /// With the largest length in bytes.
    TooLarge(usize),
}

impl Unread {
    pub(super) const fn status(&self) -> StatusCode {
        match self {
            Self::Slow => StatusCode::REQUEST_TIMEOUT,
            Self::TooLarge(_) => StatusCode::PAYLOAD_TOO_LARGE,
        }
    }
}

impl fmt::Display for Unread {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Slow => f.write_str("the body did not arrive in time"),
            Self::TooLarge(most) => write!(f, "a body has at most {most} bytes"),
        }
    }
}

/// The whole body of a request.
pub(super) async fn whole(body: Body, (time, most): Bounds) -> Result<Bytes, Unread> {
    timeout(time, to_bytes(body, most)).await.map_err(|_| Unread::Slow)?.map_err(|_| Unread::TooLarge(most))
}
