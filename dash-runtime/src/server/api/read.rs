//! Reading the values of properties.

use std::sync::Arc;

use axum::{
    Json,
    extract::State,
    http::{HeaderMap, HeaderValue, StatusCode, header},
    response::{IntoResponse, Response},
};
use serde::Serialize;
use serde_json::value::RawValue;

use super::{
    extract::{Sender, Target},
    raw,
    response::Denied,
};
use crate::{
    engine::{Engine, store::Slot},
    numbers::PropNo,
    prop::Kind,
    protocol::client::Refusal,
    server::state::Running,
};

/// All properties, at one revision.
#[derive(Serialize)]
struct All<'a> {
    dashboard: &'a str,
    epoch: String,
    rev: u64,
    props: Vec<Property>,
}

#[derive(Serialize)]
struct Property {
    name: String,
    kind: Kind,
    writable: bool,
    /// Each page has its own value. This is the value of the page that the request names, or the start value.
    private: bool,
    /// Each browser computes it from other properties. If only a browser can compute it, the value is `null`.
    computed: bool,
    #[serde(flatten)]
    now: Now,
    /// The address of its JSON Schema, relative to this request.
    schema: String,
}

/// A value with the revision of its last change, and the reason if it is bad.
#[derive(Serialize)]
struct Now {
    value: Box<RawValue>,
    rev: u64,
    quality: Option<String>,
}

impl Now {
    fn of(slot: &Slot, json: String) -> Self {
        Self { value: raw(json), rev: slot.rev(), quality: slot.bad().map(str::to_owned) }
    }
}

pub(super) async fn all(State(running): State<Arc<Running>>, sender: Sender) -> Result<Response, Denied> {
    let all = running.driver.with_engine(|engine| {
        let plan = Arc::clone(engine.plan());
        let view = engine.view_for(sender.user());
        let nothing = || "null".to_owned();
        let describe = |no: PropNo| {
            let prop = plan.prop(no);
            Ok(Property {
                name: engine.name_of(no),
                kind: prop.info.kind,
                writable: prop.info.writable && engine.may_change(sender.user(), no),
                private: plan.is_own(no),
                computed: plan.is_computed(no),
                now: match engine.slot_for(&sender.asking([]), no) {
                    Ok(slot) => Now::of(&slot, plan.value_json(view, no, &slot).unwrap_or_else(nothing)),
                    Err(Refusal::Computed(_)) => Now { value: raw(nothing()), rev: 0, quality: None },
                    Err(refusal) => return Err(refusal),
                },
                schema: format!("../schema.json#/components/{}/properties/{}", prop.component, prop.info.name),
            })
        };
        Ok::<_, Refusal>(All {
            dashboard: running.plan.name,
            epoch: engine.epoch().to_owned(),
            rev: engine.rev(),
            props: engine
                .all_props()
                .into_iter()
                .filter(|no| !plan.hides(view, *no))
                .map(describe)
                .collect::<Result<_, Refusal>>()?,
        })
    })?;
    Ok(Json(all).into_response())
}

pub(super) async fn one(
    State(running): State<Arc<Running>>,
    Target(no): Target,
    sender: Sender,
    headers: HeaderMap,
) -> Result<Response, Denied> {
    let (now, tag) = running.driver.with_engine(|engine| {
        if engine.plan().is_own(no) && sender.session().is_none() {
            return Err(Refusal::Private(engine.name_of(no)));
        }
        let slot = engine.slot_for(&sender.asking([]), no)?;
        let json = engine.plan().value_json(engine.view_for(sender.user()), no, &slot);
        let now = Now::of(&slot, json.unwrap_or_else(|| "null".to_owned()));
        let tag = tag(engine, now.rev);
        Ok((now, tag))
    })?;
    let mut response =
        if is_known(&headers, &tag) { StatusCode::NOT_MODIFIED.into_response() } else { Json(now).into_response() };
    if let Ok(tag) = HeaderValue::try_from(tag) {
        response.headers_mut().insert(header::ETAG, tag);
    }
    Ok(response)
}

/// The `ETag` of a value. It has the epoch, because another run of the program starts its revisions again.
fn tag(engine: &Engine, rev: u64) -> String {
    format!("\"{}-{rev}\"", engine.epoch())
}

/// Whether the sender already has this value (RFC 9110, section 13.1.2).
fn is_known(headers: &HeaderMap, tag: &str) -> bool {
    let tags = headers.get_all(header::IF_NONE_MATCH).iter().filter_map(|value| value.to_str().ok());
    let mut tags = tags.flat_map(|value| value.split(',')).map(str::trim);
    tags.any(|known| known == "*" || known.strip_prefix("W/").unwrap_or(known) == tag)
}

impl Serialize for Kind {
    fn serialize<S: serde::Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.serialize_str(self.name())
    }
}
