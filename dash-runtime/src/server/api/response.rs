//! The responses to requests: outcomes and refusals, as a status code and JSON.

use axum::{
    Json,
    http::{HeaderMap, HeaderValue, StatusCode, header},
    response::{IntoResponse, Response},
};
use serde_json::{Value, json};

use crate::protocol::{client::Refusal, server::Outcome};

/// A refused request.
#[derive(Debug)]
pub(super) struct Denied {
    status: StatusCode,
    kind: &'static str,
    why: String,
    /// For a method that the property does not accept: the accepted methods.
    allow: Option<&'static str>,
    /// For a list: the refused items, with reasons.
    items: Vec<Value>,
}

impl Denied {
    pub(super) fn new(status: StatusCode, kind: &'static str, why: impl Into<String>) -> Self {
        Self { status, kind, why: why.into(), allow: None, items: Vec::new() }
    }

    /// The request does not belong to this service.
    pub(super) fn malformed(why: impl Into<String>) -> Self {
        Self::new(StatusCode::BAD_REQUEST, "malformed", why)
    }

    /// No property has this name.
    pub(super) fn unknown(name: &str) -> Self {
        Self::new(StatusCode::NOT_FOUND, "unknown_property", format!("there is no property {name:?}"))
    }

    /// The property accepts only the methods in `allow`.
    pub(super) fn method(allow: &'static str, why: String) -> Self {
        Self { allow: Some(allow), ..Self::new(StatusCode::METHOD_NOT_ALLOWED, "not_writable", why) }
    }

    /// Some of `count` items were refused, so nothing was done. If the same request may succeed later, the status says
    /// so.
    pub(super) fn items<'a>(count: usize, refused: Vec<(usize, Refusal)>, name: impl Fn(usize) -> &'a str) -> Self {
        let later = refused.iter().all(|(_, refusal)| matches!(refusal, Refusal::Busy(_) | Refusal::AtWork(_)));
        let (status, kind) = match later {
            true => (StatusCode::SERVICE_UNAVAILABLE, "busy"),
            false => (StatusCode::UNPROCESSABLE_ENTITY, "batch"),
        };
        let why = format!("nothing was done, because {} of {count} items were refused", refused.len());
        let item = |(at, refusal): (usize, Refusal)| json!({ "item": at, "prop": name(at), "kind": refusal.kind(), "why": refusal.to_string() });
        Self { items: refused.into_iter().map(item).collect(), ..Self::new(status, kind, why) }
    }

    /// The limit on open connections is reached.
    pub(super) fn sockets() -> Self {
        Self::new(StatusCode::SERVICE_UNAVAILABLE, "sockets", "too many pages and programs are connected")
    }

    /// The server ends while the request waits.
    pub(super) fn ending() -> Self {
        let why = "the server is shutting down; the outcome of the request is not known";
        Self::new(StatusCode::SERVICE_UNAVAILABLE, "unknown", why)
    }
}

impl From<Refusal> for Denied {
    fn from(refusal: Refusal) -> Self {
        let status = match refusal {
            Refusal::Malformed(_) | Refusal::Binary | Refusal::Greeted | Refusal::WrongType { .. } => {
                StatusCode::BAD_REQUEST
            }
            Refusal::Private(_) | Refusal::Role { .. } => StatusCode::FORBIDDEN,
            Refusal::UnknownProperty(_) | Refusal::UnknownName(_) => StatusCode::NOT_FOUND,
            Refusal::NotWritable(_) => StatusCode::METHOD_NOT_ALLOWED,
            Refusal::NoSession
            | Refusal::Computed(_)
            | Refusal::NotShown(_)
            | Refusal::Disabled(_)
            | Refusal::Held { .. }
            | Refusal::Gated { .. }
            | Refusal::Checked { .. }
            | Refusal::Released(_)
            | Refusal::Stalled { .. }
            | Refusal::Gap { .. } => StatusCode::CONFLICT,
            Refusal::Expired { .. } | Refusal::Left => StatusCode::GONE,
            Refusal::OutOfRange { .. } | Refusal::NotAnOption { .. } | Refusal::KeyReused | Refusal::Twice(_) => {
                StatusCode::UNPROCESSABLE_ENTITY
            }
            Refusal::Rate(_) => StatusCode::TOO_MANY_REQUESTS,
            Refusal::Outstanding(_) | Refusal::Busy(_) | Refusal::AtWork(_) => StatusCode::SERVICE_UNAVAILABLE,
        };
        Self::new(status, refusal.kind(), refusal.to_string())
    }
}

impl IntoResponse for Denied {
    fn into_response(self) -> Response {
        let mut headers = HeaderMap::new();
        if let Some(allow) = self.allow {
            headers.insert(header::ALLOW, HeaderValue::from_static(allow));
        }
        let later = matches!(self.kind, "rate" | "busy" | "outstanding");
        if later {
            // In seconds. One is the smallest value, and all these limits allow new requests sooner.
            headers.insert(header::RETRY_AFTER, HeaderValue::from_static("1"));
        }
        let mut body = json!({ "kind": self.kind, "why": self.why });
        if !self.items.is_empty() {
            body["refused"] = self.items.into();
        }
        (self.status, headers, Json(body)).into_response()
    }
}

/// An accepted request. `rev` is the revision since which it is in effect, if it is.
pub(super) fn accepted(rev: Option<u64>) -> Response {
    let mut body = json!({ "outcome": "accepted" });
    if let Some(rev) = rev {
        body["rev"] = rev.into();
    }
    (StatusCode::ACCEPTED, Json(body)).into_response()
}

/// The response for an outcome.
pub(super) fn outcome(outcome: Outcome) -> Response {
    match outcome {
        Outcome::Applied { rev } => Json(json!({ "outcome": "applied", "rev": rev })).into_response(),
        Outcome::Merged { rev } => Json(json!({ "outcome": "merged", "rev": rev })).into_response(),
        Outcome::Accepted { rev } => accepted(Some(rev)),
        Outcome::Failed(why) => Denied::new(StatusCode::INTERNAL_SERVER_ERROR, "failed", why).into_response(),
        Outcome::Refused(refusal) => Denied::from(refusal).into_response(),
        Outcome::Unknown => {
            let why = "nobody knows what became of the request: its page was forgotten, or the process ended before it was done";
            Denied::new(StatusCode::GONE, "unknown", why).into_response()
        }
    }
}
