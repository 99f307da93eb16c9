//! A limit on the time in which the body of a request arrives, for bodies that are read whole.

use std::time::Duration;

use axum::{
    body::{Body, to_bytes},
    extract::{Request, State},
    http::StatusCode,
    middleware::Next,
    response::{IntoResponse, Response},
};
use tokio::time::timeout;

/// How long a body may take, and its largest length in bytes.
pub(super) type Bounds = (Duration, usize);

/// Reads the whole body before the request goes on. Whoever sends it slowly, or never to its end, would keep a place of the
/// server for ever.
pub(super) async fn bounded(State((time, most)): State<Bounds>, request: Request, next: Next) -> Response {
    let (parts, body) = request.into_parts();
    match timeout(time, to_bytes(body, most)).await {
        Ok(Ok(bytes)) => next.run(Request::from_parts(parts, Body::from(bytes))).await,
        Ok(Err(_)) => (StatusCode::PAYLOAD_TOO_LARGE, format!("a body has at most {most} bytes here")).into_response(),
        Err(_) => (StatusCode::REQUEST_TIMEOUT, "the body did not arrive in time").into_response(),
    }
}
