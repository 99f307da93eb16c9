//! The HTTP service for programs without a page: every property by its name. The checks, the order and the outcomes are
//! the same as over the socket.
//!
//! | request | answer |
//! | --- | --- |
//! | `GET /api/props` | all properties with their values, at one revision |
//! | `GET /api/props/<component>/<property>` | one value, with an `ETag` |
//! | `PUT /api/props/<component>/<property>` | sets a state; answered when the callbacks have ended |
//! | `POST /api/props/<component>/<property>` | triggers an event; answered when the callbacks have ended |
//! | `POST /api/batch` | sets several states and triggers several events, all at once or none |
//! | `GET /api/history/<component>/<property>?from=<s>&to=<s>&points=<n>` | the history of a stream, as samples or cells; of records the newest, page by page |
//! | `GET /api/audit?from=<s>&to=<s>&points=<n>` | the record of who wanted what, the newest first, page by page |
//! | `GET /api/subscribe?prop=<component>.<property>` | changes when they happen, as server-sent events |
//!
//! Any website can make a browser send requests to a device in the local network. So the `Origin` must be this server's
//! own, as for the socket. A request that changes something must also have a JSON content type, which an HTML form
//! cannot send.

mod audit;
mod batch;
mod command;
mod extract;
pub(super) mod fault;
mod history;
mod read;
mod records;
mod response;
mod stream;
mod subscribe;
mod upload;
mod write;

use std::sync::Arc;

use axum::{
    Extension, Router,
    body::Body,
    extract::{Request, State},
    http::{HeaderValue, header},
    middleware::{self, Next},
    response::{IntoResponse, Response},
    routing::{get, post, put},
};
use serde_json::{Value, json, value::RawValue};

use super::{assets::FOLDER, body, hosts::Asked, state::Running};

/// The routes, below the dashboard's path.
pub(super) fn routes(running: &Arc<Running>) -> Router<Arc<Running>> {
    let time = running.driver.with_engine(|engine| engine.limits().header_time);
    let reports = middleware::from_fn_with_state((time, fault::BODY), body::bounded);
    Router::new()
        .route(&format!("/{FOLDER}/command"), put(command::command))
        .route(&format!("/{FOLDER}/stream"), post(stream::open).put(stream::frames))
        .route(&format!("/{FOLDER}/fault"), post(fault::fault).layer(reports))
        .route(&format!("/{FOLDER}/upload/{{dash_component}}/{{dash_property}}"), post(upload::upload))
        .route("/api/props", get(read::all))
        .route("/api/audit", get(audit::audit))
        .route("/api/batch", post(batch::batch))
        .route("/api/subscribe", get(subscribe::subscribe))
        .route("/api/history/{dash_component}/{dash_property}", get(history::history))
        // The parameters have these names because axum rejects equal names in the path that the dashboard may be
        // mounted below.
        .route("/api/props/{dash_component}/{dash_property}", get(read::one).put(write::set).post(write::fire))
        .route_layer(middleware::from_fn_with_state(Arc::clone(running), own_pages_only))
}

/// Refuses pages of other origins. Reads are refused as well: the browser would not let such a page read the response.
async fn own_pages_only(
    State(running): State<Arc<Running>>,
    Extension(asked): Extension<Asked>,
    request: Request,
    next: Next,
) -> Response {
    match running.hosts.check_origin(request.headers(), &asked) {
        Ok(()) => next.run(request).await,
        Err((status, why)) => response::Denied::new(status, "origin", why).into_response(),
    }
}

/// The requests of this service, for the published interface.
pub(super) fn paths() -> Value {
    json!({
        "GET /api/props": "All properties with their values, as of one revision.",
        "GET /api/props/{component}/{property}":
            "One value: {value, rev, quality}. `ETag`; with `If-None-Match` 304 while it is the same.",
        "PUT /api/props/{component}/{property}":
            "Sets a state to the JSON value in the body. 200 {outcome: applied or merged, rev} when the callbacks are done; \
             202 {outcome: accepted} at once with `?wait=accepted` or `Prefer: respond-async`, or if they take too long.",
        "POST /api/props/{component}/{property}": "Makes an event happen, with the JSON payload in the body. As PUT.",
        "GET /api/history/{component}/{property}":
            "The history of a stream with `#[keep(for = ..)]`. `from` and `to` are seconds since the Unix epoch (the last hour without \
             them), `points` is the most samples in the answer. More become cells: \
             {from, to, cell: 0, samples: [[t, [value]]]} or {.., cell: width, cells: [[first, last, count, [[min, max, mean, first, last]]]]}. \
             CSV with `format=csv` or `Accept: text/csv`.",
        "GET /api/audit":
            "The record of who wanted what, for those who see an `AuditLog`: {records: [{n, time, user, property, old, new, hidden, \
             outcome, why, times}], next}, the newest `points` of the span from `from` to `to`, the oldest of them first. If `next` is \
             not null, there are older ones: `before=` and that text. CSV with `format=csv` or `Accept: text/csv`.",
        "POST /api/batch":
            "Several at once: [{prop: name, value}, ..], states that are set and events that happen. All take effect at one \
             revision, and a callback that several of them start runs once; or, if one is refused, nothing happens except that \
             a stop is pressed and a held control is let go, and `refused` has {item, prop, kind, why} for each that was. Otherwise as PUT.",
        "GET /api/subscribe?prop={component}.{property}":
            "Server-sent events with what changes of these properties (`prop` as often as wanted): {rev, values, streams, \
             quality}. The first has everything; after a cut `Last-Event-ID` goes on from there.",
        "headers": {
            "Content-Type": "application/json, for PUT and POST.",
            "Idempotency-Key": "A request that comes again with its key acts once, and is answered alike.",
            "Dash-Session": "Acts for the page with this session: it has its own value of some properties.",
            "Dash-Sent": "When the sender has decided on it, in seconds since 1970 with a fraction. What is too old is refused.",
        },
        "refusals": "4xx, 500 and 503 with {kind, why}. 400 wrong_type, 403 private, 404 unknown_property, \
            405 not_writable, 409 no_session, not_shown or computed, 413 too_large, 422 out_of_range, not_an_option, key_reused or batch, 429 rate, 500 failed, \
            503 busy or outstanding.",
    })
}

/// A response with server-sent events.
pub(super) fn event_stream(body: Body) -> Response {
    let mut response = body.into_response();
    let headers = response.headers_mut();
    headers.insert(header::CONTENT_TYPE, HeaderValue::from_static("text/event-stream"));
    // Tells proxies not to buffer: a proxy that collects the whole response before it forwards it would never forward
    // anything.
    headers.insert("x-accel-buffering", HeaderValue::from_static("no"));
    response
}

/// A text that is already JSON.
pub(super) fn raw(json: String) -> Box<RawValue> {
    // The fallback `null` is never used: the text is valid JSON.
    RawValue::from_string(json).unwrap_or_default()
}
